//! What can go wrong between us and a source. No variant carries a secret: addresses are masked
//! before they get here (see `http::mask`).

use std::time::Duration;

/// The step at which an error stops us, as the connection test shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The address can be used.
    Address,
    /// A server answers there.
    Reach,
    /// It lets us in.
    Authenticate,
    /// We understand what it says.
    Read,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Stage; 4] = [Self::Address, Self::Reach, Self::Authenticate, Self::Read];

    /// What is tried, as a heading.
    pub fn what(self) -> &'static str {
        match self {
            Self::Address => "Check the address",
            Self::Reach => "Reach the server",
            Self::Authenticate => "Sign in",
            Self::Read => "Read an item",
        }
    }
}

/// A fault on the way to a page. `Display` names step and cause, [`Error::hint`] what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    #[error("checking the address {url}: {reason}")]
    Address { url: String, reason: String },
    #[error("checking the address {url}: {address} is a private address, and this origin is not allowed")]
    Private { url: String, address: String },
    #[error("looking up {host}: {reason}")]
    Lookup { host: String, reason: String },
    #[error("connecting to {url}: {reason}")]
    Connect { url: String, reason: String },
    #[error("waiting for {url}: no complete answer within {} s", after.as_secs_f32())]
    Timeout { url: String, after: Duration },
    #[error("reading a page: it was not complete after {} s, with all its requests and the pauses between them", after.as_secs_f32())]
    Overtime { after: Duration },
    #[error("reading {url}: the answer broke off after {bytes} bytes ({reason})")]
    Cut { url: String, bytes: usize, reason: String },
    #[error("reading {url}: the answer is larger than {limit} bytes")]
    TooLarge { url: String, limit: usize },
    #[error("following {url}: {reason}")]
    Redirect { url: String, reason: String },
    #[error("asking {url}: the server answered {status}{}", said(detail))]
    Status { url: String, status: u16, detail: String },
    #[error("asking {url}: too many requests, says the server{}", wait.map(|wait| format!("; it asks to wait {} s", wait.as_secs())).unwrap_or_default())]
    RateLimited { url: String, wait: Option<Duration> },
    #[error("asking {url}: the server is busy: {reason}")]
    Busy { url: String, reason: String, wait: Option<Duration> },
    #[error("asking {url}: the quota is used up: {reason}")]
    Quota { url: String, reason: String, wait: Option<Duration> },
    #[error("signing in at {url}: {reason}")]
    SignIn { url: String, reason: String },
    #[error("reading {url}: expected {expected}, found {found}")]
    Format { url: String, expected: &'static str, found: String },
    #[error("reading {url}: this does not look like {}: expected {}, found {found}", look.name, look.expected)]
    Mistaken { url: String, look: Look, found: String },
    #[error("reading {field}: {path} finds {found}")]
    Mapping { field: String, path: String, found: String },
    #[error("asking {url}: nothing is at this address, the server answered {status}{}", said(detail))]
    Absent { url: String, status: u16, detail: String, look: Look },
    #[error("asking {url}: the system answered with its error {code:?}{}", said(detail))]
    Api { url: String, code: String, detail: String },
    #[error("paging through {url}: {reason}")]
    Loop { url: String, reason: String },
    #[error("going on where the last run stopped: {reason}")]
    Cursor { reason: String },
}

/// What a system is known by, for an address that leads to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// "a MediaWiki"
    pub name: &'static str,
    /// What it answers with.
    pub expected: &'static str,
    /// Where its right address is found.
    pub advice: &'static str,
}

fn said(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

impl Error {
    /// The step that failed.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Address { .. } | Self::Private { .. } => Stage::Address,
            Self::Lookup { .. } | Self::Connect { .. } | Self::Timeout { .. } | Self::Overtime { .. } => Stage::Reach,
            // A server is there, but nothing of what was meant to be reached.
            Self::Absent { .. } => Stage::Reach,
            Self::SignIn { .. } => Stage::Authenticate,
            _ => Stage::Read,
        }
    }

    /// What happened, in a sentence for somebody who runs the portal and not the network.
    pub fn headline(&self) -> String {
        let text = match self {
            Self::Format { expected, .. } => return format!("What came back is not {expected}."),
            Self::Mistaken { look, found, .. } => {
                return format!(
                    "This does not look like {}: {} was expected, and {found} came back.",
                    look.name, look.expected
                );
            }
            Self::Mapping { field, path, found } => return format!("{field}: {path} finds {found}."),
            Self::Absent { status, .. } => return format!("Nothing is at this address: the server answered {status}."),
            Self::Address { .. } => "The address cannot be used.",
            Self::Private { .. } => "The address leads into a private network, which is not allowed.",
            Self::Lookup { .. } => "No server of that name was found.",
            Self::Connect { .. } => "The server could not be reached.",
            Self::Timeout { .. } => "The server did not answer in time.",
            Self::Overtime { .. } => "The system takes too long for one page of its list.",
            Self::Cut { .. } => "The connection broke off in the middle of an answer.",
            Self::TooLarge { .. } => "The server sent more at once than is read.",
            Self::Redirect { .. } => "The address leads on to where it cannot be followed.",
            Self::Status { status: 404 | 410, .. } => "Nothing is at the address.",
            Self::Status { status: 500.., .. } => "The system reported a fault of its own.",
            Self::Status { .. } => "The system refused to answer.",
            Self::RateLimited { .. } => "The system asked to be asked less often.",
            Self::Busy { .. } => "The system is too busy to answer.",
            Self::Quota { .. } => "What the system lets us ask in a day is used up.",
            Self::SignIn { .. } => "The system did not let us in.",
            Self::Api { .. } => "The system answered with an error.",
            Self::Loop { .. } => "The system's list never ends.",
            Self::Cursor { .. } => "The sync could not go on where the last one stopped.",
        };
        text.to_owned()
    }

    /// The same error in the words of a system: what it was that did not come.
    pub(crate) fn expecting(self, expected: &'static str) -> Self {
        match self {
            Self::Format { url, found, .. } => Self::Format { url, expected, found },
            other => other,
        }
    }

    /// The same error of the first question that a test asks: nothing there, and something else there, are told as that,
    /// with a word on where the right address is found.
    pub(crate) fn unlike(self, look: Look) -> Self {
        match self {
            Self::Format { url, found, .. } => Self::Mistaken { url, look, found },
            Self::Status { url, status: status @ (404 | 410), detail } => Self::Absent { url, status, detail, look },
            other => other,
        }
    }

    /// Whether the same request may succeed later without anybody doing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(status, 408 | 425 | 500 | 502 | 503 | 504 | 520..=524),
            Self::Lookup { .. } | Self::Connect { .. } | Self::Timeout { .. } | Self::Cut { .. } => true,
            Self::Overtime { .. } => true,
            Self::RateLimited { .. } | Self::Busy { .. } | Self::Quota { .. } => true,
            _ => false,
        }
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { wait, .. } | Self::Busy { wait, .. } | Self::Quota { wait, .. } => *wait,
            _ => None,
        }
    }

    /// What the operator can do. It has to be true while the run waits for its next try as well as once it has failed.
    pub fn hint(&self) -> String {
        match self {
            Self::Address { .. } => {
                "Correct the address in the source's settings; it starts with https:// or http://.".into()
            }
            Self::Private { .. } => "If this system is yours, add its origin (such as http://wiki.internal:8080) to \
                 allowed-origins under [atrium.sync], and give the final address, not one that redirects to it."
                .into(),
            Self::Lookup { .. } => "Check the spelling of the host, and that this server can resolve it.".into(),
            Self::Connect { .. } => "Check that the system runs, and that a firewall lets this server reach it.".into(),
            Self::Timeout { .. } | Self::Overtime { .. } => {
                "The system is slow or overloaded, and is asked again. Tell its administrators if it stays so.".into()
            }
            Self::Cut { .. } => {
                "The system is asked again; what was read so far is kept. If it recurs, look at proxies in between."
                    .into()
            }
            Self::TooLarge { .. } => {
                "Give an address that lists less at once, or have the system send smaller pages.".into()
            }
            Self::Redirect { .. } => "Open the address in a browser and give the one that it ends at.".into(),
            Self::Status { status: 404 | 410, .. } => {
                "Nothing is there. Check the address in the source's settings.".into()
            }
            Self::Status { status: 500.., .. } => {
                "The system itself has a fault, and is asked again. Tell its administrators if it stays so.".into()
            }
            Self::Status { .. } => "Open the address in a browser to see what the system objects to.".into(),
            Self::RateLimited { .. } | Self::Busy { .. } => {
                "Nothing, unless it recurs: then sync less often, or ask its administrators for a higher limit.".into()
            }
            Self::Quota { .. } => {
                "Nothing: the run goes on when the quota is reset. If it recurs, sync less often, or ask for a \
                 larger quota."
                    .into()
            }
            Self::SignIn { .. } => {
                "Check the user name and the key or password in the source's settings, and what they may read.".into()
            }
            Self::Format { .. } => {
                "Open the address in a browser: it may be a sign-in page, or not the address of an API or feed.".into()
            }
            Self::Mistaken { look, .. } | Self::Absent { look, .. } => look.advice.into(),
            Self::Mapping { .. } => "Correct that field in the source's settings, and test again.".into(),
            Self::Api { .. } => {
                "Look the error's name up in the system's documentation, or tell its administrators.".into()
            }
            Self::Loop { .. } => "Tell its administrators; what was read so far is kept.".into(),
            Self::Cursor { .. } => "Nothing: the next sync starts from the beginning.".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_step_and_cause() {
        let error = Error::Status { url: "https://a.example/x".into(), status: 500, detail: String::new() };
        assert_eq!(error.to_string(), "asking https://a.example/x: the server answered 500");
        assert!(error.is_temporary());
        let wait = Some(Duration::from_secs(7));
        let error = Error::RateLimited { url: "https://a.example/x".into(), wait };
        assert!(error.to_string().ends_with("it asks to wait 7 s"));
        assert_eq!(error.retry_after(), wait);
        let error = Error::Status { url: String::new(), status: 404, detail: String::new() };
        assert!(!error.is_temporary());
        assert!(error.hint().contains("address"));
    }

    #[test]
    fn an_address_of_something_else_is_told_from_a_system_in_trouble() {
        let look = Look { name: "a forum", expected: "a forum's answer", advice: "Look there." };
        let url = "https://a.example/".to_owned();
        let status = |status| Error::Status { url: url.clone(), status, detail: "Not Found".into() };
        let absent = status(404).unlike(look);
        assert_eq!(absent.headline(), "Nothing is at this address: the server answered 404.");
        assert_eq!((absent.hint().as_str(), absent.stage()), ("Look there.", Stage::Reach));
        let mistaken = Error::Format { url: url.clone(), expected: "JSON", found: "a page".into() }.unlike(look);
        let told = mistaken.headline();
        assert!(["a forum", "a forum's answer", "a page"].iter().all(|part| told.contains(part)), "{told}");
        assert_eq!((mistaken.hint().as_str(), mistaken.stage()), ("Look there.", Stage::Read));
        assert_eq!(status(503).unlike(look), status(503));
    }
}
