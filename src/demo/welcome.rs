//! What the demo says once it is ready.

use super::organisation::Organisation;
use crate::base::Res;
use crate::platform::Config;

/// Whom to try first, and why.
const PEOPLE: [(&str, &str); 4] = [
    ("ines.okafor@halden.example", "an employee: her feed, playlists, search, what is recorded about her"),
    ("priya.raman@halden.example", "a curator: makes and publishes playlists, and has a draft to finish"),
    ("tomas.lindqvist@halden.example", "a manager: how his line of eleven gets on with its playlists"),
    ("marek.dvorak@halden.example", "an operator: the connected sources, their runs, the design page"),
];

/// The address, and the people whom one can sign in as.
pub fn welcome(config: &Config) -> Res<String> {
    let organisation = Organisation::embedded()?;
    let mut text = format!(
        "\n{} is open at {}\n\nSign in as anybody, without a password. Try:\n",
        organisation.name, config.server.public_address
    );
    for (email, why) in PEOPLE {
        if let Some(person) = organisation.person(email) {
            text += &format!("  {:<16} {} - {why}\n", person.name, person.job_title);
        }
    }
    Ok(text + "\nCtrl-C stops everything.\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Role;

    #[test]
    fn everybody_introduced_is_what_is_said_of_them() {
        let organisation = Organisation::embedded().unwrap();
        let roles = organisation.roles();
        for (email, why) in PEOPLE {
            assert!(organisation.person(email).is_some(), "{email}");
            let has = |role| roles.get(email).is_some_and(|roles| roles.contains(&role));
            assert_eq!(has(Role::Curator), why.starts_with("a curator"), "{email}");
            assert_eq!(has(Role::Operator), why.starts_with("an operator"), "{email}");
        }
        assert!(welcome(&Config::default()).unwrap().contains("Tomas Lindqvist"));
    }
}
