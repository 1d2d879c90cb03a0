//! Signing in and out, sessions, roles. Sign-in is always OpenID Connect, with one exception: a link made on the command
//! line for an operator who is locked out.

mod api;
mod model;
mod page;

#[cfg(feature = "ssr")]
mod accept;
#[cfg(feature = "ssr")]
mod cookies;
#[cfg(feature = "ssr")]
pub mod demo_issuer;
#[cfg(feature = "ssr")]
mod flow;
#[cfg(feature = "ssr")]
mod gate;
#[cfg(feature = "ssr")]
mod provider;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod store;

#[cfg(all(test, feature = "ssr"))]
mod accept_test;
#[cfg(all(test, feature = "ssr"))]
mod flow_test;
#[cfg(all(test, feature = "ssr"))]
mod session_test;
#[cfg(all(test, feature = "ssr"))]
mod testing;

pub use model::{IssuerLink, SignIn, Trouble, safe_path};
pub use page::{SignInLinkPage, SignInPage};
