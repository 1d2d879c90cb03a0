//! Forms: what is wrong is named by field, secrets stay secret, nothing is half-done.

use super::*;
use crate::base::{AppError, Fields};
use crate::sources::model::{FormView, Input, StepState};
use crate::sources::{settings, store};
use std::collections::BTreeMap;

fn faults(error: AppError) -> Fields {
    match error {
        AppError::Invalid(fields) => fields,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_faulty_field_is_named_and_nothing_is_added() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let good = bench.big(10, 10);
        let with = |name: &str, value: &str| {
            let mut entered = good.clone();
            entered.settings.insert(name.into(), value.into());
            entered
        };
        let cases = [
            (Entered { name: " ".into(), ..good.clone() }, "name"),
            (Entered { name: "x".repeat(81), ..good.clone() }, "name"),
            (Entered { name: "two\nlines".into(), ..good.clone() }, "name"),
            (Entered { interval: "4".into(), ..good.clone() }, "interval"),
            (Entered { interval: "often".into(), ..good.clone() }, "interval"),
            (Entered { kind: "abacus".into(), ..good.clone() }, "kind"),
            (with("address", ""), "address"),
            (with("address", "ftp://a.example/"), "address"),
            (with("address", &format!("https://a.example/{}", "x".repeat(3000))), "address"),
            (with("complete", "perhaps"), "complete"),
            (with("is_admin", "true"), "is_admin"),
        ];
        for (entered, field) in cases {
            let refused = faults(service::add(&bench.operator, &bench.site, &entered).await.unwrap_err());
            assert_eq!(refused.keys().collect::<Vec<_>>(), [field], "{refused:?}");
            assert!(!refused[field].is_empty());
            let tested = faults(service::test(&bench.operator, &bench.site, &entered).await.unwrap_err());
            assert_eq!(tested.keys().collect::<Vec<_>>(), [field], "a test checks the same");
        }
        let overview = service::overview(&bench.operator, &bench.site).await.unwrap();
        assert_eq!(overview.sources, []);
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_twice_adds_one_source() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let form = service::Form { entered: bench.big(10, 10), what: "save".into(), ..Default::default() };
        let to = service::submit(&bench.operator, &bench.site, form.clone()).await.unwrap();
        let id = to.strip_prefix("/sources/").unwrap().to_owned();
        let back = service::submit(&bench.operator, &bench.site, form).await.unwrap();
        let view = returned(&bench, &back).await;
        assert!(view.name.error.is_some_and(|e| e.contains("Another source")), "{back}");
        service::remove(&bench.operator, &bench.site, &id).await.unwrap();
        let refused = faults(service::add(&bench.operator, &bench.site, &bench.big(10, 10)).await.unwrap_err());
        assert!(refused["name"].contains("Restore"));
    })
    .await;
}

/// The form that an address leads back to.
async fn returned(bench: &Bench, address: &str) -> FormView {
    let query = address.split_once('?').unwrap().1.split_once('#').unwrap().0;
    let value = |name: &str| {
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default().to_owned()
    };
    let view = match value("kind") {
        kind if !kind.is_empty() => {
            service::new_view(&bench.operator, &bench.site, Some(&kind), &value("draft")).await.unwrap().form
        }
        _ => {
            let id = address.strip_prefix("/sources/").unwrap().split_once('?').unwrap().0;
            service::view(&bench.operator, &bench.site, id, &value("draft"), Paging::default()).await.unwrap().form
        }
    };
    view.unwrap()
}

fn secretive(bench: &Bench) -> Entered {
    let mut entered = bench.big(10, 10);
    entered.settings.insert("user".into(), "mira".into());
    entered.settings.insert("password".into(), "s3cret-word".into());
    entered
}

#[tokio::test]
async fn a_secret_is_sealed_kept_and_never_shown() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let id = bench.add(secretive(&bench)).await;
        let row = store::source(&mut bench.site.read().await.unwrap(), &id).await.unwrap().unwrap();
        let stored = format!("{row:?}");
        assert!(!stored.contains("s3cret-word") && row.secrets.is_some());
        assert_eq!(settings::opened(&bench.site, &row).unwrap()["password"], "s3cret-word");
        let view = service::view(&bench.operator, &bench.site, &id, "", Paging::default()).await.unwrap();
        assert!(!serde_json::to_string(&view).unwrap().contains("s3cret-word"));
        let form = view.form.unwrap();
        let secret = form.fields.iter().find(|f| f.input == Input::Secret).unwrap();
        assert!(secret.kept && secret.value.is_empty());
        // Saved with the secret left empty, it is still there.
        let mut entered = secretive(&bench);
        entered.settings.insert("password".into(), String::new());
        entered.name = "Renamed".into();
        let form =
            service::Form { id: id.clone(), version: form.version, entered, what: "save".into(), ..Default::default() };
        let to = service::submit(&bench.operator, &bench.site, form).await.unwrap();
        let row = store::source(&mut bench.site.read().await.unwrap(), &id).await.unwrap().unwrap();
        assert_eq!(to, format!("/sources/{id}?saved={}#found", row.updated_at));
        assert_eq!(
            (row.name.as_str(), settings::opened(&bench.site, &row).unwrap()["password"].as_str()),
            ("Renamed", "s3cret-word")
        );
        let (spoken,): (i64,) =
            bench.one(crate::sql!("SELECT count(*) FROM audit WHERE CAST(detail AS TEXT) LIKE '%s3cret%'")).await;
        assert_eq!(spoken, 0);
    })
    .await;
}

#[tokio::test]
async fn a_kept_secret_is_not_sent_to_another_place() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let id = bench.add(secretive(&bench)).await;
        let before = bench.sandbox.requests().forum.count();
        for what in ["test", "save"] {
            let mut entered = secretive(&bench);
            entered.settings.insert("password".into(), String::new());
            entered.settings.insert("address".into(), bench.sandbox.urls().forum.to_string());
            let form = service::Form { id: id.clone(), entered, what: what.into(), ..Default::default() };
            let back = service::submit(&bench.operator, &bench.site, form).await.unwrap();
            let view = returned(&bench, &back).await;
            let secret = view.fields.iter().find(|f| f.name == "password").unwrap();
            assert!(secret.error.as_ref().is_some_and(|e| e.contains("again")), "{what}: {secret:?}");
        }
        assert_eq!(bench.sandbox.requests().forum.count(), before);
    })
    .await;
}

#[tokio::test]
async fn a_box_that_was_left_empty_holds_no_secret() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let mut form = service::Form { entered: secretive(&bench), what: "test".into(), ..Default::default() };
        for name in ["user", "password"] {
            form.entered.settings.insert(name.into(), String::new());
        }
        for address in [bench.sandbox.urls().forum.to_string(), bench.sandbox.urls().wiki.to_string()] {
            form.entered.settings.insert("address".into(), address);
            let back = service::submit(&bench.operator, &bench.site, form.clone()).await.unwrap();
            let view = returned(&bench, &back).await;
            let secret = view.fields.iter().find(|f| f.name == "password").unwrap();
            assert!(!secret.kept && secret.error.is_none() && !view.steps.is_empty(), "{secret:?}");
            form.draft = view.draft;
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_secret_is_not_dropped_by_pressing_save_again() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let id = bench.add(secretive(&bench)).await;
        let version = service::view(&bench.operator, &bench.site, &id, "", Paging::default())
            .await
            .unwrap()
            .form
            .unwrap()
            .version;
        let mut moved = secretive(&bench);
        moved.settings.insert("password".into(), String::new());
        moved.settings.insert("address".into(), bench.sandbox.urls().forum.to_string());
        let mut form =
            service::Form { id: id.clone(), version, entered: moved, what: "save".into(), ..Default::default() };
        for press in 1..=3 {
            let back = service::submit(&bench.operator, &bench.site, form.clone()).await.unwrap();
            let view = returned(&bench, &back).await;
            let secret = view.fields.iter().find(|f| f.name == "password").unwrap();
            assert!(secret.kept && secret.error.is_some(), "press {press}: {secret:?}");
            form.draft = view.draft;
        }
        // Given up in so many words, it goes.
        form.entered.settings.insert(settings::forget("password"), "true".into());
        form.entered.settings.insert("user".into(), String::new());
        let to = service::submit(&bench.operator, &bench.site, form).await.unwrap();
        assert!(to.starts_with(&format!("/sources/{id}?saved=")), "{to}");
        let row = store::source(&mut bench.site.read().await.unwrap(), &id).await.unwrap().unwrap();
        let kept = settings::opened(&bench.site, &row).unwrap();
        assert!(row.secrets.is_none() && !kept.contains_key("password") && !kept.contains_key("user"), "{kept:?}");
    })
    .await;
}

#[tokio::test]
async fn what_a_colleague_changed_is_not_overwritten_by_pressing_save_again() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let id = bench.add(bench.big(10, 10)).await;
        let view = async |draft: &str| {
            service::view(&bench.operator, &bench.site, &id, draft, Paging::default()).await.unwrap().form.unwrap()
        };
        let version = view("").await.version;
        let named = |name: &str, version: i64, draft: String| service::Form {
            id: id.clone(),
            version,
            draft,
            entered: Entered { name: name.into(), ..bench.big(10, 10) },
            what: "save".into(),
        };
        service::submit(&bench.operator, &bench.site, named("Theirs", version, String::new())).await.unwrap();
        let mut back = named("Mine", version, String::new());
        for press in 1..=2 {
            let address = service::submit(&bench.operator, &bench.site, back).await.unwrap();
            let form = returned(&bench, &address).await;
            assert!(form.outdated && form.name.value == "Mine" && form.version == version, "press {press}: {form:?}");
            back = named("Mine", form.version, form.draft);
        }
        let current = view("").await;
        assert!(!current.outdated && current.name.value == "Theirs");
        service::submit(&bench.operator, &bench.site, named("Mine", current.version, String::new())).await.unwrap();
        assert_eq!(view("").await.name.value, "Mine");
    })
    .await;
}

#[tokio::test]
async fn a_connection_test_says_which_step_failed_and_the_form_comes_back_filled_in() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let mut api = bench.sandbox.urls().wiki.clone();
        api.set_path("api.php");
        let form = |address: &str| service::Form {
            entered: entered("mediawiki", "Wiki", &[("address", address)]),
            what: "test".into(),
            ..Default::default()
        };
        let back = service::submit(&bench.operator, &bench.site, form(api.as_str())).await.unwrap();
        let view = returned(&bench, &back).await;
        let states: Vec<_> = view.steps.iter().map(|s| s.state).collect();
        let all = [StepState::Passed, StepState::Passed, StepState::NotNeeded, StepState::Passed];
        assert_eq!(states, all, "nobody signs in without a name: {:?}", view.steps);
        assert!(back.ends_with("#found"), "{back}");
        assert_eq!(view.name.value, "Wiki");
        assert_eq!(view.fields.iter().find(|f| f.name == "address").unwrap().value, api.as_str());
        bench.sandbox.faults().wiki.add(sandbox::Fault::HtmlInstead.always());
        let view =
            returned(&bench, &service::submit(&bench.operator, &bench.site, form(api.as_str())).await.unwrap()).await;
        let last = view.steps.last().unwrap();
        assert!(last.state == StepState::Failed && last.detail.is_some(), "{last:?}");
        assert!(last.said.contains("does not look like a MediaWiki") && last.said.contains("HTML"), "{}", last.said);
        assert!(last.hint.as_ref().is_some_and(|hint| hint.contains("Special:Version")), "{last:?}");
        let before: Vec<_> = view.steps.iter().rev().skip(1).map(|s| s.state).collect();
        assert_eq!(before, [StepState::NotNeeded, StepState::Passed, StepState::Passed]);
        // A private address that nobody allowed is not asked at all.
        let view = returned(
            &bench,
            &service::submit(&bench.operator, &bench.site, form("http://127.0.0.1:9/api.php")).await.unwrap(),
        )
        .await;
        assert!(view.steps.last().unwrap().said.contains("private"), "{:?}", view.steps);
        let overview = service::overview(&bench.operator, &bench.site).await.unwrap();
        assert_eq!(overview.sources, [], "a test saves nothing");
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_its_makers_and_ends() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let draft = settings::Draft { entered: secretive(&bench), made_at: bench.site.now(), ..Default::default() };
        let sealed = settings::seal_draft(&bench.site, &bench.operator, None, &draft).unwrap();
        assert!(!sealed.contains("s3cret"));
        let open = |scope: &Scope, id: Option<&str>, text: &str| settings::open_draft(&bench.site, scope, id, text);
        assert_eq!(open(&bench.operator, None, &sealed).unwrap().entered, draft.entered);
        assert!(open(&person("other", &[Role::Operator]), None, &sealed).is_none());
        assert!(open(&bench.operator, Some("source"), &sealed).is_none());
        assert!(open(&bench.operator, None, &sealed[1..]).is_none());
        let old = settings::Draft { made_at: bench.site.now() - 2 * crate::base::HOUR, ..draft };
        let sealed = settings::seal_draft(&bench.site, &bench.operator, None, &old).unwrap();
        assert!(open(&bench.operator, None, &sealed).is_none());
    })
    .await;
}

#[tokio::test]
async fn two_people_who_edit_the_same_source_do_not_overwrite_each_other() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let id = bench.add(bench.big(20, 10)).await;
        bench.sync(&id).await;
        let seen = service::view(&bench.operator, &bench.site, &id, "", Paging::default()).await.unwrap().form.unwrap();
        let mut first = bench.big(30, 10);
        first.name = "First".into();
        service::edit(&bench.operator, &bench.site, &id, seen.version, &first).await.unwrap();
        let mut second = bench.big(40, 10);
        second.name = "Second".into();
        let refused = service::edit(&bench.operator, &bench.site, &id, seen.version, &second).await.unwrap_err();
        assert_eq!(refused.status(), 409);
        // The first edit changed where the source is read from: a run from the beginning is queued.
        let run = bench.latest(&id).await;
        assert_eq!((run.status, run.reason.as_str()), (Status::Running, "settings"));
        assert_eq!(sync::advance(&bench.site, &run.id).await.unwrap(), Tried::Ended(Status::Ok));
        assert_run(&bench.run(&id, &run.id).await, Status::Ok, [10, 0, 20, 0, 0]);
        let (origin,): (String,) = bench.one(crate::sql!("SELECT name FROM origin WHERE id = $1", &id)).await;
        assert_eq!(origin, "First");
    })
    .await;
}

#[tokio::test]
async fn an_over_long_form_comes_back_small_with_the_field_named() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let mut long = bench.big(10, 10);
        long.name = "n".repeat(100_000);
        for n in 0..200 {
            long.settings.insert(format!("{n}"), "v".repeat(5000));
        }
        let form = service::Form { entered: long, what: "save".into(), ..Default::default() };
        let back = service::submit(&bench.operator, &bench.site, form).await.unwrap();
        assert!(back.len() < 64 * 1024, "{}", back.len());
        let view = returned(&bench, &back).await;
        assert!(view.name.error.is_some() && view.error.is_some());
    })
    .await;
}

#[tokio::test]
async fn an_address_leads_to_the_first_faulty_field() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let good = bench.big(10, 10);
        let address = |value: &str| BTreeMap::from([("address".to_owned(), value.to_owned())]);
        let cases = [
            (Entered { name: String::new(), settings: address("nowhere"), ..good.clone() }, "name"),
            (Entered { interval: "4".into(), settings: address("nowhere"), ..good.clone() }, "settings[address]"),
            (Entered { interval: "4".into(), ..good.clone() }, "interval"),
            (Entered { audience: "nobody".into(), ..good.clone() }, "audience"),
        ];
        for (entered, field) in cases {
            for what in ["test", "save"] {
                let form = service::Form { entered: entered.clone(), what: what.into(), ..Default::default() };
                let to = service::submit(&bench.operator, &bench.site, form).await.unwrap();
                let leads = to.split_once('#').unwrap().1;
                // Whether there is such a group is known to the database alone, which a test does not ask.
                let expected = if (what, field) == ("test", "audience") { "found" } else { field };
                assert_eq!(leads, expected, "{what}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_form_comes_back_whole_and_opens_what_needs_a_look() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let address = bench.sandbox.urls().academy.join("v1/cursor").unwrap();
        let mut settings = vec![("address", address.as_str()), ("items", "$.data[*]"), ("id", "$.uid")];
        settings.extend([("title", "$.attributes.name"), ("url", "/trainings/{id}"), ("summary", "$.nothing")]);
        settings.extend([("kind_path", "$.attributes.format"), ("authors", "$.facilitators[*].name")]);
        settings.extend([
            ("minutes", "$.duration.seconds"),
            ("minutes_unit", "seconds"),
            ("level", "$.attributes.level"),
        ]);
        settings.extend([
            ("topics", "$.attributes.tags[*].label"),
            ("published", "$.released_on"),
            ("paging", "cursor"),
        ]);
        settings.extend([("page_path", "$.paging.next"), ("page_param", "after"), ("complete", "true")]);
        settings.extend([("changed", "$.updated_at"), ("language", "$.attributes.language"), ("total", "")]);
        let given = entered("json_api", "Academy", &settings);
        let form = service::Form { entered: given.clone(), what: "test".into(), ..Default::default() };
        let back = service::submit(&bench.operator, &bench.site, form).await.unwrap();
        let view = returned(&bench, &back).await;
        for (name, value) in &given.settings {
            assert_eq!(view.fields.iter().find(|f| f.name == *name).map(|f| &f.value), Some(value), "{name}");
        }
        // The test shows what the first item becomes, and which field leads nowhere.
        let step = |what: &str| view.steps.iter().find(|step| step.what == what).unwrap();
        assert_eq!(step("Title").state, StepState::Passed);
        let summary = step("Summary");
        assert!(summary.state == StepState::Failed && summary.said.contains("$.nothing"), "{summary:?}");
        let folded = |name: &str| view.sections.iter().find(|section| section.from == name).unwrap().folded;
        assert!(folded("token") && !folded("authors") && !folded("items"));
        assert_eq!(view.parts().len(), view.sections.len() + 1);
        assert_eq!(view.parts().iter().map(|(_, fields)| fields.len()).sum::<usize>(), view.fields.len());
        let faulty = entered("json_api", "Academy", &[("address", address.as_str()), ("password", "x")]);
        let form = service::Form { entered: faulty, what: "save".into(), ..Default::default() };
        let back = service::submit(&bench.operator, &bench.site, form).await.unwrap();
        let view = returned(&bench, &back).await;
        assert!(view.sections.iter().any(|section| section.from == "token" && !section.folded), "{:?}", view.sections);
    })
    .await;
}
