//! What is found, in which order, by whom. The index does not know the engine, so these run on SQLite.

use super::Index;
use crate::base::DAY;
use crate::catalog::model::{Found, Kind, Query};
use crate::catalog::service;
use crate::catalog::testing::*;
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::open;
use crate::platform::{Clock, Config, Site};
use connect::{Item, Resource};

/// A library that is searched.
struct Library {
    site: Site,
    _folder: tempfile::TempDir,
}

impl Library {
    async fn new(items: Vec<Item>) -> Library {
        let folder = tempfile::tempdir().unwrap();
        let db = open(&format!("sqlite://{}/atrium.db", folder.path().display()), 2).await.unwrap();
        let mut config = Config::default();
        config.search.folder = folder.path().join("search").display().to_string();
        let site = Site::new(db.clone(), Clock::at(NOW), config, Keeper::from_base64(&new_key()).unwrap());
        add_group(&db, "firmware").await;
        add_source(&db, "closed", Some("firmware")).await;
        add_source(&db, "library", None).await;
        ingest(&db, "library", "1", items).await;
        ingest(&db, "closed", "1", vec![Item::Resource(resource("secret", "Secret bootloader keys", &["keys"]))]).await;
        let index = Index::open(&site).await.unwrap();
        index.catch_up(&db).await.unwrap();
        site.provide(index);
        Library { site, _folder: folder }
    }

    async fn found(&self, address: &str) -> Found {
        self.found_by(address, &[]).await
    }

    async fn found_by(&self, address: &str, groups: &[&str]) -> Found {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(address.as_bytes()).into_owned().collect();
        let asked = Query::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        service::search(&scope("p", groups), &self.site, &asked).await.unwrap()
    }

    async fn titles(&self, address: &str) -> Vec<String> {
        self.found(address).await.page.rows.into_iter().map(|hit| hit.card.title).collect()
    }
}

fn with(title: &str, topics: &[&str], summary: &str) -> Item {
    Item::Resource(Resource { summary: summary.into(), ..resource(title, title, topics) })
}

#[tokio::test]
async fn what_she_reads_comes_before_translations_and_no_description_before_a_title() {
    let in_language = |title: &str, language: &str, summary: &str| {
        let resource =
            Resource { summary: summary.into(), language: Some(language.to_owned()), ..resource(title, title, &[]) };
        Item::Resource(resource)
    };
    let library = Library::new(vec![
        in_language("Rust lernen", "de", "Rust, und wieder Rust."),
        in_language("A long and winding introduction to Rust for everybody", "en", "Begins at the beginning."),
        in_language("Something else", "en", "Rust rust rust."),
    ])
    .await;
    assert_eq!(
        library.titles("q=rust").await,
        ["A long and winding introduction to Rust for everybody", "Rust lernen", "Something else"]
    );
    assert_eq!(library.titles("q=rust+lernen").await[0], "Rust lernen", "what is asked for by name comes first");
}

#[tokio::test]
async fn titles_count_more_than_topics_and_topics_more_than_descriptions() {
    let library = Library::new(vec![
        with("A walk in the woods", &[], "It also mentions kubernetes and kubernetes again, kubernetes."),
        with("Running clusters", &["Kubernetes"], ""),
        with("Kubernetes for the rest of us, with a long and winding title", &[], ""),
        with("Kubernetes", &[], ""),
    ])
    .await;
    let order = library.titles("q=kubernetes").await;
    assert_eq!(order[0], "Kubernetes", "the title itself comes first");
    assert!(order[1].starts_with("Kubernetes for the rest"));
    assert_eq!(order[2..], ["Running clusters", "A walk in the woods"]);
}

#[tokio::test]
async fn java_is_not_javascript() {
    let library = Library::new(vec![
        with("JavaScript: the good parts", &[], ""),
        with("JavaScript and Java compared", &[], ""),
        with("Effective Java", &[], ""),
        with("Learning C", &[], ""),
        with("Learning C++", &[], ""),
        with("Learning C#", &[], ""),
    ])
    .await;
    let order = library.titles("q=java").await;
    assert_eq!(order.len(), 3);
    assert_eq!(order[2], "JavaScript: the good parts", "the beginning of a word comes last: {order:?}");
    assert!(library.titles("q=javascript").await.iter().all(|title| title.contains("JavaScript")));
    assert_eq!(library.titles("q=C%2B%2B").await[0], "Learning C++");
    assert_eq!(library.titles("q=c%23").await[0], "Learning C#");
    assert_eq!(library.titles("q=learning+c").await[0], "Learning C");
}

#[tokio::test]
async fn forms_beginnings_accents_and_slips_are_found() {
    let library = Library::new(vec![
        with("Sécurité des systèmes", &[], ""),
        with("Testing embedded software", &[], ""),
        with("Kubernetes networking", &[], ""),
        with("Straßenbau", &[], ""),
        with("Rust", &[], ""),
        with("Trust and teams", &[], ""),
        with("データベース入門", &[], ""),
    ])
    .await;
    for (typed, title) in [
        ("securite", "Sécurité des systèmes"),
        ("SÉCURITÉ", "Sécurité des systèmes"),
        ("tests", "Testing embedded software"),
        ("embedded tes", "Testing embedded software"),
        ("kubern", "Kubernetes networking"),
        ("kuberentes", "Kubernetes networking"),
        ("strassenbau", "Straßenbau"),
        ("入門", "データベース入門"),
    ] {
        assert_eq!(library.titles(&format!("q={typed}")).await, [title], "{typed}");
    }
    assert_eq!(library.titles("q=rust").await, ["Rust"], "short words are not doubted");
    assert!(library.found("q=kuberentes").await.guessed && !library.found("q=kubernetes").await.guessed);
    assert_eq!(
        library.titles("q=how+to+do+the+testing").await,
        ["Testing embedded software"],
        "small words may be missing"
    );
    let found = library.found("q=kubernetes+gardening").await;
    assert_eq!(found.page.rows[0].card.title, "Kubernetes networking");
    assert!(found.guessed, "not all words were found, and the page has to say so");
}

#[tokio::test]
async fn exact_beats_stemmed_beats_misspelt() {
    let library =
        Library::new(vec![with("Modelling", &[], ""), with("Models", &[], ""), with("Modells", &[], "")]).await;
    let order = library.titles("q=models").await;
    assert_eq!(order[0], "Models");
    assert_eq!(*order.last().unwrap(), "Modells");
}

#[tokio::test]
async fn what_has_every_word_as_typed_comes_before_any_guess() {
    let library = Library::new(vec![
        with("Kubernetis gardens", &["gardens"], "Gardens, and more gardens."),
        with("Gardens of the north", &["gardens"], ""),
        with("A walk in the woods", &[], "Long ago, somebody put kubernetes into gardens."),
    ])
    .await;
    let order = library.titles("q=kubernetes+gardens").await;
    assert_eq!(order, ["A walk in the woods", "Kubernetis gardens", "Gardens of the north"]);
    assert!(library.found("q=kubernetes+gardens").await.guessed);
}

#[tokio::test]
async fn a_rare_word_tells_more_than_a_common_one() {
    let mut items: Vec<Item> = (0..20).map(|n| with(&format!("Manager {n}"), &[], "")).collect();
    items.push(with("Work on the coast", &[], "Whoever looks after a turbine."));
    let library = Library::new(items).await;
    assert_eq!(library.titles("q=turbine+manager").await[0], "Work on the coast");
    assert!(library.titles("q=manager").await[0].starts_with("Manager"));
}

#[tokio::test]
async fn where_half_of_the_words_find_nothing_one_is_enough() {
    let library = Library::new(vec![with("The art of C", &[], ""), with("Weaving", &[], "")]).await;
    assert_eq!(library.titles("q=teh+atr+fo+C").await, ["The art of C"]);
    assert!(library.titles("q=teh+atr+fo+D").await.is_empty());
}

#[tokio::test]
async fn signs_alone_find_nothing_rather_than_everything() {
    let library = Library::new(vec![with("Plain", &[], "")]).await;
    for signs in ["%3F%3F%3F", "-", "%22+%22", "%F0%9F%A6%80"] {
        let found = library.found(&format!("q={signs}")).await;
        assert_eq!((found.page.total, found.page.rows.len(), found.guessed), (0, 0, false), "{signs}");
    }
    assert_eq!(library.found("q=++").await.page.total, 1, "nothing typed asks for everything");
}

#[tokio::test]
async fn other_peoples_sources_do_not_exist() {
    let library = Library::new(vec![with("Open bootloader", &["boot"], "")]).await;
    for address in ["q=bootloader", "q=secret", "q=secrt", "", "source=closed"] {
        let found = library.found(address).await;
        assert!(found.page.rows.iter().all(|hit| !hit.card.title.contains("Secret")), "{address}");
        assert!(found.facets.sources.iter().all(|facet| facet.value != "closed"), "{address}: facets count it");
        assert!(found.facets.topics.iter().all(|facet| facet.label != "Keys"), "{address}");
    }
    let found = library.found_by("q=bootloader", &["firmware"]).await;
    assert_eq!(found.page.total, 2);
    assert_eq!(found.facets.sources.len(), 2);
}

#[tokio::test]
async fn filters_narrow_and_facets_count_without_themselves() {
    let video = |title: &str, language: &str| {
        let item = resource(title, title, &["rust"]);
        Item::Resource(Resource { kind: connect::Kind::Video, language: Some(language.into()), ..item })
    };
    let library = Library::new(vec![
        video("Rust on video", "en"),
        video("Rust em vídeo", "pt-BR"),
        with("Rust in writing", &["rust", "writing"], ""),
        with("Go in writing", &["go"], ""),
    ])
    .await;
    let found = library.found("q=rust&kind=video").await;
    assert_eq!(found.page.total, 2);
    let kinds: Vec<(&str, i64)> = found.facets.kinds.iter().map(|f| (f.value.as_str(), f.count)).collect();
    assert_eq!(kinds, [("video", 2), ("article", 1)], "counted as if no kind were chosen");
    let languages: Vec<(&str, &str, i64)> =
        found.facets.languages.iter().map(|f| (f.value.as_str(), f.label.as_str(), f.count)).collect();
    assert_eq!(languages, [("en", "English", 1), ("pt", "Portuguese", 1)]);
    assert_eq!(library.titles("q=rust&language=pt").await, ["Rust em vídeo"]);
    let topic = found.facets.topics.iter().find(|facet| facet.label == "Rust").unwrap().value.clone();
    assert_eq!(library.found(&format!("topic={topic}")).await.page.total, 3);
    assert_eq!(library.found(&format!("topic={topic}&kind=article,video&source=library")).await.page.total, 3);
    let none = library.found(&format!("q=go&topic={topic}&kind=event")).await;
    assert_eq!(none.page.total, 0);
    assert!(
        none.facets.kinds.iter().any(|facet| facet.value == Kind::Event.as_str()),
        "what is chosen can be taken back"
    );
}

#[tokio::test]
async fn lengths_levels_and_ages_narrow_and_the_order_is_chosen() {
    let taking = |title: &str, minutes: Option<i64>, level, days: i64| {
        let changed_at = Some(NOW - days * DAY);
        let item = Resource { minutes, level, changed_at, published_at: changed_at, ..resource(title, title, &[]) };
        Item::Resource(item)
    };
    let library = Library::new(vec![
        taking("Rust in a moment", Some(8), Some(connect::Level::Beginner), 400),
        taking("Rust over lunch", Some(45), Some(connect::Level::Advanced), 40),
        taking("Rust", Some(900), Some(connect::Level::Advanced), 3),
        taking("Rust somehow", None, None, 200),
    ])
    .await;
    let shown = |facets: &[crate::catalog::model::Facet]| {
        facets.iter().map(|facet| (facet.value.clone(), facet.count)).collect::<Vec<_>>()
    };
    let pairs = |pairs: &[(&str, i64)]| pairs.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect::<Vec<_>>();
    let all = library.found("q=rust").await;
    assert_eq!(shown(&all.facets.lengths), pairs(&[("10", 1), ("60", 1), ("more", 1)]));
    assert_eq!(shown(&all.facets.levels), pairs(&[("beginner", 1), ("advanced", 2)]));
    assert_eq!(shown(&all.facets.ages), pairs(&[("month", 1), ("year", 3)]));
    assert_eq!(library.titles("q=rust&length=60").await, ["Rust over lunch"]);
    let chosen = library.found("q=rust&level=advanced&age=month").await;
    assert_eq!(chosen.page.rows.iter().map(|hit| hit.card.title.as_str()).collect::<Vec<_>>(), ["Rust"]);
    assert_eq!(shown(&chosen.facets.ages), pairs(&[("month", 1), ("year", 2)]), "as if no age were chosen");
    assert_eq!(library.titles("q=rust").await[0], "Rust", "what fits best");
    let shortest = library.titles("q=rust&sort=shortest").await;
    assert_eq!(shortest, ["Rust in a moment", "Rust over lunch", "Rust", "Rust somehow"], "unmeasured comes last");
    let newest = library.titles("q=rust&sort=newest").await;
    assert_eq!(newest, ["Rust", "Rust over lunch", "Rust somehow", "Rust in a moment"]);
}

#[tokio::test]
async fn forms_of_words_are_found_in_their_own_language() {
    let inn = |title: &str, language: &str| {
        Item::Resource(Resource { language: Some(language.into()), ..resource(title, title, &[]) })
    };
    let library = Library::new(vec![
        inn("Schulungen planen", "de"),
        inn("Les données personnelles", "fr-CA"),
        inn("Programación segura", "es"),
        inn("Анализ данных", "ru"),
    ])
    .await;
    for (typed, title) in [
        ("schulung", "Schulungen planen"),
        ("donnée", "Les données personnelles"),
        ("programaciones", "Programación segura"),
        ("данные", "Анализ данных"),
    ] {
        let found = library.found(&format!("q={typed}")).await;
        assert_eq!(found.page.rows.iter().map(|hit| hit.card.title.as_str()).collect::<Vec<_>>(), [title], "{typed}");
        assert!(!found.guessed, "{typed}: a form of a word is no guess");
        assert!(found.page.rows[0].title.iter().any(|(_, is_match)| *is_match), "{typed} is marked");
    }
}

#[tokio::test]
async fn discussions_stand_beside_and_pages_follow_each_other() {
    let mut items: Vec<Item> = (0..65).map(|n| with(&format!("Soldering {n}"), &[], "")).collect();
    items.push(Item::Discussion(discussion("d", "Which soldering iron?", &[], &[])));
    let library = Library::new(items).await;
    let first = library.found("q=soldering").await;
    assert_eq!((first.page.total, first.page.rows.len(), first.page.pages()), (65, 30, 3));
    assert_eq!(first.discussions.iter().map(|d| d.title.as_str()).collect::<Vec<_>>(), ["Which soldering iron?"]);
    let mut seen: Vec<String> = first.page.rows.into_iter().map(|hit| hit.card.id).collect();
    for page in [2, 3] {
        let next = library.found(&format!("q=soldering&page={page}")).await;
        assert!(next.discussions.is_empty());
        seen.extend(next.page.rows.into_iter().map(|hit| hit.card.id));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 65, "each once");
    assert_eq!(library.found("q=soldering&page=500").await.page.rows.len(), 0);
    assert_eq!(library.found("q=soldering&page=-1").await.page.paging.number, 1);
}

#[tokio::test]
async fn no_text_is_an_error() {
    let library = Library::new(vec![with("Plain", &[], "")]).await;
    let long = "w ".repeat(5000);
    let one = "x".repeat(10_000);
    for text in [
        "\"",
        "title:plain AND",
        "a OR (",
        "*",
        "?",
        "/",
        "\\",
        "plain~2^9",
        "[a TO b]",
        "\0",
        "\u{202e}",
        "'; DROP TABLE",
        "%",
        "🦀",
        "-",
        "+plain",
        "NOT",
        "א",
        long.as_str(),
        one.as_str(),
        "ﷺ",
        "e\u{301}\u{301}\u{301}",
    ] {
        let asked = Query { text: text.to_owned(), page: 1, ..Query::default() };
        let found = service::search(&scope("p", &[]), &library.site, &asked).await;
        assert!(found.is_ok(), "{:?}: {:?}", text.chars().take(20).collect::<String>(), found.err());
    }
    assert_eq!(library.titles("q=%2Bplain").await, ["Plain"]);
}
