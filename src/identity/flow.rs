//! A sign-in, from the button to the session.

use super::accept::{Failure, accept};
use super::model::{Trouble, safe_path};
use super::provider::{Code, Providers};
use super::session::{self, Arrival};
use super::store::{self, Begun};
use crate::base::MINUTE;
use crate::platform::crypto::{sha256, token};
use crate::platform::{Issuer, Site};
use openidconnect::core::CoreResponseType;
use openidconnect::{AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, Scope};
use serde::Deserialize;

/// How long a sign-in stays open.
const OPEN: i64 = 10 * MINUTE;

/// Where the browser goes to sign in, and the mark that it carries meanwhile.
pub struct Started {
    /// At the provider.
    pub address: String,
    /// Names the mark's cookie.
    pub state_hash: String,
    /// Proves at the end that it is the same browser.
    pub mark: String,
}

/// What a provider sends back with the browser.
#[derive(Debug, Default, Deserialize)]
pub struct Callback {
    /// Exchanged for tokens.
    pub code: Option<String>,
    /// Which sign-in this ends.
    pub state: Option<String>,
    /// The provider's own error.
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// A browser that comes back.
pub struct Returning<'a> {
    /// Its mark, if it has one for this state.
    pub mark: Option<String>,
    /// Its own description.
    pub agent: &'a str,
    /// The token of the session that it had.
    pub earlier: Option<&'a str>,
}

/// Somebody who is signed in.
pub struct Arrived {
    /// For the cookie.
    pub token: String,
    /// The page first asked for.
    pub to: String,
}

/// Begins a sign-in with the issuer of this name.
pub async fn begin(site: &Site, name: &str, to: &str) -> Result<Started, Failure> {
    let issuer = issuer(site, name)?;
    let known = Providers::of(site).get(site, issuer).await?;
    let client = known.client(site, name, issuer)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (state, nonce, mark) = (token(), token(), token());
    let for_url = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let (csrf, nonce_for_url) = for_url;
    let mut request = client.authorize_url(flow, move || csrf, move || nonce_for_url).set_pkce_challenge(challenge);
    // The client asks for `openid` by itself.
    for scope in issuer.scopes.iter().filter(|scope| *scope != "openid") {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    let (address, _, _) = request.url();
    let state_hash = sha256(&state);
    let begun = Begun {
        browser_hash: sha256(&mark),
        issuer: name.to_owned(),
        nonce,
        verifier: verifier.secret().clone(),
        return_to: safe_path(to).to_owned(),
        created_at: site.now(),
    };
    let mut tx = site.begin().await?;
    store::add_sign_in(&mut tx, &state_hash, &begun).await?;
    tx.commit().await?;
    Ok(Started { address: address.into(), state_hash, mark })
}

/// Ends a sign-in: a session, or the reason why there is none, with the page first asked for where it is known.
pub async fn finish(
    site: &Site,
    name: &str,
    callback: Callback,
    browser: Returning<'_>,
) -> Result<Arrived, (Failure, String)> {
    let home = |failure: Failure| (failure, "/".to_owned());
    let begun = open(site, name, &callback, &browser).await.map_err(home)?;
    let to = begun.return_to.clone();
    match enter(site, name, callback, begun, &browser).await {
        Ok(token) => Ok(Arrived { token, to }),
        Err(failure) => Err((failure, to)),
    }
}

/// Takes the sign-in that this state belongs to. It is gone from then on, whatever follows.
async fn open(site: &Site, name: &str, callback: &Callback, browser: &Returning<'_>) -> Result<Begun, Failure> {
    let state = callback.state.as_deref().ok_or(Trouble::State)?;
    let mut tx = site.begin().await?;
    let begun = store::take_sign_in(&mut tx, &sha256(state)).await?;
    tx.commit().await?;
    let begun = begun.filter(|begun| begun.issuer == name).ok_or(Trouble::State)?;
    if browser.mark.as_deref().map(sha256).as_ref() != Some(&begun.browser_hash) {
        return Err(Trouble::Browser.into());
    }
    if site.now() - begun.created_at > OPEN {
        return Err(Trouble::Expired.into());
    }
    Ok(begun)
}

async fn enter(
    site: &Site,
    name: &str,
    callback: Callback,
    begun: Begun,
    browser: &Returning<'_>,
) -> Result<String, Failure> {
    let issuer = issuer(site, name)?;
    if callback.iss.as_ref().is_some_and(|iss| *iss != issuer.address) {
        return Err(Trouble::State.into());
    }
    if let Some(error) = callback.error {
        tracing::info!(issuer = name, error = error.chars().take(100).collect::<String>(), "the provider said no");
        let said_no = ["access_denied", "login_required", "consent_required", "interaction_required"];
        return Err(if said_no.contains(&error.as_str()) { Trouble::Refused } else { Trouble::Provider }.into());
    }
    let code = Code { code: callback.code.ok_or(Trouble::Provider)?, verifier: begun.verifier, nonce: begun.nonce };
    let (claims, id_token) = Providers::of(site).redeem(site, name, issuer, code).await?;
    let mut tx = site.begin().await?;
    let person = accept(&mut tx, name, issuer, &claims, site.now()).await?;
    let arrival =
        Arrival { person: &person, issuer: name, id_token: &id_token, agent: browser.agent, earlier: browser.earlier };
    let token = session::start(&mut tx, site, &arrival).await?;
    tx.commit().await?;
    Ok(token)
}

fn issuer<'s>(site: &'s Site, name: &str) -> Result<&'s Issuer, Trouble> {
    site.config.issuers.get(name).ok_or(Trouble::Issuer)
}
