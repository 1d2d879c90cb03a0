//! `/saved`: what one wants to come back to.

use super::api::load_saved;
use super::model::SavedView;
use crate::base::{lazy_page, t};
use crate::catalog::model::Card;
use crate::records::model::State;
use crate::records::parts::{Following, LearnerCard, PostProblem};
use crate::ui::{Cards, Empty, Glyph, LinkButton, Page, PageHeader, Pager, Section, Shape, Variant, load};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/saved`
    SavedPage in learn: saved_page
}

fn saved_page() -> AnyView {
    let params = use_query_map();
    let page = move || params.with(|params| params.get("page").unwrap_or_default());
    let view = load(page, load_saved);
    view! {
        <Page title=t().frame.saved>
            <PageHeader title=t().frame.saved lede=t().records.saved_lede />
            <PostProblem />
            {view.show_below(Shape::Cards, |view| view! { <Content view /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Content(view: SavedView) -> impl IntoView {
    let texts = &t().records;
    let SavedView { page, states, following } = view;
    let following = Following::new(following);
    let (number, pages) = (page.paging.number, page.pages());
    if page.rows.is_empty() {
        return view! {
            <Empty glyph=Glyph::Bookmark title=texts.saved_empty text=texts.saved_empty_text>
                <LinkButton href="/search" variant=Variant::Primary>
                    {texts.find_something}
                </LinkButton>
            </Empty>
        }
        .into_any();
    }
    let with_state = page.rows.into_iter().map(move |card| (states.get(&card.id).copied().unwrap_or_default(), card));
    let (done, open): (Vec<_>, Vec<_>) = with_state.partition(|(state, _)| state.done);
    let cards = move |cards: Vec<(State, Card)>, level: i32| {
        let draw = move |(state, card)| view! { <LearnerCard card state following level /> };
        (!cards.is_empty()).then(|| view! { <Cards>{cards.into_iter().map(draw).collect_view()}</Cards> })
    };
    view! {
        {cards(open, 2)}
        {(!done.is_empty()).then(|| view! { <Section title=texts.saved_done>{cards(done, 3)}</Section> })}
        <Pager page=number pages address=|page| format!("/saved?page={page}") />
    }
    .into_any()
}
