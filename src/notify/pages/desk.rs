//! What the pages of notices have in common: doing something, saying so, and reading the list again.

use crate::base::{AppError, posted_error};
use crate::ui::{Loading, Notice, Tone, focus, is_focus_lost};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;

/// What outlives the redraws of a page.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// What was wrong with the last deed.
    error: RwSignal<Option<AppError>>,
    /// What a screen reader says.
    said: RwSignal<String>,
    /// Counts how often the page has to be read again.
    pub changed: RwSignal<u32>,
    busy: StoredValue<bool>,
    /// Id of what gets the focus if it was lost with the redraw.
    focus: StoredValue<Option<String>>,
    /// The frame's bar.
    loading: Option<RwSignal<bool>>,
}

impl Desk {
    /// An empty one; what was wrong with a form that was posted without JavaScript to `addresses` lies on it.
    pub fn new(addresses: &[&str]) -> Desk {
        Desk {
            error: RwSignal::new(posted_error(addresses)),
            said: RwSignal::new(String::new()),
            changed: RwSignal::new(0),
            busy: StoredValue::new(false),
            focus: StoredValue::new(None),
            loading: use_context::<Loading>().map(|Loading(loading)| loading),
        }
    }

    /// Does it, says `done`, and has the page read again; then `focus` has the focus, if nothing else has. One deed at a
    /// time: who presses twice means it once.
    pub fn press(
        self,
        deed: impl Future<Output = Result<(), AppError>> + 'static,
        done: impl Into<String>,
        focus: impl Into<String>,
    ) {
        if self.busy.try_update_value(|busy| std::mem::replace(busy, true)).unwrap_or(true) {
            return;
        }
        let (done, focus) = (done.into(), focus.into());
        self.error.set(None);
        self.show_loading(true);
        spawn_local(async move {
            let answer = deed.await;
            self.show_loading(false);
            // Nothing is left to update when the page has gone.
            let _ = self.busy.try_set_value(false);
            match answer {
                Ok(()) => {
                    let _ = self.focus.try_set_value(Some(focus));
                    let _ = self.said.try_set(done);
                    let _ = self.changed.try_update(|times| *times += 1);
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }

    fn show_loading(self, now: bool) {
        let _ = self.loading.map(|loading| loading.try_set(now));
    }

    /// The page has been read again: a lost focus is put where the hands go on.
    pub fn drawn(self) {
        Effect::new(move |_| {
            let Some(id) = self.focus.try_update_value(Option::take).flatten() else { return };
            // What is new is drawn by now, but not in the document yet.
            request_animation_frame(move || {
                let document = document();
                let there = document.get_element_by_id(&id).or_else(|| document.get_element_by_id("content"));
                if let Some(element) = there.filter(|_| is_focus_lost()) {
                    focus(element);
                }
            });
        });
    }
}

/// Where a screen reader listens, and what was wrong. In the document before there is anything to say.
#[component]
pub(super) fn Sayings(desk: Desk) -> impl IntoView {
    view! {
        <p class="sr-only" role="status" aria-live="polite">
            {move || desk.said.get()}
        </p>
        {move || desk.error.get().map(|error| view! { <Notice tone=Tone::Bad live=true title=error.to_string() /> })}
    }
}
