//! Buttons with which people keep, finish, hide and follow things. Each posts as a plain form; with JavaScript it shows
//! the outcome at once and takes it back, with the reason, when the server refuses.

use super::api::{FollowTopic, Mark};
use super::model::{State, Verb};
use crate::base::{AppError, t};
use crate::catalog::model::{Card, Topic};
use crate::catalog::parts::{Pieces, ResourceCard};
use crate::ui::{Badge, Glyph, Icon, Menu, Notice, Size, Tone, Variant, button_class};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What one person can do with one resource, shared by all buttons that do it.
#[derive(Clone, Copy)]
pub struct Marks {
    action: ServerAction<Mark>,
    resource: StoredValue<String>,
    title: StoredValue<String>,
    state: Signal<State>,
}

impl Marks {
    /// For the resource of that id and title; `state` is where the person stands as the page is drawn.
    pub fn new(resource: &str, title: &str, state: State) -> Marks {
        let action = ServerAction::<Mark>::new();
        let confirmed = RwSignal::new(state);
        Effect::new(move |_| {
            if let Some(Ok(state)) = action.value().get() {
                confirmed.set(state);
            }
        });
        let state = Signal::derive(move || match (action.input().get(), action.value().get()) {
            (Some(Mark { verb, .. }), _) => confirmed.get().after(verb),
            (None, Some(Ok(state))) => state,
            (None, _) => confirmed.get(),
        });
        let (resource, title) = (StoredValue::new(resource.to_owned()), StoredValue::new(title.to_owned()));
        Marks { action, resource, title, state }
    }

    /// Where the person stands, or will once the server has answered.
    pub fn state(&self) -> Signal<State> {
        self.state
    }

    fn press(&self, event: &MouseEvent, verb: Verb) {
        event.prevent_default();
        self.action.dispatch(Mark { resource: self.resource.get_value(), verb });
    }

    /// Why the last click came to nothing. Errors of plain posts are [`PostProblem`]'s.
    fn failure(&self) -> Option<AppError> {
        if self.action.version().get() == 0 {
            return None;
        }
        self.action.value().get().and_then(Result::err)
    }
}

/// The form around buttons of one resource; without JavaScript it is what they send.
#[component]
pub fn MarkForm(
    /// Of which resource.
    marks: Marks,
    /// The buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="marks" method="post" action=Mark::url()>
            <input type="hidden" name="resource" value=marks.resource.get_value() />
            {children()}
            {move || {
                marks.failure().map(|error| view! { <p class="marks-failure" role="alert">{error.to_string()}</p> })
            }}
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
pub fn MarkButton(
    /// Of which resource.
    marks: Marks,
    /// What it does.
    what: Switch,
    /// Stands out how much.
    #[prop(optional)]
    variant: Variant,
    /// How large.
    #[prop(optional)]
    size: Size,
) -> impl IntoView {
    let is_on = Memo::new(move |_| what.is_on(marks.state.get()));
    let verb = move || what.verb(is_on.get());
    view! {
        <button
            type="submit"
            class=button_class(variant, size)
            name="verb"
            value=move || verb().as_str()
            aria-pressed=move || if is_on.get() { "true" } else { "false" }
            on:click=move |event| marks.press(&event, verb())
        >
            {move || view! { <Icon glyph=what.glyph(is_on.get()) /> }}
            <span class="btn-text">{move || what.text(is_on.get())}</span>
            <span class="sr-only">{format!(" {}", marks.title.get_value())}</span>
        </button>
    }
}

/// As [`MarkButton`], in a menu.
#[component]
fn MarkItem(marks: Marks, what: Switch) -> impl IntoView {
    let is_on = Memo::new(move |_| what.is_on(marks.state.get()));
    let verb = move || what.verb(is_on.get());
    view! {
        <button
            type="submit"
            class="menu-item"
            name="verb"
            value=move || verb().as_str()
            on:click=move |event| marks.press(&event, verb())
        >
            <Icon glyph=what.glyph(what == Switch::Done) />
            <span class="btn-text">{move || what.menu_text(is_on.get())}</span>
        </button>
    }
}

/// Which topics the person follows, shared by every button of a page.
#[derive(Clone, Copy)]
pub struct Following {
    action: ServerAction<FollowTopic>,
    confirmed: RwSignal<Vec<String>>,
    /// What the last click asked for.
    asked: RwSignal<Option<FollowTopic>>,
}

impl Following {
    /// `topics` are the ids followed as the page is drawn.
    pub fn new(topics: Vec<String>) -> Following {
        let action = ServerAction::<FollowTopic>::new();
        let (confirmed, asked) = (RwSignal::new(topics), RwSignal::new(None::<FollowTopic>));
        Effect::new(move |_| {
            let is_done = !action.pending().get() && matches!(action.value().get(), Some(Ok(())));
            if let Some(change) = asked.get_untracked().filter(|_| is_done) {
                confirmed.update(|topics| apply(topics, &change));
            }
        });
        Following { action, confirmed, asked }
    }

    /// Whether the topic is followed, or will be once the server has answered.
    pub fn has(&self, topic: &str) -> bool {
        let mut topics = self.confirmed.get();
        if let Some(input) = self.action.input().get() {
            apply(&mut topics, &input);
        }
        topics.iter().any(|followed| followed == topic)
    }

    fn press(&self, event: &MouseEvent, topic: &str) {
        event.prevent_default();
        let asked = match self.has(topic) {
            true => FollowTopic { follow: None, unfollow: Some(topic.to_owned()) },
            false => FollowTopic { follow: Some(topic.to_owned()), unfollow: None },
        };
        self.asked.set(Some(asked.clone()));
        self.action.dispatch(asked);
    }

    /// Why the last click, if it was about `topic`, came to nothing.
    fn failure(&self, topic: &str) -> Option<AppError> {
        let FollowTopic { follow, unfollow } = self.asked.get()?;
        let is_about_it = follow.or(unfollow).is_some_and(|asked| asked == topic);
        if is_about_it { self.action.value().get().and_then(Result::err) } else { None }
    }
}

fn apply(topics: &mut Vec<String>, change: &FollowTopic) {
    topics.retain(|topic| Some(topic) != change.unfollow.as_ref() && Some(topic) != change.follow.as_ref());
    topics.extend(change.follow.clone());
}

/// Follows a topic, and stops. A form of its own.
#[component]
pub fn FollowButton(
    /// Which topic.
    topic: Topic,
    /// What is followed.
    following: Following,
    /// Only "Follow", where the topic's name stands beside it.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    view! {
        <form class="follow" method="post" action=FollowTopic::url()>
            <FollowSwitch topic following short class=button_class(Variant::Quiet, Size::Small) />
        </form>
    }
}

/// The button of a form that follows; `formaction` lets it stand in other forms too.
#[component]
fn FollowSwitch(
    topic: Topic,
    following: Following,
    class: &'static str,
    #[prop(optional)] short: bool,
) -> impl IntoView {
    let Topic { id, name } = topic;
    let id = StoredValue::new(id);
    let is_on = Memo::new(move |_| following.has(&id.get_value()));
    let text = move || match (is_on.get(), short) {
        (true, true) => t().records.following.to_owned(),
        (false, true) => t().records.follow.to_owned(),
        (true, false) => t().records.unfollow_topic(&name),
        (false, false) => t().records.follow_topic(&name),
    };
    view! {
        <button
            type="submit"
            class=class
            formaction=FollowTopic::url()
            name=move || if is_on.get() { "unfollow" } else { "follow" }
            value=id.get_value()
            aria-pressed=move || if is_on.get() { "true" } else { "false" }
            on:click=move |event| following.press(&event, &id.get_value())
        >
            {move || view! { <Icon glyph=if is_on.get() { Glyph::BellRing } else { Glyph::Bell } /> }}
            <span class="btn-text">{text}</span>
        </button>
        {move || {
            let failure = following.failure(&id.get_value());
            failure.map(|error| view! { <p class="marks-failure" role="alert">{error.to_string()}</p> })
        }}
    }
}

/// A resource in a list, with what the person can do with it: save, and in a menu finish, hide, follow its topics. Hidden,
/// it becomes a line with an undo.
#[component]
pub fn LearnerCard(
    /// What is shown.
    card: Card,
    /// Where the person stands with it.
    #[prop(optional)]
    state: State,
    /// Which topics she follows.
    following: Following,
    /// Why it is here.
    #[prop(into, optional)]
    reason: MaybeProp<String>,
    /// Larger, for the first of a page.
    #[prop(optional)]
    feature: bool,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: i32,
    /// Title and description with what matches a search.
    #[prop(optional)]
    marked: Option<(Pieces, Pieces)>,
) -> impl IntoView {
    let marks = Marks::new(&card.id, &card.title, state);
    let was_hidden = state.hidden;
    // What was hidden before is shown as it is: only hiding it here makes it go.
    let goes = Memo::new(move |_| marks.state().get().hidden && !was_hidden);
    move || {
        if goes.get() {
            return view! { <HiddenCard marks /> }.into_any();
        }
        let topics = card.topics.clone();
        let card = card.clone();
        let (feature, level, reason) = (feature, level, reason);
        match marked.clone() {
            Some(marked) => view! {
                <ResourceCard card reason feature level marked>
                    <CardActions marks following topics />
                </ResourceCard>
            }
            .into_any(),
            None => view! {
                <ResourceCard card reason feature level>
                    <CardActions marks following topics />
                </ResourceCard>
            }
            .into_any(),
        }
    }
}

#[component]
fn HiddenCard(marks: Marks) -> impl IntoView {
    view! {
        <article class="card card-hidden" role="status">
            <p>{t().records.hidden(&marks.title.get_value())}</p>
            <MarkForm marks>
                <MarkButton marks what=Switch::Hide size=Size::Small />
            </MarkForm>
        </article>
    }
}

/// The buttons of a card.
#[component]
pub fn CardActions(
    /// Of which resource.
    marks: Marks,
    /// Which topics the person follows.
    following: Following,
    /// The resource's topics.
    topics: Vec<Topic>,
) -> impl IntoView {
    let texts = &t().records;
    let topics =
        topics.into_iter().take(3).map(move |topic| view! { <FollowSwitch topic following class="menu-item" /> });
    view! {
        <MarkForm marks>
            <MarkButton marks what=Switch::Save size=Size::Small />
            <Menu label=texts.more(&marks.title.get_value()) summary=view! { <Icon glyph=Glyph::Ellipsis /> }.into_any()>
                <MarkItem marks what=Switch::Done />
                <MarkItem marks what=Switch::Hide />
                {topics.collect_view()}
            </Menu>
            {move || marks.state().get().done.then(|| view! { <Badge tone=Tone::Good>{texts.is_done}</Badge> })}
        </MarkForm>
    }
}

/// What was wrong with a form that was posted without JavaScript. Once on each page that holds such forms.
#[component]
pub fn PostProblem() -> impl IntoView {
    let (mark, follow) = (ServerAction::<Mark>::new(), ServerAction::<FollowTopic>::new());
    let error = move || {
        let mark = mark.value().get().and_then(Result::err);
        mark.or_else(|| follow.value().get().and_then(Result::err))
    };
    move || error().map(|error| view! { <Notice tone=Tone::Bad live=true title=error.to_string() /> })
}
