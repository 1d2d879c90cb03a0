//! A real WordPress on loopback: Debian's package, copied into a folder of its own, with a MariaDB that lives there too and
//! ends with it, served by PHP.

use std::{
    fs,
    os::unix::{net::UnixStream, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use url::Url;

/// Where Debian puts it.
const CODE: &str = "/usr/share/wordpress";

/// What the site's own extension does: its language, a post type as a learning plug-in registers one, and, when the option says
/// so, no answer of the API to strangers (the handbook's “Require Authentication for All Requests”).
const EXTENSION: &str = r#"<?php
add_filter( 'locale', function () { return 'en_GB'; } );
add_action( 'init', function () {
    register_taxonomy( 'course-category', 'course', array( 'public' => true, 'show_in_rest' => true, 'hierarchical' => true ) );
    register_post_type( 'course', array(
        'public' => true, 'show_in_rest' => true, 'rest_base' => 'courses', 'supports' => array( 'title', 'editor', 'author' ),
        'taxonomies' => array( 'course-category' ), 'label' => 'Courses',
    ) );
} );
add_filter( 'rest_authentication_errors', function ( $result ) {
    if ( true === $result || is_wp_error( $result ) || is_user_logged_in() || ! get_option( 'for_members' ) ) {
        return $result;
    }
    return new WP_Error( 'rest_not_logged_in', 'You are not currently logged in.', array( 'status' => 401 ) );
} );
"#;

/// A theme that shows nothing but what WordPress itself says.
const THEME: &str =
    "<!DOCTYPE html><html <?php language_attributes(); ?>><head><?php wp_head(); ?></head><body></body></html>";

pub struct WordPress {
    folder: tempfile::TempDir,
    port: u16,
    database: Child,
    server: Option<Child>,
}

impl WordPress {
    /// Whether it is installed on this machine. `ATRIUM_TEST_DATA` says that everything has to be.
    pub fn is_there() -> bool {
        let there = Path::new(CODE).join("wp-load.php").exists() && mariadbd().is_some();
        if !there {
            let wanted = std::env::var_os("ATRIUM_TEST_DATA").is_some();
            assert!(!wanted, "WordPress or MariaDB is missing: scripts/setup.sh test installs them");
            eprintln!("skipped: there is no WordPress on this machine; scripts/setup.sh test installs it");
        }
        there
    }

    /// Installs and serves one that is empty but for what WordPress itself puts there, a year back.
    pub fn install() -> Self {
        // The database syncs often: in memory that costs nothing.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let database = start_database(folder.path());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut wordpress = Self { folder, port, database, server: None };
        let site = wordpress.site();
        fs::create_dir(&site).unwrap();
        run(Command::new("cp").args(["-rL", &format!("{CODE}/."), site.to_str().unwrap()]));
        let write = |path: &str, text: &str| {
            let path = site.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("wp-config.php", &wordpress.config());
        write("wp-content/mu-plugins/extension.php", EXTENSION);
        write("wp-content/themes/bare/index.php", THEME);
        write("wp-content/themes/bare/style.css", "/* Theme Name: Bare */");
        run(wordpress.command().arg("-r").arg(format!(
            "$db = new mysqli( 'localhost', 'root', '', '', 0, '{}' ); $db->query( 'CREATE DATABASE wordpress' ) || exit( 1 );",
            wordpress.socket().display()
        )));
        wordpress.php(
            r#"require ABSPATH . 'wp-admin/includes/upgrade.php';
            wp_install( 'A real site', 'editor', 'editor@example.org', true, '', 'a-long-word' );
            update_option( 'timezone_string', 'Europe/Berlin' );
            switch_theme( 'bare' );
            $wp_rewrite->set_permalink_structure( '/%year%/%monthnum%/%postname%/' );
            $wp_rewrite->flush_rules( false );
            $wpdb->query( "UPDATE $wpdb->posts SET post_date = post_date - INTERVAL 1 YEAR, post_date_gmt = post_date_gmt -
                INTERVAL 1 YEAR, post_modified = post_date, post_modified_gmt = post_date_gmt" );"#,
        );
        wordpress.serve();
        wordpress
    }

    pub fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}/", self.port)).unwrap()
    }

    /// Runs PHP within WordPress, and answers what it printed.
    pub fn php(&self, code: &str) -> String {
        let script = self.folder.path().join("script.php");
        let installing = if code.contains("wp_install(") { "define( 'WP_INSTALLING', true );" } else { "" };
        let load = self.site().join("wp-load.php");
        fs::write(&script, format!("<?php {installing} require '{}';\n{code}", load.display())).unwrap();
        run(self.command().arg(script))
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("db.sock")
    }

    fn command(&self) -> Command {
        let mut php = Command::new("php");
        // Nobody is to be written to.
        php.args(["-d", "sendmail_path=/bin/true", "-d", "display_errors=stderr", "-d", "memory_limit=512M"]);
        php.stdin(Stdio::null());
        php
    }

    fn config(&self) -> String {
        format!(
            "<?php
            define( 'DB_NAME', 'wordpress' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );
            define( 'DB_HOST', 'localhost:{socket}' ); define( 'DB_CHARSET', 'utf8mb4' ); define( 'DB_COLLATE', '' );
            define( 'WP_HOME', 'http://127.0.0.1:{port}' ); define( 'WP_SITEURL', 'http://127.0.0.1:{port}' );
            // Application passwords need https, but for a site on one's own machine.
            define( 'WP_ENVIRONMENT_TYPE', 'local' );
            define( 'DISABLE_WP_CRON', true ); define( 'WP_HTTP_BLOCK_EXTERNAL', true );
            define( 'AUTOMATIC_UPDATER_DISABLED', true );
            define( 'AUTH_KEY', 'a' ); define( 'SECURE_AUTH_KEY', 'b' ); define( 'LOGGED_IN_KEY', 'c' );
            define( 'NONCE_KEY', 'd' ); define( 'AUTH_SALT', 'e' ); define( 'SECURE_AUTH_SALT', 'f' );
            define( 'LOGGED_IN_SALT', 'g' ); define( 'NONCE_SALT', 'h' );
            $table_prefix = 'wp_';
            if ( ! isset( $_SERVER['HTTP_HOST'] ) ) {{ $_SERVER['HTTP_HOST'] = '127.0.0.1:{port}'; }}
            if ( ! defined( 'ABSPATH' ) ) {{ define( 'ABSPATH', __DIR__ . '/' ); }}
            require_once ABSPATH . 'wp-settings.php';",
            socket = self.socket().display(),
            port = self.port,
        )
    }

    fn serve(&mut self) {
        let server = self
            .command()
            .args(["-S", &format!("127.0.0.1:{}", self.port), "-t", self.site().to_str().unwrap()])
            .env("PHP_CLI_SERVER_WORKERS", "2")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("php starts: scripts/setup.sh test installs it");
        self.server = Some(server);
        wait_for("php", || std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }
}

impl Drop for WordPress {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // The server and its workers are a process group of their own.
            Command::new("kill").args(["-TERM", "--", &format!("-{}", server.id())]).status().ok();
            server.wait().ok();
        }
        // Its data go with the folder.
        self.database.kill().ok();
        self.database.wait().ok();
    }
}

/// Debian keeps it where ordinary people don't look.
fn mariadbd() -> Option<&'static str> {
    ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd"].into_iter().find(|path| Path::new(path).exists())
}

fn start_database(folder: &Path) -> Child {
    let data = format!("--datadir={}", folder.join("data").display());
    let me = run(Command::new("id").arg("-un"));
    let user = format!("--user={}", me.trim());
    let small = ["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M"];
    run(Command::new("mariadb-install-db")
        .args(["--no-defaults", &data, &user, "--auth-root-authentication-method=normal", "--skip-test-db"])
        .args(["--skip-name-resolve", "--force"])
        .args(small));
    let socket = folder.join("db.sock");
    let mut database = Command::new(mariadbd().unwrap())
        .args(["--no-defaults", &data, &user, "--skip-networking", "--innodb-flush-log-at-trx-commit=0"])
        .arg(format!("--socket={}", socket.display()))
        .arg(format!("--pid-file={}", folder.join("db.pid").display()))
        .args(small)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("db.log")).unwrap())
        .spawn()
        .expect("mariadbd starts: scripts/setup.sh test installs it");
    wait_for("mariadbd", || {
        let ended = database.try_wait().unwrap();
        let log = || fs::read_to_string(folder.join("db.log")).unwrap_or_default();
        assert!(ended.is_none(), "mariadbd ended: {}", log());
        UnixStream::connect(&socket).is_ok()
    });
    database
}

fn wait_for(what: &str, mut there: impl FnMut() -> bool) {
    let started = Instant::now();
    while !there() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what} does not listen");
        sleep(Duration::from_millis(50));
    }
}

fn run(command: &mut Command) -> String {
    let done =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; scripts/setup.sh test installs it"));
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{command:?}: {text}{}", String::from_utf8_lossy(&done.stderr));
    text
}
