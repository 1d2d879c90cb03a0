//! Who may see what comes from a source.

use super::*;
use crate::base::AppError;
use crate::catalog::model::Query;
use crate::catalog::search::Index;
use crate::catalog::service as catalog;
use crate::catalog::testing::{add_group, caught_up};

fn member(id: &str, group: Option<&str>) -> Scope {
    let Scope::Person(mut viewer) = person(id, &[]) else { unreachable!("a person") };
    viewer.groups = group.map(str::to_owned).into_iter().collect();
    Scope::Person(viewer)
}

/// Whether a search finds `resource`, and whether its address leads to it.
async fn sees(bench: &Bench, scope: &Scope, resource: &str) -> (bool, bool) {
    let (title,): (String,) = bench.one(crate::sql!("SELECT title FROM resource WHERE id = $1", resource)).await;
    let found = catalog::search(scope, &bench.site, &Query::from_pairs([("q", title.as_str())])).await.unwrap();
    let found = found.page.rows.iter().any(|hit| hit.card.id == resource);
    match catalog::view(scope, &bench.site, resource).await {
        Ok(_) => (found, true),
        Err(error) => {
            assert_eq!(error, AppError::NotFound, "who may not see it may not know of it");
            (found, false)
        }
    }
}

#[tokio::test]
async fn what_a_restricted_source_brings_exists_for_its_audience_only() {
    on_both(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = Bench::new(db).await;
        bench.site = searching(&bench, folder.path());
        let index = Index::open(&bench.site).await.unwrap();
        bench.site.provide(index.clone());
        for group in ["sales", "care"] {
            add_group(&bench.site.db, group).await;
        }
        let source = bench.add(Entered { audience: "sales".into(), ..bench.big(10, 10) }).await;
        bench.sync(&source).await;
        let (resource,): (String,) = bench.one(crate::sql!("SELECT min(id) FROM resource")).await;
        let [inside, outside, elsewhere] = [Some("sales"), None, Some("care")].map(|group| member("somebody", group));
        caught_up(&index, &bench.site.db, 10).await;
        for (scope, may) in [(&inside, true), (&outside, false), (&elsewhere, false)] {
            assert_eq!(sees(&bench, scope, &resource).await, (may, may), "{scope:?}");
        }
        // It moves to another group, then to everyone, without another sync.
        for (audience, who) in [("care", vec![false, false, true]), ("", vec![true, true, true])] {
            let view = service::view(&bench.operator, &bench.site, &source, "", Paging::default()).await.unwrap();
            let entered = Entered { audience: audience.into(), ..bench.big(10, 10) };
            let version = view.form.unwrap().version;
            service::edit(&bench.operator, &bench.site, &source, version, &entered).await.unwrap();
            caught_up(&index, &bench.site.db, 10).await;
            for (scope, may) in [&inside, &outside, &elsewhere].into_iter().zip(who) {
                assert_eq!(sees(&bench, scope, &resource).await, (may, may), "{audience} {scope:?}");
            }
        }
    })
    .await;
}

/// The bench's site with a search of its own.
fn searching(bench: &Bench, folder: &std::path::Path) -> Site {
    let mut config = bench.site.config.clone();
    config.search.folder = folder.join("search").display().to_string();
    let http = bench.site.ext::<Http>().unwrap();
    let keeper = Keeper::from_base64(&new_key()).unwrap();
    let site = Site::new(bench.site.db.clone(), Clock::system(), config, keeper);
    site.provide(http.as_ref().clone());
    site
}

#[tokio::test]
async fn the_form_offers_groups_and_takes_no_other() {
    on_both(|db| async move {
        let bench = Bench::new(db).await;
        add_group(&bench.site.db, "sales").await;
        let wrong = Entered { audience: "nobody".into(), ..bench.big(10, 10) };
        let refused = service::add(&bench.operator, &bench.site, &wrong).await.unwrap_err();
        assert!(refused.field("audience").is_some(), "{refused:?}");
        let source = bench.add(Entered { audience: "sales".into(), ..bench.big(10, 10) }).await;
        let view = service::view(&bench.operator, &bench.site, &source, "", Paging::default()).await.unwrap();
        let field = view.form.unwrap().audience;
        assert_eq!(field.value, "sales");
        assert!(format!("{:?}", field.input).contains("sales"), "{:?}", field.input);
        // Removed and restored, it is still for them alone.
        service::remove(&bench.operator, &bench.site, &source).await.unwrap();
        service::restore(&bench.operator, &bench.site, &source).await.unwrap();
        let (open,): (i64,) = bench.one(crate::sql!("SELECT count(*) FROM origin WHERE audience IS NULL")).await;
        assert_eq!(open, 0);
    })
    .await;
}
