//! JSONPaths, and what they find.

use jsonpath_rust::{
    parser::{model::JpQuery, parse_json_path},
    query::js_path_process,
};
use serde_json::Value;

use crate::text::{excerpt, head, to_line};

/// A JSONPath (RFC 9535) as it was entered.
#[derive(Clone, Debug)]
pub(super) struct Path {
    text: String,
    query: JpQuery,
}

impl Path {
    /// Reads one.
    ///
    /// # Errors
    /// What to do about it, in a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if !text.starts_with('$') {
            return Err(format!("A JSONPath starts with $, such as $.{}.", first_word(text)));
        }
        if digs_too_deep(text) {
            return Err(
                "Use .. at most once, and not within brackets: it looks at everything below, each time.".to_owned()
            );
        }
        let query = parse_json_path(text).ok().filter(|_| !has_gap(text)).ok_or_else(|| {
            "This is no JSONPath (RFC 9535). They look like $.title or $.authors[*].name; a name of other letters than \
             a to z, digits and _ goes in brackets, such as $['read-time']."
                .to_owned()
        })?;
        Ok(Self { text: text.to_owned(), query })
    }

    /// As it was entered.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Everything that it finds.
    pub(super) fn all<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let found = js_path_process(&self.query, value).unwrap_or_default();
        found.into_iter().map(|found| found.val).collect()
    }

    /// The path to the list whose elements this one takes, where it takes all of them.
    pub(super) fn parent(&self) -> Option<Self> {
        Self::parse(self.text.strip_suffix("[*]").or_else(|| self.text.strip_suffix(".*"))?).ok()
    }
}

/// Whether there is white space between the parts of a path. The standard allows some, and the parser takes more: what
/// looks like a name of two words would silently be read as another path.
fn has_gap(text: &str) -> bool {
    unquoted(text).into_iter().any(|(letter, depth)| letter.is_whitespace() && depth == 0)
}

/// Whether a path goes through all descendants (`..`) twice, or for each element of a filter: that costs the square of
/// the answer's size.
fn digs_too_deep(text: &str) -> bool {
    let letters = unquoted(text);
    let descents = letters.windows(2).filter(|pair| pair[0].0 == '.' && pair[1].0 == '.').map(|pair| pair[0].1);
    let depths: Vec<usize> = descents.collect();
    depths.len() > 1 || depths.iter().any(|depth| *depth > 0)
}

/// The letters of a path outside of quotes, each with the number of brackets that are open there. A quoted text leaves a
/// quotation mark.
fn unquoted(text: &str) -> Vec<(char, usize)> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    let mut found = Vec::new();
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quote.is_some() => escaped = true,
            '"' | '\'' if quote == Some(letter) => quote = None,
            '"' | '\'' if quote.is_none() => {
                quote = Some(letter);
                found.push((letter, depth));
            }
            _ if quote.is_some() => {}
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            letter => found.push((letter, depth)),
        }
    }
    found
}

fn first_word(text: &str) -> String {
    let word: String =
        text.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(20).collect();
    if word.is_empty() { "title".to_owned() } else { word }
}

/// What a path found where a value was wanted.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read<T> {
    /// No such member, or null, or an empty text or list.
    Nothing,
    /// What was found instead, in words.
    Unusable(String),
    Value(T),
}

impl<T> Read<T> {
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// Takes the value further; `found` says what it was, should that fail.
    pub(super) fn then<U>(self, found: impl FnOnce(&T) -> String, read: impl FnOnce(&T) -> Option<U>) -> Read<U> {
        match self {
            Self::Nothing => Read::Nothing,
            Self::Unusable(found) => Read::Unusable(found),
            Self::Value(value) => read(&value).map_or_else(|| Read::Unusable(found(&value)), Read::Value),
        }
    }
}

/// The first text among what was found; numbers and flags are taken as they are written.
pub(super) fn one(found: &[&Value]) -> Read<String> {
    let mut unusable = None;
    for value in found {
        match value {
            Value::String(text) if !text.trim().is_empty() => return Read::Value(text.trim().to_owned()),
            Value::Number(number) => return Read::Value(number.to_string()),
            Value::Bool(flag) => return Read::Value(flag.to_string()),
            Value::Array(list) => match one(&list.iter().take(1).collect::<Vec<_>>()) {
                Read::Value(text) => return Read::Value(text),
                Read::Unusable(_) => unusable = unusable.or_else(|| Some(describe(value))),
                Read::Nothing => {}
            },
            Value::Object(_) => unusable = unusable.or_else(|| Some(describe(value))),
            _ => {}
        }
    }
    unusable.map_or(Read::Nothing, Read::Unusable)
}

/// All texts among what was found, lists within it included.
pub(super) fn many(found: &[&Value]) -> Read<Vec<String>> {
    let mut texts = Vec::new();
    let mut unusable = None;
    let lists = found.iter().flat_map(|value| match value {
        Value::Array(list) => list.iter().collect(),
        other => vec![*other],
    });
    for value in lists.take(200) {
        match one(&[value]) {
            Read::Value(text) => texts.push(text),
            Read::Unusable(found) => unusable = unusable.or(Some(found)),
            Read::Nothing => {}
        }
    }
    match unusable {
        _ if !texts.is_empty() => Read::Value(texts),
        Some(found) => Read::Unusable(found),
        None => Read::Nothing,
    }
}

/// A value in words, for somebody who looks for the right path.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the flag {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text “{}”", excerpt(&to_line(head(text, 400)), 60)),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(list) => match list.first() {
            Some(Value::Object(_)) => format!("a list of objects {}", members(&list[0])),
            _ => format!("a list of {}", list.len()),
        },
        Value::Object(_) => format!("an object {}", members(value)),
    }
}

/// The names of an object's members, in words.
pub(super) fn members(value: &Value) -> String {
    let Some(fields) = value.as_object().filter(|fields| !fields.is_empty()) else {
        return "without members".to_owned();
    };
    let names: Vec<String> = fields.keys().take(20).map(|name| excerpt(&to_line(head(name, 120)), 40)).collect();
    let more = if fields.len() > names.len() { ", …" } else { "" };
    format!("with the members {}{more}", excerpt(&names.join(", "), 200))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_those_of_the_standard() {
        let item = json!({"a": {"b": [{"c": 1}, {"c": 2}]}, "read-time": 5, "s": "x"});
        let all = |path: &str| Path::parse(path).unwrap().all(&item).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(all("$.a.b[*].c"), [json!(1), json!(2)]);
        assert_eq!(all("$['read-time']"), [json!(5)]);
        assert_eq!(all("$.a.b[?@.c > 1].c"), [json!(2)]);
        assert_eq!(all("$..c").len(), 2);
        assert!(all("$.nothing.at.all").is_empty());
        for bad in ["title", "$.", "$.a[", "$.a..", "$[?", "", "$.read time"] {
            assert!(Path::parse(bad).is_err(), "{bad}");
        }
        for costly in ["$..a..b", "$..*..*", "$.a[?@..b]", "$[?@.id == $..id]"] {
            assert!(Path::parse(costly).unwrap_err().contains("once"), "{costly}");
        }
        assert!(Path::parse("$..a[?@.b == '..']['c..d..e']").is_ok());
        assert!(Path::parse("items").unwrap_err().contains("$.items"));
        assert_eq!(Path::parse("$.a[*]").unwrap().parent().unwrap().as_str(), "$.a");
        assert!(Path::parse("$.a").unwrap().parent().is_none());
    }

    #[test]
    fn values_are_read_or_described() {
        assert_eq!(one(&[&json!(null), &json!(7)]), Read::Value("7".to_owned()));
        assert_eq!(one(&[&json!(["x", "y"])]), Read::Value("x".to_owned()));
        assert_eq!(one(&[&json!(" ")]), Read::Nothing);
        assert_eq!(one(&[&json!({"name": "x"})]), Read::Unusable("an object with the members name".to_owned()));
        assert_eq!(
            many(&[&json!(["a", null, "b"]), &json!("c")]),
            Read::Value(vec!["a".into(), "b".into(), "c".into()])
        );
        assert!(matches!(many(&[&json!([{"name": "x"}])]), Read::Unusable(found) if found.contains("name")));
    }
}
