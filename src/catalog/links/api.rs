//! What curators post about links.

use crate::base::AppError;
use leptos::prelude::*;

/// Has the link of a resource looked at as soon as its host may be asked.
#[server(prefix = "/api", endpoint = "links/check")]
pub async fn check_link(resource: String) -> Result<(), AppError> {
    super::service::check_now(&crate::platform::scope(), &crate::platform::site()?, &resource).await
}
