//! Configuration: one file, overridden key by key from the environment. Unknown keys are errors that suggest the
//! nearest known one.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, Value};

/// Everything under `[atrium]`. The file itself documents each key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Config {
    /// Addresses and proxies.
    pub server: Server,
    /// Where everything is kept.
    pub database: Database,
    /// The search index of this node.
    pub search: Search,
    /// The key that seals credentials.
    pub secrets: Secrets,
    /// How long sessions live.
    pub session: Session,
    /// How sources are synced.
    pub sync: Sync,
    /// How links are checked.
    pub links: Links,
    /// How mail is sent.
    pub mail: Mail,
    /// What is logged, and how.
    pub log: Log,
    /// Identity providers by name.
    pub issuers: BTreeMap<String, Issuer>,
}

/// `[atrium.server]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Server {
    /// Where pages are served.
    pub listen: String,
    /// What people type; no slash at the end.
    pub public_address: String,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Where Prometheus reads; empty: nowhere.
    pub metrics: String,
    /// Grace for running requests and jobs.
    pub shutdown_seconds: u64,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            listen: "127.0.0.1:4000".into(),
            public_address: "http://127.0.0.1:4000".into(),
            trusted_proxies: vec![],
            metrics: "127.0.0.1:4001".into(),
            shutdown_seconds: 20,
        }
    }
}

/// `[atrium.database]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://…`.
    pub url: String,
    /// Size of the pool.
    pub connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Database { url: "sqlite://data/atrium.db".into(), connections: 8 }
    }
}

/// `[atrium.search]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Search {
    /// Folder of the index.
    pub folder: String,
}

impl Default for Search {
    fn default() -> Self {
        Search { folder: "data/search".into() }
    }
}

/// `[atrium.secrets]`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Secrets {
    /// 32 bytes in base64, from the environment.
    pub key: String,
    /// A file that holds them.
    pub key_file: String,
}

/// `[atrium.session]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Session {
    /// Ends a session that nobody uses.
    pub idle_hours: i64,
    /// Ends any session.
    pub life_days: i64,
}

impl Default for Session {
    fn default() -> Self {
        Session { idle_hours: 12, life_days: 30 }
    }
}

/// `[atrium.sync]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Sync {
    /// Between two runs of a source, unless it says otherwise.
    pub interval_minutes: i64,
    /// Private origins that connectors may speak to.
    pub allowed_origins: Vec<String>,
    /// Share of a source's items whose removal waits for a confirmation.
    pub removal_share: f64,
}

impl Default for Sync {
    fn default() -> Self {
        Sync { interval_minutes: 60, allowed_origins: vec![], removal_share: 0.2 }
    }
}

/// `[atrium.links]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Links {
    /// Whether addresses are checked at all.
    pub check: bool,
    /// Between two checks of an address that works.
    pub interval_days: i64,
    /// Between two requests to the same host.
    pub pause_seconds: u64,
    /// Only these hosts are asked; empty: all.
    pub hosts: Vec<String>,
}

impl Default for Links {
    fn default() -> Self {
        Links { check: true, interval_days: 14, pause_seconds: 5, hosts: vec![] }
    }
}

impl Links {
    /// Whether links to `host` are checked.
    pub fn covers(&self, host: &str) -> bool {
        self.check && (self.hosts.is_empty() || self.hosts.iter().any(|each| each == host))
    }

    /// Hosts are compared as an address has them once it is read: in small letters, without a port.
    fn hosts_are_sound(&self) -> bool {
        let is_host = |host: &String| {
            url::Url::parse(&format!("http://{host}/")).is_ok_and(|url| url.host_str() == Some(host.as_str()))
        };
        self.hosts.iter().all(is_host)
    }
}

/// `[atrium.mail]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Mail {
    /// `HOST` or `HOST:PORT`; empty: no mail is sent.
    pub server: String,
    /// `starttls`, `tls` or `none`.
    pub encryption: String,
    /// Signs in at the server; empty: nobody does.
    pub user: String,
    /// From the environment.
    pub password: String,
    /// A file that holds it.
    pub password_file: String,
    /// Certificates in PEM, trusted beside the system's.
    pub ca_file: String,
    /// Whom mail is from.
    pub from: String,
}

impl Default for Mail {
    fn default() -> Self {
        Mail {
            server: String::new(),
            encryption: "starttls".into(),
            user: String::new(),
            password: String::new(),
            password_file: String::new(),
            ca_file: String::new(),
            from: String::new(),
        }
    }
}

impl Mail {
    /// Whether mail is sent at all.
    pub fn is_on(&self) -> bool {
        !self.server.is_empty()
    }

    /// Host and port of the server; `None` where that is neither.
    pub fn address(&self) -> Option<(String, u16)> {
        let usual = match self.encryption.as_str() {
            "tls" => 465,
            "none" => 25,
            _ => 587,
        };
        // An address of the web is read by the same rules, brackets of IPv6 included.
        let url = url::Url::parse(&format!("smtp://{}", self.server)).ok()?;
        let is_plain = url.path().is_empty() && url.query().is_none() && url.username().is_empty();
        let host = url.host_str().filter(|_| is_plain)?.trim_matches(['[', ']']).to_owned();
        Some((host, url.port().unwrap_or(usual)))
    }
}

/// `[atrium.log]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Log {
    /// tracing's EnvFilter.
    pub filter: String,
    /// `text` or `json`.
    pub format: String,
}

impl Default for Log {
    fn default() -> Self {
        Log { filter: "info".into(), format: "text".into() }
    }
}

/// `[atrium.issuers.NAME]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Issuer {
    /// On the sign-in button.
    pub label: String,
    /// The issuer identifier.
    pub address: String,
    /// Registered with the provider.
    pub client_id: String,
    /// Empty for a public client, which PKCE alone protects.
    pub client_secret: String,
    /// Asked for at sign-in.
    pub scopes: Vec<String>,
    /// The claim that lists the person's groups.
    pub groups_claim: String,
    /// Take the mail address as verified when the provider says nothing about it.
    pub trust_email: bool,
    /// Provider's group to role here.
    pub roles: BTreeMap<String, String>,
}

impl Default for Issuer {
    fn default() -> Self {
        Issuer {
            label: String::new(),
            address: String::new(),
            client_id: String::new(),
            client_secret: String::new(),
            scopes: ["openid", "email", "profile"].map(Into::into).to_vec(),
            groups_claim: "groups".into(),
            trust_email: false,
            roles: BTreeMap::new(),
        }
    }
}

/// Tables whose keys are names that an operator chose.
const NAMED: [&str; 2] = ["issuers", "roles"];

impl Config {
    /// Reads `path` (a missing file means the defaults) and applies `environment`. The errors name every faulty key.
    pub fn load(path: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Config, Vec<String>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(vec![format!("{}: {error}", path.display())]),
        };
        let file: Table = text.parse().map_err(|e| vec![format!("{}: {e}", path.display())])?;
        let mut table = match file.get("atrium") {
            Some(Value::Table(table)) => table.clone(),
            Some(_) => return Err(vec!["atrium: has to be a table, [atrium.server] and so on".into()]),
            None => Table::new(),
        };
        let known = known_keys();
        let mut faults = Vec::new();
        for (name, value) in environment {
            let Some(key) = name.strip_prefix("ATRIUM__") else { continue };
            if let Err(fault) =
                set(&mut table, &known, &key.to_lowercase().replace('_', "-").replace("--", "."), &value)
            {
                faults.push(format!("{name}: {fault}"));
            }
        }
        check_keys(&table, &known, "", &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let config: Config = Value::Table(table).try_into().map_err(|e| vec![format!("{}: {e}", path.display())])?;
        let faults = config.faults();
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// What is wrong although it parsed, key by key.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |ok: bool, key: &str, fault: &str| {
            if !ok {
                faults.push(format!("{key}: {fault}"));
            }
        };
        let address = url::Url::parse(&self.server.public_address);
        let is_origin = address
            .is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.path() == "/" && u.has_host())
            && !self.server.public_address.ends_with('/');
        check(is_origin, "server.public-address", "write it as https://learn.example.com, without a path or a slash");
        check(
            self.server.listen.parse::<std::net::SocketAddr>().is_ok(),
            "server.listen",
            "write it as 127.0.0.1:4000",
        );
        let networks = self.server.trusted_proxies.iter().all(|p| super::client::Network::parse(p).is_some());
        check(networks, "server.trusted-proxies", "addresses or networks, as in 10.0.0.0/8");
        let url = &self.database.url;
        let scheme = ["sqlite://", "postgres://", "postgresql://"].iter().any(|s| url.starts_with(s));
        check(scheme, "database.url", "has to begin with sqlite:// or postgres://");
        check((1..=200).contains(&self.database.connections), "database.connections", "from 1 to 200");
        check(
            self.session.idle_hours > 0 && self.session.life_days > 0,
            "session",
            "hours and days have to be positive",
        );
        check(self.sync.interval_minutes >= 5, "sync.interval-minutes", "at least 5");
        check((0.0..=1.0).contains(&self.sync.removal_share), "sync.removal-share", "a share from 0 to 1");
        check((1..=365).contains(&self.links.interval_days), "links.interval-days", "from 1 to 365");
        check(self.links.pause_seconds <= 60, "links.pause-seconds", "at most 60");
        check(self.links.hosts_are_sound(), "links.hosts", "names alone, in small letters, as in \"wiki.example.com\"");
        check(matches!(self.log.format.as_str(), "text" | "json"), "log.format", "\"text\" or \"json\"");
        super::mail::faults(&self.mail, &mut check);
        for (name, issuer) in &self.issuers {
            let key = format!("issuers.{name}");
            check(
                url::Url::parse(&issuer.address).is_ok(),
                &format!("{key}.address"),
                "the issuer's address is missing",
            );
            check(!issuer.client_id.is_empty(), &format!("{key}.client-id"), "is missing");
            for role in issuer.roles.values() {
                let known = crate::base::Role::parse(role).is_some();
                check(known, &format!("{key}.roles"), "roles are \"curator\" and \"operator\"");
            }
        }
        faults
    }

    /// Whether the public address is https: the session cookie is then `__Host-` and Secure.
    pub fn is_https(&self) -> bool {
        self.server.public_address.starts_with("https://")
    }

    /// What is in force, as TOML, secrets masked.
    pub fn masked(&self) -> String {
        let mut shown = self.clone();
        let mask = |secret: &mut String| {
            if !secret.is_empty() {
                *secret = "********".into();
            }
        };
        mask(&mut shown.secrets.key);
        mask(&mut shown.mail.password);
        shown.issuers.values_mut().for_each(|issuer| mask(&mut issuer.client_secret));
        if let Ok(mut url) = url::Url::parse(&shown.database.url)
            && url.password().is_some()
            && url.set_password(Some("********")).is_ok()
        {
            shown.database.url = url.to_string();
        }
        toml::to_string(&shown).unwrap_or_default()
    }
}

/// The default configuration as a table: its keys and types are the known ones.
fn known_keys() -> Table {
    let mut defaults = Config::default();
    defaults.issuers.insert("*".into(), Issuer::default());
    Table::try_from(&defaults).unwrap_or_default()
}

fn child<'t>(known: &'t Table, name: &str) -> Option<&'t Value> {
    known.get(name).or_else(|| known.get("*"))
}

fn check_keys(table: &Table, known: &Table, path: &str, faults: &mut Vec<String>) {
    for (key, value) in table {
        match (child(known, key), value) {
            (Some(Value::Table(_)), Value::Table(_)) if key == "roles" => {}
            (Some(Value::Table(below)), Value::Table(table)) => {
                check_keys(table, below, &format!("{path}{key}."), faults)
            }
            (Some(_), _) => {}
            (None, _) => faults.push(format!("{path}{key}: there is no such key{}", nearest(key, known))),
        }
    }
}

fn nearest(key: &str, known: &Table) -> String {
    let best = known.keys().map(|k| (strsim::jaro_winkler(key, k), k)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((likeness, name)) if likeness > 0.7 => format!("; did you mean {name}?"),
        _ => String::new(),
    }
}

/// Sets `path` ("server.listen") in `table` to `value`, read in the type that the default has.
fn set(table: &mut Table, known: &Table, path: &str, value: &str) -> Result<(), String> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let default = child(known, head).ok_or_else(|| format!("there is no key {path}{}", nearest(head, known)))?;
    match (rest, default) {
        (Some(rest), Value::Table(below)) => {
            let entry = table.entry(head).or_insert_with(|| Value::Table(Table::new()));
            let Value::Table(inner) = entry else { return Err(format!("{head} is no table in the file")) };
            if NAMED.contains(&head) && below.is_empty() {
                inner.insert(rest.to_owned(), Value::String(value.to_owned()));
                return Ok(());
            }
            set(inner, below, rest, value)
        }
        (None, default) => {
            table.insert(head.to_owned(), parse_like(default, value)?);
            Ok(())
        }
        (Some(_), _) => Err(format!("{head} has no keys of its own")),
    }
}

fn parse_like(default: &Value, value: &str) -> Result<Value, String> {
    match default {
        Value::String(_) => Ok(Value::String(value.to_owned())),
        Value::Integer(_) => value.parse().map(Value::Integer).map_err(|_| "has to be a whole number".into()),
        Value::Float(_) => value.parse().map(Value::Float).map_err(|_| "has to be a number".into()),
        Value::Boolean(_) => value.parse().map(Value::Boolean).map_err(|_| "has to be true or false".into()),
        Value::Array(_) => {
            let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Value::Table(_) | Value::Datetime(_) => Err("is a table: name one of its keys".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Leptos.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&path, environment.iter().map(|(k, v)| (k.to_string(), v.to_string())))
    }

    #[test]
    fn the_shipped_file_is_sound_and_names_every_key() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Leptos.toml");
        let config = Config::load(&path, std::iter::empty()).unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:4000");
        let text = std::fs::read_to_string(path).unwrap();
        for (section, keys) in known_keys() {
            for key in keys.as_table().unwrap().values().filter_map(Value::as_table).flat_map(Table::keys) {
                assert!(text.contains(&format!("{key} =")) || key == "roles", "{section}: {key} is not documented");
            }
            assert!(text.contains(&format!("[atrium.{section}")), "{section} is not documented");
        }
    }

    #[test]
    fn leptos_keys_equal_those_of_cargo() {
        let read = |name: &str| -> Table {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            std::fs::read_to_string(path).unwrap().parse().unwrap()
        };
        let cargo = read("Cargo.toml")["workspace"]["metadata"]["leptos"][0].clone();
        for (key, value) in read("Leptos.toml")["package"]["metadata"]["leptos"].as_table().unwrap() {
            assert_eq!(cargo.get(key), Some(value), "{key}");
        }
    }

    #[test]
    fn the_environment_overrides_in_the_right_type() {
        let config = load(
            "[atrium.server]\nlisten = \"127.0.0.1:1\"\n[atrium.issuers.company]\naddress = \"https://a.example\"\nclient-id = \"x\"",
            &[
                ("ATRIUM__SERVER__LISTEN", "127.0.0.1:2"),
                ("ATRIUM__DATABASE__CONNECTIONS", "3"),
                ("ATRIUM__SYNC__ALLOWED_ORIGINS", "http://a:1, http://b:2"),
                ("ATRIUM__ISSUERS__COMPANY__CLIENT_SECRET", "hush"),
                ("PATH", "/bin"),
            ],
        )
        .unwrap();
        assert_eq!((config.server.listen.as_str(), config.database.connections), ("127.0.0.1:2", 3));
        assert_eq!(config.sync.allowed_origins, ["http://a:1", "http://b:2"]);
        assert_eq!(config.issuers["company"].client_secret, "hush");
        assert!(!config.masked().contains("hush"));
    }

    #[test]
    fn a_typing_error_is_named_with_the_nearest_key() {
        let faults = load("[atrium.server]\nlisen = \"x\"\n[atrium.databse]\nurl = \"\"", &[]).unwrap_err();
        assert!(faults.iter().any(|f| f.contains("server.lisen") && f.contains("did you mean listen")), "{faults:?}");
        assert!(faults.iter().any(|f| f.contains("databse") && f.contains("did you mean database")), "{faults:?}");
        let faults = load("", &[("ATRIUM__DATABASE__CONNECTIONS", "many")]).unwrap_err();
        assert_eq!(faults, ["ATRIUM__DATABASE__CONNECTIONS: has to be a whole number"]);
    }

    #[test]
    fn values_that_cannot_work_are_refused_by_key() {
        for (text, key) in [
            ("[atrium.server]\npublic-address = \"learn.example.com\"", "server.public-address"),
            ("[atrium.server]\npublic-address = \"https://a.example/\"", "server.public-address"),
            ("[atrium.server]\ntrusted-proxies = [\"proxy\"]", "server.trusted-proxies"),
            ("[atrium.database]\nurl = \"mysql://\"", "database.url"),
            ("[atrium.sync]\nremoval-share = 3.0", "sync.removal-share"),
            ("[atrium.links]\ninterval-days = 0", "links.interval-days"),
            ("[atrium.links]\npause-seconds = 61", "links.pause-seconds"),
            ("[atrium.links]\nhosts = [\"https://a.example\"]", "links.hosts"),
            ("[atrium.links]\nhosts = [\"a.example:8080\"]", "links.hosts"),
            ("[atrium.links]\nhosts = [\"A.example\"]", "links.hosts"),
            ("[atrium.mail]\nserver = \"https://smtp.example\"\nfrom = \"a@b.example\"", "mail.server"),
            ("[atrium.mail]\nserver = \"smtp.example\"", "mail.from"),
            (
                "[atrium.mail]\nserver = \"smtp.example\"\nfrom = \"a@b.example\"\nencryption = \"ssl\"",
                "mail.encryption",
            ),
            ("[atrium.mail]\nserver = \"smtp.example\"\nfrom = \"a@b.example\"\nuser = \"u\"", "mail.password"),
            (
                "[atrium.mail]\nserver = \"smtp.example\"\nfrom = \"a@b.example\"\nuser = \"u\"\npassword = \"p\"\n\
                 encryption = \"none\"",
                "mail.encryption",
            ),
            ("[atrium.issuers.x]\naddress = \"https://a.example\"", "issuers.x.client-id"),
            ("[atrium.issuers.x.roles]\n\"g\" = \"root\"", "issuers.x.roles"),
        ] {
            let faults = load(text, &[]).unwrap_err();
            assert!(faults.iter().any(|f| f.starts_with(key)), "{text}: {faults:?}");
        }
    }

    #[test]
    fn a_mail_server_has_the_port_of_its_encryption_unless_it_names_one() {
        let address = |server: &str, encryption: &str| {
            Mail { server: server.into(), encryption: encryption.into(), ..Mail::default() }.address()
        };
        assert_eq!(address("smtp.example.com", "starttls"), Some(("smtp.example.com".into(), 587)));
        assert_eq!(address("smtp.example.com", "tls"), Some(("smtp.example.com".into(), 465)));
        assert_eq!(address("smtp.example.com:2525", "tls"), Some(("smtp.example.com".into(), 2525)));
        assert_eq!(address("[::1]:25", "none"), Some(("::1".into(), 25)));
        assert_eq!(address("smtp.example.com/path", "none"), None);
        assert_eq!(address("user@smtp.example.com", "none"), None);
    }

    #[test]
    fn links_are_checked_at_all_hosts_or_at_those_named() {
        let links = Links::default();
        assert!(links.covers("a.example"));
        let some = Links { hosts: vec!["127.0.0.1".into(), "[::1]".into()], ..Links::default() };
        assert!(some.hosts_are_sound() && some.covers("127.0.0.1") && !some.covers("a.example"));
        assert!(!Links { check: false, ..some }.covers("127.0.0.1"));
    }

    #[test]
    fn passwords_in_addresses_are_masked() {
        let mut config = Config::default();
        config.mail.password = "hush-hush".into();
        assert!(!config.masked().contains("hush-hush"));
        config.database.url = "postgres://atrium:s3cret@db/atrium".into();
        assert!(!config.masked().contains("s3cret"));
    }
}
