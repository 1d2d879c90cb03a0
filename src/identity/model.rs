//! What the sign-in page shows, what can go wrong on the way in, and where one may be sent after it.

use crate::base::t;
use crate::base::text::Said;
use serde::{Deserialize, Serialize};

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerLink {
    /// On the button.
    pub label: String,
    /// Where the button leads; a full page load.
    pub href: String,
}

/// What the sign-in page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The ways in.
    pub issuers: Vec<IssuerLink>,
    /// Why the last attempt did not work.
    pub trouble: Option<Trouble>,
}

/// Why a sign-in did not work. None of them leaves a session behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The state is not one that is waited for: made up, or used already.
    State,
    /// Another browser began it.
    Browser,
    /// It took longer than ten minutes.
    Expired,
    /// The provider does not take its code back: expired, or used.
    Code,
    /// The provider signs with a key that it does not publish.
    Key,
    /// The id token is not sound.
    Token,
    /// The id token answers another sign-in.
    Nonce,
    /// The provider cannot be reached.
    Down,
    /// The person or the provider said no.
    Refused,
    /// The provider says that it cannot.
    Provider,
    /// The provider tells no mail address.
    NoMail,
    /// The provider has not checked the mail address.
    Unverified,
    /// The person is bound to another account of the same provider.
    Taken,
    /// The person may not sign in any more.
    Inactive,
    /// There is no such provider.
    Issuer,
    /// The sign-in link is used or expired.
    Link,
    /// Our fault.
    Fault,
}

impl Trouble {
    const ALL: [Trouble; 17] = [
        Trouble::State,
        Trouble::Browser,
        Trouble::Expired,
        Trouble::Code,
        Trouble::Key,
        Trouble::Token,
        Trouble::Nonce,
        Trouble::Down,
        Trouble::Refused,
        Trouble::Provider,
        Trouble::NoMail,
        Trouble::Unverified,
        Trouble::Taken,
        Trouble::Inactive,
        Trouble::Issuer,
        Trouble::Link,
        Trouble::Fault,
    ];

    /// As in the address of the sign-in page.
    pub fn as_str(self) -> &'static str {
        match self {
            Trouble::State => "state",
            Trouble::Browser => "browser",
            Trouble::Expired => "expired",
            Trouble::Code => "code",
            Trouble::Key => "key",
            Trouble::Token => "token",
            Trouble::Nonce => "nonce",
            Trouble::Down => "down",
            Trouble::Refused => "refused",
            Trouble::Provider => "provider",
            Trouble::NoMail => "no-mail",
            Trouble::Unverified => "unverified",
            Trouble::Taken => "taken",
            Trouble::Inactive => "inactive",
            Trouble::Issuer => "issuer",
            Trouble::Link => "link",
            Trouble::Fault => "fault",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Trouble> {
        Trouble::ALL.into_iter().find(|trouble| trouble.as_str() == name)
    }

    /// The HTTP status that says the same.
    pub fn status(self) -> u16 {
        match self {
            Trouble::State | Trouble::Browser | Trouble::Expired | Trouble::Code | Trouble::Nonce | Trouble::Link => {
                400
            }
            Trouble::Refused | Trouble::NoMail | Trouble::Unverified | Trouble::Taken | Trouble::Inactive => 403,
            Trouble::Issuer => 404,
            Trouble::Key | Trouble::Token | Trouble::Provider => 502,
            Trouble::Down => 503,
            Trouble::Fault => 500,
        }
    }

    /// What happened and what to do about it.
    pub fn said(self) -> &'static Said {
        let texts = &t().identity;
        match self {
            Trouble::State => &texts.state,
            Trouble::Browser => &texts.browser,
            Trouble::Expired => &texts.expired,
            Trouble::Code => &texts.code,
            Trouble::Key => &texts.key,
            Trouble::Token => &texts.token,
            Trouble::Nonce => &texts.nonce,
            Trouble::Down => &texts.down,
            Trouble::Refused => &texts.refused,
            Trouble::Provider => &texts.provider,
            Trouble::NoMail => &texts.no_mail,
            Trouble::Unverified => &texts.unverified,
            Trouble::Taken => &texts.taken,
            Trouble::Inactive => &texts.inactive,
            Trouble::Issuer => &texts.issuer,
            Trouble::Link => &texts.link,
            Trouble::Fault => &texts.fault,
        }
    }
}

/// The page of this site that `to` names, or the home page: nobody is sent elsewhere by what an address says.
pub fn safe_path(to: &str) -> &str {
    let leads_out = !to.starts_with('/')
        || to.starts_with("//")
        // Browsers read a backslash as a slash and drop tabs and line breaks.
        || to.contains('\\')
        || to.chars().any(char::is_control)
        || to.len() > 2000;
    // Coming back to these would go round in circles, or show data instead of a page.
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let is_page = !["/sign-in", "/sign-out", "/api", "/demo-issuer", "/pkg"]
        .iter()
        .any(|door| path.strip_prefix(door).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if leads_out || !is_page { "/" } else { to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comes_back_to_pages_of_this_site_only() {
        for page in ["/", "/search?q=rust&page=2", "/playlists/first-week#notes", "/sign-in-guide", "/a?b=//c"] {
            assert_eq!(safe_path(page), page);
        }
        for elsewhere in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n/evil.example",
            "search",
            "/sign-in",
            "/sign-in?to=/sign-in",
            "/sign-out",
            "/api/catalog/search",
            "/sign-in/demo/callback?code=1",
            "@evil.example",
            " /search",
        ] {
            assert_eq!(safe_path(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(safe_path(&format!("/{}", "a".repeat(3000))), "/");
    }

    #[test]
    fn every_trouble_survives_the_address_and_has_its_words() {
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::parse(trouble.as_str()), Some(trouble));
            assert!(trouble.status() >= 400 && !trouble.said().text.is_empty());
        }
        assert_eq!(Trouble::parse("<script>"), None);
    }
}
