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
    unread: RwSignal<i64>,
}

/// How many notices the signed-in person has not read; the server puts it into the request of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread(pub i64);

/// Makes [`person`], [`preferences`] and [`unread`] known to everything below. Called once, at the root of the application, before
/// anything else that takes part in hydration.
pub fn provide_person() {
    let here = || (viewer::current(), viewer::prefs(), viewer::unread());
    let (viewer, prefs, unread) = SharedValue::new(here).into_inner();
    provide_context(AtThePage { viewer, prefs: RwSignal::new(prefs), unread: RwSignal::new(unread) });
}

/// The signed-in person, in a view.
pub fn person() -> Option<Viewer> {
    use_context::<AtThePage>().and_then(|at| at.viewer)
}

/// The person's choices of looks, in a view. Setting them changes what is shown as chosen, nothing else.
pub fn preferences() -> RwSignal<Prefs> {
    use_context::<AtThePage>().map_or_else(|| RwSignal::new(Prefs::default()), |at| at.prefs)
}

/// How many notices the person has not read, in a view. The frame keeps it up to date; a page that knows better sets it.
pub fn unread() -> RwSignal<i64> {
    use_context::<AtThePage>().map_or_else(|| RwSignal::new(0), |at| at.unread)
}
