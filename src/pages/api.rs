//! What composed pages ask for.

use super::model::{HistoryView, LinksView, Offer, ResourcePageView, SavedView, SearchView};
use crate::base::AppError;
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

/// What `/search` shows at `address`, the part after the path.
#[server(prefix = "/api", endpoint = "pages/search", input = GetUrl, output = Json)]
pub async fn load_search(address: String) -> Result<SearchView, AppError> {
    super::compose::search(&crate::platform::scope(), &crate::platform::site()?, &address).await
}

/// What `/resources/ID` shows.
#[server(prefix = "/api", endpoint = "pages/resource", input = GetUrl, output = Json)]
pub async fn load_resource(id: String) -> Result<ResourcePageView, AppError> {
    super::compose::resource(&crate::platform::scope(), &crate::platform::site()?, &id).await
}

/// What `/links` shows; what is odd in its address is left out.
#[server(prefix = "/api", endpoint = "pages/links", input = GetUrl, output = Json)]
pub async fn load_links(state: String, source: String, page: String) -> Result<LinksView, AppError> {
    super::compose::links(&crate::platform::scope(), &crate::platform::site()?, &state, &source, &page).await
}

/// What `/saved` shows; an odd page number means the first.
#[server(prefix = "/api", endpoint = "pages/saved", input = GetUrl, output = Json)]
pub async fn load_saved(page: String) -> Result<SavedView, AppError> {
    super::compose::saved(&crate::platform::scope(), &crate::platform::site()?, &page).await
}

/// What `/history` shows; an odd page number means the first.
#[server(prefix = "/api", endpoint = "pages/history", input = GetUrl, output = Json)]
pub async fn load_history(page: String) -> Result<HistoryView, AppError> {
    super::compose::history(&crate::platform::scope(), &crate::platform::site()?, &page).await
}

/// What the search box offers for `text`.
#[server(prefix = "/api", endpoint = "pages/suggest", input = GetUrl, output = Json)]
pub async fn suggest_anything(text: String) -> Result<Vec<Offer>, AppError> {
    super::compose::suggest(&crate::platform::scope(), &crate::platform::site()?, &text).await
}
