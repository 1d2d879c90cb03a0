//! The personal feed.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// `/`
pub struct HomePage;

#[lazy_route]
impl LazyRoute for HomePage {
    fn data() -> Self {
        HomePage
    }

    fn view(this: Self) -> AnyView {
        let HomePage = this;
        view! { <main id="content"><h1>"Home"</h1></main> }.into_any()
    }
}
