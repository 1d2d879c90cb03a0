//! The portal's two cookies: the session, and the mark of the browser that began a sign-in.

use crate::platform::Config;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// Seconds that the mark of a browser lives.
const MARK_SECONDS: i64 = 600;

/// Names and attributes, as the public address wants them.
#[derive(Clone, Debug)]
pub struct Cookies {
    session: String,
    mark: String,
    secure: &'static str,
    life: i64,
}

impl Cookies {
    /// With https both are `__Host-` and Secure. Without, browsers share cookies between ports of a host, so the port is
    /// part of the name: two portals on one machine do not sign each other's people out.
    pub fn new(config: &Config) -> Self {
        let port = url::Url::parse(&config.server.public_address).ok().and_then(|url| url.port());
        let (prefix, suffix, secure) = match (config.is_https(), port) {
            (true, _) => ("__Host-", String::new(), "; Secure"),
            (false, Some(port)) => ("", format!("-{port}"), ""),
            (false, None) => ("", String::new(), ""),
        };
        Cookies {
            session: format!("{prefix}atrium{suffix}"),
            mark: format!("{prefix}atrium-sign-in{suffix}"),
            secure,
            life: config.session.life_days * 86_400,
        }
    }

    /// The session's token, if the browser sent one.
    pub fn session(&self, headers: &HeaderMap) -> Option<String> {
        read(headers, &self.session)
    }

    /// Sets the session.
    pub fn set_session(&self, token: &str) -> Option<HeaderValue> {
        self.line(&self.session, token, "/", self.life)
    }

    /// Takes the session away.
    pub fn clear_session(&self) -> Option<HeaderValue> {
        self.line(&self.session, "", "/", 0)
    }

    /// The mark that belongs to the sign-in with this state. Several may be under way, one a tab.
    pub fn mark(&self, headers: &HeaderMap, state_hash: &str) -> Option<String> {
        read(headers, &self.mark_name(state_hash))
    }

    /// Sets the mark.
    pub fn set_mark(&self, state_hash: &str, value: &str) -> Option<HeaderValue> {
        self.line(&self.mark_name(state_hash), value, "/", MARK_SECONDS)
    }

    /// Takes the mark away.
    pub fn clear_mark(&self, state_hash: &str) -> Option<HeaderValue> {
        self.line(&self.mark_name(state_hash), "", "/", 0)
    }

    fn mark_name(&self, state_hash: &str) -> String {
        format!("{}-{}", self.mark, state_hash.get(..12).unwrap_or_default())
    }

    fn line(&self, name: &str, value: &str, path: &str, age: i64) -> Option<HeaderValue> {
        let secure = self.secure;
        format!("{name}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}").parse().ok()
    }
}

fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|value| !value.is_empty() && value.len() <= 200)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(address: &str) -> Cookies {
        let mut config = Config::default();
        config.server.public_address = address.into();
        Cookies::new(&config)
    }

    #[test]
    fn with_https_the_cookie_is_bound_to_the_host() {
        let line = cookies("https://learn.example.com").set_session("t0ken").unwrap();
        let line = line.to_str().unwrap();
        assert_eq!(line, "__Host-atrium=t0ken; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure");
        let plain = cookies("http://127.0.0.1:4000").set_session("t0ken").unwrap();
        assert!(plain.to_str().unwrap().starts_with("atrium-4000=t0ken; Path=/;"));
        assert!(!plain.to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn a_cookie_is_read_by_its_whole_name() {
        let cookies = cookies("http://127.0.0.1:4000");
        let headers = |line: &'static str| HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(line))]);
        assert_eq!(cookies.session(&headers("a=b; atrium-4000=tok; c=d")).as_deref(), Some("tok"));
        assert_eq!(cookies.session(&headers("atrium-40000=tok; xatrium-4000=tok")), None);
        assert_eq!(cookies.session(&headers("atrium-4000=")), None);
        assert_eq!(
            cookies.mark(&headers("atrium-sign-in-4000-0123456789ab=m"), "0123456789abcdef").as_deref(),
            Some("m")
        );
        assert_eq!(cookies.mark(&headers("atrium-sign-in-4000-0123456789ab=m"), "ffff456789abcdef"), None);
    }
}
