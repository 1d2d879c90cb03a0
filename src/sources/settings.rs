//! What a source's form holds: read and checked by its system's fields, secrets sealed apart, shown again without them.
//!
//! What was entered and not saved yet (a connection test came between, or a field was refused) travels in the page's
//! address as a sealed draft, so that nobody has to type twice and it works without JavaScript.

use super::model::{FieldView, FormView, Input, SectionView, TestStep};
use super::store::SourceRow;
use crate::base::{AppError, Fields, HOUR, MINUTE, Res, Scope, t};
use crate::platform::{Site, fault};
use connect::{Connector, Field, FieldKind, Reading, Settings, System};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest name of a source.
const NAME_MAX: usize = 80;
/// Longest setting.
const VALUE_MAX: usize = 2000;
/// Minutes between two runs, at least and at most (a month).
const INTERVAL: std::ops::RangeInclusive<i64> = 5..=43_200;
/// How long a draft can be taken up again.
const DRAFT_LIFE: i64 = HOUR;

/// What was entered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    pub kind: String,
    pub name: String,
    /// Minutes; empty means the configured interval.
    pub interval: String,
    pub settings: BTreeMap<String, String>,
    /// A group's id; empty means everybody.
    pub audience: String,
    /// It is meant to read from where another source reads already.
    pub again: bool,
}

/// What was entered, and what came of it: the inside of a sealed draft.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Draft {
    pub entered: Entered,
    /// The secrets that are kept until others are entered, and the addresses that they belong to.
    pub held: Settings,
    /// Which state of the source the form was made from.
    pub version: i64,
    pub faults: Fields,
    pub steps: Vec<TestStep>,
    pub made_at: i64,
}

/// What was entered, checked.
pub struct Checked {
    pub kind: &'static str,
    pub name: String,
    pub interval_ms: i64,
    /// Secrets included.
    pub settings: Settings,
    /// Whether there is such a group is for the caller to see.
    pub audience: Option<String>,
    pub connector: Box<dyn Connector>,
}

/// The system of that kind.
pub fn system(kind: &str) -> Res<&'static dyn System> {
    connect::system(kind).ok_or_else(|| AppError::invalid("kind", t().sources.fault_kind))
}

/// The setting that says where a system of that kind is.
pub fn address_field(kind: &str) -> Res<&'static str> {
    let fields = system(kind)?.fields();
    Ok(fields.iter().find(|f| matches!(f.kind, FieldKind::Url)).map_or("address", |f| f.name))
}

fn owner(id: &str) -> String {
    format!("source/{id}")
}

fn is_secret(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Secret)
}

/// A source's settings, secrets included.
pub fn opened(site: &Site, source: &SourceRow) -> Res<Settings> {
    let mut settings: Settings = serde_json::from_value(source.settings.clone()).map_err(fault)?;
    if let Some(sealed) = &source.secrets {
        let plain = site.keeper.open(&owner(&source.id), sealed).map_err(fault)?;
        settings.extend(serde_json::from_str::<Settings>(&plain).map_err(fault)?);
    }
    Ok(settings)
}

/// The connector of a source as it is kept; the error names what is wrong with its settings.
pub fn connector(site: &Site, source: &SourceRow) -> Result<Box<dyn Connector>, String> {
    let texts = &t().sources;
    let system = connect::system(&source.kind).ok_or_else(|| texts.fault_kind.to_owned())?;
    let settings = opened(site, source).map_err(|_| texts.error_key.to_owned())?;
    system.connect(&settings).map_err(|faults| {
        let each: Vec<String> = faults.iter().map(|(field, fault)| format!("{field}: {fault}")).collect();
        each.join(" ")
    })
}

/// How a source's people are read, if they are.
pub fn reading(site: &Site, source: &SourceRow) -> Res<Option<Reading>> {
    Ok(Reading::of(&opened(site, source)?))
}

/// What of the settings says what is read of the catalogue, and from where.
pub fn about_catalogue(settings: &Settings) -> Settings {
    settings
        .iter()
        .filter(|(name, _)| !Reading::is_about(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Splits settings into what may lie readable and the sealed rest.
pub fn sealed(site: &Site, id: &str, checked: &Checked) -> Res<(serde_json::Value, Option<String>)> {
    let fields = system(checked.kind)?.fields();
    let secret = |name: &str| fields.iter().any(|f| f.name == name && is_secret(f));
    let (secrets, plain): (Settings, Settings) =
        checked.settings.clone().into_iter().partition(|(name, _)| secret(name));
    let plain = serde_json::to_value(plain).map_err(fault)?;
    if secrets.is_empty() {
        return Ok((plain, None));
    }
    let text = serde_json::to_string(&secrets).map_err(fault)?;
    Ok((plain, Some(site.keeper.seal(&owner(id), &text).map_err(fault)?)))
}

/// The secrets among `settings`, and the addresses that they are sent to. A box that was left empty holds none.
pub fn held(kind: &str, settings: &Settings) -> Res<Settings> {
    let fields = system(kind)?.fields();
    let holds =
        |name: &str| fields.iter().any(|f| f.name == name && (is_secret(f) || matches!(f.kind, FieldKind::Url)));
    let held = settings.iter().filter(|(name, value)| !value.trim().is_empty() && holds(name));
    Ok(held.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// What the form calls the box that gives up a kept secret.
pub fn forget(field: &str) -> String {
    format!("{field}-forget")
}

/// Secrets that were left empty are those of `kept`, as long as they would be sent to the same place: a changed address
/// has to come with its own secrets, or a kept one could be drawn out by pointing the source elsewhere. A secret that is
/// given up is not kept.
pub fn with_kept(mut entered: Entered, kept: &Settings) -> Res<Entered> {
    let system = system(&entered.kind)?;
    let moved = system
        .fields()
        .iter()
        .filter(|f| matches!(f.kind, FieldKind::Url))
        .any(|f| origin(entered.settings.get(f.name)) != origin(kept.get(f.name)));
    let mut faults = Fields::new();
    for field in system.fields().iter().filter(|f| is_secret(f)) {
        let given = entered.settings.get(field.name).is_some_and(|v| !v.trim().is_empty());
        let given_up = entered.settings.remove(&forget(field.name)).is_some();
        match kept.get(field.name).filter(|_| !given_up) {
            Some(_) if !given && moved => drop(faults.insert(field.name.into(), t().sources.fault_secret_again.into())),
            Some(secret) if !given => drop(entered.settings.insert(field.name.to_owned(), secret.clone())),
            _ => {}
        }
    }
    if faults.is_empty() { Ok(entered) } else { Err(AppError::Invalid(faults)) }
}

fn origin(address: Option<&String>) -> Option<url::Origin> {
    address.and_then(|a| url::Url::parse(a.trim()).ok()).map(|url| url.origin())
}

/// Checks what was entered; the error names every field that is wrong.
pub fn check(site: &Site, entered: &Entered) -> Res<Checked> {
    let texts = &t().sources;
    let system = system(&entered.kind)?;
    let mut faults = Fields::new();
    let name = entered.name.trim().to_owned();
    if name.is_empty() {
        faults.insert("name".into(), texts.fault_name.into());
    } else if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        faults.insert("name".into(), texts.fault_name_long.into());
    }
    let interval = interval(site, &entered.interval);
    if interval.is_none() {
        faults.insert("interval".into(), texts.fault_interval.into());
    }
    let fields = system.fields();
    let mut settings = Settings::new();
    for (field, value) in &entered.settings {
        if !fields.iter().any(|f| f.name == field) {
            let field: String = field.chars().take(40).collect();
            faults.insert(field, texts.fault_unknown.into());
        } else if value.chars().count() > VALUE_MAX {
            faults.insert(field.clone(), texts.fault_long.into());
        } else if !value.trim().is_empty() {
            settings.insert(field.clone(), value.trim().to_owned());
        }
    }
    let connector = match system.connect(&settings) {
        Ok(connector) => Some(connector),
        Err(wrong) => {
            for (field, fault) in wrong {
                faults.entry(field).or_insert(fault);
            }
            None
        }
    };
    match (connector, interval) {
        (Some(connector), Some(minutes)) if faults.is_empty() => {
            let audience = Some(entered.audience.clone()).filter(|group| !group.is_empty());
            Ok(Checked { kind: system.kind(), name, interval_ms: minutes * MINUTE, settings, audience, connector })
        }
        _ => Err(AppError::Invalid(faults)),
    }
}

fn interval(site: &Site, text: &str) -> Option<i64> {
    let text = text.trim();
    let minutes = if text.is_empty() { site.config.sync.interval_minutes } else { text.parse().ok()? };
    INTERVAL.contains(&minutes).then_some(minutes)
}

fn draft_owner(scope: &Scope, id: Option<&str>) -> String {
    format!("draft/{}/{}", scope.actor(), id.unwrap_or("new"))
}

/// Seals a draft for the person and the source that it belongs to.
pub fn seal_draft(site: &Site, scope: &Scope, id: Option<&str>, draft: &Draft) -> Res<String> {
    let text = serde_json::to_string(draft).map_err(fault)?;
    let sealed = site.keeper.seal(&draft_owner(scope, id), &text).map_err(fault)?;
    Ok(sealed.replace('+', "-").replace('/', "_"))
}

/// Opens a draft; one that is somebody else's, of another source, too old or damaged counts as none.
pub fn open_draft(site: &Site, scope: &Scope, id: Option<&str>, sealed: &str) -> Option<Draft> {
    if sealed.is_empty() || sealed.len() > 64 * 1024 {
        return None;
    }
    let sealed = sealed.replace('-', "+").replace('_', "/");
    let text = site.keeper.open(&draft_owner(scope, id), &sealed).ok()?;
    let draft: Draft = serde_json::from_str(&text).ok()?;
    (site.now() - draft.made_at <= DRAFT_LIFE).then_some(draft)
}

/// The form of a new source, or of `source` as it is kept, or as a draft has it. `groups` are those that can be chosen,
/// by id and name.
pub fn form(
    site: &Site,
    scope: &Scope,
    kind: &str,
    source: Option<&SourceRow>,
    draft: Option<Draft>,
    groups: Vec<(String, String)>,
) -> Res<FormView> {
    let system = system(kind)?;
    let id = source.map(|s| s.id.as_str());
    let settings = source.map(|s| opened(site, s)).transpose()?.unwrap_or_default();
    let version = source.map_or(0, |s| s.updated_at);
    let outdated = source.is_some() && draft.as_ref().is_some_and(|d| d.version != version);
    let sealed = draft.as_ref().map(|d| seal_draft(site, scope, id, d)).transpose()?.unwrap_or_default();
    let draft = draft.unwrap_or_else(|| Draft {
        entered: Entered {
            kind: kind.to_owned(),
            name: source.map(|s| s.name.clone()).unwrap_or_default(),
            interval: source.map(|s| (s.interval_ms / MINUTE).to_string()).unwrap_or_default(),
            settings: settings.clone(),
            audience: source.and_then(|s| s.audience.clone()).unwrap_or_default(),
            again: false,
        },
        held: settings,
        version,
        ..Draft::default()
    });
    let Draft { entered, held, version, mut faults, steps, made_at } = draft;
    let fields: Vec<FieldView> = system.fields().iter().map(|f| field(f, &entered, &held, &mut faults)).collect();
    let sections = sections(system, &fields);
    let (name, interval) = own_fields(site, &entered, &mut faults);
    let audience = audience_field(&entered, groups, &mut faults);
    // Whatever is left names no input of this form.
    let rest: Vec<String> = faults
        .iter()
        .map(|(field, fault)| if field.is_empty() { fault.clone() } else { format!("{field}: {fault}") })
        .collect();
    Ok(FormView {
        id: id.map(str::to_owned),
        kind: kind.to_owned(),
        system: system.name().to_owned(),
        docs: system.docs().to_owned(),
        version,
        outdated,
        draft: sealed,
        name,
        fields,
        sections,
        audience,
        interval,
        address: address_field(kind)?.to_owned(),
        twin: None,
        again: entered.again,
        sent_at: made_at,
        error: (!rest.is_empty()).then(|| rest.join(" ")),
        steps,
    })
}

/// The parts of the form. One that is folded by its system opens where something in it is filled in or faulty.
fn sections(system: &dyn System, fields: &[FieldView]) -> Vec<SectionView> {
    let all = system.sections();
    let needs_a_look = |f: &FieldView| f.error.is_some() || f.kept || (!f.value.is_empty() && f.value != f.default);
    let views = all.iter().enumerate().map(|(at, section)| {
        let end = all.get(at + 1).map(|next| next.from);
        let within = fields.iter().skip_while(|f| f.name != section.from).take_while(|f| Some(f.name.as_str()) != end);
        SectionView {
            from: section.from.to_owned(),
            title: section.title.to_owned(),
            help: section.help.to_owned(),
            folded: section.folded && !within.into_iter().any(needs_a_look),
        }
    });
    views.collect()
}

fn own_fields(site: &Site, entered: &Entered, faults: &mut Fields) -> (FieldView, FieldView) {
    let texts = &t().sources;
    let name = FieldView {
        name: "name".into(),
        label: texts.field_name.into(),
        help: texts.help_name.into(),
        input: Input::Text,
        required: true,
        value: entered.name.clone(),
        default: String::new(),
        kept: false,
        error: faults.remove("name"),
    };
    let interval = FieldView {
        name: "interval".into(),
        label: texts.field_interval.into(),
        help: texts.help_interval.into(),
        input: Input::Number,
        required: false,
        value: entered.interval.clone(),
        default: site.config.sync.interval_minutes.to_string(),
        kept: false,
        error: faults.remove("interval"),
    };
    (name, interval)
}

fn audience_field(entered: &Entered, groups: Vec<(String, String)>, faults: &mut Fields) -> FieldView {
    let texts = &t().sources;
    let everyone = (String::new(), texts.everyone.to_owned());
    FieldView {
        name: "audience".into(),
        label: texts.field_audience.into(),
        help: texts.help_audience.into(),
        input: Input::Choice([everyone].into_iter().chain(groups).collect()),
        required: false,
        value: entered.audience.clone(),
        default: String::new(),
        kept: false,
        error: faults.remove("audience"),
    }
}

fn field(f: &Field, entered: &Entered, kept: &Settings, faults: &mut Fields) -> FieldView {
    let value = entered.settings.get(f.name).cloned().unwrap_or_default();
    let secret = is_secret(f);
    let kept = secret && kept.contains_key(f.name);
    FieldView {
        name: f.name.to_owned(),
        label: f.label.to_owned(),
        help: f.help.to_owned(),
        input: match f.kind {
            FieldKind::Text => Input::Text,
            FieldKind::Url => Input::Url,
            FieldKind::Secret => Input::Secret,
            FieldKind::Number => Input::Number,
            FieldKind::Choice(choices) => {
                Input::Choice(choices.iter().map(|(sent, shown)| ((*sent).to_owned(), (*shown).to_owned())).collect())
            }
            FieldKind::Flag => Input::Flag,
        },
        required: f.required,
        value: if secret { String::new() } else { value },
        default: f.default.to_owned(),
        kept,
        error: faults.remove(f.name),
    }
}
