//! Links to further pages: `Link` headers (RFC 8288, section 3), and where a next page may be.

use url::Url;

use super::mask::mask;
use crate::error::Error;

/// The address that a list's page at `asked` calls its next one. It has to be of the same list on the same server, since
/// credentials are sent along, and because of that its query alone should be used. A gateway may have put something before
/// the path that the server knows.
///
/// # Errors
/// `Redirect` where it is in another place.
pub(crate) fn next_page(asked: &Url, link: &str) -> Result<Url, Error> {
    let same = |next: &Url| {
        let path = next.path();
        next.origin() == asked.origin() && (asked.path() == path || path.len() > 1 && asked.path().ends_with(path))
    };
    asked.join(link).ok().filter(same).ok_or_else(|| {
        let link = asked.join(link).map_or_else(|_| "no address".to_owned(), |link| mask(&link));
        Error::Redirect { url: mask(asked), reason: format!("its next page is in another place, {link}") }
    })
}

/// The number of the next page, which the address of that one names in `parameter`. Nothing else of it is used, so that it
/// may lead where it wants: behind a proxy, servers are often wrong about where they are.
///
/// # Errors
/// `Loop` where it is no page after `page`.
pub(crate) fn next_number(asked: &Url, link: &str, parameter: &str, page: u64) -> Result<u64, Error> {
    let next = asked.join(link).ok();
    let value = next.as_ref().and_then(|next| next.query_pairs().find(|(name, _)| name == parameter));
    let number = value.and_then(|(_, value)| value.parse().ok());
    number.filter(|number| *number > page).ok_or_else(|| {
        let number = number.map_or_else(|| "no page".to_owned(), |number: u64| format!("page {number}"));
        Error::Loop { url: mask(asked), reason: format!("page {page} names {number} as the next one") }
    })
}

/// Targets and relations of a header, one for each relation, in order.
pub(super) fn links(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header;
    while let Some((target, after)) = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
        let end = unquoted(after, b',').next().unwrap_or(after.len());
        // The first `rel` of a link counts.
        let rel = parameters(&after[..end]).into_iter().find(|(name, _)| name.eq_ignore_ascii_case("rel"));
        let rels = rel.map(|(_, value)| value).unwrap_or_default();
        found.extend(rels.split_whitespace().map(|rel| (target.trim().to_owned(), rel.to_owned())));
        rest = &after[end..];
    }
    found
}

/// Names and values, without the quotes.
fn parameters(text: &str) -> Vec<(&str, &str)> {
    let mut from = 0;
    let ends: Vec<usize> = unquoted(text, b';').chain([text.len()]).collect();
    let mut found = Vec::new();
    for end in ends {
        if let Some((name, value)) = text[from..end].split_once('=') {
            found.push((name.trim(), value.trim().trim_matches('"')));
        }
        from = (end + 1).min(text.len());
    }
    found
}

/// Where `sign` stands outside of quotes.
fn unquoted(text: &str, sign: u8) -> impl Iterator<Item = usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        (byte == sign && !quoted).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_page_is_one_of_the_same_list() {
        let asked = Url::parse("https://c.example/ex/7/wiki/api/pages?limit=50").unwrap();
        let query = |link: &str| next_page(&asked, link).map(|next| next.query().unwrap_or_default().to_owned());
        for link in ["https://c.example/ex/7/wiki/api/pages?page=2", "/wiki/api/pages?page=2", "?page=2"] {
            assert_eq!(query(link).as_deref(), Ok("page=2"), "{link}");
        }
        for elsewhere in [
            "https://evil.example/ex/7/wiki/api/pages?page=2",
            "http://c.example/ex/7/wiki/api/pages?page=2",
            "https://c.example:444/ex/7/wiki/api/pages?page=2",
            "//evil.example/wiki/api/pages?page=2",
            "/wiki/api/users?page=2",
            "/?page=2",
            "javascript:alert(1)",
        ] {
            assert!(matches!(query(elsewhere), Err(Error::Redirect { .. })), "{elsewhere}");
        }
        assert_eq!(next_number(&asked, "?p=3", "p", 2), Ok(3));
        for back in ["?p=2", "?p=1", "?p=x", "?q=3"] {
            assert!(matches!(next_number(&asked, back, "p", 2), Err(Error::Loop { .. })), "{back}");
        }
    }

    fn next(header: &str) -> Option<String> {
        links(header).into_iter().find(|(_, rel)| rel.eq_ignore_ascii_case("next")).map(|(target, _)| target)
    }

    #[test]
    fn links_are_read_as_the_standard_says() {
        assert_eq!(
            next("<https://a.example/?page=2>; rel=\"next\", <https://a.example/?page=9>; rel=\"last\"").as_deref(),
            Some("https://a.example/?page=2")
        );
        assert_eq!(next("</a?x=1,2>; title=\"a, rel=next\"; rel=prev, </b>;REL=Next").as_deref(), Some("/b"));
        assert_eq!(next("</a>; title=\"a; rel=next\"; rel=prev"), None);
        assert_eq!(next("</a>; rel=\"last next\"").as_deref(), Some("/a"));
        for none in ["", "<", "<>", "</a>", "</a>; rel=\"nextish\"", "</a; rel=next", "x; rel=next", "rel=\"next\""] {
            assert_eq!(next(none), None, "{none}");
        }
    }

    #[test]
    fn each_relation_has_its_target() {
        let header = "<https://w.example/wp-json/>; rel=\"https://api.w.org/\", <https://w.example/a,b>; title=\"a, b\"; rel=next";
        let pair = |target: &str, rel: &str| (target.to_owned(), rel.to_owned());
        assert_eq!(
            links(header),
            [pair("https://w.example/wp-json/", "https://api.w.org/"), pair("https://w.example/a,b", "next")]
        );
        let at = |page: &str, rel: &str| format!("<https://c.example/api/v1/courses?page={page}>; rel=\"{rel}\"");
        let header = [at("1", "current"), at("bookmark:W10,2", "next"), at("1", "first")].join(",");
        assert_eq!(next(&header).as_deref(), Some("https://c.example/api/v1/courses?page=bookmark:W10,2"));
        assert_eq!(next("<https://c.example/?a=b>; title=\"x\"; REL=next").as_deref(), Some("https://c.example/?a=b"));
        assert_eq!(next(&at("1", "first")), None);
    }
}
