//! Reading lists, and making items of what they hold.

use serde_json::Value;
use time::{OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339, macros::format_description};

use super::{CHANGED_BACK, PUBLISHED_BACK, Pass, Run, Site, Type, site};
use crate::{
    clean::{Draft, Gather, digest, plausible},
    error::Error,
    http::{Http, Response},
    model::{Item, Rejected, Resource},
};

/// Items of one page: half of what WordPress allows, since it may render each one's text for its excerpt.
const PER_PAGE: usize = 50;
/// Items that are taken of a page.
const MAX_ITEMS: usize = 500;
/// What is asked of each item. The links are what embedding follows.
const PARTS: &str = "id,date_gmt,modified_gmt,link,title,excerpt,lang,_links.author,_links.wp:term,_embedded";
/// The category of what nobody has put into one.
const NO_CATEGORY: &str = "uncategorized";

/// One page of a list.
pub(super) struct List {
    pub(super) posts: Vec<Value>,
    /// How many there are in all.
    pub(super) total: Option<u64>,
    /// There is a page after this.
    pub(super) more: bool,
    /// The page that this one names as the next.
    pub(super) named: Option<u64>,
}

impl List {
    /// The page after the last one of a list that got shorter meanwhile.
    fn past_the_end() -> Self {
        Self { posts: Vec::new(), total: Some(0), more: false, named: None }
    }

    /// A digest of the ids, to tell pages apart.
    pub(super) fn place(&self) -> Option<u64> {
        let ids: Vec<String> =
            self.posts.iter().filter_map(|post| post["id"].as_u64()).map(|id| id.to_string()).collect();
        (!ids.is_empty()).then(|| digest(&ids.join(",")))
    }
}

impl Site {
    /// The page at which the run stands.
    pub(super) async fn list(&self, http: &Http, run: &Run, since: Option<i64>) -> Result<List, Error> {
        let Some(of) = run.types.get(run.at) else {
            return Err(Error::Cursor { reason: "it names a list that there is not".to_owned() });
        };
        let parts = if of.foreign { format!("{PARTS},content") } else { PARTS.to_owned() };
        let (page, per_page) = (run.page.to_string(), PER_PAGE.to_string());
        let back = if run.pass == Pass::Published { PUBLISHED_BACK } else { CHANGED_BACK };
        let from = since.and_then(|since| rfc3339(since.saturating_sub(back))).unwrap_or_default();
        let mut params: Vec<(&str, &str)> =
            vec![("page", page.as_str()), ("per_page", per_page.as_str()), ("_embed", "author,wp:term")];
        params.push(("_fields", parts.as_str()));
        params.extend(match run.pass {
            Pass::All => vec![("orderby", "id"), ("order", "asc")],
            Pass::Changed => vec![("orderby", "modified"), ("order", "desc"), ("modified_after", from.as_str())],
            Pass::Published => vec![("orderby", "date"), ("order", "desc"), ("after", from.as_str())],
        });
        let url = self.url(&run.root, &of.route, &params);
        match self.ask(http, &url, |response| read(response, run.page)).await {
            Err(Error::Api { code, .. }) if run.page > 1 && code == "rest_post_invalid_page_number" => {
                Ok(List::past_the_end())
            }
            result => result,
        }
    }

    /// Makes items of a page.
    pub(super) fn read(&self, run: &Run, since: Option<i64>, posts: &[Value], gather: &mut Gather) {
        let Some(of) = run.types.get(run.at) else { return };
        let changed_since = since.map(|since| since.saturating_sub(CHANGED_BACK));
        for post in posts {
            let changed = post["modified_gmt"].as_str().and_then(millis);
            let told = changed.zip(changed_since).is_some_and(|(changed, since)| changed > since);
            // What was changed too came with the list of changes.
            if run.pass != Pass::Published || !told {
                gather.push(self.item(post, of, run.language.as_deref()).map(Item::Resource));
            }
        }
    }

    fn item(&self, post: &Value, of: &Type, language: Option<&str>) -> Result<Resource, Rejected> {
        let text = |name: &str| post[name]["rendered"].as_str().unwrap_or_default();
        let time = |name: &str| post[name].as_str().and_then(millis);
        let own = post["lang"].as_str().filter(|lang| !lang.is_empty());
        let draft = Draft {
            external_id: post["id"].as_u64().map(|id| id.to_string()).unwrap_or_default(),
            url: post["link"].as_str().unwrap_or_default().to_owned(),
            title: text("title").to_owned(),
            summary: summary(text("excerpt"), text("content")),
            authors: names(&post["_embedded"]["author"]),
            language: own.or(language).map(str::to_owned),
            topics: topics(&post["_embedded"]["wp:term"]),
            published_at: time("date_gmt"),
            changed_at: time("modified_gmt"),
            ..Draft::new(of.kind)
        };
        draft.finish(&self.address)
    }
}

fn read(response: &Response, page: u64) -> Result<List, Error> {
    let posts = match site::json(response)? {
        Value::Array(posts) => posts,
        _ => return Err(response.not(site::EXPECTED, "JSON that is no list of posts".to_owned())),
    };
    if posts.len() > MAX_ITEMS {
        return Err(response.not(site::EXPECTED, format!("a page of {} posts", posts.len())));
    }
    let count = |name: &str| response.header(name).and_then(|value| value.trim().parse::<u64>().ok());
    let next = site::link(response, "next");
    // Of the address of the next page the number is taken, and nothing else.
    let named = next.map(|next| {
        let number = next.query_pairs().find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok());
        number.unwrap_or(page + 1)
    });
    let more = match count("x-wp-totalpages") {
        Some(pages) => named.is_some() || pages > page,
        // A proxy may drop the headers. Then the last page is found by asking for the one after it.
        None => named.is_some() || posts.len() >= PER_PAGE,
    };
    Ok(List { posts, total: count("x-wp-total"), more, named })
}

/// The excerpt, or the text where a type has none, in HTML; without the brackets in which WordPress puts “and so on”.
fn summary(excerpt: &str, content: &str) -> String {
    if excerpt.trim().is_empty() { content.to_owned() } else { excerpt.replace(" [&hellip;]", "&hellip;") }
}

/// The names of embedded people. Where a site hides them, an error stands there instead.
fn names(embedded: &Value) -> Vec<String> {
    let people = embedded.as_array().map_or_else(|| vec![embedded], |people| people.iter().collect());
    people.iter().filter_map(|person| person["name"].as_str()).map(str::to_owned).collect()
}

/// The names of embedded terms, whatever their taxonomy.
fn topics(embedded: &Value) -> Vec<String> {
    let terms = embedded.as_array().into_iter().flatten().flat_map(|terms| terms.as_array().into_iter().flatten());
    let terms = terms.filter(|term| term["slug"] != NO_CATEGORY);
    terms.filter_map(|term| term["name"].as_str()).map(str::to_owned).take(200).collect()
}

/// Reads a time in GMT that is written without saying so; epoch milliseconds.
fn millis(text: &str) -> Option<i64> {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let at = PrimitiveDateTime::parse(text.trim().trim_end_matches('Z'), form).ok()?.assume_utc();
    at.unix_timestamp().checked_mul(1000).filter(|at| plausible(*at))
}

/// Epoch milliseconds as RFC 3339 to the second, in UTC.
fn rfc3339(millis: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000)).ok()?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(millis("1970-01-02T00:00:01"), Some(86_401_000));
        assert_eq!(rfc3339(86_401_999).as_deref(), Some("1970-01-02T00:00:01Z"));
        for bad in ["", "0000-00-00T00:00:00", "yesterday", "2026-13-01T00:00:00"] {
            assert_eq!(millis(bad), None, "{bad}");
        }
    }

    #[test]
    fn excerpts_end_without_brackets() {
        assert_eq!(summary("<p>One two [&hellip;]</p>\n", "x"), "<p>One two&hellip;</p>\n");
        assert_eq!(summary(" ", "<p>The text.</p>"), "<p>The text.</p>");
    }

    #[test]
    fn names_come_from_whatever_is_embedded() {
        let term = |name: &str, slug: &str| json!({ "name": name, "slug": slug });
        let terms = json!([[term("Uncategorized", "uncategorized"), term("R&amp;D", "rd")], [], [term("Rust", "rust")], {"code": "x"}]);
        assert_eq!(topics(&terms), ["R&amp;D", "Rust"]);
        assert_eq!(names(&json!([{ "name": "Mira" }])), ["Mira"]);
        assert_eq!(names(&json!({ "name": "Mira" })), ["Mira"]);
        assert!(names(&json!([{ "code": "rest_user_invalid_id", "message": "Invalid user ID." }])).is_empty());
        assert!(names(&Value::Null).is_empty() && topics(&Value::Null).is_empty());
    }
}
