//! What pages post.

use super::model::{State, Verb};
use crate::base::AppError;
use leptos::prelude::*;

/// Records that the asking person did `verb` to a resource; answers where she stands with it then.
#[server(prefix = "/api", endpoint = "records/mark")]
pub async fn mark(resource: String, verb: Verb) -> Result<State, AppError> {
    let (scope, site) = (crate::platform::scope(), crate::platform::site()?);
    let kind = super::model::ObjectKind::Resource;
    super::service::record(&scope, &site, verb, kind, &resource, None, None).await
}

/// Follows or stops following topics (ids): one field or the other, so that each button of a form can name its own.
#[server(prefix = "/api", endpoint = "records/follow")]
pub async fn follow_topic(follow: Option<String>, unfollow: Option<String>) -> Result<(), AppError> {
    let (scope, site) = (crate::platform::scope(), crate::platform::site()?);
    let kind = super::model::ObjectKind::Topic;
    scope.person()?;
    for (verb, topic) in [(Verb::Followed, follow), (Verb::Unfollowed, unfollow)] {
        if let Some(topic) = topic.filter(|topic| !topic.is_empty()) {
            super::service::record(&scope, &site, verb, kind, &topic, None, None).await?;
        }
    }
    Ok(())
}
