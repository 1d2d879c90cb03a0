//! One system, connected twice: only on purpose.

use super::*;
use crate::base::AppError;
use crate::sources::model::{FormView, Twin};

async fn again(bench: &Bench, name: &str, address: &str, again: bool) -> Result<String, AppError> {
    let mut entered = Entered { name: name.into(), again, ..bench.big(10, 10) };
    entered.settings.insert("address".into(), address.into());
    service::add_idle(&bench.operator, &bench.site, &entered).await
}

fn refusal(answer: Result<String, AppError>) -> String {
    answer.unwrap_err().field("address").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_same_address_is_connected_twice_only_on_purpose() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let address = bench.big(10, 10).settings["address"].clone();
        bench.add(bench.big(10, 10)).await;
        // However it is written, and not another page of the same host.
        let turned = address.replace("n=10&limit=10", "limit=10&n=10");
        for same in [format!("{address}#top"), turned, address.replace("http://", "HTTP://")] {
            let said = refusal(again(&bench, "Second", &same, false).await);
            assert!(said.contains("Library"), "{same}: {said}");
        }
        again(&bench, "Another", &address.replace("n=10", "n=11"), false).await.unwrap();
        let forum = entered("discourse", "Forum", &[("address", &address)]);
        service::add_idle(&bench.operator, &bench.site, &forum).await.expect("another kind of system");
        again(&bench, "Second", &address, true).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_source_does_not_move_to_where_another_is_but_may_stay_there() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let (operator, site) = (&bench.operator, &bench.site);
        let address = bench.big(10, 10).settings["address"].clone();
        let first = bench.add(bench.big(10, 10)).await;
        let second = again(&bench, "Second", &address.replace("n=10", "n=11"), false).await.unwrap();
        let version = async || {
            let view = service::view(operator, site, &second, "", Paging::default()).await.unwrap();
            view.form.unwrap().version
        };
        let moved = Entered { name: "Second".into(), ..bench.big(10, 10) };
        let refused = service::edit(operator, site, &second, version().await, &moved).await.unwrap_err();
        assert!(refused.field("address").is_some(), "{refused:?}");
        let meant = Entered { again: true, ..moved.clone() };
        service::edit(operator, site, &second, version().await, &meant).await.unwrap();
        let renamed = Entered { name: "Still there".into(), ..moved };
        service::edit(operator, site, &second, version().await, &renamed).await.unwrap();
        service::remove(operator, site, &first).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_form_names_who_reads_the_address_already() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        let id = bench.add(bench.big(10, 10)).await;
        let shown = async |what: &str| -> FormView {
            let entered = Entered { name: "Second".into(), ..bench.big(10, 10) };
            let form = service::Form { entered, what: what.into(), ..Default::default() };
            let to = service::submit(&bench.operator, &bench.site, form).await.unwrap();
            let draft = to.split_once("draft=").unwrap().1.split_once('#').unwrap().0;
            service::new_view(&bench.operator, &bench.site, Some("feeds"), draft).await.unwrap().form.unwrap()
        };
        let twin = |removed| Some(Twin { id: id.clone(), name: "Library".into(), removed });
        for what in ["test", "save"] {
            let form = shown(what).await;
            assert_eq!((form.twin.clone(), form.target()), (twin(false), target(what)), "{what}");
        }
        service::remove(&bench.operator, &bench.site, &id).await.unwrap();
        assert_eq!(shown("test").await.twin, twin(true), "it can be restored instead");
        again(&bench, "Second", &bench.big(10, 10).settings["address"], false)
            .await
            .expect("a removed one does not count");
    })
    .await;
}

fn target(what: &str) -> String {
    if what == "save" { "settings[address]" } else { "found" }.to_owned()
}
