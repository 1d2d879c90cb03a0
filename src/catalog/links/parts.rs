//! How links are shown.

use super::CheckLink;
use super::model::{LinkLine, State};
use crate::base::{Role, person, t};
use crate::ui::{Badge, Glyph, Icon, Size, Tone, Variant, button_class};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// Says of a resource that its link is broken.
#[component]
pub fn BrokenBadge() -> impl IntoView {
    view! { <Badge tone=Tone::Warn>{t().links.broken}</Badge> }
}

/// How a link stands, as a coloured label.
#[component]
pub fn StateBadge(
    /// How.
    state: State,
) -> impl IntoView {
    let texts = &t().links;
    let (tone, word) = match state {
        State::Unchecked => (Tone::Neutral, texts.unchecked),
        State::Works => (Tone::Good, texts.works),
        State::Suspect => (Tone::Warn, texts.suspect),
        State::Broken => (Tone::Bad, texts.broken),
        State::Unclear => (Tone::Neutral, texts.unclear),
    };
    view! { <Badge tone>{word}</Badge> }
}

/// What is known of a link, in a sentence; empty as long as nobody has looked.
pub fn sentence(line: &LinkLine) -> String {
    let texts = &t().links;
    let when = line.checked.as_ref().map_or("", |when| when.text.as_str());
    let since = line.since.as_ref().map_or("", |when| when.text.as_str());
    match line.state {
        State::Unchecked => String::new(),
        State::Works => texts.says_works(when),
        State::Suspect | State::Broken => texts.says_fails(since, line.tries, &line.why),
        State::Unclear => texts.says_unclear(when, &line.why),
    }
}

/// The line about a resource's link on its page. Whoever curates can have it looked at.
#[component]
pub fn LinkStanding(
    /// What is known.
    line: LinkLine,
    /// The resource's id.
    resource: String,
    /// Its title.
    title: String,
) -> impl IntoView {
    let texts = &t().links;
    let curates = person().is_some_and(|viewer| viewer.roles.contains(&Role::Curator));
    let glyph = match line.state {
        State::Works => Glyph::CircleCheck,
        State::Suspect | State::Broken => Glyph::TriangleAlert,
        State::Unchecked | State::Unclear => Glyph::Link,
    };
    let said = sentence(&line);
    let said = if said.is_empty() && curates && line.checks { texts.says_nothing.to_owned() } else { said };
    let moved = line.moved_to.map(|to| view! { <span>{texts.moved_to(&to)}</span> });
    let check = (curates && line.checks && !line.asked).then(|| {
        view! {
            <form method="post" action=CheckLink::url()>
                <input type="hidden" name="resource" value=resource />
                <button
                    type="submit"
                    class=button_class(Variant::Plain, Size::Small)
                    aria-label=texts.of(texts.check_now, &title)
                >
                    {texts.check_now}
                </button>
            </form>
        }
    });
    (!said.is_empty() || moved.is_some()).then(|| {
        view! {
            <div class="link-line" data-state=line.state.as_str()>
                <p>
                    <Icon glyph />
                    <span>{said}</span>
                    {moved}
                    {(curates && line.asked).then(|| view! { <span>{texts.asked}</span> })}
                </p>
                {check}
            </div>
        }
    })
}
