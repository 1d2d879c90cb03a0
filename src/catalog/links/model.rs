//! What pages show of links. Compiles to wasm.

use crate::base::{Page, When};
use crate::catalog::model::Kind;
use serde::{Deserialize, Serialize};

/// How an address stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has looked yet.
    #[default]
    Unchecked,
    /// It answered.
    Works,
    /// It failed, on one day or on two.
    Suspect,
    /// It failed on three days.
    Broken,
    /// The last look said nothing about it.
    Unclear,
}

impl State {
    /// As in `data-state`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Unchecked => "unchecked",
            State::Works => "works",
            State::Suspect => "suspect",
            State::Broken => "broken",
            State::Unclear => "unclear",
        }
    }
}

/// What a look found wrong, or why it said nothing; the names are kept in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Fails: by the answer's status.
    Status,
    /// Fails: no server of that name.
    Lookup,
    /// Fails: no connection.
    Refused,
    /// Fails: no safe connection.
    Tls,
    /// Fails: no answer in time.
    Timeout,
    /// Fails: the answer broke off.
    Cut,
    /// Unclear: the host asked to be left alone for a while.
    Limited,
    /// Unclear: the host does not let us in.
    Forbidden,
    /// Unclear: the host does not like how it was asked.
    Odd,
    /// Unclear: it is a private address, or leads to one.
    Private,
    /// Unclear: it leads on to where it is not followed.
    Redirect,
    /// Unclear: our own network is at fault.
    Ours,
}

impl Why {
    /// Every reason.
    pub const ALL: [Why; 12] = [
        Why::Status,
        Why::Lookup,
        Why::Refused,
        Why::Tls,
        Why::Timeout,
        Why::Cut,
        Why::Limited,
        Why::Forbidden,
        Why::Odd,
        Why::Private,
        Why::Redirect,
        Why::Ours,
    ];

    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Status => "status",
            Why::Lookup => "lookup",
            Why::Refused => "refused",
            Why::Tls => "tls",
            Why::Timeout => "timeout",
            Why::Cut => "cut",
            Why::Limited => "limited",
            Why::Forbidden => "forbidden",
            Why::Odd => "odd",
            Why::Private => "private",
            Why::Redirect => "redirect",
            Why::Ours => "ours",
        }
    }

    /// The reason of that name.
    pub fn parse(name: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.as_str() == name)
    }
}

/// What is known of a resource's address, for its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkLine {
    /// How it stands.
    pub state: State,
    /// When somebody looked last.
    pub checked: Option<When>,
    /// Since when it fails.
    pub since: Option<When>,
    /// On how many days it failed.
    pub tries: i64,
    /// What was wrong, or why the last look said nothing; may be empty.
    pub why: String,
    /// Where it is now, by its own word.
    pub moved_to: Option<String>,
    /// Whether a look was asked for and has not been taken yet.
    pub asked: bool,
    /// Whether such addresses are checked here.
    pub checks: bool,
}

/// Which links are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Broken and suspect ones.
    #[default]
    Failing,
    /// Those that failed on three days.
    Broken,
    /// Those that failed on fewer.
    Suspect,
    /// Those of which the last look said nothing.
    Unclear,
    /// Those that are elsewhere now.
    Moved,
}

impl Which {
    /// Every choice, in the order of the page.
    pub const ALL: [Which; 5] = [Which::Failing, Which::Broken, Which::Suspect, Which::Unclear, Which::Moved];

    /// As in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Which::Failing => "failing",
            Which::Broken => "broken",
            Which::Suspect => "suspect",
            Which::Unclear => "unclear",
            Which::Moved => "moved",
        }
    }

    /// The choice of that name; the usual one for any other.
    pub fn parse(name: &str) -> Which {
        Which::ALL.into_iter().find(|which| which.as_str() == name).unwrap_or_default()
    }
}

/// What is asked for, as in the address of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Which links.
    pub which: Which,
    /// Of one source: its id.
    pub source: Option<String>,
    /// Which page, from 1.
    pub page: i64,
}

impl Filter {
    /// From the parts of an address; what is not known is left out.
    pub fn read(state: &str, source: &str, page: &str) -> Filter {
        let source = (!source.is_empty()).then(|| source.to_owned());
        Filter { which: Which::parse(state), source, page: crate::base::Paging::from_query(Some(page)).number }
    }

    /// The address that shows them.
    pub fn address(&self) -> String {
        let mut parts = Vec::new();
        if self.which != Which::default() {
            parts.push(format!("state={}", self.which.as_str()));
        }
        if let Some(source) = &self.source {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            // Ids are plain; what is not is no id, and must not become another part of the address.
            parts.push(format!("source={}", source.chars().filter(|c| plain(*c)).collect::<String>()));
        }
        if self.page > 1 {
            parts.push(format!("page={}", self.page));
        }
        if parts.is_empty() { "/links".to_owned() } else { format!("/links?{}", parts.join("&")) }
    }

    /// Of another kind, from the first page.
    pub fn of(&self, which: Which) -> Filter {
        Filter { which, page: 1, ..self.clone() }
    }

    /// Of another source or of all, from the first page.
    pub fn from_source(&self, source: Option<&str>) -> Filter {
        Filter { source: source.map(str::to_owned), page: 1, which: self.which }
    }
}

/// A link in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// The resource's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The name of its source.
    pub source: String,
    /// The address.
    pub url: String,
    /// What is known of it.
    pub line: LinkLine,
    /// When it is looked at next.
    pub next: Option<When>,
}

/// A source that has listed links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many, formatted.
    pub shown: String,
}

/// The list of links.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkList {
    /// What was asked for.
    pub filter: Filter,
    /// The links, by source, broken ones first, then by how long they fail.
    pub page: Page<LinkRow>,
    /// Sources to narrow it to.
    pub sources: Vec<SourceCount>,
    /// Whether links are checked here.
    pub checks: bool,
    /// The only hosts that are asked; none named means all.
    pub hosts: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        assert!(Why::ALL.into_iter().all(|why| Why::parse(why.as_str()) == Some(why)));
        assert!(Which::ALL.into_iter().all(|which| Which::parse(which.as_str()) == which));
        assert_eq!((Why::parse("x"), Which::parse("<all>")), (None, Which::Failing));
    }

    #[test]
    fn addresses_of_filters_lead_back_to_them() {
        let filter = Filter { which: Which::Broken, source: Some("0190-a".into()), page: 2 };
        assert_eq!(filter.address(), "/links?state=broken&source=0190-a&page=2");
        assert_eq!(Filter::read("broken", "0190-a", "2"), filter);
        assert_eq!(Filter::read("", "", "x").address(), "/links");
        assert_eq!(filter.of(Which::Failing).address(), "/links?source=0190-a");
        assert_eq!(filter.from_source(None).address(), "/links?state=broken");
        let sly = Filter { source: Some("a&page=9".into()), page: 1, ..Filter::default() };
        assert_eq!(sly.address(), "/links?source=apage9");
    }
}
