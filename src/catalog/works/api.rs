//! What the curators' page asks for and posts.

use super::model::LookAlikes;
use crate::base::AppError;
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

/// What `/look-alikes` shows; an odd page number means the first.
#[server(prefix = "/api", endpoint = "works/look-alikes", input = GetUrl, output = Json)]
pub async fn load_look_alikes(page: String) -> Result<LookAlikes, AppError> {
    super::service::look_alikes(&crate::platform::scope(), &crate::platform::site()?, &page).await
}

/// Says whether two resources are the same thing.
#[server(prefix = "/api", endpoint = "works/decide")]
pub async fn decide(one: String, two: String, same: bool) -> Result<(), AppError> {
    super::service::decide(&crate::platform::scope(), &crate::platform::site()?, &one, &two, same).await.map(drop)
}

/// Makes an edition a work of its own, and goes where that can be undone.
#[server(prefix = "/api", endpoint = "works/split")]
pub async fn split_edition(resource: String) -> Result<(), AppError> {
    super::service::split(&crate::platform::scope(), &crate::platform::site()?, &resource).await?;
    leptos_axum::redirect("/look-alikes#decided");
    Ok(())
}

/// Takes a decision back.
#[server(prefix = "/api", endpoint = "works/undo")]
pub async fn undo_decision(decision: String) -> Result<(), AppError> {
    super::service::undo(&crate::platform::scope(), &crate::platform::site()?, &decision).await
}
