//! GitHub, and GitHub Enterprise, through the REST API (<https://docs.github.com/en/rest>, version 2022-11-28): READMEs and
//! Markdown documents of chosen repositories, or of all of an organisation or a user, become resources.
//!
//! How a run goes is told in `forge`. Here a repository is asked for with its ETag, and its default branch with the
//! commit that is known; both answers of 304 cost nothing of the limit. What changed is told by the comparison of two
//! commits, what is there by git's trees: the root, then those of the folders, so that a large repository without many
//! documents is no matter. A title is the first heading of a blob.
//!
//! Refusals for haste are 403 or 429: with `retry-after`, with `x-ratelimit-remaining: 0` and the time in
//! `x-ratelimit-reset`, or, for the secondary limits, with neither, which means a minute at least.

mod api;

use std::collections::BTreeMap;

use url::Url;

use crate::{
    error::Look,
    system::{Connector, Field, FieldKind, Form, Settings, System},
    systems::forge::{Chosen, Forge, fields},
};
use api::Api;

/// GitHub as a kind of source.
pub(crate) struct GitHub;

const LOOK: Look = Look {
    name: "a GitHub",
    expected: api::EXPECTED,
    advice: "Give https://github.com, or the home page of your GitHub Enterprise.",
};

const FIELDS: &[Field] = &fields(
    Field {
        name: "address",
        label: "Address of GitHub",
        help: "https://github.com, or the home page of your own GitHub Enterprise.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "owner",
        label: "Organisation or user",
        help: "All whose repositories are read, but for archived ones and forks. Empty where they are named below.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "repositories",
        label: "Repositories",
        help: "owner/name, several with commas between.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "token",
        label: "Access token",
        help: "A fine-grained one that may read contents and metadata of these repositories. Without one, GitHub answers 60 \
               questions an hour.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
);

impl System for GitHub {
    fn kind(&self) -> &'static str {
        "github"
    }
    fn name(&self) -> &'static str {
        "GitHub"
    }
    fn summary(&self) -> &'static str {
        "READMEs and Markdown documents of repositories, with the repositories' topics."
    }
    fn docs(&self) -> &'static str {
        "https://docs.github.com/en/rest"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        let chosen = Chosen::read(&mut form, 2..=2);
        let token = form.some("token");
        let api = form.url("address").and_then(|site| {
            let api = api_of(&site);
            if api.is_none() {
                form.fault("address", "Give https://github.com, or the home page of your GitHub Enterprise.");
            }
            Some((site, api?))
        });
        let signs_in = token.is_some();
        form.finish(api.map(|(site, api)| Forge::new(Api { site, api, token }, chosen, LOOK, signs_in)))
    }
}

/// Where the API of a site is: `api.github.com`, `api.NAME.ghe.com`, or `/api/v3/` of a server of one's own.
fn api_of(site: &Url) -> Option<Url> {
    let host = site.host_str()?;
    let own = || Url::parse(&format!("https://api.{}/", host.trim_start_matches("www."))).ok();
    match host {
        "github.com" | "www.github.com" => own(),
        "api.github.com" => None,
        host if host.ends_with(".ghe.com") => own(),
        _ => {
            let mut api = site.clone();
            api.set_query(None);
            api.set_fragment(None);
            api.set_path("/api/v3/");
            Some(api)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_where_the_site_is() {
        let api = |site: &str| api_of(&Url::parse(site).unwrap()).map(|api| api.to_string());
        assert_eq!(api("https://github.com/halden").as_deref(), Some("https://api.github.com/"));
        assert_eq!(api("https://halden.ghe.com").as_deref(), Some("https://api.halden.ghe.com/"));
        assert_eq!(
            api("https://git.halden.example:8443/x?y").as_deref(),
            Some("https://git.halden.example:8443/api/v3/")
        );
        assert_eq!(api("https://api.github.com"), None);
    }

    #[test]
    fn a_form_wants_an_owner_or_repositories() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://github.com".to_owned())]);
            settings.extend(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
            GitHub.connect(&settings).err().map(|faults| faults.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert_eq!(faults(&[]), ["repositories"]);
        assert!(faults(&[("owner", "halden")]).is_empty());
        assert!(faults(&[("repositories", "halden/docs, halden/tools")]).is_empty());
        assert_eq!(faults(&[("repositories", "halden")]), ["repositories"]);
        assert_eq!(faults(&[("owner", "halden/docs")]), ["owner"]);
        assert_eq!(faults(&[("owner", "halden"), ("folders", "../x")]), ["folders"]);
    }
}
