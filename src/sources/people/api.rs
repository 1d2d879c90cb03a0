//! What the page of a source's people asks for and posts.

use super::model::PeopleView;
use crate::base::AppError;
use leptos::prelude::*;

/// The accounts of a source; `show` says which of them.
#[server(prefix = "/api", endpoint = "sources/people")]
pub async fn people(source: String, show: String, page: String) -> Result<PeopleView, AppError> {
    let site = crate::platform::site()?;
    let paging = crate::base::Paging::from_query(Some(&page));
    super::service::people_view(&crate::platform::scope(), &site, &source, &show, paging).await
}

/// Reads the people of a source now.
#[server(prefix = "/api", endpoint = "sources/people/read")]
pub async fn read_people(source: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::read_people_now(&crate::platform::scope(), &site, &source).await.map(drop)
}

/// Says whose an account is.
#[server(prefix = "/api", endpoint = "sources/people/match")]
pub async fn match_account(source: String, account: String, email: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::match_person(&crate::platform::scope(), &site, &source, &account, &email).await
}

/// Takes back what was said by hand.
#[server(prefix = "/api", endpoint = "sources/people/undo")]
pub async fn undo_match(source: String, account: String) -> Result<(), AppError> {
    let site = crate::platform::site()?;
    super::service::undo_match(&crate::platform::scope(), &site, &source, &account).await
}
