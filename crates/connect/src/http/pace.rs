//! When to ask: pace by host, pauses between tries, what a server says about coming back.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

/// Keeps a distance between the requests to one host.
pub(super) struct Pace {
    interval: Duration,
    next: Mutex<HashMap<String, Instant>>,
}

impl Pace {
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, next: Mutex::default() }
    }

    /// Waits for the host's next free moment.
    pub(super) async fn wait(&self, host: &str) {
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            if next.len() > 1000 {
                next.retain(|_, at| *at > now);
            }
            let at = next.get(host).copied().unwrap_or(now).max(now);
            next.insert(host.to_owned(), at + self.interval);
            at
        };
        tokio::time::sleep_until(at).await;
    }

    /// Leaves the host alone for this long: it told one of us, and means all of us.
    pub(super) fn hold(&self, host: &str, wait: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + wait;
        let at = next.entry(host.to_owned()).or_insert(until);
        *at = until.max(*at);
    }
}

/// The pause before try `tries + 1`: doubled each time, up to a quarter more so that many sources that
/// failed together don't return together.
pub(super) fn backoff(first: Duration, tries: u32, key: &str) -> Duration {
    let pause = first.saturating_mul(1 << tries.saturating_sub(1).min(8));
    let mut hasher = DefaultHasher::new();
    (key, tries).hash(&mut hasher);
    pause + pause.mul_f64((hasher.finish() % 256) as f64 / 1024.0)
}

/// What `Retry-After` asks for: seconds, or a date, which is taken against the server's own clock
/// where it tells that.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let date =
        headers.get(DATE).and_then(|date| date.to_str().ok()).and_then(|date| httpdate::parse_http_date(date).ok());
    Some(until.duration_since(date.unwrap_or(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_to_a_host_keep_their_distance() {
        let pace = Pace::new(Duration::from_millis(40));
        let start = Instant::now();
        pace.wait("a").await;
        pace.wait("b").await;
        assert!(start.elapsed() < Duration::from_millis(40), "hosts don't wait for each other");
        pace.wait("a").await;
        pace.wait("a").await;
        assert!(start.elapsed() >= Duration::from_millis(80));
        pace.hold("a", Duration::from_millis(300));
        pace.wait("a").await;
        assert!(start.elapsed() >= Duration::from_millis(380));
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let headers = |pairs: &[(&'static str, &str)]| -> HeaderMap {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        };
        let now = httpdate::parse_http_date("Tue, 24 Nov 2026 12:00:00 GMT").unwrap();
        let after = |pairs: &[(&'static str, &str)]| retry_after(&headers(pairs), now).map(|wait| wait.as_secs());
        assert_eq!(after(&[("retry-after", "7")]), Some(7));
        assert_eq!(after(&[("retry-after", "Tue, 24 Nov 2026 12:00:09 GMT")]), Some(9));
        assert_eq!(after(&[("retry-after", "Tue, 24 Nov 2026 11:00:00 GMT")]), Some(0));
        let skewed = [("retry-after", "Tue, 24 Nov 2026 15:00:04 GMT"), ("date", "Tue, 24 Nov 2026 15:00:00 GMT")];
        assert_eq!(after(&skewed), Some(4));
        assert_eq!(after(&[("retry-after", "soon")]), None);
        assert_eq!(after(&[]), None);
    }

    #[test]
    fn pauses_grow() {
        let first = Duration::from_millis(100);
        let pauses: Vec<_> = (1..4).map(|tries| backoff(first, tries, "x")).collect();
        assert!(pauses[0] >= first && pauses[0] <= first.mul_f64(1.25));
        assert!(pauses[1] >= first * 2 && pauses[2] >= first * 4 && pauses[2] <= first * 5);
    }
}
