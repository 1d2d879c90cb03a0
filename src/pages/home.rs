//! The personal feed.

use crate::base::{lazy_page, t};
use crate::catalog::model::{Kind, Topic};
use crate::catalog::parts::DiscussionRow;
use crate::recommend::{DayPart, Feed, FeedTalk, Filter, Panel, Part, PutAway, api};
use crate::records::model::{State, Verb};
use crate::records::parts::{FollowButton, Following, LearnerCard, MarkForm, Marks, PostProblem};
use crate::ui::{
    Button, Cards, ChipLink, Chips, Empty, Glyph, LinkButton, Notice, Page, PageHeader, Section, Shape, Size, Toast,
    Tone, focus, load,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Topics to narrow the feed by.
const TOPICS: usize = 10;

lazy_page! {
    /// `/`
    HomePage in home: home_page
}

fn home_page() -> AnyView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| query.with(|query| Filter::from_query(query.get_str("topic"), query.get_str("kind"))));
    let turn = RwSignal::new(0);
    let feed = load(
        move || (filter.get(), turn.get()),
        |(filter, _)| api::home_feed(filter.topic, filter.kind.map(|kind| kind.as_str().to_owned())),
    );
    view! {
        <Page title=t().recommend.title class="feed">
            {feed.show(Shape::Page, move |feed| view! { <FeedView feed turn /> })}
        </Page>
    }
    .into_any()
}

/// The whole feed; `turn` asks for it anew.
#[component]
fn FeedView(feed: Feed, turn: RwSignal<u32>) -> impl IntoView {
    let texts = &t().recommend;
    let title = match feed.greeting.part {
        DayPart::Morning => texts.good_morning(&feed.greeting.name),
        DayPart::Afternoon => texts.good_afternoon(&feed.greeting.name),
        DayPart::Evening => texts.good_evening(&feed.greeting.name),
    };
    let topics = feed.topics(TOPICS);
    let nothing = feed.is_empty() && !feed.filter.is_empty();
    let talk_says = !feed.is_new && feed.filter.is_empty() && !feed.left_out.contains(&Part::Talk);
    let follows_topics = !feed.followed.is_empty();
    let following = Following::new(feed.followed.iter().map(|topic| topic.id.clone()).collect());
    view! {
        <PageHeader eyebrow=feed.greeting.date.text title />
        <PostProblem />
        {feed.put_away.map(|away| view! { <Undo away turn /> })}
        {left_out(&feed.left_out)}
        <Renew following turn />
        {feed.is_new.then(|| view! { <Welcome suggestions=feed.suggestions.clone() following /> })}
        <Filters filter=feed.filter.clone() topics />
        {nothing.then(|| view! { <Nothing /> })}
        {feed
            .panels
            .into_iter()
            .map(|panel| {
                let title = heading(panel.part, feed.narrowed_to.as_ref());
                view! { <PanelView panel title follows_topics following suggestions=feed.suggestions.clone() /> }
            })
            .collect_view()}
        {(talk_says || !feed.talks.is_empty()).then(|| view! { <Talks talks=feed.talks /> })}
    }
}

fn heading(part: Part, narrowed_to: Option<&Topic>) -> String {
    let texts = &t().recommend;
    match (part, narrowed_to) {
        (Part::Topics, Some(topic)) => texts.part_topic(&topic.name),
        _ => part.label().to_owned(),
    }
}

/// Offers the feed of what is followed now, after that was changed on this page: by itself it would move what one reads.
#[component]
fn Renew(following: Following, turn: RwSignal<u32>) -> impl IntoView {
    let texts = &t().recommend;
    let renew = move |_| {
        turn.update(|turn| *turn += 1);
        // The button goes; one goes on from the top of what is new.
        if let Some(heading) = document().query_selector("main h1").ok().flatten() {
            focus(heading);
        }
    };
    let offer = move || {
        following.is_news().then(|| {
            view! {
                <Toast text=texts.renew_text>
                    <Button size=Size::Small kind="button" on:click=renew>
                        {texts.renew}
                    </Button>
                </Toast>
            }
        })
    };
    view! {
        <div class="said" role="status">
            {offer}
        </div>
    }
}

/// What was put away a moment ago, and the way back, which asks for the feed anew.
#[component]
fn Undo(away: PutAway, turn: RwSignal<u32>) -> impl IntoView {
    let texts = &t().recommend;
    let marks = Marks::new(&away.id, &away.title, State { hidden: true, ..State::default() });
    let back = Memo::new({
        let marks = marks.clone();
        move |_| !marks.confirmed().hidden
    });
    Effect::new(move |_| {
        if back.get() {
            turn.update(|turn| *turn += 1);
        }
    });
    let draw = move |_: State| {
        view! {
            <Button size=Size::Small name="verb" value=Verb::Restored.as_str()>
                {texts.undo}
            </Button>
        }
    };
    view! {
        <Notice>
            <p>{texts.put_away(&away.title)}</p>
            <MarkForm marks draw />
        </Notice>
    }
}

fn left_out(parts: &[Part]) -> Option<AnyView> {
    let texts = &t().recommend;
    let names: Vec<&str> = parts.iter().map(|part| part.label()).collect();
    let text = (!names.is_empty()).then(|| texts.left_out(&names.join(", ")))?;
    Some(view! { <Notice tone=Tone::Warn>{text}</Notice> }.into_any())
}

/// First words for someone who follows nothing yet, and topics to begin with.
#[component]
fn Welcome(suggestions: Vec<Topic>, following: Following) -> impl IntoView {
    let texts = &t().recommend;
    view! {
        <Section title=texts.welcome_title note=texts.welcome>
            <Suggestions suggestions following />
        </Section>
    }
}

/// Topics to follow.
#[component]
fn Suggestions(suggestions: Vec<Topic>, following: Following) -> impl IntoView {
    let buttons = suggestions.into_iter().map(move |topic| view! { <li><FollowButton topic following /></li> });
    view! { <ul class="feed-suggestions">{buttons.collect_view()}</ul> }
}

/// Links that narrow the page: by topic and by kind.
#[component]
fn Filters(filter: Filter, topics: Vec<Topic>) -> impl IntoView {
    let texts = &t().recommend;
    let by_topic = topics
        .into_iter()
        .map(|topic| {
            let on = filter.topic.as_ref() == Some(&topic.id);
            let href = filter.with_topic((!on).then_some(topic.id.as_str())).href();
            view! { <ChipLink href pressed=on>{topic.name}</ChipLink> }
        })
        .collect_view();
    let by_kind = Kind::ALL
        .into_iter()
        .map(|kind| {
            let on = filter.kind == Some(kind);
            let href = filter.with_kind((!on).then_some(kind)).href();
            view! { <ChipLink href pressed=on>{kind.label()}</ChipLink> }
        })
        .collect_view();
    let (any_topic, any_kind) = (filter.with_topic(None).href(), filter.with_kind(None).href());
    let (no_topic, no_kind) = (filter.topic.is_none(), filter.kind.is_none());
    view! {
        <nav class="feed-filters" aria-label=texts.filters>
            <Chips label=texts.by_topic shown=true>
                <ChipLink href=any_topic pressed=no_topic>{texts.everything}</ChipLink>
                {by_topic}
            </Chips>
            <Chips label=texts.by_kind shown=true>
                <ChipLink href=any_kind pressed=no_kind>{texts.everything}</ChipLink>
                {by_kind}
            </Chips>
        </nav>
    }
}

/// A filter left nothing.
#[component]
fn Nothing() -> impl IntoView {
    let texts = &t().recommend;
    view! {
        <Empty glyph=Glyph::Search title=texts.nothing_title text=texts.nothing>
            <LinkButton href="/">{texts.show_everything}</LinkButton>
            <LinkButton href="/search">{texts.to_search}</LinkButton>
        </Empty>
    }
}

/// One part of the feed.
#[component]
fn PanelView(
    panel: Panel,
    title: String,
    follows_topics: bool,
    following: Following,
    suggestions: Vec<Topic>,
) -> impl IntoView {
    let part = panel.part;
    let content = if panel.cards.is_empty() {
        view! { <EmptyPart part follows_topics following suggestions /> }.into_any()
    } else {
        let cards = panel.cards.into_iter().map(move |feed| {
            let reason = feed.reason.text();
            view! { <LearnerCard card=feed.card state=feed.state following reason /> }
        });
        view! { <Cards>{cards.collect_view()}</Cards> }.into_any()
    };
    view! { <Section title>{content}</Section> }
}

/// What an empty part says, and a way on.
#[component]
fn EmptyPart(part: Part, follows_topics: bool, following: Following, suggestions: Vec<Topic>) -> impl IntoView {
    let texts = &t().recommend;
    match part {
        Part::Continue => view! {
            <p class="feed-empty">
                {texts.empty_continue} " " <a href="/search">{texts.to_search}</a>
            </p>
        }
        .into_any(),
        Part::Playlists => view! {
            <p class="feed-empty">
                {texts.empty_playlists} " " <a href="/playlists">{texts.to_playlists}</a>
            </p>
        }
        .into_any(),
        Part::Topics if follows_topics => view! { <p class="feed-empty">{texts.empty_topics_followed}</p> }.into_any(),
        Part::Topics => view! {
            <p class="feed-empty">{texts.empty_topics}</p>
            <Suggestions suggestions following />
        }
        .into_any(),
        Part::Talk => view! { <p class="feed-empty">{texts.empty_talk}</p> }.into_any(),
        _ => view! { <p class="feed-empty">{texts.empty_newest}</p> }.into_any(),
    }
}

/// Conversations about what the person learns.
#[component]
fn Talks(talks: Vec<FeedTalk>) -> impl IntoView {
    let content = if talks.is_empty() {
        view! { <p class="feed-empty">{t().recommend.empty_talk}</p> }.into_any()
    } else {
        let rows = talks.into_iter().map(|talk| {
            let reason = talk.reason.text();
            view! { <li><DiscussionRow discussion=talk.discussion reason /></li> }
        });
        view! { <ul class="feed-talks">{rows.collect_view()}</ul> }.into_any()
    };
    view! { <Section title=t().recommend.part_talk>{content}</Section> }
}
