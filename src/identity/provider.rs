//! The portal's side of OpenID Connect: a provider's discovery document and keys, the exchange of a code, the checks on
//! what comes back.

use super::model::Trouble;
use crate::base::HOUR;
use crate::platform::{Issuer, Site};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId,
    ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdToken, IdTokenClaims, IdTokenFields, IdTokenVerifier, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeVerifier,
    ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

/// How long a discovery document and its keys are taken as they are.
const FRESH: i64 = HOUR;
/// How long a provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer that a provider is believed to need.
const ANSWER_MAX: usize = 1024 * 1024;

/// Claims beyond the standard ones: groups go by a name that the operator configures.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Extra {
    #[serde(flatten)]
    rest: HashMap<String, serde_json::Value>,
}
impl AdditionalClaims for Extra {}

type Token = IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Answer = StandardTokenResponse<Fields, CoreTokenType>;
/// A client of one provider.
pub type Client = openidconnect::Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What a provider says of a person, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The provider's own name for the person; never changes.
    pub subject: String,
    /// Mail address.
    pub email: Option<String>,
    /// Whether the provider has checked that the address is the person's; `None` if it does not say.
    pub email_verified: Option<bool>,
    /// Full name.
    pub name: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// What the configured claim lists; `None` if it is not there.
    pub groups: Option<Vec<String>>,
}

impl Claims {
    fn lacks(&self) -> bool {
        self.email.is_none() || self.email_verified.is_none() || self.name.is_none() || self.groups.is_none()
    }

    /// Takes from `more` what is missing here.
    fn or(self, more: Claims) -> Claims {
        // Whether an address is checked is said of that address, not of another one.
        let (email, email_verified) = match (self.email, self.email_verified) {
            (Some(email), None) if more.email.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(&email)) => {
                (Some(email), more.email_verified)
            }
            (Some(email), verified) => (Some(email), verified),
            (None, _) => (more.email, more.email_verified),
        };
        Claims {
            subject: self.subject,
            email,
            email_verified,
            name: self.name.or(more.name),
            locale: self.locale.or(more.locale),
            time_zone: self.time_zone.or(more.time_zone),
            groups: self.groups.or(more.groups),
        }
    }
}

/// A provider's discovery document with its keys.
pub struct Known {
    metadata: ProviderMetadataWithLogout,
    fetched_at: i64,
}

/// The providers that this process has met. It is asked of when somebody signs in, not at start: a provider that is down
/// keeps nobody from using the portal.
#[derive(Default)]
pub struct Providers {
    http: Http,
    known: RwLock<HashMap<String, Arc<Known>>>,
}

impl Providers {
    /// Those of this process.
    pub fn of(site: &Site) -> Arc<Providers> {
        if let Some(providers) = site.ext::<Providers>() {
            return providers;
        }
        site.provide(Providers::default());
        site.ext::<Providers>().unwrap_or_default()
    }

    /// What is known of `issuer`, fetched if it is not fresh. An old document serves on while the provider does not answer.
    pub async fn get(&self, site: &Site, issuer: &Issuer) -> Result<Arc<Known>, Trouble> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&issuer.address).cloned();
        match known {
            Some(known) if site.now() - known.fetched_at < FRESH => Ok(known),
            Some(old) => Ok(self.fetch(site, issuer).await.unwrap_or(old)),
            None => self.fetch(site, issuer).await,
        }
    }

    /// Fetches the document and the keys now.
    async fn fetch(&self, site: &Site, issuer: &Issuer) -> Result<Arc<Known>, Trouble> {
        let address = IssuerUrl::new(issuer.address.clone()).map_err(|error| {
            tracing::error!(issuer = issuer.address, %error, "the issuer's address is none");
            Trouble::Down
        })?;
        let discovery = ProviderMetadataWithLogout::discover_async(address, &self.http);
        let metadata = tokio::time::timeout(PATIENCE * 2, discovery).await;
        let metadata = match metadata {
            Ok(Ok(metadata)) => metadata,
            Ok(Err(error)) => {
                tracing::warn!(issuer = issuer.address, error = chain(&error), "discovery failed");
                return Err(Trouble::Down);
            }
            Err(_) => {
                tracing::warn!(issuer = issuer.address, "discovery took too long");
                return Err(Trouble::Down);
            }
        };
        let known = Arc::new(Known { metadata, fetched_at: site.now() });
        let mut all = self.known.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(issuer.address.clone(), known.clone());
        Ok(known)
    }

    /// Exchanges the code and checks what comes back; what the id token leaves out is asked of userinfo. Answers the
    /// claims and the id token itself.
    pub async fn redeem(
        &self,
        site: &Site,
        name: &str,
        issuer: &Issuer,
        code: Code,
    ) -> Result<(Claims, String), Trouble> {
        let known = self.get(site, issuer).await?;
        let client = known.client(site, name, issuer)?;
        let request = client.exchange_code(AuthorizationCode::new(code.code)).map_err(|_| Trouble::Provider)?;
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(code.verifier)).request_async(&self.http).await;
        let answer = answer.map_err(|error| refused(issuer, &error))?;
        let Some(token) = answer.id_token() else {
            tracing::warn!(issuer = issuer.address, "the provider sent no id token");
            return Err(Trouble::Token);
        };
        let nonce = Nonce::new(code.nonce);
        let claims = match verify(site, &client, token, &answer, &nonce) {
            Err(Fault::Key) => {
                // Keys rotate: an unknown one is looked for once in what the provider publishes now.
                let known = self.fetch(site, issuer).await?;
                verify(site, &known.client(site, name, issuer)?, token, &answer, &nonce)
            }
            other => other,
        };
        let mut claims = claims.map_err(|fault| fault.trouble(issuer))?.read(&issuer.groups_claim);
        if claims.lacks() && client.user_info_url().is_some() {
            claims = claims.clone().or(self.user_info(&client, &claims, &answer, issuer).await?);
        }
        Ok((claims, token.to_string()))
    }

    async fn user_info(
        &self,
        client: &Client,
        claims: &Claims,
        answer: &Answer,
        issuer: &Issuer,
    ) -> Result<Claims, Trouble> {
        let subject = openidconnect::SubjectIdentifier::new(claims.subject.clone());
        let request = client.user_info(answer.access_token().clone(), Some(subject)).map_err(|_| Trouble::Provider)?;
        let info: Result<UserInfoClaims<Extra, CoreGenderClaim>, _> = request.request_async(&self.http).await;
        match info {
            Ok(info) => Ok(info.read(&issuer.groups_claim)),
            Err(error) => {
                tracing::warn!(issuer = issuer.address, error = chain(&error), "userinfo failed");
                Err(match error {
                    openidconnect::UserInfoError::Request(_) => Trouble::Down,
                    _ => Trouble::Provider,
                })
            }
        }
    }

    /// Where the provider ends its own session, if it can be asked to.
    pub async fn end_session(&self, site: &Site, name: &str, id_token: &str) -> Option<String> {
        let issuer = site.config.issuers.get(name)?;
        let known = self.get(site, issuer).await.ok()?;
        let end: &str = known.metadata.additional_metadata().end_session_endpoint.as_ref()?.as_str();
        let mut url = url::Url::parse(end).ok()?;
        if !id_token.is_empty() {
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        url.query_pairs_mut()
            .append_pair("client_id", &issuer.client_id)
            .append_pair("post_logout_redirect_uri", &format!("{}/sign-in", site.config.server.public_address));
        Some(url.into())
    }
}

/// What the provider gave back, and what was kept here.
pub struct Code {
    /// From the callback.
    pub code: String,
    /// Kept since the sign-in began.
    pub verifier: String,
    /// Kept since the sign-in began.
    pub nonce: String,
}

impl Known {
    /// A client of this provider.
    pub fn client(&self, site: &Site, name: &str, issuer: &Issuer) -> Result<Client, Trouble> {
        let secret = Some(&issuer.client_secret).filter(|secret| !secret.is_empty());
        let callback = format!("{}/sign-in/{name}/callback", site.config.server.public_address);
        let callback = RedirectUrl::new(callback).map_err(|_| Trouble::Fault)?;
        let client = openidconnect::Client::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(issuer.client_id.clone()),
            secret.map(|secret| ClientSecret::new(secret.clone())),
        );
        let by_header = match self.metadata.token_endpoint_auth_methods_supported() {
            Some(methods) => methods.contains(&CoreClientAuthMethod::ClientSecretBasic),
            None => true,
        };
        let kind = if by_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        Ok(client.set_redirect_uri(callback).set_auth_type(kind))
    }
}

/// Why an id token is not taken.
enum Fault {
    Key,
    Nonce,
    Other(String),
}

impl Fault {
    fn trouble(self, issuer: &Issuer) -> Trouble {
        let (trouble, why) = match self {
            Fault::Key => (Trouble::Key, "signed with a key that is not published".to_owned()),
            Fault::Nonce => (Trouble::Nonce, "the nonce is another one".to_owned()),
            Fault::Other(why) => (Trouble::Token, why),
        };
        tracing::warn!(issuer = issuer.address, why, "an id token was refused");
        trouble
    }
}

/// Asymmetric ones only: with a shared secret whoever knows it could sign.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn verify(
    site: &Site,
    client: &Client,
    token: &Token,
    answer: &Answer,
    nonce: &Nonce,
) -> Result<IdTokenClaims<Extra, CoreGenderClaim>, Fault> {
    let now = UNIX_EPOCH + Duration::from_millis(site.now().max(0) as u64);
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
        client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now.into());
    let claims = token.claims(&verifier, nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
        ) => Fault::Key,
        ClaimsVerificationError::InvalidNonce(_) => Fault::Nonce,
        other => Fault::Other(chain(&other)),
    })?;
    if let Some(expected) = claims.access_token_hash() {
        let other = |error: SignatureVerificationError| Fault::Other(chain(&error));
        let (algorithm, key) = (token.signing_alg().map_err(other)?, token.signing_key(&verifier).map_err(other)?);
        let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key)
            .map_err(|error| Fault::Other(chain(&error)))?;
        if actual != *expected {
            return Err(Fault::Other("the access token is another one".into()));
        }
    }
    Ok(claims.clone())
}

fn refused<E>(issuer: &Issuer, error: &RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>) -> Trouble
where
    E: std::error::Error + 'static,
{
    // The answer itself may hold tokens; its kind is enough.
    tracing::warn!(issuer = issuer.address, error = %error, "the code was not exchanged");
    match error {
        RequestTokenError::ServerResponse(response) if *response.error() == CoreErrorResponseType::InvalidGrant => {
            Trouble::Code
        }
        RequestTokenError::Request(_) => Trouble::Down,
        _ => Trouble::Provider,
    }
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Both kinds of claims read alike.
trait Read {
    fn read(&self, groups_claim: &str) -> Claims;
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn groups(extra: &Extra, claim: &str) -> Option<Vec<String>> {
    let list = match extra.rest.get(claim)? {
        serde_json::Value::Array(list) => list.iter().filter_map(|value| value.as_str()).collect(),
        serde_json::Value::String(one) => vec![one.as_str()],
        _ => vec![],
    };
    Some(list.into_iter().filter_map(filled).take(200).collect())
}

macro_rules! read {
    ($type:ty) => {
        impl Read for $type {
            fn read(&self, groups_claim: &str) -> Claims {
                let name = self.name().and_then(|name| name.get(None)).map(|name| name.as_str());
                let name = name.or(self.preferred_username().map(|name| name.as_str()));
                Claims {
                    subject: self.subject().as_str().to_owned(),
                    email: self.email().and_then(|email| filled(email.as_str())),
                    email_verified: self.email_verified(),
                    name: name.and_then(filled),
                    locale: self.locale().and_then(|locale| filled(locale.as_ref())),
                    time_zone: self.zoneinfo().and_then(|zone| filled(zone.as_str())),
                    groups: groups(self.additional_claims(), groups_claim),
                }
            }
        }
    };
}
read!(IdTokenClaims<Extra, CoreGenderClaim>);
read!(UserInfoClaims<Extra, CoreGenderClaim>);

/// HTTP as the protocol wants it: no redirects, bounded in time and size.
struct Http(Result<reqwest::Client, String>);

impl Default for Http {
    fn default() -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("Atrium/", env!("CARGO_PKG_VERSION")))
            .build();
        Http(client.map_err(|error| error.to_string()))
    }
}

/// The provider was not reached, or its answer was not taken.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error("{0}")]
    Client(String),
    #[error("{}", chain(.0))]
    Request(#[from] reqwest::Error),
    #[error("{0}")]
    Shape(#[from] http::Error),
    #[error("the answer is larger than {ANSWER_MAX} bytes")]
    TooLarge,
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let client = self.0.as_ref().map_err(|error| HttpError::Client(error.clone()))?;
            let mut response = client.execute(request.try_into()?).await?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                if body.len() + chunk.len() > ANSWER_MAX {
                    return Err(HttpError::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
            let mut answer = http::Response::builder().status(response.status());
            for (name, value) in response.headers() {
                answer = answer.header(name, value);
            }
            Ok(answer.body(body)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn userinfo_fills_gaps_and_overrules_nothing() {
        let token = Claims {
            subject: "1".into(),
            email: Some("a@x.example".into()),
            name: Some("A".into()),
            ..Claims::default()
        };
        let info = |email: &str| Claims {
            subject: "1".into(),
            email: Some(email.into()),
            email_verified: Some(true),
            name: Some("B".into()),
            groups: Some(vec!["g".into()]),
            ..Claims::default()
        };
        let filled = token.clone().or(info("A@x.example"));
        assert_eq!((filled.name.as_deref(), filled.email_verified), (Some("A"), Some(true)));
        assert_eq!(filled.groups, Some(vec!["g".to_owned()]));
        // "Checked" said of another address says nothing of this one.
        assert_eq!(token.or(info("b@x.example")).email_verified, None);
    }

    #[test]
    fn groups_come_as_a_list_or_alone() {
        let extra: Extra = serde_json::from_str(r#"{"groups": ["a", 1, " b ", ""], "team": "ops", "n": 3}"#).unwrap();
        assert_eq!(groups(&extra, "groups"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(groups(&extra, "team"), Some(vec!["ops".to_owned()]));
        assert_eq!(groups(&extra, "n"), Some(vec![]));
        assert_eq!(groups(&extra, "roles"), None);
    }
}
