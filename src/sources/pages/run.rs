//! `/sources/:id/runs/:run`: what one run did, refused and asked.

use super::bits::{Counted, Failure, RunLine, RunTrouble};
use super::desk::{Deed, DeedForm, Desk, Said, watch};
use crate::base::{lazy_page, t};
use crate::sources::api;
use crate::sources::model::{Asked, Figure, Quarantined, RunKind, RunView, Status};
use crate::ui::{
    Badge, Breadcrumbs, Button, Glyph, LinkButton, Notice, Page, PageHeader, Pager, Section, Shape, Table, Tone,
    Variant, load,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

lazy_page! {
    /// `/sources/:id/runs/:run`
    RunPage in operate: run_page
}

fn run_page() -> AnyView {
    let (params, query, desk) = (use_params_map(), use_query_map(), Desk::new());
    let asked = move || {
        let (source, run) = params.with(|p| (p.get("id").unwrap_or_default(), p.get("run").unwrap_or_default()));
        (source, run, query.with(|q| q.get("page").unwrap_or_default()))
    };
    let view = load(asked, |(source, run, page)| api::run(source, run, page));
    view! {
        <Page>
            <Said desk />
            <Failure error=Signal::derive(move || desk.error.get()) />
            {view.show(Shape::Page, move |view| view! { <Followed view desk /> })}
        </Page>
    }
    .into_any()
}

/// The run as it is now, until it has ended.
#[component]
fn Followed(view: RunView, desk: Desk) -> impl IntoView {
    let live = RwSignal::new(view);
    let is_busy = move || live.try_with_untracked(|now| now.run.status == Status::Running).unwrap_or(false);
    watch(desk, is_busy, move || async move {
        let Some(before) = live.try_get_untracked().filter(|now| !now.run.status.has_ended()) else { return };
        let (run, page) = (before.run.id, before.quarantine.paging.number.to_string());
        let Ok(now) = api::run(before.source, run, page).await else { return };
        // The page may have been left meanwhile; then there is nothing to show it on.
        if live.is_disposed() {
            return;
        }
        desk.redraw(|| live.set(now));
    });
    move || view! { <Shown view=live.get() desk /> }
}

#[component]
fn Shown(view: RunView, desk: Desk) -> impl IntoView {
    let texts = &t().sources;
    let of_people = view.run.kind == RunKind::People;
    let title = if of_people { t().people.run_title(&view.source_name) } else { texts.run_title(&view.source_name) };
    let above = format!("/sources/{}", view.source);
    let here = format!("{above}/runs/{}", view.run.id);
    let mut trail = vec![("/sources".to_owned(), texts.title.to_owned()), (above.clone(), view.source_name.clone())];
    if of_people {
        trail.push((format!("{above}/people"), t().people.link.to_owned()));
    }
    let run = view.run.clone();
    let running = run.status == Status::Running;
    let decision = run.decision.as_deref().map(|decision| texts.decided(decision, run.decided_by.as_deref()));
    let pages = view.quarantine.pages();
    let number = view.quarantine.paging.number;
    let link = here.clone();
    view! {
        <Title text=title.clone() />
        <Breadcrumbs trail here=texts.run_link(&run.started.text) />
        <PageHeader title>
            {running.then(|| view! { <LinkButton href=here icon=Glyph::RefreshCw>{texts.refresh}</LinkButton> })}
        </PageHeader>
        <RunLine run=run.clone() />
        {(run.status == Status::Waiting).then(|| view! { <Decide view=view.clone() desk /> })}
        {decision.map(|text| view! { <div id="outcome" tabindex="-1"><Notice title=text /></div> })}
        <RunTrouble run=run.clone() />
        <Counted run />
        <Section title=texts.quarantine_title>
            <Quarantine rows=view.quarantine.rows />
            <Pager page=number pages address=move |n| format!("{link}?page={n}") />
        </Section>
        <Requests requests=view.requests count=view.request_count />
    }
}

#[component]
fn Decide(view: RunView, desk: Desk) -> impl IntoView {
    let texts = &t().sources;
    let RunView { source, run, .. } = view;
    let question = match run.kind {
        RunKind::Catalogue => texts.would_remove(&run.removals.text, &run.present.text),
        RunKind::People => t().people.would_forget(&run.removals.text, &run.present.text),
    };
    let form = |deed: Deed, variant: Variant, text: &'static str| {
        let (source, run) = (source.clone(), run.id.clone());
        view! {
            <DeedForm desk deed source run>
                <Button variant>{text}</Button>
            </DeedForm>
        }
    };
    let (keep, remove) =
        (form(Deed::Keep, Variant::Primary, texts.keep), form(Deed::Confirm, Variant::Danger, texts.confirm));
    view! {
        <Notice tone=Tone::Warn title=texts.waiting_title>
            <p>{question}</p>
            {run.waiting_since.map(|when| view! { <p>{texts.waiting_since(&when.text)}</p> })}
            <div class="form-actions">{keep} {remove}</div>
        </Notice>
    }
}

#[component]
fn Quarantine(rows: Vec<Quarantined>) -> impl IntoView {
    let texts = &t().sources;
    if rows.is_empty() {
        return view! { <p>{texts.quarantine_empty}</p> }.into_any();
    }
    let head = vec![texts.column_item.to_owned(), texts.column_why.to_owned(), texts.column_excerpt.to_owned()];
    let rows = rows
        .into_iter()
        .map(|item| {
            view! {
                <tr>
                    <th scope="row" data-label=texts.column_item>
                        {item.external_id.unwrap_or_else(|| texts.no_id.to_owned())}
                    </th>
                    <td data-label=texts.column_why>{item.reason}</td>
                    <td data-label=texts.column_excerpt>
                        <q class="excerpt">{item.excerpt}</q>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table caption=texts.quarantine_title head stacked=true>{rows}</Table> }.into_any()
}

#[component]
fn Requests(requests: Vec<Asked>, count: Figure) -> impl IntoView {
    let texts = &t().sources;
    if requests.is_empty() {
        return view! { <Section title=texts.requests_title><p>{texts.requests_empty}</p></Section> }.into_any();
    }
    let head = vec![
        texts.column_method.to_owned(),
        texts.column_address.to_owned(),
        texts.column_answer.to_owned(),
        format!("#{}", texts.column_ms),
        format!("#{}", texts.column_bytes),
        format!("#{}", texts.column_attempt),
    ];
    let note = texts.requests_kept(requests.len() as i64, count.n, &count.text);
    let rows = requests.into_iter().map(|asked| view! { <Request asked /> }).collect_view();
    view! {
        <Section title=texts.requests_title note>
            <Table caption=texts.requests_title head stacked=true>{rows}</Table>
        </Section>
    }
    .into_any()
}

/// One try of a request. One that failed is marked, and the one that the sync stopped at says so.
#[component]
fn Request(asked: Asked) -> impl IntoView {
    let texts = &t().sources;
    let answer = asked.status.map_or_else(|| texts.no_answer.to_owned(), |status| status.to_string());
    let (tone, mark) =
        if asked.stopped { (Tone::Bad, texts.request_stopped) } else { (Tone::Warn, texts.request_failed) };
    let mark = (asked.stopped || asked.error.is_some()).then(|| view! { <Badge tone>{mark}</Badge> });
    let error = asked.error.map(|error| view! { <p class="source-error">{error}</p> });
    view! {
        <tr>
            <td data-label=texts.column_method>{asked.method}</td>
            <td data-label=texts.column_address class="address">
                {asked.url}
            </td>
            <td data-label=texts.column_answer>{answer} " " {mark} {error}</td>
            <td class="num" data-label=texts.column_ms>
                {asked.ms.text}
            </td>
            <td class="num" data-label=texts.column_bytes>
                {asked.bytes.text}
            </td>
            <td class="num" data-label=texts.column_attempt>
                {asked.attempt.to_string()}
            </td>
        </tr>
    }
}
