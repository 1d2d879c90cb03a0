//! `/history`: what one did, day by day.

use super::api::load_history;
use super::model::{Deed, HistoryView};
use crate::base::{lazy_page, t};
use crate::records::model::{State, Verb};
use crate::records::parts::{MarkButton, MarkForm, Marks, PostProblem, Switch};
use crate::ui::{
    Empty, Glyph, Icon, LinkButton, Page, PageHeader, Pager, Section, Shape, Size, Time, Variant, Width, load,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/history`
    HistoryPage in learn: history_page
}

fn history_page() -> AnyView {
    let params = use_query_map();
    let page = move || params.with(|params| params.get("page").unwrap_or_default());
    let view = load(page, load_history);
    view! {
        <Page title=t().frame.history width=Width::Text>
            <PageHeader title=t().frame.history lede=t().records.history_lede />
            <PostProblem />
            {view.show_below(Shape::Rows, |view| view! { <Content view /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Content(view: HistoryView) -> impl IntoView {
    let texts = &t().records;
    if view.page.rows.is_empty() {
        return view! {
            <Empty glyph=Glyph::History title=texts.history_empty text=texts.history_empty_text>
                <LinkButton href="/search" variant=Variant::Primary>
                    {texts.find_something}
                </LinkButton>
            </Empty>
        }
        .into_any();
    }
    let (number, pages) = (view.page.paging.number, view.page.pages());
    let days = view.days().into_iter().map(|(day, deeds)| {
        let rows = deeds.into_iter().map(|deed| view! { <DeedRow deed /> }).collect_view();
        view! {
            <Section title=day>
                <ul class="deeds">{rows}</ul>
            </Section>
        }
    });
    view! {
        {days.collect_view()}
        <Pager page=number pages address=|page| format!("/history?page={page}") />
    }
    .into_any()
}

#[component]
fn DeedRow(deed: Deed) -> impl IntoView {
    let Deed { time, verb, title, href, restorable, origin, .. } = deed;
    let word = if origin.is_some() { verb.said() } else { t().records.verbs[verb as usize] };
    let by = origin.map(|source| view! { <span class="quiet">" " {t().records.said_by(&source)}</span> });
    let undo = restorable.map(|resource| {
        let marks = Marks::new(&resource, &title, State { hidden: true, ..State::default() });
        let title = title.clone();
        let draw = move |state| {
            view! {
                <MarkButton
                    what=Switch::Hide
                    state
                    title=title.as_str()
                    size=Size::Small
                    variant=Variant::Plain
                />
            }
        };
        view! { <MarkForm marks draw /> }
    });
    let name = if href.is_empty() {
        view! { <span class="quiet">{title}</span> }.into_any()
    } else if href.starts_with('/') {
        view! { <a href=href>{title}</a> }.into_any()
    } else {
        view! {
            <a href=href target="_blank" rel="external noopener">
                {title}
            </a>
        }
        .into_any()
    };
    view! {
        <li class="deed">
            <Icon glyph=glyph(verb) />
            <p class="deed-text">
                <span class="deed-verb">{word}</span>
                " "
                {name}
                {by}
            </p>
            {undo}
            <span class="deed-time">
                <Time when=time />
            </span>
        </li>
    }
}

fn glyph(verb: Verb) -> Glyph {
    match verb {
        Verb::Opened => Glyph::ArrowUpRight,
        Verb::Completed => Glyph::CircleCheck,
        Verb::Reopened => Glyph::Circle,
        Verb::Saved => Glyph::BookmarkCheck,
        Verb::Unsaved => Glyph::Bookmark,
        Verb::Hidden => Glyph::EyeOff,
        Verb::Restored => Glyph::Eye,
        Verb::Followed => Glyph::BellRing,
        Verb::Unfollowed => Glyph::Bell,
        Verb::Voided => Glyph::X,
    }
}
