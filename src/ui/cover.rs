//! Drawn covers.

use super::pattern;
use leptos::prelude::*;

/// A quiet drawn picture for something without one. The kind chooses the family of patterns, the topic the tone, the
/// seed everything else: the same seed always draws the same. It is decoration, hidden from screen readers.
///
/// ```ignore
/// <Cover seed=card.id kind=card.kind.as_str() topic=card.topics.first().map(|t| t.name.clone()).unwrap_or_default() />
/// ```
#[component]
pub fn Cover(
    /// Anything stable: an id.
    #[prop(into)]
    seed: String,
    /// A kind of resource in snake case, or `playlist`.
    #[prop(into)]
    kind: String,
    /// The word that chooses the tone; the seed if it is empty.
    #[prop(into, optional)]
    topic: String,
) -> impl IntoView {
    let tone = pattern::tone_of(if topic.is_empty() { &seed } else { &topic });
    let [pale, middle, strong] = pattern::layers(&kind, &seed);
    view! {
        <svg
            class="cover"
            data-cover=tone
            viewBox=format!("0 0 {} {}", pattern::WIDTH, pattern::HEIGHT)
            preserveAspectRatio="xMidYMid slice"
            aria-hidden="true"
            focusable="false"
        >
            <path class="cover-pale" d=pale />
            <path class="cover-middle" d=middle />
            <path class="cover-strong" d=strong />
        </svg>
    }
}
