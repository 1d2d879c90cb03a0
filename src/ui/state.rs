//! What stands where content is missing, on its way, or has just changed.

use super::chip::Tone;
use super::icon::{Glyph, Icon};
use crate::base::t;
use leptos::prelude::*;

/// Nothing here yet: says why, and offers a way on as children.
///
/// ```ignore
/// <Empty glyph=Glyph::Bookmark title="Nothing saved yet" text="Save what you want to come back to.">
///     <LinkButton href="/search">"Find something"</LinkButton>
/// </Empty>
/// ```
#[component]
pub fn Empty(
    /// The drawing.
    glyph: Glyph,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why, and what would change it.
    #[prop(into, optional)]
    text: String,
    /// The way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon">
                <Icon glyph />
            </span>
            <p class="empty-title">{title}</p>
            {(!text.is_empty()).then(|| view! { <p class="empty-text">{text}</p> })}
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}

/// The shape of what is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A grid of cards.
    Cards,
    /// Slim rows.
    Rows,
    /// A heading and paragraphs.
    Text,
    /// A table.
    Table,
    /// A whole page: heading, line, cards.
    Page,
}

/// Stands in for content while it loads, in its final shape. For the `fallback` of a `<Suspense>`.
///
/// ```ignore
/// <Suspense fallback=|| view! { <Skeleton shape=Shape::Cards /> }>…</Suspense>
/// ```
#[component]
pub fn Skeleton(
    /// The shape.
    shape: Shape,
    /// How many cards or rows.
    #[prop(default = 6)]
    count: i32,
) -> impl IntoView {
    let many = |class: &'static str| (0..count).map(|_| view! { <span class=class></span> }).collect_view();
    let body = match shape {
        Shape::Cards => view! { <span class="skeleton-cards">{many("skeleton-card")}</span> }.into_any(),
        Shape::Rows => view! { <span class="skeleton-rows">{many("skeleton-row")}</span> }.into_any(),
        Shape::Text => view! { <span class="skeleton-text">{many("skeleton-line")}</span> }.into_any(),
        Shape::Table => view! { <span class="skeleton-table">{many("skeleton-row")}</span> }.into_any(),
        Shape::Page => view! {
            <span class="skeleton-title"></span>
            <span class="skeleton-cards">{many("skeleton-card")}</span>
        }
        .into_any(),
    };
    view! {
        <div class="skeleton" role="status">
            <span class="sr-only">{t().ui.loading}</span>
            {body}
        </div>
    }
}

/// Something to know, in the flow of the page. Children are text, links or small forms.
///
/// ```ignore
/// <Notice tone=Tone::Warn title="This run waits for you">
///     <p>"It would remove 312 of 1,538 pages."</p>
/// </Notice>
/// ```
#[component]
pub fn Notice(
    /// What its colour says.
    #[prop(optional)]
    tone: Tone,
    /// One line in bold.
    #[prop(into, optional)]
    title: String,
    /// Whether it came up after something that the person did; then it is read out at once.
    #[prop(optional)]
    live: bool,
    /// The text.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone.as_str() role=live.then_some(if tone == Tone::Bad { "alert" } else { "status" })>
            <Icon glyph=tone.glyph() />
            <div class="notice-body">
                {(!title.is_empty()).then(|| view! { <p class="notice-title">{title}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// "Done, undo?" at the foot of the window. The child is the undo: a form that posts the opposite. It stands in a live
/// region that is in the document before it: one that comes with its text is not read out everywhere.
///
/// ```ignore
/// <div class="said" role="status">
///     {move || hidden.get().then(|| view! {
///         <Toast text="It won't be shown again.">
///             <ActionForm action=restore><input type="hidden" name="resource" value=id /><Button size=Size::Small>"Undo"</Button></ActionForm>
///         </Toast>
///     })}
/// </div>
/// ```
#[component]
pub fn Toast(
    /// What was done.
    #[prop(into)]
    text: String,
    /// The undo.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="toast">
            <p class="toast-text">{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
