//! The API's JSON.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    Extension, Json,
    extract::{RawForm, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{Dated, LinkedIn, error};
use crate::{
    answers::{Params, Refused, credential},
    items::{Item, ItemFaults},
    tokens::Standing,
};

fn refuse(status: StatusCode, code: u32, message: &str) -> Refused {
    Refused::new(status, error(status.as_u16(), code, message))
}

pub(super) async fn not_found() -> Refused {
    refuse(StatusCode::NOT_FOUND, 0, "No virtual resource found")
}

pub(super) async fn token(State(linkedin): State<Arc<LinkedIn>>, RawForm(form): RawForm) -> Result<Response, Refused> {
    let (token, life) = linkedin.tokens.grant(&Params::of(std::str::from_utf8(&form).ok())).map_err(|error| {
        let body = json!({ "error": error, "error_description": "Client authentication failed" });
        Refused::new(StatusCode::UNAUTHORIZED, body)
    })?;
    Ok(Json(json!({ "access_token": token, "expires_in": life })).into_response())
}

/// An asset as it is written down.
#[derive(Clone)]
struct Shown {
    id: Option<u64>,
    description: String,
    published: OffsetDateTime,
    changed: OffsetDateTime,
    dated: Dated,
}

impl Item for Shown {
    fn key(&self) -> String {
        self.dated.asset.id.to_string()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id;
    }
    fn text(&mut self) -> &mut String {
        &mut self.description
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.published, &mut self.changed]
    }
}

impl Shown {
    fn of(dated: &Dated) -> Self {
        Self {
            id: Some(dated.asset.id),
            description: dated.asset.description.clone(),
            published: dated.published,
            changed: dated.changed,
            dated: dated.clone(),
        }
    }

    fn locale(&self) -> (&str, &str) {
        self.dated.asset.locale.split_once('-').unwrap_or(("en", "US"))
    }
}

fn admit(linkedin: &LinkedIn, headers: &HeaderMap) -> Result<(), Refused> {
    let standing = credential(headers, "Bearer").map(|token| linkedin.tokens.standing(token));
    match standing {
        Some(Standing::Valid) => {}
        None => return Err(refuse(StatusCode::UNAUTHORIZED, 401, "Empty oauth2_access_token")),
        Some(Standing::Over) => {
            return Err(refuse(StatusCode::UNAUTHORIZED, 65_602, "The token used in the request has expired"));
        }
        Some(Standing::Unknown) => return Err(refuse(StatusCode::UNAUTHORIZED, 65_600, "Invalid access token")),
    }
    if linkedin.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
        let message = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.";
        return Err(refuse(StatusCode::TOO_MANY_REQUESTS, 101, message));
    }
    Ok(())
}

pub(super) async fn assets(
    State(linkedin): State<Arc<LinkedIn>>,
    Extension(faults): Extension<ItemFaults>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    admit(&linkedin, &headers)?;
    let params = Params::of(query.as_deref());
    let bad = |what: &str| refuse(StatusCode::BAD_REQUEST, 0, what);
    let start = params.number("start").map_err(|()| bad("Invalid start"))?.unwrap_or(0);
    let count = params.number("count").map_err(|()| bad("Invalid count"))?.unwrap_or(10);
    if !(1..=100).contains(&count) {
        return Err(bad("Count has to be between 1 and 100"));
    }
    let size = faults.page_size(count);
    let (mut found, changes) = match params.get("q") {
        Some("localeAndType") => (everything(&linkedin, &params), false),
        Some("criteria") => (changes(&linkedin, &params, &faults), true),
        _ => return Err(bad("No such finder")),
    };
    faults.before_paging(&mut found);
    let total = if changes { found.len().min(LinkedIn::MAX_CHANGES) } else { found.len() };
    let mut page: Vec<Shown> = found.into_iter().take(total).skip(start).take(size).collect();
    faults.on_page(&mut page);
    let mut elements: Vec<Value> = page.iter().map(|shown| asset_json(&linkedin, shown)).collect();
    if let (true, Some(first)) = (changes && elements.len() < count, elements.first().cloned()) {
        elements.push(first);
    }
    let link = |rel: &str, start: usize| {
        let query = params.with("start", &start.to_string());
        json!({ "rel": rel, "href": format!("/v2/learningAssets?{query}"), "type": "application/json" })
    };
    let mut links = Vec::new();
    if start > 0 {
        links.push(link("prev", start.saturating_sub(size)));
    }
    if faults.backwards() {
        links.push(link("next", start.saturating_sub(size)));
    } else if start + size < total {
        links.push(link("next", start + size));
    }
    let paging = json!({ "total": total, "count": count, "start": start, "links": links });
    Ok(Json(json!({ "elements": elements, "paging": paging, "metadata": {} })).into_response())
}

/// The whole catalogue of a language and a type.
fn everything(linkedin: &LinkedIn, params: &Params) -> Vec<Shown> {
    let locale = (params.get("sourceLocale.language"), params.get("sourceLocale.country"));
    let kept = |shown: &Shown| {
        is_of(shown, locale, params.get("assetType"))
            && (!shown.dated.asset.retired || params.get("includeRetired") == Some("true"))
    };
    linkedin.assets().iter().map(Shown::of).filter(kept).collect()
}

/// What was modified, the latest first; everything, where that is more than a day ago.
fn changes(linkedin: &LinkedIn, params: &Params, faults: &ItemFaults) -> Vec<Shown> {
    let language = params.get("assetFilteringCriteria.locales[0].language");
    let country = params.get("assetFilteringCriteria.locales[0].country");
    let kind = params.get("assetFilteringCriteria.assetTypes[0]");
    let since = params.get("assetFilteringCriteria.lastModifiedAfter").and_then(|since| since.parse::<i64>().ok());
    let since = since.map(crate::clock::from_millis).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let lost = faults.skewed(linkedin.clock.now()) - since > Duration::days(1);
    let retired = params.get("assetRetrievalCriteria.includeRetired") == Some("true");
    let kept = |shown: &Shown| {
        let modified = lost || faults.skewed(shown.changed) > since;
        modified && is_of(shown, (language, country), kind) && (!shown.dated.asset.retired || retired)
    };
    let mut found: Vec<Shown> = linkedin.assets().iter().map(Shown::of).filter(kept).collect();
    found.sort_by_key(|shown| std::cmp::Reverse((shown.changed, shown.dated.asset.id)));
    found
}

fn is_of(shown: &Shown, locale: (Option<&str>, Option<&str>), kind: Option<&str>) -> bool {
    let (language, country) = shown.locale();
    let video = shown.dated.asset.video;
    locale.0.is_none_or(|wanted| wanted == language)
        && locale.1.is_none_or(|wanted| wanted == country)
        && kind.is_none_or(|kind| kind == if video { "VIDEO" } else { "COURSE" })
}

fn asset_json(linkedin: &LinkedIn, shown: &Shown) -> Value {
    let asset = &shown.dated.asset;
    let (language, country) = shown.locale();
    let locale = json!({ "language": language, "country": country });
    let words = |text: &str| json!({ "locale": locale, "value": text });
    let millis = |at: OffsetDateTime| i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
    let author =
        |name: &String| json!({ "name": words(name), "contributionType": "AUTHOR", "urn": "urn:li:lyndaAuthor:1" });
    let skill = |name: &String| {
        let class = json!({ "urn": "urn:li:skill:1", "type": "SKILL", "name": words(name) });
        json!({ "associatedClassification": class, "path": [] })
    };
    let slug = crate::systems::forum::slug(&asset.title);
    let launch = format!("https://www.linkedin.com/learning/{slug}");
    let urn =
        |id: u64| if asset.video { format!("urn:li:lyndaVideo:{id}") } else { format!("urn:li:lyndaCourse:{id}") };
    let mut out = json!({
        "title": words(&asset.title), "type": if asset.video { "VIDEO" } else { "COURSE" }, "contents": [],
        "details": {
            "availability": if asset.retired { "RETIRED" } else { "AVAILABLE" }, "availableLocales": [locale],
            "description": words(&shown.description), "shortDescription": words(&asset.title),
            "descriptionIncludingHtml": words(&format!("<p>{}</p>", shown.description)),
            "publishedAt": millis(shown.published), "lastUpdatedAt": millis(shown.changed),
            "timeToComplete": { "duration": asset.seconds, "unit": "SECOND" },
            "contributors": asset.authors.iter().map(author).collect::<Vec<_>>(),
            "classifications": asset.skills.iter().map(skill).collect::<Vec<_>>(), "relationships": [],
            "urls": { "webLaunch": launch, "ssoLaunch": format!("{launch}?sso"), "aiccLaunch": format!("{}aicc", linkedin.base) },
            "images": { "primary": "https://media.licdn.com/x.jpg" },
        },
    });
    if !asset.level.is_empty() {
        out["details"]["level"] = json!(asset.level);
    }
    if let Some(id) = shown.id {
        out["urn"] = json!(urn(id));
    }
    out
}
