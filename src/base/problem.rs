//! What a page shows instead of its content when something is in the way.

use super::error::AppError;
use super::response::set_status;
use super::t;
use leptos::prelude::*;

/// A calm panel with what is wrong and a way on. On the server it also gives the page its true status.
#[component]
pub fn Problem(
    /// What is in the way.
    error: AppError,
) -> impl IntoView {
    set_status(error.status());
    let texts = &t().errors;
    let title = match error {
        AppError::NotFound => texts.not_found_title,
        AppError::Forbidden => texts.forbidden_title,
        AppError::SignIn => texts.sign_in_title,
        _ => texts.title,
    };
    let (way, href) = match error {
        AppError::SignIn => (texts.to_sign_in, "/sign-in"),
        _ => (texts.to_home, "/"),
    };
    view! {
        <section class="problem">
            <h1>{title}</h1>
            <p>{error.to_string()}</p>
            <p>
                <a class="btn" href=href>
                    {way}
                </a>
            </p>
        </section>
    }
}

/// Shows `view` of what was loaded, or the problem that was in the way.
pub fn or_problem<T, V: IntoView + 'static>(loaded: Result<T, AppError>, view: impl FnOnce(T) -> V) -> AnyView {
    match loaded {
        Ok(value) => view(value).into_any(),
        Err(error) => view! { <Problem error /> }.into_any(),
    }
}
