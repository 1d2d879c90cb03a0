//! Small views that several of these pages share.

use crate::base::{AppError, t};
use crate::sources::model::{Counts, Figure as Number, Health, RunCard, RunKind, Status, StepState};
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

/// What a step of a connection test came to, as a coloured label.
#[component]
pub fn StepBadge(state: StepState) -> impl IntoView {
    let texts = &t().sources;
    let (tone, word) = match state {
        StepState::Passed => (Tone::Good, texts.step_ok),
        StepState::NotNeeded => (Tone::Neutral, texts.step_not_needed),
        StepState::NotChecked => (Tone::Neutral, texts.step_not_checked),
        StepState::Failed => (Tone::Bad, texts.step_failed),
    };
    view! { <Badge tone>{word}</Badge> }
}

/// What an engineer wants to know, folded away.
#[component]
pub fn Technical(detail: Option<String>) -> impl IntoView {
    detail.map(|detail| {
        view! {
            <details class="technical">
                <summary>{t().sources.technical}</summary>
                <p>{detail}</p>
            </details>
        }
    })
}

/// What to do about it.
#[component]
pub fn Hint(hint: Option<String>) -> impl IntoView {
    hint.map(|hint| {
        view! {
            <p>
                <strong>{t().sources.what_to_do}</strong>
                " "
                {hint}
            </p>
        }
    })
}

/// What a run has counted, as large figures.
#[component]
pub fn Counted(run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    let counts = run.counts;
    if run.kind == RunKind::People {
        return view! { <CountedPeople counts matched=run.matched unmatched=run.unmatched /> }.into_any();
    }
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
    .into_any()
}

/// What a run of people has counted.
#[component]
fn CountedPeople(counts: Counts, matched: Option<Number>, unmatched: Option<Number>) -> impl IntoView {
    let texts = &t().people;
    let once_known =
        |number: Option<Number>, label: &'static str| number.map(|number| view! { <Figure value=number.text label /> });
    view! {
        <div class="figures">
            {once_known(matched, texts.matched)}
            {once_known(unmatched, texts.unmatched)}
            <Figure value=counts.added.text label=texts.new />
            <Figure value=counts.changed.text label=texts.finished />
            <Figure value=counts.unchanged.text label=texts.unchanged />
            <Figure value=counts.gone.text label=texts.left />
            <Figure value=counts.quarantined.text label=t().sources.quarantined />
        </div>
    }
}

/// What went wrong in a run, what to do, and when it goes on.
#[component]
pub fn RunTrouble(run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    let tone = if run.status == Status::Failed { Tone::Bad } else { Tone::Warn };
    run.error.map(|error| {
        view! {
            <Notice tone title=error>
                <Hint hint=run.hint />
                {run.retry.map(|at| view! { <p>{texts.goes_on(&at.text)}</p> })}
                <Technical detail=run.detail />
            </Notice>
        }
    })
}

/// One line about a run: how it stands, when it started, how long it took, and why.
#[component]
pub fn RunLine(run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <div class="run-line">
            <StatusBadge status=run.status />
            <p class="meta">
                <span>
                    <Time when=run.started />
                </span>
                <span>{run.took}</span>
                <span>{texts.reason(&run.reason, run.by.as_deref())}</span>
            </p>
            {(!run.begun).then(|| view! { <span class="run-note">{texts.starting}</span> })}
        </div>
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
