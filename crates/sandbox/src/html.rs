//! The pages that people see when they follow a link into the sandbox.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// `text` with the five characters written as references that HTML and XML give a meaning to.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML 1.0 has no way to write other control characters.
            letter if letter.is_control() && !matches!(letter, '\n' | '\r' | '\t') => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A page with `title` (plain) as its heading over `body` (HTML).
pub(crate) fn page(title: &str, body: &str) -> Response {
    let title = escape(title);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/_sandbox/style.css\">\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    ))
    .into_response()
}

/// The 404 page.
pub(crate) fn missing(what: &str) -> Response {
    let page = page("Not here", &format!("<p>{}</p>", escape(what)));
    (StatusCode::NOT_FOUND, page).into_response()
}

/// The style sheet of every page.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}
