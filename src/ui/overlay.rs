//! What floats: dialogs and menus.

use super::icon::{Glyph, Icon};
use crate::base::t;
use leptos::html;
use leptos::prelude::*;

/// A modal dialog, opened by a signal; the Escape key and its cross close it. It needs JavaScript: offer the same on a
/// page of its own.
///
/// ```ignore
/// let open = RwSignal::new(false);
/// <Button kind="button" on:click=move |_| open.set(true)>"Add items"</Button>
/// <Dialog open title="Add items">…</Dialog>
/// ```
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: String,
    /// The content.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let open = open.get();
        if let Some(dialog) = node.get() {
            if open && !dialog.open() {
                // It only fails for a dialog that is not in the document; then there is nothing to show.
                let _ = dialog.show_modal();
            } else if !open && dialog.open() {
                dialog.close();
            }
        }
    });
    let name = title.clone();
    view! {
        <dialog class="dialog" node_ref=node aria-label=name on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2 class="dialog-title">{title.clone()}</h2>
                <button
                    type="button"
                    class="btn btn-icon"
                    aria-label=t().ui.close
                    title=t().ui.close
                    on:click=move |_| open.set(false)
                >
                    <Icon glyph=Glyph::X />
                </button>
            </div>
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
}

/// A menu below its button: links and small forms. It is a `<details>`, so it works without JavaScript; with it, a click
/// elsewhere and Escape close it. Children are `<a class="menu-item">`, `<button class="menu-item">`, `<hr>` and
/// `<p class="menu-label">`.
///
/// ```ignore
/// <Menu label="Account" summary=view! { <Avatar name=viewer.name /> }.into_any()>
///     <a class="menu-item" href="/me">"What is recorded about me"</a>
/// </Menu>
/// ```
#[component]
pub fn Menu(
    /// Name of the button.
    #[prop(into)]
    label: String,
    /// What the button shows.
    summary: AnyView,
    /// The menu.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="menu">
            <summary class="menu-button" aria-label=label.clone() title=label>
                {summary}
            </summary>
            <div class="menu-panel">{children()}</div>
        </details>
    }
}
