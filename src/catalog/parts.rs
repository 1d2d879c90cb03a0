//! How resources and discussions look in lists.

use super::links::parts::BrokenBadge;
use super::model::{Card, DiscussionCard, Kind, Topic};
use super::query::Query;
use crate::base::t;
use crate::ui::{Badge, Cover, Glyph, Icon, Time, Tone, heading};
use leptos::either::Either;
use leptos::prelude::*;

/// A text in pieces; those with `true` match what was searched for.
pub type Pieces = Vec<(String, bool)>;

/// A resource in a list. Its title leads to its page; children are buttons below.
///
/// ```ignore
/// <ResourceCard card reason="Because you follow Kubernetes"><MarkButton … /></ResourceCard>
/// ```
#[component]
pub fn ResourceCard(
    /// What is shown.
    card: Card,
    /// Why it is here.
    #[prop(into, optional)]
    reason: String,
    /// Larger, for the first of a page.
    #[prop(optional)]
    feature: bool,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: i32,
    /// Title and description with what matches a search, in place of the plain ones.
    #[prop(default = None)]
    marked: Option<(Pieces, Pieces)>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (kind, gone, broken) = (card.kind, card.gone, card.broken);
    let (title, summary) = marked.unwrap_or_else(|| (plain(&card.title), plain(&card.summary)));
    let has_summary = !summary.is_empty();
    let link = view! {
        <a class="card-link" href=resource_href(&card.id)>
            {pieces(title)}
        </a>
    };
    let heading = heading(level, "card-title", link);
    let tone = card.topics.first().map(|topic| topic.name.clone()).unwrap_or_default();
    view! {
        <article class=if feature { "card card-feature" } else { "card" }>
            <div class="card-cover">
                <Cover seed=card.id.clone() kind=kind.as_str() topic=tone />
            </div>
            <div class="card-body">
                <p class="eyebrow">{kind.label()}</p>
                {heading}
                {has_summary.then(|| view! { <p class="card-summary">{pieces(summary)}</p> })}
                <Meta card />
                {gone.then(|| view! { <Badge tone=Tone::Warn>{t().catalog.gone}</Badge> })}
                {broken.then(|| view! { <BrokenBadge /> })}
                {(!reason.is_empty()).then(|| view! { <p class="card-reason">{reason}</p> })}
                {children.map(|children| view! { <div class="card-actions">{children()}</div> })}
            </div>
        </article>
    }
}

/// One line of facts about a resource: source, authors, length, level, language, freshness.
#[component]
pub fn Meta(
    /// Whose.
    card: Card,
) -> impl IntoView {
    let texts = &t().catalog;
    let fact = |text: String| (!text.is_empty()).then(|| view! { <span>{text}</span> });
    view! {
        <p class="meta">
            {fact(card.source)}
            {fact(card.authors)}
            {fact(card.minutes.map(|minutes| texts.minutes(minutes)).unwrap_or_default())}
            {fact(card.level.map(|level| level.label().to_owned()).unwrap_or_default())}
            {fact(card.language_name)}
            {fact(if card.editions > 1 { texts.editions_count(card.editions) } else { String::new() })}
            <span>
                <Time when=card.fresh />
            </span>
        </p>
    }
}

/// A discussion in a list. It leads out, to where it is held.
#[component]
pub fn DiscussionRow(
    /// What is shown.
    discussion: DiscussionCard,
    /// Why it is here.
    #[prop(into, optional)]
    reason: String,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: i32,
) -> impl IntoView {
    let texts = &t().catalog;
    let DiscussionCard { url, title, excerpt, category, source, replies, participants, last_activity, .. } = discussion;
    let link = view! {
        <a class="discussion-link" href=url target="_blank" rel="external noopener">
            {title}
            <Icon glyph=Glyph::ArrowUpRight class="icon-out" />
            <span class="sr-only">{texts.new_tab}</span>
        </a>
    };
    let heading = heading(level, "discussion-title", link);
    view! {
        <article class="discussion">
            <Icon glyph=Glyph::MessagesSquare class="discussion-icon" />
            <div class="discussion-body">
                {heading}
                {(!excerpt.is_empty()).then(|| view! { <p class="discussion-excerpt">{excerpt}</p> })}
                <p class="meta">
                    <span>{source}</span>
                    {(!category.is_empty()).then(|| view! { <span>{category}</span> })}
                    <span>{texts.replies(replies)}</span>
                    <span>{texts.participants(participants)}</span>
                    <span>
                        <Time when=last_activity />
                    </span>
                </p>
                {(!reason.is_empty()).then(|| view! { <p class="card-reason">{reason}</p> })}
            </div>
        </article>
    }
}

/// What a thing is about, each leading to everything about it.
#[component]
pub fn TopicLinks(
    /// The topics.
    topics: Vec<Topic>,
) -> impl IntoView {
    let links = topics.into_iter().map(|topic| {
        view! {
            <li>
                <a class="topic-link" href=topic_href(&topic.id)>
                    {topic.name}
                </a>
            </li>
        }
    });
    view! { <ul class="topic-links">{links.collect_view()}</ul> }
}

/// The page of a resource.
pub fn resource_href(id: &str) -> String {
    format!("/resources/{id}")
}

/// Where a resource itself is, by way of the portal, which notes that it was opened.
pub fn open_href(id: &str) -> String {
    format!("/go/{id}")
}

/// Everything about a topic.
pub fn topic_href(id: &str) -> String {
    format!("/search{}", Query { topic: Some(id.to_owned()), page: 1, ..Query::default() }.to_address())
}

/// The icon of a kind.
pub fn glyph(kind: Kind) -> Glyph {
    match kind {
        Kind::Course => Glyph::GraduationCap,
        Kind::Video => Glyph::SquarePlay,
        Kind::Article => Glyph::FileText,
        Kind::Podcast => Glyph::Headphones,
        Kind::Book => Glyph::BookOpen,
        Kind::Lab => Glyph::FlaskConical,
        Kind::Assessment => Glyph::ClipboardCheck,
        Kind::Event => Glyph::CalendarDays,
        Kind::JobAid => Glyph::ClipboardList,
        Kind::WikiPage => Glyph::NotebookText,
    }
}

fn plain(text: &str) -> Pieces {
    if text.is_empty() { Vec::new() } else { vec![(text.to_owned(), false)] }
}

fn pieces(pieces: Pieces) -> impl IntoView {
    let piece = |(text, is_match): (String, bool)| match is_match {
        true => Either::Left(view! { <mark>{text}</mark> }),
        false => Either::Right(text),
    };
    pieces.into_iter().map(piece).collect_view()
}
