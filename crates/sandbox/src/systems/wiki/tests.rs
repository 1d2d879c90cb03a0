use std::{collections::BTreeMap, time::Duration};

use reqwest::Client;
use serde_json::Value;
use time::macros::datetime;

use crate::{Clock, Fault, Hand, Login, Options, RetryAfter, Running, Sandbox};

async fn start(options: Options) -> (Running, Hand) {
    let (clock, hand) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    (Sandbox::start(Options { clock, ..options }).await.unwrap(), hand)
}

fn address(running: &Running, query: &str) -> String {
    format!("{}api.php?format=json&formatversion=2&{query}", running.urls().wiki)
}

async fn get(running: &Running, query: &str) -> Value {
    let answer = Client::new().get(address(running, query)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// Follows continuations and merges pages, as API:Continue asks of a client.
async fn gather(running: &Running, query: &str) -> (BTreeMap<u64, Value>, u32) {
    let (mut pages, mut next, mut requests) = (BTreeMap::<u64, Value>::new(), String::new(), 0);
    loop {
        let body = get(running, &format!("{query}{next}")).await;
        requests += 1;
        assert!(requests < 200, "continuation does not end");
        for page in body["query"]["pages"].as_array().unwrap() {
            let known = pages.entry(page["pageid"].as_u64().unwrap()).or_insert_with(|| page.clone());
            for (name, value) in page.as_object().unwrap() {
                match (known[name].as_array_mut(), value.as_array()) {
                    (Some(list), Some(more)) if name == "categories" => {
                        list.extend(more.iter().filter(|each| !list.contains(each)).cloned().collect::<Vec<_>>());
                    }
                    _ => known[name] = value.clone(),
                }
            }
        }
        let Some(more) = body["continue"].as_object() else { return (pages, requests) };
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in more {
            text.append_pair(name, value.as_str().unwrap());
        }
        next = format!("&{}", text.finish());
    }
}

#[tokio::test]
async fn every_page_arrives_with_every_property() {
    let (running, _) = start(Options::default()).await;
    let query = "action=query&generator=allpages&gaplimit=25&prop=info|categories|revisions|extracts&inprop=url\
                 &rvprop=ids|timestamp|content|user&rvslots=main&exintro=1&explaintext=1&cllimit=7";
    let (pages, _) = gather(&running, query).await;
    assert_eq!(pages.len(), running.world().wiki().titles().len());
    for page in pages.values() {
        assert!(page["extract"].as_str().is_some_and(|text| text.len() > 40 && !text.contains("[[")), "{page}");
        let content = page["revisions"][0]["slots"]["main"]["content"].as_str().unwrap();
        let named = content.matches("[[Category:").count();
        assert_eq!(page["categories"].as_array().unwrap().len(), named, "{page}");
        let read = reqwest::get(page["fullurl"].as_str().unwrap()).await.unwrap();
        assert_eq!(read.status(), 200);
    }
}

#[tokio::test]
async fn whole_extracts_come_one_at_a_time() {
    let (running, _) = start(Options::default()).await;
    let (pages, requests) = gather(&running, "action=query&generator=allpages&gaplimit=5&prop=extracts").await;
    assert!(requests as usize >= pages.len());
}

#[tokio::test]
async fn edits_and_deletions_show_in_changes_and_log() {
    let (running, hand) = start(Options::default()).await;
    let wiki = running.world().wiki();
    hand.advance(time::Duration::minutes(1));
    let id = wiki.add_page("Release day", "How we **ship**.", &["Engineering"], "Mira").unwrap();
    hand.advance(time::Duration::minutes(1));
    wiki.edit_page("Handling secrets", "Changed.", "Mira").unwrap();
    wiki.delete_page("Design review", "Mira").unwrap();
    let query =
        "action=query&list=recentchanges&rcdir=newer&rcstart=2026-03-04T10:30:30Z&rclimit=2&rcprop=title|ids|timestamp";
    let first = get(&running, query).await;
    let titles = |body: &Value| -> Vec<(String, String)> {
        let all = body["query"]["recentchanges"].as_array().unwrap();
        let text = |each: &Value, name: &str| each[name].as_str().unwrap().to_owned();
        all.iter().map(|each| (text(each, "type"), text(each, "title"))).collect()
    };
    let (release, secrets) = (("new".into(), "Release day".into()), ("edit".into(), "Handling secrets".into()));
    assert_eq!(titles(&first), [release, secrets]);
    let more = first["continue"]["rccontinue"].as_str().unwrap().replace('|', "%7C");
    assert_eq!(
        titles(&get(&running, &format!("{query}&rccontinue={more}")).await),
        [("log".into(), "Design review".into())]
    );
    let log = get(&running, "action=query&list=logevents&letype=delete&leprop=ids|title|timestamp").await;
    let entry = &log["query"]["logevents"][0];
    assert_eq!((entry["title"].as_str(), entry["pageid"].as_u64()), (Some("Design review"), Some(0)));
    assert!(entry["logpage"].as_u64().unwrap() > 0);
    let page = get(&running, &format!("action=query&pageids={id}&prop=revisions&rvprop=content&rvslots=main")).await;
    let text = &page["query"]["pages"][0]["revisions"][0]["slots"]["main"]["content"];
    assert_eq!(text, "How we '''ship'''.\n[[Category:Engineering]]");
    let gone = get(&running, "action=query&titles=design_review&prop=info").await;
    assert_eq!(gone["query"]["pages"][0]["missing"], true);
    assert_eq!(gone["query"]["normalized"][0]["to"], "Design review");
    assert_eq!(reqwest::get(wiki.page_url("Design review")).await.unwrap().status(), 404);
}

#[tokio::test]
async fn what_is_older_than_ninety_days_is_no_recent_change() {
    let (running, hand) = start(Options::default()).await;
    hand.advance(time::Duration::days(400));
    let body = get(&running, "action=query&list=recentchanges&rclimit=max").await;
    assert!(body["query"]["recentchanges"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn faults_are_named_in_body_and_header() {
    let (running, _) = start(Options::default()).await;
    running.world().wiki().set_lag(9);
    for (query, code) in [
        ("action=nothing", "badvalue"),
        ("action=query&list=allpages&aplimit=many", "badinteger"),
        ("action=query&list=recentchanges&rcstart=soon", "badtimestamp"),
        ("action=query&list=recentchanges&rccontinue=x", "badcontinue"),
        ("action=query&meta=siteinfo&maxlag=5", "maxlag"),
        ("action=query&meta=siteinfo&assert=user", "assertuserfailed"),
        ("action=login&lgname=a&lgpassword=b", "mustbeposted"),
    ] {
        let answer = Client::new().get(address(&running, query)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["mediawiki-api-error"], code, "{query}");
        assert_eq!(answer.headers().contains_key("retry-after"), code == "maxlag");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], code);
    }
    let html = reqwest::get(format!("{}api.php?action=query", running.urls().wiki)).await.unwrap();
    assert!(html.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn a_private_wiki_opens_to_its_bot() {
    let login = Login { username: "Atrium@portal".to_owned(), password: "s3cret".to_owned() };
    let (running, _) = start(Options { wiki_login: Some(login), ..Options::default() }).await;
    assert_eq!(get(&running, "action=query&list=allpages").await["error"]["code"], "readapidenied");
    let client = Client::new();
    let answer = client.get(address(&running, "action=query&meta=tokens&type=login")).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let body: Value = answer.json().await.unwrap();
    let token = body["query"]["tokens"]["logintoken"].as_str().unwrap().to_owned();
    for (password, token, expected) in [
        ("wrong", token.as_str(), "Failed"),
        ("s3cret", "other+\\", "WrongToken"),
        ("s3cret", token.as_str(), "Success"),
    ] {
        let form = [("lgname", "Atrium@portal"), ("lgpassword", password), ("lgtoken", token)];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let post = client.post(address(&running, "action=login")).header("cookie", &cookie);
        let post = post.header("content-type", "application/x-www-form-urlencoded").body(form);
        let body: Value = post.send().await.unwrap().json().await.unwrap();
        assert_eq!(body["login"]["result"], expected);
    }
    let read =
        || client.get(address(&running, "action=query&list=allpages&assert=user")).header("cookie", &cookie).send();
    assert!(!read().await.unwrap().headers().contains_key("mediawiki-api-error"));
    running.world().wiki().end_sessions();
    assert_eq!(read().await.unwrap().headers()["mediawiki-api-error"], "assertuserfailed");
}

#[tokio::test]
async fn faults_strike_pages() {
    let (running, _) = start(Options::default()).await;
    let faults = &running.faults().wiki;
    let strike = |fault: Fault| {
        faults.clear();
        faults.add(fault.always());
    };
    let query =
        "action=query&generator=allpages&gaplimit=5&prop=extracts|revisions&exintro=1&rvprop=content&rvslots=main";
    strike(Fault::ItemsVanish { share: 1.0 });
    assert!(get(&running, query).await["query"]["pages"].is_null());
    strike(Fault::ScriptInContent);
    let page = get(&running, query).await["query"]["pages"][0].clone();
    assert!(page["extract"].as_str().unwrap().contains("<script>"));
    assert!(page["revisions"][0]["slots"]["main"]["content"].as_str().unwrap().contains("<script>"));
    strike(Fault::ItemWithoutId);
    assert!(get(&running, query).await["query"]["pages"][0].get("pageid").is_none());
    strike(Fault::DuplicateIds);
    let pages = get(&running, query).await["query"]["pages"].clone();
    assert_eq!(pages[0]["pageid"], pages[1]["pageid"]);
    strike(Fault::CursorBackwards);
    let more = get(&running, &format!("{query}&gapfrom=S")).await["continue"]["gapcontinue"].clone();
    assert_eq!(more.as_str().unwrap(), running.world().wiki().titles()[0].replace(' ', "_"));
    strike(Fault::RateLimited { retry_after: Some(RetryAfter::Seconds(2)) });
    let answer = reqwest::get(address(&running, query)).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"2".parse().unwrap()));
    for fault in [Fault::CutBody { at_bytes: 40 }, Fault::EndlessBody] {
        strike(fault);
        let read = async { reqwest::get(address(&running, query)).await?.bytes().await };
        let read = tokio::time::timeout(Duration::from_millis(300), read).await;
        assert!(read.is_err() || read.unwrap().is_err(), "neither ends well");
    }
    running.stop().await;
}
