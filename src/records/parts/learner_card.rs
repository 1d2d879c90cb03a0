//! A resource in a list, with what a person can do with it.

use super::following::Following;
use super::marks::{MarkButton, MarkForm, MarkItem, Marks, Switch};
use crate::base::t;
use crate::catalog::model::{Card, Topic};
use crate::catalog::parts::{Pieces, ResourceCard, resource_href};
use crate::records::model::State;
use crate::ui::{Badge, Glyph, Icon, Menu, Size, Tone, focus, is_focus_lost};
use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;

/// Topics in a card's menu.
const TOPICS: usize = 3;

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
    reason: String,
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
    let goes = Memo::new({
        let marks = marks.clone();
        move |_| marks.state().hidden && !was_hidden
    });
    move || {
        let marks = marks.clone();
        if goes.get() {
            return Either::Left(view! { <HiddenCard marks href=resource_href(&card.id) /> });
        }
        let (topics, reason) = (card.topics.clone(), reason.clone());
        Either::Right(view! {
            <ResourceCard card=card.clone() reason feature level marked=marked.clone()>
                <CardActions marks following topics />
            </ResourceCard>
        })
    }
}

#[component]
fn HiddenCard(marks: Marks, href: String) -> impl IntoView {
    let title = marks.title().to_owned();
    let text = t().records.hidden(&title);
    let draw = move |state| view! { <MarkButton what=Switch::Hide state title=title.as_str() size=Size::Small /> };
    let node = NodeRef::<html::Article>::new();
    // And this button goes with the line: one goes on from the card that is back.
    on_cleanup(move || {
        request_animation_frame(move || {
            let link = document().query_selector(&format!("main a.card-link[href='{href}']")).ok().flatten();
            if let Some(link) = link.filter(|_| is_focus_lost()) {
                focus(link);
            }
        });
    });
    // The button that had the focus went with the card.
    Effect::new(move |_| {
        if let Some(button) = node.get().and_then(|article| article.query_selector("button").ok().flatten()) {
            focus(button);
        }
    });
    view! {
        <article class="card card-hidden" role="status" node_ref=node>
            <p>{text}</p>
            <MarkForm marks draw />
        </article>
    }
}

/// The buttons of a card.
#[component]
fn CardActions(marks: Marks, following: Following, topics: Vec<Topic>) -> impl IntoView {
    let texts = &t().records;
    let title = marks.title().to_owned();
    let draw = move |state: State| {
        let topics = topics.iter().take(TOPICS).map(|topic| following.switch(topic, "menu-item", false));
        let topics = topics.collect_view();
        view! {
            <MarkButton what=Switch::Save state title=title.as_str() size=Size::Small />
            <Menu label=texts.more(&title) summary=view! { <Icon glyph=Glyph::Ellipsis /> }.into_any()>
                <MarkItem what=Switch::Done state />
                <MarkItem what=Switch::Hide state />
                {topics}
            </Menu>
            {state.done.then(|| view! { <Badge tone=Tone::Good>{texts.is_done}</Badge> })}
        }
    };
    view! { <MarkForm marks following draw /> }
}
