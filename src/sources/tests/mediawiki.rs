//! A real MediaWiki: Debian's package, installed by its own installer on SQLite, served by PHP on loopback, filled with
//! the 1,538 pages of `$ATRIUM_TEST_DATA/jobaids`. Without that variable the test says so and is skipped; with it,
//! whatever is missing is a failure.

use super::*;
use std::collections::BTreeSet;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Where Debian puts it.
const CODE: &str = "/usr/share/mediawiki";

struct Wiki {
    folder: tempfile::TempDir,
    port: u16,
    server: Child,
}

impl Wiki {
    fn install(pages: &[Aid]) -> Wiki {
        // MediaWiki syncs each imported page to disk: in memory that takes a sixth of the time.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (server, home, data) = (format!("http://127.0.0.1:{port}"), at(""), at("data"));
        php(
            folder.path(),
            "install",
            &[
                "--confpath",
                &home,
                "--dbtype",
                "sqlite",
                "--dbpath",
                &data,
                "--dbname",
                "wiki",
                "--server",
                &server,
                "--scriptpath",
                "",
                "--pass",
                "correct-horse-battery",
                "Job aids",
                "Admin",
            ],
        );
        // The names of commands are what they are: `cat` is not `Cat`.
        let settings = folder.path().join("LocalSettings.php");
        let mut file = std::fs::OpenOptions::new().append(true).open(settings).unwrap();
        writeln!(file, "\n$wgCapitalLinks = false;\n$wgJobRunRate = 0;").unwrap();
        let dump = folder.path().join("pages.xml");
        std::fs::write(&dump, export(pages)).unwrap();
        php(folder.path(), "importDump", &["--no-updates", "--quiet", dump.to_str().unwrap()]);
        php(folder.path(), "rebuildrecentchanges", &[]);
        let server = Command::new("php")
            .args(["-S", &format!("127.0.0.1:{port}"), "-t", CODE])
            .env("MW_CONFIG_FILE", folder.path().join("LocalSettings.php"))
            .env("PHP_CLI_SERVER_WORKERS", "2")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("php starts: scripts/setup.sh test installs it");
        let wiki = Wiki { folder, port, server };
        let started = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", wiki.port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "php does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        wiki
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn edit(&self, title: &str, text: &str) {
        let file = self.write("edit.txt", text);
        let mut child = maintenance(self.folder.path(), "edit", &["--user", "Admin", "--summary", "clearer", title]);
        run(child.stdin(std::fs::File::open(file).unwrap()));
    }

    fn delete(&self, title: &str) {
        let list = self.write("delete.txt", title);
        php(self.folder.path(), "deleteBatch", &["--u", "Admin", "--r", "no longer in use", list.to_str().unwrap()]);
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Wiki {
    fn drop(&mut self) {
        // The server and its workers are a process group of their own.
        let group = format!("-{}", self.server.id());
        Command::new("kill").args(["-TERM", "--", &group]).status().ok();
        self.server.wait().ok();
    }
}

fn maintenance(folder: &Path, script: &str, args: &[&str]) -> Command {
    let mut command = Command::new("php");
    command
        .arg(format!("{CODE}/maintenance/{script}.php"))
        .args(args)
        .env("MW_CONFIG_FILE", folder.join("LocalSettings.php"));
    command
}

fn php(folder: &Path, script: &str, args: &[&str]) {
    run(maintenance(folder, script, args).stdin(Stdio::null()));
}

fn run(command: &mut Command) {
    let done = command.output().expect("php starts: scripts/setup.sh test installs it");
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {text}");
}

#[derive(serde::Deserialize)]
struct Aid {
    name: String,
    markdown: String,
}

impl Aid {
    /// The name as MediaWiki can have it: some characters are not for titles, and an underscore is a space.
    fn title(&self) -> String {
        let wide = [
            ('#', '＃'),
            ('<', '＜'),
            ('>', '＞'),
            ('[', '［'),
            (']', '］'),
            ('|', '｜'),
            ('{', '｛'),
            ('}', '｝'),
            ('_', ' '),
        ];
        self.name.chars().map(|c| wide.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)).collect()
    }
}

/// MediaWiki's own export format.
fn export(pages: &[Aid]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let page = |aid: &Aid| {
        format!(
            "<page><title>{}</title><revision><timestamp>2026-01-01T00:00:00Z</timestamp><contributor>\
             <username>Admin</username></contributor><model>wikitext</model><format>text/x-wiki</format>\
             <text xml:space=\"preserve\">{}</text></revision></page>\n",
            escape(&aid.title()),
            escape(&aid.markdown)
        )
    };
    let body: String = pages.iter().map(page).collect();
    format!(
        "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\" version=\"0.11\" xml:lang=\"en\">\n{body}</mediawiki>\n"
    )
}

fn aids() -> Option<Vec<Aid>> {
    let Some(data) = std::env::var_os("ATRIUM_TEST_DATA") else {
        eprintln!("skipped: ATRIUM_TEST_DATA is not set, so there are no pages to fill a real MediaWiki with");
        return None;
    };
    let text = std::fs::read_to_string(Path::new(&data).join("jobaids/command-pages.jsonl")).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

async fn titles(bench: &Bench, source: &str, gone: bool) -> BTreeSet<String> {
    let rows: Vec<(String,)> = bench
        .site
        .read()
        .await
        .unwrap()
        .all(crate::sql!("SELECT title FROM resource WHERE source = $1 AND (gone_at IS NOT NULL) = $2", source, gone))
        .await
        .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_mediawiki_arrives_whole_and_stays_in_step() {
    let Some(aids) = aids() else { return };
    assert_eq!(aids.len(), 1538);
    let wiki = tokio::task::block_in_place(|| Wiki::install(&aids));
    let folder = tempfile::tempdir().unwrap();
    let db = crate::platform::db::open(&format!("sqlite://{}/atrium.db", folder.path().display()), 4).await.unwrap();
    let mut bench = Bench::new(db.clone()).await;
    let mut config = Config::default();
    config.sync.allowed_origins = vec![wiki.origin()];
    bench.site = Site::new(db, Clock::system(), config, Keeper::from_base64(&new_key()).unwrap());
    let address = format!("{}/api.php", wiki.origin());
    let source = bench.add(entered("mediawiki", "Job aids", &[("address", &address)])).await;

    let first = service::sync_to_end(&bench.site, &source).await.unwrap();
    assert_eq!((first.status, first.quarantined, first.gone), (Status::Ok, 0, 0), "{first:?}");
    let there = titles(&bench, &source, false).await;
    let missing: Vec<_> = aids.iter().map(Aid::title).filter(|title| !there.contains(title)).collect();
    assert_eq!(missing, [""; 0], "every page arrives");
    assert_eq!(there.len(), 1539, "and the wiki's own main page");
    let (empty,): (i64,) = bench
        .one(crate::sql!("SELECT count(*) FROM resource WHERE source = $1 AND (summary = '' OR url = '')", &source))
        .await;
    assert_eq!(empty, 0, "each with a description and an address");

    tokio::task::block_in_place(|| {
        wiki.edit("autojump", "Archives files, as explained anew by the platform team.");
        wiki.delete("7za");
    });
    let second = service::sync_to_end(&bench.site, &source).await.unwrap();
    let told = (second.status, second.added, second.changed, second.gone, second.quarantined);
    assert_eq!(told, (Status::Ok, 0, 1, 1, 0), "{second:?}");
    assert_eq!(titles(&bench, &source, true).await, BTreeSet::from(["7za".to_owned()]));
    let (summary,): (String,) =
        bench.one(crate::sql!("SELECT summary FROM resource WHERE source = $1 AND title = 'autojump'", &source)).await;
    assert!(summary.contains("explained anew"), "{summary}");

    let third = service::sync_to_end(&bench.site, &source).await.unwrap();
    assert_eq!((third.status, third.added, third.changed, third.gone), (Status::Ok, 0, 0, 0), "{third:?}");
}
