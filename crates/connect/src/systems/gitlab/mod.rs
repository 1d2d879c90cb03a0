//! GitLab, through the REST API v4 (<https://docs.gitlab.com/api/rest/>; written for 16 to 18): READMEs and Markdown documents
//! of chosen projects, or of all of a group with its subgroups, become resources.
//!
//! How a run goes is told in `forge`. Lists of projects go by offset (`x-next-page`), trees by keyset, whose token stands
//! in `Link`; of both only the number or token is taken, never the address. What changed is told by the comparison of two
//! commits (`straight`, so that a rewritten history is no matter). 429 is waited out by `Retry-After`.

mod api;

use std::collections::BTreeMap;

use crate::{
    error::Look,
    system::{Connector, Field, FieldKind, Form, Settings, System},
    systems::forge::{Chosen, Forge, fields},
};
use api::Api;

/// GitLab as a kind of source.
pub(crate) struct GitLab;

const LOOK: Look = Look {
    name: "a GitLab",
    expected: api::EXPECTED,
    advice: "Give https://gitlab.com, or the home page of your GitLab. With /api/v4/projects after it, a browser shows JSON.",
};

const FIELDS: &[Field] = &fields(
    Field {
        name: "address",
        label: "Address of GitLab",
        help: "https://gitlab.com, or the home page of your own GitLab.",
        kind: FieldKind::Url,
        required: true,
        default: "",
    },
    Field {
        name: "owner",
        label: "Group or user",
        help: "All whose projects are read, those of subgroups too, but for archived ones and forks. Empty where they are named \
               below.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "repositories",
        label: "Projects",
        help: "group/project or group/subgroup/project, several with commas between.",
        kind: FieldKind::Text,
        required: false,
        default: "",
    },
    Field {
        name: "token",
        label: "Access token",
        help: "A project, group or personal access token with the scope read_api. Only for what is not public.",
        kind: FieldKind::Secret,
        required: false,
        default: "",
    },
);

impl System for GitLab {
    fn kind(&self) -> &'static str {
        "gitlab"
    }
    fn name(&self) -> &'static str {
        "GitLab"
    }
    fn summary(&self) -> &'static str {
        "READMEs and Markdown documents of projects, with the projects' topics."
    }
    fn docs(&self) -> &'static str {
        "https://docs.gitlab.com/api/rest/"
    }
    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn connect(&self, settings: &Settings) -> Result<Box<dyn Connector>, BTreeMap<String, String>> {
        let mut form = Form::new(FIELDS, settings);
        // GitLab nests groups up to twenty deep.
        let chosen = Chosen::read(&mut form, 2..=21);
        let token = form.some("token");
        let signs_in = token.is_some();
        let api = form.url("address").map(|mut site| {
            site.set_query(None);
            site.set_fragment(None);
            Api { site, token }
        });
        form.finish(api.map(|api| Forge::new(api, chosen, LOOK, signs_in)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_may_lie_deep() {
        let faults = |pairs: &[(&str, &str)]| {
            let mut settings = Settings::from([("address".to_owned(), "https://gitlab.com".to_owned())]);
            settings.extend(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())));
            GitLab.connect(&settings).err().map(|faults| faults.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(faults(&[("owner", "halden/platform"), ("repositories", "halden/firmware/boards")]).is_empty());
        assert_eq!(faults(&[]), ["repositories"]);
        assert_eq!(faults(&[("repositories", "halden")]), ["repositories"]);
        assert_eq!(faults(&[("owner", "halden/../x")]), ["owner"]);
    }
}
