//! What a list is asked for, and what is wrong with it.

use serde_json::{Value, json};
use time::{OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339, macros::format_description};
use url::form_urlencoded;

use super::{AHEAD, Kind, Shelf, Shown, api::Refusal};

/// The parameters of a request, without those of `rest_route`.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(raw: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(raw.unwrap_or_default().as_bytes());
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The last value of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The values of a list, which is written `a,b` or as several `name[]`.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        let many = format!("{name}[]");
        let given = self.0.iter().filter(|(known, _)| known == name || *known == many);
        let values: Vec<String> =
            given.flat_map(|(_, value)| value.split(',')).map(|part| part.trim().to_owned()).collect();
        (!values.is_empty()).then_some(values)
    }

    /// The query with another page.
    pub(super) fn with_page(&self, page: usize) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.extend_pairs(self.0.iter().filter(|(name, _)| name != "page"));
        out.append_pair("page", &page.to_string()).finish()
    }
}

/// Parameters that cannot be used: name, code, sentence.
#[derive(Default)]
pub(super) struct Faults(Vec<(&'static str, &'static str, String)>);

impl Faults {
    fn add(&mut self, name: &'static str, code: &'static str, text: String) {
        self.0.push((name, code, text));
    }

    /// WordPress's `rest_invalid_param`, if there are any.
    pub(super) fn refuse(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self.0.iter().map(|(name, ..)| *name).collect();
        let mut refusal =
            Refusal::new(400, "rest_invalid_param", &format!("Invalid parameter(s): {}", names.join(", ")));
        for (name, code, text) in &self.0 {
            refusal.data["params"][*name] = json!(text);
            refusal.data["details"][*name] = json!({ "code": code, "message": text, "data": Value::Null });
        }
        Err(refusal)
    }
}

/// The part of a list that is asked for.
pub(super) struct Window {
    pub(super) page: usize,
    pub(super) per_page: usize,
    pub(super) offset: Option<usize>,
}

impl Window {
    pub(super) fn of(query: &Query, faults: &mut Faults) -> Self {
        let mut number = |name: &'static str, least: i64, most: i64, otherwise: i64| {
            let Some(text) = query.get(name) else { return otherwise };
            match text.parse::<i64>() {
                Err(_) => faults.add(name, "rest_invalid_type", format!("{name} is not of type integer.")),
                Ok(given) if given < least && most == i64::MAX => {
                    faults.add(name, "rest_out_of_bounds", format!("{name} must be greater than or equal to {least}"));
                }
                Ok(given) if given < least || given > most => {
                    let text = format!("{name} must be between {least} (inclusive) and {most} (inclusive)");
                    faults.add(name, "rest_out_of_bounds", text);
                }
                Ok(given) => return given,
            }
            otherwise
        };
        let (page, per_page) = (number("page", 1, i64::MAX, 1), number("per_page", 1, 100, 10));
        let offset = query.get("offset").map(|_| number("offset", 0, i64::MAX, 0));
        let whole = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        Self { page: whole(page), per_page: whole(per_page), offset: offset.map(whole) }
    }

    /// Where the window starts.
    pub(super) fn start(&self) -> usize {
        self.offset.unwrap_or_else(|| (self.page - 1).saturating_mul(self.per_page))
    }
}

const ORDERS: [&str; 6] = ["date", "id", "include", "modified", "slug", "title"];

/// Which posts are asked for, in which order.
pub(super) struct Wanted {
    order_by: &'static str,
    ascending: bool,
    /// Not after, before, by the time of publishing and of the last change.
    published: [Option<OffsetDateTime>; 2],
    modified: [Option<OffsetDateTime>; 2],
    include: Option<Vec<u64>>,
    exclude: Vec<u64>,
    authors: Option<Vec<u64>>,
    slugs: Option<Vec<String>>,
    search: Option<String>,
    terms: Vec<Vec<u64>>,
}

impl Wanted {
    pub(super) fn of(query: &Query, kind: &Kind, faults: &mut Faults) -> Self {
        let order_by = query.get("orderby").unwrap_or("date");
        let known = ORDERS.iter().find(|known| **known == order_by);
        if known.is_none() {
            let text = format!("orderby is not one of {}, and {}.", ORDERS[..5].join(", "), ORDERS[5]);
            faults.add("orderby", "rest_not_in_enum", text);
        }
        let order = query.get("order").unwrap_or("desc");
        if !matches!(order, "asc" | "desc") {
            faults.add("order", "rest_not_in_enum", "order is not one of asc and desc.".to_owned());
        }
        if query.get("status").is_some_and(|status| status != "publish") {
            faults.add("status", "rest_forbidden_status", "Status is forbidden.".to_owned());
        }
        let mut time = |name: &'static str| {
            let text = query.get(name)?;
            let at = local_or_absolute(text);
            if at.is_none() {
                faults.add(name, "rest_invalid_date", "Invalid date.".to_owned());
            }
            at
        };
        let (published, modified) =
            ([time("after"), time("before")], [time("modified_after"), time("modified_before")]);
        let ids = |name: &str| query.list(name).map(|list| list.iter().filter_map(|id| id.parse().ok()).collect());
        let terms = kind.taxonomies.iter().filter_map(|taxonomy| ids(taxonomy.rest_base)).collect();
        Self {
            order_by: known.copied().unwrap_or("date"),
            ascending: order == "asc",
            published,
            modified,
            include: ids("include"),
            exclude: ids("exclude").unwrap_or_default(),
            authors: ids("author"),
            slugs: query.list("slug"),
            search: query.get("search").map(str::to_lowercase),
            terms,
        }
    }

    /// Those that are asked for, in order.
    pub(super) fn of_all(&self, mut posts: Vec<Shown>) -> Vec<Shown> {
        posts.retain(|shown| self.holds(shown));
        posts.sort_by_key(|shown| {
            let post = &shown.post;
            let included = || self.include.iter().flatten().position(|id| *id == post.id).unwrap_or_default() as i64;
            let (number, text) = match self.order_by {
                "id" => (0, String::new()),
                "include" => (included(), String::new()),
                "modified" => (post.modified.unix_timestamp(), String::new()),
                "slug" => (0, post.slug.clone()),
                "title" => (0, post.title.to_lowercase()),
                _ => (post.published.unix_timestamp(), String::new()),
            };
            (number, text, post.id)
        });
        if !self.ascending && self.order_by != "include" {
            posts.reverse();
        }
        posts
    }

    fn holds(&self, shown: &Shown) -> bool {
        let post = &shown.post;
        let within = |at: OffsetDateTime, [after, before]: [Option<OffsetDateTime>; 2]| {
            after.is_none_or(|after| at > after) && before.is_none_or(|before| at < before)
        };
        let found = |text: &str| post.title.to_lowercase().contains(text) || post.text.to_lowercase().contains(text);
        within(post.published, self.published)
            && within(post.modified, self.modified)
            && self.include.as_ref().is_none_or(|ids| ids.contains(&post.id))
            && !self.exclude.contains(&post.id)
            && self.authors.as_ref().is_none_or(|ids| ids.contains(&post.author))
            && self.slugs.as_ref().is_none_or(|slugs| slugs.contains(&post.slug))
            && self.search.as_deref().is_none_or(found)
            && self.terms.iter().all(|ids| ids.iter().any(|id| post.terms.contains(id)))
    }
}

/// RFC 3339, or the same without a zone: then the site's own.
fn local_or_absolute(text: &str) -> Option<OffsetDateTime> {
    let local = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .or_else(|| Some(PrimitiveDateTime::parse(text, local).ok()?.assume_utc() - AHEAD))
}

/// The ids of the terms that something public has, with the number of these.
pub(super) fn counted(shelf: &Shelf, now: OffsetDateTime, id: u64) -> usize {
    shelf.posts.values().filter(|post| post.is_out(now) && post.terms.contains(&id)).count()
}
