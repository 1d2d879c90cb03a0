//! The protocol's endpoints.

use super::{ACCESS_LIFE, CLIENT, CODE_LIFE, DemoIssuer, Grant, group, locked, page};
use crate::base::{AppError, Res};
use crate::directory::service as directory;
use crate::platform::crypto::token;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Everything below `/demo-issuer`.
pub fn routes(issuer: DemoIssuer) -> Router {
    Router::new()
        .route("/demo-issuer/.well-known/openid-configuration", get(discovery))
        .route("/demo-issuer/jwks", get(jwks))
        .route("/demo-issuer/authorize", get(ask).post(picked))
        .route("/demo-issuer/token", post(exchange))
        .route("/demo-issuer/userinfo", get(userinfo))
        .route("/demo-issuer/end-session", get(end_session))
        .route("/demo-issuer/style.css", get(page::style))
        .with_state(issuer)
}

async fn discovery(State(issuer): State<DemoIssuer>) -> Json<Value> {
    let at = &issuer.0.address;
    Json(json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "userinfo_endpoint": format!("{at}/userinfo"),
        "end_session_endpoint": format!("{at}/end-session"),
        "jwks_uri": format!("{at}/jwks"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": ["openid", "email", "profile"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn jwks(State(issuer): State<DemoIssuer>) -> Json<Value> {
    Json(json!({"keys": [issuer.key().published()]}))
}

/// What a client asks for. The page hands it on through its form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub state: String,
    pub nonce: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    /// Part of a name, a title or a team.
    pub filter: String,
    /// Who was picked; empty: nobody, the person went back.
    pub person: String,
}

impl Asked {
    /// Whether the browser may be sent back at all: only to the one client's own callback.
    fn is_ours(&self, issuer: &DemoIssuer) -> bool {
        let public = &issuer.0.site.config.server.public_address;
        self.client_id == CLIENT && self.redirect_uri == format!("{public}/sign-in/{}/callback", super::NAME)
    }

    fn fault(&self) -> Option<&'static str> {
        if self.response_type != "code" {
            Some("unsupported_response_type")
        } else if !self.scope.split(' ').any(|scope| scope == "openid") {
            Some("invalid_scope")
        } else if self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            Some("invalid_request")
        } else {
            None
        }
    }

    /// What is answered before anybody is picked: an error, if the request is not sound.
    fn refusal(&self, issuer: &DemoIssuer) -> Option<Response> {
        if !self.is_ours(issuer) {
            let text = "This client or its callback address is not known here.\n";
            return Some((StatusCode::BAD_REQUEST, text).into_response());
        }
        self.fault().map(|fault| self.back(issuer, "error", fault))
    }

    /// Back to the client with this answer.
    fn back(&self, issuer: &DemoIssuer, name: &str, value: &str) -> Response {
        let Ok(mut url) = url::Url::parse(&self.redirect_uri) else { return StatusCode::BAD_REQUEST.into_response() };
        let mut query = url.query_pairs_mut();
        query.append_pair(name, value).append_pair("state", &self.state).append_pair("iss", &issuer.0.address);
        drop(query);
        Redirect::to(url.as_str()).into_response()
    }
}

async fn ask(State(issuer): State<DemoIssuer>, Query(asked): Query<Asked>) -> Response {
    if let Some(refusal) = asked.refusal(&issuer) {
        return refusal;
    }
    match people(&issuer).await {
        Ok(people) => page::picker(&asked, &people),
        Err(error) => failed(&error),
    }
}

async fn picked(State(issuer): State<DemoIssuer>, Form(asked): Form<Asked>) -> Response {
    if let Some(refusal) = asked.refusal(&issuer) {
        return refusal;
    }
    let known = match people(&issuer).await {
        Ok(people) => people.iter().any(|person| person.id == asked.person),
        Err(error) => return failed(&error),
    };
    if !known {
        return asked.back(&issuer, "error", "access_denied");
    }
    let (code, now) = (token(), issuer.0.site.now());
    let grant = Grant {
        person: asked.person.clone(),
        callback: asked.redirect_uri.clone(),
        nonce: asked.nonce.clone(),
        challenge: asked.code_challenge.clone(),
        expires_at: now + CODE_LIFE,
    };
    let mut codes = locked(&issuer.0.codes);
    codes.retain(|_, grant| grant.expires_at > now);
    codes.insert(code.clone(), grant);
    drop(codes);
    asked.back(&issuer, "code", &code)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Exchange {
    grant_type: String,
    code: String,
    redirect_uri: String,
    client_id: String,
    code_verifier: String,
}

async fn exchange(State(issuer): State<DemoIssuer>, Form(form): Form<Exchange>) -> Response {
    if form.grant_type != "authorization_code" {
        return refused("unsupported_grant_type");
    }
    if form.client_id != CLIENT {
        return refused("invalid_client");
    }
    // Taken whatever comes of it: a code is tried once.
    let grant = locked(&issuer.0.codes).remove(&form.code);
    let now = issuer.0.site.now();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.code_verifier.as_bytes()));
    let sound =
        |grant: &Grant| grant.expires_at > now && grant.callback == form.redirect_uri && grant.challenge == challenge;
    let Some(grant) = grant.filter(sound) else { return refused("invalid_grant") };
    match tokens(&issuer, &grant, now).await {
        Ok(tokens) => ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(tokens)).into_response(),
        Err(error) => failed(&error),
    }
}

async fn tokens(issuer: &DemoIssuer, grant: &Grant, now: i64) -> Res<Value> {
    let access = token();
    {
        let mut open = locked(&issuer.0.access);
        open.retain(|_, (_, expires_at)| *expires_at > now);
        open.insert(access.clone(), (grant.person.clone(), now + ACCESS_LIFE));
    }
    let half = Sha256::digest(access.as_bytes());
    let mut claims = json!({
        "iss": issuer.0.address, "aud": CLIENT, "iat": now / 1000, "exp": now / 1000 + 300, "nonce": grant.nonce,
        "at_hash": URL_SAFE_NO_PAD.encode(&half[..16]),
    });
    let about = about(issuer, &grant.person).await?;
    let key = signer(issuer, &mut claims, about)?;
    Ok(json!({
        "access_token": access, "token_type": "Bearer", "expires_in": ACCESS_LIFE / 1000,
        "scope": "openid email profile", "id_token": key.sign(&claims)?,
    }))
}

/// Puts what is said of the person into `claims`; answers the key that signs them.
#[cfg(not(test))]
fn signer(issuer: &DemoIssuer, claims: &mut Value, about: Value) -> Res<Arc<super::keys::Key>> {
    add(claims, about);
    Ok(issuer.key())
}

/// The same, with the faults that a test asks for.
#[cfg(test)]
fn signer(issuer: &DemoIssuer, claims: &mut Value, about: Value) -> Res<Arc<super::keys::Key>> {
    let faults = locked(&issuer.0.faults).clone();
    if faults.lean {
        claims["sub"] = about["sub"].clone();
    } else {
        add(claims, about);
    }
    if let Some(nonce) = faults.nonce {
        claims["nonce"] = nonce.into();
    }
    if faults.unknown_key { Ok(Arc::new(super::keys::Key::new()?)) } else { Ok(issuer.key()) }
}

fn add(claims: &mut Value, more: Value) {
    if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
        claims.extend(more);
    }
}

/// What the issuer says of a person.
async fn about(issuer: &DemoIssuer, person: &str) -> Res<Value> {
    let mut c = issuer.0.site.read().await?;
    let person = directory::person(&mut c, person).await?.ok_or(AppError::NotFound)?;
    let roles = issuer.0.roles.get(&person.email);
    let groups: Vec<String> = roles.into_iter().flatten().map(|role| group(*role)).collect();
    let claims = json!({
        "sub": person.id, "email": person.email, "email_verified": true, "name": person.name, "locale": person.locale,
        "zoneinfo": person.time_zone, "groups": groups,
    });
    #[cfg(test)]
    let claims = bent(issuer, claims);
    Ok(claims)
}

#[cfg(test)]
fn bent(issuer: &DemoIssuer, mut claims: Value) -> Value {
    let faults = locked(&issuer.0.faults).clone();
    match faults.verified {
        Some(Some(verified)) => claims["email_verified"] = verified.into(),
        Some(None) => drop(claims.as_object_mut().and_then(|claims| claims.remove("email_verified"))),
        None => {}
    }
    if let Some(email) = faults.email {
        claims["email"] = email.into();
    }
    if let Some(subject) = faults.subject {
        claims["sub"] = subject.into();
    }
    claims
}

async fn userinfo(State(issuer): State<DemoIssuer>, headers: HeaderMap) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let now = issuer.0.site.now();
    let open = bearer.and_then(|bearer| locked(&issuer.0.access).get(bearer).cloned());
    let Some((person, _)) = open.filter(|(_, expires_at)| *expires_at > now) else {
        let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""))];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    };
    match about(&issuer, &person).await {
        Ok(claims) => Json(claims).into_response(),
        Err(error) => failed(&error),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct End {
    id_token_hint: String,
    post_logout_redirect_uri: String,
}

/// This issuer asks anew at each sign-in, so it has no session of its own to end; it checks and sends back.
async fn end_session(State(issuer): State<DemoIssuer>, Query(end): Query<End>) -> Response {
    let back = format!("{}/sign-in", issuer.0.site.config.server.public_address);
    if end.post_logout_redirect_uri == back && issuer.key().has_signed(&end.id_token_hint) {
        return Redirect::to(&back).into_response();
    }
    page::signed_out(&back)
}

/// Everybody who may sign in, with the team and what the person can do.
async fn people(issuer: &DemoIssuer) -> Res<Vec<page::Entry>> {
    let mut c = issuer.0.site.read().await?;
    let everyone = directory::overview(&mut c).await?;
    let roles = &issuer.0.roles;
    let entry = |person: directory::Overview| page::Entry {
        roles: roles.get(&person.email).cloned().unwrap_or_default(),
        id: person.id,
        name: person.name,
        job_title: person.job_title,
        team: person.team.unwrap_or_default(),
        reports: person.reports,
    };
    Ok(everyone.into_iter().map(entry).collect())
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

fn failed(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"error": "server_error", "error_description": error.to_string()}))).into_response()
}
