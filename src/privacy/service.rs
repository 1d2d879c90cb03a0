//! What is held about the asking person. There is no way to ask about somebody else: the scope says who.

use super::model::{Did, Kept, LookRow, Me, Profile, SignedIn, browser};
use super::store;
use crate::base::{AppError, Page, Paging, Res, Role, Scope, t};
use crate::notify::service as notify;
use crate::platform::{Format, Site, audit};
use serde_json::{Value, json};

/// Looks that the page shows; the download holds all.
const LOOKS: i64 = 100;

/// The page.
pub async fn me(scope: &Scope, site: &Site, paging: Paging) -> Res<Me> {
    let viewer = scope.person()?;
    let (texts, format) = (&t().privacy, Format::of(viewer, site.now()));
    let mut c = site.read().await?;
    let row = store::profile(&mut c, &viewer.id).await?.ok_or(AppError::NotFound)?;
    let label = |issuer: String| site.config.issuers.get(&issuer).map(|i| i.label.clone()).unwrap_or(issuer);
    let accounts = store::accounts(&mut c, &viewer.id).await?.into_iter().map(|(issuer, ..)| label(issuer)).collect();
    let named = |(name, origin): (String, String)| (name, texts.origin_of(&label(origin)));
    let groups = store::groups(&mut c, &viewer.id).await?.into_iter().map(named).collect();
    let roles =
        store::roles(&mut c, &viewer.id).await?.into_iter().map(|(role, origin)| named((role_name(&role), origin)));
    let learning = store::learning_accounts(&mut c, &viewer.id).await?;
    let known =
        |row: store::AccountRow| format!("{} ({})", row.source, t().people.how(row.how.as_deref().unwrap_or_default()));
    let profile = Profile {
        learning_accounts: learning.into_iter().map(known).collect(),
        employee_number: store::employee_number(&mut c, &viewer.id).await?,
        roles: roles.collect(),
        name: row.name,
        email: row.email,
        job_title: row.job_title,
        manager: row.manager,
        locale: row.locale,
        time_zone: row.time_zone,
        since: format.date(row.created_at),
        accounts,
        groups,
    };
    let kept = store::kept(&mut c, &viewer.id).await?;
    let told = notify::kept(&mut c, &viewer.id).await?;
    let sessions = store::sessions(&mut c, &viewer.id).await?;
    let looks = audit::looks(&mut c, &viewer.id, LOOKS).await?;
    let deeds = store::activity(&mut c, &viewer.id, &viewer.groups, paging.size, paging.offset()).await?;
    let did = |row: store::DidRow| {
        let object = row.title.map(|title| texts.object(&row.object_kind, &title));
        let object = object.as_deref().unwrap_or(texts.not_shared);
        let text = match &row.origin {
            Some(source) => texts.said(&row.verb, object, source),
            None => texts.deed(&row.verb, object),
        };
        Did { text, when: format.moment(row.at) }
    };
    let session = |(agent, _, since, seen): (String, String, i64, i64)| SignedIn {
        browser: browser(&agent).unwrap_or_else(|| texts.unknown_browser.to_owned()),
        since: format.ago(since),
        seen: format.ago(seen),
    };
    let look = |look: audit::Look| LookRow { who: look.actor, when: format.moment(look.at), shown: look.detail };
    Ok(Me {
        profile,
        looks: looks.into_iter().map(look).collect(),
        sessions: sessions.into_iter().map(session).collect(),
        activity: Page { total: kept.activity, rows: deeds.into_iter().map(did).collect(), paging },
        kept: Kept {
            activity: format.number(kept.activity),
            done: format.number(kept.done),
            saved: format.number(kept.saved),
            hidden: format.number(kept.hidden),
            follows: format.number(kept.follows),
            notices: format.number(told.told),
            mails: format.number(told.mailed),
            choices: format.number(told.chosen),
        },
    })
}

fn role_name(role: &str) -> String {
    match Role::parse(role) {
        Some(Role::Curator) => t().privacy.curator.to_owned(),
        Some(Role::Operator) => t().privacy.operator.to_owned(),
        None => role.to_owned(),
    }
}

/// Everything held about the asking person, as one document. Times are epoch milliseconds; secrets (session tokens) are
/// in no table and so not in it either.
pub async fn export(scope: &Scope, site: &Site) -> Res<Value> {
    let viewer = scope.person()?;
    let id = viewer.id.as_str();
    let mut c = site.read().await?;
    let p = store::profile(&mut c, id).await?.ok_or(AppError::NotFound)?;
    let profile = json!({
        "id": p.id, "name": p.name, "email": p.email, "job_title": p.job_title, "manager": p.manager, "locale": p.locale,
        "time_zone": p.time_zone, "active": p.active, "created_at": p.created_at, "updated_at": p.updated_at,
    });
    let pairs = |rows: Vec<(String, String)>, key: &str| -> Vec<Value> {
        rows.into_iter().map(|(value, origin)| json!({key: value, "origin": origin})).collect()
    };
    let accounts: Vec<Value> = store::accounts(&mut c, id)
        .await?
        .into_iter()
        .map(|(issuer, subject, at)| json!({"issuer": issuer, "subject": subject, "since": at}))
        .collect();
    let sessions: Vec<Value> = store::sessions(&mut c, id)
        .await?
        .into_iter()
        .map(|(agent, issuer, since, seen)| json!({"browser": agent, "issuer": issuer, "since": since, "last_seen": seen}))
        .collect();
    let activity: Vec<Value> = store::statements(&mut c, id)
        .await?
        .into_iter()
        .map(|s| {
            json!({"id": s.id, "verb": s.verb, "object_kind": s.object_kind, "object": s.object, "result": s.result,
                   "context": s.context, "at": s.at})
        })
        .collect();
    let states: Vec<Value> = store::states(&mut c, id, &viewer.groups)
        .await?
        .into_iter()
        .map(|s| {
            json!({"resource": s.resource, "title": s.title, "url": s.url, "opened_at": s.opened_at, "done_at": s.done_at,
                   "saved_at": s.saved_at, "hidden_at": s.hidden_at})
        })
        .collect();
    let follows: Vec<Value> = store::follows(&mut c, id)
        .await?
        .into_iter()
        .map(|(kind, subject, at)| json!({"kind": kind, "subject": subject, "since": at}))
        .collect();
    let looks: Vec<Value> = audit::looks(&mut c, id, i64::MAX)
        .await?
        .into_iter()
        .map(|look| json!({"at": look.at, "who": look.actor, "page": look.action, "shown": look.detail}))
        .collect();
    let playlists: Vec<Value> = store::kept_playlists(&mut c, id)
        .await?
        .into_iter()
        .map(|(slug, title)| json!({"slug": slug, "title": title}))
        .collect();
    let audited: Vec<Value> = store::audited(&mut c, id)
        .await?
        .into_iter()
        .map(|(at, action, object)| json!({"at": at, "action": action, "object": object}))
        .collect();
    let learning: Vec<Value> = store::learning_accounts(&mut c, id)
        .await?
        .into_iter()
        .map(|a| {
            json!({"source": a.source, "account": a.account, "name": a.name, "known_as": a.known_as,
                   "recognised": a.how, "last_listed": a.seen_at})
        })
        .collect();
    Ok(json!({
        "made_at": site.now(),
        "person": profile,
        "groups": pairs(store::groups(&mut c, id).await?, "group"),
        "roles": pairs(store::roles(&mut c, id).await?, "role"),
        "accounts": accounts,
        "employee_number": store::employee_number(&mut c, id).await?,
        "learning_accounts": learning,
        "sessions": sessions,
        "activity": activity,
        "resources": states,
        "follows": follows,
        "looked_at_by": looks,
        "playlists_kept": playlists,
        "audited_actions": audited,
        "notices": notify::held(&mut c, id).await?,
    }))
}
