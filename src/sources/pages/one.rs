//! `/sources/:id`: one source, its runs, its settings.

use super::bits::{Counted, Failure, HealthBadge, RunTrouble, StatusBadge, error_of};
use super::form::SettingsForm;
use crate::base::{AppError, lazy_page, t};
use crate::sources::api;
use crate::sources::model::{Health, RunCard, SourceCard, SourceView, Status};
use crate::ui::{
    Breadcrumbs, Button, Figure, Glyph, LinkButton, Notice, Page, PageHeader, Pager, Section, Shape, Table, Time, Tone,
    Variant, load,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::time::Duration;

/// What can be done on this page.
#[derive(Clone, Copy)]
struct Actions {
    sync: ServerAction<api::SyncNow>,
    pause: ServerAction<api::Pause>,
    resume: ServerAction<api::Resume>,
    remove: ServerAction<api::Remove>,
    restore: ServerAction<api::Restore>,
    cancel: ServerAction<api::Cancel>,
    /// Counts the runs that were seen to end.
    ended: RwSignal<i32>,
}

impl Actions {
    fn new() -> Self {
        Actions {
            sync: ServerAction::new(),
            pause: ServerAction::new(),
            resume: ServerAction::new(),
            remove: ServerAction::new(),
            restore: ServerAction::new(),
            cancel: ServerAction::new(),
            ended: RwSignal::new(0),
        }
    }

    /// Changes whenever the page has to be read again.
    fn version(self) -> (usize, i32) {
        let done = self.sync.version().get()
            + self.pause.version().get()
            + self.resume.version().get()
            + self.remove.version().get()
            + self.restore.version().get()
            + self.cancel.version().get();
        (done, self.ended.get())
    }

    fn error(self) -> Option<AppError> {
        error_of(self.sync.value().get())
            .or_else(|| error_of(self.pause.value().get()))
            .or_else(|| error_of(self.resume.value().get()))
            .or_else(|| error_of(self.remove.value().get()))
            .or_else(|| error_of(self.restore.value().get()))
            .or_else(|| error_of(self.cancel.value().get()))
    }
}

lazy_page! {
    /// `/sources/:id`
    SourcePage in operate: source_page
}

fn source_page() -> AnyView {
    let (params, query, does) = (use_params_map(), use_query_map(), Actions::new());
    let asked = move || {
        let id = params.with(|p| p.get("id").unwrap_or_default());
        let (draft, page) = query.with(|q| (q.get("draft").unwrap_or_default(), q.get("page").unwrap_or_default()));
        (id, draft, page, does.version())
    };
    let view = load(asked, |(id, draft, page, _)| api::source(id, draft, page));
    view! {
        <Page>
            <Failure error=Signal::derive(move || does.error()) />
            {view.show(Shape::Page, move |view| view! { <Shown view does /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(view: SourceView, does: Actions) -> impl IntoView {
    let texts = &t().sources;
    let SourceView { card, form, runs } = view;
    let (id, name, system) = (card.id.clone(), card.name.clone(), card.system.clone());
    let buttons = (card.health != Health::Removed).then(|| view! { <Buttons card=card.clone() does /> });
    let removed = (card.health == Health::Removed).then(|| view! { <Removed id=id.clone() does /> });
    let latest = card.latest.clone().map(|run| view! { <Latest id=id.clone() run does /> });
    let (page, pages, here) = (runs.paging.number, runs.pages(), format!("/sources/{id}"));
    let list = if runs.rows.is_empty() {
        view! { <p>{texts.no_runs}</p> }.into_any()
    } else {
        view! { <Runs id=id.clone() runs=runs.rows /> }.into_any()
    };
    let settings = form.map(|form| {
        view! {
            <Section title=texts.settings>
                <SettingsForm form />
                <Remove id does />
            </Section>
        }
    });
    let trail = vec![("/sources".to_owned(), texts.title.to_owned())];
    view! {
        <Title text=name.clone() />
        <Breadcrumbs trail here=name.clone() />
        <PageHeader eyebrow=system title=name>
            {buttons}
        </PageHeader>
        {removed}
        <Glance card />
        {latest}
        <Section title=texts.runs>
            {list}
            <Pager page pages address=move |n| format!("{here}?page={n}") />
        </Section>
        {settings}
    }
}

/// The source was removed, and can come back.
#[component]
fn Removed(id: String, does: Actions) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <Notice tone=Tone::Warn title=texts.was_removed>
            <ActionForm action=does.restore>
                <input type="hidden" name="id" value=id />
                <Button pending=does.restore.pending()>{texts.undo}</Button>
            </ActionForm>
        </Notice>
    }
}

#[component]
fn Remove(id: String, does: Actions) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <div class="danger-zone">
            <p>{texts.remove_help}</p>
            <ActionForm action=does.remove>
                <input type="hidden" name="id" value=id />
                <Button variant=Variant::Danger pending=does.remove.pending()>{texts.remove}</Button>
            </ActionForm>
        </div>
    }
}

#[component]
fn Buttons(card: SourceCard, does: Actions) -> impl IntoView {
    let texts = &t().sources;
    let id = card.id;
    let other = id.clone();
    match card.health {
        Health::Paused => view! {
            <ActionForm action=does.resume>
                <input type="hidden" name="id" value=id />
                <Button variant=Variant::Primary icon=Glyph::Play pending=does.resume.pending()>
                    {texts.resume}
                </Button>
            </ActionForm>
        }
        .into_any(),
        Health::Syncing => view! {
            <ActionForm action=does.cancel>
                <input type="hidden" name="id" value=id />
                <Button icon=Glyph::X pending=does.cancel.pending()>{texts.cancel_run}</Button>
            </ActionForm>
        }
        .into_any(),
        _ => view! {
            <ActionForm action=does.sync>
                <input type="hidden" name="id" value=id />
                <Button variant=Variant::Primary icon=Glyph::RefreshCw pending=does.sync.pending()>
                    {texts.sync_now}
                </Button>
            </ActionForm>
            <ActionForm action=does.pause>
                <input type="hidden" name="id" value=other />
                <Button icon=Glyph::Pause pending=does.pause.pending()>{texts.pause}</Button>
            </ActionForm>
        }
        .into_any(),
    }
}

#[component]
fn Glance(card: SourceCard) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <p class="source-state">
            <HealthBadge health=card.health />
        </p>
        <div class="figures">
            <Figure value=card.items.text label=texts.column_items />
            <Figure
                value=card.last_good.map_or_else(|| texts.never.to_owned(), |when| when.text)
                label=texts.column_last_good
            />
            {card.next.map(|when| view! { <Figure value=when.text label=texts.column_next /> })}
        </div>
    }
}

/// The latest run. While it goes on, a browser asks once a second how far it is; without JavaScript there is a link.
#[component]
fn Latest(id: String, run: RunCard, does: Actions) -> impl IntoView {
    let texts = &t().sources;
    let running = run.status == Status::Running;
    let here = format!("/sources/{id}");
    let address = format!("{here}/runs/{}", run.id);
    let decide = address.clone();
    let shown = RwSignal::new(run);
    if running {
        poll(id, shown, does.ended);
    }
    view! {
        <section class="latest-run" aria-label=texts.latest>
            {move || {
                let run = shown.get();
                let decide = decide.clone();
                let trouble = run.clone();
                let counted = run.clone();
                view! {
                    <p class="run-line">
                        <StatusBadge status=run.status />
                        " "
                        <Time when=run.started />
                        " · "
                        {run.took}
                        {(!run.begun).then(|| view! { <span class="run-note">{texts.starting}</span> })}
                    </p>
                    {(run.status == Status::Waiting)
                        .then(|| {
                            view! {
                                <Notice tone=Tone::Warn title=texts.waiting_title>
                                    <p>{texts.would_remove(&run.removals.text, &run.present.text)}</p>
                                    <LinkButton href=decide variant=Variant::Primary>
                                        {texts.decide}
                                    </LinkButton>
                                </Notice>
                            }
                        })}
                    <Counted run=counted />
                    <RunTrouble run=trouble />
                }
            }}
            <p class="run-links">
                <LinkButton href=address>{texts.details}</LinkButton>
                {running.then(|| view! { <LinkButton href=here icon=Glyph::RefreshCw>{texts.refresh}</LinkButton> })}
            </p>
        </section>
    }
}

/// Asks once a second, in the browser only, until the run has ended or the page is left.
fn poll(id: String, shown: RwSignal<RunCard>, ended: RwSignal<i32>) {
    Effect::new(move |_| {
        let id = id.clone();
        let ask = move || {
            let id = id.clone();
            spawn_local(async move {
                let Ok(Some(run)) = api::progress(id).await else { return };
                let over = run.status != Status::Running;
                // The page may have been left meanwhile; then there is nothing to show it on.
                if shown.try_set(run).is_none() && over {
                    ended.try_update(|n| *n += 1);
                }
            });
        };
        if let Ok(every) = set_interval_with_handle(ask, Duration::from_secs(1)) {
            on_cleanup(move || every.clear());
        }
    });
}

#[component]
fn Runs(id: String, runs: Vec<RunCard>) -> impl IntoView {
    let texts = &t().sources;
    let head = vec![
        texts.column_run.to_owned(),
        texts.column_status.to_owned(),
        texts.column_reason.to_owned(),
        texts.column_took.to_owned(),
        format!("#{}", texts.added),
        format!("#{}", texts.changed),
        format!("#{}", texts.gone),
        format!("#{}", texts.quarantined),
    ];
    let rows = runs
        .into_iter()
        .map(|run| {
            view! {
                <tr>
                    <th scope="row" data-label=texts.column_run>
                        <a href=format!("/sources/{id}/runs/{}", run.id)>
                            <Time when=run.started />
                        </a>
                    </th>
                    <td data-label=texts.column_status>
                        <StatusBadge status=run.status />
                    </td>
                    <td data-label=texts.column_reason>{texts.reason(&run.reason, run.by.as_deref())}</td>
                    <td data-label=texts.column_took>{run.took}</td>
                    <td class="num" data-label=texts.added>{run.counts.added.text}</td>
                    <td class="num" data-label=texts.changed>{run.counts.changed.text}</td>
                    <td class="num" data-label=texts.gone>{run.counts.gone.text}</td>
                    <td class="num" data-label=texts.quarantined>{run.counts.quarantined.text}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table caption=texts.runs head stacked=true>{rows}</Table> }
}
