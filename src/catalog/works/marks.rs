//! What an address says about what is behind it: the place, and identifiers that it carries.

use crate::catalog::url_key::{url_key, web_address};
use url::Url;

/// Pages that a folder shows by itself.
const INDEX: [&str; 4] = ["/index.html", "/index.htm", "/index.php", "/default.aspx"];

/// What an address says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// One form for all ways to write it; empty for what is no address.
    pub key: String,
    /// The host, without `www.`.
    pub host: String,
    /// Whether it is a whole site: no path and no parameters.
    pub bare: bool,
    /// A place within the page.
    pub anchor: Option<String>,
    /// Identifiers: `isbn:9781492052586`, `doi:10.1007/…`, `youtube:dQw4w9WgXcQ`.
    pub ids: Vec<String>,
}

impl Place {
    /// Reads `address`.
    pub fn new(address: &str) -> Place {
        let (Some(url), Some(key)) = (web_address(address), url_key(address)) else { return Place::default() };
        let mut place = Place { key, ..Place::default() };
        for index in INDEX {
            if let Some(folder) = place.key.strip_suffix(index) {
                place.key = folder.to_owned();
            }
        }
        place.host = place.key.split(['/', '?', ':']).next().unwrap_or_default().to_owned();
        place.bare = !place.key.contains(['/', '?']);
        match url.fragment().filter(|fragment| !fragment.is_empty()) {
            // An application in the browser that keeps its pages behind the sign.
            Some(route) if route.starts_with(['/', '!']) => {
                place.bare = false;
                place.key = format!("{}#{route}", place.key);
            }
            // A browser's own: which words to show, which text was searched for.
            Some(anchor) if !anchor.starts_with([':', '~']) => place.anchor = Some(anchor.to_owned()),
            _ => {}
        }
        place.ids.extend(youtube(&url, &place.host));
        place.ids.extend(doi(&url));
        place.ids.extend(isbn(&url, &place.host));
        place
    }

    /// Whether both lead to the same place, as far as that can be told.
    pub fn is(&self, other: &Place) -> bool {
        let elsewhere = self.anchor.is_some() && other.anchor.is_some() && self.anchor != other.anchor;
        !self.key.is_empty() && self.key == other.key && !elsewhere
    }

    /// An identifier that both carry.
    pub fn shared<'a>(&'a self, other: &Place) -> Option<&'a str> {
        self.ids.iter().find(|id| other.ids.contains(id)).map(String::as_str)
    }
}

/// The id of a YouTube video or, where no video is named, of a playlist.
fn youtube(url: &Url, host: &str) -> Option<String> {
    let parameter = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let mut path = url.path().split('/').filter(|part| !part.is_empty());
    let video = match host {
        "youtu.be" => path.next().map(str::to_owned),
        "youtube.com" | "m.youtube.com" | "music.youtube.com" | "youtube-nocookie.com" => match path.next() {
            Some("watch") => parameter("v"),
            Some("embed" | "shorts" | "live" | "v") => path.next().map(str::to_owned),
            _ => None,
        },
        _ => return None,
    };
    let sound = |id: &String| id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let video = video.filter(|id| id.len() == 11 && id != "videoseries" && sound(id));
    let list = || parameter("list").filter(|id| id.len() >= 13 && sound(id));
    video.or_else(list).map(|id| format!("youtube:{id}"))
}

/// A DOI, as ISO 26324 and the DOI handbook (3.4) form it: `10.`, a registrant, a slash, a suffix; case means nothing.
fn doi(url: &Url) -> Option<String> {
    let path = decoded(url.path());
    let at = path.find("/10.")?;
    let doi = path[at + 1..].to_lowercase();
    let (registrant, suffix) = doi.split_once('/')?;
    let number = registrant.trim_start_matches("10.");
    let is_registrant = number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // What publishers put behind a DOI to show it in another form.
    let mut suffix = suffix.trim_end_matches('/');
    for form in ["/pdf", "/epdf", "/full", "/abstract", "/html", "/epub", ".pdf", ".epub"] {
        suffix = suffix.strip_suffix(form).unwrap_or(suffix);
    }
    (is_registrant && !suffix.is_empty()).then(|| format!("doi:{registrant}/{suffix}"))
}

/// An ISBN in thirteen digits (ISO 2108), with a sound check digit: after the word, as a part of the path of its own, or
/// where Amazon keeps it.
fn isbn(url: &Url, host: &str) -> Option<String> {
    let address = decoded(&format!("{}?{}", url.path(), url.query().unwrap_or(""))).to_lowercase();
    let said = address.match_indices("isbn").find_map(|(at, word)| {
        let rest = address[at + word.len()..].trim_start_matches(|c: char| !c.is_ascii_digit());
        let skipped = address.len() - at - word.len() - rest.len();
        (skipped <= 4).then(|| thirteen(&run(rest)))?
    });
    let part = || {
        let mut parts = address.split(['/', '?', '&', '=', '_']);
        parts.find_map(|part| thirteen(&run(part)).filter(|_| part.len() >= 13 && whole(part)))
    };
    let amazon = || {
        let shop = host.split('.').any(|label| label == "amazon");
        let rest = ["/dp/", "/gp/product/"].iter().find_map(|before| address.split_once(before)).filter(|_| shop)?.1;
        thirteen(&run(rest.split(['/', '?']).next().unwrap_or_default()))
    };
    said.or_else(part).or_else(amazon).map(|isbn| format!("isbn:{isbn}"))
}

/// The digits, with hyphens between them, that `text` begins with; the hyphens are gone.
fn run(text: &str) -> String {
    let belongs = |c: &char| c.is_ascii_digit() || matches!(c, '-' | 'x');
    text.chars().take_while(belongs).filter(|c| *c != '-').collect()
}

fn whole(part: &str) -> bool {
    part.strip_suffix(".pdf").unwrap_or(part).bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// An ISBN in thirteen digits, if `digits` are one with a sound check digit.
fn thirteen(digits: &str) -> Option<String> {
    let values: Vec<u32> =
        digits.chars().map(|c| if c == 'x' { Some(10) } else { c.to_digit(10) }).collect::<Option<_>>()?;
    let check = |twelve: &[u32]| {
        let sum: u32 = twelve.iter().enumerate().map(|(at, value)| value * if at % 2 == 0 { 1 } else { 3 }).sum();
        (10 - sum % 10) % 10
    };
    match values.len() {
        13 if matches!(&digits[..3], "978" | "979") && !digits.contains('x') && check(&values[..12]) == values[12] => {
            Some(digits.to_owned())
        }
        10 if !digits[..9].contains('x') => {
            let sum: u32 = values.iter().enumerate().map(|(at, value)| value * (10 - at as u32)).sum();
            let mut twelve = vec![9, 7, 8];
            twelve.extend(&values[..9]);
            sum.is_multiple_of(11).then(|| format!("978{}{}", &digits[..9], check(&twelve)))
        }
        _ => None,
    }
}

fn decoded(text: &str) -> String {
    // A plus is a plus here: this is no form.
    let text = text.replace('+', "%2B");
    url::form_urlencoded::parse(format!("x={}", text.replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(address: &str) -> Vec<String> {
        Place::new(address).ids
    }

    #[test]
    fn videos_are_known_by_their_id() {
        for address in [
            "https://www.youtube.com/watch?v=U80k7fTEqNw",
            "https://youtu.be/U80k7fTEqNw?t=10",
            "https://m.youtube.com/watch?list=PLmZYUigljiyc-tf7oMmM&v=U80k7fTEqNw",
            "https://www.youtube-nocookie.com/embed/U80k7fTEqNw",
            "http://youtube.com/shorts/U80k7fTEqNw",
        ] {
            assert_eq!(ids(address), ["youtube:U80k7fTEqNw"], "{address}");
        }
        let list = "youtube:PLmZYUigljiyc-tf7oMmM-s832ibhGxTpT";
        assert_eq!(ids("https://www.youtube.com/playlist?list=PLmZYUigljiyc-tf7oMmM-s832ibhGxTpT"), [list]);
        assert_eq!(ids("https://youtube.com/embed/videoseries?list=PLmZYUigljiyc-tf7oMmM-s832ibhGxTpT"), [list]);
        for address in
            ["https://www.youtube.com/@channel", "https://video.example/watch?v=U80k7fTEqNw", "https://youtu.be/"]
        {
            assert_eq!(ids(address), [""; 0], "{address}");
        }
    }

    #[test]
    fn books_and_papers_are_known_by_their_numbers() {
        assert_eq!(ids("http://urn.fi/URN:ISBN:978-952-265-756-5"), ["isbn:9789522657565"]);
        assert_eq!(ids("https://learning.oreilly.com/library/view/title/9781492052586/"), ["isbn:9781492052586"]);
        assert_eq!(ids("https://www.amazon.de/Learning-Rust/dp/1492052590"), ["isbn:9781492052593"]);
        assert_eq!(ids("https://shop.example/dp/1492052590"), [""; 0], "ten digits are many things");
        assert_eq!(ids("https://books.google.com/books?vid=ISBN0-306-40615-2"), ["isbn:9780306406157"]);
        assert_eq!(ids("https://a.example/9781492052587"), [""; 0], "its check digit is wrong");
        assert_eq!(ids("https://a.example/isbn"), [""; 0]);
        let springer = ids("https://link.springer.com/book/10.1007/978-3-319-58347-1");
        assert_eq!(springer[0], "doi:10.1007/978-3-319-58347-1");
        assert_eq!(ids("https://doi.org/10.1145/3292500.3330701"), ["doi:10.1145/3292500.3330701"]);
        assert_eq!(ids("https://dl.acm.org/doi/pdf/10.1145%2F3292500.3330701"), ["doi:10.1145/3292500.3330701"]);
        assert_eq!(ids("https://x.example/10.1145/ABC.pdf"), ids("https://dx.doi.org/10.1145/abc"));
        assert_eq!(ids("https://x.example/v/10.2/notes"), [""; 0]);
        assert_eq!(ids("not an address"), [""; 0]);
    }

    #[test]
    fn places_are_told_apart_within_pages_only_where_both_say_so() {
        let is = |one: &str, two: &str| Place::new(one).is(&Place::new(two));
        assert!(is("http://www.a.example/book/index.html?utm_source=x", "https://a.example/book/"));
        assert!(is("https://a.example/x#top", "https://a.example/x"));
        assert!(!is("https://a.example/books#git", "https://a.example/books#rust"));
        assert!(!is("https://a.example/#/course/1", "https://a.example/#/course/2"));
        assert!(!is("https://a.example/#/course/1", "https://a.example/"));
        assert!(!is("", ""));
        assert!(Place::new("https://a.example/").bare && !Place::new("https://a.example/x").bare);
        assert!(!Place::new("https://a.example/?p=3").bare);
    }
}
