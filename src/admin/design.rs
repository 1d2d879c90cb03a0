//! `/design`: every part in every state, for whoever builds or themes a portal. Operators only. Its texts are samples
//! and not in the message table.

use super::api::may_design;
use super::design_parts::{Charts, Controls, Covers, Feedback, Fields, Finding, Foundations, Reading};
use crate::base::lazy_page;
use crate::ui::{Page, PageHeader, Shape, load};
use leptos::prelude::*;

lazy_page! {
    /// `/design`
    DesignPage in operate: design_page
}

fn design_page() -> AnyView {
    let allowed = load(|| (), |()| may_design());
    view! {
        <Page title="Design">
            {allowed.show(Shape::Page, |()| parts())}
        </Page>
    }
    .into_any()
}

fn parts() -> impl IntoView {
    view! {
        <PageHeader
            eyebrow="For operators"
            title="The parts of a page"
            lede="Everything that Atrium's pages are made of, in every state. What is missing here does not exist yet."
        />
        <Foundations />
        <Controls />
        <Fields />
        <Finding />
        <Covers />
        <Reading />
        <Charts />
        <Feedback />
    }
}
