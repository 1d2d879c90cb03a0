//! The feed on both engines.

use super::service::{feed, feed_within};
use super::{Feed, Filter, Part, Reason};
use crate::base::{AppError, DAY, MINUTE, Scope, Viewer};
use crate::catalog::{self, model::Kind};
use crate::directory;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::db::counting;
use crate::platform::db::testing::on_both;
use crate::platform::{Clock, Config, Site};
use crate::playlists::{self, service::NewPlaylist};
use crate::records::model::{ObjectKind, Verb};
use crate::records::service::record;
use crate::sql;
use connect::{Discussion, Item, Resource};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

const NOW: i64 = 1_780_000_000_000;
const EVERYTHING: Filter = Filter { topic: None, kind: None };

/// A portal with a team of nine, of whom `her` is one.
struct House {
    site: Site,
    her: Viewer,
    colleagues: Vec<Viewer>,
}

async fn house(db: Db) -> House {
    let keeper = Keeper::from_base64(&new_key()).unwrap();
    let site = Site::new(db, Clock::at(NOW), Config::default(), keeper);
    let mut csv = String::from("email,name,job_title,team,manager_email,locale,time_zone\n");
    for n in 0..9 {
        csv.push_str(&format!("p{n}@halden.example,Ada Number{n},Engineer,Platform,,en-GB,Europe/London\n"));
    }
    csv.push_str("sven@halden.example,Sven,Seller,Sales,,en-GB,UTC\n");
    directory::service::import(&Scope::system(), &site, csv.as_bytes()).await.unwrap();
    let mut c = site.read().await.unwrap();
    let mut people = Vec::new();
    for n in 0..9 {
        let email = format!("p{n}@halden.example");
        let person = directory::service::by_email(&mut c, &email).await.unwrap().unwrap();
        let groups = directory::service::groups_of(&mut c, &person.id).await.unwrap();
        people.push(Viewer {
            id: person.id,
            name: person.name,
            email,
            locale: "en-GB".into(),
            time_zone: "Europe/London".into(),
            roles: vec![],
            groups: groups.into_iter().map(|group| group.id).collect(),
            manages: false,
        });
    }
    let her = people.remove(0);
    House { site, her, colleagues: people }
}

fn resource(id: &str, topics: &[&str], kind: connect::Kind, days_old: i64) -> Item {
    Item::Resource(Resource {
        external_id: id.into(),
        url: format!("https://learn.example/{id}"),
        title: format!("About {id}"),
        summary: "Worth an hour.".into(),
        kind,
        authors: String::new(),
        language: Some("en".into()),
        minutes: Some(10),
        level: None,
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        published_at: Some(NOW - days_old * DAY),
        changed_at: None,
    })
}

fn talk(id: &str, topics: &[&str], links: &[&str]) -> Item {
    Item::Discussion(Discussion {
        external_id: id.into(),
        url: format!("https://forum.example/{id}"),
        title: format!("On {id}"),
        excerpt: "What do you think?".into(),
        category: "Practice".into(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        replies: 3,
        participants: 2,
        created_at: NOW - DAY,
        last_activity: NOW - DAY,
        links: links.iter().map(|id| format!("https://learn.example/{id}")).collect(),
    })
}

impl House {
    /// Takes `items` in from a source that `audience` (a group's name) may see; answers resources' ids by external id.
    async fn stock(&self, source: &str, audience: Option<&str>, items: &[Item]) -> HashMap<String, String> {
        let mut tx = self.site.begin().await.unwrap();
        let groups = directory::service::groups(&mut tx).await.unwrap();
        let group = audience.map(|name| groups.into_iter().find(|group| group.name == name).unwrap().id);
        catalog::service::set_origin(&mut tx, source, source, group.as_deref()).await.unwrap();
        catalog::service::ingest(&mut tx, source, "run", items, NOW).await.unwrap();
        let addresses: Vec<String> = items
            .iter()
            .filter_map(|item| match item {
                Item::Resource(resource) => Some(resource.url.clone()),
                Item::Discussion(_) => None,
            })
            .collect();
        let found = catalog::service::by_address(&mut tx, &addresses).await.unwrap();
        tx.commit().await.unwrap();
        found.into_iter().map(|(url, id)| (url.rsplit('/').next().unwrap().to_owned(), id)).collect()
    }

    async fn topic(&self, name: &str) -> String {
        let mut c = self.site.read().await.unwrap();
        catalog::service::topics_by_name(&mut c, &[name.to_owned()]).await.unwrap().remove(0).id
    }

    async fn does(&self, who: &Viewer, verb: Verb, kind: ObjectKind, object: &str) {
        record(&Scope::Person(who.clone()), &self.site, verb, kind, object, None, None).await.unwrap();
    }

    async fn follows(&self, topic: &str) {
        let id = self.topic(topic).await;
        self.does(&self.her, Verb::Followed, ObjectKind::Topic, &id).await;
    }

    async fn follows_playlist(&self, title: &str, steps: &[&String]) {
        let items: Vec<(String, String)> = steps.iter().map(|step| ((*step).clone(), String::new())).collect();
        let new = NewPlaylist {
            slug: None,
            title,
            summary: "",
            steward: &self.colleagues[0].id,
            audience: None,
            items: &items,
        };
        let mut tx = self.site.begin().await.unwrap();
        let id = playlists::service::create_published(&mut tx, new, NOW).await.unwrap();
        tx.commit().await.unwrap();
        self.does(&self.her, Verb::Followed, ObjectKind::Playlist, &id).await;
    }

    async fn feed(&self, filter: &Filter) -> Feed {
        feed(&Scope::Person(self.her.clone()), &self.site, filter).await.unwrap()
    }
}

fn shown(feed: &Feed) -> Vec<String> {
    feed.panels.iter().flat_map(|panel| &panel.cards).map(|card| card.card.id.clone()).collect()
}

fn part(feed: &Feed, part: Part) -> Vec<(String, Reason)> {
    let panels = feed.panels.iter().filter(|panel| panel.part == part);
    panels.flat_map(|panel| &panel.cards).map(|card| (card.card.title.clone(), card.reason.clone())).collect()
}

#[tokio::test]
async fn only_a_signed_in_person_has_a_feed() {
    on_both(|db| async move {
        let house = house(db).await;
        for scope in [Scope::Anonymous, Scope::system()] {
            assert_eq!(feed(&scope, &house.site, &EVERYTHING).await.unwrap_err(), AppError::SignIn);
        }
    })
    .await;
}

#[tokio::test]
async fn each_card_says_why_it_is_here() {
    on_both(|db| async move {
        let house = house(db).await;
        let items = [
            resource("opened", &["SQL"], connect::Kind::Book, 90),
            resource("step1", &["C"], connect::Kind::Video, 90),
            resource("step2", &["C"], connect::Kind::Video, 90),
            resource("new", &["Kubernetes"], connect::Kind::Video, 1),
            talk("pods", &["Kubernetes"], &[]),
            talk("joins", &["Joins"], &["opened"]),
            talk("other", &["Gardening"], &["new"]),
        ];
        let ids = house.stock("library", None, &items).await;
        house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids["opened"]).await;
        house.follows("Kubernetes").await;
        house.follows_playlist("Rust for C engineers", &[&ids["step1"], &ids["step2"]]).await;
        house.site.clock.advance(3 * DAY);
        let feed = house.feed(&EVERYTHING).await;

        let [(title, reason)] = &part(&feed, Part::Continue)[..] else { panic!("{feed:#?}") };
        assert_eq!((title.as_str(), reason.text().as_str()), ("About opened", "You last worked on this 3 days ago"));
        let steps: Vec<String> =
            part(&feed, Part::Playlists).iter().map(|(title, r)| format!("{title}: {}", r.text())).collect();
        assert_eq!(
            steps,
            ["About step1: Next in Rust for C engineers", "About step2: Coming up in Rust for C engineers"]
        );
        let [(title, reason)] = &part(&feed, Part::Topics)[..] else { panic!("{feed:#?}") };
        assert_eq!((title.as_str(), reason.text().as_str()), ("About new", "New in Kubernetes, which you follow"));
        let talks: BTreeSet<(String, String)> =
            feed.talks.iter().map(|talk| (talk.discussion.title.clone(), talk.reason.text())).collect();
        let expected = [("On joins", "About something you opened"), ("On pods", "About Kubernetes, which you follow")];
        assert_eq!(talks, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
        assert!(!feed.is_new && feed.suggestions.is_empty() && feed.left_out.is_empty());
        assert_eq!(feed.greeting.name, "Ada");
    })
    .await;
}

#[tokio::test]
async fn what_she_does_not_want_or_may_not_see_is_nowhere() {
    on_both(|db| async move {
        let house = house(db).await;
        let all = ["hidden", "done", "gone", "fine", "hidden-open", "gone-open"];
        let items = all.map(|id| resource(id, &["Rust"], connect::Kind::Book, 1));
        let ids = house.stock("library", None, &items).await;
        let secret =
            house.stock("sales", Some("Sales"), &[resource("secret", &["Rust"], connect::Kind::Book, 1)]).await;
        // The next of the same address for everybody: an audience hides a resource, not its topic.
        for id in ["hidden-open", "gone-open"] {
            house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids[id]).await;
        }
        for id in ["hidden", "hidden-open"] {
            house.does(&house.her, Verb::Hidden, ObjectKind::Resource, &ids[id]).await;
        }
        house.does(&house.her, Verb::Completed, ObjectKind::Resource, &ids["done"]).await;
        for colleague in &house.colleagues {
            for id in all {
                house.does(colleague, Verb::Opened, ObjectKind::Resource, &ids[id]).await;
            }
        }
        let mut tx = house.site.begin().await.unwrap();
        let gone = ["gone".to_owned(), "gone-open".to_owned()];
        catalog::service::gone(&mut tx, "library", &gone, NOW).await.unwrap();
        tx.commit().await.unwrap();

        let fine = vec![ids["fine"].clone()];
        let filter = Filter { topic: Some(house.topic("Rust").await), kind: Some(Kind::Book) };
        assert_eq!(shown(&house.feed(&EVERYTHING).await), fine, "someone new");
        assert_eq!(shown(&house.feed(&filter).await), fine, "someone new, narrowed");
        let steps: Vec<&String> = all.iter().map(|id| &ids[*id]).chain(secret.values()).collect();
        house.follows_playlist("Everything", &steps).await;
        assert_eq!(shown(&house.feed(&EVERYTHING).await), fine, "with a playlist");
        house.follows("Rust").await;
        assert_eq!(shown(&house.feed(&EVERYTHING).await), fine, "with a topic");
        assert_eq!(shown(&house.feed(&filter).await), fine, "narrowed");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_there_twice_and_the_page_is_full() {
    on_both(|db| async move {
        let house = house(db).await;
        let kinds = [connect::Kind::Book, connect::Kind::Video, connect::Kind::Lab];
        let topics: [&[&str]; 3] = [&["Rust", "C"], &["C"], &["Rust"]];
        let items: Vec<Item> =
            (0..90).map(|n| resource(&format!("r{n}"), topics[n % 3], kinds[n % 2], n as i64)).collect();
        let ids = house.stock("library", None, &items).await;
        let talks: Vec<Item> = (0..20).map(|n| talk(&format!("t{n}"), &["Rust", "C"], &["r0"])).collect();
        house.stock("forum", None, &talks).await;
        house.follows("Rust").await;
        house.follows("C").await;
        house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids["r0"]).await;
        house.follows_playlist("One", &[&ids["r0"], &ids["r1"], &ids["r2"]]).await;
        house.follows_playlist("Two", &[&ids["r1"], &ids["r3"]]).await;

        let feed = house.feed(&EVERYTHING).await;
        let shown = shown(&feed);
        let different: BTreeSet<&String> = shown.iter().collect();
        assert_eq!((shown.len(), different.len(), feed.talks.len()), (24, 24, 6));
        assert_eq!(feed, house.feed(&EVERYTHING).await, "the same data and time give the same feed");
        assert!(part(&feed, Part::Topics).iter().any(|(_, reason)| reason.text().contains("Rust")));
        assert!(part(&feed, Part::Topics).iter().any(|(_, reason)| reason.text().contains("in C,")));
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_every_panel() {
    on_both(|db| async move {
        let house = house(db).await;
        let items = [
            resource("open-rust", &["Rust"], connect::Kind::Book, 1),
            resource("open-go", &["Go"], connect::Kind::Book, 1),
            resource("step-rust", &["Rust"], connect::Kind::Video, 1),
            resource("step-go", &["Go"], connect::Kind::Video, 1),
            resource("new-rust", &["Rust"], connect::Kind::Video, 1),
            resource("new-go", &["Go"], connect::Kind::Book, 1),
            talk("rust", &["Rust"], &[]),
            talk("go", &["Go"], &[]),
        ];
        let ids = house.stock("library", None, &items).await;
        house.follows("Go").await;
        for id in ["open-rust", "open-go"] {
            house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids[id]).await;
        }
        house.follows_playlist("Both", &[&ids["step-go"], &ids["step-rust"]]).await;
        let titles = |feed: &Feed| -> BTreeSet<String> {
            let cards = feed.panels.iter().flat_map(|panel| &panel.cards);
            cards.map(|card| card.card.title.replace("About ", "")).collect()
        };
        let set = |all: &[&str]| -> BTreeSet<String> { all.iter().map(|t| (*t).to_owned()).collect() };

        let rust = house.topic("Rust").await;
        let feed = house.feed(&EVERYTHING.with_topic(Some(&rust))).await;
        assert_eq!(titles(&feed), set(&["open-rust", "step-rust", "new-rust"]));
        assert_eq!(part(&feed, Part::Topics)[0].1, Reason::NewIn { topic: "Rust".into(), followed: false });
        assert_eq!(feed.narrowed_to.as_ref().map(|topic| topic.name.as_str()), Some("Rust"));
        assert_eq!(feed.talks.iter().map(|t| t.discussion.title.as_str()).collect::<Vec<_>>(), ["On rust"]);

        let feed = house.feed(&EVERYTHING.with_kind(Some(Kind::Video))).await;
        assert_eq!(titles(&feed), set(&["step-go", "step-rust"]), "new-rust is in no topic that she follows");
        assert!(feed.talks.is_empty(), "a conversation is no video");

        let both = Filter { topic: Some(rust), kind: Some(Kind::Book) };
        assert_eq!(titles(&house.feed(&both).await), set(&["open-rust"]));
        let unknown = house.feed(&EVERYTHING.with_topic(Some("no-such-topic"))).await;
        assert!(unknown.is_empty() && unknown.narrowed_to.is_none());
    })
    .await;
}

#[tokio::test]
async fn someone_new_gets_a_way_to_begin() {
    on_both(|db| async move {
        let house = house(db).await;
        let items = [
            resource("five", &["Rust"], connect::Kind::Book, 400),
            resource("four", &["Rust"], connect::Kind::Book, 400),
            resource("long-ago", &["Go"], connect::Kind::Book, 400),
        ];
        let ids = house.stock("library", None, &items).await;
        for colleague in &house.colleagues[..6] {
            house.does(colleague, Verb::Opened, ObjectKind::Resource, &ids["long-ago"]).await;
        }
        house.site.clock.advance(61 * DAY);
        for colleague in &house.colleagues[..5] {
            house.does(colleague, Verb::Opened, ObjectKind::Resource, &ids["five"]).await;
        }
        for colleague in &house.colleagues[..4] {
            house.does(colleague, Verb::Opened, ObjectKind::Resource, &ids["four"]).await;
        }
        let feed = house.feed(&EVERYTHING).await;
        assert!(feed.is_new);
        assert_eq!(part(&feed, Part::Team), [("About five".to_owned(), Reason::PopularInTeam { people: 5 })]);
        let newest: BTreeSet<String> = part(&feed, Part::Newest).into_iter().map(|(title, _)| title).collect();
        assert_eq!(newest, BTreeSet::from(["About four".to_owned(), "About long-ago".to_owned()]));
        assert_eq!(feed.suggestions.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["Rust", "Go"]);
    })
    .await;
}

#[tokio::test]
async fn it_takes_six_queries_at_most() {
    on_both(|db| async move {
        let house = house(db).await;
        let items: Vec<Item> = (0..40).map(|n| resource(&format!("r{n}"), &["Rust"], connect::Kind::Book, n)).collect();
        let ids = house.stock("library", None, &items).await;
        house.stock("forum", None, &[talk("t", &["Rust"], &["r0"])]).await;
        let filter = Filter { topic: Some(house.topic("Rust").await), kind: None };
        let scope = Scope::Person(house.her.clone());
        let check = async |case: &str| {
            for filter in [&EVERYTHING, &filter] {
                let (feed, queries) = counting(feed(&scope, &house.site, filter)).await;
                assert!(!feed.unwrap().is_empty(), "{case}");
                assert!((3..=6).contains(&queries), "{case}, {filter:?}: {queries} queries");
            }
        };
        check("someone new").await;
        house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids["r0"]).await;
        check("someone new who opened something").await;
        house.follows_playlist("One", &[&ids["r1"]]).await;
        check("with a playlist").await;
        house.follows("Rust").await;
        check("with everything").await;
    })
    .await;
}

/// The resource of that id again, in a language of its own, at the address of the first: an edition of the same work.
fn again(id: &str, topics: &[&str], language: &str) -> Item {
    let Item::Resource(resource) = resource(id, topics, connect::Kind::Video, 2) else { unreachable!("a resource") };
    let external_id = format!("{id}-{language}");
    Item::Resource(Resource { external_id, language: Some(language.into()), ..resource })
}

async fn by_external_id(house: &House) -> HashMap<String, String> {
    let mut c = house.site.read().await.unwrap();
    let rows: Vec<(String, String)> = c.all(sql!("SELECT external_id, id FROM resource")).await.unwrap();
    rows.into_iter().collect()
}

#[tokio::test]
async fn a_work_is_one_card_in_the_edition_that_suits_her() {
    on_both(|db| async move {
        let house = house(db).await;
        house.stock("french", None, &[again("new", &["Rust"], "fr"), again("done", &["Rust"], "fr")]).await;
        let english = [again("new", &["Rust", "C"], "en"), again("done", &["C"], "en"), again("open", &["Go"], "en")];
        house.stock("english", None, &english).await;
        house.stock("closed", Some("Sales"), &[again("new", &["Rust"], "nl")]).await;
        house.stock("other", None, &[again("open", &["Rust"], "de")]).await;
        let ids = by_external_id(&house).await;
        let scope = Scope::Person(house.her.clone());
        let newest = shown(&house.feed(&EVERYTHING).await);
        assert_eq!(newest.len(), 3, "three works: {newest:?}");
        for id in ["new-en", "done-en", "open-en"] {
            assert!(newest.contains(&ids[id]), "{id}: hers is English");
        }
        // She finishes the French one and begins the German one.
        house.does(&house.her, Verb::Completed, ObjectKind::Resource, &ids["done-fr"]).await;
        house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids["open-de"]).await;
        house.follows("Rust").await;
        house.follows("C").await;
        house.follows_playlist("Both", &[&ids["new-fr"], &ids["done-en"], &ids["open-en"]]).await;
        let (feed, queries) = counting(feed(&scope, &house.site, &EVERYTHING)).await;
        let feed = feed.unwrap();
        assert!(queries <= 6, "{queries} queries");
        assert_eq!(shown(&feed), [ids["open-de"].clone(), ids["new-en"].clone()], "{feed:#?}");
        assert_eq!(part(&feed, Part::Continue).len(), 1);
        let card = &feed.panels.iter().find(|panel| panel.part == Part::Playlists).unwrap().cards[0];
        assert_eq!(card.card.editions, 2, "the one for Sales is not counted");
        // The edition that she began goes: another one takes its place, with what she did.
        let mut tx = house.site.begin().await.unwrap();
        catalog::service::gone(&mut tx, "other", &["open-de".to_owned()], NOW).await.unwrap();
        tx.commit().await.unwrap();
        let after = house.feed(&EVERYTHING).await;
        assert_eq!(shown(&after)[0], ids["open-en"]);
        // Hiding any edition hides the work.
        house.does(&house.her, Verb::Hidden, ObjectKind::Resource, &ids["new-fr"]).await;
        assert_eq!(shown(&house.feed(&EVERYTHING).await), [ids["open-en"].clone()]);
    })
    .await;
}

#[tokio::test]
async fn colleagues_who_opened_any_edition_count_once_for_the_work() {
    on_both(|db| async move {
        let house = house(db).await;
        house.stock("english", None, &[again("busy", &["Rust"], "en")]).await;
        house.stock("french", None, &[again("busy", &["Rust"], "fr")]).await;
        let ids = by_external_id(&house).await;
        for (n, colleague) in house.colleagues[..5].iter().enumerate() {
            let edition = if n < 3 { "busy-fr" } else { "busy-en" };
            house.does(colleague, Verb::Opened, ObjectKind::Resource, &ids[edition]).await;
        }
        house.does(&house.colleagues[0], Verb::Opened, ObjectKind::Resource, &ids["busy-en"]).await;
        let feed = house.feed(&EVERYTHING).await;
        assert_eq!(part(&feed, Part::Team), [("About busy".to_owned(), Reason::PopularInTeam { people: 5 })]);
        assert_eq!(shown(&feed), [ids["busy-en"].clone()]);
    })
    .await;
}

#[tokio::test]
async fn a_panel_that_takes_too_long_is_left_out_and_said_so() {
    on_both(|db| async move {
        // Readers never wait on SQLite, so a panel can be held up on PostgreSQL only.
        if db.is_alone() {
            return;
        }
        let house = house(db).await;
        let items = ["step", "news"].map(|id| resource(id, &[id], connect::Kind::Book, 1));
        let ids = house.stock("library", None, &items).await;
        house.follows("news").await;
        house.follows_playlist("One", &[&ids["step"]]).await;
        let scope = Scope::Person(house.her.clone());
        let mut lock = house.site.begin().await.unwrap();
        lock.run(sql!("LOCK TABLE playlist IN ACCESS EXCLUSIVE MODE")).await.unwrap();
        let patience = Duration::from_millis(200);
        let held_up = feed_within(&scope, &house.site, &EVERYTHING, patience).await.unwrap();
        drop(lock);
        assert_eq!(held_up.left_out, [Part::Playlists]);
        assert_eq!(shown(&held_up), [ids["news"].clone()], "the other panels are there");
        assert!(held_up.panels.iter().all(|panel| panel.part != Part::Playlists), "it does not claim to be empty");
        let whole = house.feed(&EVERYTHING).await;
        assert_eq!((whole.left_out.len(), shown(&whole).len()), (0, 2));
    })
    .await;
}

#[tokio::test]
async fn what_was_put_away_can_be_taken_back_for_a_while() {
    on_both(|db| async move {
        let house = house(db).await;
        let ids = house.stock("library", None, &[resource("a", &["Rust"], connect::Kind::Book, 1)]).await;
        house.does(&house.her, Verb::Hidden, ObjectKind::Resource, &ids["a"]).await;
        let away = house.feed(&EVERYTHING).await.put_away.unwrap();
        assert_eq!((away.id.as_str(), away.title.as_str()), (ids["a"].as_str(), "About a"));
        house.site.clock.advance(11 * MINUTE);
        assert_eq!(house.feed(&EVERYTHING).await.put_away, None);
        house.does(&house.her, Verb::Restored, ObjectKind::Resource, &ids["a"]).await;
        let feed = house.feed(&EVERYTHING).await;
        assert_eq!((feed.put_away.is_none(), shown(&feed)), (true, vec![ids["a"].clone()]));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_reached_is_not_recommended() {
    on_both(|db| async move {
        let house = house(db.clone()).await;
        house.stock("french", None, &[again("both", &["Rust"], "fr")]).await;
        let items = [
            resource("fine", &["Rust"], connect::Kind::Book, 1),
            resource("lost", &["Rust"], connect::Kind::Book, 2),
            again("both", &["Rust"], "en"),
        ];
        house.stock("english", None, &items).await;
        let ids = by_external_id(&house).await;
        for id in ["lost", "both-en"] {
            catalog::links::testing::break_link(&db, &ids[id], NOW).await;
        }
        let expected = BTreeSet::from([ids["fine"].clone(), ids["both-fr"].clone()]);
        let seen = |feed: &Feed| shown(feed).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(seen(&house.feed(&EVERYTHING).await), expected, "the newest, with the edition that works");
        for colleague in &house.colleagues {
            house.does(colleague, Verb::Opened, ObjectKind::Resource, &ids["lost"]).await;
        }
        assert_eq!(seen(&house.feed(&EVERYTHING).await), expected, "however popular it is");
        house.follows("Rust").await;
        assert_eq!(seen(&house.feed(&EVERYTHING).await), expected, "in the topics that she follows");
        // What she has begun stays hers, and says how it is.
        house.does(&house.her, Verb::Opened, ObjectKind::Resource, &ids["lost"]).await;
        let feed = house.feed(&EVERYTHING).await;
        let begun = &feed.panels.iter().find(|panel| panel.part == Part::Continue).unwrap().cards[0];
        assert!(begun.card.id == ids["lost"] && begun.card.broken);
    })
    .await;
}
