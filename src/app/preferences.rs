//! The choice of looks: light or dark, roomy or compact. A plain form whose answer sets a cookie; with JavaScript the
//! page changes at once.

use crate::base::{AppError, Density, Theme, preferences, t};
use crate::ui::{Glyph, Icon};
use leptos::prelude::*;

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
    let choose = ServerAction::<ChooseLooks>::new();
    let prefs = preferences();
    Effect::new(move |_| {
        if let Some(chosen) = choose.input().get() {
            apply(&chosen, prefs);
        }
    });
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
        <ActionForm action=choose>
            <p class="menu-label">{texts.theme}</p>
            <div class="choices" role="group" aria-label=texts.theme>
                {themes}
            </div>
        </ActionForm>
        <ActionForm action=choose>
            <p class="menu-label">{texts.density}</p>
            <div class="choices" role="group" aria-label=texts.density>
                {densities}
            </div>
        </ActionForm>
    }
}

/// Shows the choice on the document, before the server has answered.
fn apply(chosen: &ChooseLooks, prefs: RwSignal<crate::base::Prefs>) {
    let mut now = prefs.get_untracked();
    if let Some(theme) = &chosen.theme {
        now.theme = Theme::parse(theme);
    }
    if let Some(density) = &chosen.density {
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
