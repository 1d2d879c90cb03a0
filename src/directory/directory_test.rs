//! The directory on both engines.

use super::model::ImportReport;
use super::service::{self, NewPerson};
use crate::base::{AppError, Role, Scope, Viewer};
use crate::platform::crypto::{Keeper, new_key};
use crate::platform::db::Db;
use crate::platform::db::testing::on_both;
use crate::platform::{Clock, Config, Site};
use crate::sql;

const NOW: i64 = 1_780_000_000_000;

const FILE: &str = "email,name,job_title,team,manager_email,locale,time_zone
ada@x.example,Ada Ray,Head,Ops,,en-GB,Europe/London
ben@x.example,Ben Öz,Lead,Build,ada@x.example,de-DE,Europe/Berlin
cleo@x.example,Cleo Fy,Maker,Build,ben@x.example,en-GB,UTC
";

fn site(db: Db) -> Site {
    Site::new(db, Clock::at(NOW), Config::default(), Keeper::from_base64(&new_key()).unwrap())
}

fn person(roles: &[Role]) -> Scope {
    Scope::Person(Viewer {
        id: "p1".into(),
        name: "Ada".into(),
        email: "ada@x.example".into(),
        locale: "en".into(),
        time_zone: "UTC".into(),
        roles: roles.to_vec(),
        groups: vec![],
        manages: true,
    })
}

async fn id(site: &Site, email: &str) -> String {
    let mut c = site.read().await.unwrap();
    service::by_email(&mut c, email).await.unwrap().expect("imported").id
}

async fn names(site: &Site, manager: &str) -> Vec<String> {
    let manager = id(site, manager).await;
    let mut c = site.read().await.unwrap();
    service::reports(&mut c, &manager).await.unwrap().into_iter().map(|person| person.name).collect()
}

#[tokio::test]
async fn only_operators_and_the_command_line_import() {
    on_both(|db| async move {
        let site = site(db);
        for (scope, error) in [
            (Scope::Anonymous, AppError::SignIn),
            (person(&[]), AppError::Forbidden),
            (person(&[Role::Curator]), AppError::Forbidden),
        ] {
            assert_eq!(service::import(&scope, &site, FILE).await, Err(error.clone()));
            assert_eq!(service::set_active(&scope, &site, "p1", false).await, Err(error.clone()));
            assert_eq!(service::set_active_by_email(&scope, &site, "ada@x.example", false).await, Err(error));
        }
        assert!(service::import(&person(&[Role::Operator]), &site, FILE).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn an_import_builds_teams_and_lines_and_can_be_repeated() {
    on_both(|db| async move {
        let site = site(db);
        let first = service::import(&Scope::system(), &site, FILE).await.unwrap();
        assert_eq!(first, ImportReport { added: 3, changed: 0, unchanged: 0 });
        assert_eq!(names(&site, "ada@x.example").await, ["Ben Öz", "Cleo Fy"]);
        let (ada, cleo) = (id(&site, "ADA@x.example").await, id(&site, "cleo@x.example").await);
        let mut c = site.read().await.unwrap();
        for (part, found) in [("oz", vec!["Ben Öz"]), ("e", vec!["Ben Öz", "Cleo Fy"]), ("%", vec![]), ("ada", vec![])]
        {
            let with = service::reports_with(&mut c, &ada, part, 9).await.unwrap();
            assert_eq!(with.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), found, "{part}");
        }
        assert_eq!(service::reports_with(&mut c, &ada, "e", 1).await.unwrap().len(), 1);
        assert_eq!(service::team(&mut c, &ada).await.unwrap().len(), 1);
        assert!(service::manages(&mut c, &ada).await.unwrap() && !service::manages(&mut c, &cleo).await.unwrap());
        assert!(service::oversees(&mut c, &ada, &cleo).await.unwrap());
        assert!(!service::oversees(&mut c, &cleo, &ada).await.unwrap());
        assert!(!service::oversees(&mut c, &ada, &ada).await.unwrap());
        let groups: Vec<_> = service::groups(&mut c).await.unwrap().into_iter().map(|group| group.name).collect();
        assert_eq!(groups, ["Build", "Ops"]);
        drop(c);

        // Cleo moves, Ben stays, Ada is not named, Dan is new.
        let second = "email,name,job_title,team,manager_email,locale,time_zone
ben@x.example,Ben Öz,Lead,Build,ada@x.example,de-DE,Europe/Berlin
cleo@x.example,Cleo Fy,Maker,Ops,ada@x.example,en-GB,UTC
dan@x.example,Dan Wu,,,cleo@x.example,en-GB,UTC
";
        let report = service::import(&Scope::system(), &site, second).await.unwrap();
        assert_eq!(report, ImportReport { added: 1, changed: 1, unchanged: 1 });
        assert_eq!(names(&site, "ada@x.example").await, ["Ben Öz", "Cleo Fy", "Dan Wu"]);
        assert_eq!(id(&site, "cleo@x.example").await, cleo, "a person keeps the id");
        let mut c = site.read().await.unwrap();
        let teams: Vec<_> = service::groups_of(&mut c, &cleo).await.unwrap().into_iter().map(|g| g.name).collect();
        assert_eq!(teams, ["Ops"], "the old team is left");
        let (audited,): (i64,) = c
            .one(sql!("SELECT COUNT(*) FROM audit WHERE action = 'people.import' AND actor = 'system'"))
            .await
            .unwrap();
        assert_eq!(audited, 2);
    })
    .await;
}

#[tokio::test]
async fn a_faulty_file_leaves_nothing_behind() {
    on_both(|db| async move {
        let site = site(db);
        let faulty = format!("{FILE}dan@x.example,Dan,,New team,nobody@x.example,en,UTC\n");
        let error = service::import(&Scope::system(), &site, faulty).await.unwrap_err();
        assert!(error.field("line 5, manager_email").is_some(), "{error}");
        let mut c = site.read().await.unwrap();
        assert!(service::everyone(&mut c).await.unwrap().is_empty());
        assert!(service::groups(&mut c).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_cycle_in_the_data_ends() {
    on_both(|db| async move {
        let site = site(db);
        service::import(&Scope::system(), &site, FILE).await.unwrap();
        let (ada, cleo) = (id(&site, "ada@x.example").await, id(&site, "cleo@x.example").await);
        // No service writes this; a hand in the database could.
        let mut tx = site.begin().await.unwrap();
        tx.run(sql!("UPDATE person SET manager = $1 WHERE id = $2", &cleo, &ada)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(names(&site, "ada@x.example").await, ["Ben Öz", "Cleo Fy"]);
        let mut c = site.read().await.unwrap();
        assert!(service::oversees(&mut c, &ada, &cleo).await.unwrap());
        assert!(!service::oversees(&mut c, &ada, "nobody").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn who_left_is_in_nobodys_line() {
    on_both(|db| async move {
        let site = site(db);
        service::import(&Scope::system(), &site, FILE).await.unwrap();
        let name = service::set_active_by_email(&Scope::system(), &site, " Ben@x.example", false).await.unwrap();
        assert!(name.starts_with("Ben"), "{name}");
        // Ben is gone, who reported to him still belongs to Ada's line.
        assert_eq!(names(&site, "ada@x.example").await, ["Cleo Fy"]);
        assert_eq!(service::set_active(&Scope::system(), &site, "nobody", false).await, Err(AppError::NotFound));
        let nobody = service::set_active_by_email(&Scope::system(), &site, "nobody@x.example", true).await;
        assert_eq!(nobody, Err(AppError::NotFound));
    })
    .await;
}

#[tokio::test]
async fn claimed_groups_follow_the_claims_and_leave_teams_alone() {
    on_both(|db| async move {
        let site = site(db);
        service::import(&Scope::system(), &site, FILE).await.unwrap();
        let mut tx = site.begin().await.unwrap();
        let new = NewPerson { email: "Eve@X.example", name: "Eve", locale: "en", time_zone: "UTC" };
        let eve = service::add_person(&mut tx, new, NOW).await.unwrap();
        let names = |list: &[&str]| list.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        service::set_claimed_groups(&mut tx, &eve, "issuer:a", &names(&["Build", "Guild"])).await.unwrap();
        service::set_claimed_groups(&mut tx, &eve, "issuer:b", &names(&["Other"])).await.unwrap();
        service::set_claimed_groups(&mut tx, &eve, "issuer:a", &names(&["Guild", "New"])).await.unwrap();
        tx.commit().await.unwrap();
        let mut c = site.read().await.unwrap();
        let of: Vec<_> = service::groups_of(&mut c, &eve).await.unwrap().into_iter().map(|g| g.name).collect();
        assert_eq!(of, ["Guild", "New", "Other"]);
        let person = service::person_by_email(&mut c, "eve@x.example").await.unwrap().unwrap();
        assert_eq!((person.id, person.active), (eve, true));
    })
    .await;
}

#[tokio::test]
async fn the_people_of_the_demo_are_sound() {
    on_both(|db| async move {
        let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/demo/people.csv")).unwrap();
        let report = service::import(&Scope::system(), &site(db), file).await.unwrap();
        assert!(report.added >= 60, "{report:?}");
    })
    .await;
}

#[tokio::test]
async fn employee_numbers_follow_the_file_where_it_tells_them() {
    on_both(|db| async move {
        let site = site(db);
        let numbered = "email,name,job_title,team,manager_email,locale,time_zone,employee_number
ada@x.example,Ada Ray,Head,Ops,,en-GB,Europe/London,0042
ben@x.example,Ben Öz,Lead,Build,ada@x.example,de-DE,Europe/Berlin,0042
cleo@x.example,Cleo Fy,Maker,Build,ben@x.example,en-GB,UTC,
";
        let import = async |file: &str| service::import(&Scope::system(), &site, file).await.unwrap();
        let holders = async || {
            let mut c = site.read().await.unwrap();
            let found = service::active_by_number(&mut c, &["0042".to_owned(), String::new()]).await.unwrap();
            found.get("0042").map_or(0, Vec::len)
        };
        assert_eq!((import(numbered).await.added, holders().await), (3, 2), "nobody keeps two from having the same");
        assert_eq!(
            (import(FILE).await.unchanged, holders().await),
            (3, 2),
            "a file without the column says nothing of it"
        );
        let moved = FILE.replace("Head", "Chief");
        assert_eq!((import(&moved).await.changed, holders().await), (1, 2), "also where something else changes");
        let taken = numbered.replace("Europe/Berlin,0042", "Europe/Berlin,").replace("Head", "Chief");
        assert_eq!((import(&taken).await.changed, holders().await), (1, 1));
        let id = id(&site, "ada@x.example").await;
        service::set_active(&Scope::system(), &site, &id, false).await.unwrap();
        assert_eq!(holders().await, 0, "who has left is nobody's match");
    })
    .await;
}
