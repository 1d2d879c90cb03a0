//! The ecosystem in a box: servers on loopback that speak real vendors' APIs as documented, from
//! content that is embedded here, with faults on request.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sandbox::{Fault, Options, Sandbox};
//!
//! let running = Sandbox::start(Options::default()).await?;
//! println!("the wiki's API is {}api.php", running.urls().wiki);
//! running.faults().wiki.add(Fault::Status { code: 500 }.times(1).from_page(7));
//! running.world().wiki().add_page("Release day", "How we ship.", &["Engineering"], "mira")?;
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Every system listens on a port of its own at 127.0.0.1 and answers, beside its own API,
//! `/_sandbox/faults` (GET shows, POST adds, DELETE clears) and `/_sandbox/requests` (GET, DELETE).
//!
//! A further system is a module in `systems` that implements [`System`], and one line in
//! `systems/mod.rs`.

mod answers;
mod clock;
mod content;
mod faults;
mod films;
mod hash;
mod html;
mod inject;
mod items;
mod markup;
mod repositories;
mod requests;
mod server;
mod stock;
mod systems;
mod tokens;

pub use clock::{Clock, Hand};
pub use content::{
    BlogPost, Content, ContentError, ForumCategory, ForumContent, ForumPost, ForumTopic, LibraryItem, WikiArticle,
};
pub use faults::{Fault, Faults, RetryAfter, Rule, Standing};
pub use films::{Film, FilmChannel, FilmContent, FilmPlaylist, Films};
pub use repositories::{Repositories, RepositoryContent};
pub use requests::{Asked, Requests};
pub use server::{Options, Running, Sandbox, SandboxError};
pub use systems::{
    NAMES, PerSystem, System, World,
    academy::{Academy, Access},
    canvas::{
        Canvas, CanvasContent, CanvasCourse, CanvasEnrolment, CanvasItem, CanvasModule, CanvasPerson, CanvasSwitches,
    },
    confluence::{Confluence, ConfluenceContent, ConfluencePage, ConfluenceSpace},
    feeds::{Feed, Feeds, big},
    files::{Files, Sheet},
    forum::{ApiKey, Forum},
    github::GitHub,
    gitlab::GitLab,
    linkedin::{LinkedIn, LinkedInAsset, LinkedInContent},
    moodle::{
        Moodle, MoodleActivity, MoodleCategory, MoodleContent, MoodleCourse, MoodleEnrolment, MoodlePerson,
        MoodleSection, MoodleSwitches, MoodleText,
    },
    nodebb::NodeBb,
    openedx::{OpenEdx, OpenEdxContent, OpenEdxCourse},
    peertube::PeerTube,
    site::Site,
    vimeo::Vimeo,
    wiki::{Login, Wiki},
    wordpress::{Draft, WordPress},
    youtube::YouTube,
};

/// A change to a system's world that cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EditError {
    #[error("there is no {what} {key:?}")]
    Missing { what: &'static str, key: String },
    #[error("there is already a {what} {key:?}")]
    Exists { what: &'static str, key: String },
}
