//! Notices: what a person is told, on her page and by mail, as she prefers and when she wants it. Every mail has a record
//! of what became of it.
//!
//! Other rooms tell by [`service::tell`], in their own transaction, and need not know who wants to hear it how. From there:
//! `plan` (a job) decides by preference, quiet hours and digests when a mail is due; `deliver` (a job) sends it, tries
//! again, and writes down how that went.

mod api;
mod hours;
pub mod model;
mod pages;
pub mod parts;
mod views;

#[cfg(feature = "ssr")]
mod deliver;
#[cfg(feature = "ssr")]
pub mod jobs;
#[cfg(feature = "ssr")]
mod plan;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod timing;
#[cfg(feature = "ssr")]
mod unsubscribe;

#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use pages::{MailPage, NoticeSettingsPage, NoticesPage, UnsubscribePage};
