//! Pages that come when they are asked for: the server's side, which draws them at once and lets the document fetch
//! their chunk early.

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
                ::leptos::prefetch_lazy_fn_on_server(stringify!($chunk));
                $draw()
            }
        }
    };
}
pub(crate) use lazy_page;
