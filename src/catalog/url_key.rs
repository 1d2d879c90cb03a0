//! One form for all the ways to write the same address, so that a link in a discussion finds its resource.

use url::Url;

/// The longest address that is kept.
pub const URL_MAX: usize = 2000;

/// Parameters that say where a reader came from, not what is read.
const TRACKING: [&str; 13] = [
    "fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "mkt_tok", "ref_src", "ref_url", "_hsenc",
    "_hsmi", "yclid",
];

/// The key of an http or https address, `None` for anything else: without scheme, `www.`, tracking parameters, fragment
/// and slash at the end; the host in lower case; parameters in order.
pub fn url_key(address: &str) -> Option<String> {
    let url = web_address(address)?;
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    let mut parameters: Vec<&str> =
        url.query().unwrap_or("").split('&').filter(|p| !p.is_empty() && !is_tracking(p)).collect();
    parameters.sort_unstable();
    let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
    Some(format!("{host}{port}{path}{query}"))
}

/// `address` if it is one that a browser may be sent to: http or https, with a host, without a password, not too long.
pub fn web_address(address: &str) -> Option<Url> {
    if address.len() > URL_MAX {
        return None;
    }
    let url = Url::parse(address.trim()).ok()?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= URL_MAX;
    sound.then_some(url)
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or("").to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_for_every_way_to_write_an_address() {
        for address in [
            "https://example.com/Learn/rust",
            "http://www.Example.COM/Learn/rust/",
            "https://example.com:443/Learn/rust#chapter-2",
            "https://example.com/Learn/rust?utm_source=mail&UTM_campaign=x&fbclid=1",
            " https://example.com./Learn/rust?#",
        ] {
            assert_eq!(url_key(address).as_deref(), Some("example.com/Learn/rust"), "{address}");
        }
        assert_eq!(url_key("https://example.com/"), url_key("http://www.example.com"));
        assert_eq!(url_key("https://a.example/?v=1&list=2&gclid=3"), url_key("https://a.example?list=2&v=1"));
        assert_eq!(url_key("https://www.com/x").as_deref(), Some("www.com/x"), "a host that is called www.com");
    }

    #[test]
    fn what_differs_keeps_its_difference() {
        let keys =
            ["https://a.example/x", "https://a.example/X", "https://a.example:8443/x", "https://a.example/x?v=1"];
        let keys: std::collections::BTreeSet<_> = keys.into_iter().map(url_key).collect();
        assert_eq!(keys.len(), 4);
    }

    #[test]
    fn only_web_addresses_have_one() {
        let long = format!("https://a.example/{}", "x".repeat(URL_MAX));
        for address in ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "/path", "", "https://", &long] {
            assert_eq!(url_key(address), None, "{address}");
        }
        assert_eq!(url_key("https://user:secret@a.example/"), None);
    }
}
