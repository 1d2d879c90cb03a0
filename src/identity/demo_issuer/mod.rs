//! The demo's own identity provider: a real issuer (discovery, published keys, code flow with PKCE, userinfo, end of
//! session) whose only particularity is that it asks for no password. It speaks to the portal by HTTP like any other.
//! Only `atrium demo` mounts it, with a fresh key each start, and it refuses anything but loopback.

mod endpoints;
mod keys;
mod page;

pub use endpoints::routes;

use crate::base::{Res, Role};
use crate::platform::{Config, Issuer, Site, fault};
use keys::Key;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The name in `[atrium.issuers.NAME]`, and so in the callback's address.
pub const NAME: &str = "demo";
const CLIENT: &str = "atrium-demo";
/// Milliseconds that a code may wait for its exchange.
const CODE_LIFE: i64 = 60_000;
/// Milliseconds that an access token opens userinfo.
const ACCESS_LIFE: i64 = 300_000;

/// The issuer of one demo. Cloning it is cheap.
#[derive(Clone)]
pub struct DemoIssuer(Arc<Parts>);

struct Parts {
    site: Site,
    address: String,
    roles: BTreeMap<String, Vec<Role>>,
    key: RwLock<Arc<Key>>,
    codes: Mutex<HashMap<String, Grant>>,
    access: Mutex<HashMap<String, (String, i64)>>,
    #[cfg(test)]
    faults: Mutex<Faults>,
}

/// What a code stands for.
#[derive(Clone)]
struct Grant {
    person: String,
    callback: String,
    nonce: String,
    challenge: String,
    expires_at: i64,
}

/// What tests make this issuer do wrong.
#[cfg(test)]
#[derive(Clone, Default)]
pub struct Faults {
    /// The id token says this nonce.
    pub nonce: Option<String>,
    /// The id token is signed with a key that is not published.
    pub unknown_key: bool,
    /// The id token holds the subject only: the rest is at userinfo.
    pub lean: bool,
    /// `email_verified` says this; the inner `None` leaves it out.
    pub verified: Option<Option<bool>>,
    /// Whose mail address is told, whatever person was picked.
    pub email: Option<String>,
    /// The subject, whatever person was picked.
    pub subject: Option<String>,
}

impl DemoIssuer {
    /// For this portal; `roles` by mail address. Makes a key, which takes a moment.
    pub async fn new(site: &Site, roles: BTreeMap<String, Vec<Role>>) -> Res<DemoIssuer> {
        let key = tokio::task::spawn_blocking(Key::new).await.map_err(fault)??;
        Ok(DemoIssuer(Arc::new(Parts {
            site: site.clone(),
            address: address(&site.config),
            roles,
            key: RwLock::new(Arc::new(key)),
            codes: Mutex::default(),
            access: Mutex::default(),
            #[cfg(test)]
            faults: Mutex::default(),
        })))
    }

    /// Signs with a new key from now on, and publishes only that one.
    pub async fn rotate(&self) -> Res<()> {
        let key = tokio::task::spawn_blocking(Key::new).await.map_err(fault)??;
        *self.0.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
        Ok(())
    }

    /// Sets what to do wrong.
    #[cfg(test)]
    pub fn fail(&self, faults: Faults) {
        *locked(&self.0.faults) = faults;
    }

    fn key(&self) -> Arc<Key> {
        self.0.key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The issuer identifier: below the portal's own address.
fn address(config: &Config) -> String {
    format!("{}/demo-issuer", config.server.public_address)
}

/// Adds this issuer to the configuration.
pub fn configure(config: &mut Config) {
    let issuer = Issuer {
        label: "Choose a person of the demo".into(),
        address: address(config),
        client_id: CLIENT.into(),
        roles: [Role::Curator, Role::Operator].map(|role| (group(role), role.as_str().to_owned())).into(),
        ..Issuer::default()
    };
    config.issuers.insert(NAME.into(), issuer);
}

/// The group that stands for a role in this issuer's claims.
fn group(role: Role) -> String {
    format!("{}s", role.as_str())
}

/// Refuses to run where others could reach it: anybody who can open the page may be anybody.
pub fn refuse_public(config: &Config) -> Result<(), String> {
    let server = &config.server;
    if !server.listen.parse::<SocketAddr>().is_ok_and(|listen| listen.ip().is_loopback()) {
        return Err(format!(
            "the demo listens on loopback only, not on {}: set server.listen to 127.0.0.1:4000",
            server.listen
        ));
    }
    let url = url::Url::parse(&server.public_address).ok();
    let host = url.as_ref().and_then(url::Url::host_str).unwrap_or_default().trim_matches(['[', ']']);
    if host != "localhost" && !host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()) {
        return Err(format!(
            "the demo is not for others: server.public-address is {}, set it to http://127.0.0.1:4000",
            server.public_address
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_on_this_machine() {
        let refused = |listen: &str, public: &str| {
            let mut config = Config::default();
            config.server.listen = listen.into();
            config.server.public_address = public.into();
            refuse_public(&config).is_err()
        };
        assert!(!refused("127.0.0.1:4000", "http://127.0.0.1:4000"));
        assert!(!refused("[::1]:4000", "http://localhost:4000"));
        assert!(!refused("[::1]:4000", "http://[::1]:4000"));
        assert!(refused("0.0.0.0:4000", "http://127.0.0.1:4000"));
        assert!(refused("[::]:4000", "http://127.0.0.1:4000"));
        assert!(refused("10.0.0.5:4000", "http://127.0.0.1:4000"));
        assert!(refused("127.0.0.1:4000", "https://learn.example.com"));
        assert!(refused("127.0.0.1:4000", "http://localhost.example.com"));
    }
}
