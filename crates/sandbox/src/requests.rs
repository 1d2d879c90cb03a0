//! What was asked of a system, for a test to assert on.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;

/// How many requests are remembered; older ones are only counted.
const KEPT: usize = 20_000;

/// Query parameters whose values are not kept.
const SECRET: [&str; 5] = ["lgpassword", "lgtoken", "api_key", "token", "wstoken"];

/// One request that a system answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    pub method: String,
    /// Path with query; the values of secret parameters are left out.
    pub path: String,
    /// The status that was sent.
    pub status: u16,
}

#[derive(Debug, Default)]
struct Log {
    count: u64,
    kept: VecDeque<Asked>,
}

/// One system's requests, its `/_sandbox` control apart. Clones share the same record.
#[derive(Clone, Debug, Default)]
pub struct Requests(Arc<Mutex<Log>>);

impl Requests {
    /// How many requests were answered since the start or the last [`Requests::clear`].
    pub fn count(&self) -> u64 {
        self.log().count
    }

    /// The latest 20,000 requests, oldest first.
    pub fn all(&self) -> Vec<Asked> {
        self.log().kept.iter().cloned().collect()
    }

    /// Those whose path with query contains `part`.
    pub fn containing(&self, part: &str) -> Vec<Asked> {
        let log = self.log();
        log.kept.iter().filter(|asked| asked.path.contains(part)).cloned().collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.log() = Log::default();
    }

    pub(crate) fn record(&self, method: &str, path: &str, status: u16) {
        let mut log = self.log();
        log.count += 1;
        if log.kept.len() == KEPT {
            log.kept.pop_front();
        }
        log.kept.push_back(Asked { method: method.to_owned(), path: without_secrets(path), status });
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn without_secrets(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if SECRET.contains(&name) => name,
            _ => pair,
        })
        .collect();
    format!("{path}?{}", kept.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        let requests = Requests::default();
        requests.record("GET", "/api.php?action=login&lgpassword=hunter2&lgname=a", 200);
        assert_eq!(requests.all()[0].path, "/api.php?action=login&lgpassword&lgname=a");
    }
}
