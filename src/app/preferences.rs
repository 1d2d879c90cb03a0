//! The choice of looks: light or dark, roomy or compact. A plain form whose answer sets a cookie; with JavaScript the
//! page changes at once.

use crate::base::{AppError, Density, Prefs, Theme, preferences, t};
use crate::ui::{Glyph, Icon, pressed};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

/// Keeps one or both choices in this browser's cookies. Open to everybody: it touches nothing but the asker's browser.
#[server(prefix = "/api", endpoint = "frame/looks")]
pub async fn choose_looks(theme: Option<String>, density: Option<String>) -> Result<(), AppError> {
    let secure = if crate::platform::site()?.config.is_https() { "; Secure" } else { "" };
    let keep = |name: &str, value: &str| {
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
        crate::base::response::append_header("set-cookie", &cookie);
    };
    if let Some(theme) = theme {
        keep("theme", Theme::parse(&theme).as_str());
    }
    if let Some(density) = density {
        keep("density", Density::parse(&density).as_str());
    }
    Ok(())
}

/// The two choices, for the account menu.
#[component]
pub(super) fn Looks() -> impl IntoView {
    let prefs = preferences();
    let submit = move |event: SubmitEvent| {
        let Some((name, value)) = pressed(&event) else { return };
        event.prevent_default();
        let (theme, density) = if name == "theme" { (Some(value), None) } else { (None, Some(value)) };
        apply(theme.as_deref(), density.as_deref(), prefs);
        // The page shows the choice either way; when it could not be kept, the next page shows the earlier one.
        spawn_local(async move { drop(choose_looks(theme, density).await) });
    };
    let texts = &t().frame;
    let themes = [
        (Theme::System, texts.theme_system, Glyph::Monitor),
        (Theme::Light, texts.theme_light, Glyph::Sun),
        (Theme::Dark, texts.theme_dark, Glyph::Moon),
    ]
    .map(|(theme, text, glyph)| {
        view! { <Choice name="theme" value=theme.as_str() text glyph chosen=Signal::derive(move || prefs.get().theme == theme) /> }
    })
    .collect_view();
    let densities = [
        (Density::Roomy, texts.density_roomy, Glyph::Rows3),
        (Density::Compact, texts.density_compact, Glyph::Rows4),
    ]
    .map(|(density, text, glyph)| {
        view! { <Choice name="density" value=density.as_str() text glyph chosen=Signal::derive(move || prefs.get().density == density) /> }
    })
    .collect_view();
    view! {
        <form method="post" action=ChooseLooks::url() on:submit=submit>
            <p class="menu-label">{texts.theme}</p>
            <div class="choices" role="group" aria-label=texts.theme>
                {themes}
            </div>
        </form>
        <form method="post" action=ChooseLooks::url() on:submit=submit>
            <p class="menu-label">{texts.density}</p>
            <div class="choices" role="group" aria-label=texts.density>
                {densities}
            </div>
        </form>
    }
}

/// Shows the choice on the document, before the server has answered.
fn apply(theme: Option<&str>, density: Option<&str>, prefs: RwSignal<Prefs>) {
    let mut now = prefs.get_untracked();
    if let Some(theme) = theme {
        now.theme = Theme::parse(theme);
    }
    if let Some(density) = density {
        now.density = Density::parse(density);
    }
    prefs.set(now);
    if let Some(root) = document().document_element() {
        // Setting an attribute fails only for a name that is none.
        let _ = root.set_attribute("data-theme", now.theme.as_str());
        let _ = root.set_attribute("data-density", now.density.as_str());
    }
}

#[component]
fn Choice(
    name: &'static str,
    value: &'static str,
    text: &'static str,
    glyph: Glyph,
    chosen: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            class="choice"
            type="submit"
            name=name
            value=value
            aria-pressed=move || if chosen.get() { "true" } else { "false" }
        >
            <Icon glyph />
            <span>{text}</span>
        </button>
    }
}
