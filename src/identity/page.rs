//! The sign-in page, and the page that a sign-in link opens. Both work without JavaScript.

use super::api::ways_in;
use super::model::{SignIn, Trouble};
use crate::base::{lazy_page, response, t};
use crate::ui::{Button, Cover, Glyph, LinkButton, Notice, Page, PageHeader, Shape, Tone, Variant, Width, load};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// Covers beside the words: something of every kind.
const ART: [(&str, &str); 9] = [
    ("course", "Statistics"),
    ("wiki_page", "Rust"),
    ("video", "Design"),
    ("podcast", "Writing"),
    ("lab", "Kubernetes"),
    ("book", "Safety"),
    ("event", "Onboarding"),
    ("article", "Data"),
    ("job_aid", "Calibration"),
];

lazy_page! {
    /// `/sign-in?to=PAGE`
    SignInPage in account: sign_in_page
}

fn sign_in_page() -> AnyView {
    let query = use_query_map();
    let asked = move || {
        let query = query.read();
        (query.get("to").unwrap_or_default(), query.get("problem").unwrap_or_default())
    };
    let shown = load(asked, |(to, problem)| ways_in(to, problem));
    let texts = &t().identity;
    view! {
        <Page title=texts.title class="sign-in">
            <div class="sign-in-art" aria-hidden="true">
                {ART.map(|(kind, topic)| view! { <Cover seed=topic kind topic /> }).collect_view()}
            </div>
            <div class="sign-in-text">
                <div class="stack">
                    <h1 class="page-title">{texts.headline}</h1>
                    <p class="lede">{texts.welcome}</p>
                </div>
                {shown.show(Shape::Text, ways)}
            </div>
        </Page>
    }
    .into_any()
}

fn ways(shown: SignIn) -> impl IntoView {
    let texts = &t().identity;
    let none = shown.issuers.is_empty();
    let buttons = shown
        .issuers
        .into_iter()
        .map(|issuer| {
            view! {
                <li>
                    <LinkButton href=issuer.href variant=Variant::Primary icon=Glyph::KeyRound leaves=true>
                        {issuer.label}
                    </LinkButton>
                </li>
            }
        })
        .collect_view();
    view! {
        {shown.trouble.map(trouble)}
        <section class="sign-in-ways" aria-label=texts.title>
            <p>{if none { texts.no_issuer } else { texts.choose }}</p>
            <ul class="row">{buttons}</ul>
            <p class="small muted">{texts.note}</p>
        </section>
    }
}

fn trouble(trouble: Trouble) -> impl IntoView {
    response::set_status(trouble.status());
    let said = trouble.said();
    view! {
        <div data-trouble=trouble.as_str()>
            <Notice tone=Tone::Bad title=said.title live=true>
                <p>{said.text}</p>
            </Notice>
        </div>
    }
}

lazy_page! {
    /// `/sign-in/link/TOKEN`: asks before it uses the link up, because chat and mail programs open links to preview them.
    SignInLinkPage in account: sign_in_link_page
}

fn sign_in_link_page() -> AnyView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let texts = &t().identity;
    view! {
        <Page title=texts.link_title width=Width::Text>
            <PageHeader title=texts.link_title lede=texts.link_text />
            <form method="post" action="/sign-in/link">
                <input type="hidden" name="token" value=token />
                <Button variant=Variant::Primary icon=Glyph::KeyRound>
                    {texts.link_button}
                </Button>
            </form>
        </Page>
    }
    .into_any()
}
