//! What an edit came to: said at the foot of the window, and the focus put where the hands go on.

use super::desk::{Desk, Done, EditForm};
use super::editor::Common;
use super::model::EditorView;
use crate::base::t;
use crate::ui::{Button, Size, Toast, focus, is_focus_lost};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use std::time::Duration;

/// How long a saying stays that offers nothing to press.
const STAYS: Duration = Duration::from_secs(8);
/// Id of the undo beside what is said.
pub(super) const UNDO: &str = "told-undo";

/// What is said after an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// In words.
    pub text: String,
    /// Read out only: where an item stands is seen anyway.
    pub quiet: bool,
    /// What was removed, and the playlist and version from which it can be brought back.
    pub removed: Option<(String, String, i64)>,
}

impl Told {
    /// Said to screen readers alone.
    pub fn quietly(text: impl Into<String>) -> Told {
        Told { text: text.into(), quiet: true, removed: None }
    }
}

/// What `done` has come to, now that the playlist is `editor`. `before` names the items that it had until then, by
/// resource and title.
fn told(done: &Done, before: &[(String, String)], editor: &EditorView) -> Option<Told> {
    let texts = &t().playlists;
    let items = titles(editor);
    let at = items.iter().position(|(resource, _)| *resource == done.resource);
    let text = match done.what.as_str() {
        "up" | "down" => {
            let at = at?;
            return Some(Told::quietly(texts.moved(&items[at].1, at as i64 + 1, items.len() as i64)));
        }
        "add" => texts.said_added(&items[at?].1),
        "remove" => {
            let (_, title) = before.iter().find(|(resource, _)| *resource == done.resource)?;
            let removed = Some((done.resource.clone(), editor.slug.clone(), editor.version));
            return Some(Told { text: texts.said_removed(title), removed, quiet: false });
        }
        "details" | "note" => texts.said_saved.to_owned(),
        "publish" => {
            let group = editor.groups.iter().find(|(id, _)| *id == editor.audience);
            texts.said_published(group.map_or(texts.everyone, |(_, name)| name))
        }
        "unpublish" => texts.said_unpublished.to_owned(),
        "delete" => texts.said_deleted.to_owned(),
        "undo" => texts.said_undone.to_owned(),
        _ => return None,
    };
    Some(Told { text, ..Told::default() })
}

/// Resource and title of each item.
fn titles(editor: &EditorView) -> Vec<(String, String)> {
    let title = |item: &super::EditItem| match &item.card {
        Some(card) => card.title.clone(),
        None => t().playlists.not_yours.to_owned(),
    };
    editor.items.iter().map(|item| (item.resource.clone(), title(item))).collect()
}

/// After each drawing: says what the edit before it came to, and puts the focus where that edit wants it.
pub(super) fn after_drawing(editor: &EditorView, desk: Desk) {
    let editor = editor.clone();
    Effect::new(move |_| {
        let before = desk.drawn.try_update_value(|drawn| std::mem::replace(drawn, titles(&editor)));
        if let Some(done) = desk.done.try_update_value(Option::take).flatten() {
            if done.what == "undo" {
                refill(&editor);
            }
            if let Some(told) = told(&done, &before.unwrap_or_default(), &editor) {
                say(desk, told);
            }
        }
        if let Some(id) = desk.focus.try_update_value(Option::take).flatten() {
            // What is new is drawn by now, but not in the document yet.
            request_animation_frame(move || go_on(&id));
        }
    });
}

/// Puts what the playlist has again into fields in which somebody typed or chose: from then on they follow nothing.
fn refill(editor: &EditorView) {
    let document = document();
    if let Some(title) = document.get_element_by_id("title").and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
        title.set_value(&editor.title);
    }
    if let Some(summary) =
        document.get_element_by_id("summary").and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok())
    {
        summary.set_value(&editor.summary);
    }
    if let Some(audience) =
        document.get_element_by_id("audience").and_then(|it| it.dyn_into::<HtmlSelectElement>().ok())
    {
        audience.set_value(&editor.audience);
    }
}

/// Says it, and takes it away after a while unless there is something to press, which may have the focus.
pub(super) fn say(desk: Desk, told: Told) {
    let passes = told.removed.is_none();
    desk.told.set(Some(told.clone()));
    if passes {
        let pass = move || {
            // Nothing is left to read when the page has gone.
            if desk.told.try_get_untracked().flatten().as_ref() == Some(&told) {
                desk.told.set(None);
            }
        };
        set_timeout(pass, STAYS);
    }
}

/// Puts the focus on the control of that id.
fn go_on(id: &str) {
    let document = document();
    // At an end of the list one of the two buttons is not there.
    let other = match id.split_once('-') {
        Some(("up", resource)) => format!("down-{resource}"),
        Some(("down", resource)) => format!("up-{resource}"),
        _ => id.to_owned(),
    };
    let wanted = document.get_element_by_id(id).or_else(|| document.get_element_by_id(&other));
    // What had the focus may be gone with the edit; then one goes on from the top of the content, not of the window.
    if let Some(element) = wanted.or_else(|| document.get_element_by_id("content").filter(|_| is_focus_lost())) {
        focus(element);
    }
}

/// What was said last. Its frame is in the document from the start: a live region that comes with its text is not read
/// out everywhere.
#[component]
pub(super) fn Saying(
    /// What the editor's parts share.
    desk: Desk,
) -> impl IntoView {
    let saying = move || {
        let Told { text, quiet, removed } = desk.told.get()?;
        let undo = removed.map(|(resource, slug, version)| {
            view! {
                <EditForm desk then=format!("remove-{resource}")>
                    <Common slug version what="undo" />
                    <Button size=Size::Small attr:id=UNDO>
                        {t().ui.undo}
                    </Button>
                </EditForm>
            }
        });
        Some(match quiet {
            true => view! { <p class="sr-only">{text}</p> }.into_any(),
            false => view! { <Toast text>{undo}</Toast> }.into_any(),
        })
    };
    view! {
        <div class="said" role="status" aria-live="polite">
            {saying}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::When;
    use crate::playlists::{EditItem, Status};

    fn editor(items: &[&str], audience: &str) -> EditorView {
        let item = |resource: &&str| EditItem { resource: (*resource).into(), card: None, note: String::new() };
        EditorView {
            slug: "path".into(),
            version: 7,
            title: "Path".into(),
            summary: String::new(),
            audience: audience.into(),
            status: Status::Published,
            deleted: false,
            items: items.iter().map(item).collect(),
            groups: vec![("red".into(), "Red".into())],
            steward: "Cora".into(),
            editor: "Cora".into(),
            edited: When::default(),
            undo: None,
        }
    }

    fn after(what: &str, resource: &str, editor: &EditorView) -> Option<Told> {
        let before = [("a".to_owned(), "Page a".to_owned()), ("b".to_owned(), "Page b".to_owned())];
        told(&Done { what: what.into(), resource: resource.into() }, &before, editor)
    }

    #[test]
    fn each_edit_says_what_it_came_to() {
        let said = |what: &str, audience: &str| after(what, "", &editor(&["a"], audience)).unwrap().text;
        assert_eq!(said("details", ""), "Saved.");
        assert_eq!(said("note", ""), "Saved.");
        assert_eq!(said("publish", ""), "Published to Everyone.");
        assert_eq!(said("publish", "red"), "Published to Red.");
        assert_eq!(after("explode", "", &editor(&[], "")), None);
    }

    #[test]
    fn what_was_removed_is_named_and_can_be_brought_back() {
        let told = after("remove", "b", &editor(&["a"], "")).unwrap();
        assert_eq!(told.text, "Removed: Page b.");
        assert_eq!(told.removed, Some(("b".into(), "path".into(), 7)));
        assert_eq!(after("remove", "never there", &editor(&["a"], "")), None);
    }

    #[test]
    fn a_move_is_read_out_only() {
        let told = after("down", "a", &editor(&["b", "a"], "")).unwrap();
        assert!(told.quiet && told.text.ends_with("is now 2 of 2."), "{told:?}");
        assert_eq!(after("down", "a", &editor(&["b"], "")), None, "a colleague removed it meanwhile");
    }
}
