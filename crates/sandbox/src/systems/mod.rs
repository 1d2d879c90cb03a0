//! The systems, one module each.

use std::sync::Arc;

use axum::Router;
use url::Url;

use crate::{clock::Clock, content::ContentError, server::Options};

pub(crate) mod academy;
pub(crate) mod canvas;
pub(crate) mod confluence;
pub(crate) mod feeds;
pub(crate) mod files;
pub(crate) mod forum;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod linkedin;
pub(crate) mod moodle;
pub(crate) mod nodebb;
pub(crate) mod openedx;
pub(crate) mod peertube;
pub(crate) mod site;
pub(crate) mod vimeo;
pub(crate) mod wiki;
pub(crate) mod wordpress;
pub(crate) mod youtube;

/// A system that the sandbox plays.
pub trait System: Send + Sync + 'static {
    /// Its routes, all but `/_sandbox`.
    fn router(self: Arc<Self>) -> Router;

    /// The media type and body with which this vendor refuses a request: `status` is what is sent,
    /// `wait` the seconds that a 429 asks for.
    fn refusal(&self, status: u16, wait: Option<u32>) -> (&'static str, String) {
        let _ = wait;
        ("text/plain; charset=utf-8", format!("{status}\n"))
    }

    /// Ends every session and token that the system has given out; a system that gives out none has none to end.
    fn expire_tokens(&self) {}
}

/// What a system is built from.
pub(crate) struct Setup<'a> {
    pub(crate) options: &'a Options,
    pub(crate) content: &'a crate::Content,
    pub(crate) clock: Clock,
    /// Where the system listens, with a trailing slash.
    pub(crate) base: Url,
}

/// Lists the systems: the field's name is the system's name.
macro_rules! systems {
    ($($(#[$doc:meta])* $name:ident: $system:ty,)*) => {
        /// The systems' names, in the order of their default ports.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// One value for each system.
        #[derive(Clone, Debug)]
        pub struct PerSystem<T> {
            $($(#[$doc])* pub $name: T,)*
        }

        impl<T> PerSystem<T> {
            /// Makes a value for each system from its name.
            pub(crate) fn try_from_names<E>(
                mut make: impl FnMut(&'static str) -> Result<T, E>,
            ) -> Result<Self, E> {
                Ok(Self { $($name: make(stringify!($name))?,)* })
            }

            /// The values with their systems' names.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
                [$((stringify!($name), &self.$name)),*].into_iter()
            }
        }

        /// What the systems hold, to be changed while they serve.
        #[derive(Clone)]
        pub struct World {
            $($name: Arc<$system>,)*
        }

        impl World {
            $($(#[$doc])* pub fn $name(&self) -> &$system { &self.$name })*

            pub(crate) fn new<'a>(
                setup: impl Fn(&'static str, &Url) -> Setup<'a>,
                urls: &PerSystem<Url>,
            ) -> Result<Self, ContentError> {
                Ok(Self { $($name: Arc::new(<$system>::new(setup(stringify!($name), &urls.$name))?),)* })
            }

            pub(crate) fn systems(&self) -> Vec<(&'static str, Arc<dyn System>, Router)> {
                vec![$((
                    stringify!($name),
                    self.$name.clone() as Arc<dyn System>,
                    self.$name.clone().router(),
                )),*]
            }
        }
    };
}

systems! {
    /// Web feeds: RSS, Atom, JSON Feed, a podcast.
    feeds: feeds::Feeds,
    /// A MediaWiki.
    wiki: wiki::Wiki,
    /// A Discourse forum.
    forum: forum::Forum,
    /// A PeerTube instance.
    peertube: peertube::PeerTube,
    /// YouTube's Data API.
    youtube: youtube::YouTube,
    /// A GitHub Enterprise.
    github: github::GitHub,
    /// A GitLab.
    gitlab: gitlab::GitLab,
    /// A Moodle.
    moodle: moodle::Moodle,
    /// A Canvas.
    canvas: canvas::Canvas,
    /// A WordPress.
    wordpress: wordpress::WordPress,
    /// A training system with a JSON API of its own.
    academy: academy::Academy,
    /// Tables as files: CSV and JSON lines.
    files: files::Files,
    /// A website with a sitemap.
    site: site::Site,
    /// A Confluence Cloud.
    confluence: confluence::Confluence,
    /// Vimeo's API.
    vimeo: vimeo::Vimeo,
    /// A NodeBB forum.
    nodebb: nodebb::NodeBb,
    /// An Open edX.
    openedx: openedx::OpenEdx,
    /// LinkedIn Learning's API.
    linkedin: linkedin::LinkedIn,
}
