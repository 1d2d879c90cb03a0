//! Access tokens that a system gives out by client credentials (OAuth 2.0, RFC 6749, section 4.4), and that end.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use time::{Duration, OffsetDateTime};

use crate::{Clock, Login, answers::Params, hash::hash};

/// What gives tokens to one client.
pub(crate) struct Tokens {
    clock: Clock,
    client: Option<Login>,
    given: Mutex<Given>,
}

struct Given {
    /// Seconds that a token lives.
    life: i64,
    count: u64,
    /// With the end of each.
    tokens: BTreeMap<String, OffsetDateTime>,
}

/// What is known of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Valid,
    Over,
    Unknown,
}

impl Tokens {
    /// For this client, whose id is its user name; nobody gets a token where there is none.
    pub(crate) fn new(clock: Clock, client: Option<Login>, life: i64) -> Self {
        let given = Given { life, count: 0, tokens: BTreeMap::new() };
        Self { clock, client, given: Mutex::new(given) }
    }

    /// A token for who sends this form, and its life in seconds; else the standard's word for why not.
    pub(crate) fn grant(&self, form: &Params) -> Result<(String, i64), &'static str> {
        if form.get("grant_type") != Some("client_credentials") {
            return Err("unsupported_grant_type");
        }
        let client = self.client.as_ref().ok_or("invalid_client")?;
        let sent = (form.get("client_id"), form.get("client_secret"));
        if sent != (Some(client.username.as_str()), Some(client.password.as_str())) {
            return Err("invalid_client");
        }
        let now = self.clock.now();
        let mut given = self.given();
        given.count += 1;
        let token =
            format!("at-{}-{:016x}", given.count, hash(format!("{} {}", client.password, given.count).as_bytes()));
        let life = given.life;
        given.tokens.insert(token.clone(), now + Duration::seconds(life));
        Ok((token, life))
    }

    /// What is known of a token; one that is over stays known.
    pub(crate) fn standing(&self, token: &str) -> Standing {
        match self.given().tokens.get(token) {
            Some(end) if *end > self.clock.now() => Standing::Valid,
            Some(_) => Standing::Over,
            None => Standing::Unknown,
        }
    }

    /// Ends every token.
    pub(crate) fn expire(&self) {
        let now = self.clock.now();
        for end in self.given().tokens.values_mut() {
            *end = now;
        }
    }

    /// How many tokens were given out.
    pub(crate) fn count(&self) -> u64 {
        self.given().count
    }

    /// Lets tokens live for so many seconds from now on.
    pub(crate) fn live_for(&self, seconds: i64) {
        self.given().life = seconds;
    }

    fn given(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
