use reqwest::Client;
use serde_json::Value;

use crate::{Content, Fault, Login, OpenEdx, OpenEdxCourse, Options, Running, Sandbox};

async fn start() -> Running {
    let course = |n: u32| OpenEdxCourse {
        id: format!("course-v1:{}+C{n}+2026", if n.is_multiple_of(2) { "Halden" } else { "Other" }),
        name: format!("Course {n}"),
        started_days_ago: (n != 3).then_some(20.0),
        weeks: (n != 4).then_some(6),
        internal: n == 5,
        ..OpenEdxCourse::default()
    };
    let mut content = Content::default();
    content.openedx.courses = (1..=25).map(course).collect();
    let client = Login { username: "client".into(), password: "secret".into() };
    let options = Options { content: Some(content), openedx_client: Some(client), ..Options::default() };
    Sandbox::start(options).await.unwrap()
}

async fn token(running: &Running, secret: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "client"),
        ("client_secret", secret),
        ("token_type", "jwt"),
    ];
    let url = running.urls().openedx.join("/oauth2/access_token").unwrap();
    let answer = Client::new().post(url).form(&form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn get(running: &Running, path: &str, authorization: Option<&str>) -> (u16, Value) {
    let mut request = Client::new().get(running.urls().openedx.join(path).unwrap());
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

const COURSES: &str = "/api/courses/v1/courses/";

#[tokio::test]
async fn a_list_is_walked_by_its_addresses() {
    let running = start().await;
    let (mut path, mut seen) = (format!("{COURSES}?page_size=7&org=halden"), Vec::new());
    loop {
        let (status, answer) = get(&running, &path, None).await;
        assert_eq!((status, answer["pagination"]["count"].as_u64()), (200, Some(12)));
        seen.extend(
            answer["results"].as_array().unwrap().iter().map(|course| course["name"].as_str().unwrap().to_owned()),
        );
        let Some(next) = answer["pagination"]["next"].as_str() else { break };
        path = next.to_owned();
    }
    assert_eq!((seen.len(), seen[0].as_str(), seen[11].as_str()), (12, "Course 2", "Course 24"));
    assert_eq!(get(&running, &format!("{COURSES}?page=9"), None).await.0, 404);
    let (_, answer) = get(&running, &format!("{COURSES}?page_size=100"), None).await;
    let courses = answer["results"].as_array().unwrap();
    assert_eq!((courses.len(), courses[2]["start_type"].as_str()), (24, Some("empty")));
    assert!(courses[3]["end"].is_null() && courses[0]["end"].is_string());
}

#[tokio::test]
async fn a_token_opens_what_is_internal_until_it_ends() {
    let running = start().await;
    let (status, said) = token(&running, "wrong").await;
    assert_eq!((status, said["error"].as_str()), (401, Some("invalid_client")));
    let (_, granted) = token(&running, "secret").await;
    assert_eq!((granted["token_type"].as_str(), granted["expires_in"].as_i64()), (Some("JWT"), Some(3600)));
    let jwt = format!("JWT {}", granted["access_token"].as_str().unwrap());
    let own = format!("{COURSES}?username={}", OpenEdx::USER);
    assert_eq!(get(&running, &own, Some(&jwt)).await.1["pagination"]["count"], 25);
    assert_eq!(get(&running, COURSES, Some(&jwt)).await.0, 400, "whose courses?");
    running.faults().openedx.add(Fault::TokensExpire.times(1));
    let (status, said) = get(&running, &own, Some(&jwt)).await;
    assert_eq!((status, said["error_code"].as_str()), (401, Some("token_expired")));
    running.world().openedx().throttle(0);
    assert_eq!(get(&running, COURSES, None).await.0, 429);
}
