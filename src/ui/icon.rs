//! Icons, drawn inline so that they take the text's colour and need no request.

pub use super::icon_paths::Glyph;
use leptos::prelude::*;

/// One icon, as high as the text around it. It is hidden from screen readers: give the control that holds it a name.
///
/// ```ignore
/// <Icon glyph=Glyph::Search />
/// ```
#[component]
pub fn Icon(
    /// Which drawing.
    glyph: Glyph,
    /// More classes.
    #[prop(into, optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=glyph.drawing()></svg> }
}
