//! A search as an address carries it, and what it finds. Pure; compiles to wasm.

use super::model::{Card, DiscussionCard, Kind, Level};
use crate::base::{DAY, Page, Paging, t};
use serde::{Deserialize, Serialize};

/// The longest text that is looked at; more is cut off.
pub const TEXT_MAX: usize = 200;

/// Words that an address has for choices: `as_str` and `parse` agree.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// Every one of them, in the order in which to offer them.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// As in an address.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// The one of that name.
            pub fn parse(name: &str) -> Option<$name> {
                match name { $($word => Some($name::$variant),)* _ => None }
            }
        }
    };
}

choices! {
    /// How long a resource takes.
    Length {
        /// At most ten minutes.
        Moment = "10",
        /// More, up to half an hour.
        Break = "30",
        /// More, up to an hour.
        Hour = "60",
        /// More, up to four hours.
        Session = "240",
        /// More than that.
        Days = "more",
    }
}

impl Length {
    /// That of something that takes so many minutes.
    pub fn of(minutes: i64) -> Length {
        match minutes {
            ..=10 => Length::Moment,
            11..=30 => Length::Break,
            31..=60 => Length::Hour,
            61..=240 => Length::Session,
            _ => Length::Days,
        }
    }

    /// For reading.
    pub fn label(self) -> &'static str {
        t().catalog.lengths[self as usize]
    }
}

choices! {
    /// How lately a resource was new or changed.
    Age {
        /// In the last 30 days.
        Month = "month",
        /// In the last 365 days.
        Year = "year",
    }
}

impl Age {
    /// The earliest moment that counts, when it is `now`; epoch ms.
    pub fn since(self, now: i64) -> i64 {
        now - match self {
            Age::Month => 30 * DAY,
            Age::Year => 365 * DAY,
        }
    }

    /// For reading.
    pub fn label(self) -> &'static str {
        t().catalog.ages[self as usize]
    }
}

choices! {
    /// In which order hits are shown.
    Sort {
        /// What fits the words best; without words, the newest first.
        Best = "best",
        /// The newest first.
        Newest = "newest",
        /// What takes least time first; what says nothing of it last.
        Shortest = "shortest",
    }
}

impl Sort {
    /// For reading.
    pub fn label(self) -> &'static str {
        t().catalog.sorts[self as usize]
    }
}

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Words, as typed; at most [`TEXT_MAX`] characters.
    pub text: String,
    /// Only these kinds; none means any.
    pub kinds: Vec<Kind>,
    /// Only this topic, by id.
    pub topic: Option<String>,
    /// Only this source, by id.
    pub source: Option<String>,
    /// Only this language, by its primary tag ("pt").
    pub language: Option<String>,
    /// Only for those of this level.
    pub level: Option<Level>,
    /// Only what takes so long.
    pub length: Option<Length>,
    /// Only what is so fresh.
    pub age: Option<Age>,
    /// The order; none is [`Sort::Best`].
    pub sort: Option<Sort>,
    /// From one.
    pub page: i64,
}

impl Query {
    /// Reads the parts of an address, given in any order; what makes no sense is left out.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Query {
        let mut query = Query { page: 1, ..Query::default() };
        for (name, value) in pairs {
            let value = value.trim();
            match name {
                "q" => query.text = value.chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect(),
                "kind" => {
                    let kinds = value.split(',').filter_map(|name| Kind::parse(name.trim()));
                    query.kinds.extend(kinds);
                }
                "topic" => query.topic = id(value),
                "source" => query.source = id(value),
                "language" => query.language = id(value).map(|tag| tag.to_lowercase()),
                "level" => query.level = Level::parse(value),
                "length" => query.length = Length::parse(value),
                "age" => query.age = Age::parse(value),
                "sort" => query.sort = Sort::parse(value).filter(|sort| *sort != Sort::Best),
                "page" => query.page = Paging::from_query(Some(value)).number,
                _ => {}
            }
        }
        query.kinds.sort();
        query.kinds.dedup();
        query
    }

    /// What differs from asking for everything, by the names that an address has for it.
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let word = |word: Option<&str>| word.unwrap_or("").to_owned();
        let pairs = [
            ("q", self.text.clone()),
            ("kind", self.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")),
            ("topic", word(self.topic.as_deref())),
            ("source", word(self.source.as_deref())),
            ("language", word(self.language.as_deref())),
            ("level", word(self.level.map(Level::as_str))),
            ("length", word(self.length.map(Length::as_str))),
            ("age", word(self.age.map(Age::as_str))),
            ("sort", word(self.sort.map(Sort::as_str))),
            ("page", if self.page > 1 { self.page.to_string() } else { String::new() }),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The part of an address after `/search`: empty, or `?` and what differs from asking for everything.
    pub fn to_address(&self) -> String {
        let parts: Vec<String> =
            self.to_pairs().iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// The same search on another page.
    pub fn at_page(&self, page: i64) -> Query {
        Query { page, ..self.clone() }
    }

    /// With `kind` added, or taken away when it was asked for; from the first page.
    pub fn toggled(&self, kind: Kind) -> Query {
        let mut query = self.at_page(1);
        match query.kinds.iter().position(|k| *k == kind) {
            Some(at) => drop(query.kinds.remove(at)),
            None => query.kinds.push(kind),
        }
        query.kinds.sort();
        query
    }

    /// The text and the order alone, without filters, from the first page.
    pub fn without_filters(&self) -> Query {
        Query { text: self.text.clone(), sort: self.sort, page: 1, ..Query::default() }
    }

    /// Whether anything narrows the search beside the text.
    pub fn has_filters(&self) -> bool {
        self.without_filters() != self.at_page(1)
    }

    /// Which rows are shown.
    pub fn paging(&self) -> Paging {
        Paging::from_query(Some(&self.page.to_string()))
    }
}

/// An id or tag from an address: short, and of letters, digits, `-` and `_` only.
fn id(value: &str) -> Option<String> {
    let sound = !value.is_empty()
        && value.len() <= 64
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    sound.then(|| value.to_owned())
}

/// Percent-encodes what an address may not hold in a value.
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => out.push(byte as char),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// One way to narrow a search, and how many hits it would leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// What goes into the address.
    pub value: String,
    /// For reading.
    pub label: String,
    /// Hits with it.
    pub count: i64,
    /// That number as the reader writes it.
    pub shown: String,
}

/// Ways to narrow a search, most hits first. Each counts as if its own filter were not set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// By kind.
    pub kinds: Vec<Facet>,
    /// By topic.
    pub topics: Vec<Facet>,
    /// By source.
    pub sources: Vec<Facet>,
    /// By language.
    pub languages: Vec<Facet>,
    /// By level, lowest first.
    pub levels: Vec<Facet>,
    /// By length, shortest first.
    pub lengths: Vec<Facet>,
    /// By age, freshest first.
    pub ages: Vec<Facet>,
}

/// One resource that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The resource.
    pub card: Card,
    /// Its title in pieces; those with `true` match what was looked for.
    pub title: Vec<(String, bool)>,
    /// The part of its description that matches best, in such pieces.
    pub excerpt: Vec<(String, bool)>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Resources, best first.
    pub page: Page<Hit>,
    /// The number of hits as the reader writes it.
    pub total: String,
    /// Discussions that match; on the first page only.
    pub discussions: Vec<DiscussionCard>,
    /// Ways to narrow it.
    pub facets: Facets,
    /// Words were guessed or left out because few things had all that was typed.
    pub guessed: bool,
    /// Whether this node's index still has to read a part of the catalogue.
    pub building: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Query {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).into_owned().collect();
        Query::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    #[test]
    fn an_address_is_read_back() {
        let query = Query {
            text: "C++ & \"Rust\" 100% späti".into(),
            kinds: vec![Kind::Video, Kind::JobAid],
            topic: Some("0199-abc".into()),
            source: Some("s1".into()),
            language: Some("pt".into()),
            level: Some(Level::Advanced),
            length: Some(Length::Break),
            age: Some(Age::Year),
            sort: Some(Sort::Shortest),
            page: 3,
        };
        assert_eq!(read(&query.to_address()), query);
        assert_eq!(Query { page: 1, ..Query::default() }.to_address(), "");
        assert_eq!(read("").to_address(), "");
    }

    #[test]
    fn odd_addresses_mean_something_harmless() {
        assert_eq!(read("page=-1").page, 1);
        assert_eq!(read("page=two").page, 1);
        assert_eq!(read("page=99999999999999999999").page, 1);
        assert_eq!(read("kind=video,nonsense,video&kind=book").kinds, [Kind::Video, Kind::Book]);
        assert_eq!(read("topic=' OR 1=1").topic, None);
        assert_eq!(read(&format!("topic={}", "x".repeat(65))).topic, None);
        assert_eq!(read(&format!("q={}", "w".repeat(10_000))).text.len(), TEXT_MAX);
        assert_eq!(read("q=a%00b%0ac").text, "abc");
        assert_eq!(read("unknown=1&q=%FF").text, "\u{fffd}");
        let odd = read("level=guru&length=-1&age=decade&sort=worst");
        assert_eq!((odd.has_filters(), odd.sort), (false, None));
        assert_eq!(read("q=a&sort=best").to_address(), "?q=a", "one address for one page");
    }

    #[test]
    fn lengths_meet_without_gaps() {
        let lengths = [0, 10, 11, 30, 31, 60, 61, 240, 241].map(Length::of);
        use Length::*;
        assert_eq!(lengths, [Moment, Moment, Break, Break, Hour, Hour, Session, Session, Days]);
        assert!(Length::ALL.iter().all(|length| !length.label().is_empty()));
        assert_eq!(Age::Month.since(31 * DAY), DAY);
    }

    #[test]
    fn filters_toggle_and_start_over_from_the_first_page() {
        let query = Query { text: "rust".into(), page: 4, ..Query::default() };
        let on = query.toggled(Kind::Video);
        assert_eq!((on.kinds.as_slice(), on.page), (&[Kind::Video][..], 1));
        assert!(on.has_filters());
        assert_eq!(on.toggled(Kind::Video).kinds, []);
        assert_eq!(on.without_filters(), Query { text: "rust".into(), page: 1, ..Query::default() });
    }
}
