use reqwest::Client;
use serde_json::Value;

use crate::{Canvas, CanvasCourse, CanvasItem, CanvasModule, Content, Fault, Options, Running, Sandbox};

async fn start() -> Running {
    let items = |count: u64| -> Vec<CanvasItem> {
        let item = |id| CanvasItem { id, kind: "Page".into(), title: format!("Page {id}"), ..CanvasItem::default() };
        (1..=count).map(item).collect()
    };
    let module = |id, count| CanvasModule { id, name: "Module".into(), items: items(count), ..CanvasModule::default() };
    let course = |id: u64| CanvasCourse {
        id,
        name: format!("Course {id}"),
        state: if id == 9 { "unpublished".into() } else { "available".into() },
        modules: vec![module(id * 10, 3), module(id * 10 + 1, 30)],
        ..CanvasCourse::default()
    };
    let mut content = Content::default();
    content.canvas.courses = (1..=25).map(course).collect();
    Sandbox::start(Options { content: Some(content), ..Options::default() }).await.unwrap()
}

async fn get(running: &Running, path: &str, token: &str) -> (u16, String, Value) {
    let url = running.urls().canvas.join(path).unwrap();
    let answer = Client::new().get(url).bearer_auth(token).send().await.unwrap();
    let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status().as_u16(), link, answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn a_list_is_walked_by_its_links() {
    let running = start().await;
    let (mut path, mut seen) = ("/api/v1/accounts/self/courses?per_page=7&state[]=available".to_owned(), Vec::new());
    loop {
        let (status, link, courses) = get(&running, &path, Canvas::TOKEN).await;
        assert_eq!(status, 200);
        seen.extend(courses.as_array().unwrap().iter().map(|course| course["id"].as_u64().unwrap()));
        let next = link.split(',').find(|link| link.ends_with("rel=\"next\""));
        let Some(next) = next else { break };
        assert!(next.contains("page=bookmark") && next.contains("state%5B%5D=available"), "{next}");
        path = next.trim_start_matches('<').split('>').next().unwrap().to_owned();
    }
    assert_eq!(seen, (1..=25).filter(|id| *id != 9).collect::<Vec<_>>());
    assert!(get(&running, "/api/v1/courses", Canvas::TOKEN).await.2.as_array().unwrap().is_empty(), "in none of them");
}

#[tokio::test]
async fn many_items_have_a_list_of_their_own() {
    let running = start().await;
    let (_, _, modules) = get(&running, "/api/v1/courses/3/modules?include[]=items", Canvas::TOKEN).await;
    assert_eq!(modules[0]["items"].as_array().unwrap().len(), 3);
    assert_eq!((modules[1].get("items"), modules[1]["items_count"].as_u64()), (None, Some(30)));
    let (_, link, items) = get(&running, "/api/v1/courses/3/modules/31/items", Canvas::TOKEN).await;
    assert!(items.as_array().unwrap().len() == 10 && link.contains("rel=\"next\""));
}

#[tokio::test]
async fn refusals_have_canvases_form() {
    let running = start().await;
    let said = |answer: &Value| answer["errors"][0]["message"].as_str().unwrap_or_default().to_owned();
    let (status, _, body) = get(&running, "/api/v1/users/self", "wrong").await;
    assert_eq!((status, said(&body).as_str()), (401, "Invalid access token."));
    let anonymous = reqwest::get(running.urls().canvas.join("/api/v1/users/self").unwrap()).await.unwrap();
    assert_eq!(anonymous.headers()["www-authenticate"], "Bearer realm=\"canvas-lms\"");
    assert_eq!(get(&running, "/api/v1/courses/99", Canvas::TOKEN).await.0, 404);
    assert_eq!(get(&running, "/api/v1/accounts/77/courses", Canvas::TOKEN).await.0, 404);
    running.world().canvas().set(|switches| switches.read_course_list = false);
    let (status, _, body) = get(&running, "/api/v1/accounts/self/courses", Canvas::TOKEN).await;
    assert_eq!((status, body["status"].as_str()), (403, Some("unauthorized")));
    running.world().canvas().set(|switches| switches.quota = Some(1));
    assert_eq!(get(&running, "/api/v1/users/self", Canvas::TOKEN).await.0, 200);
    let url = running.urls().canvas.join("/api/v1/users/self").unwrap();
    let limited = Client::new().get(url).bearer_auth(Canvas::TOKEN).send().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), limited.headers()["x-rate-limit-remaining"].to_str().unwrap()),
        (403, "0.0")
    );
    assert_eq!(limited.text().await.unwrap(), "403 Forbidden (Rate Limit Exceeded)\n");
    running.world().canvas().set(|switches| switches.quota = None);
    running.faults().canvas.add(Fault::CursorBackwards.always());
    let (_, link, _) = get(&running, "/api/v1/courses", Canvas::TOKEN).await;
    assert!(link.contains("page=first>; rel=\"next\""), "{link}");
}
