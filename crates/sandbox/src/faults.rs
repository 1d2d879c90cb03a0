//! What can go wrong on request, and when.
//!
//! A [`Rule`] names a [`Fault`] and the requests that it strikes. Over HTTP the same rules are JSON:
//! `POST /_sandbox/faults` with `{"fault": {"status": {"code": 500}}, "path_contains": "page=3", "times": 1}`
//! or an array of such objects; `"endless_body"` and its like are plain strings.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use url::Url;

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Waits before answering.
    Slow { ms: u64 },
    /// Answers with this status, in the system's own error form.
    Status { code: u16 },
    /// Answers 429, in the system's own form.
    RateLimited {
        #[serde(default)]
        retry_after: Option<RetryAfter>,
    },
    /// Announces the whole length, sends `at_bytes` (at most all but one), then drops the connection.
    CutBody { at_bytes: usize },
    /// Sends the first half of the document and then something that no parser takes.
    InvalidJson,
    /// Answers 200 with a page of HTML, as a proxy's sign-in page would.
    HtmlInstead,
    /// Sends the document but for its end, then blanks for ever.
    EndlessBody,
    /// A share (0 to 1) of all items is not there; always the same ones.
    ItemsVanish { share: f64 },
    /// The first item of the page has no id.
    ItemWithoutId,
    /// The second item of the page carries the first one's id (a lone item is sent twice).
    DuplicateIds,
    /// The first item's text is this long.
    HugeItem { bytes: usize },
    /// Redirects (302) to this address.
    RedirectTo { url: Url },
    /// Every item's text carries script: an element, an event handler and a `javascript:` link.
    ScriptInContent,
    /// All times, the `Date` header among them, are off by this much.
    ClockSkew { ms: i64 },
    /// The pointer to the next page points back to an earlier one.
    CursorBackwards,
    /// Every session and token that the system has given out ends before the request is answered, as when it
    /// restarts or their time is over. Keys that it does not give out itself stay: for those a [`Fault::Status`]
    /// of 401 or 403 stands.
    TokensExpire,
}

/// What a 429 says about when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u32),
    /// An HTTP date that lies this many seconds ahead of the sandbox's clock.
    DateIn(u32),
}

impl RetryAfter {
    /// The wait in seconds.
    pub fn seconds(self) -> u32 {
        match self {
            Self::Seconds(wait) | Self::DateIn(wait) => wait,
        }
    }
}

impl Fault {
    /// This fault on every request.
    pub fn always(self) -> Rule {
        Rule { fault: self, path_contains: None, from_page: None, times: None }
    }

    /// This fault on the next `times` requests.
    pub fn times(self, times: u32) -> Rule {
        self.always().times(times)
    }
}

/// A fault and the requests that it strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub fault: Fault,
    /// Only requests whose path with query contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// Only from the n-th such request on, counted from 1 since the rule was set: with `7` the first
    /// six pages pass. Counting works for every system, also where a page is named by a cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_page: Option<u32>,
    /// How many requests are struck; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl Rule {
    /// Only requests whose path with query contains `part`.
    pub fn on(mut self, part: impl Into<String>) -> Self {
        self.path_contains = Some(part.into());
        self
    }

    /// Only from the `page`-th matching request on, counted from 1.
    pub fn from_page(mut self, page: u32) -> Self {
        self.from_page = Some(page);
        self
    }

    /// At most `times` requests.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// A rule with what has come of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    #[serde(flatten)]
    pub rule: Rule,
    /// Requests that the rule's path matched.
    pub matched: u32,
    /// Requests that it struck.
    pub struck: u32,
}

/// One system's faults. Clones share the same list.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Vec<Standing>>>);

impl Faults {
    /// Adds a rule; several may strike the same request.
    pub fn add(&self, rule: Rule) {
        self.list().push(Standing { rule, matched: 0, struck: 0 });
    }

    /// Removes every rule.
    pub fn clear(&self) {
        self.list().clear();
    }

    /// The rules and how often each has struck.
    pub fn standing(&self) -> Vec<Standing> {
        self.list().clone()
    }

    /// The faults that strike this request, each counted.
    pub(crate) fn strike(&self, path: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for standing in self.list().iter_mut() {
            let rule = &standing.rule;
            if !rule.path_contains.as_deref().is_none_or(|part| path.contains(part)) {
                continue;
            }
            standing.matched = standing.matched.saturating_add(1);
            let due = rule.from_page.is_none_or(|page| standing.matched >= page);
            if due && rule.times.is_none_or(|times| standing.struck < times) {
                standing.struck = standing.struck.saturating_add(1);
                faults.push(rule.fault.clone());
            }
        }
        faults
    }

    fn list(&self) -> MutexGuard<'_, Vec<Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_counts_its_own_requests() {
        let faults = Faults::default();
        faults.add(Fault::Status { code: 500 }.times(1).on("page").from_page(2));
        assert!(faults.strike("/other").is_empty());
        assert!(faults.strike("/latest?page=1").is_empty());
        assert_eq!(faults.strike("/latest?page=2"), [Fault::Status { code: 500 }]);
        assert!(faults.strike("/latest?page=2").is_empty());
        let standing = faults.standing();
        assert_eq!((standing[0].matched, standing[0].struck), (3, 1));
    }

    #[test]
    fn rules_read_from_json_and_refuse_misspellings() {
        let rule: Rule =
            serde_json::from_str(r#"{"fault":{"rate_limited":{"retry_after":{"seconds":2}}},"times":3}"#).unwrap();
        let fault = Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(2)) };
        assert_eq!(rule, fault.times(3));
        let rule: Rule = serde_json::from_str(r#"{"fault":"endless_body"}"#).unwrap();
        assert_eq!(rule, Fault::EndlessBody.always());
        assert!(serde_json::from_str::<Rule>(r#"{"fault":"slow","path":"x"}"#).is_err());
        assert!(serde_json::from_str::<Rule>(r#"{"fault":{"slow":{"s":1}}}"#).is_err());
    }
}
