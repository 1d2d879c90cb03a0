//! What every request passes: whether it comes from our own pages, and who asks.

use super::cookies::Cookies;
use super::model::safe_path;
use super::session;
use crate::base::{Scope, t};
use crate::platform::{Config, Site};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use std::sync::Arc;

/// Nobody's: files and probes, for which nobody is looked up.
const OPEN: [&str; 7] =
    ["/pkg/", "/fonts/", "/healthz", "/readyz", "/icon.svg", "/manifest.webmanifest", "/robots.txt"];
/// The way in, and what answers an anonymous caller by itself.
const DOORS: [&str; 5] = ["/sign-in", "/sign-out", "/api", "/demo-issuer", "/notices/unsubscribe"];
/// Called by machines, which carry no cookie: the demo provider's back channel by the portal itself, unsubscribing by a
/// person's mailbox, which shows the token of the mail (RFC 8058).
const MACHINES: [&str; 3] = ["/demo-issuer/token", "/demo-issuer/userinfo", "/notices/unsubscribe"];

#[derive(Clone)]
struct Gate {
    site: Site,
    cookies: Cookies,
    origin: Arc<str>,
}

/// Puts the gate before `router`: every request gets its [`Scope`] as an extension, requests that change something are
/// refused unless they come from our own pages, and an anonymous reader of a page is sent to the sign-in page.
pub fn guarded(router: Router, site: Site) -> Router {
    let (cookies, origin) = (Cookies::new(&site.config), origin(&site.config).into());
    router.layer(from_fn_with_state(Gate { site, cookies, origin }, pass))
}

async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if OPEN.iter().any(|open| if open.ends_with('/') { path.starts_with(open) } else { path == *open }) {
        return next.run(request).await;
    }
    if !request.method().is_safe() && !MACHINES.contains(&path) && !is_same_origin(&gate.origin, request.headers()) {
        let text = format!("{} {}\n", t().identity.cross_site, gate.site.config.server.public_address);
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    let scope = match gate.cookies.session(request.headers()) {
        None => Scope::Anonymous,
        Some(token) => match session::load(&gate.site, &token).await {
            Ok(found) => found.map_or(Scope::Anonymous, Scope::Person),
            Err(error) => {
                let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                return (status, format!("{error}\n")).into_response();
            }
        },
    };
    if let Some(elsewhere) = detour(&scope, &request) {
        return elsewhere;
    }
    let signed_in = scope.viewer().is_some();
    request.extensions_mut().insert(scope);
    let mut response = next.run(request).await;
    if signed_in {
        // What one person sees is nobody else's, and not there any more after signing out. Going back to a page, a
        // browser shows even what it should ask for again: she would find undone what she has just done.
        let unkept = HeaderValue::from_static("no-store");
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(unkept);
    }
    response
}

/// Where a request goes instead: the sign-in page for who is not signed in, back from it for who is.
fn detour(scope: &Scope, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let asked = request.uri().path_and_query().map_or(path, |asked| asked.as_str());
    let is_door =
        DOORS.iter().any(|door| path.strip_prefix(door).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    match scope {
        Scope::Anonymous if !is_door => Some(Redirect::to(&sign_in_address(asked, None)).into_response()),
        Scope::Person(_) if path == "/sign-in" => {
            let query: Vec<(String, String)> =
                url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
                    .into_owned()
                    .collect();
            let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
            // What went wrong is still told to who is signed in.
            value("problem").is_none().then(|| Redirect::to(safe_path(value("to").unwrap_or("/"))).into_response())
        }
        _ => None,
    }
}

/// The address of the sign-in page that leads on to `to`.
pub fn sign_in_address(to: &str, problem: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(problem) = problem {
        query.append_pair("problem", problem);
    }
    let to = safe_path(to);
    if to != "/" {
        query.append_pair("to", to);
    }
    let query = query.finish();
    if query.is_empty() { "/sign-in".into() } else { format!("/sign-in?{query}") }
}

/// The origin of the public address, as browsers write it.
fn origin(config: &Config) -> String {
    let address = &config.server.public_address;
    url::Url::parse(address).map_or_else(|_| address.clone(), |url| url.origin().ascii_serialization())
}

/// Whether a request that changes something comes from a page of this portal. Browsers say so in `Origin`, or at least
/// in `Sec-Fetch-Site`; who says neither is refused.
pub fn is_same_origin(origin: &str, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(sent), None) => sent.to_str().is_ok_and(|sent| sent == origin),
        (Some(_), Some(_)) => false,
        (None, _) => {
            let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
            matches!(site, Some("same-origin" | "none"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_change_something() {
        let ours = "https://learn.example.com";
        let ask = |pairs: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in pairs {
                map.append(header::HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            is_same_origin(ours, &map)
        };
        assert!(ask(&[("origin", "https://learn.example.com")]));
        assert!(ask(&[("sec-fetch-site", "same-origin")]));
        assert!(ask(&[("sec-fetch-site", "none")]));
        assert!(!ask(&[]));
        assert!(!ask(&[("origin", "null")]));
        assert!(!ask(&[("origin", "http://learn.example.com")]));
        assert!(!ask(&[("origin", "https://learn.example.com.evil.example")]));
        assert!(!ask(&[("origin", "https://learn.example.com:8443")]));
        assert!(!ask(&[("sec-fetch-site", "same-site")]));
        assert!(!ask(&[("sec-fetch-site", "cross-site")]));
        assert!(!ask(&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!ask(&[("origin", "https://learn.example.com"), ("origin", "https://evil.example")]));
    }

    #[test]
    fn the_public_address_is_compared_as_browsers_write_it() {
        let mut config = Config::default();
        config.server.public_address = "https://Learn.Example.com:443".into();
        assert_eq!(origin(&config), "https://learn.example.com");
    }

    #[test]
    fn the_way_in_remembers_the_page() {
        assert_eq!(sign_in_address("/", None), "/sign-in");
        assert_eq!(sign_in_address("/search?q=a&page=2", None), "/sign-in?to=%2Fsearch%3Fq%3Da%26page%3D2");
        assert_eq!(sign_in_address("//evil.example", Some("state")), "/sign-in?problem=state");
    }
}
