//! The bell in the frame of every page.

use super::api::unread_notices;
use crate::base::{t, unread};
use crate::ui::{Glyph, Icon};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often the figure is asked for, while somebody sees the page.
const EVERY: Duration = Duration::from_secs(30);
/// The largest figure that is written out.
const MOST: i64 = 99;

/// Leads to the notices and says how many are not read, up to date without loading the page again.
#[component]
pub fn Bell() -> impl IntoView {
    let unread = unread();
    keep_counting(unread);
    let texts = &t().notify;
    view! {
        <a
            class="bell"
            href="/notices"
            aria-label=move || texts.bell(unread.get())
            title=move || texts.bell(unread.get())
        >
            <Icon glyph=Glyph::Bell />
            <span class="bell-count" aria-hidden="true" hidden=move || unread.get() == 0>
                {move || if unread.get() > MOST { format!("{MOST}+") } else { unread.get().to_string() }}
            </span>
        </a>
    }
}

/// Asks again and again, in the browser only: while the page is seen, and at once when it comes to sight again.
fn keep_counting(unread: RwSignal<i64>) {
    Effect::new(move |_| {
        let ask = move || {
            if document().hidden() {
                return;
            }
            spawn_local(async move {
                // A figure that does not come leaves the last one; the next page says what is wrong.
                if let Ok(now) = unread_notices().await
                    && unread.try_get_untracked() != Some(now)
                {
                    let _ = unread.try_set(now);
                }
            });
        };
        let every = set_interval_with_handle(ask, EVERY);
        let seen = window_event_listener_untyped("visibilitychange", move |_| ask());
        on_cleanup(move || {
            if let Ok(every) = every {
                every.clear();
            }
            seen.remove();
        });
    });
}
