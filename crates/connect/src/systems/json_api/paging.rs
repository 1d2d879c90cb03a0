//! From one page of the list to the next.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    mapping::{label, path},
    path::{Path, Read, one},
};
use crate::{
    clean::digest,
    error::Error,
    http::{Response, mask},
    system::Form,
    watch::Watch,
};

/// Pages of one run: a list with more of them does not end.
const MAX_PAGES: u64 = 5000;
/// Bytes of a cursor or address that leads to the next page.
const MAX_POINTER: usize = 4000;

/// The styles as the form offers them.
pub(super) const STYLES: &[(&str, &str)] = &[
    ("none", "One page holds everything"),
    ("page", "Page number"),
    ("offset", "Offset and limit"),
    ("cursor", "A cursor in the answer"),
    ("link", "Link header with rel=next"),
    ("next", "The next page's address in the answer"),
];

/// How the API pages.
#[derive(Clone, Debug)]
pub(super) struct Paging {
    style: Style,
    /// Parameter and value of the page's size.
    limit: Option<(String, String)>,
    /// Where the number of all items stands.
    total: Option<Path>,
}

#[derive(Clone, Debug)]
enum Style {
    None,
    Page { param: String, start: u64 },
    Offset { param: String },
    Cursor { param: String, path: Path },
    Link,
    Next { path: Path },
}

/// A page's place in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum At {
    Start,
    Page(u64),
    Offset(u64),
    Cursor(String),
    /// Path and query; the origin is always the settings'.
    Address(String),
}

/// What follows a page.
#[derive(Debug, PartialEq)]
pub(super) enum Onward {
    To(At),
    End,
    /// The next page is said to be at another site, which is not read.
    Elsewhere(String),
}

/// A run between two of its pages.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) at: At,
    /// Nothing was rejected so far, and nothing may have been missed.
    pub(super) clean: bool,
    /// Pages and items that were read.
    pub(super) pages: u64,
    items: u64,
    /// The number of all items as the last page named it.
    #[serde(default)]
    total: Option<f64>,
    /// Digest of the last page's ids.
    last: u64,
    /// Finds places that come again.
    watch: Watch,
}

impl Run {
    pub(super) fn new(paging: &Paging) -> Self {
        let at = match &paging.style {
            Style::Page { start, .. } => At::Page(*start),
            Style::Offset { .. } => At::Offset(0),
            _ => At::Start,
        };
        Self { at, clean: true, pages: 0, items: 0, total: None, last: 0, watch: Watch::default() }
    }

    /// Notes a page that was read: how many elements it has, and their ids.
    pub(super) fn read_page(&mut self, elements: usize, ids: &str) -> bool {
        self.pages += 1;
        self.items += elements as u64;
        let ids = digest(ids);
        let again = elements > 0 && ids == self.last;
        self.last = ids;
        again
    }
}

impl Paging {
    /// Reads the settings; none where one of them is faulty, which the form then knows.
    pub(super) fn read(form: &mut Form<'_>) -> Option<Self> {
        let style = form.get("paging");
        let param = |form: &Form<'_>, usual: &str| form.some("page_param").unwrap_or_else(|| usual.to_owned());
        if matches!(style, "cursor" | "next") && form.some("page_path").is_none() {
            let what = if style == "cursor" {
                "the cursor, such as $.next_cursor"
            } else {
                "the next page's address, such as $.next"
            };
            form.fault("page_path", format!("Give the path to {what}."));
        }
        let pointer = path(form, "page_path");
        let style = match style {
            "page" => {
                Style::Page { param: param(form, "page"), start: u64::try_from(form.number("page_start")).unwrap_or(1) }
            }
            "offset" => Style::Offset { param: param(form, "offset") },
            "cursor" => Style::Cursor { param: param(form, "cursor"), path: pointer? },
            "link" => Style::Link,
            "next" => Style::Next { path: pointer? },
            _ => Style::None,
        };
        if form.some("limit").is_some() && form.number("limit") == 0 {
            form.fault("limit", "Give at least 1.");
        }
        if form.some("limit").is_some() && form.some("limit_param").is_none() {
            form.fault("limit_param", "Give the name of the parameter for the page size, such as limit or per_page.");
        }
        let limit = form.some("limit_param").zip(form.some("limit"));
        Some(Self { style, limit, total: path(form, "total") })
    }

    /// Whether everything is on one page.
    pub(super) fn is_single(&self) -> bool {
        matches!(self.style, Style::None)
    }

    /// Whether the list is asked for by numbers that we count ourselves, so that its end has to be felt for.
    pub(super) fn counts(&self) -> bool {
        matches!(self.style, Style::Page { .. } | Style::Offset { .. })
    }

    /// The address of a page.
    ///
    /// # Errors
    /// Where the place is one of other settings.
    pub(super) fn url(&self, address: &Url, at: &At) -> Result<Url, Error> {
        let mut url = address.clone();
        if let (Some((name, value)), false) = (&self.limit, matches!(at, At::Address(_))) {
            set(&mut url, name, value);
        }
        match (at, &self.style) {
            (At::Start, _) => {}
            (At::Page(number), Style::Page { param, .. }) | (At::Offset(number), Style::Offset { param }) => {
                set(&mut url, param, &number.to_string());
            }
            (At::Cursor(cursor), Style::Cursor { param, .. }) => set(&mut url, param, cursor),
            (At::Address(place), Style::Link | Style::Next { .. }) => {
                let joined = address.join(place).ok().filter(|joined| joined.origin() == address.origin());
                url = joined
                    .ok_or_else(|| Error::Cursor { reason: "it leads to another site than the API's".to_owned() })?;
            }
            _ => return Err(Error::Cursor { reason: "it is one of another way to page".to_owned() }),
        }
        Ok(url)
    }

    /// What follows the page that was read.
    ///
    /// # Errors
    /// Where what leads on cannot be read, or leads back.
    pub(super) fn onward(
        &self,
        run: &mut Run,
        response: &Response,
        answer: &Value,
        elements: usize,
    ) -> Result<Onward, Error> {
        let onward = match &self.style {
            Style::None => Onward::End,
            Style::Page { .. } | Style::Offset { .. } if self.has_ended(run, answer, elements)? => Onward::End,
            Style::Page { start, .. } => match run.at {
                At::Page(number) => Onward::To(At::Page(number.saturating_add(1))),
                _ => Onward::To(At::Page(*start)),
            },
            Style::Offset { .. } => Onward::To(At::Offset(run.items)),
            Style::Cursor { path, .. } => match pointer(path, answer)? {
                Some(cursor) => Onward::To(At::Cursor(cursor)),
                None => Onward::End,
            },
            Style::Link => match response.link("next") {
                Some(next) => self.place(response, &next)?,
                None => Onward::End,
            },
            Style::Next { path } => match pointer(path, answer)? {
                Some(next) => self.place(response, &next)?,
                None => Onward::End,
            },
        };
        if let Onward::To(at) = &onward {
            self.forward(run, response, at)?;
        }
        Ok(onward)
    }

    /// Whether the list ends with this page. One that ends before its total, or whose total got smaller under way, so that
    /// items moved up past us, proves nothing.
    fn has_ended(&self, run: &mut Run, answer: &Value, elements: usize) -> Result<bool, Error> {
        let Some(path) = &self.total else { return Ok(elements == 0) };
        let broken = |found: String| mapping("total", path, found);
        let total = match one(&path.all(answer)) {
            Read::Value(total) => total
                .parse::<f64>()
                .map_err(|_| broken(format!("“{}”, which is no number", crate::text::excerpt(&total, 60))))?,
            // Behind the last page there may be no total either.
            Read::Nothing if elements == 0 && run.total.is_some() => run.total.unwrap_or_default(),
            Read::Unusable(found) => return Err(broken(found)),
            Read::Nothing => return Err(broken("nothing".to_owned())),
        };
        let has_all = run.items as f64 >= total;
        run.clean &= run.total.is_none_or(|before| total >= before) && (elements > 0 || has_all);
        run.total = Some(total);
        Ok(elements == 0 || has_all)
    }

    /// The place of an address that the API gave.
    fn place(&self, response: &Response, next: &str) -> Result<Onward, Error> {
        let fault = |reason: &str| Error::Loop { url: response.shown_url(), reason: reason.to_owned() };
        let url = response.url().join(next).map_err(|_| fault("the address of the next page is not one"))?;
        if url.origin() != response.url().origin() {
            return Ok(Onward::Elsewhere(mask(&url)));
        }
        let place = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        if response.hide(place.clone()) != place {
            return Err(fault("the address of the next page holds the secret, which must not be kept with it"));
        }
        if place.len() > MAX_POINTER {
            return Err(fault("the address of the next page is longer than 4000 characters"));
        }
        Ok(Onward::To(At::Address(place)))
    }

    /// A run goes forward only.
    fn forward(&self, run: &mut Run, response: &Response, at: &At) -> Result<(), Error> {
        let reason = if run.pages >= MAX_PAGES {
            format!("it has more than {MAX_PAGES} pages")
        } else if *at == run.at || run.watch.seen(digest(&format!("{at:?}"))) {
            "the next page is one that was read before".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Loop { url: response.shown_url(), reason })
    }
}

/// The cursor or address in an answer; none at the end of the list.
fn pointer(path: &Path, answer: &Value) -> Result<Option<String>, Error> {
    match one(&path.all(answer)) {
        Read::Value(pointer) if matches!(pointer.as_str(), "false" | "0" | "-1") => Ok(None),
        Read::Value(pointer) if pointer.len() > MAX_POINTER => {
            Err(mapping("page_path", path, "more than 4000 characters".to_owned()))
        }
        Read::Value(pointer) => Ok(Some(pointer)),
        Read::Nothing => Ok(None),
        Read::Unusable(found) => Err(mapping("page_path", path, found)),
    }
}

fn mapping(field: &str, path: &Path, found: String) -> Error {
    Error::Mapping { field: label(field).to_owned(), path: path.as_str().to_owned(), found }
}

/// Sets a parameter, whatever it was before.
fn set(url: &mut Url, name: &str, value: &str) {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(known, _)| known != name)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_set_once() {
        let mut url = Url::parse("https://a.example/x?page=7&q=a%20b&page=8").unwrap();
        set(&mut url, "page", "2");
        assert_eq!(url.as_str(), "https://a.example/x?q=a+b&page=2");
    }

    #[test]
    fn a_place_of_another_site_is_refused() {
        let address = Url::parse("https://a.example/x").unwrap();
        let paging = Paging { style: Style::Link, limit: Some(("n".into(), "5".into())), total: None };
        assert_eq!(paging.url(&address, &At::Start).unwrap().as_str(), "https://a.example/x?n=5");
        assert_eq!(paging.url(&address, &At::Address("/y?c=1".into())).unwrap().as_str(), "https://a.example/y?c=1");
        for bad in [At::Address("//b.example/".into()), At::Address("http://a.example/".into()), At::Page(2)] {
            assert!(matches!(paging.url(&address, &bad), Err(Error::Cursor { .. })), "{bad:?}");
        }
    }
}
