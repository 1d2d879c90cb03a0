use reqwest::{Client, Response};
use serde_json::Value;
use time::{Duration, macros::datetime};

use super::Draft;
use crate::{Clock, Fault, Hand, Login, Options, Running, Sandbox};

async fn start(options: Options) -> (Running, Hand) {
    let (clock, hand) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    (Sandbox::start(Options { clock, ..options }).await.unwrap(), hand)
}

async fn ask(running: &Running, path: &str) -> Response {
    Client::new().get(running.urls().wordpress.join(path).unwrap()).send().await.unwrap()
}

async fn get(running: &Running, path: &str) -> (u16, Value) {
    let answer = ask(running, path).await;
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|post| post["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn pages_hold_every_post_once_and_say_how_many_there_are() {
    let (running, _) = start(Options::default()).await;
    let mut seen = Vec::new();
    let mut path = Some("/wp-json/wp/v2/posts?per_page=5&orderby=id&order=asc".to_owned());
    while let Some(at) = path.take() {
        let answer = ask(&running, &at).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let (total, pages) = (header("x-wp-total"), header("x-wp-totalpages"));
        assert_eq!((total.as_str(), pages.as_str()), ("12", "3"));
        let next = header("link").split(", ").find_map(|link| {
            let (target, rel) = link.split_once(">; ")?;
            (rel == "rel=\"next\"").then(|| target.trim_start_matches('<').to_owned())
        });
        seen.extend(ids(&answer.json().await.unwrap()));
        path = next;
    }
    assert!(seen.len() == 12 && seen.is_sorted_by(|one, other| one < other), "{seen:?}");
    let (status, error) = get(&running, "/wp-json/wp/v2/posts?per_page=5&page=4").await;
    assert_eq!((status, error["code"].as_str()), (400, Some("rest_post_invalid_page_number")));
    assert_eq!(error["data"]["status"], 400);
    let (status, none) = get(&running, "/wp-json/wp/v2/tags?page=99").await;
    assert_eq!((status, ids(&none).len()), (200, 0));
}

#[tokio::test]
async fn a_post_is_written_as_wordpress_writes_it() {
    let (running, _) = start(Options::default()).await;
    let (status, post) = get(&running, "/wp-json/wp/v2/posts/102").await;
    assert_eq!((status, post["type"].as_str(), post["status"].as_str()), (200, Some("post"), Some("publish")));
    assert_eq!(post["title"]["rendered"], "Our first driver in Rust, a year later");
    let (local, utc) = (post["date"].as_str().unwrap(), post["date_gmt"].as_str().unwrap());
    assert!(local > utc && !utc.ends_with('Z') && utc < post["modified_gmt"].as_str().unwrap());
    assert!(post["excerpt"]["rendered"].as_str().unwrap().starts_with("<p>We moved one bus driver"));
    assert!(post["content"]["rendered"].as_str().unwrap().contains("<ul>"));
    let page = reqwest::get(post["link"].as_str().unwrap()).await.unwrap();
    assert!(page.headers()["link"].to_str().unwrap().contains("/wp-json/>; rel=\"https://api.w.org/\""));
    assert!(page.text().await.unwrap().contains("Ines Okafor"));
    // Where nobody wrote an excerpt, the start of the text stands in.
    let (_, post) = get(&running, "/wp-json/wp/v2/posts/103").await;
    assert!(post["excerpt"]["rendered"].as_str().unwrap().ends_with(" [&hellip;]</p>\n"), "{post}");
}

#[tokio::test]
async fn fields_and_embedding_are_as_asked_for() {
    let (running, _) = start(Options::default()).await;
    let (_, list) = get(&running, "/wp-json/wp/v2/posts?_fields=id,title.rendered").await;
    let keys: Vec<&String> = list[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "title"]);
    let (_, list) =
        get(&running, "/wp-json/wp/v2/posts?include=102&_embed=author,wp:term&_fields=id,_links,_embedded").await;
    let embedded = &list[0]["_embedded"];
    assert_eq!(embedded["author"][0]["name"], "Ines Okafor");
    assert_eq!(embedded["wp:term"][0][0]["name"], "Embedded systems");
    assert_eq!(embedded["wp:term"][1].as_array().unwrap().len(), 2);
    let (_, list) = get(&running, "/wp-json/wp/v2/posts?include=102&_embed&_fields=id").await;
    assert!(list[0].get("_embedded").is_none(), "without links there is nothing to follow");
    running.world().wordpress().hide_authors();
    let (_, list) = get(&running, "/wp-json/wp/v2/posts?include=102&_embed").await;
    assert_eq!(list[0]["_embedded"]["author"][0]["code"], "rest_user_invalid_id");
}

#[tokio::test]
async fn times_are_compared_with_the_sites_own() {
    let (running, hand) = start(Options::default()).await;
    let blog = running.world().wordpress();
    let noon = datetime!(2026-03-04 12:00 UTC);
    let later = blog.schedule(Draft { title: "Later", ..Draft::default() }, noon, noon).unwrap();
    hand.advance(Duration::hours(1));
    blog.edit(105, "Late is normal", "New.").unwrap();
    let changed =
        async |since: &str| ids(&get(&running, &format!("/wp-json/wp/v2/posts?modified_after={since}")).await.1);
    assert_eq!(changed("2026-03-04T11:00:00Z").await, [105]);
    assert_eq!(changed("2026-03-04T12:00:00").await, [105], "without a zone it is the site's own");
    assert!(changed("2026-03-04T11:30:00Z").await.is_empty(), "after is not from");
    hand.advance(Duration::hours(1));
    assert_eq!(changed("2026-03-04T11:00:00Z").await, [105], "what was scheduled keeps its last change");
    let (_, list) = get(&running, "/wp-json/wp/v2/posts?after=2026-03-04T11:00:00Z").await;
    assert_eq!(ids(&list), [later]);
}

#[tokio::test]
async fn refusals_name_what_is_wrong() {
    let (running, _) = start(Options::default()).await;
    for (query, name, code) in [
        ("per_page=101", "per_page", "rest_out_of_bounds"),
        ("page=0", "page", "rest_out_of_bounds"),
        ("page=x", "page", "rest_invalid_type"),
        ("orderby=mood", "orderby", "rest_not_in_enum"),
        ("modified_after=yesterday", "modified_after", "rest_invalid_date"),
        ("status=draft", "status", "rest_forbidden_status"),
    ] {
        let (status, error) = get(&running, &format!("/wp-json/wp/v2/posts?{query}")).await;
        assert_eq!((status, error["code"].as_str()), (400, Some("rest_invalid_param")), "{query}");
        assert_eq!(error["data"]["details"][name]["code"], code, "{query}");
    }
    let blog = running.world().wordpress();
    blog.trash(103).unwrap();
    blog.delete(104).unwrap();
    for (path, status, code) in [
        ("posts/103", 401, "rest_forbidden"),
        ("posts/104", 404, "rest_post_invalid_id"),
        ("poems", 404, "rest_no_route"),
        ("types/poem", 404, "rest_type_invalid"),
        ("users/me", 401, "rest_not_logged_in"),
    ] {
        let (got, error) = get(&running, &format!("/wp-json/wp/v2/{path}")).await;
        assert_eq!((got, error["code"].as_str()), (status, Some(code)), "{path}");
    }
}

#[tokio::test]
async fn an_application_password_opens_a_closed_site() {
    for closed in [true, false] {
        let login = Login { username: "reader".to_owned(), password: "abcd EFGH 1234".to_owned() };
        let options = Options { wordpress_login: Some(login), wordpress_closed: closed, ..Options::default() };
        let (running, _) = start(options).await;
        let (status, index) = get(&running, "/wp-json/").await;
        assert_eq!(
            (status, index["code"].as_str()),
            if closed { (401, Some("rest_not_logged_in")) } else { (200, None) }
        );
        let ask = async |user: &str, password: &str| {
            let url = running.urls().wordpress.join("/wp-json/wp/v2/users/me").unwrap();
            let answer = Client::new().get(url).basic_auth(user, Some(password)).send().await.unwrap();
            answer.json::<Value>().await.unwrap()
        };
        // The filter that closes a site comes before the one that looks at passwords.
        let or_closed = |code: &'static str| if closed { "rest_not_logged_in" } else { code };
        assert_eq!(ask("reader", "wrong").await["code"], or_closed("incorrect_password"));
        assert_eq!(ask("nobody", "wrong").await["code"], or_closed("invalid_username"));
        assert_eq!(ask("reader", "abcdEFGH1234").await["name"], "reader");
    }
}

#[tokio::test]
async fn a_plain_site_answers_at_its_route_parameter_alone() {
    let (running, _) = start(Options { wordpress_plain: true, ..Options::default() }).await;
    assert_eq!(get(&running, "/wp-json/wp/v2/posts").await.0, 404);
    let home = ask(&running, "/").await;
    assert!(home.headers()["link"].to_str().unwrap().contains("/index.php?rest_route=/>; rel="));
    let answer = ask(&running, "/index.php?rest_route=/wp/v2/posts&per_page=5").await;
    let link = answer.headers()["link"].to_str().unwrap().to_owned();
    assert!(link.contains("rest_route=/wp/v2/posts&per_page=5&page=2>; rel=\"next\""), "{link}");
    let list: Value = answer.json().await.unwrap();
    let post = ask(&running, list[0]["link"].as_str().unwrap()).await;
    assert!(post.status().is_success() && post.text().await.unwrap().contains("Seven years"));
}

#[tokio::test]
async fn faults_strike_posts() {
    let (running, _) = start(Options::default()).await;
    let list = async |fault: Fault| {
        running.clear_faults();
        running.faults().wordpress.add(fault.always());
        get(&running, "/wp-json/wp/v2/posts").await
    };
    assert!(ids(&list(Fault::ItemsVanish { share: 1.0 }).await.1).is_empty());
    assert!(list(Fault::ItemWithoutId).await.1[0].get("id").is_none());
    let (_, script) = list(Fault::ScriptInContent).await;
    assert!(script[0]["excerpt"]["rendered"].as_str().unwrap().contains("<script>"));
    let (status, error) = list(Fault::Status { code: 500 }).await;
    assert_eq!((status, error["code"].as_str()), (500, Some("internal_server_error")));
    list(Fault::CursorBackwards).await;
    let back = ask(&running, "/wp-json/wp/v2/posts?page=2").await;
    assert!(back.headers()["link"].to_str().unwrap().contains("page=1>; rel=\"next\""));
    running.stop().await;
}
