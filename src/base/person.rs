//! The person at the page, for views: the same on the server and in the browser, because the server writes it into the
//! page and the browser reads it from there.

use super::prefs::Prefs;
use super::scope::Viewer;
use super::viewer;
use leptos::prelude::{RwSignal, SharedValue, provide_context, use_context};

#[derive(Clone)]
struct AtThePage {
    viewer: Option<Viewer>,
    prefs: RwSignal<Prefs>,
}

/// Makes [`person`] and [`preferences`] known to everything below. Called once, at the root of the application, before
/// anything else that takes part in hydration.
pub fn provide_person() {
    let (viewer, prefs) = SharedValue::new(|| (viewer::current(), viewer::prefs())).into_inner();
    provide_context(AtThePage { viewer, prefs: RwSignal::new(prefs) });
}

/// The signed-in person, in a view.
pub fn person() -> Option<Viewer> {
    use_context::<AtThePage>().and_then(|at| at.viewer)
}

/// The person's choices of looks, in a view. Setting them changes what is shown as chosen, nothing else.
pub fn preferences() -> RwSignal<Prefs> {
    use_context::<AtThePage>().map_or_else(|| RwSignal::new(Prefs::default()), |at| at.prefs)
}
