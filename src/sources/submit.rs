//! The settings form: tested or saved, and where to go from there.

use super::model::{StepState, TestStep};
use super::service::{add, edit, present};
use super::settings::{self, Draft, Entered};
use super::store::{self, SourceRow};
use super::sync;
use crate::base::{AppError, Fields, Res, Role, Scope, t};
use crate::platform::Site;
use connect::{Error, Found, Http, Policy, Step};
use std::time::Duration;

/// A connection test has to be over before the page's own time limit.
const TEST_LIMIT: Duration = Duration::from_secs(20);

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Empty for a new source.
    pub id: String,
    /// Which state of the source the form was made from.
    pub version: i64,
    /// What an earlier page kept.
    pub draft: String,
    /// The inputs.
    pub entered: Entered,
    /// `test` or `save`.
    pub what: String,
}

/// Tests or saves what was entered, and answers where to go: to the source, or back to the form with what was found.
pub async fn submit(scope: &Scope, site: &Site, form: Form) -> Res<String> {
    scope.require(Role::Operator)?;
    let id = Some(form.id.as_str()).filter(|id| !id.is_empty());
    let source = match id {
        Some(id) => Some(store::source(&mut site.read().await?, id).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let kind = source.as_ref().map_or(form.entered.kind.clone(), |s| s.kind.clone());
    settings::system(&kind)?;
    let kept = match (settings::open_draft(site, scope, id, &form.draft), &source) {
        (Some(draft), _) => draft.held,
        (None, Some(source)) => settings::held(&kind, &settings::opened(site, source)?)?,
        (None, None) => Default::default(),
    };
    let entered = Entered { kind, ..form.entered };
    let mut draft = Draft {
        entered: bounded(&entered),
        held: kept.clone(),
        version: form.version,
        made_at: site.now(),
        ..Draft::default()
    };
    let removed = source.as_ref().is_some_and(|source| source.removed_at.is_some());
    let done = match settings::with_kept(entered, &kept) {
        Ok(entered) => {
            draft.entered = bounded(&entered);
            draft.held = settings::held(&draft.entered.kind, &draft.entered.settings)?;
            match form.what.as_str() {
                _ if removed => Ok(None),
                "test" => test(scope, site, &entered).await.map(|steps| {
                    draft.steps = steps;
                    None
                }),
                "save" => save(scope, site, source.as_ref(), form.version, &entered).await.map(Some),
                _ => Err(AppError::invalid("what", t().sources.fault_what)),
            }
        }
        Err(refused) => Err(refused),
    };
    match done {
        Ok(Some(to)) => return Ok(to),
        Ok(None) => {}
        Err(AppError::Invalid(faults)) => draft.faults = faults,
        // The form sees by its version that it is outdated, and says so.
        Err(AppError::Conflict(_)) if source.as_ref().is_some_and(|s| s.updated_at != form.version) => {}
        Err(AppError::Conflict(message)) => draft.faults = Fields::from([(String::new(), message)]),
        Err(other) => return Err(other),
    }
    let form = settings::form(site, scope, &draft.entered.kind.clone(), source.as_ref(), Some(draft), Vec::new())?;
    // Somebody took the source away meanwhile: its page says so, and keeps what was entered until it is restored.
    let target = if removed { "removed".to_owned() } else { form.target() };
    let sealed = &form.draft;
    // A browser gives the focus to what an address leads to, with and without JavaScript.
    Ok(match id {
        Some(id) => format!("/sources/{id}?draft={sealed}#{target}"),
        None => format!("/sources/new?kind={}&draft={sealed}#{target}", form.kind),
    })
}

/// Settings of one source that are taken up again, and characters of all of them together.
const SETTINGS_MAX: usize = 64;
const SETTINGS_CHARS: usize = 12_000;

/// What goes into a page's address has to stay small, whatever was entered.
fn bounded(entered: &Entered) -> Entered {
    let mut left = SETTINGS_CHARS;
    let mut cut = |text: &String| {
        let kept: String = text.chars().take(2000.min(left)).collect();
        left = left.saturating_sub(kept.chars().count());
        kept
    };
    Entered {
        kind: entered.kind.clone(),
        name: entered.name.chars().take(200).collect(),
        interval: entered.interval.chars().take(20).collect(),
        settings: entered
            .settings
            .iter()
            .take(SETTINGS_MAX)
            .map(|(name, value)| (name.chars().take(40).collect(), cut(value)))
            .collect(),
        audience: entered.audience.chars().take(100).collect(),
        again: entered.again,
    }
}

/// Saves it and answers where to go. What was changed says so: the page is the one that the form was on.
async fn save(scope: &Scope, site: &Site, source: Option<&SourceRow>, version: i64, entered: &Entered) -> Res<String> {
    let Some(source) = source else {
        return add(scope, site, entered).await.map(|id| format!("/sources/{id}"));
    };
    edit(scope, site, &source.id, version, entered).await?;
    let saved = present(site, &source.id).await?;
    Ok(format!("/sources/{}?saved={}#found", saved.id, saved.updated_at))
}

/// Tries the connection step by step; nothing is saved.
pub async fn test(scope: &Scope, site: &Site, entered: &Entered) -> Res<Vec<TestStep>> {
    scope.require(Role::Operator)?;
    let checked = settings::check(site, entered)?;
    let policy = Policy { timeout: Duration::from_secs(8), retries: 0, ..sync::policy(site) };
    let http = Http::new(policy);
    let steps = match tokio::time::timeout(TEST_LIMIT, checked.connector.test(&http)).await {
        Ok(steps) => steps,
        Err(_) => return Ok(vec![too_slow()]),
    };
    Ok(steps.into_iter().map(shown).collect())
}

fn shown(Step { what, outcome }: Step) -> TestStep {
    let (state, said) = match outcome {
        Ok(Found::Checked(said)) => (StepState::Passed, said),
        Ok(Found::NotNeeded(said)) => (StepState::NotNeeded, said),
        Ok(Found::NotChecked(said)) => (StepState::NotChecked, said),
        // A field of the settings is at fault: there is nothing technical about it, and all of this has to fit an address.
        Err(error @ Error::Mapping { .. }) => {
            let (said, hint) = (error.headline(), Some(error.hint()));
            return TestStep { what, state: StepState::Failed, said, detail: None, hint };
        }
        Err(error) => {
            let (said, detail, hint) = (error.headline(), Some(error.to_string()), Some(error.hint()));
            return TestStep { what, state: StepState::Failed, said, detail, hint };
        }
    };
    TestStep { what, state, said, detail: None, hint: None }
}

fn too_slow() -> TestStep {
    let texts = &t().sources;
    TestStep {
        what: texts.test_title.into(),
        state: StepState::Failed,
        said: texts.error_test_time.into(),
        detail: None,
        hint: Some(texts.hint_test_time.into()),
    }
}
