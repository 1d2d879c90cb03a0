//! Finding the API, asking it, and understanding when it refuses.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{Site, Type};
use crate::{
    clean,
    error::Error,
    http::{Http, Response, basic, mask},
    text::{excerpt, head, html_to_text, to_line},
};

/// What WordPress's API answers with.
pub(super) const EXPECTED: &str = "an answer of WordPress's REST API";

/// The relation by which a page names the API.
const API: &str = "https://api.w.org/";

/// Bytes of a page in which its language is looked for.
const PAGE_START: usize = 16 * 1024;

/// Where the API is, on the origin of the settings' address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Root {
    path: String,
    /// Routes are the value of `rest_route`, not a part of the path.
    as_query: bool,
}

/// What was found at the address.
pub(super) struct Place {
    pub(super) root: Root,
    pub(super) name: String,
    /// A language tag, as the site's pages have it.
    pub(super) language: Option<String>,
    /// The site's clock; epoch milliseconds.
    pub(super) time: i64,
}

/// What is known of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignIn {
    Works,
    /// There is none, or the site does not tell.
    Unknown,
}

impl Root {
    pub(super) fn at(path: &str) -> Self {
        Self { path: if path.ends_with('/') { path.to_owned() } else { format!("{path}/") }, as_query: false }
    }

    /// The API as a page names it, by its path alone.
    fn of(url: &Url) -> Self {
        if url.query_pairs().any(|(name, _)| name == "rest_route") {
            Self { path: url.path().to_owned(), as_query: true }
        } else {
            Self::at(url.path())
        }
    }

    /// Where it may be if no page names it: below the address, or at the top of the host.
    fn guesses(address: &Url) -> Vec<Self> {
        let below =
            if address.path().ends_with('/') { address.path().to_owned() } else { format!("{}/", address.path()) };
        let mut guesses = Vec::new();
        for path in [below.as_str(), "/"] {
            for guess in [Self::at(&format!("{path}wp-json/")), Self { path: path.to_owned(), as_query: true }] {
                if !guesses.contains(&guess) {
                    guesses.push(guess);
                }
            }
        }
        guesses
    }
}

impl Site {
    /// The address of a route.
    pub(super) fn url(&self, root: &Root, route: &str, params: &[(&str, &str)]) -> Url {
        let mut url = self.address.clone();
        if root.as_query {
            url.set_path(&root.path);
            url.query_pairs_mut().append_pair("rest_route", &format!("/{route}"));
        } else {
            url.set_path(&format!("{}{route}", root.path));
        }
        if !params.is_empty() {
            url.query_pairs_mut().extend_pairs(params);
        }
        url
    }

    /// Finds the API from the address.
    pub(super) async fn discover(&self, http: &Http) -> Result<Place, Error> {
        let page = self.front(http).await?;
        let language = page.as_ref().and_then(language);
        if let Some(url) = page.as_ref().and_then(|page| link(page, API)) {
            if url.origin() != self.address.origin() {
                let reason =
                    format!("the site names {} as the address of its API; give the site's address there", mask(&url));
                return Err(Error::Redirect { url: mask(&self.address), reason });
            }
            return self.index(http, Root::of(&url), language).await;
        }
        let mut fault = None;
        for guess in Root::guesses(&self.address) {
            match self.index(http, guess, language.clone()).await {
                Err(error @ (Error::Format { .. } | Error::Status { status: 404 | 410, .. })) => {
                    fault.get_or_insert(error);
                }
                result => return result,
            }
        }
        Err(fault.unwrap_or_else(|| self.unexpected(&self.address, "no API")))
    }

    /// The page at the address, if there is one that can be read. It is for everybody, so it is asked without the password;
    /// one that is refused or missing has the header too.
    async fn front(&self, http: &Http) -> Result<Option<Response>, Error> {
        let read = |response: &Response| match response.ok() {
            Err(error) if error.is_temporary() => Err(error),
            _ => Ok(response.clone()),
        };
        match http.get(&self.address).read(read).await {
            Ok(page) => Ok(Some(page)),
            Err(Error::TooLarge { .. } | Error::Redirect { .. } | Error::Status { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What the API says about itself.
    async fn index(&self, http: &Http, root: Root, language: Option<String>) -> Result<Place, Error> {
        let url = self.url(&root, "", &[("_fields", "name,namespaces")]);
        let (answer, time) = self.ask(http, &url, |response| Ok((json(response)?, response.clock()))).await?;
        let Some(namespaces) = answer["namespaces"].as_array() else {
            return Err(self.unexpected(&url, "JSON of something else"));
        };
        if !namespaces.iter().any(|name| name == "wp/v2") {
            return Err(self.unexpected(&url, "an API without wp/v2, as WordPress has it since 4.7"));
        }
        let name = excerpt(&to_line(answer["name"].as_str().unwrap_or_default()), 120);
        Ok(Place { root, name, language, time })
    }

    /// Whether the credentials let us in. A site that never sees them answers as to a stranger.
    pub(super) async fn sign_in(&self, http: &Http, root: &Root) -> Result<SignIn, Error> {
        if self.login.is_none() {
            return Ok(SignIn::Unknown);
        }
        let url = self.url(root, "wp/v2/users/me", &[("_fields", "id")]);
        let unseen = |response: &Response| {
            response.status() == 401 && json(response).is_ok_and(|said| said["code"] == "rest_not_logged_in")
        };
        let result = self
            .ask_whole(http, &url, |response| {
                if unseen(response) {
                    let reason = "the site answers as if nobody had signed in: it may have no application passwords (they need \
                                  https), or its web server drops the Authorization header";
                    return Err(Error::SignIn { url: response.shown_url(), reason: reason.to_owned() });
                }
                accept(response)
            })
            .await;
        match result {
            Ok(()) => Ok(SignIn::Works),
            // Some sites show users to nobody.
            Err(Error::Status { status: 404, .. }) => Ok(SignIn::Unknown),
            Err(error) => Err(error),
        }
    }

    /// The types that are to be read, as the site has them.
    pub(super) async fn types(&self, http: &Http, root: &Root) -> Result<Vec<Type>, Error> {
        // The answer is keyed by type, and `_fields` would pick among the keys: so the whole of it is asked for.
        let url = self.url(root, "wp/v2/types", &[]);
        let answer = self.ask(http, &url, json).await?;
        let Some(known) = answer.as_object() else {
            return Err(self.unexpected(&url, "no list of post types"));
        };
        let mut types = Vec::new();
        for (name, kind) in &self.wanted {
            let Some(route) = known.get(name).and_then(route) else {
                let names: Vec<&str> = known.keys().map(String::as_str).take(40).collect();
                return Err(Error::Api {
                    url: mask(&url),
                    code: "rest_type_invalid".to_owned(),
                    detail: format!(
                        "the site shows no post type “{name}”; it shows {}",
                        excerpt(&names.join(", "), 400)
                    ),
                });
            };
            types.push(Type { route, kind: *kind, foreign: !matches!(name.as_str(), "post" | "page") });
        }
        Ok(types)
    }

    pub(super) async fn ask<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        self.ask_whole(http, url, |response| {
            accept(response)?;
            read(response)
        })
        .await
    }

    /// The same for who reads refusals too.
    async fn ask_whole<T>(
        &self,
        http: &Http,
        url: &Url,
        read: impl Fn(&Response) -> Result<T, Error> + Send + Sync,
    ) -> Result<T, Error> {
        let mut request = http.get(url).header("accept", "application/json");
        if let Some((user, password)) = &self.login {
            request = request.secret("authorization", &basic(user, password)).hiding(password);
        }
        request.read(read).await
    }

    /// An answer that is not what was asked for.
    pub(super) fn unexpected(&self, url: &Url, found: &str) -> Error {
        Error::Format { url: mask(url), expected: EXPECTED, found: found.to_owned() }
    }
}

pub(super) fn json(response: &Response) -> Result<Value, Error> {
    response.json().map_err(|error| error.expecting(EXPECTED))
}

/// WordPress's own way of refusing: `{code, message, data: {status}}`.
fn accept(response: &Response) -> Result<(), Error> {
    let Err(error) = response.ok() else { return Ok(()) };
    let said: Value = response.json().unwrap_or_default();
    let Some(code) = said["code"].as_str().map(|code| excerpt(&to_line(code), 80)) else { return Err(error) };
    let text = excerpt(&to_line(said["message"].as_str().unwrap_or_default()), 200);
    Err(match error {
        Error::SignIn { url, .. } => Error::SignIn { url, reason: response.hide(format!("{text} ({code})")) },
        Error::Status { url, status: 400, .. } => Error::Api { url, code, detail: response.hide(text) },
        Error::Status { url, status, .. } => {
            Error::Status { url, status, detail: response.hide(format!("{text} ({code})")) }
        }
        error => error,
    })
}

/// The route of a type's list, if it is one.
fn route(of: &Value) -> Option<String> {
    let namespace = of["rest_namespace"].as_str().unwrap_or("wp/v2");
    let base = of["rest_base"].as_str().or(of["slug"].as_str())?;
    let plain = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && part.split('/').all(|part| {
                !part.is_empty()
                    && !part.starts_with('.')
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            })
    };
    // A base with a pattern in it (`menus/(?P<id>…)`) is none that can be listed.
    (plain(namespace) && plain(base)).then(|| format!("{namespace}/{base}"))
}

/// The address that the answer's `Link` headers, or failing them its elements, name by this relation.
pub(super) fn link(response: &Response, rel: &str) -> Option<Url> {
    response.url().join(&response.link(rel).or_else(|| element(response, rel))?).ok()
}

/// The same of the `<link>` elements of a page.
fn element(response: &Response, rel: &str) -> Option<String> {
    let body = String::from_utf8_lossy(response.body());
    let text = head(&body, 256 * 1024);
    text.split("<link").skip(1).map(|rest| rest.split('>').next().unwrap_or_default()).find_map(|tag| {
        (attribute(tag, "rel")? == rel).then(|| attribute(tag, "href")).flatten().map(|href| html_to_text(&href))
    })
}

/// What the page says that it is written in.
fn language(page: &Response) -> Option<String> {
    let body = String::from_utf8_lossy(&page.body()[..page.body().len().min(PAGE_START)]);
    let tag = body.split("<html").nth(1)?.split('>').next()?;
    clean::language(&attribute(tag, "lang")?)
}

/// The value of an attribute within a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    tag.match_indices(name).find_map(|(at, _)| {
        // `lang` is no part of `xml:lang` or `hreflang`.
        if !tag[..at].ends_with(|before: char| before.is_whitespace()) {
            return None;
        }
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        value[1..].split(quote).next().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_are_whole_words() {
        assert_eq!(attribute(" class=\"no-js\" lang='en-GB'", "lang").as_deref(), Some("en-GB"));
        assert_eq!(attribute(" xml:lang=\"de\" lang = \"fr\"", "lang").as_deref(), Some("fr"));
        assert_eq!(attribute(" hreflang=\"de\"", "lang"), None);
        assert_eq!(attribute(" lang=en", "lang"), None);
    }

    #[test]
    fn the_api_is_looked_for_below_the_address_and_at_the_top() {
        let guesses = |address: &str| -> Vec<String> {
            let address = Url::parse(address).unwrap();
            Root::guesses(&address).iter().map(|root| format!("{} {}", root.path, root.as_query)).collect()
        };
        assert_eq!(guesses("https://w.example/"), ["/wp-json/ false", "/ true"]);
        assert_eq!(
            guesses("https://w.example/blog"),
            ["/blog/wp-json/ false", "/blog/ true", "/wp-json/ false", "/ true"]
        );
    }

    #[test]
    fn routes_are_routes() {
        let of = |value: Value| route(&value);
        assert_eq!(of(json!({"rest_base": "posts", "rest_namespace": "wp/v2"})).as_deref(), Some("wp/v2/posts"));
        assert_eq!(of(json!({"rest_base": "posts"})).as_deref(), Some("wp/v2/posts"));
        assert_eq!(
            of(json!({"rest_base": "sfwd-courses", "rest_namespace": "ldlms/v2"})).as_deref(),
            Some("ldlms/v2/sfwd-courses")
        );
        for bad in ["menus/(?P<id>[\\d]+)", "../users", "a?b", "", "a//b"] {
            assert_eq!(of(json!({ "rest_base": bad })), None, "{bad}");
        }
    }
}
