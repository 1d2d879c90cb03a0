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
        {texts.total_time(card.minutes, card.unmeasured).into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
        {audience}
    }
    .into_any();
    let state = match (card.status, done) {
        (Status::Draft, _) => view! { <Badge tone=Tone::Warn>{texts.draft}</Badge> }.into_any(),
        (_, true) => view! { <Badge tone=Tone::Good>{t().records.is_done}</Badge> }.into_any(),
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

/// What was wrong with the last edit; nothing while all is well, or where it is said beside the input. It is read out
/// when it comes up.
#[component]
pub fn ActionProblem(
    /// What the action answered last.
    error: Signal<Option<AppError>>,
    /// Fields whose inputs say themselves what is wrong with them.
    #[prop(optional)]
    beside: &'static [&'static str],
) -> impl IntoView {
    move || {
        let error = error.get()?;
        let tone = if matches!(error, AppError::Conflict(_)) { Tone::Warn } else { Tone::Bad };
        let text = text_of(&error, beside)?;
        Some(view! {
            <Notice tone live=true>
                <p>{text}</p>
            </Notice>
        })
    }
}

/// What is wrong, without the names of fields; nothing when the inputs `beside` say it all.
fn text_of(error: &AppError, beside: &[&str]) -> Option<String> {
    let AppError::Invalid(fields) = error else { return Some(error.to_string()) };
    let texts: Vec<&str> =
        fields.iter().filter(|(name, _)| !beside.contains(&name.as_str())).map(|(_, text)| text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
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

#[cfg(test)]
mod tests {
    use super::text_of;
    use crate::base::{AppError, Fields};

    #[test]
    fn what_an_input_says_is_not_said_twice() {
        let title = AppError::invalid("title", "Give it a title.");
        assert_eq!(text_of(&title, &["title"]), None);
        assert_eq!(text_of(&title, &[]).as_deref(), Some("Give it a title."));
        let both = [("title", "Give it a title."), ("resource", "It is in it already.")];
        let both: Fields = both.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        assert_eq!(text_of(&AppError::Invalid(both), &["title"]).as_deref(), Some("It is in it already."));
        assert_eq!(text_of(&AppError::NotFound, &["title"]), Some(AppError::NotFound.to_string()));
    }
}
