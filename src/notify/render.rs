//! A mail as text and as HTML, in the reader's language: one notice, or a digest of several.

use super::model::Words;
use super::store::Outgoing;
use crate::base::text::NotifyTexts;
use std::fmt::Write;

/// Longest subject, in characters.
const SUBJECT_MAX: usize = 200;

/// What a letter says.
#[derive(Debug)]
pub(super) struct Body {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// One notice of a mail.
struct Item {
    title: String,
    body: String,
    /// Opens it and marks it as read; complete, for it is read outside of the portal.
    link: String,
}

/// What the notices say; `public` is the portal's address, `leave` unsubscribes, `settings` is where mail is chosen.
pub(super) fn body(
    texts: &NotifyTexts,
    language: &str,
    public: &str,
    due: &[Outgoing],
    leave: &str,
    settings: &str,
) -> Body {
    let items: Vec<Item> = due
        .iter()
        .map(|d| Item {
            title: one_line(&Words::read(d.title.clone()).text(texts)),
            body: Words::read(d.body.clone()).text(texts),
            link: format!("{public}/notices/open/{}", d.notice),
        })
        .collect();
    let name = due.first().map_or("", |d| d.name.as_str());
    let (subject, lead) = match items.as_slice() {
        [only] => (only.title.clone(), None),
        many => (texts.digest_subject(many.len() as i64), Some(texts.digest_lead(many.len() as i64))),
    };
    let greeting = texts.greeting(&one_line(name));
    let foot = [(texts.foot_settings, settings), (texts.foot_unsubscribe, leave)];
    Body {
        subject: subject.chars().take(SUBJECT_MAX).collect(),
        text: plain(&greeting, lead.as_deref(), &items, &foot),
        html: html(texts, language, &greeting, lead.as_deref(), &items, &foot),
    }
}

/// Without line breaks and other control characters: a subject is a header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn plain(greeting: &str, lead: Option<&str>, items: &[Item], foot: &[(&str, &str); 2]) -> String {
    let mut text = format!("{greeting}\n\n");
    if let Some(lead) = lead {
        text.push_str(lead);
        text.push_str("\n\n");
    }
    for item in items {
        text.push_str(&item.title);
        text.push('\n');
        if !item.body.is_empty() {
            text.push_str(&item.body);
            text.push('\n');
        }
        text.push_str(&item.link);
        text.push_str("\n\n");
    }
    // Two hyphens and a space: what follows is a signature (RFC 3676, 4.3).
    text.push_str("-- \n");
    for (what, link) in foot {
        let _ = writeln!(text, "{what}\n{link}"); // writing to a String cannot fail
    }
    text
}

fn html(
    texts: &NotifyTexts,
    language: &str,
    greeting: &str,
    lead: Option<&str>,
    items: &[Item],
    foot: &[(&str, &str); 2],
) -> String {
    let mut body = format!("<p>{}</p>", escaped(greeting));
    if let Some(lead) = lead {
        let _ = write!(body, "<p>{}</p>", escaped(lead));
    }
    for Item { title, body: said, link } in items {
        let (title, link) = (escaped(title), escaped(link));
        let said =
            if said.is_empty() { String::new() } else { format!("<p style=\"margin:4px 0\">{}</p>", escaped(said)) };
        let _ = write!(
            body,
            "<div style=\"margin:20px 0;padding:12px 16px;border-left:3px solid #1b5e4b\">\
             <h2 style=\"margin:0;font-size:17px\">{title}</h2>{said}\
             <p style=\"margin:8px 0 0\"><a href=\"{link}\" style=\"color:#1b5e4b\">{}</a></p></div>",
            escaped(texts.open)
        );
    }
    body.push_str("<hr style=\"border:0;border-top:1px solid #e4ddd0\">");
    for (what, link) in foot {
        let (what, link) = (escaped(what), escaped(link));
        let _ = write!(
            body,
            "<p style=\"margin:4px 0;color:#6b6355;font-size:13px\"><a href=\"{link}\" style=\"color:#6b6355\">{}</a></p>",
            what.trim_end_matches(':')
        );
    }
    format!(
        "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\
         <body style=\"margin:0;padding:24px;background:#fbf9f4;color:#1f1b16;font:16px/1.5 Georgia,serif\">\
         <div style=\"max-width:600px;margin:0 auto\">{body}</div></body></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::t;
    use serde_json::json;

    fn outgoing(notice: &str, title: Words, body: Words) -> Outgoing {
        Outgoing {
            id: format!("d-{notice}"),
            notice: notice.into(),
            person: "p".into(),
            rhythm: "now".into(),
            due_at: 0,
            tries: 0,
            kind: "saved_search".into(),
            title: json!(title),
            body: json!(body),
            read_at: None,
            name: "Ines <b>".into(),
            email: "ines@halden.example".into(),
            locale: "en-GB".into(),
            time_zone: "UTC".into(),
            active: true,
            mail: None,
            quiet_from: None,
            quiet_until: None,
        }
    }

    fn of(due: &[Outgoing]) -> Body {
        let home = "https://learn.example";
        body(&t().notify, "en", home, due, "https://learn.example/leave", "https://learn.example/settings")
    }

    #[test]
    fn one_notice_is_its_own_subject_and_nothing_in_it_is_markup() {
        let search = Words::SavedSearch { query: "<script>\r\nBcc: x@y".into() };
        let mail = of(&[outgoing("n1", search, Words::SavedSearchBody { found: 2 })]);
        assert_eq!(mail.subject, "Something new for “<script>  Bcc: x@y”");
        assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>"), "{}", mail.html);
        for part in ["https://learn.example/notices/open/n1", "2 results that were", "https://learn.example/leave"] {
            assert!(mail.text.contains(part) && mail.html.contains(part), "{part} is not in {}", mail.text);
        }
        assert!(mail.text.contains("https://learn.example/settings\n"));
    }

    #[test]
    fn a_digest_lists_its_notices_in_order() {
        let first = outgoing("n1", Words::Text("First".into()), Words::Text(String::new()));
        let second = outgoing("n2", Words::Text("Second".into()), Words::Text(String::new()));
        let mail = of(&[first, second]);
        assert_eq!(mail.subject, "2 notices on Atrium");
        let place = |part: &str| mail.text.find(part).unwrap_or_else(|| panic!("{part} is not in {}", mail.text));
        assert!(place("2 notices since") < place("First") && place("open/n1") < place("Second"));
    }
}
