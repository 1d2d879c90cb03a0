//! What managers see and may not see, on both engines.

use super::model::{Help, TeamQuery, TeamView};
use super::service::{person, team};
use crate::base::{AppError, DAY, HOUR, MINUTE, Scope};
use crate::platform::audit::looks;
use crate::platform::db::testing::on_both;
use crate::playlists::Stage;
use crate::playlists::testing::{House, NOW, scope};
use crate::sql;

fn names(view: &TeamView) -> Vec<&str> {
    view.rows.iter().map(|row| row.person.id.as_str()).collect()
}

fn query(playlist: &str, people: &str) -> TeamQuery {
    TeamQuery { playlist: playlist.into(), people: people.into() }
}

async fn ledger(house: &House) -> i64 {
    let mut c = house.site.read().await.unwrap();
    c.one::<(i64,)>(sql!("SELECT COUNT(*) FROM ledger")).await.unwrap().0
}

#[tokio::test]
async fn a_manager_sees_her_whole_line_and_whom_to_help_first() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let id = house.playlist("Path", None, &["r1", "r2"]).await;
        house.follows("ben", &id, 1).await;
        // cat stands still, ben is under way, ann is done, mid has not started.
        house.did("cat", "r1", Some(NOW - 15 * DAY), None).await;
        house.did("ben", "r1", Some(NOW - 2 * DAY), Some(NOW - DAY)).await;
        house.did("ann", "r1", Some(NOW - 30 * DAY), Some(NOW - 30 * DAY)).await;
        house.did("ann", "r2", None, Some(NOW - 20 * DAY)).await;

        let view = team(&scope("boss"), &house.site, query("", "")).await.unwrap();
        assert_eq!(names(&view), ["cat", "ann", "ben", "mid"]);
        let stages: Vec<_> = view.rows.iter().map(|row| (row.stage, row.help, row.done)).collect();
        let expected = [
            (Stage::Started, Some(Help::StandsStill), 0),
            (Stage::Done, None, 2),
            (Stage::UnderWay, None, 1),
            (Stage::NotStarted, None, 0),
        ];
        assert_eq!(stages, expected);
        assert_eq!(
            (view.counts.done, view.counts.under_way, view.counts.started, view.counts.not_started),
            (1, 1, 1, 1)
        );
        assert_eq!(view.choices[0].followers, 1);
        assert_eq!(view.teams.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["mid"]);

        let direct = team(&scope("boss"), &house.site, query("path", "direct")).await.unwrap();
        assert_eq!(names(&direct), ["cat", "mid"]);
        let sub = team(&scope("boss"), &house.site, query("path", "mid")).await.unwrap();
        assert_eq!(names(&sub), ["ann", "ben", "mid"]);
    })
    .await;
}

#[tokio::test]
async fn who_has_not_started_is_among_those_to_help_two_weeks_after_publishing_and_told_apart() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        house.playlist("All gone", None, &["gone"]).await;
        house.did("cat", "r1", Some(NOW - DAY), None).await;
        let seen = async |slug: &str| team(&scope("boss"), &house.site, query(slug, "direct")).await.unwrap();
        let helped =
            |view: &TeamView| -> Vec<_> { view.rows.iter().map(|row| (row.person.id.clone(), row.help)).collect() };
        house.site.clock.advance(14 * DAY);
        assert_eq!(helped(&seen("path").await), [("cat".into(), Some(Help::StandsStill)), ("mid".into(), None)]);
        house.site.clock.advance(7 * DAY);
        let view = seen("path").await;
        assert_eq!(
            helped(&view),
            [("cat".into(), Some(Help::StandsStill)), ("mid".into(), Some(Help::NotStarted))],
            "who began and stopped comes first"
        );
        assert_eq!(view.published.map(|when| when.text).as_deref(), Some("21 days ago"));
        let nothing = seen("all-gone").await;
        assert!(nothing.rows.iter().all(|row| row.help.is_none()), "nobody can start what has nothing left");
    })
    .await;
}

#[tokio::test]
async fn nobody_outside_the_line_is_shown_by_any_address() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        for outsider in ["otto", "chief", "mid", "boss", "cora", "nobody"] {
            assert_eq!(person(&scope("mid"), &house.site, outsider).await, Err(AppError::NotFound), "{outsider}");
        }
        for outsider in ["otto", "chief", "boss", "nobody"] {
            let answer = team(&scope("boss"), &house.site, query("path", outsider)).await;
            assert_eq!(answer, Err(AppError::NotFound), "{outsider}");
        }
        for employee in ["ann", "cora"] {
            assert_eq!(team(&scope(employee), &house.site, query("", "")).await, Err(AppError::Forbidden));
            assert_eq!(person(&scope(employee), &house.site, "ben").await, Err(AppError::Forbidden));
        }
        assert_eq!(team(&Scope::Anonymous, &house.site, query("", "")).await, Err(AppError::SignIn));
        assert_eq!(person(&Scope::Anonymous, &house.site, "ann").await, Err(AppError::SignIn));
        assert_eq!(ledger(&house).await, 0, "what was refused was not looked at");
    })
    .await;
}

#[tokio::test]
async fn a_playlist_that_is_no_business_of_the_team_is_not_found_and_who_is_not_in_its_audience_is_left_out() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Red", Some("red"), &["r1"]).await;
        let view = team(&scope("mid"), &house.site, query("", "")).await.unwrap();
        assert_eq!((names(&view), view.outside), (vec!["ann"], 1));
        assert_eq!(team(&scope("chief"), &house.site, query("red", "")).await, Err(AppError::NotFound));
        let empty = team(&scope("chief"), &house.site, query("", "")).await.unwrap();
        assert!(empty.playlist.is_none() && empty.rows.is_empty());
    })
    .await;
}

#[tokio::test]
async fn each_look_is_in_the_ledger_of_whom_it_showed_once_an_hour() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        let look = async || team(&scope("mid"), &house.site, query("path", "")).await.unwrap();
        look().await;
        look().await;
        house.site.clock.advance(59 * MINUTE);
        look().await;
        assert_eq!(ledger(&house).await, 2, "one row for ann, one for ben");
        house.site.clock.advance(HOUR);
        look().await;
        assert_eq!(ledger(&house).await, 4);
        person(&scope("mid"), &house.site, "ann").await.unwrap();
        person(&scope("boss"), &house.site, "ann").await.unwrap();
        assert_eq!(ledger(&house).await, 6, "another page and another person are looks of their own");

        let mut c = house.site.read().await.unwrap();
        let anns = looks(&mut c, "ann", 10).await.unwrap();
        assert_eq!(anns.iter().map(|look| look.actor.as_str()).collect::<Vec<_>>(), ["Boss", "Mid", "Mid", "Mid"]);
        assert!(anns[3].detail.contains("Path"), "{anns:?}");
        assert!(looks(&mut c, "mid", 10).await.unwrap().is_empty(), "she is not shown to herself");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_at_the_same_moment_are_one() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Path", None, &["r1"]).await;
        let looks: Vec<_> = (0..8)
            .map(|_| {
                let site = house.site.clone();
                tokio::spawn(async move { team(&scope("mid"), &site, query("path", "")).await.map(drop) })
            })
            .collect();
        for one in looks {
            one.await.unwrap().unwrap();
        }
        assert_eq!(ledger(&house).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_persons_page_tells_of_playlists_followed_or_started_and_nothing_hidden() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let followed = house.playlist("Followed", None, &["r1"]).await;
        house.playlist("Started", None, &["r2", "r3"]).await;
        house.playlist("Hidden only", None, &["r4"]).await;
        house.playlist("For blue", Some("blue"), &["r2"]).await;
        house.follows("ann", &followed, 1).await;
        house.did("ann", "r2", Some(NOW - DAY), None).await;
        house.hides("ann", "r4").await;
        let view = person(&scope("mid"), &house.site, "ann").await.unwrap();
        let rows: Vec<_> = view.rows.iter().map(|row| (row.title.as_str(), row.stage)).collect();
        assert_eq!(rows, [("Followed", Stage::NotStarted), ("Started", Stage::Started)]);
    })
    .await;
}

#[tokio::test]
async fn a_persons_page_says_what_comes_next_since_when_and_leads_on_where_the_manager_may_go() {
    on_both(|db| async move {
        let house = House::new(db).await;
        house.playlist("Begun", None, &["gone", "r1", "r2", "r3"]).await;
        house.playlist("Finished", None, &["r1"]).await;
        let red = house.playlist("Red", Some("red"), &["secret"]).await;
        house.follows("ann", &red, 1).await;
        house.did("ann", "r1", Some(NOW - 9 * DAY), Some(NOW - 3 * DAY)).await;
        house.did("ann", "r2", Some(NOW - DAY), None).await;

        let view = person(&scope("mid"), &house.site, "ann").await.unwrap();
        assert_eq!(view.email, "ann@halden.example");
        let slugs: Vec<_> = view.rows.iter().map(|row| row.slug.as_deref()).collect();
        assert_eq!(slugs, [Some("begun"), Some("finished"), None], "mid is not in red");
        let next = view.rows[0].next.clone().unwrap();
        assert_eq!(
            next.resource,
            Some(("r2".into(), "Page r2".into())),
            "what is gone and what is done are passed over"
        );
        assert_eq!((next.opened, next.since.unwrap().text.as_str()), (true, "9 May 2026"));
        assert_eq!(view.rows[1].next, None);
        let secret = view.rows[2].next.clone().unwrap();
        assert_eq!(
            (secret.resource, secret.opened, secret.since),
            (None, false, None),
            "its title is not mid's to read"
        );
    })
    .await;
}

#[tokio::test]
async fn what_comes_next_does_not_tell_what_was_hidden() {
    on_both(|db| async move {
        let house = House::new(db).await;
        let id = house.playlist("Path", None, &["r1", "r2"]).await;
        house.follows("ann", &id, 1).await;
        let next = async || person(&scope("mid"), &house.site, "ann").await.unwrap().rows[0].next.clone();
        let before = next().await;
        house.hides("ann", "r1").await;
        assert_eq!((before.is_some(), next().await), (true, before.clone()), "it looks the same as not begun");
    })
    .await;
}
