//! Following topics.

use crate::base::t;
use crate::catalog::model::Topic;
use crate::records::api::{FollowTopic, follow_topic};
use crate::ui::{Glyph, Icon, Size, Variant, button_class, pressed};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

/// Which topics the person follows, shared by every button of a page.
#[derive(Clone, Copy)]
pub struct Following(RwSignal<Followed>);

#[derive(Clone, Debug, Default)]
struct Followed {
    /// Ids, as they are or will be once the server has answered.
    topics: Vec<String>,
    /// The topic whose button came to nothing, and why.
    failure: Option<(String, String)>,
    /// Whether the server has taken a change since the page was drawn.
    is_news: bool,
}

impl Followed {
    fn has(&self, topic: &str) -> bool {
        self.topics.iter().any(|followed| followed == topic)
    }

    fn set(&mut self, topic: &str, on: bool) {
        self.topics.retain(|followed| followed != topic);
        if on {
            self.topics.push(topic.to_owned());
        }
    }
}

impl Following {
    /// `topics` are the ids followed as the page is drawn.
    pub fn new(topics: Vec<String>) -> Following {
        Following(RwSignal::new(Followed { topics, ..Followed::default() }))
    }

    /// Takes a button of the names that [`FollowTopic`] knows; says whether it was one.
    pub(super) fn press(&self, name: &str, topic: &str) -> bool {
        let on = match name {
            "follow" => true,
            "unfollow" => false,
            _ => return false,
        };
        let (signal, topic) = (self.0, topic.to_owned());
        signal.update(|now| {
            now.set(&topic, on);
            now.failure = None;
        });
        spawn_local(async move {
            let (follow, unfollow) = if on { (Some(topic.clone()), None) } else { (None, Some(topic.clone())) };
            let answer = follow_topic(follow, unfollow).await;
            // Nothing is left to update when the page has gone.
            let _ = signal.try_update(|now| match answer {
                Ok(()) => now.is_news = true,
                Err(error) => {
                    now.set(&topic, !on);
                    now.failure = Some((topic, error.to_string()));
                }
            });
        });
        true
    }

    /// Whether what is followed was changed since the page was drawn, so that what derives from it is out of date.
    pub fn is_news(&self) -> bool {
        self.0.with(|now| now.is_news)
    }

    /// Whether the topic is followed, and why its last press came to nothing.
    fn standing(&self, topic: &str) -> (bool, Option<String>) {
        self.0.with(|now| {
            let failure = now.failure.as_ref().filter(|(about, _)| about == topic);
            (now.has(topic), failure.map(|(_, why)| why.clone()))
        })
    }

    /// The button of a form that follows; `formaction` lets it stand in other forms too. `short` says only "Follow",
    /// where the topic's name stands beside it.
    pub(super) fn switch(&self, topic: &Topic, class: &'static str, short: bool) -> impl IntoView + use<> {
        let (is_on, failure) = self.standing(&topic.id);
        let texts = &t().records;
        let text = match (is_on, short) {
            (true, true) => texts.following.to_owned(),
            (false, true) => texts.follow.to_owned(),
            (true, false) => texts.unfollow_topic(&topic.name),
            (false, false) => texts.follow_topic(&topic.name),
        };
        view! {
            <button
                type="submit"
                class=class
                formaction=FollowTopic::url()
                name=if is_on { "unfollow" } else { "follow" }
                value=topic.id.clone()
                aria-pressed=if is_on { "true" } else { "false" }
            >
                <Icon glyph=if is_on { Glyph::BellRing } else { Glyph::Bell } />
                <span class="btn-text">{text}</span>
            </button>
            {failure.map(|text| view! { <p class="marks-failure" role="alert">{text}</p> })}
        }
    }
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
    let class = button_class(Variant::Quiet, Size::Small);
    let submitted = move |event: leptos::ev::SubmitEvent| {
        if pressed(&event).is_some_and(|(name, value)| following.press(&name, &value)) {
            event.prevent_default();
        }
    };
    view! {
        <form class="follow" method="post" action=FollowTopic::url() on:submit=submitted>
            {move || following.switch(&topic, class, short)}
        </form>
    }
}
