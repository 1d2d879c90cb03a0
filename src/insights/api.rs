//! Server functions of insights.

use super::model::{PersonView, TeamView};
use crate::base::AppError;
use leptos::prelude::*;

/// The team page.
#[server(prefix = "/api", endpoint = "insights/team")]
pub async fn load_team(
    #[server(default)] playlist: String,
    #[server(default)] people: String,
) -> Result<TeamView, AppError> {
    let site = crate::platform::site()?;
    super::service::team(&crate::platform::scope(), &site, super::model::TeamQuery { playlist, people }).await
}

/// A person's page.
#[server(prefix = "/api", endpoint = "insights/person")]
pub async fn load_person(id: String) -> Result<PersonView, AppError> {
    let site = crate::platform::site()?;
    super::service::person(&crate::platform::scope(), &site, &id).await
}
