//! Sending mail: one letter to one person, by SMTP (RFC 5321) over the configured server.
//!
//! A letter from a portal is mail of a list (RFC 2369): it says how to leave the list in `List-Unsubscribe`, and, where
//! the portal is reached by https, that a mailbox may do so with one click (RFC 8058). `Auto-Submitted` (RFC 3834) keeps
//! holiday notices from answering it.

use super::Site;
use super::config::{Config, Mail};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::sync::Arc;
use std::time::Duration;

/// How long the server may take for one step of the conversation.
const STEP: Duration = Duration::from_secs(30);
/// How long a whole letter may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections that are kept open between letters.
const CONNECTIONS: u32 = 4;
/// Longest answer of a server that is kept.
const ANSWER_MAX: usize = 400;
/// Answers to signing in (RFC 4954, 6), and of a server that takes no mail (RFC 7504): our own configuration is at fault,
/// not the letter.
const OURS: [u16; 5] = [521, 530, 534, 535, 538];
/// How the codes begin by which a server says that it may not do it for us, such as relaying (RFC 3463, 3.8). Some mean
/// this one letter by them; to try that again costs little, and to give all mail up would lose it.
const NOT_ALLOWED: &str = "5.7.";

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The recipient's name.
    pub name: &'a str,
    /// The recipient's address.
    pub address: &'a str,
    /// Names the letter for ever: one that is sent twice has the same id, and mailboxes show it once.
    pub id: &'a str,
    /// Language of the texts (BCP 47).
    pub language: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// Where a mailbox unsubscribes, by GET (a page) and by POST (one click).
    pub unsubscribe: &'a str,
    /// Where mail is set up, for a person.
    pub settings: &'a str,
}

/// Why a letter was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The server will not have it, now or later (5xx); with its answer.
    Refused(String),
    /// It may be taken later: the server is away, asks to wait (4xx), does not let us in, or does not relay for us.
    Later(String),
}

/// Sends letters. Kept for the process, because it keeps connections.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The right half of message ids.
    host: String,
    /// Whether the portal is reached by https, which RFC 8058 wants of what is posted to by one click.
    one_click: bool,
    patience: Duration,
}

/// What is wrong with the configuration although it parsed.
pub(super) fn faults(mail: &Mail, check: &mut dyn FnMut(bool, &str, &str)) {
    let is_known = matches!(mail.encryption.as_str(), "starttls" | "tls" | "none");
    check(is_known, "mail.encryption", "\"starttls\", \"tls\" or \"none\"");
    if !mail.is_on() {
        return;
    }
    let address = mail.address();
    check(address.is_some(), "mail.server", "write it as smtp.example.com or smtp.example.com:587");
    check(mail.from.parse::<Mailbox>().is_ok(), "mail.from", "write it as Atrium <atrium@example.com>");
    let has_password = !mail.password.is_empty() || !mail.password_file.is_empty();
    check(
        mail.user.is_empty() || has_password,
        "mail.password",
        "is missing for mail.user: give ATRIUM__MAIL__PASSWORD or mail.password-file",
    );
    check(!has_password || !mail.user.is_empty(), "mail.user", "is missing for the password");
    let is_near = address.is_some_and(|(host, _)| {
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    });
    check(
        mail.encryption != "none" || mail.user.is_empty() || is_near,
        "mail.encryption",
        "a password is not sent in the clear: choose \"starttls\" or \"tls\"",
    );
}

impl Mailer {
    /// For what is configured.
    ///
    /// # Errors
    /// In words for the operator, naming the configuration key: a file that cannot be read, a certificate that is none.
    pub fn new(config: &Config) -> Result<Mailer, String> {
        let mail = &config.mail;
        let (server, port) = mail.address().ok_or("mail.server: is no address of a server")?;
        let from = mail.from.parse::<Mailbox>().map_err(|e| format!("mail.from: {e}"))?;
        let public =
            url::Url::parse(&config.server.public_address).map_err(|e| format!("server.public-address: {e}"))?;
        let host = public.host_str().unwrap_or("localhost").to_owned();
        let tls = match mail.encryption.as_str() {
            "none" => Tls::None,
            "tls" => Tls::Wrapper(tls(mail, &server)?),
            _ => Tls::Required(tls(mail, &server)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server)
            .port(port)
            .tls(tls)
            .hello_name(hello(&host))
            .timeout(Some(STEP))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS));
        if !mail.user.is_empty() {
            builder = builder.credentials(Credentials::new(mail.user.clone(), password(mail)?));
        }
        Ok(Mailer { transport: builder.build(), from, host, one_click: config.is_https(), patience: PATIENCE })
    }

    /// The process's own; `None` where no mail is sent.
    ///
    /// # Errors
    /// As [`Mailer::new`].
    pub fn of(site: &Site) -> Result<Option<Arc<Mailer>>, String> {
        if !site.config.mail.is_on() {
            return Ok(None);
        }
        if let Some(mailer) = site.ext::<Mailer>() {
            return Ok(Some(mailer));
        }
        site.provide(Mailer::new(&site.config)?);
        Ok(site.ext::<Mailer>())
    }

    /// The same with another patience, for a whole letter.
    pub fn with_patience(self, patience: Duration) -> Mailer {
        Mailer { patience, ..self }
    }

    /// Sends a letter. A letter that the server has taken may still be lost on its way: that is told to `mail.from`.
    ///
    /// # Errors
    /// Why not, and whether trying again can help.
    pub async fn send(&self, letter: Letter<'_>) -> Result<(), Unsent> {
        let message = self.message(letter)?;
        match tokio::time::timeout(self.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(unsent(&error)),
            Err(_) => Err(Unsent::Later(format!("no answer within {} s", self.patience.as_secs_f32()))),
        }
    }

    /// Whether the server answers and lets us in.
    ///
    /// # Errors
    /// In words for the operator.
    pub async fn check(&self) -> Result<(), String> {
        match tokio::time::timeout(self.patience, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it does not answer to NOOP".into()),
            Ok(Err(error)) => Err(answer(&error)),
            Err(_) => Err(format!("it does not answer within {} s", self.patience.as_secs_f32())),
        }
    }

    fn message(&self, letter: Letter<'_>) -> Result<Message, Unsent> {
        let refused = |what: String| Unsent::Refused(clean(&what));
        let address: Address =
            letter.address.parse().map_err(|e| refused(format!("{} is no mail address: {e}", letter.address)))?;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter.name.to_owned()), address))
            .subject(letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .date_now()
            .raw_header(header("Auto-Submitted", "auto-generated".into()))
            .raw_header(header("Content-Language", letter.language.to_owned()))
            .raw_header(header("List-Unsubscribe", format!("<{}>", letter.unsubscribe)))
            .raw_header(header("List-Help", format!("<{}>", letter.settings)));
        if self.one_click {
            builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        let body = MultiPart::alternative_plain_html(letter.text, letter.html);
        builder.multipart(body).map_err(|e| refused(e.to_string()))
    }
}

/// A header that is ASCII already. Written as it is: an address must not be broken into lines.
fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// Who we say we are: the portal's own name, or its address in brackets.
fn hello(host: &str) -> ClientId {
    match host.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

fn tls(mail: &Mail, server: &str) -> Result<TlsParameters, String> {
    let mut parameters = TlsParameters::builder(server.to_owned());
    if !mail.ca_file.is_empty() {
        let told = |what: String| format!("mail.ca-file: {}: {what}", mail.ca_file);
        let pem = std::fs::read(&mail.ca_file).map_err(|e| told(e.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|e| told(e.to_string()))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build().map_err(|e| format!("mail.encryption: {e}"))
}

fn password(mail: &Mail) -> Result<String, String> {
    if !mail.password.is_empty() {
        return Ok(mail.password.clone());
    }
    let read = std::fs::read_to_string(&mail.password_file);
    let text = read.map_err(|e| format!("mail.password-file: {}: {e}", mail.password_file))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

fn unsent(error: &Error) -> Unsent {
    let said = answer(error);
    let is_ours = error.status().is_some_and(|code| OURS.contains(&u16::from(code)))
        || said.split_whitespace().any(|word| word.starts_with(NOT_ALLOWED));
    if error.is_permanent() && !is_ours { Unsent::Refused(said) } else { Unsent::Later(said) }
}

/// What the server or the network said, with its causes.
fn answer(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    clean(&text)
}

fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ANSWER_MAX).collect()
}
