//! Views of playlists that other rooms' pages use too.

use super::model::{PlaylistCard, Status};
use crate::base::{AppError, t};
use crate::ui::{Badge, Card, Cover, Notice, Progress, Tone};
use leptos::prelude::*;

/// A playlist in a grid of [`crate::ui::Cards`]: title, steward, size, progress.
#[component]
pub fn PlaylistTile(
    /// The playlist.
    card: PlaylistCard,
) -> impl IntoView {
    let texts = &t().playlists;
    let done = card.is_done();
    let audience = card.audience.clone().map(|name| view! { <span>{texts.for_group(&name)}</span> });
    let meta = view! {
        <span>{texts.kept_by(&card.steward)}</span>
        <span>{texts.items(card.items)}</span>
        {(card.minutes > 0).then(|| view! { <span>{texts.time(card.minutes)}</span> })}
        {audience}
    }
    .into_any();
    let state = match (card.status, done) {
        (Status::Draft, _) => view! { <Badge tone=Tone::Warn>{texts.draft}</Badge> }.into_any(),
        (_, true) => view! { <Badge tone=Tone::Good>{texts.done}</Badge> }.into_any(),
        _ if card.following || card.done > 0 => {
            view! { <Progress done=card.done total=card.items label=texts.progress(card.done, card.items) /> }
                .into_any()
        }
        _ => ().into_any(),
    };
    let cover = view! { <Cover seed=card.slug.clone() kind="playlist" topic=card.title.clone() /> }.into_any();
    view! {
        <Card href=format!("/playlists/{}", card.slug) title=card.title summary=card.summary cover meta>
            {state}
        </Card>
    }
}

/// What was wrong with the last edit; nothing while all is well. It is read out when it comes up.
#[component]
pub fn ActionProblem(
    /// What the action answered last.
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    move || {
        error.get().map(|error| {
            let tone = if matches!(error, AppError::Conflict(_)) { Tone::Warn } else { Tone::Bad };
            // Fields are named beside their inputs, where there are any; here only what is wrong is said.
            let text = match &error {
                AppError::Invalid(fields) => fields.values().cloned().collect::<Vec<_>>().join(" "),
                other => other.to_string(),
            };
            view! {
                <Notice tone live=true>
                    <p>{text}</p>
                </Notice>
            }
        })
    }
}

/// What an action answered last, if it was an error.
pub fn failure<T: Clone + Send + Sync + 'static>(
    value: impl Fn() -> Option<Result<T, AppError>> + Send + Sync + 'static,
) -> Signal<Option<AppError>> {
    Signal::derive(move || value().and_then(Result::err))
}

/// What is wrong with one field of what an action was given.
pub fn field_error<T: Clone + Send + Sync + 'static>(
    value: impl Fn() -> Option<Result<T, AppError>> + Send + Sync + 'static,
    field: &'static str,
) -> Signal<Option<String>> {
    Signal::derive(move || value().and_then(Result::err).and_then(|error| error.field(field).map(str::to_owned)))
}
