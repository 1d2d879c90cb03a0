//! What an address that leads nowhere shows.

use crate::base::{AppError, Problem, t};
use leptos::prelude::*;
use leptos_meta::Title;

/// Shown with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Title text=t().errors.not_found_title />
        <main id="content" class="page">
            <Problem error=AppError::NotFound />
        </main>
    }
}
