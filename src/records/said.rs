//! What another system says of a person: that she takes something, that she has finished it, and that it was mistaken.
//!
//! A statement stays. What is taken back is voided by a statement of its own, as in xAPI: the voided one adds up to
//! nothing any more, and whatever the person marked herself goes on counting, because that is another statement.

use super::model::{ObjectKind, Standing, Statement, Verb};
use super::{service, store, store_said};
use crate::base::Res;
use crate::platform::crypto::sha256;
use crate::platform::db::Conn;
use serde_json::{Value, json as j};

/// One thing that a source says of a person.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Whom it is about.
    pub person: &'a str,
    /// The resource; it has to exist.
    pub resource: &'a str,
    /// Who says it: a source's id.
    pub source: &'a str,
    /// The account there that it is told of.
    pub account: &'a str,
    /// [`Verb::Opened`]: she takes it. [`Verb::Completed`]: she has finished it.
    pub verb: Verb,
    /// Since when, epoch ms, as the source tells; a time to come counts as now.
    pub at: i64,
}

/// Writes down what a source says, unless it has said so and not taken it back. Its id follows from what is said, so that
/// saying it again, also after a kill, adds nothing. Answers whether it is new.
pub async fn say(tx: &mut Conn, said: &Said<'_>, now: i64) -> Res<bool> {
    if !store_said::standing(tx, said).await?.is_empty() {
        return Ok(false);
    }
    let round = store_said::taken_back(tx, said).await?.to_string();
    let at = said.at.clamp(0, now);
    let when = at.to_string();
    let id =
        derived(&["said", said.source, said.account, said.person, said.resource, said.verb.as_str(), &when, &round]);
    let context = j!({"source": said.source, "account": said.account});
    let written = store_said::append_as(tx, &[(id, statement(said, said.verb, at, context))], now).await?;
    refold(tx, said.person, said.resource).await?;
    Ok(written > 0)
}

/// The source says so no more. Answers whether it had said it.
pub async fn take_back(tx: &mut Conn, said: &Said<'_>, now: i64) -> Res<bool> {
    let standing = store_said::standing(tx, said).await?;
    for (id,) in &standing {
        void(tx, said, id, now).await?;
    }
    if !standing.is_empty() {
        refold(tx, said.person, said.resource).await?;
    }
    Ok(!standing.is_empty())
}

/// Takes back all that a source says of a person by an account: the account turned out to be somebody else's. Answers how
/// much that was.
pub async fn take_back_all(tx: &mut Conn, person: &str, source: &str, account: &str, now: i64) -> Res<i64> {
    let standing = store_said::standing_of_account(tx, person, source, account).await?;
    for (id, verb, resource) in &standing {
        let Some(verb) = store_said::verb(verb) else { continue };
        let said = Said { person, resource, source, account, verb, at: now };
        void(tx, &said, id, now).await?;
        refold(tx, person, resource).await?;
    }
    Ok(standing.len() as i64)
}

async fn void(tx: &mut Conn, said: &Said<'_>, id: &str, now: i64) -> Res<()> {
    let context = j!({"source": said.source, "account": said.account, "statement": id, "verb": said.verb.as_str()});
    let voiding = (derived(&["voided", id]), statement(said, Verb::Voided, now, context));
    store_said::append_as(tx, &[voiding], now).await?;
    Ok(())
}

fn statement(said: &Said<'_>, verb: Verb, at: i64, context: Value) -> Statement {
    Statement {
        person: said.person.to_owned(),
        verb,
        object_kind: ObjectKind::Resource,
        object: said.resource.to_owned(),
        result: None,
        context: Some(context),
        at,
    }
}

/// Derives anew where a person stands with a resource: what a source says may be older than what she did since. Her clicks
/// meanwhile wait for the row that is held.
async fn refold(tx: &mut Conn, person: &str, resource: &str) -> Res<()> {
    store::hold(tx, person, resource).await?;
    let rows = store_said::to_fold_one(tx, person, resource).await?;
    let standing = service::standing_of(&rows);
    store_said::settle(tx, person, resource, Some(&standing).filter(|s| **s != Standing::default())).await?;
    Ok(())
}

/// A UUID of version 8 (RFC 9562) from the parts' digest.
fn derived(parts: &[&str]) -> String {
    let hex = sha256(&j!(parts).to_string());
    format!("{}-{}-8{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

#[cfg(test)]
mod tests {
    use super::derived;

    #[test]
    fn ids_follow_from_what_is_said_and_from_nothing_else() {
        let id = derived(&["said", "s", "a"]);
        assert_eq!(id, derived(&["said", "s", "a"]));
        assert_ne!(id, derived(&["said", "sa", ""]));
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "8");
    }
}
