//! Small things that stand in lines of text.

use crate::base::When;
use leptos::prelude::*;

/// A point in time, with the exact one on hover.
///
/// ```ignore
/// <Time when=card.fresh />
/// ```
#[component]
pub fn Time(
    /// Made by `platform::Format`.
    when: When,
) -> impl IntoView {
    view! {
        <time datetime=when.iso.clone() title=when.iso>
            {when.text}
        </time>
    }
}

/// A person's initials in a circle. Say the name beside it; the circle itself is silent.
///
/// ```ignore
/// <Avatar name="Ada Halden" />
/// ```
#[component]
pub fn Avatar(
    /// Whose.
    #[prop(into)]
    name: String,
    /// For headings.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let tone = super::pattern::tone_of(&name);
    view! {
        <span class=if large { "avatar avatar-large" } else { "avatar" } data-cover=tone aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

/// First letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// Said by screen readers, not shown.
///
/// ```ignore
/// <Hidden>"opens in a new tab"</Hidden>
/// ```
#[component]
pub fn Hidden(
    /// The text.
    children: Children,
) -> impl IntoView {
    view! { <span class="sr-only">{children()}</span> }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_of_odd_names() {
        assert_eq!(initials("Ada King Lovelace"), "AL");
        assert_eq!(initials("øyvind"), "Ø");
        assert_eq!(initials("  "), "");
    }
}
