//! `/search`: everything, by words and filters. The address holds the whole search; typing changes it.

use super::api::load_search;
use super::model::SearchView;
use crate::base::{lazy_page, t};
use crate::catalog::model::{Age, Facet, Length, Level, Query, Sort};
use crate::catalog::parts::DiscussionRow;
use crate::records::parts::{FollowButton, Following, LearnerCard, PostProblem};
use crate::ui::{
    Cards, ChipLink, Chips, Empty, Glyph, Icon, LinkButton, Notice, Page, PageHeader, Pager, Section, Shape, Tone, load,
};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use std::time::Duration;

/// After the last key, before the address changes.
const PAUSE: Duration = Duration::from_millis(250);
/// Kinds, topics and so on that are offered at once.
const CHIPS: usize = 8;

lazy_page! {
    /// `/search`
    SearchPage in learn: search_page
}

fn search_page() -> AnyView {
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(query_of));
    let found = load(move || query.get().to_address(), load_search);
    view! {
        <Page title=t().catalog.search_title class="search-page">
            <PageHeader title=t().catalog.search_title />
            <SearchField query />
            <PostProblem />
            {found.show_below(Shape::Rows, |view| view! { <Results view /> })}
        </Page>
    }
    .into_any()
}

fn query_of(params: &ParamsMap) -> Query {
    Query::from_pairs(params.into_iter().map(|(name, value)| (name.as_ref(), value)))
}

/// The box. Without JavaScript it is a form that asks for an address; with it, typing asks.
#[component]
fn SearchField(query: Memo<Query>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    // What the address holds because it was typed here: the box is only written to when the address came from elsewhere.
    let typed = StoredValue::new(query.get_untracked().text);
    // Whether the address in the history is one that was typed here: typing on replaces it, and Back leads to what was
    // looked at before, not to each word that was on its way.
    let is_typing = StoredValue::new(false);
    let navigate = use_navigate();
    let go = move |text: &str, on_the_way: bool| {
        let text = Query::from_pairs([("q", text)]).text;
        let now = query.get_untracked();
        typed.set_value(text.clone());
        if text != now.text {
            let next = Query { text, page: 1, ..now };
            let replace = on_the_way && is_typing.get_value();
            let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
            navigate(&format!("/search{}", next.to_address()), options);
        }
        is_typing.set_value(on_the_way);
    };
    let mut later = debounce(PAUSE, {
        let go = go.clone();
        move |text: String| go(&text, true)
    });
    Effect::new(move |_| {
        let text = query.get().text;
        if let Some(input) = input.get().filter(|_| text != typed.get_value()) {
            input.set_value(&text);
            typed.set_value(text);
            is_typing.set_value(false);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get() {
            go(&input.value(), false);
        }
    };
    let kept = move || {
        let filters = Query { text: String::new(), ..query.get().at_page(1) };
        let fields = filters.to_pairs().into_iter();
        fields.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
    };
    view! {
        <form class="search-box" role="search" action="/search" method="get" on:submit=submit>
            <label class="sr-only" for="search">
                {t().frame.search_hint}
            </label>
            <Icon glyph=Glyph::Search />
            <input
                class="search-input"
                type="search"
                id="search"
                name="q"
                node_ref=input
                value=query.get_untracked().text
                placeholder=t().frame.search_hint
                autocomplete="off"
                maxlength="200"
                enterkeyhint="search"
                on:input=move |event| later(event_target_value(&event))
            />
            {kept}
            <button class="search-go" type="submit">
                {t().frame.search_button}
            </button>
        </form>
    }
}

#[component]
fn Results(view: SearchView) -> impl IntoView {
    let texts = &t().catalog;
    let SearchView { query, found, playlists, states, following } = view;
    let following = Following::new(following);
    let count = texts.found(&found.total, found.page.total == 1, &query.text);
    let (page, pages) = (found.page.paging.number, found.page.pages());
    let is_empty = found.page.rows.is_empty();
    let (has_talks, has_playlists) = (!found.discussions.is_empty(), !playlists.is_empty());
    let topic = found.facets.topics.iter().find(|facet| Some(&facet.value) == query.topic.as_ref()).map(|facet| {
        let topic = crate::catalog::model::Topic { id: facet.value.clone(), name: facet.label.clone() };
        view! { <FollowButton topic following /> }
    });
    let cards = found.page.rows.into_iter().map(move |hit| {
        let state = states.get(&hit.card.id).copied().unwrap_or_default();
        view! { <LearnerCard card=hit.card state following marked=(hit.title, hit.excerpt) /> }
    });
    let talks = found.discussions.into_iter().map(|discussion| view! { <DiscussionRow discussion /> }).collect_view();
    let named = playlists.into_iter().map(|playlist| {
        let href = format!("/playlists/{}", playlist.slug);
        view! { <li><a href=href>{playlist.title}</a></li> }
    });
    let named = named.collect_view();
    let address = {
        let query = query.clone();
        move |page| format!("/search{}", query.at_page(page).to_address())
    };
    view! {
        <Filters query=query.clone() facets=found.facets />
        <div class="search-status">
            <p class="search-count" role="status">
                {count}
            </p>
            {topic}
            <Order query=query.clone() />
        </div>
        {found.building.then(|| view! { <Notice title=texts.search_building /> })}
        {(found.guessed && !is_empty).then(|| view! { <Notice tone=Tone::Neutral title=texts.search_guessed /> })}
        <div class=if has_talks || has_playlists { "search-columns search-columns-two" } else { "search-columns" }>
            <section aria-label=texts.results>
                {if is_empty {
                    view! { <Nothing query=query.clone() /> }.into_any()
                } else {
                    view! {
                        <h2 class="sr-only">{texts.results}</h2>
                        <Cards rows=true>{cards.collect_view()}</Cards>
                    }
                    .into_any()
                }}
                <Pager page pages address />
            </section>
            {(has_talks || has_playlists)
                .then(|| {
                    view! {
                        <div class="search-beside">
                            {has_playlists
                                .then(|| {
                                    view! {
                                        <Section title=t().frame.playlists>
                                            <ul class="plain-list">{named}</ul>
                                        </Section>
                                    }
                                })}
                            {has_talks.then(|| view! { <Section title=texts.discussions>{talks}</Section> })}
                        </div>
                    }
                })}
        </div>
    }
}

#[component]
fn Nothing(query: Query) -> impl IntoView {
    let texts = &t().catalog;
    let text = if query.has_filters() { texts.search_nothing_filtered } else { texts.search_nothing_text };
    view! {
        <Empty glyph=Glyph::Search title=texts.search_nothing text=text>
            {query
                .has_filters()
                .then(|| {
                    let href = format!("/search{}", query.without_filters().to_address());
                    view! { <LinkButton href=href>{texts.search_clear}</LinkButton> }
                })}
            <LinkButton href="/search">{texts.everything}</LinkButton>
        </Empty>
    }
}

/// The choice of an order: links to the address that each would make.
#[component]
fn Order(query: Query) -> impl IntoView {
    let texts = &t().catalog;
    // Without words nothing fits better than anything else.
    let offered = Sort::ALL.iter().copied().filter(|sort| *sort != Sort::Best || !query.text.is_empty());
    let default = if query.text.is_empty() { Sort::Newest } else { Sort::Best };
    let chosen = query.sort.unwrap_or(default);
    let links = offered
        .map(|sort| {
            let next = Query { sort: (sort != default).then_some(sort), ..query.at_page(1) };
            let href = format!("/search{}", next.to_address());
            view! { <a class="search-order" href=href aria-current=(sort == chosen).then_some("true")>{sort.label()}</a> }
        })
        .collect_view();
    view! {
        <nav class="search-orders" aria-label=texts.sort>
            {links}
        </nav>
    }
}

/// A choice as the rows of filters know it.
fn name(word: Option<&'static str>) -> Option<String> {
    word.map(str::to_owned)
}

/// Ways to narrow the search: links to the address that each would make.
#[component]
fn Filters(query: Query, facets: crate::catalog::model::Facets) -> impl IntoView {
    let texts = &t().catalog;
    let chip = |facet: Facet, pressed: bool, next: Query| {
        let href = format!("/search{}", next.to_address());
        view! {
            <ChipLink href=href pressed=pressed count=facet.shown>
                {facet.label}
            </ChipLink>
        }
    };
    let kinds = facets.kinds.into_iter().filter_map(|facet| {
        let kind = crate::catalog::model::Kind::parse(&facet.value)?;
        Some(chip(facet, query.kinds.contains(&kind), query.toggled(kind)))
    });
    let kinds = kinds.collect_view();
    // One value at most: choosing it again takes it away.
    let one = |facets: Vec<Facet>, chosen: &Option<String>, set: fn(&mut Query, Option<String>)| {
        let chosen = chosen.clone();
        let query = query.clone();
        let offered = facets.into_iter().enumerate().filter({
            let chosen = chosen.clone();
            move |(n, facet)| *n < CHIPS || Some(&facet.value) == chosen.as_ref()
        });
        let make = move |(_, facet): (usize, Facet)| {
            let pressed = Some(&facet.value) == chosen.as_ref();
            let mut next = query.at_page(1);
            set(&mut next, (!pressed).then(|| facet.value.clone()));
            chip(facet, pressed, next)
        };
        offered.map(make).collect_view()
    };
    let topics = one(facets.topics, &query.topic, |query, value| query.topic = value);
    let languages = one(facets.languages, &query.language, |query, value| query.language = value);
    let sources = one(facets.sources, &query.source, |query, value| query.source = value);
    let levels = one(facets.levels, &name(query.level.map(Level::as_str)), |query, value| {
        query.level = value.and_then(|name| Level::parse(&name));
    });
    let lengths = one(facets.lengths, &name(query.length.map(Length::as_str)), |query, value| {
        query.length = value.and_then(|name| Length::parse(&name));
    });
    let ages = one(facets.ages, &name(query.age.map(Age::as_str)), |query, value| {
        query.age = value.and_then(|name| Age::parse(&name));
    });
    // What is narrowed by one of the folded rows is seen.
    let folded = Query { kinds: Vec::new(), topic: None, ..query.clone() };
    let is_open = folded.has_filters();
    let clear = query.has_filters().then(|| format!("/search{}", query.without_filters().to_address()));
    let row = |label: &'static str, chips: Vec<_>| {
        (!chips.is_empty()).then(|| view! { <Chips label shown=true>{chips}</Chips> })
    };
    view! {
        <nav class="filters" aria-label=texts.filters>
            {row(texts.by_kind, kinds)}
            {row(texts.by_topic, topics)}
            <details class="filters-more" open=is_open>
                <summary>{texts.more_filters}</summary>
                {row(texts.by_length, lengths)}
                {row(texts.by_level, levels)}
                {row(texts.by_age, ages)}
                {row(texts.by_language, languages)}
                {row(texts.by_source, sources)}
            </details>
            {clear.map(|href| view! { <a class="filters-clear" href=href>{texts.search_clear}</a> })}
        </nav>
    }
}
