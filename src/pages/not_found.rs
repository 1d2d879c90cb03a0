//! What an address that leads nowhere shows.

use crate::base::t;
use leptos::prelude::*;
use leptos_meta::Title;

/// Shown with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main id="content"><p>{t().errors.not_found}</p></main>
    }
}
