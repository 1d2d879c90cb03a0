//! The browser's half of Atrium. A crate of its own, because a cdylib gets link-time optimisation and a cdylib beside
//! an rlib does not.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script: makes what the server rendered interactive.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_lazy(atrium::app::App);
}
