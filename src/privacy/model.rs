//! What the page of what is recorded shows.

use crate::base::{Page, When};
use serde::{Deserialize, Serialize};

/// Who a person is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// May be empty.
    pub job_title: String,
    /// The manager's name.
    pub manager: Option<String>,
    /// BCP 47.
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// Since when the portal knows her.
    pub since: When,
    /// Names of the identity providers that she signed in with.
    pub accounts: Vec<String>,
    /// Learning systems in which an account is known to be hers, and how that is known.
    pub learning_accounts: Vec<String>,
    /// What the organisation numbers her by.
    pub employee_number: Option<String>,
    /// Groups, and where each comes from.
    pub groups: Vec<(String, String)>,
    /// Roles, and where each comes from.
    pub roles: Vec<(String, String)>,
}

/// How much is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Statements, formatted.
    pub activity: String,
    /// Finished resources, formatted.
    pub done: String,
    /// Saved resources, formatted.
    pub saved: String,
    /// Hidden resources, formatted.
    pub hidden: String,
    /// Topics and playlists followed, formatted.
    pub follows: String,
    /// Notices, formatted.
    pub notices: String,
    /// Mails about notices, whatever became of them, formatted.
    pub mails: String,
    /// What she chose about notices: kinds, and when mail suits her; formatted.
    pub choices: String,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// What it calls itself.
    pub browser: String,
    /// Since when.
    pub since: When,
    /// When it last asked for something.
    pub seen: When,
}

/// One look at her by somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookRow {
    /// Who looked.
    pub who: String,
    /// When.
    pub when: When,
    /// What was shown.
    pub shown: String,
}

/// One thing she did, in plain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Did {
    /// "You finished …".
    pub text: String,
    /// When.
    pub when: When,
}

/// The whole page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    /// Who she is.
    pub profile: Profile,
    /// How much is kept.
    pub kept: Kept,
    /// The latest looks, newest first.
    pub looks: Vec<LookRow>,
    /// Where she is signed in.
    pub sessions: Vec<SignedIn>,
    /// What she did, newest first.
    pub activity: Page<Did>,
}

/// A browser's name for itself, shortened to what a person recognises: "Firefox on Linux".
pub fn browser(agent: &str) -> Option<String> {
    let names =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |table: &[(&str, &'static str)]| table.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    match (find(&names), find(&systems)) {
        (Some(name), Some(system)) => Some(format!("{name} on {system}")),
        (Some(name), None) => Some(name.to_owned()),
        // Command line clients: the first word says it.
        _ => {
            agent.split_whitespace().next().filter(|word| !word.is_empty()).map(|word| word.chars().take(40).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_apart() {
        let of = |agent: &str| browser(agent).unwrap_or_default();
        assert_eq!(of("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), "Firefox on Linux");
        assert_eq!(
            of(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0"
            ),
            "Edge on Windows"
        );
        assert_eq!(
            of(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone"
        );
        assert_eq!(of("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(browser(""), None);
    }
}
