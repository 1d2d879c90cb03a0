//! The page on which one picks a person. Plain HTML with a stylesheet of its own: a provider's page is not the portal's.

use super::endpoints::Asked;
use crate::base::Role;
use crate::base::text::count;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use std::collections::BTreeMap;

/// Somebody to pick.
pub struct Entry {
    pub id: String,
    pub name: String,
    pub job_title: String,
    pub team: String,
    pub roles: Vec<Role>,
    /// How many people report to the person directly.
    pub reports: i64,
}

const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const LEAD: &str = "This is the demo's own identity provider. It asks for no password: pick a person and you are signed \
                    in as that person. Managers see their team's progress, curators make playlists, operators connect \
                    sources.";

/// The stylesheet.
pub async fn style() -> Response {
    let css = [(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))];
    (css, include_str!("style.css")).into_response()
}

/// Everybody, by team, with a filter that works by reloading.
pub fn picker(asked: &Asked, people: &[Entry]) -> Response {
    let wanted = asked.filter.trim().to_lowercase();
    let mut teams: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for person in people.iter().filter(|person| fits(person, &wanted)) {
        teams.entry(&person.team).or_default().push(person);
    }
    let (hidden, filter) = (hidden(asked), escaped(&asked.filter));
    let mut list: String = teams.into_iter().map(|(team, people)| section(team, &people)).collect();
    if list.is_empty() {
        list = "<p class=\"empty\">Nobody fits. Clear the filter to see everybody.</p>".into();
    }
    let body = format!(
        "<h1>Who would you like to be?</h1><p class=\"lead\">{LEAD}</p>\
         <form method=\"get\" action=\"/demo-issuer/authorize\" role=\"search\" class=\"filter\">{hidden}\
         <label for=\"filter\">Name, work, team or role</label>\
         <div><input id=\"filter\" type=\"search\" name=\"filter\" value=\"{filter}\" autocomplete=\"off\">\
         <button type=\"submit\">Filter</button></div></form>\
         <form method=\"post\" action=\"/demo-issuer/authorize\">{hidden}{list}\
         <p><button class=\"quiet\" type=\"submit\" name=\"person\" value=\"\">Go back without signing in</button></p>\
         </form>"
    );
    document("Pick a person", &body)
}

fn fits(person: &Entry, wanted: &str) -> bool {
    let texts = [person.name.clone(), person.job_title.clone(), person.team.clone()];
    texts.into_iter().chain(can(person)).any(|text| text.to_lowercase().contains(wanted))
}

fn section(team: &str, people: &[&Entry]) -> String {
    let title = if team.is_empty() { "Without a team" } else { team };
    let rows: String = people.iter().map(|person| row(person)).collect();
    format!("<section><h2>{}</h2><ul>{rows}</ul></section>", escaped(title))
}

fn row(person: &Entry) -> String {
    let badge = |text: &String| format!("<span class=\"badge\">{}</span>", escaped(text));
    let badges: String = can(person).iter().map(badge).collect();
    format!(
        "<li><button type=\"submit\" name=\"person\" value=\"{}\"><span class=\"name\">{}</span>\
         <span class=\"work\">{}</span><span class=\"badges\">{badges}</span></button></li>",
        escaped(&person.id),
        escaped(&person.name),
        escaped(&person.job_title)
    )
}

/// What the person can do beyond learning.
fn can(person: &Entry) -> Vec<String> {
    let role = |role: &Role| match role {
        Role::Curator => "Curator".to_owned(),
        Role::Operator => "Operator".to_owned(),
    };
    let mut can: Vec<String> = person.roles.iter().map(role).collect();
    if person.reports > 0 {
        can.push(format!("Manager of {}", count(person.reports, "person", "people")));
    }
    can
}

/// The client's request goes through the forms untouched.
fn hidden(asked: &Asked) -> String {
    let fields = [
        ("response_type", &asked.response_type),
        ("client_id", &asked.client_id),
        ("redirect_uri", &asked.redirect_uri),
        ("scope", &asked.scope),
        ("state", &asked.state),
        ("nonce", &asked.nonce),
        ("code_challenge", &asked.code_challenge),
        ("code_challenge_method", &asked.code_challenge_method),
    ];
    let field = |(name, value): (&str, &String)| {
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value))
    };
    fields.into_iter().map(field).collect()
}

/// After signing out without a way back.
pub fn signed_out(back: &str) -> Response {
    let body = format!("<h1>You are signed out</h1><p><a href=\"{}\">Back to Atrium</a></p>", escaped(back));
    document("Signed out", &body)
}

fn document(title: &str, body: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Demo identity provider</title>\
         <link rel=\"stylesheet\" href=\"/demo-issuer/style.css\"></head>\
         <body><header>Demo identity provider</header><main>{body}</main></body></html>"
    );
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_client_sends_stays_text() {
        let asked =
            Asked { state: "\"><script>alert(1)</script>".into(), filter: "o'neill".into(), ..Asked::default() };
        let person = |name: &str| Entry {
            id: "1".into(),
            name: name.into(),
            job_title: "Maker".into(),
            team: "Ops & Co".into(),
            roles: vec![Role::Curator],
            reports: 2,
        };
        let response = picker(&asked, &[person("Sam O'Neill"), person("Ada Ray")]);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(!html.contains("<script>") && html.contains("Ops &amp; Co"));
        assert!(
            html.contains("Sam O&#39;Neill") && !html.contains("Ada Ray"),
            "the filter leaves out who does not fit"
        );
        assert!(html.contains("Curator") && html.contains("Manager of 2 people"));
    }
}
