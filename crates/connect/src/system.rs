//! The two traits that a system implements, and the form that its settings are entered in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use async_trait::async_trait;
use url::Url;

use crate::{
    error::{Error, Stage},
    http::Http,
    model::{Cursor, Page},
    progress::Progress,
    systems::{
        canvas, confluence, discourse, feeds, github, gitlab, json_api, linkedin, mediawiki, moodle, nodebb, openedx,
        opml, peertube, sitemap, table, vimeo, wordpress, youtube,
    },
};

/// Reads one source.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The page after `cursor`; none starts a first run.
    ///
    /// # Errors
    /// Where the page cannot be had at all. Single broken items are [`Page::rejected`] instead.
    async fn page(&self, http: &Http, cursor: Option<&Cursor>) -> Result<Page, Error>;

    /// Tries address, reach, sign-in and reading, and stops at the first failure.
    async fn test(&self, http: &Http) -> Vec<Step>;

    /// Who takes which course, where the system can tell.
    fn progress(&self) -> Option<&dyn Progress> {
        None
    }
}

/// One step of a connection test.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What was tried.
    pub what: String,
    /// What came of it.
    pub outcome: Result<Found, Error>,
}

/// What a step of a test that did not fail came to, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was tried, and it works.
    Checked(String),
    /// There is nothing to try.
    NotNeeded(String),
    /// The test ended before it was known.
    NotChecked(String),
}

impl Found {
    /// A sign-in: `works` is what to say when it does, none where there is nothing to sign in with; `is_known` where the
    /// answers tell.
    pub(crate) fn sign_in(works: Option<String>, is_known: bool) -> Self {
        match works {
            None => Self::NotNeeded("No user name, key or password is given, so none was sent".to_owned()),
            Some(said) if is_known => Self::Checked(said),
            Some(_) => Self::NotChecked("The answer does not tell whether the sign-in works".to_owned()),
        }
    }
}

/// The steps of a test that found what it says about the server and the items, or stopped with an error; `sign_in` is what
/// became of that.
pub(crate) fn steps(found: Result<[String; 2], Error>, sign_in: Found) -> Vec<Step> {
    let (said, error) = match found {
        Ok(said) => (said, None),
        Err(error) => (["A server answers there".to_owned(), String::new()], Some(error)),
    };
    let [reach, read] = said.map(Found::Checked);
    let found = [Found::Checked("The address may be asked".to_owned()), reach, sign_in, read];
    let mut steps = Vec::new();
    for (stage, found) in Stage::ALL.into_iter().zip(found) {
        let fault = error.clone().filter(|error| error.stage() == stage);
        let ends = fault.is_some();
        steps.push(Step { what: stage.what().to_owned(), outcome: fault.map_or(Ok(found), Err) });
        if ends {
            break;
        }
    }
    steps
}

/// Settings by field name, secrets included.
pub type Settings = BTreeMap<String, String>;

/// One setting of a system, as a form shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    /// A sentence or two below the input.
    pub help: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// What an empty input means.
    pub default: &'static str,
}

/// How a setting is entered and checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldKind {
    Text,
    /// An absolute http or https address without credentials in it.
    Url,
    /// Kept encrypted, never shown again.
    Secret,
    /// A whole number, zero or more.
    Number,
    /// One of these: what is stored, and what is shown.
    Choice(&'static [(&'static str, &'static str)]),
    /// `true` or `false`.
    Flag,
}

/// A part of a long form: the fields from one on, up to the next section. The fields before the first one stand without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    /// The name of its first field.
    pub from: &'static str,
    pub title: &'static str,
    /// A sentence below the title.
    pub help: &'static str,
    /// Shut until somebody opens it, or something in it is filled in.
    pub folded: bool,
}

/// A kind of system that sources can be of.
pub trait System: Send + Sync {
    /// What it is stored under: `feeds`.
    fn kind(&self) -> &'static str;
    /// What people call it: `Web feeds`.
    fn name(&self) -> &'static str;
    /// What it brings, in a sentence.
    fn summary(&self) -> &'static str;
    /// Where its API is documented.
    fn docs(&self) -> &'static str;
    /// The settings that [`System::connect`] reads.
    fn fields(&self) -> &'static [Field];
    /// Where the form is long: its parts, in the order of the fields.
    fn sections(&self) -> &'static [Section] {
        &[]
    }

    /// Makes a connector. Nothing is asked of the network.
    ///
    /// # Errors
    /// A message for each field that cannot be used.
    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>>;
}

/// Systems of one sort, as they are offered to choose from.
pub struct Family {
    /// What they have in common: `Video`.
    pub title: &'static str,
    pub systems: &'static [&'static dyn System],
}

/// Every system there is, by sort, in the order in which to offer them. A new one is one line here.
pub fn families() -> &'static [Family] {
    &[
        Family { title: "Learning systems", systems: &[&moodle::Moodle, &canvas::Canvas, &openedx::OpenEdx] },
        Family { title: "Course libraries", systems: &[&linkedin::LinkedIn] },
        Family {
            title: "Pages and posts",
            systems: &[&confluence::Confluence, &mediawiki::MediaWiki, &wordpress::WordPress, &sitemap::Sitemap],
        },
        Family { title: "Video", systems: &[&peertube::PeerTube, &vimeo::Vimeo, &youtube::YouTube] },
        Family { title: "Conversations", systems: &[&discourse::Discourse, &nodebb::NodeBb] },
        Family { title: "Code and its documents", systems: &[&github::GitHub, &gitlab::GitLab] },
        Family { title: "Feeds, podcasts and lists", systems: &[&feeds::Feeds, &opml::Opml, &table::Table] },
        Family { title: "Anything else", systems: &[&json_api::JsonApi] },
    ]
}

/// Every system there is, in the same order.
pub fn systems() -> &'static [&'static dyn System] {
    static ALL: LazyLock<Vec<&'static dyn System>> =
        LazyLock::new(|| families().iter().flat_map(|family| family.systems).copied().collect());
    &ALL
}

/// The system of this kind.
pub fn system(kind: &str) -> Option<&'static dyn System> {
    systems().iter().copied().find(|system| system.kind() == kind)
}

/// Reads settings by their fields, and gathers what is wrong with them.
pub(crate) struct Form<'a> {
    fields: &'static [Field],
    settings: &'a Settings,
    faults: BTreeMap<String, String>,
}

impl<'a> Form<'a> {
    /// Checks every field by its kind; unknown settings are left alone.
    pub(crate) fn new(fields: &'static [Field], settings: &'a Settings) -> Self {
        let mut form = Self { fields, settings, faults: BTreeMap::new() };
        for field in fields {
            if let Some(fault) = fault(field, form.get(field.name)) {
                form.fault(field.name, fault);
            }
        }
        form
    }

    /// The trimmed value, or the default of an empty one.
    pub(crate) fn get(&self, name: &str) -> &'a str {
        let given = self.settings.get(name).map(|value| value.trim()).unwrap_or_default();
        let default = || self.fields.iter().find(|field| field.name == name).map_or("", |field| field.default);
        if given.is_empty() { default() } else { given }
    }

    /// The value, or none where it is empty.
    pub(crate) fn some(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name) == "true"
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.get(name).parse().unwrap_or_default()
    }

    /// The address; a placeholder where it is not one, which `finish` then refuses.
    pub(crate) fn url(&self, name: &str) -> Option<Url> {
        Url::parse(self.get(name)).ok()
    }

    /// Notes a fault, unless the field has one.
    pub(crate) fn fault(&mut self, name: &str, text: impl Into<String>) {
        self.faults.entry(name.to_owned()).or_insert_with(|| text.into());
    }

    /// What is wrong so far, by field.
    #[cfg(test)]
    pub(crate) fn faults(&self) -> &BTreeMap<String, String> {
        &self.faults
    }

    /// The connector, unless something is wrong.
    pub(crate) fn finish<C: Connector + 'static>(
        self,
        connector: Option<C>,
    ) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        match connector {
            Some(connector) if self.faults.is_empty() => Ok(Box::new(connector)),
            _ => Err(self.faults),
        }
    }
}

fn fault(field: &Field, value: &str) -> Option<String> {
    if value.is_empty() {
        return field.required.then(|| format!("Give the {}.", field.label.to_lowercase()));
    }
    if value.len() > 2000 {
        return Some("Longer than 2000 characters; shorten it.".to_owned());
    }
    match field.kind {
        FieldKind::Text | FieldKind::Secret if value.chars().any(char::is_control) => {
            Some("Contains line breaks or control characters; remove them.".to_owned())
        }
        FieldKind::Text | FieldKind::Secret => None,
        FieldKind::Url => url_fault(value),
        FieldKind::Number if value.parse::<u32>().is_err() => Some("Give a whole number, such as 7.".to_owned()),
        FieldKind::Choice(choices) if !choices.iter().any(|(stored, _)| *stored == value) => {
            let known: Vec<_> = choices.iter().map(|(stored, _)| *stored).collect();
            Some(format!("Choose one of {}.", known.join(", ")))
        }
        FieldKind::Flag if !matches!(value, "true" | "false") => Some("Say true or false.".to_owned()),
        FieldKind::Number | FieldKind::Choice(_) | FieldKind::Flag => None,
    }
}

fn url_fault(value: &str) -> Option<String> {
    let Ok(url) = Url::parse(value) else {
        return Some("Give a whole address, such as https://learn.example.org/feed.xml.".to_owned());
    };
    if !matches!(url.scheme(), "http" | "https") {
        Some("Give an address that starts with https:// or http://.".to_owned())
    } else if !url.username().is_empty() || url.password().is_some() {
        Some("Leave user name and password out of the address; they have fields of their own.".to_owned())
    } else if url.host_str().is_none_or(str::is_empty) {
        Some("The address names no host.".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_checks_its_fields() {
        for system in systems() {
            let faults = system.connect(&Settings::new()).err().expect("an address is required");
            assert!(faults.contains_key("address"), "{}: {faults:?}", system.kind());
            assert_eq!(super::system(system.kind()).map(System::name), Some(system.name()));
            for bad in ["ftp://a.example/api.php", "nowhere", "https://u:p@a.example/api.php", "javascript:alert(1)"] {
                let settings = Settings::from([("address".to_owned(), bad.to_owned())]);
                assert!(system.connect(&settings).err().is_some_and(|f| f.contains_key("address")), "{bad}");
            }
            let mut names = system.fields().iter().map(|field| field.name);
            for section in system.sections() {
                assert!(names.any(|name| name == section.from), "{}: {}", system.kind(), section.from);
            }
            for field in system.fields() {
                assert!(!field.label.is_empty() && !field.help.is_empty(), "{}", field.name);
                assert!(fault(&Field { required: false, ..*field }, field.default).is_none(), "{}", field.name);
            }
        }
        assert!(super::system("nothing").is_none());
    }

    #[test]
    fn a_form_names_the_field_that_is_wrong() {
        let settings = |pairs: &[(&str, &str)]| -> Settings {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let system = super::system("feeds").unwrap();
        let address = ("address", "https://a.example/feed");
        assert!(system.connect(&settings(&[address])).is_ok());
        let faults = system.connect(&settings(&[address, ("kind", "poem"), ("complete", "maybe")])).err().unwrap();
        assert_eq!(faults.keys().map(String::as_str).collect::<Vec<_>>(), ["complete", "kind"]);
    }

    #[test]
    fn a_test_stops_at_the_step_that_failed() {
        let error = Error::SignIn { url: "https://a.example".into(), reason: "no".into() };
        let steps = steps(Err(error.clone()), Found::sign_in(None, false));
        assert_eq!(steps.len(), 3);
        assert_eq!(steps[2].outcome, Err(error));
    }
}
