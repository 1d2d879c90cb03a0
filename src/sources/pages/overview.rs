//! `/sources`: every source at a glance.

use super::bits::{Failure, HealthBadge, error_of};
use crate::base::{AppError, lazy_page, t};
use crate::sources::api;
use crate::sources::model::{Overview, SourceCard};
use crate::ui::{Button, Empty, Glyph, LinkButton, Page, PageHeader, Section, Shape, Size, Table, Time, Variant, load};
use leptos::prelude::*;

lazy_page! {
    /// `/sources`
    SourcesPage in operate: sources_page
}

fn sources_page() -> AnyView {
    let restore = ServerAction::<api::Restore>::new();
    let version = restore.version();
    let overview = load(move || version.get(), |_| api::overview());
    let texts = &t().sources;
    let error = Signal::derive(move || error_of(restore.value().get()));
    view! {
        <Page title=texts.title>
            {overview.show(Shape::Page, move |overview| view! { <Lists overview restore error /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Lists(overview: Overview, restore: ServerAction<api::Restore>, error: Signal<Option<AppError>>) -> impl IntoView {
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
    let removed = (!removed.is_empty()).then(|| {
        let rows = removed.into_iter().map(|card| view! { <RemovedRow card restore /> }).collect_view();
        view! {
            <Section title=texts.removed_title note=texts.removed_lead>
                <ul class="removed-sources">{rows}</ul>
            </Section>
        }
    });
    view! {
        <PageHeader title=texts.title lede=texts.lead>
            <LinkButton href="/sources/new" variant=Variant::Primary icon=Glyph::Plus>
                {texts.add}
            </LinkButton>
        </PageHeader>
        <Failure error />
        {connected}
        {removed}
    }
}

#[component]
fn Row(card: SourceCard) -> impl IntoView {
    let texts = &t().sources;
    let quarantined = card.latest.as_ref().map_or_else(|| "–".to_owned(), |run| run.counts.quarantined.text.clone());
    let error = card.latest.and_then(|run| run.error);
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
                {error.map(|error| view! { <p class="source-error">{error}</p> })}
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

#[component]
fn RemovedRow(card: SourceCard, restore: ServerAction<api::Restore>) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <li>
            <a href=format!("/sources/{}", card.id)>{card.name.clone()}</a>
            {card.removed.map(|when| view! { <span class="source-system"><Time when /></span> })}
            <ActionForm action=restore>
                <input type="hidden" name="id" value=card.id />
                <Button size=Size::Small>
                    {texts.restore}
                    <span class="sr-only">{format!(" {}", card.name)}</span>
                </Button>
            </ActionForm>
        </li>
    }
}
