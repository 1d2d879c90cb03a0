use reqwest::Client;
use serde_json::Value;

use crate::{Content, LinkedIn, LinkedInAsset, Login, Options, Running, Sandbox};

async fn start(count: u64) -> Running {
    let asset = |id: u64| LinkedInAsset {
        id,
        title: format!("Course {id}"),
        video: id.is_multiple_of(5),
        locale: if id.is_multiple_of(7) { "de-DE".into() } else { String::new() },
        days_ago: 10.0,
        retired: id == 3,
        ..LinkedInAsset::default()
    };
    let mut content = Content::default();
    content.linkedin.assets = (1..=count).map(asset).collect();
    let client = Login { username: "client".into(), password: "secret".into() };
    let options = Options { content: Some(content), linkedin_client: Some(client), ..Options::default() };
    Sandbox::start(options).await.unwrap()
}

async fn token(running: &Running, secret: &str) -> Value {
    let form = [("grant_type", "client_credentials"), ("client_id", "client"), ("client_secret", secret)];
    let url = running.urls().linkedin.join("/oauth/v2/accessToken").unwrap();
    Client::new().post(url).form(&form).send().await.unwrap().json().await.unwrap()
}

async fn get(running: &Running, path: &str, token: &str) -> (u16, Value) {
    let url = running.urls().linkedin.join(path).unwrap();
    let answer = Client::new().get(url).bearer_auth(token).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

const ALL: &str =
    "/v2/learningAssets?q=localeAndType&assetType=COURSE&sourceLocale.language=en&sourceLocale.country=US";

#[tokio::test]
async fn the_catalogue_is_walked_by_its_links() {
    let running = start(30).await;
    let token = token(&running, "secret").await["access_token"].as_str().unwrap().to_owned();
    let (mut path, mut seen) = (format!("{ALL}&count=7"), 0);
    loop {
        let (status, answer) = get(&running, &path, &token).await;
        // Six videos, three of the others in German, one retired.
        assert_eq!((status, answer["paging"]["total"].as_u64()), (200, Some(19)));
        seen += answer["elements"].as_array().unwrap().len();
        let links = answer["paging"]["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
        path = next["href"].as_str().unwrap().to_owned();
    }
    assert_eq!(seen, 19);
}

#[tokio::test]
async fn changes_are_as_bad_as_they_are() {
    let running = start(600).await;
    let token = token(&running, "secret").await["access_token"].as_str().unwrap().to_owned();
    running.world().linkedin().edit(9, |asset| asset.title = "Another".into()).unwrap();
    let now = time::OffsetDateTime::now_utc().unix_timestamp() * 1000;
    let changes = |ago: i64| {
        format!("/v2/learningAssets?q=criteria&assetFilteringCriteria.lastModifiedAfter={}&count=50", now - ago)
    };
    let (_, answer) = get(&running, &changes(60_000), &token).await;
    let elements = answer["elements"].as_array().unwrap();
    assert_eq!((answer["paging"]["total"].as_u64(), elements.len()), (Some(1), 2), "it repeats itself");
    assert_eq!(elements[0], elements[1]);
    let (_, answer) = get(&running, &changes(2 * 86_400_000), &token).await;
    assert_eq!(answer["paging"]["total"].as_u64(), Some(LinkedIn::MAX_CHANGES as u64));
}

#[tokio::test]
async fn refusals_have_linkedins_form() {
    let running = start(3).await;
    assert_eq!(token(&running, "wrong").await["error"], "invalid_client");
    let (status, said) = get(&running, ALL, "wrong").await;
    assert_eq!((status, said["serviceErrorCode"].as_u64()), (401, Some(65_600)));
    let token = token(&running, "secret").await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(get(&running, "/v2/learningAssets?q=x", &token).await.0, 400);
    assert_eq!(get(&running, &format!("{ALL}&count=101"), &token).await.0, 400);
    running.world().linkedin().quota(0);
    let (status, said) = get(&running, ALL, &token).await;
    assert!(status == 429 && said["message"].as_str().unwrap().contains("DAY limit"), "{said}");
}
