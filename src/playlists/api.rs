//! Server functions of playlists. Reading ones fill pages; writing ones take flat forms.
// A server function has one argument for each field of its form, in the code that the macro writes as well.
#![allow(clippy::too_many_arguments)]

use super::model::{EditorView, Lists, PlaylistView};
use crate::base::AppError;
use crate::catalog::model::Card;
use leptos::prelude::*;

/// The page of playlists.
#[server(prefix = "/api", endpoint = "playlists/lists")]
pub async fn load_lists() -> Result<Lists, AppError> {
    let site = crate::platform::site()?;
    super::service::lists(&crate::platform::scope(), &site).await
}

/// One playlist.
#[server(prefix = "/api", endpoint = "playlists/playlist")]
pub async fn load_playlist(slug: String) -> Result<PlaylistView, AppError> {
    let site = crate::platform::site()?;
    super::service::view(&crate::platform::scope(), &site, &slug).await
}

/// Follows a playlist, or stops following it.
#[server(prefix = "/api", endpoint = "playlists/follow")]
pub async fn follow_playlist(slug: String, on: bool) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::follow(&crate::platform::scope(), &site, &slug, on).await
}

/// Marks an item as done, or takes that back.
#[server(prefix = "/api", endpoint = "playlists/mark")]
pub async fn mark_item(resource: String, done: bool) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::mark(&crate::platform::scope(), &site, &resource, done).await
}

/// The editor's page.
#[server(prefix = "/api", endpoint = "playlists/editor")]
pub async fn load_editor(slug: String) -> Result<EditorView, AppError> {
    let site = crate::platform::site()?;
    super::service::editor(&crate::platform::scope(), &site, &slug).await
}

/// What can be added to a playlist.
#[server(prefix = "/api", endpoint = "playlists/find")]
pub async fn find_resources(text: String) -> Result<Vec<Card>, AppError> {
    let site = crate::platform::site()?;
    super::service::find(&crate::platform::scope(), &site, &text).await
}

/// The groups that a playlist can be for.
#[server(prefix = "/api", endpoint = "playlists/audiences")]
pub async fn load_audiences() -> Result<Vec<(String, String)>, AppError> {
    let site = crate::platform::site()?;
    super::service::audiences(&crate::platform::scope(), &site).await
}

/// Starts a draft and goes to its editor.
#[server(prefix = "/api", endpoint = "playlists/create")]
pub async fn create_playlist(title: String, #[server(default)] summary: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    let slug = super::service::create(&crate::platform::scope(), &site, &title, &summary, "").await?;
    leptos_axum::redirect(&format!("/playlists/{slug}/edit"));
    Ok(())
}

/// Brings a deleted playlist back and goes to its editor.
#[server(prefix = "/api", endpoint = "playlists/restore")]
pub async fn restore_playlist(slug: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::restore(&crate::platform::scope(), &site, &slug).await?;
    leptos_axum::redirect(&format!("/playlists/{slug}/edit?restored=true"));
    Ok(())
}

/// Makes one edit; `what` is as in the service's `EditForm`, or `undo`. Answers the version that the playlist has then.
#[server(prefix = "/api", endpoint = "playlists/edit")]
pub async fn edit_playlist(
    slug: String,
    version: i64,
    what: String,
    #[server(default)] resource: String,
    #[server(default)] note: String,
    #[server(default)] title: String,
    #[server(default)] summary: String,
    #[server(default)] audience: String,
) -> Result<i64, AppError> {
    let (site, scope) = (crate::platform::site()?, crate::platform::scope());
    if what == "undo" {
        return super::service::undo(&scope, &site, &slug, version).await;
    }
    let form = super::service::EditForm { slug, version, what, resource, note, title, summary, audience };
    super::service::edit(&scope, &site, &form).await
}
