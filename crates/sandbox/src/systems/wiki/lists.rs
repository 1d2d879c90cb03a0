//! Lists: all pages, recent changes, the deletion log.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{
    Change, What,
    params::{Fault, compact, normal_title},
    props::{More, View, stamp},
    query::Call,
};

/// How long recent changes are kept: MediaWiki's default.
const KEPT: Duration = Duration::days(90);

pub(super) fn list(call: &Call<'_>, name: &str) -> Result<(Vec<Value>, More), Fault> {
    match name {
        "allpages" => {
            let (mut views, next) = all_pages(call, "ap")?;
            call.faults.on_page(&mut views);
            let items = views.iter().map(|view| Value::Object(view.head())).collect();
            Ok((items, next.map(|next| ("apcontinue", next))))
        }
        "recentchanges" => changes(call, &RECENT),
        _ => changes(call, &LOG),
    }
}

/// Pages by title, with the title at which to go on. `prefix` is that of the parameters' names.
pub(super) fn all_pages(call: &Call<'_>, prefix: &str) -> Result<(Vec<View>, Option<String>), Fault> {
    let name = |name: &str| format!("{prefix}{name}");
    let limit = call.faults.page_size(call.params.limit(&name("limit"), 10, 500)?);
    let from = call.params.get(&name("continue")).or(call.params.get(&name("from"))).map(normal_title);
    let starts = call.params.get(&name("prefix")).map(normal_title).unwrap_or_default();
    if call.params.get(&name("namespace")).is_some_and(|space| space != "0") {
        return Ok((Vec::new(), None));
    }
    let mut views = call.wiki.visible(call.faults);
    views.retain(|view| view.page.title.starts_with(&starts));
    let first = views.first().map(|view| view.page.title.clone());
    views.retain(|view| from.as_ref().is_none_or(|from| view.page.title >= *from));
    let next = views.get(limit).map(|view| view.page.title.clone());
    views.truncate(limit);
    let next = if call.faults.backwards() { first } else { next };
    Ok((views, next.map(|title| title.replace(' ', "_"))))
}

/// How one of the two lists of changes differs from the other.
struct Kind {
    prefix: &'static str,
    more: &'static str,
    keeps: fn(&Call<'_>, &Change) -> Result<bool, Fault>,
    entry: fn(&Call<'_>, &Change) -> Value,
}

const RECENT: Kind = Kind { prefix: "rc", more: "rccontinue", keeps: recent, entry: recent_entry };
const LOG: Kind = Kind { prefix: "le", more: "lecontinue", keeps: logged, entry: log_entry };

fn recent(call: &Call<'_>, change: &Change) -> Result<bool, Fault> {
    let kinds =
        call.params.known("rctype", "edit|new|log|categorize", &["edit", "new", "log", "categorize", "external"])?;
    let kind = match change.what {
        What::New => "new",
        What::Edit => "edit",
        What::Delete => "log",
    };
    Ok(kinds.iter().any(|each| each == kind) && change.at > call.wiki.clock.now() - KEPT)
}

fn logged(call: &Call<'_>, change: &Change) -> Result<bool, Fault> {
    let kind = call.params.get("letype").or(call.params.get("leaction").and_then(|text| text.split('/').next()));
    Ok(change.what == What::Delete && kind.is_none_or(|kind| kind == "delete"))
}

fn changes(call: &Call<'_>, kind: &Kind) -> Result<(Vec<Value>, More), Fault> {
    let name = |name: &str| format!("{}{name}", kind.prefix);
    let limit = call.faults.page_size(call.params.limit(&name("limit"), 10, 500)?);
    let newer = match call.params.get(&name("dir")) {
        None | Some("older") => false,
        Some("newer") => true,
        Some(other) => return Err(super::params::unrecognised(&name("dir"), other)),
    };
    let (start, end) = (call.params.time(&name("start"))?, call.params.time(&name("end"))?);
    let (oldest, newest) = if newer { (start, end) } else { (end, start) };
    let mut found: Vec<Change> = Vec::new();
    for change in call.wiki.book().changes.clone() {
        let inside = oldest.is_none_or(|oldest| change.at >= oldest) && newest.is_none_or(|newest| change.at <= newest);
        if inside && (kind.keeps)(call, &change)? {
            found.push(change);
        }
    }
    found.sort_by_key(|change| (change.at, change.id));
    if !newer {
        found.reverse();
    }
    let mut skipped = 0;
    if let Some(text) = call.params.get(kind.more) {
        let place = text.split_once('|').and_then(|(_, id)| id.parse::<u64>().ok());
        skipped = place.and_then(|id| found.iter().position(|change| change.id == id)).ok_or_else(|| {
            Fault::new(
                "badcontinue",
                "Invalid continue param. You should pass the original value returned by the previous query.",
            )
        })?;
    }
    let next = match call.faults.backwards() {
        true => found.first(),
        false => found.get(skipped + limit),
    };
    let more = next.map(|change| (kind.more, format!("{}|{}", compact(change.at), change.id)));
    let items = found.iter().skip(skipped).take(limit).map(|change| (kind.entry)(call, change)).collect();
    Ok((items, more))
}

fn recent_entry(call: &Call<'_>, change: &Change) -> Value {
    let mut entry = json!({
        "type": match change.what { What::New => "new", What::Edit => "edit", What::Delete => "log" },
        "ns": 0,
        "title": change.title,
        "pageid": if change.what == What::Delete { 0 } else { change.page },
        "revid": change.revision,
        "old_revid": change.parent,
        "rcid": change.id,
        "user": change.user,
        "timestamp": time(call, change.at),
    });
    if change.what == What::Delete {
        entry["logid"] = json!(change.id);
        entry["logtype"] = json!("delete");
        entry["logaction"] = json!("delete");
        entry["logparams"] = json!({});
    }
    entry
}

fn log_entry(call: &Call<'_>, change: &Change) -> Value {
    // `pageid` is that of the page which has this title today, `logpage` that of the page which was deleted.
    let today = call.wiki.book().pages.get(&change.title).map_or(0, |page| page.id);
    json!({
        "logid": change.id,
        "ns": 0,
        "title": change.title,
        "pageid": today,
        "logpage": change.page,
        "params": {},
        "type": "delete",
        "action": "delete",
        "user": change.user,
        "timestamp": time(call, change.at),
        "comment": "",
    })
}

fn time(call: &Call<'_>, at: OffsetDateTime) -> String {
    stamp(call.faults.skewed(at))
}
