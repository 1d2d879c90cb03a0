//! One language out of texts that hold several.
//!
//! Moodle does this itself where its filters are switched on; where they are not, or not for headings, the marks arrive
//! as they were typed:
//!
//! - `<span lang="de" class="multilang">…</span><span lang="en" class="multilang">…</span>`, of Moodle's own filter
//!   (`filter/multilang`, Moodle 2 to 5): of spans beside each other one is shown
//! - `{mlang de}…{mlang}{mlang en,fr}…{mlang}{mlang other}…{mlang}`, of the plugin `filter_multilang2` (2.x)
//!
//! Both follow a language to its parent (`de_ch` to `de`) and then, as Moodle's filter does, to English; what neither
//! names falls back to the first text, or to `other`.

use crate::text::head;

/// Bytes of a text that are looked at.
const MAX_TEXT: usize = 64 * 1024;

/// The text with one language of each block that has several.
pub(super) fn choose(text: &str, language: Option<&str>) -> String {
    let wanted = Wanted::new(language);
    // No more of a text is ever kept.
    let text = braces(head(text, MAX_TEXT), &wanted);
    spans(&text, &wanted)
}

/// Languages in order of preference, as Moodle writes them.
struct Wanted(Vec<String>);

impl Wanted {
    fn new(language: Option<&str>) -> Self {
        let mut chain: Vec<String> = Vec::new();
        if let Some(language) = language.map(moodles) {
            let parent = language.split('_').next().unwrap_or_default().to_owned();
            chain.extend([language, parent, "en".to_owned()]);
            chain.dedup();
        }
        Self(chain)
    }

    /// The best of these, and which that is: the place in the chain, then a relative, then none.
    fn best<'a>(&self, languages: impl Iterator<Item = &'a str> + Clone) -> Option<usize> {
        let exact = self.0.iter().find_map(|wanted| languages.clone().position(|each| moodles(each) == *wanted));
        exact.or_else(|| {
            // `de_du` serves who wants `de`.
            let base = self.0.first()?.split('_').next()?.to_owned();
            languages.clone().position(|each| moodles(each).split('_').next() == Some(&base))
        })
    }
}

/// `de-CH` as Moodle writes it: `de_ch`.
fn moodles(language: &str) -> String {
    language.trim().replace('-', "_").to_ascii_lowercase()
}

/// A block of one text: where it stands, its languages, what it says.
struct Block<'a> {
    start: usize,
    end: usize,
    languages: &'a str,
    said: &'a str,
}

const OPEN: &str = "{mlang ";
const CLOSE: &str = "{mlang}";

/// `{mlang xx}` blocks: those of one language stay, all over the text; text between blocks stays as well.
fn braces(text: &str, wanted: &Wanted) -> String {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(OPEN) {
        let start = at + found;
        let Some(close) = text[start..].find('}') else { break };
        let from = start + close + 1;
        let Some(length) = text[from..].find(CLOSE) else { break };
        let end = from + length + CLOSE.len();
        blocks.push(Block {
            start,
            end,
            languages: &text[start + OPEN.len()..from - 1],
            said: &text[from..from + length],
        });
        at = end;
    }
    if blocks.is_empty() {
        return text.to_owned();
    }
    let named = || blocks.iter().flat_map(|block| block.languages.split(',')).map(str::trim);
    let chosen = match wanted.best(named()) {
        Some(place) => named().nth(place),
        None => named().find(|language| *language == "other").or(named().next()),
    };
    let chosen = moodles(chosen.unwrap_or_default());
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for block in &blocks {
        out.push_str(&text[at..block.start]);
        if block.languages.split(',').any(|language| moodles(language) == chosen) {
            out.push_str(block.said);
        }
        at = block.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Of each run of multilang spans beside each other, the text of one.
fn spans(text: &str, wanted: &Wanted) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    let mut from = 0;
    while let Some(first) = next_span(text, from) {
        let mut run = vec![first];
        while let Some(next) = run.last().and_then(|last| next_span(text, last.end).map(|next| (last.end, next))) {
            let (end, next) = next;
            if !text[end..next.start].trim().is_empty() {
                break;
            }
            run.push(next);
        }
        let end = run.last().map_or(text.len(), |last| last.end);
        // A span alone is no choice: it only says what language its text is in.
        if run.len() > 1 {
            let chosen = wanted.best(run.iter().map(|block| block.languages)).unwrap_or(0);
            out.push_str(&text[at..run[0].start]);
            out.push_str(run[chosen].said);
            at = end;
        }
        from = end;
    }
    out.push_str(&text[at..]);
    out
}

/// The first multilang span at or after `from`.
fn next_span(text: &str, from: usize) -> Option<Block<'_>> {
    let mut at = from;
    loop {
        let start = at + find_tag(&text[at..], "<span")?;
        let inner = start + "<span".len();
        let tag = inner + text[inner..].find('>')?;
        let attributes = &text[inner..tag];
        let language = attribute(attributes, "lang");
        if let Some(languages) = language.filter(|_| attribute(attributes, "class") == Some("multilang")) {
            let said = tag + 1;
            let length = find_tag(&text[said..], "</span>")?;
            let end = said + length + "</span>".len();
            return Some(Block { start, end, languages, said: &text[said..said + length] });
        }
        at = tag + 1;
    }
}

/// Where a tag begins, whatever its case.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    let (text, tag) = (text.as_bytes(), tag.as_bytes());
    text.windows(tag.len()).position(|window| window.eq_ignore_ascii_case(tag))
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (before, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, next) = after[1..].split_once(quote)?;
        if before.trim().eq_ignore_ascii_case(name) {
            return Some(value.trim());
        }
        rest = next;
    }
}

/// The language tag (BCP 47) of one of Moodle's language packs: `pt_br` is `pt-BR`, `de_du` is German whatever its manners.
pub(super) fn tag(pack: &str) -> Option<String> {
    let pack = moodles(pack);
    let tag = match pack.as_str() {
        "" => return None,
        "sr_lt" => "sr-Latn".to_owned(),
        "sr_cr" => "sr-Cyrl".to_owned(),
        "uz_cr" => "uz-Cyrl".to_owned(),
        // Pirates, not Argentina.
        "en_ar" => "en".to_owned(),
        "ca_valencia" => "ca-valencia".to_owned(),
        pack => match pack.split_once('_') {
            // What follows is a region only where it is one: packs for children, companies and schools have theirs too.
            Some((language, region)) if REGIONS.contains(&region) => format!("{language}-{region}"),
            Some((language, _)) => language.to_owned(),
            None => pack.to_owned(),
        },
    };
    crate::clean::language(&tag)
}

/// Regions that packs are named after.
const REGIONS: [&str; 13] = ["ar", "at", "br", "ca", "ch", "cl", "cn", "co", "hk", "mx", "tw", "us", "ve"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_spans_beside_each_other_one_is_shown() {
        let text = "<p><span lang=\"en\" class=\"multilang\">Safety</span> <SPAN class='multilang' lang='de'>Sicherheit</SPAN>: \
                    <span lang=\"fr\">mot</span></p>";
        let shown = |language| choose(text, language);
        assert_eq!(shown(Some("de")), "<p>Sicherheit: <span lang=\"fr\">mot</span></p>");
        assert_eq!(shown(Some("de-CH")), "<p>Sicherheit: <span lang=\"fr\">mot</span></p>");
        assert!(shown(Some("it")).starts_with("<p>Safety:"), "English, as Moodle does");
        assert!(shown(None).starts_with("<p>Safety:"), "the first");
        let apart = "<span lang=\"en\" class=\"multilang\">a</span> and <span lang=\"de\" class=\"multilang\">b</span>";
        assert_eq!(choose(apart, Some("de")), apart, "alone it is no choice");
        let du = "<span lang=\"en\" class=\"multilang\">a</span><span lang=\"de_du\" class=\"multilang\">b</span>";
        assert_eq!(choose(du, Some("fr")), "a");
    }

    #[test]
    fn braces_hold_one_language_all_over_the_text() {
        let text = "{mlang other}Hello!{mlang}{mlang es,es_mx}¡Hola!{mlang} All. {mlang other}Bye!{mlang}{mlang it}Ciao!{mlang}";
        assert_eq!(choose(text, Some("es-MX")), "¡Hola! All. ");
        assert_eq!(choose(text, Some("it")), " All. Ciao!");
        assert_eq!(choose(text, Some("fr")), "Hello! All. Bye!");
        assert_eq!(choose(text, None), "Hello! All. Bye!");
        assert_eq!(choose("{mlang en}One{mlang}{mlang de}Eins{mlang}", Some("fr")), "One");
    }

    #[test]
    fn what_is_not_closed_stays() {
        for text in [
            "{mlang en}One",
            "{mlang ",
            "<span lang=\"en\" class=\"multilang\">One",
            "<span",
            "<span lang=",
            "ä{mlang}ß",
        ] {
            assert_eq!(choose(text, Some("de")), text);
        }
        let many = "<span lang=\"en\" class=\"multilang\">".repeat(20_000);
        let started = std::time::Instant::now();
        choose(&many, None);
        choose(&"{mlang ".repeat(50_000), None);
        choose(&"{mlang a}".repeat(50_000), None);
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }

    #[test]
    fn packs_are_languages() {
        for (pack, language) in [
            ("de", "de"),
            ("pt_br", "pt-BR"),
            ("de_du", "de"),
            ("en_us", "en-US"),
            ("sr_lt", "sr-Latn"),
            ("zh_cn", "zh-CN"),
            ("en_kids", "en"),
        ] {
            assert_eq!(tag(pack).as_deref(), Some(language));
        }
        assert_eq!(tag(""), None);
    }
}
