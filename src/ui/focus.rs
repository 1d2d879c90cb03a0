//! Where the keyboard is.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

/// Gives an element the focus, be it a control or, as a heading, something that takes it only from here.
pub fn focus(element: Element) {
    if !element.has_attribute("tabindex") && element.tag_name().starts_with('H') {
        let _ = element.set_attribute("tabindex", "-1");
    }
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        // It fails for nothing that is in the document.
        let _ = element.focus();
    }
}

/// Whether nothing has the focus: the browser then says that the body has it.
pub fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}
