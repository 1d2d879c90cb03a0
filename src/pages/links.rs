//! `/links`: addresses that do not answer any more, by source, with the playlists that hold them. Everything is links and
//! plain forms; the address holds the filters.

use super::api::load_links;
use super::model::LinksView;
use crate::base::{AppError, lazy_page, posted_error, t};
use crate::catalog::links::CheckLink;
use crate::catalog::links::model::{Filter, LinkList, LinkRow, SourceCount, Which};
use crate::catalog::links::parts::{StateBadge, sentence};
use crate::catalog::parts::resource_href;
use crate::playlists::PlaylistRef;
use crate::ui::{
    Button, ChipLink, Chips, Empty, Glyph, LinkButton, Notice, Page, PageHeader, Pager, Shape, Size, Table, Time, Tone,
    load,
};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/links`
    LinksPage in curate: links_page
}

fn links_page() -> AnyView {
    let texts = &t().links;
    let check = ServerAction::<CheckLink>::new();
    let query = use_query_map();
    let asked = move || {
        let [state, source, page] =
            ["state", "source", "page"].map(|name| query.with(|q| q.get(name).unwrap_or_default()));
        (state, source, page, check.version().get())
    };
    let found = load(asked, |(state, source, page, _)| load_links(state, source, page));
    let said = move || check.value().get().is_some_and(|done| done.is_ok()).then_some(texts.said_asked);
    view! {
        <Page title=texts.title class="links-page">
            <PageHeader title=texts.title lede=texts.lede />
            <p class="sr-only" role="status">
                {said}
            </p>
            <Fault check />
            {found.show_below(Shape::Table, move |view| view! { <Content view check /> })}
        </Page>
    }
    .into_any()
}

/// Why the last link was not checked.
#[component]
fn Fault(check: ServerAction<CheckLink>) -> impl IntoView {
    let posted = posted_error(&[CheckLink::url()]);
    move || {
        let error: Option<AppError> = check.value().get().and_then(Result::err);
        let error = error.or_else(|| posted.clone())?;
        Some(view! { <Notice tone=Tone::Bad live=true title=error.to_string() /> })
    }
}

#[component]
fn Content(view: LinksView, check: ServerAction<CheckLink>) -> impl IntoView {
    let texts = &t().links;
    let LinksView { list, mut playlists } = view;
    let LinkList { filter, page, sources, checks, hosts } = list;
    let (number, pages, is_empty) = (page.paging.number, page.pages(), page.rows.is_empty());
    let hosts = (checks && !hosts.is_empty()).then(|| texts.only_hosts(&hosts.join(", ")));
    // What was found while they were checked is still shown.
    let off = (!checks && !is_empty).then(|| {
        view! {
            <Notice tone=Tone::Neutral title=texts.off>
                <p>{texts.off_text}</p>
            </Notice>
        }
    });
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let held = playlists.remove(&row.id).unwrap_or_default();
            view! { <Row row held /> }
        })
        .collect_view();
    let head =
        [texts.column_resource, texts.column_state, texts.column_checked, texts.column_playlists, texts.column_check];
    let head = head.map(str::to_owned).to_vec();
    let address = {
        let filter = filter.clone();
        move |page| Filter { page, ..filter.clone() }.address()
    };
    view! {
        {off}
        <Filters filter=filter.clone() sources />
        {hosts.map(|hosts| view! { <p class="section-note">{hosts}</p> })}
        {if is_empty {
            view! { <Nothing filter checks /> }.into_any()
        } else {
            view! {
                <ActionForm action=check>
                    <Table caption=texts.title head stacked=true>
                        {rows}
                    </Table>
                </ActionForm>
                <Pager page=number pages address />
            }
                .into_any()
        }}
    }
}

/// Nothing is listed: because nothing fails, because of the filters, or because nobody looks.
#[component]
fn Nothing(filter: Filter, checks: bool) -> impl IntoView {
    let texts = &t().links;
    if !checks {
        return view! { <Empty glyph=Glyph::Link title=texts.off text=texts.off_text /> }.into_any();
    }
    if filter.which == Which::Failing && filter.source.is_none() {
        return view! { <Empty glyph=Glyph::Link title=texts.nothing text=texts.nothing_text /> }.into_any();
    }
    view! {
        <Empty glyph=Glyph::Link title=texts.nothing_filtered>
            <LinkButton href="/links">{texts.show_all}</LinkButton>
        </Empty>
    }
    .into_any()
}

/// Ways to narrow the list: links to the address that each would make.
#[component]
fn Filters(filter: Filter, sources: Vec<SourceCount>) -> impl IntoView {
    let texts = &t().links;
    let states = Which::ALL.map(|which| {
        let (href, pressed) = (filter.of(which).address(), filter.which == which);
        view! { <ChipLink href pressed>{texts.which(which.as_str())}</ChipLink> }
    });
    let all = filter.from_source(None).address();
    let is_all = filter.source.is_none();
    // A source that has nothing of the kind is not offered; chosen, the chip for all leads back.
    let offered = !sources.is_empty() || !is_all;
    let named = sources
        .into_iter()
        .map(|source| {
            let pressed = filter.source.as_ref() == Some(&source.id);
            let href = filter.from_source((!pressed).then_some(source.id.as_str())).address();
            view! {
                <ChipLink href pressed count=source.shown>
                    {source.name}
                </ChipLink>
            }
        })
        .collect_view();
    view! {
        <nav class="filters" aria-label=t().catalog.filters>
            <Chips label=texts.by_state shown=true>
                {states.into_iter().collect_view()}
            </Chips>
            {offered
                .then(|| {
                    view! {
                        <Chips label=texts.by_source shown=true>
                            <ChipLink href=all pressed=is_all>
                                {texts.all_sources}
                            </ChipLink>
                            {named}
                        </Chips>
                    }
                })}
        </nav>
    }
}

#[component]
fn Row(row: LinkRow, held: Vec<PlaylistRef>) -> impl IntoView {
    let texts = &t().links;
    let LinkRow { id, title, kind, source, url, line, next } = row;
    let said = sentence(&line);
    let moved = line.moved_to.clone().map(|to| view! { <p class="link-note">{texts.moved_to(&to)}</p> });
    let lists = held
        .into_iter()
        .map(|list| view! { <li><a href=format!("/playlists/{}", list.slug)>{list.title}</a></li> })
        .collect_view();
    let playlists = if lists.is_empty() {
        view! { <span class="quiet">{texts.no_playlists}</span> }.into_any()
    } else {
        view! { <ul class="plain-list">{lists}</ul> }.into_any()
    };
    let again = if line.asked {
        view! { <span class="quiet">{texts.asked}</span> }.into_any()
    } else if line.checks {
        let name = texts.of(texts.check_again, &title);
        view! {
            <Button size=Size::Small icon=Glyph::RefreshCw name="resource" value=id.clone() attr:aria-label=name>
                {texts.check_again}
            </Button>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <tr>
            <th scope="row" data-label=texts.column_resource>
                <a href=resource_href(&id)>{title}</a>
                <span class="source-system">{format!("{} · {source}", kind.label())}</span>
                <span class="link-address">{url}</span>
            </th>
            <td data-label=texts.column_state>
                <StateBadge state=line.state />
                <p class="link-note">{said}</p>
                {moved}
            </td>
            <td data-label=texts.column_checked>
                {line.checked.map(|when| view! { <Time when /> })}
                {next.map(|when| view! { <p class="link-note">{texts.next(&when.text)}</p> })}
            </td>
            <td data-label=texts.column_playlists>{playlists}</td>
            <td data-label=texts.column_check>{again}</td>
        </tr>
    }
}
