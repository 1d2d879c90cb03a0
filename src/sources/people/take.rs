//! What a page of a learning system's people comes to: whose the accounts are, and what that adds to their histories.

use super::model::{BY_HAND, Reason};
use super::store;
use crate::base::Res;
use crate::catalog::service as catalog;
use crate::directory::service::{self as directory, folded_email};
use crate::platform::db::Conn;
use crate::records::model::Verb;
use crate::records::said::{self, Said};
use crate::sources::admit::clean;
use crate::sources::store::Tally;
use connect::{Completion, Enrolment, Learner, MatchBy};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Longest id, name or address that is kept.
const TEXT_MAX: usize = 500;

/// Where a page belongs.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The source's id.
    pub source: &'a str,
    /// The run's id.
    pub run: &'a str,
    /// By what people are recognised.
    pub by: MatchBy,
    /// Epoch ms.
    pub now: i64,
}

/// Takes a page in: puts the accounts, and writes what is new of the people that are recognised. `added` counts new
/// enrolments, `changed` those that were finished or are not finished any more.
pub async fn take(tx: &mut Conn, place: Place<'_>, page: Vec<Enrolment>) -> Res<Tally> {
    let page: Vec<Enrolment> = page.into_iter().filter_map(admitted).collect();
    let mut learners: BTreeMap<&str, &Learner> = BTreeMap::new();
    for enrolment in &page {
        learners.insert(&enrolment.learner.id, &enrolment.learner);
    }
    let people = recognise(tx, place, &learners).await?;
    let courses: Vec<String> = page.iter().map(|enrolment| enrolment.course.clone()).collect();
    let resources = catalog::by_external_id(tx, place.source, &courses).await?;
    let mut tally = Tally::default();
    for enrolment in &page {
        let (Some(person), Some(resource)) = (people.get(&enrolment.learner.id), resources.get(&enrolment.course))
        else {
            continue;
        };
        let (new, changed) = write(tx, place, person, resource, enrolment).await?;
        tally.added += i64::from(new);
        tally.changed += i64::from(changed && !new);
        tally.unchanged += i64::from(!changed && !new);
    }
    Ok(tally)
}

/// The enrolment with texts that a database can keep, or nothing if its ids cannot be told apart any more.
fn admitted(enrolment: Enrolment) -> Option<Enrolment> {
    let fits = |id: &str| !id.is_empty() && clean(id, TEXT_MAX) == id;
    if !fits(&enrolment.course) || !fits(&enrolment.learner.id) {
        return None;
    }
    let tidy = |text: Option<String>| text.map(|text| clean(text.trim(), TEXT_MAX)).filter(|text| !text.is_empty());
    let Learner { id, name, email, email_verified, username, number } = enrolment.learner;
    let learner = Learner {
        id,
        name: clean(&name, TEXT_MAX),
        email: tidy(email),
        email_verified,
        username: tidy(username),
        number: tidy(number),
    };
    Some(Enrolment { learner, ..enrolment })
}

/// Puts the accounts, and answers whose they are: account → person. What was said by hand stays; what a source said by an
/// account that turns out to be somebody else's is taken back.
async fn recognise(
    tx: &mut Conn,
    place: Place<'_>,
    learners: &BTreeMap<&str, &Learner>,
) -> Res<HashMap<String, String>> {
    let ids: Vec<String> = learners.keys().map(|id| (*id).to_owned()).collect();
    let known: HashMap<String, (Option<String>, Option<String>)> =
        store::known(tx, place.source, &ids).await?.into_iter().map(|(id, person, how)| (id, (person, how))).collect();
    let keys: Vec<String> = learners.values().filter_map(|learner| key(learner, place.by).ok()).collect();
    let found = match place.by {
        MatchBy::Email => directory::active_by_email(tx, &keys).await?,
        MatchBy::Username | MatchBy::Number => directory::active_by_number(tx, &keys).await?,
    };
    let (mut rows, mut people): (Vec<Value>, _) = (Vec::new(), HashMap::new());
    for (id, learner) in learners {
        let (before, how) = known.get(*id).cloned().unwrap_or_default();
        let by_rule = owner(learner, place.by, &found);
        let reason = by_rule.as_ref().err().map(|reason| reason.as_str());
        let (person, how) = match (by_rule, how) {
            (_, Some(how)) if how == BY_HAND => (before.clone(), Some(how)),
            (Ok(person), _) => (Some(person), Some(word(place.by).to_owned())),
            (Err(_), _) => (None, None),
        };
        if let (Some(before), Some(person)) = (&before, &person)
            && before != person
        {
            said::take_back_all(tx, before, place.source, id, place.now).await?;
        }
        rows.push(json!({"id": id, "name": learner.name, "known_as": known_as(learner, place.by), "person": person,
                         "how": how, "reason": reason}));
        if let Some(person) = person {
            people.insert((*id).to_owned(), person);
        }
    }
    store::put(tx, place.source, place.run, &rows, place.now).await?;
    Ok(people)
}

/// What an account is looked up by, or why it cannot be.
fn key(learner: &Learner, by: MatchBy) -> Result<String, Reason> {
    match by {
        MatchBy::Email if learner.email.is_none() => Err(Reason::NoMail),
        MatchBy::Email if !learner.email_verified => Err(Reason::Unverified),
        MatchBy::Email => Ok(folded_email(&known_as(learner, by))),
        MatchBy::Username | MatchBy::Number => {
            Some(known_as(learner, by)).filter(|key| !key.is_empty()).ok_or(Reason::NoIdentifier)
        }
    }
}

/// What the operator is shown beside the name.
fn known_as(learner: &Learner, by: MatchBy) -> String {
    let text = match by {
        MatchBy::Email => &learner.email,
        MatchBy::Username => &learner.username,
        MatchBy::Number => &learner.number,
    };
    text.clone().unwrap_or_default()
}

fn word(by: MatchBy) -> &'static str {
    match by {
        MatchBy::Email => "email",
        MatchBy::Username => "username",
        MatchBy::Number => "number",
    }
}

/// The one person that an account fits.
fn owner(learner: &Learner, by: MatchBy, found: &HashMap<String, Vec<String>>) -> Result<String, Reason> {
    let key = key(learner, by)?;
    match found.get(&key).map(Vec::as_slice).unwrap_or_default() {
        [] => Err(Reason::Nobody),
        [person] => Ok(person.clone()),
        _ => Err(Reason::Several),
    }
}

/// Writes down what is new; answers whether the enrolment is, and whether anything else is.
async fn write(
    tx: &mut Conn,
    place: Place<'_>,
    person: &str,
    resource: &str,
    enrolment: &Enrolment,
) -> Res<(bool, bool)> {
    let Place { source, now, .. } = place;
    let account = enrolment.learner.id.as_str();
    let done_at = match enrolment.completion {
        Completion::Done { at } => Some(at.or(enrolment.last_access_at).unwrap_or(now)),
        Completion::Unknown | Completion::Open => None,
    };
    // Where the system does not say since when, she takes it since she was last seen there, or finished it.
    let since = enrolment.enrolled_at.or(enrolment.last_access_at).or(done_at).unwrap_or(now);
    let at = done_at.map_or(since, |done| since.min(done));
    let enrolled = Said { person, resource, source, account, verb: Verb::Opened, at };
    let finished = Said { verb: Verb::Completed, at: done_at.unwrap_or(now), ..enrolled };
    let new = said::say(tx, &enrolled, now).await?;
    let changed = match enrolment.completion {
        Completion::Done { .. } => said::say(tx, &finished, now).await?,
        Completion::Open => said::take_back(tx, &finished, now).await?,
        Completion::Unknown => false,
    };
    Ok((new, changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learner(email: Option<&str>, verified: bool, number: Option<&str>) -> Learner {
        Learner {
            id: "7".into(),
            name: "Ada".into(),
            email: email.map(str::to_owned),
            email_verified: verified,
            username: None,
            number: number.map(str::to_owned),
        }
    }

    #[test]
    fn an_account_is_somebodys_only_if_it_fits_one_person() {
        let found = HashMap::from([
            ("ada@x.example".to_owned(), vec!["a".to_owned()]),
            ("12".to_owned(), vec!["a".to_owned(), "b".to_owned()]),
        ]);
        let by = |learner: Learner, by| owner(&learner, by, &found);
        assert_eq!(by(learner(Some("Ada@X.example"), true, None), MatchBy::Email), Ok("a".to_owned()));
        assert_eq!(by(learner(Some("ada@x.example"), false, None), MatchBy::Email), Err(Reason::Unverified));
        assert_eq!(by(learner(None, true, None), MatchBy::Email), Err(Reason::NoMail));
        assert_eq!(by(learner(Some("bo@x.example"), true, None), MatchBy::Email), Err(Reason::Nobody));
        assert_eq!(by(learner(None, true, Some("12")), MatchBy::Number), Err(Reason::Several));
        assert_eq!(by(learner(None, true, None), MatchBy::Username), Err(Reason::NoIdentifier));
    }

    #[test]
    fn texts_are_made_fit_to_be_kept_and_ids_are_not_changed() {
        let enrolment = |id: &str| Enrolment {
            course: "course-2".into(),
            learner: Learner { id: id.into(), name: "A\0da".into(), email: Some(" \0 ".into()), ..Learner::default() },
            enrolled_at: None,
            last_access_at: None,
            progress: None,
            completion: Completion::Open,
        };
        let kept = admitted(enrolment("user-1")).unwrap();
        assert_eq!((kept.learner.name.as_str(), kept.learner.email), ("Ada", None));
        assert!(admitted(enrolment("user\0-1")).is_none() && admitted(enrolment("")).is_none());
    }
}
