//! Signing in with a bot password, as in API:Login.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

use super::{
    Wiki,
    params::{Fault, Params},
};
use crate::hash::mix;

const COOKIE: &str = "wiki_session";

/// Who has asked for a token, and who is signed in.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

#[derive(Clone, Default)]
struct Session {
    token: String,
    user: Option<String>,
}

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends every session, as when a wiki restarts or a session's time is over.
    pub(super) fn end(&self) {
        self.all().clear();
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::COOKIE)?.to_str().ok()?;
    let pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned()).next()
}

impl Wiki {
    /// Ends every session of the API; the next request with an old cookie is a stranger's.
    pub fn end_sessions(&self) {
        self.sessions.end();
    }

    /// The name of who asks, where they are signed in.
    pub(super) fn user(&self, headers: &HeaderMap) -> Option<String> {
        self.sessions.all().get(&cookie(headers)?)?.user.clone()
    }

    /// Whether who asks may read.
    pub(super) fn may_read(&self, headers: &HeaderMap) -> Result<(), Fault> {
        match self.login.is_none() || self.user(headers).is_some() {
            true => Ok(()),
            false => Err(Fault::new("readapidenied", "You need read permission to use this module.")),
        }
    }

    /// A login token; the second value is the cookie to set, where the client has none yet.
    pub(super) fn login_token(&self, headers: &HeaderMap) -> (String, Option<String>) {
        let mut sessions = self.sessions.all();
        let known = cookie(headers).filter(|id| sessions.contains_key(id));
        let number = sessions.len() as u64;
        let id = known.clone().unwrap_or_else(|| {
            let now = self.clock.now().unix_timestamp_nanos() as u64;
            format!("{:016x}{:016x}", mix(now ^ number), mix(number ^ 0x5e55))
        });
        let session = sessions.entry(id.clone()).or_default();
        session.token = format!("{:016x}{:016x}+\\", mix(number ^ 0x70ce), mix(number.wrapping_add(7)));
        let set = known.is_none().then(|| format!("{COOKIE}={id}; path=/; HttpOnly; SameSite=Lax"));
        (session.token.clone(), set)
    }

    /// `action=login`.
    pub(super) fn sign_in(&self, params: &Params, posted: bool, headers: &HeaderMap) -> Result<Value, Fault> {
        if !posted {
            return Err(Fault::new("mustbeposted", "The \"login\" module requires a POST request."));
        }
        let (password, token) = (params.secret("lgpassword")?, params.secret("lgtoken")?);
        let name = params.get("lgname").unwrap_or_default();
        let mut sessions = self.sessions.all();
        let session = cookie(headers).and_then(|id| sessions.get_mut(&id));
        let (Some(token), Some(session)) = (token, session) else {
            return Ok(json!({ "login": { "result": "NeedToken" } }));
        };
        if token != session.token {
            return Ok(json!({ "login": { "result": "WrongToken" } }));
        }
        let right = self
            .login
            .as_ref()
            .is_some_and(|login| login.username == name && Some(login.password.as_str()) == password);
        if !right {
            let reason = "Incorrect username or password entered. Please try again.";
            return Ok(json!({ "login": { "result": "Failed", "reason": reason } }));
        }
        // `User@bot` is signed in as User.
        let user = name.split('@').next().unwrap_or(name).to_owned();
        session.user = Some(user.clone());
        Ok(json!({ "login": { "result": "Success", "lguserid": 2, "lgusername": user } }))
    }
}
