//! Buttons with which people keep, finish, hide and follow things. Each posts as a plain form; with JavaScript it shows
//! the outcome at once and takes it back, with the reason, when the server refuses.
//!
//! A page holds dozens of them, so a form draws all its buttons in one go and listens once, for itself: signals and
//! listeners of their own would cost each page more than everything else in it.

mod following;
mod learner_card;
mod marks;

pub use following::{FollowButton, Following};
pub use learner_card::LearnerCard;
pub use marks::{MarkButton, MarkForm, Marks, Switch};

use super::api::{FollowTopic, Mark};
use crate::base::posted_error;
use crate::ui::{Notice, Tone};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What was wrong with a form that was posted without JavaScript. Once on each page that holds such forms.
#[component]
pub fn PostProblem() -> impl IntoView {
    let error = posted_error(&[Mark::url(), FollowTopic::url()]);
    error.map(|error| view! { <Notice tone=Tone::Bad live=true title=error.to_string() /> })
}
