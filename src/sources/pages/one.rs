//! `/sources/:id`: one source, its runs, its settings.

use super::bits::{Counted, Failure, HealthBadge, RunLine, RunTrouble, StatusBadge, error_of};
use super::desk::{Deed, DeedForm, Desk, Said, watch};
use super::form::SettingsForm;
use crate::base::{lazy_page, t};
use crate::catalog::links::model::{Filter, Which};
use crate::sources::api;
use crate::sources::model::{Health, RunCard, SourceCard, SourceView, Standing, Status};
use crate::ui::{
    Badge, Breadcrumbs, Button, Figure, Glyph, LinkButton, Notice, Page, PageHeader, Pager, Section, Shape, Table,
    Time, Tone, Variant, focus, load,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

lazy_page! {
    /// `/sources/:id`
    SourcePage in operate: source_page
}

fn source_page() -> AnyView {
    let (params, query, desk) = (use_params_map(), use_query_map(), Desk::new());
    let submit = ServerAction::<api::Submit>::new();
    let asked = move || {
        let id = params.with(|p| p.get("id").unwrap_or_default());
        let [draft, page, saved] =
            ["draft", "page", "saved"].map(|name| query.with(|q| q.get(name).unwrap_or_default()));
        (id, draft, page, saved, desk.changed.get())
    };
    let view = load(asked, |(id, draft, page, ..)| api::source(id, draft, page));
    let saved = move || query.with_untracked(|q| q.get("saved").unwrap_or_default());
    let error = Signal::derive(move || desk.error.get().or_else(|| error_of(submit.value().get())));
    view! {
        <Page>
            <Said desk />
            <Failure error />
            {view.show(Shape::Page, move |view| view! { <Shown view saved=saved() desk submit /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(view: SourceView, saved: String, desk: Desk, submit: ServerAction<api::Submit>) -> impl IntoView {
    let texts = &t().sources;
    let SourceView { standing, form, unsaved } = view;
    let (id, name, system) = (standing.card.id.clone(), standing.card.name.clone(), standing.card.system.clone());
    let page = standing.runs.paging.number;
    let live = RwSignal::new(standing);
    follow(id.clone(), page, live, desk);
    let settings = form.map(|form| {
        // An old address says nothing of a state that has been changed since.
        let saved = saved == form.version.to_string();
        let id = id.clone();
        view! {
            <Section title=texts.settings>
                <SettingsForm form desk submit saved />
                <Remove id desk />
            </Section>
        }
    });
    let people = live.with_untracked(|now| now.card.people && now.card.health != Health::Removed).then(|| {
        let address = format!("/sources/{id}/people");
        view! { <LinkButton href=address icon=Glyph::CircleUserRound>{t().people.link}</LinkButton> }
    });
    let removed = move || live.with(|now| now.card.health == Health::Removed);
    let undo = id.clone();
    let trail = vec![("/sources".to_owned(), texts.title.to_owned())];
    view! {
        <Title text=name.clone() />
        <Breadcrumbs trail here=name.clone() />
        <PageHeader eyebrow=system title=name>
            {people}
            {move || view! { <Buttons card=live.get().card desk /> }}
        </PageHeader>
        {move || removed().then(|| view! { <Removed id=undo.clone() unsaved desk submit /> })}
        {move || view! { <Glance standing=live.get() /> }}
        {move || {
            let card = live.get().card;
            card.latest.map(|run| view! { <Latest id=card.id run /> })
        }}
        <Section title=texts.runs>{move || view! { <History standing=live.get() /> }}</Section>
        {settings}
    }
}

/// Follows what happens to the source, wherever it was started. What is typed into the settings stays, so these are not
/// drawn anew unless the source was removed or came back.
fn follow(id: String, page: i64, live: RwSignal<Standing>, desk: Desk) {
    desk.drawn();
    let is_busy = move || live.try_with_untracked(|now| now.card.is_syncing()).unwrap_or(false);
    let look = move || {
        let id = id.clone();
        async move {
            let Ok(now) = api::standing(id, page.to_string()).await else { return };
            // The page may have been left meanwhile; then there is nothing to show it on.
            let Some(before) = live.try_get_untracked() else { return };
            if let Some(said) = ended(&before, &now) {
                desk.said.set(said);
            }
            if (before.card.health == Health::Removed) != (now.card.health == Health::Removed) {
                desk.reload();
            } else {
                desk.redraw(|| live.set(now));
            }
        }
    };
    watch(desk, is_busy, look);
}

/// What there is to say of a run that was under way and is no more. Who stopped it knows.
fn ended(before: &Standing, now: &Standing) -> Option<String> {
    let run = before.card.latest.as_ref().filter(|run| run.status == Status::Running)?;
    let now = now.runs.rows.iter().chain(&now.card.latest).find(|now| now.id == run.id)?;
    let texts = &t().sources;
    let counts = &now.counts;
    match now.status {
        Status::Running | Status::Cancelled => None,
        Status::Waiting => Some(texts.would_go(&now.removals.text, &now.present.text)),
        ended => Some(texts.run_ended(ended.as_str(), &counts.added.text, &counts.changed.text, &counts.gone.text)),
    }
}

/// The source was removed, and can come back. Who was about to save its settings is led here to learn why they were not;
/// a document that arrives whole has its address to do so.
#[component]
fn Removed(id: String, unsaved: bool, desk: Desk, submit: ServerAction<api::Submit>) -> impl IntoView {
    let texts = &t().sources;
    let title = if unsaved { texts.unsaved_removed } else { texts.was_removed };
    Effect::new(move |_| {
        if unsaved && submit.version().get_untracked() > 0 {
            // The page is drawn by now, but not in the document yet.
            request_animation_frame(|| {
                if let Some(place) = document().get_element_by_id("removed") {
                    focus(place);
                }
            });
        }
    });
    view! {
        <div id="removed" tabindex="-1">
            <Notice tone=Tone::Warn title live=unsaved>
                <DeedForm desk deed=Deed::Restore source=id>
                    <Button>{texts.undo}</Button>
                </DeedForm>
            </Notice>
        </div>
    }
}

#[component]
fn Remove(id: String, desk: Desk) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <div class="danger-zone">
            <p>{texts.remove_help}</p>
            <DeedForm desk deed=Deed::Remove source=id>
                <Button variant=Variant::Danger>{texts.remove}</Button>
            </DeedForm>
        </div>
    }
}

/// What can be done now. Each has its own place, so that none turns into another under somebody's finger.
#[component]
fn Buttons(card: SourceCard, desk: Desk) -> impl IntoView {
    let texts = &t().sources;
    let (runs, rests) = (card.is_syncing(), card.paused);
    let there = card.health != Health::Removed;
    let sync = there && !runs && !rests && card.health != Health::Waiting;
    let button = |shown: bool, deed: Deed, variant: Variant, icon: Glyph, text: &'static str| {
        let source = card.id.clone();
        shown.then(|| {
            view! {
                <DeedForm desk deed source>
                    <Button variant icon>
                        {text}
                    </Button>
                </DeedForm>
            }
        })
    };
    view! {
        {button(sync, Deed::Sync, Variant::Primary, Glyph::RefreshCw, texts.sync_now)}
        {button(there && !runs && rests, Deed::Resume, Variant::Primary, Glyph::Play, texts.resume)}
        {button(there && !runs && !rests, Deed::Pause, Variant::Quiet, Glyph::Pause, texts.pause)}
        {button(there && runs, Deed::Cancel, Variant::Quiet, Glyph::X, texts.cancel_run)}
    }
}

#[component]
fn Glance(standing: Standing) -> impl IntoView {
    let texts = &t().sources;
    let Standing { card, broken, .. } = standing;
    let trouble = card.people_trouble().map(|run| {
        let address = format!("/sources/{}/runs/{}", card.id, run.id);
        let (tone, title, link) = if run.status == Status::Waiting {
            (Tone::Warn, t().people.waits, t().people.waits_for)
        } else {
            (Tone::Bad, t().people.failed, texts.details)
        };
        view! {
            <Notice tone title>
                <LinkButton href=address>{link}</LinkButton>
            </Notice>
        }
    });
    let links = (broken.n > 0).then(|| {
        let href = Filter { which: Which::Broken, source: Some(card.id.clone()), page: 1 }.address();
        view! {
            <p class="source-links">
                <a href=href>{t().links.of_source(broken.n, &broken.text)}</a>
            </p>
        }
    });
    view! {
        <p class="source-state">
            <HealthBadge health=card.health />
            {card.silent_since.is_some().then(|| view! { <Badge tone=Tone::Bad>{texts.silent}</Badge> })}
            {card.failing_since.map(|when| view! { <span class="run-note">{texts.failing_since(&when.text)}</span> })}
        </p>
        {card.silent_since.map(|when| view! { <Notice tone=Tone::Bad title=texts.silent_since(&when.text) /> })}
        {trouble}
        <div class="figures figures-words">
            <Figure value=card.items.text label=texts.column_items />
            <Figure
                value=card.last_good.map_or_else(|| texts.never.to_owned(), |when| when.text)
                label=texts.column_last_good
            />
            {card.next.map(|when| view! { <Figure value=when.text label=texts.column_next /> })}
        </div>
        {links}
    }
}

/// The latest run. Without JavaScript there is a link to look again.
#[component]
fn Latest(id: String, run: RunCard) -> impl IntoView {
    let texts = &t().sources;
    let running = run.status == Status::Running;
    let here = format!("/sources/{id}");
    let address = format!("{here}/runs/{}", run.id);
    let decide = (run.status == Status::Waiting).then(|| view! { <Waits run=run.clone() address=address.clone() /> });
    view! {
        <section class="latest-run" aria-label=texts.latest>
            <RunLine run=run.clone() />
            {decide}
            <Counted run=run.clone() />
            <RunTrouble run />
            <p class="run-links">
                <LinkButton href=address>{texts.details}</LinkButton>
                {running.then(|| view! { <LinkButton href=here icon=Glyph::RefreshCw>{texts.refresh}</LinkButton> })}
            </p>
        </section>
    }
}

/// The run waits for a decision, which is made on its own page.
#[component]
fn Waits(run: RunCard, address: String) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <Notice tone=Tone::Warn title=texts.waiting_title>
            <p>{texts.would_remove(&run.removals.text, &run.present.text)}</p>
            {run.waiting_since.map(|when| view! { <p>{texts.waiting_since(&when.text)}</p> })}
            <LinkButton href=address variant=Variant::Primary>
                {texts.decide}
            </LinkButton>
        </Notice>
    }
}

/// Its runs, a page of them.
#[component]
fn History(standing: Standing) -> impl IntoView {
    let Standing { card, runs, .. } = standing;
    let (page, pages, here) = (runs.paging.number, runs.pages(), format!("/sources/{}", card.id));
    let list = if runs.rows.is_empty() {
        view! { <p>{t().sources.no_runs}</p> }.into_any()
    } else {
        view! { <Runs id=card.id runs=runs.rows /> }.into_any()
    };
    view! {
        {list}
        <Pager page pages address=move |n| format!("{here}?page={n}") />
    }
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
