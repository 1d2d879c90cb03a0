//! The sign-in page, and the page that a sign-in link opens. Both work without JavaScript.

use super::api::ways_in;
use super::model::{SignIn, Trouble};
use crate::base::{AppError, or_problem, response, t};
use crate::ui::{
    Button, Glyph, Icon, Notice, Page, PageHeader, Section, Shape, Size, Skeleton, Tone, Variant, Width, button_class,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::{LazyRoute, lazy_route};

/// `/sign-in?to=PAGE`
pub struct SignInPage {
    shown: Resource<Result<SignIn, AppError>>,
}

#[lazy_route]
impl LazyRoute for SignInPage {
    fn data() -> Self {
        let query = use_query_map();
        let asked = move || {
            let query = query.read();
            (query.get("to").unwrap_or_default(), query.get("problem").unwrap_or_default())
        };
        SignInPage { shown: Resource::new(asked, |(to, problem)| ways_in(to, problem)) }
    }

    fn view(this: Self) -> AnyView {
        let SignInPage { shown } = this;
        let texts = &t().identity;
        view! {
            <Page title=texts.title width=Width::Text class="sign-in">
                <PageHeader title=t().frame.brand lede=texts.welcome />
                <Suspense fallback=|| view! { <Skeleton shape=Shape::Text /> }>
                    {move || Suspend::new(async move { or_problem(shown.await, ways) })}
                </Suspense>
            </Page>
        }
        .into_any()
    }
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
                    <a class=button_class(Variant::Primary, Size::Regular) href=issuer.href rel="external">
                        <Icon glyph=Glyph::ArrowRight />
                        <span class="btn-text">{issuer.label}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        {shown.trouble.map(trouble)}
        <Section title=texts.title note=if none { texts.no_issuer } else { texts.choose }>
            {(!none).then(|| view! { <ul class="sign-in-ways">{buttons}</ul> })}
            <p class="sign-in-note">{texts.note}</p>
        </Section>
    }
}

fn trouble(trouble: Trouble) -> impl IntoView {
    response::set_status(trouble.status());
    let said = trouble.said();
    view! {
        <Notice tone=Tone::Bad title=said.title live=true>
            <p>{said.text}</p>
        </Notice>
    }
}

/// `/sign-in/link/TOKEN`: asks before it uses the link up, because chat and mail programs open links to preview them.
pub struct SignInLinkPage {
    token: String,
}

#[lazy_route]
impl LazyRoute for SignInLinkPage {
    fn data() -> Self {
        SignInLinkPage { token: use_params_map().read_untracked().get("token").unwrap_or_default() }
    }

    fn view(this: Self) -> AnyView {
        let SignInLinkPage { token } = this;
        let texts = &t().identity;
        view! {
            <Page title=texts.link_title width=Width::Text class="sign-in">
                <PageHeader title=texts.link_title lede=texts.link_text />
                <form method="post" action="/sign-in/link">
                    <input type="hidden" name="token" value=token />
                    <Button variant=Variant::Primary>{texts.link_button}</Button>
                </form>
            </Page>
        }
        .into_any()
    }
}
