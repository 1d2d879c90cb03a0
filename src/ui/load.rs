//! What a page loads, and what it shows until then.
//!
//! A `Resource` instantiates some forty kilobytes of machinery for each type that it holds, and decodes by other code
//! than a server function does. Here all pages share one resource of one type, and each adds its own decoder.

use super::state::{Shape, Skeleton};
use crate::base::{AppError, Problem, t};
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::convert::Infallible;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

/// What a server function answers.
type Answer<T> = Result<T, AppError>;
type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An answer whose type only the page knows.
#[derive(Clone)]
enum Raw {
    /// As it was fetched, and how to write it into the document.
    Fetched(Arc<dyn Any + Send + Sync>, fn(&dyn Any) -> String),
    /// As the document brought it.
    Shipped(String),
}

/// Writes an answer into the document, and leaves reading it to [`Loaded`].
struct Shipping;

impl Encoder<Raw> for Shipping {
    type Error = Infallible;
    type Encoded = String;

    fn encode(raw: &Raw) -> Result<String, Infallible> {
        Ok(match raw {
            Raw::Fetched(answer, write) => write(answer.as_ref()),
            Raw::Shipped(text) => text.clone(),
        })
    }
}

impl Decoder<Raw> for Shipping {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Raw, Infallible> {
        Ok(Raw::Shipped(text.to_owned()))
    }
}

/// Whether a page loads something anew while it shows the last; the frame provides it, and shows it.
#[derive(Clone, Copy)]
pub struct Loading(pub RwSignal<bool>);

/// What a page loads: awaited, or shown with [`Loaded::show`].
pub struct Loaded<T>(Resource<Raw, Shipping>, PhantomData<fn() -> T>);

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Loaded<T> {}

/// Loads by a server function, anew whenever what `asked` returns is another. Loaded on the server, it comes with the
/// document.
///
/// ```ignore
/// let lists = load(move || page.get(), load_lists);
/// view! { <Page title="Lists">{lists.show(Shape::Cards, |lists| view! { <Lists lists /> })}</Page> }
/// ```
pub fn load<A, T, F>(
    asked: impl Fn() -> A + Send + Sync + 'static,
    fetch: impl Fn(A) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    A: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + Clone + Send + Sync + 'static,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    let asked = Memo::new(move |_| asked());
    let fetch = move || {
        let answer = fetch(asked.get_untracked());
        Box::pin(async move { Raw::Fetched(Arc::new(answer.await), write::<T>) }) as Later<Raw>
    };
    // Tracked by a read: to track alone does not compute it, and computing it later would look like a change.
    Loaded(resource(Box::new(move || asked.with(|_| ())), Box::new(fetch)), PhantomData)
}

/// The one resource: `changed` tracks what is asked for.
fn resource(
    changed: Box<dyn Fn() + Send + Sync>,
    fetch: Box<dyn Fn() -> Later<Raw> + Send + Sync>,
) -> Resource<Raw, Shipping> {
    let turn = AtomicU64::new(0);
    let source = move || {
        changed();
        turn.fetch_add(1, Ordering::Relaxed)
    };
    Resource::new_with_options(source, move |_| fetch(), false)
}

fn write<T: Serialize + 'static>(answer: &dyn Any) -> String {
    // Answers are of strings, numbers, lists and maps with string keys: serde_json writes them all.
    answer.downcast_ref::<Answer<T>>().and_then(|answer| serde_json::to_string(answer).ok()).unwrap_or_default()
}

fn read<T: DeserializeOwned + Clone + 'static>(raw: &Raw) -> Answer<T> {
    match raw {
        Raw::Fetched(answer, _) => match answer.downcast_ref::<Answer<T>>() {
            Some(answer) => answer.clone(),
            None => Err(unreadable()),
        },
        // From bytes, as server functions do it: one decoder for both.
        Raw::Shipped(text) => {
            serde_json::from_slice::<Answer<T>>(text.as_bytes()).unwrap_or_else(|_| Err(unreadable()))
        }
    }
}

/// The document is of one version, the program that reads it of another.
fn unreadable() -> AppError {
    AppError::Unavailable(t().errors.outdated.to_owned())
}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> IntoFuture for Loaded<T> {
    type Output = Answer<T>;
    type IntoFuture = Later<Answer<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { read(&self.0.await) })
    }
}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Loaded<T> {
    /// Shows `view` of it; until then `shape`, and instead of it the problem that was in the way. While it loads anew
    /// the last one stays.
    pub fn show<V: IntoView + 'static>(
        self,
        shape: Shape,
        view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
    ) -> AnyView {
        self.drawn(shape, false, view)
    }

    /// As [`Loaded::show`], under a heading that the page has either way.
    pub fn show_below<V: IntoView + 'static>(
        self,
        shape: Shape,
        view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
    ) -> AnyView {
        self.drawn(shape, true, view)
    }

    fn drawn<V: IntoView + 'static>(
        self,
        shape: Shape,
        below: bool,
        view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
    ) -> AnyView {
        let draw = move || {
            let view = view.clone();
            Box::pin(async move {
                let answer = self.await;
                if is_server() {
                    not_yet().await;
                }
                match answer {
                    Ok(value) => view(value).into_any(),
                    Err(error) => view! { <Problem error below /> }.into_any(),
                }
            }) as Later<AnyView>
        };
        waiting(shape, Box::new(draw))
    }
}

/// Makes who only looks whether the page is ready find that it is not, once. On the server Leptos looks before it draws,
/// to learn what else will have to be loaded; ready, the page would be drawn for that and thrown away.
async fn not_yet() {
    let mut was_asked = false;
    poll_fn(move |context| {
        if was_asked {
            return Poll::Ready(());
        }
        was_asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// `draw` as soon as it is ready, and `shape` until then.
pub fn waiting(shape: Shape, draw: Box<dyn Fn() -> Later<AnyView> + Send + Sync>) -> AnyView {
    let fallback = move || view! { <Skeleton shape /> };
    let drawn = move || Suspend::new(draw());
    if is_server() {
        // Nobody waits for a page that comes whole. And the setter below holds a lock while it takes it once more, which
        // on the server stands still for ever as soon as another thread asks for it in between.
        return view! { <Transition fallback>{drawn}</Transition> }.into_any();
    }
    let loading = use_context::<Loading>().map_or_else(|| RwSignal::new(false), |Loading(loading)| loading);
    let pending = SignalSetter::map(move |now| {
        // A page that has been left says nothing any more.
        let _ = loading.try_set(now);
    });
    view! {
        <Transition fallback set_pending=pending>
            {drawn}
        </Transition>
    }
    .into_any()
}
