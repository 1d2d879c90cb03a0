//! What an address that leads nowhere shows.

use crate::base::{AppError, Problem, t};
use crate::ui::Page;
use leptos::prelude::*;

/// Shown with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Page title=t().errors.not_found_title>
            <Problem error=AppError::NotFound />
        </Page>
    }
}
