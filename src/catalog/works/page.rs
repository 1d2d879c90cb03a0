//! `/look-alikes`: what may be the same thing twice, side by side, for curators to say. Everything posts plain forms; with
//! JavaScript the list goes on by itself and answers to keys.

use super::api::{Decide, UndoDecision, load_look_alikes};
use super::model::{Decided, LookAlike, LookAlikes, Side};
use crate::base::{AppError, lazy_page, posted_error, t};
use crate::catalog::parts::{glyph, resource_href};
use crate::ui::{
    Badge, Button, Empty, Glyph, Icon, Notice, Page, PageHeader, Pager, Section, Shape, Size, Time, Tone, Variant,
    focus, load, pressed,
};
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/look-alikes`
    LookAlikesPage in curate: look_alikes_page
}

/// What can be done on the page, and where the hands go on after it.
#[derive(Clone, Copy)]
struct Acts {
    decide: ServerAction<Decide>,
    undo: ServerAction<UndoDecision>,
    /// The last act, until the page is drawn anew.
    last: StoredValue<Option<Last>>,
    /// What is said of it.
    told: RwSignal<&'static str>,
}

/// An act whose outcome the page has not shown yet.
#[derive(Clone, Copy)]
struct Last {
    /// The place in the list where the hands go on.
    at: usize,
    /// What to say if it went well.
    said: &'static str,
    /// Whether it took a decision back.
    is_undo: bool,
}

impl Acts {
    fn begins(self, last: Last) {
        // What is said twice in a row is read out twice only if there was nothing in between.
        self.told.set("");
        self.last.set_value(Some(last));
    }

    /// What was wrong with the last act of its sort.
    fn fault(self, is_undo: bool) -> Option<AppError> {
        let value = if is_undo { self.undo.value() } else { self.decide.value() };
        value.get_untracked().and_then(Result::err)
    }
}

fn look_alikes_page() -> AnyView {
    let texts = &t().works;
    let acts = Acts {
        decide: ServerAction::new(),
        undo: ServerAction::new(),
        last: StoredValue::new(None),
        told: RwSignal::new(""),
    };
    let params = use_query_map();
    let page = move || params.with(|params| params.get("page").unwrap_or_default());
    let found = load(
        move || (page(), acts.decide.version().get(), acts.undo.version().get()),
        |(page, ..)| load_look_alikes(page),
    );
    view! {
        <Page title=texts.title class="look-alikes">
            <PageHeader title=texts.title lede=texts.lede />
            <p class="sr-only" role="status">
                {move || acts.told.get()}
            </p>
            <Fault acts />
            {found.show_below(Shape::Rows, move |found| view! { <Content found acts /> })}
        </Page>
    }
    .into_any()
}

/// What was wrong with the last act.
#[component]
fn Fault(acts: Acts) -> impl IntoView {
    let posted = posted_error(&[Decide::url(), UndoDecision::url()]);
    move || {
        let decided = acts.decide.value().get().and_then(Result::err);
        let error: Option<AppError> = decided.or_else(|| acts.undo.value().get().and_then(Result::err));
        let error = error.or_else(|| posted.clone())?;
        let tone = if matches!(error, AppError::Conflict(_)) { Tone::Warn } else { Tone::Bad };
        Some(view! { <Notice tone live=true title=error.to_string() /> })
    }
}

#[component]
fn Content(found: LookAlikes, acts: Acts) -> impl IntoView {
    let texts = &t().works;
    let LookAlikes { page, decided } = found;
    let (number, pages, count) = (page.paging.number, page.pages(), page.rows.len());
    after_drawing(acts, count);
    let rows = page.rows.into_iter().enumerate().map(|(at, pair)| view! { <Pair pair at acts /> }).collect_view();
    view! {
        {if count == 0 {
            view! { <Empty glyph=Glyph::Layers title=texts.nothing text=texts.nothing_text /> }.into_any()
        } else {
            view! {
                <p class="section-note">{texts.keys}</p>
                <ol class="pairs">{rows}</ol>
                <Pager page=number pages address=|page| format!("/look-alikes?page={page}") />
            }
                .into_any()
        }}
        {(!decided.is_empty()).then(|| view! { <Lately decided acts /> })}
    }
}

/// After each drawing that follows an act: says what it came to, and puts the focus on the pair that is in its place now.
fn after_drawing(acts: Acts, count: usize) {
    Effect::new(move |_| {
        let Some(Last { at, said, is_undo }) = acts.last.try_update_value(Option::take).flatten() else { return };
        if acts.fault(is_undo).is_none() {
            acts.told.set(said);
        }
        let id = match count {
            0 => "undo-0".to_owned(),
            count => format!("pair-{}", at.min(count - 1)),
        };
        // What is new is drawn by now, but not in the document yet.
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&id) {
                focus(element);
            }
        });
    });
}

#[component]
fn Pair(pair: LookAlike, at: usize, acts: Acts) -> impl IntoView {
    let texts = &t().works;
    let LookAlike { one, two, why } = pair;
    let (first, second) = (one.card.id.clone(), two.card.id.clone());
    let title = one.card.title.clone();
    let submit = move |event: SubmitEvent| {
        let is_same = pressed(&event).is_some_and(|(_, value)| value == "true");
        let said = if is_same { texts.said_same } else { texts.said_different };
        acts.begins(Last { at, said, is_undo: false });
    };
    view! {
        <li class="pair" id=format!("pair-{at}") tabindex="-1" on:keydown=on_key>
            <p class="eyebrow">{texts.why(&why)}</p>
            <div class="pair-sides">
                <SideView side=one />
                <SideView side=two />
            </div>
            <ActionForm action=acts.decide on:submit=submit>
                <input type="hidden" name="one" value=first />
                <input type="hidden" name="two" value=second />
                <div class="pair-actions">
                    <Button
                        variant=Variant::Primary
                        icon=Glyph::Layers
                        name="same"
                        value="true"
                        attr:aria-label=texts.of(texts.same, &title)
                    >
                        {texts.same}
                    </Button>
                    <Button icon=Glyph::X name="same" value="false" attr:aria-label=texts.of(texts.different, &title)>
                        {texts.different}
                    </Button>
                </div>
            </ActionForm>
        </li>
    }
}

#[component]
fn SideView(side: Side) -> impl IntoView {
    let texts = &t().catalog;
    let Side { card, host, published } = side;
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
    let editions =
        (card.editions > 1).then(|| view! { <Badge tone=Tone::Accent>{texts.editions_count(card.editions)}</Badge> });
    view! {
        <article class="pair-side">
            <p class="pair-kind">
                <Icon glyph=glyph(card.kind) />
                {card.kind.label()}
            </p>
            <h2 class="card-title">
                <a href=resource_href(&card.id)>{card.title}</a>
            </h2>
            {editions}
            <dl>
                {fact(texts.authors, card.authors)}
                {fact(texts.source, card.source)}
                {fact(t().works.host, host)}
                {fact(texts.length, card.minutes.map(|minutes| texts.minutes(minutes)).unwrap_or_default())}
                {fact(texts.language, card.language_name)}
                {fact(texts.published, published.map(|when| when.text).unwrap_or_default())}
            </dl>
            {(!card.summary.is_empty()).then(|| view! { <p class="pair-summary">{card.summary}</p> })}
        </article>
    }
}

/// What was decided, each with its undo. One form for all: each button names its decision.
#[component]
fn Lately(decided: Vec<Decided>, acts: Acts) -> impl IntoView {
    let texts = &t().works;
    let rows = decided
        .into_iter()
        .enumerate()
        .map(|(at, Decided { id, what, titles, by, at: when })| {
            view! {
                <li class="edit-hit">
                    <div>
                        <p class="edit-title">{texts.decided(what.as_str(), &titles.0, &titles.1)}</p>
                        <p class="meta">
                            <span>{by}</span>
                            <span>
                                <Time when />
                            </span>
                        </p>
                    </div>
                    <Button
                        size=Size::Small
                        icon=Glyph::Undo2
                        name="decision"
                        value=id
                        attr:id=format!("undo-{at}")
                        attr:aria-label=texts.of(t().ui.undo, &titles.0)
                    >
                        {t().ui.undo}
                    </Button>
                </li>
            }
        })
        .collect_view();
    let submit = move |_: SubmitEvent| acts.begins(Last { at: 0, said: texts.said_undone, is_undo: true });
    view! {
        <Section title=texts.lately note=texts.lately_note id="decided".to_owned()>
            <ActionForm action=acts.undo on:submit=submit>
                <ul class="edit-hits">{rows}</ul>
            </ActionForm>
        </Section>
    }
}

/// Within a pair: S and D answer, the arrows go to its neighbours. Nowhere else do letters do anything.
fn on_key(event: KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(pair) = target.and_then(|target| target.closest(".pair").ok().flatten()) else { return };
    let found = match event.key().as_str() {
        "s" | "S" => pair.query_selector("button[name='same'][value='true']").ok().flatten(),
        "d" | "D" => pair.query_selector("button[name='same'][value='false']").ok().flatten(),
        "ArrowDown" => pair.next_element_sibling(),
        "ArrowUp" => pair.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    let Some(found) = found else { return };
    match found.dyn_into::<HtmlElement>() {
        Ok(button) if button.tag_name() == "BUTTON" => button.click(),
        Ok(neighbour) => focus(neighbour.into()),
        Err(_) => {}
    }
}
