//! The sign-in page, and the page that a sign-in link opens. Both work without JavaScript.

use super::api::ways_in;
use super::model::{SignIn, Trouble};
use crate::base::{AppError, or_problem, response, t};
use leptos::prelude::*;
use leptos_meta::Title;
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
            <Title text=texts.title />
            <main id="content" class="page sign-in">
                <h1>{t().frame.brand}</h1>
                <p class="lead">{texts.welcome}</p>
                <Suspense fallback=|| ()>
                    {move || Suspend::new(async move { or_problem(shown.await, ways) })}
                </Suspense>
            </main>
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
                    <a class="btn btn-primary" href=issuer.href rel="external">
                        {issuer.label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        {shown.trouble.map(trouble)}
        <section class="card stack sign-in-ways">
            <h2>{texts.title}</h2>
            <p>{if none { texts.no_issuer } else { texts.choose }}</p>
            <ul class="plain stack">{buttons}</ul>
            <p class="quiet">{texts.note}</p>
        </section>
    }
}

fn trouble(trouble: Trouble) -> impl IntoView {
    response::set_status(trouble.status());
    let said = trouble.said();
    view! {
        <section class="notice notice-warning" role="alert" data-trouble=trouble.as_str()>
            <h2>{said.title}</h2>
            <p>{said.text}</p>
        </section>
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
            <Title text=texts.link_title />
            <main id="content" class="page sign-in">
                <section class="card stack">
                    <h1>{texts.link_title}</h1>
                    <p>{texts.link_text}</p>
                    <form method="post" action="/sign-in/link">
                        <input type="hidden" name="token" value=token />
                        <button class="btn btn-primary" type="submit">
                            {texts.link_button}
                        </button>
                    </form>
                </section>
            </main>
        }
        .into_any()
    }
}
