//! Letters themselves, against a real SMTP server: headers, patience, encryption, signing in.

use super::server::Smtp;
use super::*;
use crate::platform::mail::Mailer;
use std::time::Duration;

/// Mail goes out by `server`, in the clear.
pub(super) fn mailing(config: &mut Config, server: &str) {
    config.mail.server = server.into();
    config.mail.encryption = "none".into();
    config.mail.from = "Atrium <atrium@learn.example>".into();
}

#[tokio::test]
async fn over_plain_http_no_one_click_is_promised() {
    let mut smtp = Smtp::start(0, &[]).await;
    let mut config = Config::default();
    mailing(&mut config, &smtp.address());
    Mailer::new(&config).unwrap().send(letter("ines@halden.example")).await.unwrap();
    let taken = smtp.letter().await;
    assert!(taken["headers"]["List-Unsubscribe-Post"].is_null());
    assert!(taken["headers"]["List-Unsubscribe"].is_string());
}

fn letter(address: &str) -> crate::platform::mail::Letter<'_> {
    crate::platform::mail::Letter {
        name: "Ines, \"the\" Okafor é",
        address,
        id: "1",
        language: "en",
        subject: "Größe",
        text: "Text".into(),
        html: "<p>Text</p>".into(),
        unsubscribe: "https://learn.example/leave",
        settings: "https://learn.example/settings",
    }
}

#[tokio::test]
async fn a_slow_server_is_waited_for_but_not_for_ever() {
    let mut smtp = Smtp::start(0, &[]).await;
    let mut config = Config::default();
    mailing(&mut config, &smtp.address());
    let hasty = Mailer::new(&config).unwrap().with_patience(Duration::from_millis(500));
    let unsent = hasty.send(letter("slow.ines@halden.example")).await.unwrap_err();
    assert!(matches!(&unsent, crate::platform::mail::Unsent::Later(why) if why.contains("0.5 s")), "{unsent:?}");
    Mailer::new(&config).unwrap().send(letter("slow.ines@halden.example")).await.unwrap();
    assert_eq!(smtp.letter().await["headers"]["Subject"], "Größe");
}

/// A certificate for 127.0.0.1 that nobody has signed.
fn certificate(folder: &std::path::Path) -> (String, String) {
    let path = |name: &str| folder.join(name).display().to_string();
    let (config, cert, key) = (path("openssl.cnf"), path("cert.pem"), path("key.pem"));
    let text = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=mail\n[ext]\n\
                subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n";
    std::fs::write(&config, text).unwrap();
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
        .args(["-config", &config, "-keyout", &key, "-out", &cert])
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (cert, key)
}

#[tokio::test]
async fn starttls_and_signing_in_are_insisted_on() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = certificate(folder.path());
    let word = folder.path().join("password").display().to_string();
    std::fs::write(&word, "s3cret\n").unwrap();
    let mut smtp = Smtp::start(0, &["--cert", &cert, "--key", &key, "--user", "atrium", "--password", "s3cret"]).await;
    let mut config = Config::default();
    mailing(&mut config, &smtp.address());
    config.mail.encryption = "starttls".into();
    config.mail.user = "atrium".into();
    config.mail.password_file = word;
    // Nobody that this machine trusts has signed the certificate.
    let stranger = Mailer::new(&config).unwrap();
    let fault = stranger.check().await.unwrap_err();
    assert!(fault.to_lowercase().contains("certificate"), "{fault}");
    config.mail.ca_file = cert;
    let trusted = Mailer::new(&config).unwrap();
    trusted.check().await.unwrap();
    trusted.send(letter("ines@halden.example")).await.unwrap();
    let taken = smtp.letter().await;
    assert_eq!((taken["tls"].as_bool(), taken["user"].as_str()), (Some(true), Some("atrium")));
    // A wrong password is our configuration's fault: no letter is given up for it.
    config.mail.password = "wrong".into();
    let unsent = Mailer::new(&config).unwrap().send(letter("ines@halden.example")).await.unwrap_err();
    assert!(matches!(&unsent, crate::platform::mail::Unsent::Later(why) if why.contains("535")), "{unsent:?}");
    // A server without STARTTLS gets nothing, not even in the clear.
    let mut open = Smtp::start(0, &[]).await;
    config.mail.server = open.address();
    assert!(Mailer::new(&config).unwrap().send(letter("ines@halden.example")).await.is_err());
    open.nothing().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let mut config = Config::default();
    mailing(&mut config, "127.0.0.1:25");
    config.mail.user = "atrium".into();
    config.mail.password_file = "/nowhere/at-all".into();
    let fault = Mailer::new(&config).err().unwrap();
    assert!(fault.starts_with("mail.password-file: /nowhere/at-all"), "{fault}");
}
