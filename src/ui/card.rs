//! Cards: one thing to learn from, or one list of them.

use leptos::either::EitherOf3;
use leptos::prelude::*;

/// An article about one thing. Its title is the link and makes the whole card clickable; actions stay on top of it.
///
/// ```ignore
/// <Card
///     href=format!("/resources/{}", card.id)
///     title=card.title
///     eyebrow="Video"
///     summary=card.summary
///     cover=view! { <Cover seed=card.id.clone() kind="video" tone=topic /> }.into_any()
///     meta=view! { <Meta card /> }.into_any()
///     reason="Because you follow Kubernetes"
/// >
///     <MarkButton … />
/// </Card>
/// ```
#[component]
pub fn Card(
    /// Where the title leads.
    #[prop(into)]
    href: String,
    /// The title.
    #[prop(into)]
    title: String,
    /// Above the title: what kind of thing it is.
    #[prop(into, optional)]
    eyebrow: String,
    /// Two or three lines about it.
    #[prop(into, optional)]
    summary: String,
    /// A [`Cover`](super::Cover).
    #[prop(optional)]
    cover: Option<AnyView>,
    /// One line of facts: wrap each in a `<span>`; dots come between them.
    #[prop(optional)]
    meta: Option<AnyView>,
    /// Why it is here.
    #[prop(into, optional)]
    reason: String,
    /// Larger, for the first of a page.
    #[prop(optional)]
    feature: bool,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: i32,
    /// Buttons below.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let link = view! {
        <a class="card-link" href=href>
            {title}
        </a>
    };
    let heading = heading(level, "card-title", link);
    view! {
        <article class=if feature { "card card-feature" } else { "card" }>
            {cover.map(|cover| view! { <div class="card-cover">{cover}</div> })}
            <div class="card-body">
                {(!eyebrow.is_empty()).then(|| view! { <p class="eyebrow">{eyebrow}</p> })}
                {heading}
                {(!summary.is_empty()).then(|| view! { <p class="card-summary">{summary}</p> })}
                {meta.map(|meta| view! { <p class="meta">{meta}</p> })}
                {(!reason.is_empty()).then(|| view! { <p class="card-reason">{reason}</p> })}
                {children.map(|children| view! { <div class="card-actions">{children()}</div> })}
            </div>
        </article>
    }
}

/// A heading of that level, 2 to 4: what a part takes whose place in the page it does not know.
pub fn heading(level: i32, class: &'static str, content: impl IntoView) -> impl IntoView {
    match level {
        2 => EitherOf3::A(view! { <h2 class=class>{content}</h2> }),
        4 => EitherOf3::C(view! { <h4 class=class>{content}</h4> }),
        _ => EitherOf3::B(view! { <h3 class=class>{content}</h3> }),
    }
}

/// A grid of cards. `rows` makes a list of slim rows of it.
///
/// ```ignore
/// <Cards>{cards.into_iter().map(|card| view! { <ResourceCard card /> }).collect_view()}</Cards>
/// ```
#[component]
pub fn Cards(
    /// Slim rows, one below the other.
    #[prop(optional)]
    rows: bool,
    /// The cards.
    children: Children,
) -> impl IntoView {
    view! { <div class=if rows { "cards cards-rows" } else { "cards" }>{children()}</div> }
}
