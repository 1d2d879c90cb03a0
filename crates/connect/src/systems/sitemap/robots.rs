//! What a site's robots.txt lets us read (RFC 9309).

use std::time::Duration;

use robotxt::Robots;
use url::Url;

use crate::{
    error::Error,
    http::{Http, clock},
};

/// The longest pause between two pages that a site may ask for.
const MAX_DELAY: Duration = Duration::from_secs(10);

/// A site's rules.
pub(super) struct Rules {
    robots: Robots,
    /// When they were read, by the site's clock: epoch milliseconds.
    pub(super) at: i64,
}

impl Rules {
    /// Reads them. A file that is not there or closed to us allows everything; where the site cannot say for now, nothing
    /// is allowed, and the run is tried again later (section 2.3.1).
    ///
    /// # Errors
    /// Any of [`Error`].
    pub(super) async fn read(http: &Http, site: &Url) -> Result<Self, Error> {
        let url = site.join("/robots.txt").map_err(|_| Error::Address {
            url: crate::http::mask(site),
            reason: "it has no place for a robots.txt".to_owned(),
        })?;
        let request = http.get(&url).header("accept", "text/plain, */*;q=0.5");
        let answer = request
            .read(|response| match response.status() {
                400..=428 | 430..=499 => Ok((None, response.clock())),
                _ => response.ok().map(|()| (Some(response.body().clone()), response.clock())),
            })
            .await;
        match answer {
            Ok((None, at)) => Ok(Self { robots: Robots::allow_all(), at }),
            Ok((Some(text), at)) => Ok(Self { robots: Robots::parse(&text, name(http)), at }),
            // Too many redirects, or one that leads where nobody may follow: as if there were none.
            Err(Error::Redirect { .. }) => Ok(Self { robots: Robots::allow_all(), at: clock(None) }),
            Err(error) => Err(error),
        }
    }

    /// Whether a page may be read.
    pub(super) fn allow(&self, page: &Url) -> bool {
        self.robots.is_url_allowed(page)
    }

    /// The pause between two pages that the site asks for, within bounds.
    pub(super) fn delay(&self) -> Duration {
        self.robots.crawl_delay().unwrap_or_default().min(MAX_DELAY)
    }
}

/// The product token of our user agent.
fn name(http: &Http) -> &str {
    http.policy().user_agent.split(['/', ' ']).next().unwrap_or_default()
}
