//! Buttons, and links that look like buttons.

use super::icon::{Glyph, Icon};
use crate::base::t;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// How much a control stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// The one thing to do on this page.
    Primary,
    /// Everything else.
    #[default]
    Quiet,
    /// Text only, for rows and toolbars.
    Plain,
    /// Removes something.
    Danger,
}

/// How large a control is. Small ones keep a 44 px target through their margin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// In forms and page headers.
    #[default]
    Regular,
    /// In cards and rows.
    Small,
}

/// The classes of a button; for views that need a bare `<button>` or `<a>`.
pub fn button_class(variant: Variant, size: Size) -> &'static str {
    match (variant, size) {
        (Variant::Primary, Size::Regular) => "btn btn-primary",
        (Variant::Quiet, Size::Regular) => "btn",
        (Variant::Plain, Size::Regular) => "btn btn-plain",
        (Variant::Danger, Size::Regular) => "btn btn-danger",
        (Variant::Primary, Size::Small) => "btn btn-primary btn-small",
        (Variant::Quiet, Size::Small) => "btn btn-small",
        (Variant::Plain, Size::Small) => "btn btn-plain btn-small",
        (Variant::Danger, Size::Small) => "btn btn-danger btn-small",
    }
}

/// Name and value of the button that sent a form.
pub fn pressed(event: &SubmitEvent) -> Option<(String, String)> {
    let button = event.submitter()?;
    Some((button.get_attribute("name")?, button.get_attribute("value")?))
}

/// A button. In a form it submits, unless `kind` says otherwise. While `pending` it is busy and cannot be pressed.
///
/// ```ignore
/// <Button variant=Variant::Primary pending=save.pending()>{t().playlists.publish}</Button>
/// <Button size=Size::Small icon=Glyph::Bookmark on:click=move |_| open.set(true) kind="button">"Save"</Button>
/// ```
#[component]
pub fn Button(
    /// Stands out how much.
    #[prop(optional)]
    variant: Variant,
    /// How large.
    #[prop(optional)]
    size: Size,
    /// Before the text.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// `submit`, `button` or `reset`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// Sent with the form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Sent with the form.
    #[prop(optional, into)]
    value: Option<String>,
    /// The work that it started is not done yet.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the thing is on (saved, followed); leave out for buttons that are no switches.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=kind
            class=button_class(variant, size)
            name=name
            value=value
            disabled=move || disabled.get() || pending.get()
            aria-busy=move || pending.get().then_some("true")
            aria-pressed=move || pressed.map(|p| if p.get() { "true" } else { "false" })
        >
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span class="btn-text">{children()}</span>
        </button>
    }
}

/// A button that is only an icon; `label` is what screen readers and the hover title say.
///
/// ```ignore
/// <IconButton glyph=Glyph::ArrowUp label=t().playlists.move_up name="move" value="up" />
/// ```
#[component]
pub fn IconButton(
    /// The drawing.
    glyph: Glyph,
    /// What it does.
    #[prop(into)]
    label: String,
    /// `submit`, `button` or `reset`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// Sent with the form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Sent with the form.
    #[prop(optional, into)]
    value: Option<String>,
    /// The work that it started is not done yet.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the thing is on; leave out for buttons that are no switches.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
) -> impl IntoView {
    view! {
        <button
            type=kind
            class="btn btn-icon"
            title=label.clone()
            aria-label=label
            name=name
            value=value
            disabled=move || disabled.get() || pending.get()
            aria-busy=move || pending.get().then_some("true")
            aria-pressed=move || pressed.map(|p| if p.get() { "true" } else { "false" })
        >
            <Icon glyph />
        </button>
    }
}

/// A link that looks like a button. `external` leads out of the portal (new tab, no opener); `leaves` to a route that is
/// no page of ours, like a file or a sign-in (`rel="external"` keeps the router's hands off).
///
/// ```ignore
/// <LinkButton href="/playlists/new" variant=Variant::Primary icon=Glyph::Plus>{t().playlists.new}</LinkButton>
/// <LinkButton href=format!("/go/{id}") external=true>"Open"</LinkButton>
/// ```
#[component]
pub fn LinkButton(
    /// Where to.
    #[prop(into)]
    href: String,
    /// Stands out how much.
    #[prop(optional)]
    variant: Variant,
    /// How large.
    #[prop(optional)]
    size: Size,
    /// Before the text.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// Opens in a new tab, outside the portal.
    #[prop(optional)]
    external: bool,
    /// A full page load, in the same tab.
    #[prop(optional)]
    leaves: bool,
    /// The text.
    children: Children,
) -> impl IntoView {
    let rel = if external { Some("external noopener") } else { leaves.then_some("external") };
    view! {
        <a
            class=button_class(variant, size)
            href=href
            target=external.then_some("_blank")
            rel=rel
        >
            {icon.map(|glyph| view! { <Icon glyph /> })}
            <span class="btn-text">{children()}</span>
            {external
                .then(|| {
                    view! {
                        <Icon glyph=Glyph::ArrowUpRight class="icon-out" />
                        <span class="sr-only">{t().ui.new_tab}</span>
                    }
                })}
        </a>
    }
}
