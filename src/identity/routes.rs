//! The way in and the way out: plain HTTP with full page loads.

use super::cookies::Cookies;
use super::flow::{self, Callback, Returning};
use super::gate::sign_in_address;
use super::model::Trouble;
use super::provider::Providers;
use super::{service, session};
use crate::base::{Scope, t};
use crate::platform::Site;
use crate::platform::crypto::sha256;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

#[derive(Clone)]
struct Door {
    site: Site,
    cookies: Cookies,
}

/// `/sign-in/ISSUER`, its callback, `/sign-in/link`, `/sign-out`. The page `/sign-in` itself is one of the app's.
pub fn routes(site: Site) -> Router {
    let cookies = Cookies::new(&site.config);
    Router::new()
        .route("/sign-in/{issuer}", get(begin))
        .route("/sign-in/{issuer}/callback", get(callback))
        .route("/sign-in/link", post(by_link))
        .route("/sign-out", post(sign_out))
        .route("/sign-out/everywhere", post(sign_out_everywhere))
        .with_state(Door { site, cookies })
}

#[derive(Deserialize)]
struct To {
    #[serde(default)]
    to: String,
}

async fn begin(
    State(door): State<Door>,
    Path(issuer): Path<String>,
    to: Result<Query<To>, QueryRejection>,
) -> Response {
    let to = to.map(|Query(to)| to.to).unwrap_or_default();
    match flow::begin(&door.site, &issuer, &to).await {
        Ok(started) => {
            let mark = door.cookies.set_mark(&started.state_hash, &started.mark);
            see_other(&started.address, [mark])
        }
        Err(failure) => see_other(&sign_in_address(&to, Some(failure.trouble().as_str())), []),
    }
}

async fn callback(
    State(door): State<Door>,
    Path(issuer): Path<String>,
    answer: Result<Query<Callback>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(answer)) = answer else {
        return see_other(&sign_in_address("/", Some(Trouble::State.as_str())), []);
    };
    let state_hash = sha256(answer.state.as_deref().unwrap_or_default());
    let earlier = door.cookies.session(&headers);
    let browser = Returning {
        mark: door.cookies.mark(&headers, &state_hash),
        agent: agent(&headers),
        earlier: earlier.as_deref(),
    };
    let done = door.cookies.clear_mark(&state_hash);
    match flow::finish(&door.site, &issuer, answer, browser).await {
        Ok(arrived) => see_other(&arrived.to, [done, door.cookies.set_session(&arrived.token)]),
        Err((failure, to)) => see_other(&sign_in_address(&to, Some(failure.trouble().as_str())), [done]),
    }
}

#[derive(Deserialize)]
struct Link {
    token: String,
}

async fn by_link(State(door): State<Door>, headers: HeaderMap, Form(link): Form<Link>) -> Response {
    let earlier = door.cookies.session(&headers);
    match service::use_link(&door.site, &link.token, agent(&headers), earlier.as_deref()).await {
        Ok(token) => see_other("/", [door.cookies.set_session(&token)]),
        Err(failure) => see_other(&sign_in_address("/", Some(failure.trouble().as_str())), []),
    }
}

/// Ends the session here, then sends the browser to the provider to end it there. A provider that does not answer keeps
/// nobody signed in here.
async fn sign_out(State(door): State<Door>, headers: HeaderMap) -> Response {
    let clear = door.cookies.clear_session();
    let Some(token) = door.cookies.session(&headers) else { return see_other("/sign-in", [clear]) };
    match session::end(&door.site, &token).await {
        Ok(None) => see_other("/sign-in", [clear]),
        Ok(Some(ended)) => {
            let there = Providers::of(&door.site).end_session(&door.site, &ended.issuer, &ended.id_token).await;
            leave(there.as_deref().unwrap_or("/sign-in"), &door.site.config.server.public_address, clear)
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, format!("{error}\n")).into_response()
        }
    }
}

async fn sign_out_everywhere(state: State<Door>, Extension(scope): Extension<Scope>, headers: HeaderMap) -> Response {
    if let Some(viewer) = scope.viewer() {
        // This one stays until the end, because it knows which provider to tell.
        let kept = state.cookies.session(&headers);
        if let Err(error) = service::end_sessions(&scope, &state.site, &viewer.id, kept.as_deref()).await {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, format!("{error}\n")).into_response();
        }
    }
    sign_out(state, headers).await
}

/// Sends the browser on after a form that signed out. A redirect to another origin would fall under the page's
/// `form-action`, which names none, because a provider may end its sessions on any host: a page that goes on by itself
/// does not.
fn leave(address: &str, here: &str, clear: Option<HeaderValue>) -> Response {
    if address.strip_prefix(here.trim_end_matches('/')).unwrap_or(address).starts_with('/') {
        return see_other(address, [clear]);
    }
    let text = &t().identity;
    let safe = address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"refresh\" content=\"0;url={safe}\"><title>{0}</title><p>{0}</p>\
         <p><a href=\"{safe}\">{1}</a></p></html>",
        text.signed_out, text.sign_out_there
    );
    let mut response = ([(header::CACHE_CONTROL, "no-store")], Html(page)).into_response();
    if let Some(cookie) = clear {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

/// 303, so that a form's answer is fetched with GET; never kept by a cache, for it sets cookies.
fn see_other<const N: usize>(address: &str, cookies: [Option<HeaderValue>; N]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A header does not hold every letter that an address may.
    let address = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    headers.insert(header::LOCATION, address);
    for cookie in cookies.into_iter().flatten() {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    #[tokio::test]
    async fn leaving_for_another_origin_is_no_redirect_of_a_form() {
        const HERE: &str = "https://learn.example";
        for address in ["/sign-in", "https://learn.example/issuer/end"] {
            let here = leave(address, HERE, None);
            assert_eq!(here.status(), StatusCode::SEE_OTHER);
            assert_eq!(here.headers()[header::LOCATION], address);
        }
        assert_eq!(leave("https://learn.example.evil.example/", HERE, None).status(), StatusCode::OK);
        let cookie = HeaderValue::from_static("c=; Max-Age=0");
        let there = leave("https://id.example/end?a=1&b=\"><script>", HERE, Some(cookie));
        assert_eq!((there.status(), there.headers().get(header::LOCATION)), (StatusCode::OK, None));
        assert_eq!(there.headers()[header::SET_COOKIE], "c=; Max-Age=0");
        let page = String::from_utf8(to_bytes(there.into_body(), 9999).await.unwrap().to_vec()).unwrap();
        assert!(page.contains("content=\"0;url=https://id.example/end?a=1&amp;b=&quot;>&lt;script>\""), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }
}
