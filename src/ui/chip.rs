//! Small rounded things: filters that are on or off, and labels.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A filter as a link to the address in which it is switched. Works without JavaScript and changes in place with it.
///
/// ```ignore
/// <ChipLink href=query.toggled_kind(Kind::Video).address() pressed=query.kinds.contains(&Kind::Video)>"Videos"</ChipLink>
/// ```
#[component]
pub fn ChipLink(
    /// The address after the switch.
    #[prop(into)]
    href: String,
    /// Whether it is on.
    #[prop(optional)]
    pressed: bool,
    /// How many things it would leave, already formatted.
    #[prop(into, optional)]
    count: String,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="chip" href=href aria-current=pressed.then_some("true")>
            {pressed.then(|| view! { <Icon glyph=Glyph::Check /> })}
            <span>{children()}</span>
            {(!count.is_empty()).then(|| view! { <span class="chip-count">{count}</span> })}
        </a>
    }
}

/// A filter as a button of a form.
///
/// ```ignore
/// <Chip name="topic" value=topic.id pressed=following>{topic.name}</Chip>
/// ```
#[component]
pub fn Chip(
    /// Sent with the form.
    #[prop(into, optional)]
    name: Option<String>,
    /// Sent with the form.
    #[prop(into, optional)]
    value: Option<String>,
    /// Whether it is on.
    #[prop(optional, into)]
    pressed: Signal<bool>,
    /// `submit` or `button`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="chip"
            type=kind
            name=name
            value=value
            aria-pressed=move || if pressed.get() { "true" } else { "false" }
        >
            <Icon glyph=Glyph::Check class="chip-check" />
            <span>{children()}</span>
        </button>
    }
}

/// A row of chips with a name.
///
/// ```ignore
/// <Chips label="Kind"><ChipLink …/><ChipLink …/></Chips>
/// ```
#[component]
pub fn Chips(
    /// What the row chooses; read out, and shown when `shown`.
    #[prop(into)]
    label: String,
    /// Whether the name is shown.
    #[prop(optional)]
    shown: bool,
    /// The chips.
    children: Children,
) -> impl IntoView {
    let name = shown.then(|| view! { <span class="chips-label" aria-hidden="true">{label.clone()}</span> });
    view! {
        <div class="chips" role="group" aria-label=label>
            {name}
            {children()}
        </div>
    }
}

/// What a colour says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// A plain fact.
    #[default]
    Neutral,
    /// Belongs to the reader: saved, followed, new.
    Accent,
    /// It went well.
    Good,
    /// Look at it some time.
    Warn,
    /// It failed.
    Bad,
}

impl Tone {
    /// As in `data-tone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Accent => "accent",
            Tone::Good => "good",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }

    pub(super) fn glyph(self) -> Glyph {
        match self {
            Tone::Neutral | Tone::Accent => Glyph::Info,
            Tone::Good => Glyph::CircleCheck,
            Tone::Warn => Glyph::TriangleAlert,
            Tone::Bad => Glyph::CircleAlert,
        }
    }
}

/// A short label for a state: "Draft", "Running", "3 quarantined". Never a link.
///
/// ```ignore
/// <Badge tone=Tone::Good>"Done"</Badge>
/// ```
#[component]
pub fn Badge(
    /// What the colour says.
    #[prop(optional)]
    tone: Tone,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.as_str()>{children()}</span> }
}
