use reqwest::Client;
use serde_json::{Value, json};
use time::macros::datetime;

use crate::{Clock, Fault, Moodle, Options, Running, Sandbox};

async fn start() -> Running {
    let (clock, _) = Clock::manual(datetime!(2026-03-04 10:30 UTC));
    Sandbox::start(Options { clock, ..Options::default() }).await.unwrap()
}

async fn call(running: &Running, function: &str, params: &[(&str, &str)]) -> Value {
    let mut url = running.urls().moodle.join("webservice/rest/server.php").unwrap();
    url.query_pairs_mut().append_pair("wsfunction", function).append_pair("moodlewsrestformat", "json");
    let mut form = vec![("wstoken", Moodle::TOKEN)];
    form.extend(params);
    let answer = Client::new().post(url).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 200, "Moodle says 200 to everything");
    answer.json().await.unwrap()
}

fn code(answer: &Value) -> &str {
    answer["errorcode"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_catalogue_is_whole_and_of_its_form() {
    let running = start().await;
    let info = call(&running, "core_webservice_get_site_info", &[]).await;
    assert_eq!((info["functions"].as_array().unwrap().len(), info["siteid"].as_i64()), (8, Some(1)));
    let categories = call(&running, "core_course_get_categories", &[]).await;
    let mut seen = 0;
    for category in categories.as_array().unwrap() {
        let id = category["id"].to_string();
        let answer = call(&running, "core_course_get_courses_by_field", &[("field", "category"), ("value", &id)]).await;
        let courses = answer["courses"].as_array().unwrap();
        assert_eq!(category["coursecount"], courses.len(), "also those that are hidden");
        seen += courses.iter().filter(|course| course["visible"] == 1).count();
    }
    let world = running.world().moodle();
    assert_eq!(seen, world.courses().len());
    assert!(seen >= 12);
    let nested = categories.as_array().unwrap().iter().find(|category| category["id"] == 3).unwrap();
    assert_eq!((nested["path"].as_str(), nested["depth"].as_i64()), (Some("/2/3"), Some(2)));
    let all = call(&running, "core_course_get_courses_by_field", &[]).await;
    assert_eq!(all["courses"][0]["format"], "site", "the front page is a course");
    let page = reqwest::get(world.course_url(4)).await.unwrap().text().await.unwrap();
    assert!(page.contains("Ownership at an interrupt") && !page.contains("Answers to the quiz"));
}

#[tokio::test]
async fn what_is_told_depends_on_what_the_account_may_do() {
    let running = start().await;
    let world = running.world().moodle();
    let fields = async || {
        call(&running, "core_course_get_courses_by_field", &[("field", "id"), ("value", "14")]).await["courses"][0]
            .clone()
    };
    let course = fields().await;
    assert_eq!((course["lang"].as_str(), course["timemodified"].is_i64()), (Some("de"), true));
    world.set(|switches| switches.course_update = false);
    let course = fields().await;
    assert!(course["lang"] == "de" && course.get("timemodified").is_none() && course.get("cacherev").is_none());
    world.set(|switches| switches.course_view = false);
    let course = fields().await;
    assert!(course.get("lang").is_none() && course["fullname"] == "Datenschutz im Alltag");
    let contents = call(&running, "core_course_get_contents", &[("courseid", "14")]).await;
    assert_eq!(code(&contents), "errorcoursecontextnotvalid");
    let hidden = [("field", "ids"), ("value", "15,2")];
    let answer = call(&running, "core_course_get_courses_by_field", &hidden).await;
    assert_eq!((answer["courses"].as_array().unwrap().len(), answer["warnings"][0]["itemid"].as_i64()), (1, Some(15)));
}

#[tokio::test]
async fn texts_come_in_one_language_or_in_spans() {
    let running = start().await;
    let ask = async |more: &[(&str, &str)]| {
        let mut params = vec![("field", "id"), ("value", "13")];
        params.extend(more);
        call(&running, "core_course_get_courses_by_field", &params).await["courses"][0].clone()
    };
    let raw = ask(&[]).await;
    assert_eq!(raw["fullname"], "Safety in the pressure labSicherheit im Drucklabor", "tags go, texts stay");
    assert!(raw["summary"].as_str().unwrap().contains("<span lang=\"de\" class=\"multilang\">"));
    let german = ask(&[("moodlewssettingfilter", "1"), ("moodlewssettinglang", "de_ch")]).await;
    assert_eq!(german["fullname"], "Sicherheit im Drucklabor");
    let french = ask(&[("moodlewssettingfilter", "1"), ("moodlewssettinglang", "fr")]).await;
    assert_eq!(french["fullname"], "Safety in the pressure lab");
}

#[tokio::test]
async fn contents_have_sections_and_conditions() {
    let running = start().await;
    let world = running.world().moodle();
    let sections = call(&running, "core_course_get_contents", &[("courseid", "9")]).await;
    let notes = &sections[1]["modules"][1];
    assert!(notes["availability"].as_str().unwrap().contains("group") && notes["uservisible"] == true);
    world.set(|switches| switches.course_update = false);
    let sections = call(&running, "core_course_get_contents", &[("courseid", "9")]).await;
    let notes = &sections[1]["modules"][1];
    assert!(notes["availabilityinfo"].as_str().unwrap().contains("Incident leads") && notes["uservisible"] == false);
    let short = [("courseid", "4"), ("options[0][name]", "excludecontents"), ("options[0][value]", "1")];
    let sections = call(&running, "core_course_get_contents", &short).await;
    assert_eq!(sections.as_array().unwrap().len(), 2, "the hidden section is not shown");
    assert_eq!(sections[0]["modules"][1]["contents"], json!([]));
    assert_eq!(sections[0]["modules"][1]["contentsinfo"]["filescount"], 1);
}

#[tokio::test]
async fn refusals_have_moodles_form() {
    let running = start().await;
    let world = running.world().moodle();
    let info = async || call(&running, "core_webservice_get_site_info", &[]).await;
    let asked = call(&running, "core_course_get_contents", &[]).await;
    assert_eq!((code(&asked), asked.get("debuginfo")), ("invalidparameter", None));
    world.set(|switches| switches.debugging = true);
    for (params, debug) in [
        (&[][..], "Missing required key in single structure: courseid"),
        (&[("courseid", "x")], "expecting \"int\""),
        (&[("courseid", "2"), ("page", "1")], "Unexpected keys (page)"),
    ] {
        let answer = call(&running, "core_course_get_contents", params).await;
        assert!(answer["debuginfo"].as_str().unwrap().contains(debug), "{answer}");
    }
    let answer = call(&running, "core_course_get_contents", &[("courseid", "99")]).await;
    assert_eq!((code(&answer), answer["exception"].as_str()), ("invalidrecord", Some("dml_missing_record_exception")));
    assert_eq!(code(&call(&running, "core_nothing", &[]).await), "invalidrecord");
    assert_eq!(code(&call(&running, "core_course_get_categories", &[("wstoken", "other")]).await), "invalidtoken");
    let criteria = [("criteria[0][key]", "theme"), ("criteria[0][value]", "x")];
    assert_eq!(code(&call(&running, "core_course_get_categories", &criteria).await), "criteriaerror");
    world.set(|switches| switches.functions.retain(|name| name != "core_course_get_contents"));
    let answer = call(&running, "core_course_get_contents", &[("courseid", "2")]).await;
    assert_eq!((code(&answer), answer["exception"].as_str()), ("accessexception", Some("webservice_access_exception")));
    world.set(|switches| switches.rest_use = false);
    assert!(info().await["debuginfo"].as_str().unwrap().contains("webservice/rest:use"));
    world.set(|switches| switches.maintenance = true);
    assert_eq!(code(&info().await), "sitemaintenance");
    world.set(|switches| switches.token_expired = true);
    assert_eq!(code(&info().await), "accessexception");
    world.set(|switches| switches.web_services = false);
    let url = running.urls().moodle.join("webservice/rest/server.php").unwrap();
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (403, ""));
}

#[tokio::test]
async fn edits_and_faults_show() {
    let running = start().await;
    let world = running.world().moodle();
    let before = call(&running, "core_course_get_courses_by_field", &[("field", "id"), ("value", "3")]).await;
    let id = world.add_activity(3, "page", "New").unwrap();
    let after = call(&running, "core_course_get_courses_by_field", &[("field", "id"), ("value", "3")]).await;
    let at = |answer: &Value, name: &str| answer["courses"][0][name].as_i64().unwrap();
    assert!(
        at(&after, "cacherev") > at(&before, "cacherev") && at(&after, "timemodified") == at(&before, "timemodified")
    );
    let modules = call(&running, "core_course_get_contents", &[("courseid", "3")]).await;
    assert!(modules[1]["modules"].as_array().unwrap().iter().any(|module| module["id"] == id));
    assert!(world.edit_course(3, |course| course.category = 99).is_err());
    world.edit_course(3, |course| course.visible = false).unwrap();
    world.delete_course(4).unwrap();
    assert!(!world.courses().iter().any(|(id, _)| *id == 3 || *id == 4));
    running.faults().moodle.add(Fault::ScriptInContent.always().on("by_field"));
    let answer = call(&running, "core_course_get_courses_by_field", &[("field", "category"), ("value", "1")]).await;
    assert!(answer["courses"][0]["summary"].as_str().unwrap().contains("<script>"));
    running.clear_faults();
    running.faults().moodle.add(Fault::ItemsVanish { share: 1.0 }.always());
    let answer = call(&running, "core_course_get_courses_by_field", &[("field", "category"), ("value", "1")]).await;
    assert_eq!(answer["courses"], json!([]));
}

#[tokio::test]
async fn people_are_told_as_far_as_the_account_may_know() {
    let running = start().await;
    let world = running.world().moodle();
    let enrolled = async |from: &str| {
        let params = [
            ("courseid", "2"),
            ("options[0][name]", "limitfrom"),
            ("options[0][value]", from),
            ("options[1][name]", "limitnumber"),
            ("options[1][value]", "2"),
        ];
        call(&running, "core_enrol_get_enrolled_users", &params).await
    };
    let (first, second) = (enrolled("0").await, enrolled("2").await);
    assert_eq!(first.as_array().unwrap().len(), 2);
    assert!(second.as_array().unwrap().iter().all(|person| person["id"].as_u64() > first[1]["id"].as_u64()));
    let id = first[0]["id"].to_string();
    let by_id = [("field", "id"), ("values[0]", id.as_str())];
    let user = call(&running, "core_user_get_users_by_field", &by_id).await[0].clone();
    assert!(user["confirmed"].is_boolean() && user["username"].is_string(), "{user}");
    let courses = async || call(&running, "core_enrol_get_users_courses", &[("userid", id.as_str())]).await;
    let told = courses().await;
    let done = told.as_array().unwrap().iter().find(|course| course["completed"] == true);
    let course = done.map(|course| course["id"].to_string()).expect("the first has finished something");
    let status = [("courseid", course.as_str()), ("userid", id.as_str())];
    let status = async || call(&running, "core_completion_get_course_completion_status", &status).await;
    assert!(status().await["completionstatus"]["completions"][1]["timecompleted"].is_i64());
    world.set(|switches| switches.view_completion = false);
    assert!(courses().await[0]["completed"].is_null());
    assert_eq!(code(&status().await), "cannotviewreport");
    world.set(|switches| switches.view_all_details = false);
    let user = call(&running, "core_user_get_users_by_field", &by_id).await[0].clone();
    assert!(user.get("confirmed").is_none() && user.get("username").is_none());
    world.set(|switches| switches.view_participants = false);
    assert_eq!(code(&enrolled("0").await), "nopermissions");
}
