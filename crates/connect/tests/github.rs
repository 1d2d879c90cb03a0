//! GitHub against the sandbox's GitHub Enterprise.

mod common;

use common::{connector, http, run};
use connect::{Connector, Error, Http, Kind, Next, Resource, Settings};
use sandbox::{Content, Fault, Options, Repositories, RepositoryContent, RetryAfter, Running, Sandbox};
use url::Url;

const TOKEN: &str = "github_pat_geheimer_schluessel";

fn repository(name: &str, documents: u32) -> RepositoryContent {
    let mut files = std::collections::BTreeMap::from([
        ("README.md".to_owned(), format!("# About {name}\n\nWhat **it** is.")),
        ("CHANGELOG.md".to_owned(), "# Changes".to_owned()),
        ("src/lib.rs".to_owned(), "fn main() {}".to_owned()),
        ("docs/picture.png".to_owned(), "png".to_owned()),
    ]);
    for n in 0..documents {
        files.insert(
            format!("docs/part-{}/page-{n:03}.md", n % 3),
            format!("# Page {n:03}\n\nText of [page](x.md) {n}."),
        );
    }
    RepositoryContent {
        name: name.into(),
        topics: vec!["rust".into(), "embedded".into()],
        files,
        ..RepositoryContent::default()
    }
}

fn content() -> Content {
    let github = vec![
        repository("halden/docs", 90),
        repository("halden/tools", 3),
        RepositoryContent { name: "halden/empty".into(), ..RepositoryContent::default() },
        RepositoryContent { archived: true, ..repository("halden/old", 2) },
        RepositoryContent { fork: true, ..repository("halden/fork", 2) },
        RepositoryContent { private: true, ..repository("halden/secret", 2) },
        repository("mira-person/notes", 1),
    ];
    Content { github, ..Content::default() }
}

async fn start() -> (Running, Url) {
    let options = Options { content: Some(content()), github_token: Some(TOKEN.into()), ..Options::default() };
    let running = Sandbox::start(options).await.unwrap();
    let url = running.urls().github.clone();
    (running, url)
}

fn hub(url: &Url, more: &[(&str, &str)]) -> (Box<dyn Connector>, Http) {
    let mut settings = vec![("address", url.as_str())];
    settings.extend(more);
    (connector("github", &settings), http(&[url]))
}

const OWNER: (&str, &str) = ("owner", "halden");

fn titled<'a>(all: &'a [&Resource], title: &str) -> &'a Resource {
    all.iter().find(|each| each.title == title).unwrap()
}

fn id_of(all: &Repositories, name: &str, path: &str) -> String {
    let (_, id) = all.names().into_iter().find(|(each, _)| each == name).unwrap();
    format!("{id}:{path}")
}

#[tokio::test]
async fn readmes_and_documents_arrive_with_what_belongs_to_them() {
    let (sandbox, url) = start().await;
    let (hub, http) = hub(&url, &[OWNER, ("token", TOKEN)]);
    let all = run(&*hub, &http, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete), (91 + 4, true), "{:?}", all.rejected);
    let mut ids = all.ids();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 95, "each once");
    let resources = all.resources();
    let page = titled(&resources, "Page 004");
    assert_eq!((page.kind, page.language.as_deref(), page.minutes), (Kind::Article, None, None));
    assert_eq!(
        (page.summary.as_str(), page.topics.as_slice()),
        ("Text of page 4.", ["rust".to_owned(), "embedded".into()].as_slice())
    );
    assert_eq!(page.url, format!("{url}halden/docs/blob/main/docs/part-1/page-004.md"));
    assert_eq!(
        page.external_id,
        id_of(sandbox.world().github().repositories(), "halden/docs", "docs/part-1/page-004.md")
    );
    assert!(page.changed_at.is_some());
    assert_eq!(http.get(&page.url.parse().unwrap()).send().await.unwrap().status(), 200);
    assert_eq!(titled(&resources, "About halden/tools").summary, "What it is.");
}

#[tokio::test]
async fn repositories_are_chosen_by_name_or_by_owner() {
    let (_sandbox, url) = start().await;
    let (named, client) = hub(&url, &[("repositories", "halden/tools, mira-person/notes")]);
    let all = run(&*named, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete), (4 + 2, true));
    let (person, client) = hub(&url, &[("owner", "mira-person"), ("folders", "elsewhere")]);
    assert_eq!(run(&*person, &client, None).await.unwrap().titles(), ["About mira-person/notes"], "only the README");
    let (folder, client) = hub(&url, &[("repositories", "halden/docs"), ("folders", "docs/part-2, docs/part-2/x")]);
    assert_eq!(run(&*folder, &client, None).await.unwrap().items.len(), 31);
    let (none, client) = hub(&url, &[("repositories", "halden/tools, halden/typo")]);
    let all = run(&*none, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.complete, all.rejected[0].excerpt.as_str()), (4, false, "halden/typo"));
}

#[tokio::test]
async fn what_is_not_public_is_read_only_where_asked_for() {
    let (_sandbox, url) = start().await;
    let token = ("token", TOKEN);
    let (public, client) = hub(&url, &[OWNER, token]);
    assert!(run(&*public, &client, None).await.unwrap().resources().iter().all(|each| !each.url.contains("secret")));
    let (named, client) = hub(&url, &[("repositories", "halden/secret"), token]);
    let all = run(&*named, &client, None).await.unwrap();
    assert!(all.items.is_empty() && all.rejected[0].reason.contains("not public"), "{all:?}");
    let (open, client) = hub(&url, &[OWNER, token, ("private", "true")]);
    assert_eq!(run(&*open, &client, None).await.unwrap().items.len(), 95 + 3);
}

#[tokio::test]
async fn later_runs_read_only_what_changed() {
    let (sandbox, url) = start().await;
    let (hub, http) = hub(&url, &[OWNER, ("token", TOKEN)]);
    let first = run(&*hub, &http, None).await.unwrap();
    let repositories = sandbox.world().github().repositories();
    sandbox.requests().github.clear();
    let left = run(&*hub, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((left.items.len(), left.complete), (0, false));
    let asked = sandbox.requests().github.all();
    assert!(asked.len() <= 2 + 3 * 2, "{asked:?}");
    assert_eq!(asked.iter().filter(|asked| asked.status == 304).count(), 5, "{asked:?}");

    let changes = [
        ("docs/part-1/page-004.md", Some("# Page four\n\nNew.")),
        ("docs/new.md", Some("# New\n\nText")),
        ("docs/part-0/page-000.md", None),
        ("src/lib.rs", Some("fn other() {}")),
    ];
    repositories.commit("halden/docs", "Edit", &changes).unwrap();
    repositories.rename("halden/tools", "docs/part-0/page-000.md", "docs/moved.md").unwrap();
    sandbox.requests().github.clear();
    let second = run(&*hub, &http, left.cursor.as_ref()).await.unwrap();
    assert_eq!(second.titles(), ["New", "Page 000", "Page four"]);
    let gone = ["halden/docs", "halden/tools"].map(|name| id_of(repositories, name, "docs/part-0/page-000.md"));
    assert_eq!(second.gone, gone);
    assert!(sandbox.requests().github.containing("/git/trees/").is_empty(), "nothing is listed");
    let again = run(&*hub, &http, second.cursor.as_ref()).await.unwrap();
    assert!(again.items.is_empty() && again.gone.is_empty());
}

#[tokio::test]
async fn without_a_comparison_a_repository_is_read_anew() {
    let (sandbox, url) = start().await;
    let (hub, http) = hub(&url, &[("repositories", "halden/tools")]);
    let repositories = sandbox.world().github().repositories();
    let mut last = run(&*hub, &http, None).await.unwrap();
    // History is written anew, the topics change, or too much has changed for one answer.
    repositories.commit("halden/tools", "x", &[("docs/x.md", Some("# X"))]).unwrap();
    last = run(&*hub, &http, last.cursor.as_ref()).await.unwrap();
    assert_eq!(last.titles(), ["X"]);
    repositories.rewrite("halden/tools", &[("docs/y.md", Some("# Y"))]).unwrap();
    last = run(&*hub, &http, last.cursor.as_ref()).await.unwrap();
    assert_eq!(last.titles().len(), 5, "{:?}", last.titles());
    repositories.describe("halden/tools", |about| about.topics = vec!["python".into()]).unwrap();
    last = run(&*hub, &http, last.cursor.as_ref()).await.unwrap();
    assert!(last.items.len() == 5 && last.resources().iter().all(|each| each.topics == ["python"]));
    let many: Vec<String> = (0..320).map(|n| format!("docs/many/{n:03}.md")).collect();
    let many: Vec<(&str, Option<&str>)> = many.iter().map(|path| (path.as_str(), Some("# Many"))).collect();
    repositories.commit("halden/tools", "many", &many).unwrap();
    last = run(&*hub, &http, last.cursor.as_ref()).await.unwrap();
    assert_eq!((last.items.len(), last.pages), (325, 10));
    assert!(!last.complete, "only a full run tells what is gone");
}

#[tokio::test]
async fn a_full_run_finds_repositories_that_are_gone() {
    let (sandbox, url) = start().await;
    let (daily, http) = hub(&url, &[OWNER, ("full_days", "0")]);
    let first = run(&*daily, &http, None).await.unwrap();
    sandbox.world().github().repositories().delete("halden/tools").unwrap();
    let second = run(&*daily, &http, first.cursor.as_ref()).await.unwrap();
    assert_eq!((second.items.len(), second.complete), (91, true));
    assert!(!serde_json::to_string(&second.cursor).unwrap().contains("halden/tools"));
}

#[tokio::test]
async fn a_token_opens_and_is_never_shown() {
    let (_sandbox, url) = start().await;
    let (wrong, client) = hub(&url, &[OWNER, ("token", "ghp_falscher_schluessel")]);
    let last = wrong.test(&client).await.pop().unwrap().outcome.unwrap_err();
    assert!(matches!(&last, Error::SignIn { reason, .. } if reason.contains("Bad credentials")), "{last}");
    assert!(!format!("{last} {:?}", client.outcomes()).contains("falscher"));
    let (right, client) = hub(&url, &[OWNER, ("token", TOKEN)]);
    let steps = right.test(&client).await;
    let said = format!("{steps:?}");
    assert!(
        steps.iter().all(|step| step.outcome.is_ok()) && said.contains("5000") && said.contains("About halden/docs"),
        "{said}"
    );
    let all = run(&*right, &client, None).await.unwrap();
    assert!(!serde_json::to_string(&all.cursor).unwrap().contains("geheim"));
    let (open, client) = hub(&url, &[OWNER]);
    assert!(open.test(&client).await.iter().all(|step| step.outcome.is_ok()), "what is public needs none");
}

#[tokio::test]
async fn limits_are_waited_for() {
    let (sandbox, url) = start().await;
    let (open, client) = hub(&url, &[("repositories", "halden/docs")]);
    sandbox.world().github().requests_left(30);
    let first = open.page(&client, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    let part = open.page(&client, Some(&cursor)).await.unwrap();
    let Next::More(cursor) = part.next else { panic!("there is more") };
    let error = open.page(&client, Some(&cursor)).await.unwrap_err();
    // The reset is half an hour away, as the header says; more than a run waits.
    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    assert!(error.retry_after().is_some_and(|wait| (1700..1900).contains(&wait.as_secs())), "{error}");
    sandbox.world().github().requests_left(1000);
    let rest = run(&*open, &client, Some(&cursor)).await.unwrap();
    assert_eq!((part.items.len() + rest.items.len(), rest.complete), (91, true));
    // The secondary limit may say nothing about how long.
    sandbox.faults().github.add(Fault::RateLimited { retry_after: None }.always().on("/git/blobs/"));
    let client = Http::new(connect::Policy { max_wait: std::time::Duration::from_secs(5), ..common::policy(&[&url]) });
    let error = run(&*open, &client, None).await.unwrap_err();
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(60));
    sandbox.clear_faults();
    let wait = Some(RetryAfter::Seconds(1));
    sandbox.faults().github.add(Fault::RateLimited { retry_after: wait }.times(1).on("/git/blobs/"));
    assert_eq!(run(&*open, &client, None).await.unwrap().items.len(), 91, "a short wait is waited out");
}

#[tokio::test]
async fn a_run_goes_on_after_a_fault_in_its_middle() {
    let (sandbox, url) = start().await;
    let (hub, http) = hub(&url, &[("repositories", "halden/docs")]);
    let first = hub.page(&http, None).await.unwrap();
    let Next::More(cursor) = first.next else { panic!("there is more") };
    let second = hub.page(&http, Some(&cursor)).await.unwrap();
    let Next::More(cursor) = second.next else { panic!("there is more") };
    sandbox.faults().github.add(Fault::Status { code: 500 }.always().on("/git/blobs/"));
    assert!(matches!(hub.page(&http, Some(&cursor)).await, Err(Error::Status { status: 500, .. })));
    sandbox.clear_faults();
    // A push in between changes nothing under the run's feet; another process goes on.
    let changes = [("docs/aaa.md", Some("# First of all"))];
    sandbox.world().github().repositories().commit("halden/docs", "x", &changes).unwrap();
    let (other, http) = self::hub(&url, &[("repositories", "halden/docs")]);
    let rest = run(&*other, &http, Some(&cursor)).await.unwrap();
    let mut ids: Vec<_> = second.items.iter().map(connect::Item::external_id).chain(rest.ids()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), second.items.len() + rest.items.len()), (91, 91));
    let next = run(&*other, &http, rest.cursor.as_ref()).await.unwrap();
    assert_eq!(next.titles(), ["First of all"]);
}

#[tokio::test]
async fn each_fault_has_its_name() {
    let (sandbox, url) = start().await;
    let fails = async |fault: Fault, part: &str| {
        sandbox.clear_faults();
        sandbox.faults().github.add(fault.always().on(part));
        let (hub, http) = hub(&url, &[OWNER]);
        run(&*hub, &http, None).await.unwrap_err()
    };
    assert!(matches!(fails(Fault::HtmlInstead, "/orgs/").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::InvalidJson, "/git/trees/").await, Error::Format { .. }));
    assert!(matches!(fails(Fault::EndlessBody, "/git/trees/").await, Error::TooLarge { .. }));
    assert!(matches!(fails(Fault::CutBody { at_bytes: 10 }, "/git/blobs/").await, Error::Cut { .. }));
    assert!(matches!(fails(Fault::CursorBackwards, "/orgs/").await, Error::Loop { .. }));
    assert!(matches!(fails(Fault::Status { code: 403 }, "/orgs/").await, Error::SignIn { .. }));
    assert!(matches!(fails(Fault::HtmlInstead, "/commits/main").await, Error::Format { .. }));
    sandbox.clear_faults();
    sandbox.faults().github.add(Fault::Status { code: 502 }.times(1).on("/git/blobs/"));
    let (hub, http) = hub(&url, &[OWNER]);
    assert_eq!(run(&*hub, &http, None).await.unwrap().items.len(), 95, "once is no matter");
}

#[tokio::test]
async fn broken_documents_are_set_aside() {
    let (sandbox, url) = start().await;
    let repositories = sandbox.world().github().repositories();
    let huge = "word ".repeat(300_000);
    let changes =
        [("docs/huge.md", Some(huge.as_str())), ("docs/binary.md", Some("\0\0\0")), ("docs/blank.md", Some(" \n"))];
    repositories.commit("halden/tools", "odd", &changes).unwrap();
    let (tools, client) = hub(&url, &[("repositories", "halden/tools")]);
    let all = run(&*tools, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len(), all.complete), (5, 2, false), "{:?}", all.rejected);
    assert!(all.titles().contains(&"Blank"), "a file without a heading is called by its name");
    for fault in [Fault::ItemWithoutId, Fault::DuplicateIds] {
        sandbox.clear_faults();
        sandbox.faults().github.add(fault.clone().always().on("recursive=1"));
        let (docs, client) = hub(&url, &[("repositories", "halden/docs")]);
        let all = run(&*docs, &client, None).await.unwrap();
        assert_eq!((all.rejected.len(), all.complete), (1, false), "{fault:?}: {:?}", all.rejected);
        assert!(all.items.len() >= 90 && all.gone.is_empty(), "{fault:?}");
    }
    sandbox.clear_faults();
    sandbox.faults().github.add(Fault::ScriptInContent.always().on("/git/blobs/"));
    let (docs, client) = hub(&url, &[("repositories", "halden/docs")]);
    for page in run(&*docs, &client, None).await.unwrap().resources() {
        let text = format!("{} {}", page.title, page.summary);
        assert!(!text.contains("<script") && !text.contains("onerror"), "{text}");
    }
}

#[tokio::test]
async fn an_address_of_something_else_is_told() {
    let (sandbox, _) = start().await;
    let forum = &sandbox.urls().forum;
    let (wrong, client) = hub(forum, &[OWNER]);
    let error = wrong.test(&client).await.pop().unwrap().outcome.unwrap_err();
    assert!(
        matches!(error, Error::Mistaken { .. } | Error::Absent { .. }) && error.hint().contains("github.com"),
        "{error}"
    );
    let settings = Settings::from([
        ("address".to_owned(), "https://api.github.com".to_owned()),
        ("owner".into(), "halden".into()),
    ]);
    assert!(connect::system("github").unwrap().connect(&settings).err().unwrap().contains_key("address"));
}

#[tokio::test]
async fn a_small_limit_makes_a_run_long_and_not_vain() {
    let (sandbox, url) = start().await;
    let (docs, client) = hub(&url, &[("repositories", "halden/docs")]);
    let (mut cursor, mut titles, mut rounds) = (None, Vec::new(), 0);
    loop {
        match docs.page(&client, cursor.as_ref()).await {
            Ok(page) => {
                titles.extend(page.items.iter().map(|item| item.title().to_owned()));
                match page.next {
                    Next::More(next) => cursor = Some(next),
                    Next::Done { complete, .. } => break assert!(complete),
                    Next::Unchanged { .. } => panic!("it has never been read"),
                }
            }
            Err(Error::RateLimited { wait, .. }) => {
                assert!(wait.is_some());
                // The next hour.
                rounds += 1;
                assert!(rounds < 12, "after {rounds} hours {} documents are read", titles.len());
                sandbox.world().github().requests_left(30);
            }
            Err(error) => panic!("{error}"),
        }
        if rounds == 0 {
            sandbox.world().github().requests_left(30);
            rounds = 1;
        }
    }
    assert_eq!(titles.len(), 91);
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), 91, "each is read once");
}

#[tokio::test]
async fn more_repositories_than_are_read_are_told() {
    let github = (0..501).map(|n| repository(&format!("many/r{n:03}"), 0)).collect();
    let content = Content { github, ..Content::default() };
    let running = Sandbox::start(Options { content: Some(content), ..Options::default() }).await.unwrap();
    let (many, client) = hub(&running.urls().github, &[("owner", "many")]);
    let first = many.page(&client, None).await.unwrap();
    assert!(first.rejected.len() == 1 && first.rejected[0].reason.contains("more than 500"), "{:?}", first.rejected);
    let Next::More(cursor) = first.next else { panic!("there is more") };
    assert_eq!(cursor.0["run"]["clean"], false, "what is not read is not gone");
}

#[tokio::test]
async fn a_repository_that_two_names_mean_is_read_once() {
    let (_sandbox, url) = start().await;
    let (tools, client) = hub(&url, &[("repositories", "halden/tools, Halden/Tools")]);
    let all = run(&*tools, &client, None).await.unwrap();
    assert_eq!((all.items.len(), all.rejected.len(), all.complete), (4, 0, true));
}
