//! Mail from being told to being sent, against a real SMTP server that delays, asks to wait, refuses and goes away.

use super::server::Smtp;
use super::transport::mailing;
use super::*;
use crate::base::{HOUR, MINUTE};
use crate::notify::deliver::{MAIL_TRIES, Tried, send_digest, send_one};
use crate::notify::model::{Filter, State, why};
use crate::notify::{jobs, plan, service};
use crate::platform::db::testing::on_both;
use crate::platform::jobs::Worker;

async fn bench(db: Db, smtp: &Smtp) -> Bench {
    let address = smtp.address();
    Bench::new(db, move |config| mailing(config, &address)).await
}

impl Bench {
    /// Decides about every notice that nobody has decided about.
    async fn plan(&self) {
        let ids: Vec<(String,)> = self.all(sql!("SELECT id FROM notice")).await;
        let ids: Vec<String> = ids.into_iter().map(|row| row.0).collect();
        plan::plan(&self.site, &ids).await.unwrap();
    }

    async fn told(&self, person: &str, kind: Kind, key: &str) -> String {
        self.tell(person, kind, key).await;
        self.plan().await;
        let found = sql!(
            "SELECT d.id FROM delivery d JOIN notice n ON n.id = d.notice WHERE n.person = $1 AND n.dedupe = $2",
            person,
            key
        );
        self.all::<(String,)>(found).await.remove(0).0
    }

    /// State, why, what the server said, due at, next try at, tries.
    async fn delivery(&self, id: &str) -> (String, Option<String>, String, i64, i64, i64) {
        let found =
            sql!("SELECT state, why, COALESCE(detail, ''), due_at, next_at, tries FROM delivery WHERE id = $1", id);
        self.all(found).await.remove(0)
    }

    async fn stands(&self, id: &str, state: State, why: Option<&str>) {
        let (found, reason, ..) = self.delivery(id).await;
        assert_eq!((found.as_str(), reason.as_deref()), (state.as_str(), why));
    }

    async fn alarms(&self) -> Vec<String> {
        let alarms = Filter { kind: Some(Kind::MailAlarm), ..Filter::default() };
        let view = service::notices(&scope("op"), &self.site, &alarms).await.unwrap();
        view.page.rows.into_iter().map(|row| format!("{} {}", row.title, row.body)).collect()
    }
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_queued() {
    on_both(|db| async move {
        let bench = Bench::new(db, |_| {}).await;
        bench.tell("op", Kind::SourceAlarm, "a").await;
        bench.plan().await;
        let left: Vec<(i64, i64)> = bench
            .all(sql!("SELECT (SELECT count(*) FROM delivery), count(*) FROM job WHERE kind <> 'notify.plan'"))
            .await;
        assert_eq!(left, [(0, 0)]);
    })
    .await;
}

#[tokio::test]
async fn a_letter_arrives_with_its_headers_and_both_bodies() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        let id = bench.told("op", Kind::SourceAlarm, "wiki").await;
        assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
        let letter = smtp.letter().await;
        assert_eq!(letter["to"][0], "op@halden.example");
        let header = |name: &str| letter["headers"][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(header("From"), "Atrium <atrium@learn.example>");
        assert_eq!(header("Subject"), "About wiki");
        assert_eq!(header("Message-ID"), format!("<{id}@learn.example>"));
        assert_eq!((header("Auto-Submitted"), header("Content-Language")), ("auto-generated".into(), "en".into()));
        assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        let leave = header("List-Unsubscribe");
        let leave = leave.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).expect("in brackets (RFC 2369)");
        assert!(leave.starts_with("https://learn.example/notices/unsubscribe?t="), "{leave}");
        for body in ["text", "html"] {
            let body = letter[body].as_str().unwrap();
            for part in ["About wiki", "2 results", "https://learn.example/notices/open/", leave] {
                assert!(body.contains(part), "{part} is not in {body}");
            }
        }
        bench.stands(&id, State::Sent, None).await;
        assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
        smtp.nothing().await;
        smtp.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_tried_again_and_takes_it() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        bench.run(sql!("UPDATE person SET email = 'later.op@halden.example' WHERE id = 'op'")).await;
        let id = bench.told("op", Kind::SourceAlarm, "a").await;
        for (n, pause) in [(1, MINUTE), (2, 2 * MINUTE)] {
            let Tried::Later { at, error } = send_one(&bench.site, &id).await.unwrap() else { panic!("it was taken") };
            assert!(error.contains("451") && error.contains("Greylisted"), "{error}");
            let (state, reason, detail, _, next_at, tries) = bench.delivery(&id).await;
            assert_eq!((state.as_str(), reason.as_deref(), tries), ("waiting", Some(why::RETRY), n));
            assert_eq!((at, next_at), (bench.clock.now() + pause, at));
            assert_eq!(detail, error);
            bench.clock.advance(pause);
        }
        assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
        smtp.letter().await;
        bench.stands(&id, State::Sent, None).await;
        assert!(bench.alarms().await.is_empty(), "two failed tries are no alarm");
        smtp.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_jobs_for_the_same_mail_one_sends_it() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        bench.run(sql!("UPDATE person SET email = 'slow.op@halden.example' WHERE id = 'op'")).await;
        let id = bench.told("op", Kind::SourceAlarm, "a").await;
        let both = futures::future::join(send_one(&bench.site, &id), send_one(&bench.site, &id)).await;
        assert_eq!((both.0.unwrap(), both.1.unwrap()), (Tried::Done, Tried::Done));
        smtp.letter().await;
        smtp.nothing().await;
        bench.stands(&id, State::Sent, None).await;
        smtp.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_fails_at_once_and_operators_hear_of_it() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        for (person, address, answer) in [
            ("nobody", "nobody.x@halden.example", "No such mailbox"),
            ("full", "full.x@halden.example", "Mailbox full"),
            ("broken", "no address", "no mail address"),
        ] {
            bench.person(person, address).await;
            let id = bench.told(person, Kind::SourceAlarm, "a").await;
            assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
            bench.stands(&id, State::Failed, Some(why::REFUSED)).await;
            let (.., detail, _, _, _) = bench.delivery(&id).await;
            assert!(detail.contains(answer), "{detail}");
            let alarms = bench.alarms().await;
            assert!(alarms.iter().any(|said| said.contains(person) && said.contains(answer)), "{alarms:?}");
        }
        let second = bench.told("nobody", Kind::SourceAlarm, "b").await;
        send_one(&bench.site, &second).await.unwrap();
        assert_eq!(bench.alarms().await.len(), 3, "once a day for each person");
        bench.plan().await;
        let mailed: Vec<(i64,)> = bench.all(sql!("SELECT count(*) FROM delivery WHERE person = 'op'")).await;
        assert_eq!(mailed[0].0, 0, "mail that fails is not told by mail");
        // The mailbox is there by now: the operator has it tried again.
        bench.run(sql!("UPDATE person SET email = 'there@halden.example' WHERE id = 'nobody'")).await;
        let op = scope("op");
        let failed = service::mail(&op, &bench.site, "failed", Default::default()).await.unwrap();
        assert_eq!(failed.page.total, 4);
        assert!(
            failed.page.rows.iter().all(|row| !row.title.contains("About")),
            "what mail says is not the operators'"
        );
        assert!(
            service::settings(&scope("nobody"), &bench.site).await.unwrap().deliveries[0].title.starts_with("About")
        );
        service::retry(&op, &bench.site, &second).await.unwrap();
        assert_eq!(send_one(&bench.site, &second).await.unwrap(), Tried::Done);
        assert_eq!(smtp.letter().await["to"][0], "there@halden.example");
        assert!(service::retry(&op, &bench.site, &second).await.is_err(), "it is sent");
        smtp.stop().await;
    })
    .await;
}

#[tokio::test]
async fn mail_of_a_kind_that_only_newer_nodes_know_waits_for_them() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        let id = bench.told("op", Kind::SourceAlarm, "a").await;
        bench.run(sql!("UPDATE notice SET kind = 'of_tomorrow'")).await;
        assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
        bench.stands(&id, State::Waiting, None).await;
        smtp.nothing().await;
        bench.run(sql!("UPDATE notice SET kind = 'source_alarm'")).await;
        assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
        smtp.letter().await;
        smtp.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_does_not_relay_for_us_loses_no_mail() {
    on_both(|db| async move {
        let smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        for n in 0..3 {
            let person = format!("p{n}");
            bench.person(&person, &format!("relay.{person}@halden.example")).await;
            let id = bench.told(&person, Kind::SourceAlarm, "a").await;
            assert!(matches!(send_one(&bench.site, &id).await.unwrap(), Tried::Later { .. }));
            bench.stands(&id, State::Waiting, Some(why::RETRY)).await;
        }
        let alarms = bench.alarms().await;
        assert!(alarms.len() == 1 && alarms[0].contains("Relay access denied"), "one trouble, told once: {alarms:?}");
        smtp.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_away_alarms_operators_once_and_loses_nothing() {
    on_both(|db| async move {
        let smtp = Smtp::start(0, &[]).await;
        let (bench, port) = (bench(db, &smtp).await, smtp.port);
        smtp.stop().await;
        let id = bench.told("ines", Kind::SourceAlarm, "a").await;
        for n in 1..=5 {
            assert!(matches!(send_one(&bench.site, &id).await.unwrap(), Tried::Later { .. }));
            assert_eq!(bench.alarms().await.len(), usize::from(n >= 3), "after {n} tries");
            bench.clock.advance(HOUR);
        }
        let view = service::mail(&scope("op"), &bench.site, "waiting", Default::default()).await.unwrap();
        assert!(matches!(view.standing, crate::notify::model::Standing::Failing(..)), "{:?}", view.standing);
        let mut smtp = Smtp::start(port, &[]).await;
        assert_eq!(send_one(&bench.site, &id).await.unwrap(), Tried::Done);
        smtp.letter().await;
        let view = service::mail(&scope("op"), &bench.site, "sent", Default::default()).await.unwrap();
        assert!(matches!(view.standing, crate::notify::model::Standing::Good(_)), "{:?}", view.standing);
        smtp.stop().await;
        // The next time that it goes away is another alarm.
        let next = bench.told("ines", Kind::SourceAlarm, "b").await;
        for _ in 0..3 {
            send_one(&bench.site, &next).await.unwrap();
            bench.clock.advance(HOUR);
        }
        assert_eq!(bench.alarms().await.len(), 2);
        bench.run(sql!("UPDATE delivery SET tries = $1 WHERE id = $2", MAIL_TRIES - 1, &next)).await;
        assert_eq!(send_one(&bench.site, &next).await.unwrap(), Tried::Done);
        bench.stands(&next, State::Failed, Some(why::GIVEN_UP)).await;
    })
    .await;
}

#[tokio::test]
async fn quiet_hours_hold_mail_back_and_reading_it_meanwhile_stops_it() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        // Noon is 14:00 in Berlin.
        bench
            .run(sql!(
                "INSERT INTO notice_timing (person, quiet_from, quiet_until, digest_at, digest_day, updated_at)
                 VALUES ('ines', 780, 900, 480, 1, 0)"
            ))
            .await;
        let first = bench.told("ines", Kind::SourceAlarm, "a").await;
        let second = bench.told("ines", Kind::SourceAlarm, "b").await;
        bench.stands(&first, State::Waiting, Some(why::QUIET)).await;
        assert_eq!(bench.delivery(&first).await.3, NOON + HOUR);
        // A job that comes too early, say because the hours were changed, sends nothing.
        assert_eq!(send_one(&bench.site, &first).await.unwrap(), Tried::Done);
        smtp.nothing().await;
        let notice: Vec<(String,)> = bench.all(sql!("SELECT notice FROM delivery WHERE id = $1", &second)).await;
        service::mark(&scope("ines"), &bench.site, &notice[0].0, true).await.unwrap();
        bench.clock.advance(HOUR);
        for id in [&first, &second] {
            assert_eq!(send_one(&bench.site, id).await.unwrap(), Tried::Done);
        }
        assert_eq!(smtp.letter().await["headers"]["Subject"], "About a");
        smtp.nothing().await;
        bench.stands(&second, State::Suppressed, Some(why::READ)).await;
        let mine = service::settings(&scope("ines"), &bench.site).await.unwrap().deliveries;
        assert_eq!(mine.iter().map(|d| d.state.state).collect::<Vec<_>>(), [State::Suppressed, State::Sent]);
        smtp.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_digest_gathers_what_waits_and_leaves_out_what_was_read_or_is_not_wanted_any_more() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        let mut ids = Vec::new();
        for key in ["a", "b", "c"] {
            ids.push(bench.told("ines", Kind::SavedSearch, key).await);
            bench.clock.advance(MINUTE);
        }
        let list = bench.told("ines", Kind::PlaylistChanged, "list").await;
        let (_, reason, _, due_at, ..) = bench.delivery(&ids[0]).await;
        // The next morning at eight in Berlin.
        assert_eq!((reason.as_deref(), due_at), (Some(why::DIGEST), NOON + 18 * HOUR));
        let queued: Vec<(String, i64)> =
            bench.all(sql!("SELECT kind, due_at FROM job WHERE kind <> 'notify.plan' AND ended_at IS NULL")).await;
        assert_eq!(queued, [("notify.digest".to_owned(), due_at)], "one job for all of them");
        let notice: Vec<(String,)> = bench.all(sql!("SELECT notice FROM delivery WHERE id = $1", &ids[1])).await;
        service::mark(&scope("ines"), &bench.site, &notice[0].0, true).await.unwrap();
        bench
            .run(sql!(
                "INSERT INTO notice_preference (person, kind, page, mail, updated_at)
                 VALUES ('ines', 'playlist_changed', TRUE, 'off', 0)"
            ))
            .await;
        bench.clock.advance(18 * HOUR);
        assert_eq!(send_digest(&bench.site, "ines", due_at).await.unwrap(), Tried::Done);
        let letter = smtp.letter().await;
        assert_eq!(letter["headers"]["Subject"], "2 notices on Atrium");
        let text = letter["text"].as_str().unwrap();
        assert!(text.contains("About a") && text.contains("About c"), "{text}");
        assert!(!text.contains("About b") && !text.contains("About list"), "{text}");
        smtp.nothing().await;
        bench.stands(&ids[2], State::Sent, None).await;
        bench.stands(&ids[1], State::Suppressed, Some(why::READ)).await;
        bench.stands(&list, State::Suppressed, Some(why::PREFERENCE)).await;
        smtp.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_brings_what_is_told_to_the_mailbox_and_takes_up_what_lost_its_job() {
    on_both(|db| async move {
        let mut smtp = Smtp::start(0, &[]).await;
        let bench = bench(db, &smtp).await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let worker = jobs::register(Worker::new(bench.site.wake.clone()), &bench.site);
        let working = tokio::spawn(worker.run(bench.site.db.clone(), "w".into(), bench.clock.clone(), stopped));
        bench.tell("op", Kind::SourceAlarm, "through the worker").await;
        assert_eq!(smtp.letter().await["headers"]["Subject"], "About through the worker");
        stop.send(true).unwrap();
        working.await.unwrap();

        let id = bench.told("op", Kind::SourceAlarm, "lost").await;
        bench.run(sql!("DELETE FROM job")).await;
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "it may only be slow");
        bench.clock.advance(16 * MINUTE);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 1);
        assert_eq!(jobs::tick(&bench.site).await.unwrap(), 0, "its job stands now");
        bench.stands(&id, State::Waiting, None).await;
        smtp.stop().await;
    })
    .await;
}
