//! What the sign-in page asks the server.

use super::model::SignIn;
use crate::base::AppError;
use leptos::prelude::*;

/// The ways to sign in, for a person who wants to go on to `to`. Anybody may ask.
#[server(prefix = "/api", endpoint = "identity/ways-in")]
pub async fn ways_in(to: String, problem: String) -> Result<SignIn, AppError> {
    let site = crate::platform::site()?;
    Ok(super::service::sign_in(&site, &to, &problem))
}
