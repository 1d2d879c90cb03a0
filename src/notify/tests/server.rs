//! A real SMTP server (scripts/smtp-server.py) as a process of its own.

use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// A running server; it ends with this.
pub struct Smtp {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub port: u16,
}

impl Smtp {
    /// On a free port, or on `port` again.
    pub async fn start(port: u16, more: &[&str]) -> Smtp {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/smtp-server.py");
        let python = if std::path::Path::new("/usr/bin/python3").exists() { "/usr/bin/python3" } else { "python3" };
        let mut child = Command::new(python)
            .arg(script)
            .args(["--port", &port.to_string()])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("python starts");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
        let first = first.expect("the mail server starts within 30 s").unwrap();
        let port = first.expect("aiosmtpd is there: run scripts/setup.sh test").parse().unwrap();
        Smtp { child, lines, port }
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The next letter that it has taken.
    pub async fn letter(&mut self) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        let line = line.expect("a letter comes within 20 s").unwrap().expect("the server runs");
        serde_json::from_str(&line).unwrap()
    }

    /// That no letter came until now.
    pub async fn nothing(&mut self) {
        let line = tokio::time::timeout(Duration::from_millis(300), self.lines.next_line()).await;
        assert!(line.is_err(), "an unexpected letter: {line:?}");
    }

    pub async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }
}
