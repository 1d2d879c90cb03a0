//! Small views that several of these pages share.

use crate::base::{AppError, t};
use crate::sources::model::{Health, RunCard, Status};
use crate::ui::{Badge, Figure, Notice, Time, Tone};
use leptos::prelude::*;

/// A source's state as a coloured label.
#[component]
pub fn HealthBadge(health: Health) -> impl IntoView {
    let (tone, word) = match health {
        Health::New => (Tone::Neutral, "new"),
        Health::Syncing => (Tone::Accent, "syncing"),
        Health::Good => (Tone::Good, "good"),
        Health::Attention => (Tone::Warn, "attention"),
        Health::Waiting => (Tone::Warn, "waiting"),
        Health::Failing => (Tone::Bad, "failing"),
        Health::Paused => (Tone::Neutral, "paused"),
        Health::Removed => (Tone::Neutral, "removed"),
    };
    view! { <Badge tone>{t().sources.health(word)}</Badge> }
}

/// A run's outcome as a coloured label.
#[component]
pub fn StatusBadge(status: Status) -> impl IntoView {
    let tone = match status {
        Status::Running => Tone::Accent,
        Status::Waiting | Status::Partial => Tone::Warn,
        Status::Ok => Tone::Good,
        Status::Failed => Tone::Bad,
        Status::Cancelled => Tone::Neutral,
    };
    view! { <Badge tone>{t().sources.status(status.as_str())}</Badge> }
}

/// What a run has counted, as large figures.
#[component]
pub fn Counted(run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    let counts = run.counts;
    view! {
        <div class="figures">
            <Figure value=counts.added.text label=texts.added />
            <Figure value=counts.changed.text label=texts.changed />
            <Figure value=counts.unchanged.text label=texts.unchanged />
            <Figure value=counts.gone.text label=texts.gone />
            <Figure value=counts.quarantined.text label=texts.quarantined />
            <Figure value=counts.pages.text label=texts.pages />
        </div>
    }
}

/// What went wrong in a run, what to do, and when it goes on.
#[component]
pub fn RunTrouble(run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    let tone = if run.status == Status::Failed { Tone::Bad } else { Tone::Warn };
    run.error.map(|error| {
        let hint = run.hint.map(|hint| {
            view! {
                <p>
                    <strong>{texts.what_to_do}</strong>
                    " "
                    {hint}
                </p>
            }
        });
        view! {
            <Notice tone title=error>
                {hint}
                {run.retry.map(|at| view! { <p>{texts.goes_on(&at.text)}</p> })}
            </Notice>
        }
    })
}

/// One line about a run: when, how long.
#[component]
pub fn RunLine(run: RunCard) -> impl IntoView {
    view! {
        <p class="run-line">
            <StatusBadge status=run.status />
            " "
            <Time when=run.started />
            " · "
            {run.took}
            " · "
            {t().sources.reason(&run.reason, run.by.as_deref())}
        </p>
    }
}

/// The first of these errors.
#[component]
pub fn Failure(
    /// What an action answered.
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    move || error.get().map(|error| view! { <Notice tone=Tone::Bad title=error.to_string() live=true /> })
}

/// The error of an action, if it answered one.
pub fn error_of<T: Clone + Send + Sync + 'static>(answered: Option<Result<T, AppError>>) -> Option<AppError> {
    answered.and_then(Result::err)
}
