//! Pages that come when they are asked for: the server's side, which draws them at once and lets the document fetch
//! their chunk early.

use leptos::WasmSplitManifest;
use leptos::prelude::*;
use leptos_meta::Link;

/// Lets the document that is being drawn fetch the files of a chunk early.
///
/// Leptos does so by itself for its own lazy pages, but looks the files up after the page was drawn, outside of its
/// owner: under load, links land in another request's document or in none.
pub fn preload(chunk: &str) {
    let Some(manifest) = use_context::<WasmSplitManifest>().and_then(|manifest| manifest.0.try_read_value()) else {
        return;
    };
    let (root, files, loader) = &*manifest;
    // Drawing a tag of leptos_meta puts it into the document's head; it draws nothing by itself.
    for file in files.get(chunk).into_iter().flatten() {
        let href = format!("{root}/{file}.wasm");
        let link = view! { <Link rel="preload" href as_="fetch" type_="application/wasm" crossorigin="anonymous" /> };
        let _ = link.to_html();
    }
    let _ = view! { <Link rel="modulepreload" href=format!("{root}/{loader}") crossorigin="anonymous" /> }.to_html();
}

/// Declares a page for the route table: `lazy_page! { /** Docs. */ NAME in CHUNK: FUNCTION }`, where the function draws
/// the page and creates what it loads.
///
/// Pages of one chunk are fetched together. `#[lazy_route]` gives each page a chunk of its own, and the splitter makes
/// one more for every set of pages that share a function: with twenty pages nearly two hundred files, ninety of them on
/// the first page. It also leaves what `LazyRoute::data` creates, and so every type that a page loads, in the part that
/// all pages wait for.
macro_rules! lazy_page {
    ($(#[$doc:meta])* $page:ident in $chunk:ident: $draw:path) => {
        $(#[$doc])*
        pub struct $page;

        impl ::leptos_router::LazyRoute for $page {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> ::leptos::prelude::AnyView {
                $crate::base::preload(stringify!($chunk));
                $draw()
            }
        }
    };
}
pub(crate) use lazy_page;
