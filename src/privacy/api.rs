//! Server functions of privacy.

use super::model::Me;
use crate::base::AppError;
use leptos::prelude::*;

/// What is recorded about the asking person; `page` of her activity, from 1.
#[server(prefix = "/api", endpoint = "privacy/me")]
pub async fn load_me(page: String) -> Result<Me, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    super::service::me(&crate::platform::scope(), &site, paging).await
}
