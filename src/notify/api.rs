//! Server functions of notices.
// A server function has one argument for each field of its form, in the code that the macro writes as well.
#![allow(clippy::too_many_arguments)]

use super::model;
use super::model::{NoticesView, SettingsView, UnsubscribeView};
use crate::base::AppError;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// How many notices the asking person has not read.
#[server(prefix = "/api", endpoint = "notices/unread")]
pub async fn unread_notices() -> Result<i64, AppError> {
    let site = crate::platform::site()?;
    super::service::unread(&crate::platform::scope(), &site).await
}

/// The page of notices.
#[server(prefix = "/api", endpoint = "notices/list")]
pub async fn notices(show: String, kind: String, page: String) -> Result<NoticesView, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    let filter = model::Filter::read(&show, &kind, paging.number);
    super::service::notices(&crate::platform::scope(), &site, &filter).await
}

/// Marks a notice (its id) as read or as unread: one field or the other, so that each button of a form can name its own.
#[server(prefix = "/api", endpoint = "notices/mark")]
pub async fn mark_notice(read: Option<String>, unread: Option<String>) -> Result<(), AppError> {
    let (scope, site) = (crate::platform::scope(), crate::platform::site()?);
    scope.person()?;
    for (id, is_read) in [(read, true), (unread, false)] {
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            super::service::mark(&scope, &site, &id, is_read).await?;
        }
    }
    Ok(())
}

/// Marks everything as read, or everything of a kind.
#[server(prefix = "/api", endpoint = "notices/mark-all")]
pub async fn mark_all_notices(#[server(default)] kind: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::mark_all(&crate::platform::scope(), &site, &kind).await
}

/// Takes back what was marked under that stamp.
#[server(prefix = "/api", endpoint = "notices/unmark-all")]
pub async fn unmark_all_notices(stamp: i64) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::unmark_all(&crate::platform::scope(), &site, stamp).await
}

/// The page of settings.
#[server(prefix = "/api", endpoint = "notices/settings")]
pub async fn notice_settings() -> Result<SettingsView, AppError> {
    let site = crate::platform::site()?;
    super::service::settings(&crate::platform::scope(), &site).await
}

/// Keeps the settings, then leads back to them.
#[server(prefix = "/api", endpoint = "notices/save")]
pub async fn save_notice_settings(
    #[server(default)] page: BTreeMap<String, String>,
    #[server(default)] mail: BTreeMap<String, String>,
    #[server(default)] quiet: bool,
    #[server(default)] quiet_from: String,
    #[server(default)] quiet_until: String,
    #[server(default)] digest_at: String,
    #[server(default)] digest_day: String,
) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    let (page, mail) = (page.into_keys().collect(), mail.into_iter().collect());
    let form = model::SettingsForm { page, mail, quiet, quiet_from, quiet_until, digest_at, digest_day };
    super::service::save(&crate::platform::scope(), &site, &form).await?;
    leptos_axum::redirect("/notices/settings?saved=true");
    Ok(())
}

/// What a link to unsubscribe is about. It is the token that authorises: whoever has the mail may, signed in or not.
#[server(prefix = "/api", endpoint = "notices/unsubscribe")]
pub async fn load_unsubscribe(token: String) -> Result<UnsubscribeView, AppError> {
    let site = crate::platform::site()?;
    super::service::unsubscribe_view(&site, &token).await
}

/// The operators' page about mail.
#[server(prefix = "/api", endpoint = "notices/mail")]
pub async fn mail(state: String, page: String) -> Result<model::MailView, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    super::service::mail(&crate::platform::scope(), &site, &state, paging).await
}

/// Tries a mail that failed again.
#[server(prefix = "/api", endpoint = "notices/retry")]
pub async fn retry_mail(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::retry(&crate::platform::scope(), &site, &id).await
}
