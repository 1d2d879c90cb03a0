//! What a page shows instead of its content when something is in the way.

use super::error::AppError;
use super::response::set_status;
use super::t;
use leptos::prelude::*;
use leptos::server::ServerActionError;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// What was wrong with a form that was posted, without JavaScript, to one of these addresses; the page after it knows.
pub fn posted_error(addresses: &[&str]) -> Option<AppError> {
    let error = use_context::<ServerActionError>().filter(|error| addresses.contains(&error.path()))?;
    Some(ServerFnUrlError::<AppError>::decode_err(error.err()))
}

/// A calm panel with what is wrong and a way on. On the server it also gives the page its true status. It belongs into
/// the `<main>` of a page, in place of the content.
#[component]
pub fn Problem(
    /// What is in the way.
    error: AppError,
    /// Whether the page's own heading and title stay above it.
    #[prop(optional)]
    below: bool,
) -> impl IntoView {
    set_status(error.status());
    let texts = &t().errors;
    let title = match error {
        AppError::NotFound => texts.not_found_title,
        AppError::Forbidden => texts.forbidden_title,
        AppError::SignIn => texts.sign_in_title,
        _ => texts.title,
    };
    // Sign-in is no page of the router's.
    let way = match error {
        AppError::SignIn => {
            let here = use_location().pathname;
            view! {
                <a class="btn btn-primary" rel="external" href=move || format!("/sign-in?to={}", here.get())>
                    {texts.to_sign_in}
                </a>
            }
            .into_any()
        }
        _ => view! {
            <a class="btn" href="/">
                {texts.to_home}
            </a>
        }
        .into_any(),
    };
    let heading = if below {
        view! { <h2>{title}</h2> }.into_any()
    } else {
        view! {
            <Title text=title />
            <h1>{title}</h1>
        }
        .into_any()
    };
    view! {
        <section class="problem">
            <p class="problem-status">{error.status().to_string()}</p>
            {heading}
            <p>{error.to_string()}</p>
            {way}
        </section>
    }
}
