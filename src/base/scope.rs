//! Who is asking, and what they may see. Every service call takes a [`Scope`] first.

use super::error::{AppError, Res};
use serde::{Deserialize, Serialize};

/// What a person may do beyond learning. Being a manager is no role: it follows from the reporting line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Assembles playlists and keeps them alive.
    Curator,
    /// Connects sources and looks after the system.
    Operator,
}

impl Role {
    /// As written in configuration and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Curator => "curator",
            Role::Operator => "operator",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Role> {
        [Role::Curator, Role::Operator].into_iter().find(|r| r.as_str() == name)
    }
}

/// The signed-in person, as far as pages show and shape themselves by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The person's id.
    pub id: String,
    /// Shown in the frame.
    pub name: String,
    /// Mail address, as the identity provider gave it.
    pub email: String,
    /// BCP 47; dates and numbers are formatted by it.
    pub locale: String,
    /// IANA name; dates are shown in it.
    pub time_zone: String,
    /// Roles from the identity provider's claims.
    pub roles: Vec<Role>,
    /// Groups that the person belongs to; audiences name groups.
    pub groups: Vec<String>,
    /// Whether anybody reports to the person.
    pub manages: bool,
}

impl Viewer {
    /// The primary tag of the language that the person reads: "en" of "en-GB".
    pub fn language(&self) -> &str {
        self.locale.split(['-', '_']).next().unwrap_or_default()
    }
}

/// Who is asking. Background work asks as [`Scope::system`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in person.
    Person(Viewer),
    /// The portal itself: jobs, the command line. Sees everything; never made from a request.
    System,
}

impl Scope {
    /// The portal itself; for jobs and the command line.
    pub fn system() -> Self {
        Scope::System
    }

    /// The signed-in person, if any.
    pub fn viewer(&self) -> Option<&Viewer> {
        match self {
            Scope::Person(viewer) => Some(viewer),
            _ => None,
        }
    }

    /// The signed-in person, or the error that sends one to the sign-in page.
    pub fn person(&self) -> Res<&Viewer> {
        self.viewer().ok_or(AppError::SignIn)
    }

    /// Refuses everybody who does not have `role`.
    pub fn require(&self, role: Role) -> Res<()> {
        match self {
            Scope::System => Ok(()),
            Scope::Person(viewer) if viewer.roles.contains(&role) => Ok(()),
            Scope::Person(_) => Err(AppError::Forbidden),
            Scope::Anonymous => Err(AppError::SignIn),
        }
    }

    /// Whether the asking one has `role`.
    pub fn has(&self, role: Role) -> bool {
        self.require(role).is_ok()
    }

    /// Who is written down as the doer: a person's id, or `system`.
    pub fn actor(&self) -> &str {
        match self {
            Scope::Anonymous => "anonymous",
            Scope::Person(viewer) => &viewer.id,
            Scope::System => "system",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(roles: &[Role]) -> Scope {
        Scope::Person(Viewer {
            id: "p1".into(),
            name: "Ada".into(),
            email: "ada@halden.example".into(),
            locale: "en".into(),
            time_zone: "UTC".into(),
            roles: roles.to_vec(),
            groups: vec![],
            manages: false,
        })
    }

    #[test]
    fn a_role_opens_its_own_doors_only() {
        assert_eq!(viewer(&[Role::Curator]).require(Role::Curator), Ok(()));
        assert_eq!(viewer(&[Role::Curator]).require(Role::Operator), Err(AppError::Forbidden));
        assert_eq!(viewer(&[]).require(Role::Curator), Err(AppError::Forbidden));
        assert_eq!(Scope::Anonymous.require(Role::Curator), Err(AppError::SignIn));
        assert_eq!(Scope::system().require(Role::Operator), Ok(()));
        assert_eq!(Scope::system().person().err(), Some(AppError::SignIn));
    }

    #[test]
    fn roles_are_read_by_name() {
        assert_eq!(Role::parse("curator"), Some(Role::Curator));
        assert_eq!(Role::parse("root"), None);
    }
}
