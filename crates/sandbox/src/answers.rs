//! What systems share in answering: the parameters of a question, who asks, and a refusal that is ready to be sent.

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::form_urlencoded;

/// Why a request is refused.
pub(crate) struct Refused(Box<Response>);

impl Refused {
    pub(crate) fn new(status: StatusCode, body: Value) -> Self {
        Self(Box::new((status, Json(body)).into_response()))
    }

    /// The same with a header more.
    pub(crate) fn with(self, name: HeaderName, value: &str) -> Self {
        Self(Box::new(with_header(*self.0, name, value)))
    }
}

/// An answer with a header more.
pub(crate) fn with_header(mut answer: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
    answer
}

impl From<Response> for Refused {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// The parameters of a question, in their order.
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn of(query: Option<&str>) -> Self {
        Self(form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// The first value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of this name.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A number of this name; none where there is no such parameter, an error where it is no number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, ()> {
        self.get(name).map(|value| value.parse().map_err(drop)).transpose()
    }

    /// The query with this value in the place of another one of that name.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let rest = self.0.iter().filter(|(known, _)| known != name);
        let pairs = rest.map(|(name, value)| (name.as_str(), value.as_str())).chain([(name, value)]);
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

/// The credential of this scheme (`Bearer`, `JWT`) in the `Authorization` header.
pub(crate) fn credential<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (given, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then_some(value.trim())
}

/// User and password of HTTP's basic authentication (RFC 7617).
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(credential(headers, "Basic")?).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
