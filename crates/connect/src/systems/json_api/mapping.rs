//! From the answer to items, by the operator's paths.

use serde_json::Value;
use url::Url;

use super::{
    FIELDS,
    path::{Path, Read, describe, many, members, one},
};
use crate::{
    clean::{Draft, language, rejected},
    error::Error,
    model::{Kind, Level, Rejected, Resource},
    system::{Form, Found, Step},
    text::{excerpt, head, to_line},
    values::{self, Measure},
};

/// Items in which the connection test looks for what the first one lacks.
const MAX_LOOKED_AT: usize = 200;

/// Where each part of an item is found.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) items: Path,
    id: Path,
    title: Path,
    url: Address,
    summary: Option<Path>,
    kind: Kind,
    kind_path: Option<Path>,
    /// The operator's own words for kinds.
    kind_words: Vec<(String, Kind)>,
    authors: Option<Path>,
    language: Option<Tongue>,
    minutes: Option<Path>,
    measure: Measure,
    level: Option<Path>,
    topics: Option<Path>,
    published: Option<Path>,
    changed: Option<Path>,
    deleted: Option<Path>,
    /// Values that mean deleted; none means whatever says yes.
    deleted_words: Vec<String>,
}

/// A language, or where to find it.
#[derive(Clone, Debug)]
enum Tongue {
    Fixed(String),
    At(Path),
}

/// How an item's address is found.
#[derive(Clone, Debug)]
enum Address {
    At(Path),
    Template(Vec<Part>),
}

/// A part of an address template.
#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Id,
    At(Path),
}

/// What an element of the list is.
pub(super) enum Mapped {
    Item(Result<Resource, Rejected>),
    /// The id of an item that calls itself deleted.
    Gone(String),
}

/// Reads a path; the form notes what is wrong with it.
pub(super) fn path(form: &mut Form<'_>, name: &str) -> Option<Path> {
    let text = form.some(name)?;
    Path::parse(&text).map_err(|fault| form.fault(name, fault)).ok()
}

impl Mapping {
    /// Reads the settings; none where one of them is faulty, which the form then knows.
    pub(super) fn read(form: &mut Form<'_>) -> Option<Self> {
        let [items, id, title] = ["items", "id", "title"].map(|name| path(form, name));
        let url = form.some("url").and_then(|text| match Address::parse(&text) {
            Ok(address) => Some(address),
            Err(fault) => {
                form.fault("url", fault);
                None
            }
        });
        let language = tongue(form);
        let kind_words = kind_words(form);
        let [summary, kind_path, authors, minutes] =
            ["summary", "kind_path", "authors", "minutes"].map(|name| path(form, name));
        let [level, topics, published, changed, deleted] =
            ["level", "topics", "published", "changed", "deleted"].map(|name| path(form, name));
        if form.some("deleted_words").is_some() && form.some("deleted").is_none() {
            form.fault("deleted", "Give the path whose value means that an item is deleted.");
        }
        Some(Self {
            items: items?,
            id: id?,
            title: title?,
            url: url?,
            summary,
            kind: Kind::parse(form.get("kind")).unwrap_or(Kind::Article),
            kind_path,
            kind_words,
            authors,
            language,
            minutes,
            measure: Measure::parse(form.get("minutes_unit")),
            level,
            topics,
            published,
            changed,
            deleted,
            deleted_words: values::list(form.get("deleted_words")).iter().map(|word| word.to_lowercase()).collect(),
        })
    }

    /// The elements of the list, or what the answer is instead.
    ///
    /// # Errors
    /// Where the path to the items leads to nothing, in words. An empty list is none.
    pub(super) fn items<'a>(&self, answer: &'a Value) -> Result<Vec<&'a Value>, String> {
        let found = self.items.all(answer);
        match found.as_slice() {
            [Value::Array(list)] => return Ok(list.iter().collect()),
            [] => {}
            _ => return Ok(found),
        }
        let lists = self.items.parent().map(|parent| parent.all(answer));
        match lists.as_deref() {
            Some([]) => Err(format!("nothing; the answer is {}", describe(answer))),
            Some([Value::Array(_) | Value::Object(_), ..]) => Ok(found),
            Some([other, ..]) => Err(format!("no list but {}", describe(other))),
            // A filter, or the like: nothing may well be meant.
            None if self.items.as_str().contains('?') => Ok(found),
            None => Err(format!("nothing; the answer is {}", describe(answer))),
        }
    }

    /// What one element is.
    pub(super) fn map(&self, item: &Value, base: &Url) -> Mapped {
        let shown = || shown(item);
        let id = match one(&self.id.all(item)) {
            Read::Value(id) => id,
            other => return Mapped::Item(Err(rejected(None, &self.missing("id", &self.id, other, item), &shown()))),
        };
        if self.is_deleted(item) {
            return Mapped::Gone(id);
        }
        let reject = |reason: String| Mapped::Item(Err(rejected(Some(&id), &reason, &shown())));
        let url = match self.url.of(item, &id) {
            Read::Value(url) => url,
            Read::Nothing => {
                return reject(format!(
                    "{}: {} finds nothing; the item is an object {}.",
                    label("url"),
                    self.url.shown(),
                    members(item)
                ));
            }
            Read::Unusable(found) => return reject(format!("{}: {} finds {found}.", label("url"), self.url.shown())),
        };
        let summary = text(self.summary.as_ref(), item).value().unwrap_or_default();
        let title = match one(&self.title.all(item)) {
            Read::Value(title) => title,
            Read::Nothing if !summary.is_empty() => String::new(),
            other => return reject(self.missing("title", &self.title, other, item)),
        };
        let draft = Draft {
            external_id: id.clone(),
            url,
            title,
            summary,
            authors: self.authors(item).value().unwrap_or_default(),
            language: self.language(item).value(),
            minutes: self.minutes(item).value(),
            level: self.level(item).value(),
            topics: self.topics(item).value().unwrap_or_default(),
            published_at: moment(self.published.as_ref(), item).value(),
            changed_at: moment(self.changed.as_ref(), item).value(),
            ..Draft::new(self.kind(item).value().unwrap_or(self.kind))
        };
        Mapped::Item(draft.finish(base))
    }

    fn missing(&self, field: &str, path: &Path, read: Read<String>, item: &Value) -> String {
        let found = match read {
            Read::Unusable(found) => found,
            _ => format!("nothing; the item is {}", describe(item)),
        };
        format!("{}: {} finds {found}.", label(field), path.as_str())
    }

    fn is_deleted(&self, item: &Value) -> bool {
        let Some(path) = &self.deleted else { return false };
        let Read::Value(value) = one(&path.all(item)) else { return false };
        if self.deleted_words.is_empty() {
            values::is_yes(&value)
        } else {
            self.deleted_words.contains(&value.to_lowercase())
        }
    }

    fn kind(&self, item: &Value) -> Read<Kind> {
        text(self.kind_path.as_ref(), item).then(
            |word| format!("“{}”, which is no kind", excerpt(word, 60)),
            |word| {
                let plain = values::plain_word(word);
                let own = self.kind_words.iter().find(|(known, _)| *known == plain).map(|(_, kind)| *kind);
                own.or_else(|| values::kind(word))
            },
        )
    }

    fn authors(&self, item: &Value) -> Read<Vec<String>> {
        self.authors.as_ref().map_or(Read::Nothing, |path| many(&path.all(item)))
    }

    fn topics(&self, item: &Value) -> Read<Vec<String>> {
        let Some(path) = &self.topics else { return Read::Nothing };
        match many(&path.all(item)) {
            // One text with all of them.
            Read::Value(topics) if topics.len() == 1 => Read::Value(values::list(&topics[0])),
            other => other,
        }
    }

    fn language(&self, item: &Value) -> Read<String> {
        match &self.language {
            None => Read::Nothing,
            Some(Tongue::Fixed(tag)) => Read::Value(tag.clone()),
            Some(Tongue::At(path)) => one(&path.all(item))
                .then(|tag| format!("“{}”, which is no language tag", excerpt(tag, 60)), |tag| language(tag)),
        }
    }

    fn minutes(&self, item: &Value) -> Read<i64> {
        let expected = |text: &String| format!("“{}”, which is no length of that unit", excerpt(text, 60));
        text(self.minutes.as_ref(), item).then(expected, |text| values::minutes(text, self.measure))
    }

    fn level(&self, item: &Value) -> Read<Level> {
        text(self.level.as_ref(), item)
            .then(|word| format!("“{}”, which is no level", excerpt(word, 60)), |word| values::level(word))
    }
}

fn text(path: Option<&Path>, item: &Value) -> Read<String> {
    path.map_or(Read::Nothing, |path| one(&path.all(item)))
}

fn moment(path: Option<&Path>, item: &Value) -> Read<i64> {
    text(path, item).then(|text| format!("“{}”, which is no date", excerpt(text, 60)), |text| values::moment(text))
}

fn tongue(form: &mut Form<'_>) -> Option<Tongue> {
    let text = form.some("language")?;
    if text.starts_with('$') {
        return path(form, "language").map(Tongue::At);
    }
    let tag = language(&text);
    if tag.is_none() {
        form.fault("language", "Give a language tag such as en or pt-BR, or a path such as $.language.");
    }
    tag.map(Tongue::Fixed)
}

/// `webinar=event, e-learning=course`
fn kind_words(form: &mut Form<'_>) -> Vec<(String, Kind)> {
    let mut words = Vec::new();
    for pair in values::list(form.get("kind_words")) {
        let Some((word, kind)) = pair.split_once('=') else {
            form.fault("kind_words", "Write each as word=kind, such as webinar=event, and put commas between them.");
            continue;
        };
        match Kind::parse(kind.trim()) {
            Some(kind) => words.push((values::plain_word(word), kind)),
            None => {
                let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
                form.fault(
                    "kind_words",
                    format!("“{}” is no kind; the kinds are {}.", excerpt(kind, 40), known.join(", ")),
                );
            }
        }
    }
    words
}

impl Address {
    fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('$') {
            return Path::parse(text).map(Self::At);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, inner)) = rest.split_once('{') {
            let (name, after) = inner.split_once('}').ok_or("Close the brace: {id}.")?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(match name.trim() {
                "id" => Part::Id,
                path if path.starts_with('$') => Part::At(Path::parse(path)?),
                other => {
                    return Err(format!(
                        "{{{}}} is not known; write {{id}} or a path, such as {{$.slug}}.",
                        excerpt(other, 30)
                    ));
                }
            });
            rest = after;
        }
        if parts.is_empty() {
            return Err("Give a path such as $.url, or an address with {id} in it, such as https://learn.example.org/items/{id}.".to_owned());
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self::Template(parts))
    }

    fn of(&self, item: &Value, id: &str) -> Read<String> {
        let parts = match self {
            Self::At(path) => return one(&path.all(item)),
            Self::Template(parts) => parts,
        };
        let mut url = String::new();
        for part in parts {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Id => url.push_str(&encoded(id)),
                Part::At(path) => match one(&path.all(item)) {
                    Read::Value(value) => url.push_str(&encoded(&value)),
                    other => return other,
                },
            }
        }
        Read::Value(url)
    }

    fn shown(&self) -> String {
        let shown = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Id => "{id}".to_owned(),
            Part::At(path) => format!("{{{}}}", path.as_str()),
        };
        match self {
            Self::At(path) => path.as_str().to_owned(),
            Self::Template(parts) => parts.iter().map(shown).collect(),
        }
    }
}

/// A value as a part of an address (RFC 3986, section 2.3); a slash stays one.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The start of an element as an operator may recognise it.
fn shown(item: &Value) -> String {
    excerpt(&to_line(head(&item.to_string(), 2000)), 300)
}

/// What the form calls a field.
pub(super) fn label(name: &str) -> &'static str {
    FIELDS.iter().find(|field| field.name == name).map_or("", |field| field.label)
}

/// What a field of the first item came to.
struct Shown {
    name: &'static str,
    from: String,
    is_required: bool,
    read: Read<String>,
}

impl Mapping {
    /// What the first item becomes, field by field. The texts are of the answer, and may hold anything.
    pub(super) fn explain(&self, items: &[&Value], base: &Url) -> Vec<Step> {
        let Some(first) = items.first() else { return Vec::new() };
        let items = &items[..items.len().min(MAX_LOOKED_AT)];
        let mut steps: Vec<Step> = Vec::new();
        for shown in self.fields(first, base) {
            let name = shown.name;
            let others = || items.iter().skip(1).filter(|item| self.has(name, item, base)).count();
            steps.push(step(shown, first, items.len(), others));
        }
        if self.is_deleted(first) {
            let said = "The first item calls itself deleted; others are read as above".to_owned();
            steps.push(Step { what: label("deleted").to_owned(), outcome: Ok(Found::Checked(said)) });
        }
        steps
    }

    fn has(&self, name: &str, item: &Value, base: &Url) -> bool {
        let found = self.fields(item, base).into_iter().find(|shown| shown.name == name);
        found.is_some_and(|shown| matches!(shown.read, Read::Value(_)))
    }

    fn fields(&self, item: &Value, base: &Url) -> Vec<Shown> {
        let at =
            |name, path: &Path, is_required, read| Shown { name, from: path.as_str().to_owned(), is_required, read };
        let id = one(&self.id.all(item));
        let url = id.clone().value().map_or(Read::Nothing, |id| self.url.of(item, &id)).then(
            |url| format!("“{}”, which is no web address", excerpt(url, 80)),
            |url| crate::clean::web_address(url, base).ok(),
        );
        let mut fields = vec![
            at("id", &self.id, true, id),
            at("title", &self.title, true, one(&self.title.all(item))),
            Shown { name: "url", from: self.url.shown(), is_required: true, read: url },
        ];
        let day = |path: &Option<Path>| moment(path.as_ref(), item).then(|_| String::new(), |at| values::day(*at));
        let joined = |read: Read<Vec<String>>| read.then(|_| String::new(), |all| Some(all.join(", ")));
        let optional = [
            ("summary", &self.summary, text(self.summary.as_ref(), item)),
            (
                "kind_path",
                &self.kind_path,
                self.kind(item).then(|_| String::new(), |kind| Some(kind.as_str().to_owned())),
            ),
            ("authors", &self.authors, joined(self.authors(item))),
            ("minutes", &self.minutes, self.minutes(item).then(|_| String::new(), |n| Some(format!("{n} minutes")))),
            ("level", &self.level, self.level(item).then(|_| String::new(), |level| Some(level.as_str().to_owned()))),
            ("topics", &self.topics, joined(self.topics(item))),
            ("published", &self.published, day(&self.published)),
            ("changed", &self.changed, day(&self.changed)),
        ];
        fields
            .extend(optional.into_iter().filter_map(|(name, path, read)| Some(at(name, path.as_ref()?, false, read))));
        if let Some(Tongue::At(path)) = &self.language {
            fields.push(at("language", path, false, self.language(item)));
        }
        fields
    }
}

fn step(shown: Shown, first: &Value, items: usize, others: impl FnOnce() -> usize) -> Step {
    let Shown { name, from, is_required, read } = shown;
    let field = label(name).to_owned();
    let broken = |found: String| Err(Error::Mapping { field: field.clone(), path: from.clone(), found });
    let outcome = match read {
        Read::Value(text) => Ok(Found::Checked(format!("“{}”, by {from}", excerpt(&to_line(head(&text, 1000)), 100)))),
        Read::Unusable(found) => broken(found),
        Read::Nothing if is_required => broken(format!("nothing; the first item is {}", describe(first))),
        Read::Nothing => match others() {
            0 => broken(format!("nothing in any of {items} items; the first is {}", describe(first))),
            some => Ok(Found::NotChecked(format!("{from} finds nothing in the first item, but in {some} of {items}"))),
        },
    };
    Step { what: field, outcome }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::system::Settings;

    fn mapping(more: &[(&str, &str)]) -> Result<Mapping, BTreeMap<String, String>> {
        let mut settings = Settings::from([("address".to_owned(), "https://a.example/items".to_owned())]);
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut form = Form::new(FIELDS, &settings);
        let mapping = Mapping::read(&mut form);
        mapping.filter(|_| form.faults().is_empty()).ok_or_else(|| form.faults().clone())
    }

    fn base() -> Url {
        Url::parse("https://a.example/items").unwrap()
    }

    fn item(mapping: &Mapping, item: &Value) -> Result<Resource, Rejected> {
        match mapping.map(item, &base()) {
            Mapped::Item(item) => item,
            Mapped::Gone(id) => panic!("{id} is gone"),
        }
    }

    #[test]
    fn an_address_is_made_of_what_the_item_says() {
        let of = |url: &str| mapping(&[("url", url)]).unwrap();
        let value = json!({"id": "a b/7", "title": "T", "slug": "x?y", "url": "/z"});
        assert_eq!(item(&of("$.url"), &value).unwrap().url, "https://a.example/z");
        assert_eq!(item(&of("https://b.example/i/{id}"), &value).unwrap().url, "https://b.example/i/a%20b/7");
        assert_eq!(item(&of("/c/{$.slug}/{id}?x=1"), &value).unwrap().url, "https://a.example/c/x%3Fy/a%20b/7?x=1");
        for bad in ["https://b.example/", "https://b.example/{slug}", "https://b.example/{id", "{$.}", "$."] {
            assert!(mapping(&[("url", bad)]).unwrap_err().contains_key("url"), "{bad}");
        }
    }

    #[test]
    fn a_broken_mapping_says_what_it_found() {
        let mapping = mapping(&[("title", "$.attributes")]).unwrap();
        let value = json!({"id": 1, "attributes": {"name": "T"}, "url": "/1"});
        let reason = item(&mapping, &value).unwrap_err().reason;
        assert!(reason.contains("Title") && reason.contains("$.attributes") && reason.contains("name"), "{reason}");
        let reason = item(&mapping, &json!({"uid": 1})).unwrap_err().reason;
        assert!(reason.contains("$.id finds nothing") && reason.contains("uid"), "{reason}");
    }

    #[test]
    fn what_is_deleted_is_gone() {
        let gone = |more: &[(&str, &str)], value: &Value| {
            matches!(mapping(more).unwrap().map(value, &base()), Mapped::Gone(_))
        };
        let value = |deleted: Value| json!({"id": 1, "title": "T", "url": "/1", "x": deleted});
        for yes in [json!(true), json!(1), json!("2024-01-01"), json!("archived")] {
            assert!(gone(&[("deleted", "$.x")], &value(yes.clone())), "{yes}");
        }
        for no in [json!(false), json!(0), json!(null), json!(""), json!("false")] {
            assert!(!gone(&[("deleted", "$.x")], &value(no.clone())), "{no}");
        }
        let words = [("deleted", "$.x"), ("deleted_words", "archived, Retired")];
        assert!(gone(&words, &value(json!("retired"))) && !gone(&words, &value(json!("active"))));
        assert!(mapping(&words[1..]).unwrap_err().contains_key("deleted"));
    }

    #[test]
    fn kinds_and_topics_are_read_from_words() {
        let more = [("kind_path", "$.k"), ("kind_words", "Face to face=event, nano = video"), ("topics", "$.t")];
        let mapping = mapping(&more).unwrap();
        let of = |kind: &str| {
            let item = item(&mapping, &json!({"id": 1, "title": "T", "url": "/1", "k": kind, "t": "a, b"})).unwrap();
            (item.kind, item.topics.len())
        };
        assert_eq!(of("face-to-face"), (Kind::Event, 2));
        assert_eq!(of("Nano"), (Kind::Video, 2));
        assert_eq!(of("eBook"), (Kind::Book, 2));
        assert_eq!(of("?"), (Kind::Article, 2));
        for bad in ["webinar", "webinar=party"] {
            assert!(super::tests::mapping(&[("kind_words", bad)]).unwrap_err().contains_key("kind_words"), "{bad}");
        }
    }

    #[test]
    fn an_empty_list_is_told_from_a_wrong_path() {
        let items =
            |path: &str, answer: Value| mapping(&[("items", path)]).unwrap().items(&answer).map(|items| items.len());
        assert_eq!(items("$.results[*]", json!({"results": []})), Ok(0));
        assert_eq!(items("$.results", json!({"results": [1, 2]})), Ok(2));
        assert_eq!(items("$", json!([1, 2, 3])), Ok(3));
        assert_eq!(items("$.a[?@.x]", json!({"a": []})), Ok(0));
        let fault = items("$.data[*]", json!({"results": []})).unwrap_err();
        assert!(fault.contains("results"), "{fault}");
        assert!(items("$.results[*]", json!({"results": null})).unwrap_err().contains("null"));
        assert!(items("$.data", json!({"results": []})).is_err());
    }
}
