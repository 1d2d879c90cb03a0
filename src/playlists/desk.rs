//! What the editor's parts share: edits that are sent one after the other, the focus, notes being typed.

use super::api::EditPlaylist;
use super::told::Told;
use crate::base::{AppError, posted_error};
use leptos::ev::{Event, SubmitEvent};
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlFormElement};
use std::collections::{HashMap, VecDeque};

/// Fields whose inputs say themselves what is wrong with them.
pub(super) const BESIDE: &[&str] = &["title", "summary", "audience"];

/// An edit that was made, as far as anybody is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    /// As in [`EditPlaylist`].
    pub what: String,
    /// The item that it was about; may be empty.
    pub resource: String,
}

/// The editor's desk. It outlives every redraw of what lies on it.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    queue: StoredValue<Queue>,
    /// What the last edit came to.
    pub answer: RwSignal<Option<Result<(), AppError>>>,
    /// Counts how often the playlist has to be read again.
    pub changed: RwSignal<u32>,
    /// Id of the control that gets the focus after the next redraw.
    pub focus: StoredValue<Option<String>>,
    /// The last edit that was made, to be told of after the next redraw.
    pub done: StoredValue<Option<Done>>,
    /// The items as they were drawn last, by resource and title: what was removed is named after it has gone.
    pub drawn: StoredValue<Vec<(String, String)>>,
    /// What is said of the last edit.
    pub told: RwSignal<Option<Told>>,
    /// Notes that were typed and not saved, by resource: another edit draws the list anew.
    notes: StoredValue<HashMap<String, String>>,
}

impl Desk {
    /// An empty one; what was wrong with a form that was posted without JavaScript lies on it.
    pub fn new() -> Desk {
        Desk {
            queue: StoredValue::new(Queue::default()),
            answer: RwSignal::new(posted_error(&[EditPlaylist::url()]).map(Err)),
            changed: RwSignal::new(0),
            focus: StoredValue::new(None),
            done: StoredValue::new(None),
            drawn: StoredValue::new(Vec::new()),
            told: RwSignal::new(None),
            notes: StoredValue::new(HashMap::new()),
        }
    }

    /// Sends an edit, after those that are under way. The page is read again when the last one has been answered.
    pub fn send(self, edit: EditPlaylist) {
        // What is said twice in a row is read out twice only if there was nothing in between.
        self.told.set(None);
        if !self.queue.try_update_value(|queue| queue.push(edit)).unwrap_or(false) {
            return;
        }
        spawn_local(async move {
            let mut last = Ok(());
            while let Some(edit) = self.queue.try_update_value(Queue::next).flatten() {
                let done = Done { what: edit.what.clone(), resource: edit.resource.clone() };
                let answer = edit.run_on_client().await;
                // Nothing is left to update when the page has gone.
                let _ = self.queue.try_update_value(|queue| queue.answered(answer.as_ref().ok().copied()));
                match &answer {
                    Ok(_) => self.made(done),
                    Err(error) => self.refused(error),
                }
                last = answer.map(drop);
            }
            let _ = self.answer.try_set(Some(last));
            let _ = self.changed.try_update(|times| *times += 1);
        });
    }

    fn made(self, done: Done) {
        if done.what == "note" {
            self.forget_note(&done.resource);
        }
        let _ = self.done.try_set_value(Some(done));
    }

    /// The input that was refused has the focus: it brings what is wrong into view, and has it read out.
    fn refused(self, error: &AppError) {
        if let Some(field) = BESIDE.iter().find(|field| error.field(field).is_some()) {
            let _ = self.focus.try_set_value(Some((*field).to_owned()));
        }
    }

    /// A note as it is typed.
    pub fn keep_note(self, resource: &str, text: String) {
        self.notes.update_value(|notes| drop(notes.insert(resource.to_owned(), text)));
    }

    /// A note that was typed and not saved.
    pub fn typed_note(self, resource: &str) -> Option<String> {
        self.notes.with_value(|notes| notes.get(resource).cloned())
    }

    fn forget_note(self, resource: &str) {
        let _ = self.notes.try_update_value(|notes| notes.remove(resource));
    }
}

/// Edits in the order of their making. Each is made on what the one before it left, so that nobody who clicks faster
/// than the server answers gets in her own way.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<EditPlaylist>,
    busy: bool,
    /// What the playlist has become by the edits sent from here.
    version: i64,
}

impl Queue {
    /// Takes an edit in; says whether somebody has to start sending.
    fn push(&mut self, edit: EditPlaylist) -> bool {
        self.waiting.push_back(edit);
        !std::mem::replace(&mut self.busy, true)
    }

    /// The next one to send, for the version that it will meet.
    fn next(&mut self) -> Option<EditPlaylist> {
        let next = self.waiting.pop_front();
        self.busy = next.is_some();
        next.map(|edit| EditPlaylist { version: edit.version.max(self.version), ..edit })
    }

    /// The version after the edit, or none when it was refused: then those behind it were not meant for what is there.
    fn answered(&mut self, version: Option<i64>) {
        match version {
            Some(version) => self.version = version,
            None => self.waiting.clear(),
        }
    }
}

/// A form whose edit goes through the desk; without JavaScript it posts itself.
#[component]
pub(super) fn EditForm(
    /// Through which it goes.
    desk: Desk,
    /// Id of the control that gets the focus after the edit; empty for the one that has it.
    #[prop(into, optional)]
    then: String,
    /// Whether what was typed is sent as soon as one leaves its input: nobody loses a title by publishing or going away.
    #[prop(optional)]
    saves_itself: bool,
    /// Inputs and buttons.
    children: Children,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        // What cannot be read as an edit is posted as it is, and the server says what is wrong with it.
        if let Ok(edit) = EditPlaylist::from_event(&event) {
            event.prevent_default();
            desk.focus.set_value((!then.is_empty()).then(|| then.clone()));
            desk.send(edit);
        }
    };
    let changed = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<Element>().ok()).filter(|_| saves_itself);
        let form = input.and_then(|input| input.closest("form").ok().flatten());
        // What the browser would not send stays as it is, without a word: somebody may still be at it.
        if let Some(form) =
            form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()).filter(|form| form.check_validity())
        {
            // It fails for a button that is not the form's; there is none.
            let _ = form.request_submit();
        }
    };
    view! {
        <form method="post" action=EditPlaylist::url() on:submit=submit on:change=changed>
            {children()}
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(version: i64, what: &str) -> EditPlaylist {
        let text = String::new;
        EditPlaylist {
            slug: "p".into(),
            version,
            what: what.into(),
            resource: text(),
            note: text(),
            title: text(),
            summary: text(),
            audience: text(),
        }
    }

    #[test]
    fn fast_clicks_are_made_one_on_the_other() {
        let mut queue = Queue::default();
        assert!(queue.push(edit(4, "add")) && !queue.push(edit(4, "up")));
        assert_eq!(queue.next().map(|edit| edit.version), Some(4));
        queue.answered(Some(5));
        let second = queue.next().unwrap();
        assert_eq!((second.version, second.what.as_str()), (5, "up"));
        queue.answered(Some(6));
        assert!(queue.next().is_none());
        assert!(queue.push(edit(5, "up")), "drawn before the page was read again");
        assert_eq!(queue.next().map(|edit| edit.version), Some(6));
        queue.answered(Some(7));
        assert!(queue.next().is_none() && queue.push(edit(9, "up")));
        assert_eq!(queue.next().map(|edit| edit.version), Some(9), "a colleague's edits were read meanwhile");
    }

    #[test]
    fn what_stands_behind_a_refused_edit_is_dropped() {
        let mut queue = Queue::default();
        queue.push(edit(4, "add"));
        queue.next();
        queue.push(edit(4, "up"));
        queue.answered(None);
        assert!(queue.next().is_none());
        assert!(queue.push(edit(8, "up")));
        assert_eq!(queue.next().map(|edit| edit.version), Some(8));
    }
}
