//! `/resources/:id`: one thing to learn from, and what one can do with it.

use super::api::load_resource;
use super::model::ResourcePageView;
use crate::base::{Role, When, lazy_page, person, posted_error, t};
use crate::catalog::links::CheckLink;
use crate::catalog::links::parts::LinkStanding;
use crate::catalog::model::{Card, DiscussionCard, ResourceView, Topic};
use crate::catalog::parts::{DiscussionRow, glyph, open_href, resource_href, topic_href};
use crate::catalog::works::SplitEdition;
use crate::playlists::PlaylistRef;
use crate::records::model::State;
use crate::records::parts::{FollowButton, Following, MarkButton, MarkForm, Marks, PostProblem, Switch};
use crate::ui::{Cover, Icon, LinkButton, Notice, Page, Section, Shape, Size, Time, Tone, Variant, button_class, load};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

lazy_page! {
    /// `/resources/:id`
    ResourcePage in learn: resource_page
}

fn resource_page() -> AnyView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let view = load(id, load_resource);
    view! {
        <Page class="resource-page">
            <PostProblem />
            {posted_error(&[SplitEdition::url(), CheckLink::url()])
                .map(|error| view! { <Notice tone=Tone::Bad live=true title=error.to_string() /> })}
            {view.show(Shape::Page, |view| view! { <Content view /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Content(view: ResourcePageView) -> impl IntoView {
    let texts = &t().catalog;
    let ResourcePageView { resource, state, following, playlists } = view;
    let ResourceView { card, url, body, published, changed, link, discussions, nearby, editions } = resource;
    let marks = Marks::new(&card.id, &card.title, state);
    let following = Following::new(following);
    let title = card.title.clone();
    let draw = move |state: State| {
        view! {
            <MarkButton what=Switch::Save state title=title.as_str() />
            <MarkButton what=Switch::Done state title=title.as_str() />
            <MarkButton what=Switch::Hide state title=title.as_str() variant=Variant::Plain />
            <p class="resource-hidden" role="status">
                {state.hidden.then_some(t().records.is_hidden)}
            </p>
        }
    };
    let tone = card.topics.first().map(|topic| topic.name.clone()).unwrap_or_default();
    let open = if card.gone { texts.open_anyway } else { texts.open };
    let variant = if card.gone { Variant::Quiet } else { Variant::Primary };
    let host = host(&url);
    let paragraphs = body.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let talks = |title: &'static str, talks: Vec<DiscussionCard>| {
        let rows = talks.into_iter().map(|discussion| view! { <DiscussionRow discussion /> }).collect_view();
        (!rows.is_empty()).then(|| view! { <Section title>{rows}</Section> })
    };
    view! {
        <Title text=card.title.clone() />
        <article class="resource">
            <header class="resource-head">
                <div class="resource-cover">
                    <Cover seed=card.id.clone() kind=card.kind.as_str() topic=tone />
                </div>
                <div class="resource-intro">
                    <p class="eyebrow">
                        <Icon glyph=glyph(card.kind) />
                        {card.kind.label()}
                    </p>
                    <h1 class="page-title">{card.title.clone()}</h1>
                    {(!card.authors.is_empty()).then(|| view! { <p class="lede">{card.authors.clone()}</p> })}
                    {card
                        .gone
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Warn title=texts.gone_title>
                                    <p>{texts.gone_text}</p>
                                </Notice>
                            }
                        })}
                    <div class="resource-actions">
                        <LinkButton href=open_href(&card.id) variant external=true>
                            {open}
                        </LinkButton>
                        <MarkForm marks draw />
                    </div>
                    <p class="resource-host">{host}</p>
                    <LinkStanding line=link resource=card.id.clone() title=card.title.clone() />
                </div>
            </header>
            <div class="resource-columns">
                <div class="resource-main">
                    <Section title=texts.about>
                        <div class="prose">
                            {if body.is_empty() {
                                view! { <p class="quiet">{texts.no_description}</p> }.into_any()
                            } else {
                                paragraphs.into_any()
                            }}
                        </div>
                    </Section>
                    <Editions editions gone=card.gone />
                    {talks(texts.discussions_linked, discussions)}
                    {talks(texts.discussions_nearby, nearby)}
                </div>
                <div class="resource-aside">
                    <Facts card=card.clone() published changed />
                    <Topics topics=card.topics following />
                    <Playlists playlists />
                </div>
            </div>
        </article>
    }
}

/// The same thing from other sources. Whoever curates can say that one is something else.
#[component]
fn Editions(editions: Vec<Card>, gone: bool) -> impl IntoView {
    if editions.is_empty() {
        return ().into_any();
    }
    let (works, texts) = (&t().works, &t().catalog);
    let curates = person().is_some_and(|viewer| viewer.roles.contains(&Role::Curator));
    let rows = editions.into_iter().map(move |card| {
        let split = curates.then(|| {
            view! {
                <form method="post" action=SplitEdition::url()>
                    <input type="hidden" name="resource" value=card.id.clone() />
                    <button
                        type="submit"
                        class=button_class(Variant::Plain, Size::Small)
                        aria-label=works.of(works.split, &card.title)
                    >
                        {works.split}
                    </button>
                </form>
            }
        });
        view! {
            <li class="edition">
                <div>
                    <a class="edition-source" href=resource_href(&card.id)>
                        {card.source}
                    </a>
                    <p class="meta">
                        <span>{card.title}</span>
                        {(!card.language_name.is_empty()).then(|| view! { <span>{card.language_name}</span> })}
                        {card.minutes.map(|minutes| view! { <span>{texts.minutes(minutes)}</span> })}
                        {card.gone.then(|| view! { <span>{texts.gone}</span> })}
                    </p>
                </div>
                {split}
            </li>
        }
    });
    view! {
        <Section title=works.editions note=if gone { works.editions_note } else { "" }>
            <ul class="editions">{rows.collect_view()}</ul>
        </Section>
    }
    .into_any()
}

#[component]
fn Facts(card: Card, published: Option<When>, changed: When) -> impl IntoView {
    let texts = &t().catalog;
    let fact = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| {
            view! {
                <div class="fact">
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
    };
    view! {
        <section class="facts" aria-label=texts.facts>
            <dl>
                {fact(texts.source, card.source)}
                {fact(texts.length, card.minutes.map(|minutes| texts.minutes(minutes)).unwrap_or_default())}
                {fact(texts.level, card.level.map(|level| level.label().to_owned()).unwrap_or_default())}
                {fact(texts.language, card.language_name)}
                {published
                    .map(|when| {
                        view! {
                            <div class="fact">
                                <dt>{texts.published}</dt>
                                <dd>
                                    <Time when />
                                </dd>
                            </div>
                        }
                    })}
                <div class="fact">
                    <dt>{texts.changed}</dt>
                    <dd>
                        <Time when=changed />
                    </dd>
                </div>
            </dl>
        </section>
    }
}

#[component]
fn Topics(topics: Vec<Topic>, following: Following) -> impl IntoView {
    let rows = topics.into_iter().map(move |topic| {
        view! {
            <li class="topic-row">
                <a href=topic_href(&topic.id)>{topic.name.clone()}</a>
                <FollowButton topic following short=true />
            </li>
        }
    });
    let rows = rows.collect_view();
    (!rows.is_empty()).then(|| {
        view! {
            <Section title=t().catalog.topics>
                <ul class="topic-rows">{rows}</ul>
            </Section>
        }
    })
}

#[component]
fn Playlists(playlists: Vec<PlaylistRef>) -> impl IntoView {
    let rows = playlists.into_iter().map(|playlist| {
        view! {
            <li>
                <a href=format!("/playlists/{}", playlist.slug)>{playlist.title}</a>
            </li>
        }
    });
    let rows = rows.collect_view();
    (!rows.is_empty()).then(|| {
        view! {
            <Section title=t().catalog.in_playlists>
                <ul class="plain-list">{rows}</ul>
            </Section>
        }
    })
}

/// Where a link leads: the host alone.
fn host(url: &str) -> String {
    let rest = url.split("://").nth(1).unwrap_or(url);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}
