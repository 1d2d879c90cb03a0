//! `/sources/:id/runs/:run`: what one run did, refused and asked.

use super::bits::{Counted, Failure, RunLine, RunTrouble, error_of};
use crate::base::{lazy_page, t};
use crate::sources::api;
use crate::sources::model::{Asked, Quarantined, RunView, Status};
use crate::ui::{
    Breadcrumbs, Button, Glyph, LinkButton, Notice, Page, PageHeader, Pager, Section, Shape, Table, Tone, Variant, load,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

lazy_page! {
    /// `/sources/:id/runs/:run`
    RunPage in operate: run_page
}

fn run_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let decide = ServerAction::<api::Decide>::new();
    let version = decide.version();
    let asked = move || {
        let (source, run) = params.with(|p| (p.get("id").unwrap_or_default(), p.get("run").unwrap_or_default()));
        (source, run, query.with(|q| q.get("page").unwrap_or_default()), version.get())
    };
    let view = load(asked, |(source, run, page, _)| api::run(source, run, page));
    let error = Signal::derive(move || error_of(decide.value().get()));
    view! {
        <Page>
            <Failure error />
            {view.show(Shape::Page, move |view| view! { <Shown view decide /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(view: RunView, decide: ServerAction<api::Decide>) -> impl IntoView {
    let texts = &t().sources;
    let title = texts.run_title(&view.source_name);
    let above = format!("/sources/{}", view.source);
    let here = format!("{above}/runs/{}", view.run.id);
    let trail = vec![("/sources".to_owned(), texts.title.to_owned()), (above, view.source_name.clone())];
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
        {(run.status == Status::Waiting).then(|| view! { <Decide view=view.clone() decide /> })}
        {decision.map(|text| view! { <Notice title=text /> })}
        <RunTrouble run=run.clone() />
        <Counted run />
        <Section title=texts.quarantine_title>
            <Quarantine rows=view.quarantine.rows />
            <Pager page=number pages address=move |n| format!("{link}?page={n}") />
        </Section>
        <Requests requests=view.requests count=view.request_count.text />
    }
}

#[component]
fn Decide(view: RunView, decide: ServerAction<api::Decide>) -> impl IntoView {
    let texts = &t().sources;
    let RunView { source, run, .. } = view;
    let question = texts.would_remove(&run.removals.text, &run.present.text);
    let form = |agreed: &'static str, variant: Variant, text: &'static str| {
        let (source, run) = (source.clone(), run.id.clone());
        view! {
            <ActionForm action=decide>
                <input type="hidden" name="source" value=source />
                <input type="hidden" name="run" value=run />
                <input type="hidden" name="agreed" value=agreed />
                <Button variant pending=decide.pending()>
                    {text}
                </Button>
            </ActionForm>
        }
    };
    let (keep, remove) = (form("false", Variant::Primary, texts.keep), form("true", Variant::Danger, texts.confirm));
    view! {
        <Notice tone=Tone::Warn title=texts.waiting_title>
            <p>{question}</p>
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
fn Requests(requests: Vec<Asked>, count: String) -> impl IntoView {
    let texts = &t().sources;
    if requests.is_empty() {
        return view! { <Section title=texts.requests_title><p>{texts.requests_empty}</p></Section> }.into_any();
    }
    let head = vec![
        texts.column_method.to_owned(),
        texts.column_address.to_owned(),
        texts.column_answer.to_owned(),
        format!("#{}", texts.column_ms),
        format!("#{}", texts.column_tries),
    ];
    let note = texts.latest_requests(requests.len() as i64, &count);
    let rows = requests
        .into_iter()
        .map(|asked| {
            let answer = asked.status.map_or_else(|| texts.no_answer.to_owned(), |status| status.to_string());
            view! {
                <tr>
                    <td data-label=texts.column_method>{asked.method}</td>
                    <td data-label=texts.column_address class="address">{asked.url}</td>
                    <td data-label=texts.column_answer>
                        {answer} {asked.error.map(|error| view! { <p class="source-error">{error}</p> })}
                    </td>
                    <td class="num" data-label=texts.column_ms>{asked.ms.to_string()}</td>
                    <td class="num" data-label=texts.column_tries>{asked.tries.to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section title=texts.requests_title note>
            <Table caption=texts.requests_title head stacked=true>{rows}</Table>
        </Section>
    }
    .into_any()
}
