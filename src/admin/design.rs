//! `/design`: every part in every state, for whoever builds or themes a portal. Operators only. Its texts are samples
//! and not in the message table.

use super::api::may_design;
use super::design_parts::{Charts, Controls, Covers, Feedback, Fields, Finding, Foundations, Reading};
use crate::base::{AppError, or_problem};
use crate::ui::{Page, PageHeader, Shape, Skeleton};
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/design`
pub struct DesignPage {
    allowed: Resource<Result<(), AppError>>,
}

#[lazy_route]
impl LazyRoute for DesignPage {
    fn data() -> Self {
        DesignPage { allowed: Resource::new(|| (), |()| may_design()) }
    }

    fn view(this: Self) -> AnyView {
        let DesignPage { allowed } = this;
        view! {
            <Page title="Design">
                <Suspense fallback=|| {
                    view! { <Skeleton shape=Shape::Page /> }
                }>{move || Suspend::new(async move { or_problem(allowed.await, |()| parts()) })}</Suspense>
            </Page>
        }
        .into_any()
    }
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
