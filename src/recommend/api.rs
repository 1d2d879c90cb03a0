//! What the browser asks for.

use super::model::Feed;
use crate::base::AppError;
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json};

/// The personal feed, narrowed to a topic (id) and a kind, as an address names them.
#[server(prefix = "/api", endpoint = "recommend/feed", input = GetUrl, output = Json)]
pub async fn home_feed(topic: Option<String>, kind: Option<String>) -> Result<Feed, AppError> {
    let filter = super::Filter::from_query(topic.as_deref(), kind.as_deref());
    super::service::feed(&crate::platform::scope(), &crate::platform::site()?, &filter).await
}
