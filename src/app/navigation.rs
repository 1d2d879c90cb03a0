//! What a browser does by itself for whole documents and a router has to do by hand: say the new title, move the focus
//! to the new page. And two habits of ours: `/` and Ctrl-K go to the search box, menus
//! close by themselves.

use crate::pages::BOX;
use crate::ui::focus;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, Node};
use leptos_router::hooks::use_location;
use std::time::Duration;

/// Starts following navigation, and the keys and clicks of the window. Effects run in the browser only.
pub(super) fn follow(routing: RwSignal<bool>, announced: RwSignal<String>) {
    let path = use_location().pathname;
    // A new page is announced once the router has stopped; the same page with other filters is not.
    Effect::new(move |told: Option<String>| {
        let now = path.get();
        let busy = routing.get();
        match told {
            None => now,
            Some(told) if told == now || busy => told,
            Some(_) => {
                set_timeout(move || arrive(announced), Duration::from_millis(60));
                now
            }
        }
    });
    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, on_key);
        let clicks = window_event_listener(ev::click, |event| {
            close_menus(event.target().and_then(|target| target.dyn_into::<Node>().ok()).as_ref());
        });
        on_cleanup(move || {
            keys.remove();
            clicks.remove();
        });
    });
}

/// The new page is there: its title is read out, its heading has the focus, menus are closed.
fn arrive(announced: RwSignal<String>) {
    let document = document();
    announced.set(document.title());
    close_menus(None);
    let heading = document.query_selector("main h1").ok().flatten();
    // Who has begun to type already goes on typing.
    let is_writing = document.active_element().is_some_and(|element| is_field(&element));
    if let Some(heading) = heading.or_else(|| document.get_element_by_id("content")).filter(|_| !is_writing) {
        focus(heading);
    }
}

/// The way past the frame. The router takes the address and scrolls; the focus it leaves on the link.
pub(super) fn skip() {
    request_animation_frame(|| {
        if let Some(content) = document().get_element_by_id("content") {
            focus(content);
        }
    });
}

fn on_key(event: ev::KeyboardEvent) {
    let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
    let by_slash = event.key() == "/" && plain && !is_writing(&event);
    let by_k = event.key() == "k" && (event.ctrl_key() || event.meta_key()) && !event.alt_key();
    if by_slash || by_k {
        // A page with a box of its own comes before the frame's.
        let document = document();
        if let Some(search) = ["search", BOX].iter().find_map(|id| document.get_element_by_id(id)) {
            event.prevent_default();
            focus(search);
        }
    } else if event.key() == "Escape"
        && let Some(menu) = open_menu()
    {
        let _ = menu.remove_attribute("open");
        if let Ok(Some(summary)) = menu.query_selector("summary") {
            focus(summary);
        }
    }
}

/// Whether the key went into a field.
fn is_writing(event: &ev::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|element| is_field(&element) || element.is_content_editable())
}

fn is_field(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

fn open_menu() -> Option<Element> {
    document().query_selector("details.menu[open]").ok().flatten()
}

/// Closes the open menu unless `inside` belongs to it.
fn close_menus(inside: Option<&Node>) {
    if let Some(menu) = open_menu()
        && !menu.contains(inside)
    {
        let _ = menu.remove_attribute("open");
    }
}
