//! What the operator's pages have in common: deeds, each a form of one button; where the focus goes when that button goes;
//! what a screen reader says; and looking again at what may have changed elsewhere.

use crate::base::{AppError, posted_error, t};
use crate::sources::api;
use crate::ui::{Loading, focus, is_focus_lost};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often a page with a run under way looks again.
const TICK: Duration = Duration::from_secs(3);
/// How many ticks pass between two looks where nothing is under way.
const IDLE: u32 = 5;

/// What can be done to a source, or to one of its runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Sync,
    Pause,
    Resume,
    Cancel,
    Remove,
    Restore,
    Confirm,
    Keep,
}

impl Deed {
    const ALL: [Deed; 8] =
        [Deed::Sync, Deed::Pause, Deed::Resume, Deed::Cancel, Deed::Remove, Deed::Restore, Deed::Confirm, Deed::Keep];

    /// Where its form posts to.
    pub fn url(self) -> &'static str {
        match self {
            Deed::Sync => api::SyncNow::url(),
            Deed::Pause => api::Pause::url(),
            Deed::Resume => api::Resume::url(),
            Deed::Cancel => api::Cancel::url(),
            Deed::Remove => api::Remove::url(),
            Deed::Restore => api::Restore::url(),
            Deed::Confirm | Deed::Keep => api::Decide::url(),
        }
    }

    async fn run(self, source: String, run: String) -> Result<(), AppError> {
        match self {
            Deed::Sync => api::sync_now(source).await,
            Deed::Pause => api::pause(source).await,
            Deed::Resume => api::resume(source).await,
            Deed::Cancel => api::cancel(source).await,
            Deed::Remove => api::remove(source).await,
            Deed::Restore => api::restore(source).await,
            Deed::Confirm => api::decide(source, run, true).await,
            Deed::Keep => api::decide(source, run, false).await,
        }
    }

    /// What a screen reader says when it is done.
    fn done(self) -> &'static str {
        let texts = &t().sources;
        match self {
            Deed::Sync => texts.done_sync,
            Deed::Pause => texts.done_paused,
            Deed::Resume => texts.done_resumed,
            Deed::Cancel => texts.done_cancelled,
            Deed::Remove => texts.done_removed,
            Deed::Restore => texts.done_restored,
            Deed::Confirm => texts.decision_confirmed,
            Deed::Keep => texts.decision_kept,
        }
    }

    /// Whose button stands where this one's stood: the first that is there.
    fn successors(self) -> &'static [Deed] {
        match self {
            Deed::Sync | Deed::Restore => &[Deed::Cancel, Deed::Sync, Deed::Resume],
            Deed::Pause => &[Deed::Resume, Deed::Cancel, Deed::Pause],
            Deed::Resume => &[Deed::Pause, Deed::Cancel],
            Deed::Cancel => &[Deed::Sync, Deed::Resume],
            Deed::Remove => &[Deed::Restore],
            Deed::Confirm | Deed::Keep => &[],
        }
    }

    /// The one whose button has the focus.
    fn in_focus() -> Option<Deed> {
        let form = document().active_element()?.closest("form[action]").ok().flatten()?;
        let action = form.get_attribute("action")?;
        Deed::ALL.into_iter().find(|deed| deed.url() == action)
    }
}

/// What outlives the redraws of a page.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What was wrong with the last deed.
    pub error: RwSignal<Option<AppError>>,
    /// What a screen reader says.
    pub said: RwSignal<String>,
    /// Counts how often the whole page has to be read again.
    pub changed: RwSignal<u32>,
    /// Counts how often what may have changed has to be looked at again, at once.
    again: RwSignal<u32>,
    busy: StoredValue<bool>,
    /// What was done, and to which source: its successor gets the focus after the next redraw.
    pressed: StoredValue<Option<(Deed, String)>>,
    /// What came back last of the settings form: when it was sent, and for which state of the source.
    answered: StoredValue<(i64, i64)>,
    /// The frame's bar.
    loading: Option<RwSignal<bool>>,
}

impl Desk {
    /// An empty one; what was wrong with a form that was posted without JavaScript lies on it.
    pub fn new() -> Desk {
        Desk {
            error: RwSignal::new(posted_error(&Deed::ALL.map(Deed::url))),
            said: RwSignal::new(String::new()),
            changed: RwSignal::new(0),
            again: RwSignal::new(0),
            busy: StoredValue::new(false),
            pressed: StoredValue::new(None),
            answered: StoredValue::new((0, 0)),
            loading: use_context::<Loading>().map(|Loading(loading)| loading),
        }
    }

    /// Does it, says so, and has the page looked at again. One deed at a time: who presses twice means it once. The button
    /// is not switched off meanwhile, for it would lose the focus.
    pub fn press(self, deed: Deed, source: String, run: String) {
        if self.busy.try_update_value(|busy| std::mem::replace(busy, true)).unwrap_or(true) {
            return;
        }
        self.pressed.set_value(Some((deed, source.clone())));
        self.error.set(None);
        self.show_loading(true);
        spawn_local(async move {
            let answer = deed.run(source, run).await;
            self.show_loading(false);
            // Nothing is left to update when the page has gone.
            let _ = self.busy.try_set_value(false);
            match answer {
                Ok(()) => drop(self.said.try_set(deed.done().to_owned())),
                Err(error) => drop(self.error.try_set(Some(error))),
            }
            let _ = self.again.try_update(|times| *times += 1);
        });
    }

    fn show_loading(self, now: bool) {
        let _ = self.loading.map(|loading| loading.try_set(now));
    }

    /// Changes what is drawn. Who had the focus on a button that goes with it has it on what stands there instead.
    pub fn redraw(self, change: impl FnOnce()) {
        let held = self.held();
        change();
        refocus(held);
    }

    /// Has the whole page read again; [`Desk::drawn`] is for when it is there.
    pub fn reload(self) {
        let held = self.held();
        let _ = self.pressed.try_set_value(held);
        let _ = self.changed.try_update(|times| *times += 1);
    }

    /// The page has been read again.
    pub fn drawn(self) {
        Effect::new(move |_| refocus(self.pressed.try_update_value(Option::take).flatten()));
    }

    fn held(self) -> Option<(Deed, String)> {
        let pressed = self.pressed.try_update_value(Option::take).flatten();
        pressed.or_else(|| Deed::in_focus().map(|deed| (deed, String::new())))
    }

    /// Whether what came back of the settings form, sent then and for that state of the source, is new on this page.
    pub fn is_answer(self, sent_at: i64, version: i64) -> bool {
        let before = self.answered.try_update_value(|last| std::mem::replace(last, (sent_at, version)));
        before.is_some_and(|before| before != (sent_at, version))
    }
}

/// Puts a lost focus on what stands where the deed's button stood: another button, the source in the list, or what says
/// how it ended.
fn refocus(held: Option<(Deed, String)>) {
    let Some((deed, source)) = held else { return };
    // What is new is drawn by now, but not in the document yet.
    request_animation_frame(move || {
        let buttons = deed.successors().iter().map(|next| format!("main form[action='{}'] button", next.url()));
        let listed = format!("main a.source-name[href='/sources/{source}']");
        let places = buttons.chain([listed, "#outcome".to_owned(), "main h1".to_owned()]);
        if is_focus_lost()
            && let Some(place) = places.into_iter().find_map(|place| document().query_selector(&place).ok().flatten())
        {
            focus(place);
        }
    });
}

/// A form of one button, the child, that does something to a source or, with `run`, to one of its runs.
#[component]
pub fn DeedForm(
    desk: Desk,
    deed: Deed,
    #[prop(into)] source: String,
    #[prop(into, optional)] run: String,
    children: Children,
) -> impl IntoView {
    let inputs = match deed {
        Deed::Confirm | Deed::Keep => {
            let agreed = if deed == Deed::Confirm { "true" } else { "false" };
            vec![("source", source.clone()), ("run", run.clone()), ("agreed", agreed.to_owned())]
        }
        _ => vec![("id", source.clone())],
    };
    let inputs = inputs.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        desk.press(deed, source.clone(), run.clone());
    };
    view! {
        <form method="post" action=deed.url() on:submit=submit>
            {inputs.collect_view()}
            {children()}
        </form>
    }
}

/// Where a screen reader listens. It is in the document before there is anything to say.
#[component]
pub fn Said(desk: Desk) -> impl IntoView {
    view! {
        <p class="sr-only" role="status" aria-live="polite">
            {move || desk.said.get()}
        </p>
    }
}

/// One look at a time; what is asked for meanwhile is seen to after it.
#[derive(Default)]
struct Looking {
    on: bool,
    once_more: bool,
}

impl Looking {
    /// Whether to begin now.
    fn begin(&mut self) -> bool {
        self.once_more = self.on;
        !std::mem::replace(&mut self.on, true)
    }

    /// Whether to look once more.
    fn end(&mut self) -> bool {
        self.on = std::mem::take(&mut self.once_more);
        self.on
    }
}

/// Looks again, in the browser only, until the page is left: soon while `is_busy`, now and then otherwise, never while
/// nobody sees the page, and at once after a deed.
pub fn watch<F: Future<Output = ()> + 'static>(
    desk: Desk,
    is_busy: impl Fn() -> bool + Copy + 'static,
    look: impl Fn() -> F + Clone + 'static,
) {
    let looking = StoredValue::new(Looking::default());
    let ask = move || {
        if !looking.try_update_value(Looking::begin).unwrap_or(false) {
            return;
        }
        let look = look.clone();
        spawn_local(async move {
            loop {
                look().await;
                if !looking.try_update_value(Looking::end).unwrap_or(false) {
                    break;
                }
            }
        });
    };
    let at_once = ask.clone();
    Effect::new(move |before: Option<()>| {
        desk.again.track();
        if before.is_some() {
            at_once();
        }
    });
    let passed = StoredValue::new(0);
    Effect::new(move |_| {
        let ask = ask.clone();
        let tick = move || {
            let passed_now = passed.try_update_value(|ticks| {
                *ticks += 1;
                *ticks
            });
            if passed_now.is_some_and(|ticks| ticks >= IDLE || is_busy()) && !document().hidden() {
                let _ = passed.try_set_value(0);
                ask();
            }
        };
        if let Ok(every) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || every.clear());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_during_a_look_is_seen_to_after_it() {
        let mut looking = Looking::default();
        assert!(looking.begin() && !looking.begin());
        assert!(looking.end(), "once more");
        assert!(!looking.end() && looking.begin(), "and no more than that");
    }

    #[test]
    fn each_deed_that_goes_has_something_in_its_place() {
        for deed in Deed::ALL.into_iter().filter(|deed| !matches!(deed, Deed::Confirm | Deed::Keep)) {
            assert!(!deed.successors().is_empty(), "{deed:?}");
            assert!(deed.url().starts_with("/api/sources/"), "{}", deed.url());
        }
    }
}
