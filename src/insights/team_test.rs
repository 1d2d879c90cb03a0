//! What managers see and may not see, on both engines.

use super::model::{TeamQuery, TeamView};
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
        let stages: Vec<_> = view.rows.iter().map(|row| (row.stage, row.stuck, row.done)).collect();
        let expected = [
            (Stage::Started, true, 0),
            (Stage::Done, false, 2),
            (Stage::UnderWay, false, 1),
            (Stage::NotStarted, false, 0),
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
