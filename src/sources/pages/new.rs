//! `/sources/new`: choose a kind of system, then fill in its form.

use super::bits::{Failure, error_of};
use super::desk::{Desk, Said};
use super::form::SettingsForm;
use crate::base::response::set_status;
use crate::base::{AppError, lazy_page, t};
use crate::sources::api;
use crate::sources::model::{Family, FormView, SystemCard};
use crate::ui::{Breadcrumbs, LinkButton, Notice, Page, PageHeader, Shape, Tone, Width, load};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/sources/new`
    NewSourcePage in operate: new_source_page
}

fn new_source_page() -> AnyView {
    let (query, desk) = (use_query_map(), Desk::new());
    let submit = ServerAction::<api::Submit>::new();
    let asked = move || query.with(|q| (q.get("kind").unwrap_or_default(), q.get("draft").unwrap_or_default()));
    let view = load(asked, |(kind, draft)| api::new_source(kind, draft));
    let texts = &t().sources;
    view! {
        <Page title=texts.new_title width=Width::Text>
            <Said desk />
            <Failure error=Signal::derive(move || error_of(submit.value().get())) />
            <Breadcrumbs trail=vec![("/sources".to_owned(), texts.title.to_owned())] here=texts.new_title />
            {view.show(Shape::Text, move |view| match view.form {
                        Some(form) => view! { <Fill form desk submit /> }.into_any(),
                        None => view! { <Choose families=view.families unknown=view.unknown /> }.into_any(),
                    })}
        </Page>
    }
    .into_any()
}

#[component]
fn Choose(
    families: Vec<Family>,
    /// A kind was asked for that there is not.
    unknown: bool,
) -> impl IntoView {
    let texts = &t().sources;
    if unknown {
        set_status(AppError::NotFound.status());
    }
    let groups = families
        .into_iter()
        .map(|family| {
            let cards = family.systems.into_iter().map(|system| view! { <Kind system /> }).collect_view();
            view! {
                <section class="system-group">
                    <h2>{family.title}</h2>
                    <ul class="system-cards">{cards}</ul>
                </section>
            }
        })
        .collect_view();
    view! {
        <PageHeader title=texts.new_title lede=texts.new_lead />
        {unknown.then(|| view! { <Notice tone=Tone::Bad title=texts.fault_kind /> })}
        <div class="system-groups">{groups}</div>
    }
}

/// One of the kinds: all of it is the link to its form, but for the link to its API's documentation.
#[component]
fn Kind(system: SystemCard) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <li class="card system-card">
            <h3>
                <a class="card-link" href=format!("/sources/new?kind={}", system.kind)>{system.name.clone()}</a>
            </h3>
            <p>{system.summary}</p>
            <p class="system-docs">
                <a href=system.docs target="_blank" rel="external noopener noreferrer">
                    {texts.docs}
                    <span class="sr-only">{format!(" ({}) {}", system.name, t().ui.new_tab)}</span>
                </a>
            </p>
        </li>
    }
}

#[component]
fn Fill(form: FormView, desk: Desk, submit: ServerAction<api::Submit>) -> impl IntoView {
    let texts = &t().sources;
    view! {
        <PageHeader eyebrow=texts.new_title title=form.system.clone()>
            <LinkButton href="/sources/new">{texts.choose_other}</LinkButton>
        </PageHeader>
        <SettingsForm form desk submit />
    }
}
