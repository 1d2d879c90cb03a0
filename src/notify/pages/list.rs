//! `/notices`: what one was told.

use super::desk::{Desk, Sayings};
use crate::base::{lazy_page, t, unread};
use crate::notify::api::{self, MarkAllNotices, MarkNotice, UnmarkAllNotices};
use crate::notify::model::{Bulk, Filter, Kind, NoticeRow, NoticesView, State, kind_name};
use crate::ui::{
    Badge, Button, ChipLink, Chips, Empty, Glyph, Icon, LinkButton, Notice, Page, PageHeader, Pager, Shape, Size, Tab,
    Tabs, Time, Tone, Variant, Width, button_class, load, pressed,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/notices`
    NoticesPage in account: notices_page
}

fn notices_page() -> AnyView {
    let query = use_query_map();
    let part = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let desk = Desk::new(&[MarkNotice::url(), MarkAllNotices::url(), UnmarkAllNotices::url()]);
    let asked = move || (part("show"), part("kind"), part("page"), desk.changed.get());
    let view = load(asked, |(show, kind, page, _)| api::notices(show, kind, page));
    let texts = &t().notify;
    let shown = move |view: NoticesView| {
        let filter = Filter::read(&part("show"), &part("kind"), view.page.paging.number);
        view! { <Content view filter desk /> }
    };
    view! {
        <Page title=texts.title width=Width::Text>
            <PageHeader title=texts.title lede=texts.lead>
                <LinkButton href="/notices/settings" icon=Glyph::SlidersHorizontal>
                    {texts.to_settings}
                </LinkButton>
            </PageHeader>
            <Sayings desk />
            {view.show_below(Shape::Rows, shown)}
        </Page>
    }
    .into_any()
}

#[component]
fn Content(view: NoticesView, filter: Filter, desk: Desk) -> impl IntoView {
    desk.drawn();
    let NoticesView { page, unread: not_read, kinds, bulk } = view;
    let bell = unread();
    // The list knows better than the bell, which asks now and then.
    Effect::new(move |_| bell.set(not_read));
    let texts = &t().notify;
    let to = |unread: bool| Filter { unread, page: 1, ..filter.clone() }.address();
    let tabs = vec![
        Tab::new(to(false), texts.all, !filter.unread),
        Tab::new(to(true), texts.unread_tab(not_read), filter.unread),
    ];
    let chips = kinds
        .into_iter()
        .map(|known| {
            let pressed = filter.kind == Some(known.kind);
            let kind = (!pressed).then_some(known.kind);
            let href = Filter { kind, page: 1, ..filter.clone() }.address();
            view! {
                <ChipLink href pressed count=known.total>
                    {kind_name(Some(known.kind))}
                </ChipLink>
            }
        })
        .collect_view();
    let (number, pages) = (page.paging.number, page.pages());
    let nothing = page.rows.is_empty();
    let at = filter.clone();
    let list = if nothing {
        view! { <Nothing unread=filter.unread /> }.into_any()
    } else {
        view! { <List rows=page.rows desk /> }.into_any()
    };
    view! {
        <div class="notices-head">
            <Tabs label=texts.filter tabs />
            {(not_read > 0).then(|| view! { <MarkAll kind=filter.kind desk /> })}
        </div>
        {(!nothing || filter.kind.is_some()).then(|| view! { <Chips label=texts.kinds>{chips}</Chips> })}
        {bulk.map(|bulk| view! { <Undo bulk desk /> })}
        {list}
        <Pager page=number pages address=move |page| Filter { page, ..at.clone() }.address() />
    }
}

#[component]
fn Nothing(unread: bool) -> impl IntoView {
    let texts = &t().notify;
    if unread {
        view! {
            <Empty glyph=Glyph::CircleCheck title=texts.empty_unread text=texts.empty_unread_text>
                <LinkButton href="/notices">{texts.show_all}</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Empty glyph=Glyph::Bell title=texts.empty text=texts.empty_text /> }.into_any()
    }
}

/// One form for all of them: the button says which is meant.
#[component]
fn List(rows: Vec<NoticeRow>, desk: Desk) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        let Some((name, id)) = pressed(&event) else { return };
        event.prevent_default();
        let texts = &t().notify;
        let place = format!("notice-{id}");
        if name == "read" {
            desk.press(api::mark_notice(Some(id), None), texts.done_read, place);
        } else {
            desk.press(api::mark_notice(None, Some(id)), texts.done_unread, place);
        }
    };
    let rows = rows.into_iter().map(|row| view! { <Row row /> }).collect_view();
    view! {
        <form method="post" action=MarkNotice::url() on:submit=submit>
            <ul class="notices">{rows}</ul>
        </form>
    }
}

#[component]
fn Row(row: NoticeRow) -> impl IntoView {
    let texts = &t().notify;
    let glyph = match row.kind {
        Some(Kind::SourceAlarm) => Glyph::Cable,
        Some(Kind::MailAlarm) => Glyph::TriangleAlert,
        Some(Kind::PlaylistChanged) => Glyph::ListMusic,
        Some(Kind::SavedSearch) => Glyph::Search,
        Some(Kind::BrokenLinks) => Glyph::Link,
        None => Glyph::Bell,
    };
    let title = if row.title.is_empty() { kind_name(row.kind).to_owned() } else { row.title };
    // By a route of the server's, which marks it as read.
    let name = if row.leads {
        view! {
            <a href=format!("/notices/open/{}", row.id) rel="external">
                {title.clone()}
            </a>
        }
        .into_any()
    } else {
        title.clone().into_any()
    };
    let (name_of_button, text) = if row.unread { ("read", texts.mark_read) } else { ("unread", texts.mark_unread) };
    let mail = row.mail.map(|mail| {
        let tone = if mail.state == State::Failed { Tone::Bad } else { Tone::Neutral };
        view! { <Badge tone>{format!("{}: {}", texts.column_state, mail.text)}</Badge> }
    });
    let place = format!("notice-{}", row.id);
    view! {
        <li class="notice-row" id=place tabindex="-1" data-unread=row.unread.to_string()>
            <Icon glyph />
            <div class="notice-text">
                <h2 class="notice-name">
                    {row.unread.then(|| view! { <span class="sr-only">{format!("{}: ", texts.new)}</span> })}
                    {name}
                </h2>
                {(!row.body.is_empty()).then(|| view! { <p>{row.body}</p> })}
                <p class="notice-facts">
                    <span>{kind_name(row.kind)}</span>
                    <Time when=row.when />
                    {mail}
                </p>
            </div>
            <button
                type="submit"
                class=button_class(Variant::Plain, Size::Small)
                name=name_of_button
                value=row.id
            >
                <span class="btn-text">{text}</span>
                <span class="sr-only">{format!(": {title}")}</span>
            </button>
        </li>
    }
}

#[component]
fn MarkAll(kind: Option<Kind>, desk: Desk) -> impl IntoView {
    let kind = kind.map_or("", Kind::as_str);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        desk.press(api::mark_all_notices(kind.to_owned()), t().notify.done_read, "undo-all");
    };
    view! {
        <form method="post" action=MarkAllNotices::url() on:submit=submit>
            <input type="hidden" name="kind" value=kind />
            <Button size=Size::Small icon=Glyph::Check>
                {t().notify.mark_all}
            </Button>
        </form>
    }
}

/// What was marked together, for a few minutes.
#[component]
fn Undo(bulk: Bulk, desk: Desk) -> impl IntoView {
    let texts = &t().notify;
    let stamp = bulk.stamp;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        desk.press(api::unmark_all_notices(stamp), t().notify.done_undone, "content");
    };
    view! {
        <Notice tone=Tone::Accent title=texts.marked(bulk.count)>
            <form method="post" action=UnmarkAllNotices::url() on:submit=submit>
                <input type="hidden" name="stamp" value=stamp.to_string() />
                <Button size=Size::Small icon=Glyph::Undo2 attr:id="undo-all">
                    {texts.undo}
                </Button>
            </form>
        </Notice>
    }
}
