//! Conditional requests (RFC 9110, section 13): what a server said about the state of a document, and asking for it
//! only where it has changed since.

use serde::{Deserialize, Serialize};

use crate::http::{Request, Response};

/// Of one document, as its server named them. They are kept in cursors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Validators {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
}

impl Validators {
    pub(crate) fn of(response: &Response) -> Self {
        let header = |name| response.header(name).filter(|value| value.len() <= 500).map(str::to_owned);
        Self { etag: header("etag"), modified: header("last-modified") }
    }

    /// Makes the request a conditional one; it is not, where nothing is known.
    pub(crate) fn ask<'a>(&self, mut request: Request<'a>) -> Request<'a> {
        if let Some(etag) = &self.etag {
            request = request.header("if-none-match", etag);
        }
        if let Some(modified) = &self.modified {
            request = request.header("if-modified-since", modified);
        }
        request
    }
}
