//! One item in the editor: moved by buttons or Alt with an arrow, removed, annotated.

use super::api::EditPlaylist;
use super::desk::{Desk, EditForm};
use super::editor::Common;
use super::model::{EditItem, NOTE_MAX};
use super::told::{self, Told};
use crate::base::t;
use crate::ui::{Button, Glyph, IconButton, Size};
use leptos::ev::{Event, FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

/// A row of the editor's list.
#[component]
pub(super) fn EditRow(
    /// The item.
    item: EditItem,
    /// Its place, from 0.
    at: usize,
    /// How many items there are.
    total: usize,
    /// The playlist.
    slug: String,
    /// The version that the row was drawn from.
    version: i64,
    /// What the editor's parts share.
    desk: Desk,
) -> impl IntoView {
    let texts = &t().playlists;
    let EditItem { resource, card, note } = item;
    let title = card.as_ref().map_or(texts.not_yours.to_owned(), |card| card.title.clone());
    let facts = card.map(|card| {
        view! {
            <p class="meta">
                <span>{card.kind.label()}</span>
                <span>{card.source}</span>
                {card.minutes.map(|minutes| view! { <span>{texts.time(minutes)}</span> })}
            </p>
            {card.gone.then(|| view! { <p class="playlist-gone">{texts.gone}</p> })}
        }
    });
    let by_key = {
        let (slug, resource) = (slug.clone(), resource.clone());
        move |ev: KeyboardEvent| {
            let up = match ev.key().as_str() {
                "ArrowUp" if ev.alt_key() => true,
                "ArrowDown" if ev.alt_key() => false,
                _ => return,
            };
            ev.prevent_default();
            if stays(up, at, total) {
                told::say(desk, Told::quietly(if up { texts.is_first } else { texts.is_last }));
            } else {
                let active = document().active_element();
                desk.focus.set_value(active.map(|element| element.id()).filter(|id| !id.is_empty()));
                desk.send(edit_of(&slug, version, if up { "up" } else { "down" }, &resource, String::new()));
            }
        }
    };
    let step = |what: &'static str, label: &'static str, glyph: Glyph| {
        let label = texts.for_item(label, &title);
        view! { <Step desk slug=slug.clone() version resource=resource.clone() what label glyph /> }
    };
    let steps = view! {
        {(!stays(true, at, total)).then(|| step("up", texts.up, Glyph::ArrowUp))}
        {(!stays(false, at, total)).then(|| step("down", texts.down, Glyph::ArrowDown))}
        {step("remove", texts.remove, Glyph::X)}
    };
    view! {
        <li class="edit-item" on:keydown=by_key>
            <div class="edit-item-body">
                <p class="edit-title">{title.clone()}</p>
                {facts}
                {(!note.is_empty()).then(|| view! { <p class="playlist-note">{note.clone()}</p> })}
                <NoteForm desk slug=slug.clone() version resource=resource.clone() note title=title.clone() />
            </div>
            <div class="edit-item-actions">{steps}</div>
        </li>
    }
}

/// An edit of one item, with the note that it is to have.
fn edit_of(slug: &str, version: i64, what: &str, resource: &str, note: String) -> EditPlaylist {
    let empty = String::new;
    EditPlaylist {
        slug: slug.to_owned(),
        version,
        what: what.to_owned(),
        resource: resource.to_owned(),
        note,
        title: empty(),
        summary: empty(),
        audience: empty(),
    }
}

/// Whether a move would leave it where it is.
fn stays(up: bool, at: usize, total: usize) -> bool {
    if up { at == 0 } else { at + 1 >= total }
}

#[component]
fn Step(
    desk: Desk,
    slug: String,
    version: i64,
    resource: String,
    what: &'static str,
    label: String,
    glyph: Glyph,
) -> impl IntoView {
    let id = format!("{what}-{resource}");
    // What is removed has no control left: undoing is the next thing one may want.
    let then = if what == "remove" { told::UNDO.to_owned() } else { id.clone() };
    view! {
        <EditForm desk then>
            <Common slug version what />
            <input type="hidden" name="resource" value=resource />
            <IconButton glyph label attr:id=id />
        </EditForm>
    }
}

#[component]
fn NoteForm(desk: Desk, slug: String, version: i64, resource: String, note: String, title: String) -> impl IntoView {
    let texts = &t().playlists;
    let (field, summary) = (format!("note-{resource}"), format!("open-{resource}"));
    let label = if note.is_empty() { texts.note_add } else { texts.note_edit };
    let back = summary.clone();
    let typed = desk.typed_note(&resource);
    let (is_open, text) = (typed.is_some(), typed.unwrap_or(note));
    let about = resource.clone();
    let area = NodeRef::<html::Textarea>::new();
    let toggle = summary.clone();
    // Whoever opens it wants to write; what is drawn open takes the focus from nobody.
    let toggled = move |event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if details.is_some_and(|details| details.has_attribute("open"))
            && document().active_element().is_some_and(|active| active.id() == toggle)
            && let Some(area) = area.get_untracked()
        {
            // It fails for nothing that is in the document.
            let _ = area.focus();
        }
    };
    // A note is saved by leaving it. The focus stays where it went to, although the list is drawn anew.
    let left = {
        let (slug, resource) = (slug.clone(), resource.clone());
        move |event: FocusEvent| {
            let next = event.related_target().and_then(|it| it.dyn_into::<Element>().ok());
            let details = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
            if details.is_some_and(|details| details.contains(next.as_deref())) {
                return;
            }
            if let Some(note) = desk.typed_note(&resource) {
                desk.focus.set_value(next.map(|next| next.id()).filter(|id| !id.is_empty()));
                desk.send(edit_of(&slug, version, "note", &resource, note));
            }
        }
    };
    view! {
        <details class="edit-note" open=is_open on:toggle=toggled on:focusout=left>
            <summary id=summary aria-label=texts.for_item(label, &title)>
                {label}
            </summary>
            <EditForm desk then=back>
                <Common slug version what="note" />
                <input type="hidden" name="resource" value=resource />
                <div class="stack">
                    <label class="field-label" for=field.clone()>
                        {texts.field_note}
                    </label>
                    <textarea
                        class="input"
                        id=field
                        name="note"
                        rows="3"
                        maxlength=NOTE_MAX.to_string()
                        inner_html=escaped(&text)
                        node_ref=area
                        on:input=move |event| desk.keep_note(&about, event_target_value(&event))
                    ></textarea>
                    <div>
                        <Button size=Size::Small>{texts.save}</Button>
                    </div>
                </div>
            </EditForm>
        </details>
    }
}

/// For the inside of a `<textarea>`.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
