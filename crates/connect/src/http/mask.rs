//! Addresses as they may be shown and kept.

use url::Url;

/// Parts of a parameter's name that make its value a secret.
const SECRET: [&str; 11] =
    ["key", "token", "secret", "pass", "pwd", "sig", "auth", "session", "code", "credential", "jwt"];

/// The address without credentials, fragment and the values of secret parameters, at most 300 characters.
pub(crate) fn mask(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_fragment(None);
    // Fails only where there can be no credentials.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    if url.query().is_some() {
        shown.set_query(None);
        let mut pairs = shown.query_pairs_mut();
        for (name, value) in url.query_pairs() {
            let lower = name.to_lowercase();
            let secret = SECRET.iter().any(|part| lower.contains(part)) || value.len() > 200;
            pairs.append_pair(&name, if secret { "***" } else { &value });
        }
        drop(pairs);
    }
    let text = shown.to_string();
    match text.char_indices().nth(300) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_out() {
        let url = Url::parse("https://u:geheim@a.example/f?API_KEY=geheim&page=2&access_token=geheim#geheim").unwrap();
        let shown = mask(&url);
        assert!(!shown.contains("geheim"), "{shown}");
        assert!(shown.starts_with("https://a.example/f?") && shown.contains("page=2"), "{shown}");
        assert_eq!(mask(&Url::parse("http://a.example/").unwrap()), "http://a.example/");
    }
}
