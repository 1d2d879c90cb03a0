//! Back leads to where one was in the page, not only to the page.
//!
//! A browser restores the position as it goes back, when the page that it belongs to has not been drawn yet: a feed that
//! is still a skeleton is too short, and one lands at its top. Here each entry of the history keeps its position, as its
//! state, and going back holds on to it until the page has settled or the person scrolls herself.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use std::time::Duration;

/// While scrolling, the position is noted so often; browsers refuse to note more than three a second.
const OFTEN: Duration = Duration::from_millis(400);
/// Frames that a page must have stood still to count as settled: half a second, in which its heading takes the focus.
const STILL: u32 = 30;
/// Frames after which the page is left as it is: five seconds.
const PATIENCE: u32 = 300;
/// As near as positions of a zoomed page come to each other, in CSS pixels.
const NEAR: f64 = 2.0;

/// Starts keeping positions; `busy` says whether a page is on its way. Listens in the browser only.
pub(super) fn keep(busy: impl Fn() -> bool + Copy + 'static) {
    Effect::new(move |_| {
        // The position that going back holds on to.
        let held = StoredValue::new(None::<f64>);
        let is_due = StoredValue::new(false);
        let scrolled = move || {
            if !is_due.get_value() {
                is_due.set_value(true);
                let note = move || {
                    let _ = is_due.try_set_value(false);
                    note(held);
                };
                set_timeout(note, OFTEN);
            }
        };
        let listeners = [
            window_event_listener(ev::scroll, move |_| scrolled()),
            // A click or a key may lead away before that.
            window_event_listener(ev::pointerdown, move |_| let_go(held)),
            window_event_listener(ev::keydown, move |_| let_go(held)),
            window_event_listener(ev::wheel, move |_| held.set_value(None)),
            window_event_listener(ev::touchmove, move |_| held.set_value(None)),
            window_event_listener(ev::popstate, move |event| {
                if let Some(position) = event.state().as_f64() {
                    let is_held = held.get_value().is_some();
                    held.set_value(Some(position));
                    if !is_held {
                        hold(held, busy, 0, 0);
                    }
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    });
}

/// The person acts: the position is hers again, and noted.
fn let_go(held: StoredValue<Option<f64>>) {
    held.set_value(None);
    note(held);
}

/// Notes the position with the history's current entry.
fn note(held: StoredValue<Option<f64>>) {
    if held.try_get_value().flatten().is_some() {
        return;
    }
    let window = window();
    if let (Ok(position), Ok(history)) = (window.scroll_y(), window.history())
        && history.state().ok().and_then(|state| state.as_f64()) != Some(position)
    {
        // Refused when there were too many of late: this one is lost, the next is not.
        let _ = history.replace_state(&JsValue::from_f64(position), "");
    }
}

/// Keeps the page at the held position, frame by frame.
fn hold(held: StoredValue<Option<f64>>, busy: impl Fn() -> bool + Copy + 'static, frames: u32, still: u32) {
    request_animation_frame(move || {
        let Some(position) = held.try_get_value().flatten() else { return };
        let window = window();
        let is_there = window.scroll_y().is_ok_and(|now| (now - position).abs() < NEAR);
        if !is_there {
            window.scroll_to_with_x_and_y(0.0, position);
        }
        let still = if is_there && !busy() { still + 1 } else { 0 };
        if still >= STILL || frames >= PATIENCE {
            held.set_value(None);
            return;
        }
        hold(held, busy, frames + 1, still);
    });
}
