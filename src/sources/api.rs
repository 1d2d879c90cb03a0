//! The operator's server functions.
// A server function has one argument for each field of its form, in the code that the macro writes as well.
#![allow(clippy::too_many_arguments)]

use super::model;
use super::model::{NewView, RunView, SourceView};
use crate::base::AppError;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The page of sources.
#[server(prefix = "/api", endpoint = "sources/overview")]
pub async fn overview() -> Result<model::Overview, AppError> {
    let site = crate::platform::site()?;
    super::service::overview(&crate::platform::scope(), &site).await
}

/// The page that adds a source.
#[server(prefix = "/api", endpoint = "sources/new")]
pub async fn new_source(kind: String, draft: String) -> Result<NewView, AppError> {
    let site = crate::platform::site()?;
    super::service::new_view(&crate::platform::scope(), &site, Some(&kind), &draft).await
}

/// The page of one source.
#[server(prefix = "/api", endpoint = "sources/one")]
pub async fn source(id: String, draft: String, page: String) -> Result<SourceView, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    super::service::view(&crate::platform::scope(), &site, &id, &draft, paging).await
}

/// The page of one run.
#[server(prefix = "/api", endpoint = "sources/run")]
pub async fn run(source: String, run: String, page: String) -> Result<RunView, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    super::service::run_view(&crate::platform::scope(), &site, &source, &run, paging).await
}

/// How the source stands now; its page asks again and again.
#[server(prefix = "/api", endpoint = "sources/standing")]
pub async fn standing(id: String, page: String) -> Result<model::Standing, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    super::service::standing(&crate::platform::scope(), &site, &id, paging).await
}

/// Tests or saves the form, then leads to the source, or back to the form with what was found.
#[server(prefix = "/api", endpoint = "sources/submit")]
pub async fn submit(
    #[server(default)] id: String,
    #[server(default)] kind: String,
    #[server(default)] version: i64,
    #[server(default)] draft: String,
    #[server(default)] name: String,
    #[server(default)] interval: String,
    #[server(default)] settings: BTreeMap<String, String>,
    #[server(default)] audience: String,
    #[server(default)] again: bool,
    #[server(default)] what: String,
) -> Result<(), AppError> {
    use super::service::Form;
    use super::settings::Entered;
    let site = crate::platform::site()?;
    let entered = Entered { kind, name, interval, settings, audience, again };
    let form = Form { id, version, draft, entered, what };
    let to = super::service::submit(&crate::platform::scope(), &site, form).await?;
    leptos_axum::redirect(&to);
    Ok(())
}

/// Queues a run now.
#[server(prefix = "/api", endpoint = "sources/sync")]
pub async fn sync_now(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::sync_now(&crate::platform::scope(), &site, &id).await.map(drop)
}

/// Stops scheduled runs.
#[server(prefix = "/api", endpoint = "sources/pause")]
pub async fn pause(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::pause(&crate::platform::scope(), &site, &id).await
}

/// Takes scheduled runs up again.
#[server(prefix = "/api", endpoint = "sources/resume")]
pub async fn resume(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::resume(&crate::platform::scope(), &site, &id).await
}

/// Takes the source away.
#[server(prefix = "/api", endpoint = "sources/remove")]
pub async fn remove(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::remove(&crate::platform::scope(), &site, &id).await
}

/// Undoes a removal.
#[server(prefix = "/api", endpoint = "sources/restore")]
pub async fn restore(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::restore(&crate::platform::scope(), &site, &id).await
}

/// Stops the run that is under way.
#[server(prefix = "/api", endpoint = "sources/cancel")]
pub async fn cancel(id: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::cancel(&crate::platform::scope(), &site, &id).await
}

/// Agrees to what a waiting run would remove, or (`agreed` is not `true`) keeps everything.
#[server(prefix = "/api", endpoint = "sources/decide")]
pub async fn decide(source: String, run: String, agreed: bool) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    let scope = crate::platform::scope();
    if agreed {
        super::service::confirm(&scope, &site, &source, &run).await
    } else {
        super::service::dismiss(&scope, &site, &source, &run).await
    }
}
