//! The people of a learning system: who is recognised, what their histories become, and what nobody may see or do.

use super::*;
use crate::base::AppError;
use crate::catalog::testing::add_person;
use crate::records::model::{State, Verb};
use crate::records::service as records;
use crate::sources::jobs;
use crate::sources::model::RunKind;
use crate::sources::people::model::{PeopleView, Reason};
use sandbox::{Fault, Moodle};

const INES: &str = "ines.okafor";

/// The academy, its courses read, and four people whom it knows; one of them by an address that is not verified.
async fn academy(db: Db, more: &[(&str, &str)]) -> (Bench, String) {
    for person in [INES, "jonas.brandt", "ewan.fraser", "freya.jensen"] {
        add_person(&db, person).await;
    }
    let bench = Bench::new(db).await;
    let source = bench.add(moodle(&bench, more)).await;
    assert_eq!(bench.sync(&source).await.status, Status::Ok);
    (bench, source)
}

fn moodle(bench: &Bench, more: &[(&str, &str)]) -> Entered {
    let address = bench.sandbox.urls().moodle.to_string();
    let mut settings = vec![("address", address.as_str()), ("token", Moodle::TOKEN)];
    settings.extend(more);
    entered("moodle", "Academy", &settings)
}

const ON: (&str, &str) = ("progress", "true");

async fn read(bench: &Bench, source: &str) -> RunCard {
    let run = service::read_people_now(&bench.operator, &bench.site, source).await.unwrap();
    sync::advance(&bench.site, &run).await.unwrap();
    bench.run(source, &run).await
}

async fn people(bench: &Bench, source: &str, show: &str) -> PeopleView {
    service::people_view(&bench.operator, &bench.site, source, show, Paging::default()).await.unwrap()
}

/// What of somebody's history comes from a source, oldest first: verb, course.
async fn told(bench: &Bench, person: &str) -> Vec<(Verb, String)> {
    let mut c = bench.site.read().await.unwrap();
    let rows: Vec<(String, String)> = c
        .all(crate::sql!(
            "SELECT a.verb, r.external_id FROM activity a JOIN resource r ON r.id = a.object
             WHERE a.person = $1 AND a.context IS NOT NULL ORDER BY a.stored_at, r.external_id, a.at, a.id",
            person
        ))
        .await
        .unwrap();
    rows.into_iter().map(|(verb, course)| (Verb::parse(&verb).unwrap(), course)).collect()
}

async fn state(bench: &Bench, person: &str, course: &str) -> State {
    let (id,): (String,) = bench.one(crate::sql!("SELECT id FROM resource WHERE external_id = $1", course)).await;
    let mut c = bench.site.read().await.unwrap();
    records::states(&mut c, person, std::slice::from_ref(&id)).await.unwrap().remove(&id).unwrap_or_default()
}

fn matched(run: &RunCard) -> (i64, i64) {
    (run.matched.as_ref().map_or(-1, |n| n.n), run.unmatched.as_ref().map_or(-1, |n| n.n))
}

#[tokio::test]
async fn people_are_recognised_by_verified_mail_and_nothing_doubles() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        let (before,): (i64,) = bench.one(crate::sql!("SELECT count(*) FROM person")).await;
        let first = read(&bench, &source).await;
        assert_run(&first, Status::Ok, [7, 0, 0, 0, 0]);
        assert_eq!((first.kind, matched(&first)), (RunKind::People, (4, 5)));
        let second = read(&bench, &source).await;
        assert_run(&second, Status::Ok, [0, 0, 7, 0, 0]);
        assert_eq!(matched(&second), (4, 5));
        let hers = told(&bench, INES).await;
        let expected = [(Verb::Opened, "course-5"), (Verb::Completed, "course-5"), (Verb::Opened, "course-7")];
        assert_eq!(hers.len(), 3, "{hers:?}");
        assert!(expected.iter().all(|(verb, course)| hers.contains(&(*verb, (*course).to_owned()))), "{hers:?}");
        assert_eq!(state(&bench, INES, "course-7").await, State { opened: true, ..State::default() });
        assert!(state(&bench, INES, "course-5").await.done);
        assert!(told(&bench, "freya.jensen").await.is_empty(), "her address is not verified");
        let (late, old): (i64, i64) = bench
            .one(crate::sql!(
                "SELECT count(*) FILTER (WHERE at > stored_at), count(*) FILTER (WHERE at < stored_at - $1) FROM activity",
                crate::base::DAY
            ))
            .await;
        assert_eq!((late, old), (0, 11), "dated by the source");
        let (after,): (i64,) = bench.one(crate::sql!("SELECT count(*) FROM person")).await;
        assert_eq!(after, before, "nobody is ever added");
        // The catalogue's own runs are counted by themselves.
        let standing = service::standing(&bench.operator, &bench.site, &source, Paging::default()).await.unwrap();
        assert_eq!((standing.runs.total, standing.card.people), (1, true));
    })
    .await;
}

#[tokio::test]
async fn the_unrecognised_are_listed_with_the_reason() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        read(&bench, &source).await;
        let view = people(&bench, &source, "").await;
        assert_eq!((view.matched.n, view.unmatched.n, view.accounts.total), (4, 5, 5));
        let reason = |name: &str| view.accounts.rows.iter().find(|a| a.name == name).and_then(|a| a.reason);
        assert_eq!(reason("Freya Jensen"), Some(Reason::Unverified));
        assert_eq!(reason("Lab terminal"), Some(Reason::NoMail));
        assert_eq!(reason("Robin Vale"), Some(Reason::Nobody));
        let looked = async || {
            let (n,): (i64,) = bench.one(crate::sql!("SELECT count(*) FROM ledger WHERE person = $1", INES)).await;
            n
        };
        assert_eq!(looked().await, 0, "she was not on that list");
        let second =
            service::people_view(&bench.operator, &bench.site, &source, "matched", Paging { number: 2, size: 3 });
        assert_eq!(second.await.unwrap().accounts.rows.len(), 1);
        for _ in 0..2 {
            assert_eq!(people(&bench, &source, "matched").await.accounts.total, 4);
        }
        assert_eq!(looked().await, 1, "a look within the hour is one");
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_back_upstream_is_taken_back_and_what_she_marked_stays() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        read(&bench, &source).await;
        let world = bench.sandbox.world().moodle();
        world
            .edit_person(101, |ines| {
                ines.courses[0].completed_days_ago = None;
                ines.courses[1].completed_days_ago = Some(1.0);
            })
            .unwrap();
        assert_run(&read(&bench, &source).await, Status::Ok, [0, 2, 5, 0, 0]);
        assert!(!state(&bench, INES, "course-5").await.done && state(&bench, INES, "course-7").await.done);
        assert!(told(&bench, INES).await.contains(&(Verb::Voided, "course-5".to_owned())), "said, not deleted");
        // Who may not know any more is told nothing, which takes nothing back.
        world.set(|switches| switches.view_completion = false);
        assert_run(&read(&bench, &source).await, Status::Ok, [0, 0, 7, 0, 0]);
        assert!(state(&bench, INES, "course-7").await.done);
        world.set(|switches| switches.view_completion = true);
        // She says so herself, and the source does not: hers counts.
        let (id,): (String,) = bench.one(crate::sql!("SELECT id FROM resource WHERE external_id = 'course-5'")).await;
        let kind = crate::records::model::ObjectKind::Resource;
        records::record(&person(INES, &[]), &bench.site, Verb::Completed, kind, &id, None, None).await.unwrap();
        assert_run(&read(&bench, &source).await, Status::Ok, [0, 0, 7, 0, 0]);
        assert!(state(&bench, INES, "course-5").await.done);
    })
    .await;
}

#[tokio::test]
async fn who_left_the_source_vanishes_and_many_at_once_are_asked_about() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        read(&bench, &source).await;
        let world = bench.sandbox.world().moodle();
        world.delete_person(105).unwrap();
        assert_run(&read(&bench, &source).await, Status::Ok, [0, 0, 7, 1, 0]);
        assert_eq!(people(&bench, &source, "").await.unmatched.n, 4);
        for id in [101, 102, 103] {
            world.delete_person(id).unwrap();
        }
        let waits = read(&bench, &source).await;
        assert_eq!((waits.status, waits.removals.n, waits.present.n), (Status::Waiting, 3, 8));
        assert_eq!(people(&bench, &source, "matched").await.matched.n, 4, "nothing goes before somebody agrees");
        let all = service::overview(&bench.operator, &bench.site).await.unwrap();
        let card = &all.sources[0];
        assert!(card.is_urgent() && card.people_trouble().is_some());
        service::confirm(&bench.operator, &bench.site, &source, &waits.id).await.unwrap();
        let view = people(&bench, &source, "matched").await;
        assert_eq!((view.matched.n, view.unmatched.n), (2, 3));
        assert!(state(&bench, INES, "course-5").await.done, "what she has finished she has finished");
    })
    .await;
}

#[tokio::test]
async fn a_match_by_hand_counts_stays_and_can_be_undone() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        let (operator, site) = (&bench.operator, &bench.site);
        read(&bench, &source).await;
        let fit =
            async |account: &str, email: &str| service::match_person(operator, site, &source, account, email).await;
        assert!(matches!(fit("user-106", "nobody@halden.example").await, Err(AppError::Invalid(_))));
        assert_eq!(fit("user-999", "freya.jensen@halden.example").await, Err(AppError::NotFound));
        assert!(
            matches!(fit("user-101", "freya.jensen@halden.example").await, Err(AppError::Conflict(_))),
            "hers already"
        );
        fit("user-106", "Freya.Jensen@halden.example").await.unwrap();
        let run = people(&bench, &source, "hand").await.run.unwrap();
        assert_eq!(run.status, Status::Running, "it is read soon");
        sync::advance(site, &run.id).await.unwrap();
        assert_run(&bench.run(&source, &run.id).await, Status::Ok, [1, 0, 7, 0, 0]);
        assert!(state(&bench, "freya.jensen", "course-11").await.opened);
        read(&bench, &source).await;
        let by_hand = people(&bench, &source, "hand").await;
        assert_eq!((by_hand.accounts.total, by_hand.accounts.rows[0].is_by_hand()), (1, true), "it outlives a reading");
        let (told_her,): (i64,) = bench
            .one(crate::sql!("SELECT count(*) FROM ledger WHERE person = 'freya.jensen' AND detail LIKE 'Matched%'"))
            .await;
        assert_eq!(told_her, 1);
        service::undo_match(operator, site, &source, "user-106").await.unwrap();
        assert!(matches!(service::undo_match(operator, site, &source, "user-106").await, Err(AppError::Conflict(_))));
        assert!(matches!(service::undo_match(operator, site, &source, "user-101").await, Err(AppError::Conflict(_))));
        assert_eq!(state(&bench, "freya.jensen", "course-11").await, State::default());
        assert_run(&read(&bench, &source).await, Status::Ok, [0, 0, 7, 0, 0]);
        assert_eq!(state(&bench, "freya.jensen", "course-11").await, State::default(), "and stays undone");
    })
    .await;
}

#[tokio::test]
async fn a_number_that_fits_two_people_fits_nobody() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON, ("progress_match", "number")]).await;
        let number = async |person: &str, number: &str| {
            let mut tx = bench.site.begin().await.unwrap();
            tx.run(crate::sql!("UPDATE person SET employee_number = $2 WHERE id = $1", person, number)).await.unwrap();
            tx.commit().await.unwrap();
        };
        number(INES, "10420").await;
        number("jonas.brandt", "10421").await;
        number("ewan.fraser", "10421").await;
        let run = read(&bench, &source).await;
        assert_eq!((counts(&run)[0], matched(&run)), (2, (1, 8)), "Ines alone");
        let view = people(&bench, &source, "").await;
        let reason = |name: &str| view.accounts.rows.iter().find(|a| a.name == name).and_then(|a| a.reason);
        assert_eq!(reason("Jonas Brandt"), Some(Reason::Several));
        assert_eq!((reason("Robin Vale"), reason("Marie Dubois")), (Some(Reason::NoIdentifier), Some(Reason::Nobody)));
        // The number turns out to be somebody else's: what was said of the first is taken back.
        number(INES, "").await;
        number("freya.jensen", "10420").await;
        read(&bench, &source).await;
        assert!(!state(&bench, INES, "course-5").await.done && state(&bench, "freya.jensen", "course-5").await.done);
    })
    .await;
}

#[tokio::test]
async fn a_reading_that_stops_in_the_middle_goes_on_and_doubles_nothing() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        let fault = Fault::Status { code: 503 }.times(2).on("users_courses").from_page(4);
        bench.sandbox.faults().moodle.add(fault);
        let run = service::read_people_now(&bench.operator, &bench.site, &source).await.unwrap();
        assert!(matches!(sync::advance(&bench.site, &run).await.unwrap(), Tried::Later { .. }));
        let middle = bench.run(&source, &run).await;
        assert!(middle.counts.pages.n > 1 && middle.counts.added.n < 7, "{middle:?}");
        assert_eq!(sync::advance(&bench.site, &run).await.unwrap(), Tried::Ended(Status::Ok));
        assert_run(&bench.run(&source, &run).await, Status::Ok, [7, 0, 0, 0, 0]);
        let (statements, ids): (i64, i64) =
            bench.one(crate::sql!("SELECT count(*), count(DISTINCT id) FROM activity")).await;
        assert_eq!((statements, ids), (11, 11));
        let asked = service::run_view(&bench.operator, &bench.site, &source, &run, Paging::default()).await.unwrap();
        assert!(asked.requests.iter().any(|asked| asked.error.is_some()), "its requests are kept");
        assert!(asked.requests.iter().all(|asked| !asked.url.contains(Moodle::TOKEN)));
    })
    .await;
}

#[tokio::test]
async fn people_are_read_by_their_own_clock_and_only_while_that_is_on() {
    on_both(|db| async move {
        for person in [INES, "jonas.brandt"] {
            add_person(&db, person).await;
        }
        let (bench, clock) = Bench::standing(db, 1_900_000_000_000).await;
        let plain = Entered { interval: "43200".into(), ..moodle(&bench, &[]) };
        let source = bench.add(plain.clone()).await;
        bench.sync(&source).await;
        clock.advance(24 * 60 * crate::base::MINUTE);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "off unless somebody switches it on");
        let refused = service::read_people_now(&bench.operator, &bench.site, &source).await;
        assert!(matches!(refused, Err(AppError::Conflict(_))));
        let edit = async |entered: &Entered| {
            let form = service::view(&bench.operator, &bench.site, &source, "", Paging::default()).await.unwrap().form;
            service::edit(&bench.operator, &bench.site, &source, form.unwrap().version, entered).await.unwrap();
        };
        let on = Entered { interval: "43200".into(), ..moodle(&bench, &[ON, ("progress_minutes", "60")]) };
        edit(&on).await;
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 1, "at once; the catalogue is not read again for it");
        let run = people(&bench, &source, "").await.run.unwrap();
        assert_eq!(sync::advance(&bench.site, &run.id).await.unwrap(), Tried::Ended(Status::Ok));
        assert_eq!(people(&bench, &source, "").await.matched.n, 2);
        clock.advance(59 * crate::base::MINUTE);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0);
        clock.advance(crate::base::MINUTE);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 1);
        edit(&plain).await;
        let off = people(&bench, &source, "").await;
        assert_eq!(
            (off.is_read, off.matched.n + off.unmatched.n),
            (false, 0),
            "what was known of accounts is forgotten"
        );
        let (open,): (i64,) = bench.one(crate::sql!("SELECT count(*) FROM sync_run WHERE status = 'running'")).await;
        assert_eq!(open, 0, "the reading that was under way was stopped");
        assert!(state(&bench, INES, "course-5").await.done, "her history is hers");
    })
    .await;
}

#[tokio::test]
async fn a_token_that_ends_is_told_and_takes_nothing_away() {
    on_both(|db| async move {
        let (bench, source) = academy(db, &[ON]).await;
        read(&bench, &source).await;
        bench.sandbox.world().moodle().set(|switches| switches.token_expired = true);
        let failed = read(&bench, &source).await;
        assert_eq!(failed.status, Status::Failed);
        assert!(failed.hint.is_some() && failed.error.is_some(), "{failed:?}");
        assert_eq!(people(&bench, &source, "").await.matched.n, 4);
        let standing = service::standing(&bench.operator, &bench.site, &source, Paging::default()).await.unwrap();
        assert!(standing.card.is_urgent() && standing.card.people_trouble().is_some(), "somebody should look");
        assert_eq!(standing.card.latest.unwrap().status, Status::Ok, "the catalogue's health is its own");
        bench.sandbox.world().moodle().set(|switches| switches.token_expired = false);
        // People of one course that may not be seen: told, and nobody leaves for it.
        bench.sandbox.world().moodle().set(|switches| {
            switches.functions.remove("core_enrol_get_users_courses");
        });
        let failed = read(&bench, &source).await;
        assert!(failed.status == Status::Failed && failed.detail.unwrap().contains("core_enrol_get_users_courses"));
    })
    .await;
}
