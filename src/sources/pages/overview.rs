//! `/sources`: every source at a glance.

use super::bits::{Failure, HealthBadge};
use super::desk::{Deed, Desk, Said, watch};
use crate::base::{lazy_page, t};
use crate::sources::api;
use crate::sources::model::{Health, Overview, RunCard, SourceCard};
use crate::ui::{
    Badge, Button, Empty, Glyph, LinkButton, Page, PageHeader, Section, Shape, Size, Table, Time, Tone, Variant, load,
    pressed,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

lazy_page! {
    /// `/sources`
    SourcesPage in operate: sources_page
}

fn sources_page() -> AnyView {
    let desk = Desk::new();
    let overview = load(|| (), |()| api::overview());
    let texts = &t().sources;
    view! {
        <Page title=texts.title>
            <Said desk />
            {overview.show(Shape::Page, move |overview| view! { <Followed overview desk /> })}
        </Page>
    }
    .into_any()
}

/// The lists as they are now, whoever changes something.
#[component]
fn Followed(overview: Overview, desk: Desk) -> impl IntoView {
    let live = RwSignal::new(overview);
    let is_busy =
        move || live.try_with_untracked(|now| now.sources.iter().any(SourceCard::is_syncing)).unwrap_or(false);
    watch(desk, is_busy, move || async move {
        // The page may have been left meanwhile; then there is nothing to show it on.
        if let (Ok(now), Some(before)) = (api::overview().await, live.try_get_untracked())
            && now != before
        {
            desk.redraw(|| live.set(now));
        }
    });
    let texts = &t().sources;
    view! {
        <PageHeader title=texts.title lede=texts.lead>
            <LinkButton href="/sources/new" variant=Variant::Primary icon=Glyph::Plus>
                {texts.add}
            </LinkButton>
        </PageHeader>
        <Failure error=Signal::derive(move || desk.error.get()) />
        {move || view! { <Lists overview=live.get() desk /> }}
    }
}

#[component]
fn Lists(overview: Overview, desk: Desk) -> impl IntoView {
    let texts = &t().sources;
    let Overview { sources, removed } = overview;
    let connected = if sources.is_empty() {
        view! {
            <Empty glyph=Glyph::Cable title=texts.empty_title text=texts.empty>
                <LinkButton href="/sources/new" icon=Glyph::Plus>{texts.add}</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        let head = vec![
            texts.column_name.to_owned(),
            texts.column_health.to_owned(),
            format!("#{}", texts.column_items),
            format!("#{}", texts.quarantined),
            texts.column_last_good.to_owned(),
            texts.column_next.to_owned(),
        ];
        let rows = sources.into_iter().map(|card| view! { <Row card /> }).collect_view();
        view! { <Table caption=texts.title head stacked=true>{rows}</Table> }.into_any()
    };
    let removed = (!removed.is_empty()).then(|| view! { <RemovedList cards=removed desk /> });
    view! {
        {connected}
        {removed}
    }
}

#[component]
fn Row(card: SourceCard) -> impl IntoView {
    let texts = &t().sources;
    let quarantined = card.latest.as_ref().map_or_else(|| "–".to_owned(), |run| run.counts.quarantined.text.clone());
    let silent = card.silent_since.as_ref().map(|when| {
        view! {
            " "
            <Badge tone=Tone::Bad>{texts.silent}</Badge>
            <p class="source-error">{texts.silent_since(&when.text)}</p>
        }
    });
    let trouble = card.latest.clone().map(|run| view! { <Trouble card=card.clone() run /> });
    view! {
        <tr>
            <th scope="row" data-label=texts.column_name>
                <a class="source-name" href=format!("/sources/{}", card.id)>
                    {card.name}
                </a>
                <span class="source-system">{card.system}</span>
            </th>
            <td data-label=texts.column_health>
                <HealthBadge health=card.health />
                {silent}
                {trouble}
            </td>
            <td class="num" data-label=texts.column_items>
                {card.items.text}
            </td>
            <td class="num" data-label=texts.quarantined>
                {quarantined}
            </td>
            <td data-label=texts.column_last_good>
                {match card.last_good {
                    Some(when) => view! { <Time when /> }.into_any(),
                    None => texts.never.into_any(),
                }}
            </td>
            <td data-label=texts.column_next>
                {match card.next {
                    Some(when) => view! { <Time when /> }.into_any(),
                    None => "–".into_any(),
                }}
            </td>
        </tr>
    }
}

/// What is the matter with a source, since when, and what to do.
#[component]
fn Trouble(card: SourceCard, run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    let waits = card.health == Health::Waiting;
    let address = format!("/sources/{}/runs/{}", card.id, run.id);
    let what = if waits { Some(texts.would_go(&run.removals.text, &run.present.text)) } else { run.error };
    let since = match (run.waiting_since.filter(|_| waits), card.failing_since) {
        (Some(when), _) => Some(texts.waiting_since(&when.text)),
        (None, Some(when)) => Some(texts.failing_since(&when.text)),
        (None, None) => None,
    };
    let link = if waits { texts.decide } else { texts.details };
    what.map(|what| {
        view! {
            <p class="source-error">
                <strong>{what}</strong>
                {since.map(|since| format!(" {since}"))}
                {run.hint.map(|hint| format!(" {hint}"))}
                " "
                <a href=address>
                    {link}
                    <span class="sr-only">{format!(": {}", card.name)}</span>
                </a>
            </p>
        }
    })
}

/// The removed ones. One form for all of them: the button says which is meant.
#[component]
fn RemovedList(cards: Vec<SourceCard>, desk: Desk) -> impl IntoView {
    let texts = &t().sources;
    let rows = cards.into_iter().map(|card| view! { <RemovedRow card /> }).collect_view();
    let submit = move |event: SubmitEvent| {
        if let Some((_, source)) = pressed(&event) {
            event.prevent_default();
            desk.press(Deed::Restore, source, String::new());
        }
    };
    view! {
        <Section title=texts.removed_title note=texts.removed_lead>
            <form method="post" action=Deed::Restore.url() on:submit=submit>
                <ul class="removed-sources">{rows}</ul>
            </form>
        </Section>
    }
}

#[component]
fn RemovedRow(card: SourceCard) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <li>
            <a href=format!("/sources/{}", card.id)>{card.name.clone()}</a>
            {card.removed.map(|when| view! { <span class="source-system"><Time when /></span> })}
            <Button size=Size::Small name="id" value=card.id>
                {texts.restore}
                <span class="sr-only">{format!(" {}", card.name)}</span>
            </Button>
        </li>
    }
}
