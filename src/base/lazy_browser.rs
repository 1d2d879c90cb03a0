//! Pages that come when they are asked for: the browser's side, where a page is a call into another chunk of wasm.

/// See the server's side.
macro_rules! lazy_page {
    ($(#[$doc:meta])* $page:ident in $chunk:ident: $draw:path) => {
        $(#[$doc])*
        pub struct $page;

        const _: () = {
            #[::leptos::wasm_split::wasm_split($chunk, wasm_split_path = ::leptos::wasm_split, preload(fetch))]
            #[allow(non_snake_case)] // its place in the source names it in the wasm, so the name has to come from there
            fn $page() -> ::leptos::prelude::AnyView {
                $draw()
            }

            impl ::leptos_router::LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> ::leptos::prelude::AnyView {
                    $page().await
                }

                async fn preload() {
                    fetch().await;
                }
            }
        };
    };
}
pub(crate) use lazy_page;
