//! The one error that crosses the wire. Details stay in the log, under a reference that the person can quote.

use super::response;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, Encodes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Field name → what is wrong with it and what to do, in the interface's language.
pub type Fields = BTreeMap<String, String>;

/// What every operation answers.
pub type Res<T> = Result<T, AppError>;

/// What can go wrong, as far as the asking person is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Nobody is signed in, and the thing asked for wants somebody.
    SignIn,
    /// It does not exist, or the asking person may not know that it does.
    NotFound,
    /// It exists, the person may know so, and may not do this.
    Forbidden,
    /// The input was refused; each field with its reason. The empty name stands for the form as a whole.
    Invalid(Fields),
    /// Somebody else changed it in the meantime, or it is in a state that does not allow this.
    Conflict(String),
    /// Something that is needed does not answer at the moment; trying again later may help.
    Unavailable(String),
    /// Our fault. The reference finds the details in the log.
    Internal {
        /// Quoted to support, and found in the log.
        reference: String,
    },
}

impl AppError {
    /// One field refused.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        AppError::Invalid(BTreeMap::from([(field.to_owned(), message.into())]))
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            AppError::SignIn => 401,
            AppError::NotFound => 404,
            AppError::Forbidden => 403,
            AppError::Invalid(_) => 422,
            AppError::Conflict(_) => 409,
            AppError::Unavailable(_) => 503,
            AppError::Internal { .. } => 500,
        }
    }

    /// What is wrong with `field`, if this error is about it.
    pub fn field(&self, field: &str) -> Option<&str> {
        match self {
            AppError::Invalid(fields) => fields.get(field).map(String::as_str),
            _ => None,
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = &super::t().errors;
        match self {
            AppError::SignIn => f.write_str(texts.sign_in),
            AppError::NotFound => f.write_str(texts.not_found),
            AppError::Forbidden => f.write_str(texts.forbidden),
            AppError::Invalid(fields) => {
                let mut first = true;
                for (name, message) in fields {
                    if !first {
                        f.write_str(" ")?;
                    }
                    first = false;
                    if name.is_empty() {
                        f.write_str(message)?;
                    } else {
                        write!(f, "{name}: {message}")?;
                    }
                }
                Ok(())
            }
            AppError::Conflict(message) | AppError::Unavailable(message) => f.write_str(message),
            AppError::Internal { reference } => write!(f, "{} {reference}", texts.internal),
        }
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// As JSON. On the server it also gives the call its true status; server functions answer 500 to every error.
    fn ser(&self) -> Bytes {
        response::set_call_status(self.status());
        let internal = |_| Bytes::from_static(br#"{"Internal":{"reference":"server-function"}}"#);
        Self::Encoder::encode(self).unwrap_or_else(internal)
    }

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(what) | ServerFnErrorErr::Deserialization(what) => AppError::invalid("", what),
            ServerFnErrorErr::MissingArg(field) => AppError::invalid(&field, super::t().errors.missing),
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => {
                AppError::Unavailable(super::t().errors.offline.to_owned())
            }
            _ => AppError::Internal { reference: "server-function".to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_form_names_its_fields() {
        let mut fields = Fields::new();
        fields.insert("title".into(), "give it a title.".into());
        fields.insert(String::new(), "Nothing was saved.".into());
        let error = AppError::Invalid(fields);
        assert_eq!(error.to_string(), "Nothing was saved. title: give it a title.");
        assert_eq!(error.field("title"), Some("give it a title."));
        assert_eq!(error.field("url"), None);
        assert_eq!(error.status(), 422);
    }

    #[test]
    fn it_survives_the_wire() {
        for error in [
            AppError::NotFound,
            AppError::invalid("a", "b"),
            AppError::Internal { reference: "r1".into() },
            AppError::Conflict("busy".into()),
        ] {
            let there = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<AppError>(&there).unwrap(), error);
        }
    }
}
