//! What operators do with the accounts of a learning system. Each function refuses everybody else in its first line, and
//! whoever is looked at can read of it.

use super::model::{Account, PeopleView, Reason, Show};
use super::store::{self, AccountRow};
use crate::base::{AppError, HOUR, Page, Paging, Res, Role, Scope, t};
use crate::directory::service as directory;
use crate::platform::db::Conn;
use crate::platform::{Site, audit};
use crate::records::said;
use crate::sources::read::{beside, figure, format, people_run, stamp};
use crate::sources::service::{in_the_way, object, present_in, start_people};
use crate::sources::store as sources;
use serde_json::json;

/// The page, as each person's ledger names it.
const PAGE: &str = "source/people";

/// The accounts of one source. That somebody's account was shown is written into her ledger before the page is.
pub async fn people_view(scope: &Scope, site: &Site, source: &str, show: &str, paging: Paging) -> Res<PeopleView> {
    scope.require(Role::Operator)?;
    let (show, format) = (Show::parse(show), format(scope, site));
    let mut c = site.read().await?;
    let row =
        sources::source(&mut c, source).await?.filter(|row| row.removed_at.is_none()).ok_or(AppError::NotFound)?;
    let (matched, unmatched) = store::count(&mut c, source).await?;
    let (accounts, total) = store::list(&mut c, source, show, paging.size, paging.offset()).await?;
    let run = people_run(&mut c, site, &format, &row).await?;
    drop(c);
    let people: Vec<String> = accounts.iter().filter_map(|account| account.person.clone()).collect();
    if !people.is_empty() {
        let mut tx = site.begin().await?;
        let told = t().people.looked(&row.name);
        audit::looked_at_once(&mut tx, scope, &people, PAGE, &told, site.now(), HOUR).await?;
        tx.commit().await?;
    }
    let account = |account: AccountRow| Account {
        id: account.external_id,
        name: account.name,
        known_as: account.known_as,
        person: account.person_name,
        how: account.how,
        reason: account.reason.as_deref().and_then(Reason::parse),
        seen: stamp(site, &format, account.seen_at),
    };
    Ok(PeopleView {
        source: row.id,
        source_name: row.name,
        is_read: row.people_next_at.is_some(),
        run,
        next: row.people_next_at.filter(|_| !row.paused).map(|at| {
            let due = t().sources.due(at - site.now());
            beside(site, &format, at, due)
        }),
        matched: figure(&format, matched),
        unmatched: figure(&format, unmatched),
        show,
        accounts: Page { rows: accounts.into_iter().map(account).collect(), total, paging },
    })
}

/// Reads the people of a source now; answers the run's id.
pub async fn read_people_now(scope: &Scope, site: &Site, source: &str) -> Res<String> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let row = present_in(&mut tx, source).await?;
    if row.paused {
        return Err(AppError::Conflict(t().sources.conflict_paused.to_owned()));
    }
    if row.people_next_at.is_none() {
        return Err(AppError::Conflict(t().people.conflict_off.to_owned()));
    }
    let Some(run) = start_people(&mut tx, source, "operator", scope.actor(), now).await? else {
        return Err(in_the_way(&mut tx, source).await?);
    };
    audit::record(&mut tx, scope, "source.people", &object(source), json!({"run": run}), now).await?;
    tx.commit().await?;
    site.wake.notify_one();
    Ok(run)
}

/// Says whose an account is in which nobody was recognised: the active person with this mail address. What the source
/// tells of the account is read again soon.
pub async fn match_person(scope: &Scope, site: &Site, source: &str, account: &str, email: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let row = present_in(&mut tx, source).await?;
    let found = store::account(&mut tx, source, account).await?.ok_or(AppError::NotFound)?;
    let known = directory::person_by_email(&mut tx, email).await?.filter(|person| person.active);
    let person = known.ok_or_else(|| AppError::invalid("email", t().people.fault_email))?;
    if !store::match_by_hand(&mut tx, source, account, &person.id).await? {
        return Err(AppError::Conflict(t().people.conflict_matched.to_owned()));
    }
    if !row.paused && row.people_next_at.is_some() {
        // Where a run is open, it or the one after it gets there.
        start_people(&mut tx, source, "operator", scope.actor(), now).await?;
    }
    tell(&mut tx, scope, &person.id, &t().people.matched_to(&found.name, &row.name), now).await?;
    let detail = json!({"account": account, "person": person.id});
    audit::record(&mut tx, scope, "source.match", &object(source), detail, now).await?;
    tx.commit().await?;
    site.wake.notify_one();
    Ok(())
}

/// Takes back what an operator said of an account, and with it everything that the source said of that person by it.
pub async fn undo_match(scope: &Scope, site: &Site, source: &str, account: &str) -> Res<()> {
    scope.require(Role::Operator)?;
    let now = site.now();
    let mut tx = site.begin().await?;
    let row = present_in(&mut tx, source).await?;
    let found = store::account(&mut tx, source, account).await?.ok_or(AppError::NotFound)?;
    let (true, Some(person)) = (store::unmatch(&mut tx, source, account).await?, found.person) else {
        return Err(AppError::Conflict(t().people.conflict_not_by_hand.to_owned()));
    };
    let voided = said::take_back_all(&mut tx, &person, source, account, now).await?;
    tell(&mut tx, scope, &person, &t().people.unmatched_from(&found.name, &row.name), now).await?;
    let detail = json!({"account": account, "person": person, "taken_back": voided});
    audit::record(&mut tx, scope, "source.unmatch", &object(source), detail, now).await?;
    Ok(tx.commit().await?)
}

async fn tell(tx: &mut Conn, scope: &Scope, person: &str, what: &str, now: i64) -> Res<()> {
    audit::looked_at(tx, scope, &[person.to_owned()], PAGE, what, now).await?;
    Ok(())
}

/// Forgets the accounts of a source, for its own room.
pub async fn forget(tx: &mut Conn, source: &str, keep_by_hand: bool) -> Res<()> {
    Ok(store::forget(tx, source, keep_by_hand).await?)
}
