//! Saving, finishing and hiding one resource.

use super::following::Following;
use crate::base::{AppError, t};
use crate::records::api::{Mark, mark};
use crate::records::model::{State, Verb};
use crate::ui::{Glyph, Icon, Size, Variant, button_class, focus, pressed};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What one person can do with one resource, shared by all forms that do it.
#[derive(Clone)]
pub struct Marks {
    resource: Arc<str>,
    title: Arc<str>,
    now: RwSignal<Now>,
}

/// Where the person stands, for the page and for the server.
#[derive(Clone, Debug, Default)]
struct Now {
    /// What the page shows: what the server said, or will say.
    shown: State,
    /// What the server said last.
    confirmed: State,
    /// Why the last press came to nothing.
    failure: Option<String>,
    /// Counts presses: the answer to an older one says nothing about how things stand.
    turn: u32,
}

impl Now {
    fn ask(&mut self, verb: Verb) -> u32 {
        self.turn += 1;
        self.shown = self.shown.after(verb);
        self.failure = None;
        self.turn
    }

    fn answer(&mut self, turn: u32, answer: Result<State, AppError>) {
        let failure = match answer {
            Ok(state) => {
                self.confirmed = state;
                None
            }
            Err(error) => Some(error.to_string()),
        };
        if turn == self.turn {
            (self.shown, self.failure) = (self.confirmed, failure);
        }
    }
}

impl Marks {
    /// For the resource of that id and title; `state` is where the person stands as the page is drawn.
    pub fn new(resource: &str, title: &str, state: State) -> Marks {
        let now = Now { shown: state, confirmed: state, ..Now::default() };
        Marks { resource: resource.into(), title: title.into(), now: RwSignal::new(now) }
    }

    /// Where the person stands, or will once the server has answered.
    pub fn state(&self) -> State {
        self.now.with(|now| now.shown)
    }

    /// Where the server says that the person stands.
    pub fn confirmed(&self) -> State {
        self.now.with(|now| now.confirmed)
    }

    /// What the resource is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    fn press(&self, verb: Verb) {
        let (resource, now) = (self.resource.to_string(), self.now);
        let Some(turn) = now.try_update(|now| now.ask(verb)) else { return };
        spawn_local(async move {
            let answer = mark(resource, verb).await;
            // Nothing is left to update when the page has gone.
            let _ = now.try_update(|now| now.answer(turn, answer));
        });
    }

    fn submitted(&self, event: &SubmitEvent, following: Option<Following>) {
        let Some((name, value)) = pressed(event) else { return };
        match (Verb::parse(&value).filter(|_| name == "verb"), following) {
            (Some(verb), _) => self.press(verb),
            (None, Some(following)) if following.press(&name, &value) => {}
            _ => return,
        }
        event.prevent_default();
        close_menu(event);
    }
}

/// What was chosen in a menu is done: it closes, and its button has the focus again.
fn close_menu(event: &SubmitEvent) {
    let menu = event.submitter().and_then(|button| button.closest("details.menu").ok().flatten());
    let Some(menu) = menu else { return };
    // It does not fail for an element that is in the document.
    let _ = menu.remove_attribute("open");
    if let Some(button) = menu.first_element_child() {
        focus(button);
    }
}

/// The form around buttons of one resource; without JavaScript it is what they send.
///
/// ```ignore
/// <MarkForm marks=marks.clone() draw=move |state| view! { <MarkButton what=Switch::Save state title=marks.title() /> } />
/// ```
#[component]
pub fn MarkForm<D, V>(
    /// Of which resource.
    marks: Marks,
    /// Draws the buttons, anew whenever the person stands differently.
    draw: D,
    /// Takes the buttons that follow topics.
    #[prop(optional)]
    following: Option<Following>,
) -> impl IntoView
where
    D: Fn(State) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let (resource, now) = (marks.resource.to_string(), marks.now);
    let content = move || {
        let (state, failure) = now.with(|now| (now.shown, now.failure.clone()));
        view! {
            {draw(state)}
            {failure.map(|text| view! { <p class="marks-failure" role="alert">{text}</p> })}
        }
    };
    view! {
        <form
            class="marks"
            method="post"
            action=Mark::url()
            on:submit=move |event| marks.submitted(&event, following)
        >
            <input type="hidden" name="resource" value=resource />
            {content}
        </form>
    }
}

/// What a person can turn on and off of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Kept for later.
    Save,
    /// Finished.
    Done,
    /// Not offered again.
    Hide,
}

impl Switch {
    fn is_on(self, state: State) -> bool {
        match self {
            Switch::Save => state.saved,
            Switch::Done => state.done,
            Switch::Hide => state.hidden,
        }
    }

    /// What a press says.
    fn verb(self, is_on: bool) -> Verb {
        match (self, is_on) {
            (Switch::Save, false) => Verb::Saved,
            (Switch::Save, true) => Verb::Unsaved,
            (Switch::Done, false) => Verb::Completed,
            (Switch::Done, true) => Verb::Reopened,
            (Switch::Hide, false) => Verb::Hidden,
            (Switch::Hide, true) => Verb::Restored,
        }
    }

    /// How it stands, on a button.
    fn text(self, is_on: bool) -> &'static str {
        let texts = &t().records;
        match (self, is_on) {
            (Switch::Save, false) => texts.save,
            (Switch::Save, true) => texts.saved,
            (Switch::Done, false) => texts.done,
            (Switch::Done, true) => texts.is_done,
            (Switch::Hide, false) => texts.hide,
            (Switch::Hide, true) => texts.show_again,
        }
    }

    /// What a press does, in a menu.
    fn menu_text(self, is_on: bool) -> &'static str {
        if self == Switch::Done && is_on { t().records.take_back } else { self.text(is_on) }
    }

    fn glyph(self, is_on: bool) -> Glyph {
        match (self, is_on) {
            (Switch::Save, false) => Glyph::Bookmark,
            (Switch::Save, true) => Glyph::BookmarkCheck,
            (Switch::Done, false) => Glyph::Circle,
            (Switch::Done, true) => Glyph::CircleCheck,
            (Switch::Hide, false) => Glyph::EyeOff,
            (Switch::Hide, true) => Glyph::Undo2,
        }
    }
}

/// Saves, finishes or hides a resource, and takes that back. Stands in a [`MarkForm`].
#[component]
pub fn MarkButton<'a>(
    /// What it does.
    what: Switch,
    /// Where the person stands.
    state: State,
    /// What the resource is called; read out after the button's text.
    title: &'a str,
    /// Stands out how much.
    #[prop(optional)]
    variant: Variant,
    /// How large.
    #[prop(optional)]
    size: Size,
) -> impl IntoView + use<> {
    let is_on = what.is_on(state);
    view! {
        <button
            type="submit"
            class=button_class(variant, size)
            name="verb"
            value=what.verb(is_on).as_str()
            aria-pressed=if is_on { "true" } else { "false" }
        >
            <Icon glyph=what.glyph(is_on) />
            <span class="btn-text">{what.text(is_on)}</span>
            <span class="sr-only">{format!(" {title}")}</span>
        </button>
    }
}

/// As [`MarkButton`], in a menu.
#[component]
pub fn MarkItem(
    /// What it does.
    what: Switch,
    /// Where the person stands.
    state: State,
) -> impl IntoView {
    let is_on = what.is_on(state);
    view! {
        <button type="submit" class="menu-item" name="verb" value=what.verb(is_on).as_str()>
            <Icon glyph=what.glyph(what == Switch::Done) />
            <span class="btn-text">{what.menu_text(is_on)}</span>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> State {
        State { saved: true, ..State::default() }
    }

    #[test]
    fn a_refused_press_is_taken_back_with_its_reason() {
        let mut now = Now::default();
        let turn = now.ask(Verb::Saved);
        assert_eq!(now.shown, saved());
        now.answer(turn, Err(AppError::NotFound));
        assert_eq!((now.shown, now.failure.clone()), (State::default(), Some(AppError::NotFound.to_string())));
        now.ask(Verb::Saved);
        assert_eq!(now.failure, None, "the next press forgets it");
    }

    #[test]
    fn answers_to_older_presses_do_not_move_the_page() {
        let mut now = Now::default();
        let (first, second) = (now.ask(Verb::Saved), now.ask(Verb::Unsaved));
        now.answer(first, Ok(saved()));
        assert_eq!((now.shown, now.confirmed), (State::default(), saved()));
        now.answer(second, Err(AppError::NotFound));
        assert_eq!(now.shown, saved(), "the first went through, the second did not");
        let (third, fourth) = (now.ask(Verb::Unsaved), now.ask(Verb::Saved));
        now.answer(fourth, Ok(saved()));
        now.answer(third, Err(AppError::NotFound));
        assert_eq!((now.shown, now.failure), (saved(), None));
    }
}
