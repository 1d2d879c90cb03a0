//! Languages of resources: tags as sources write them, names as people read them.

use icu_locale_core::LanguageIdentifier;

/// The BCP 47 tag in its canonical form ("pt-BR"), or nothing for what is no tag: sources also write "English" or a
/// file format.
pub fn tag(written: &str) -> Option<String> {
    let id: LanguageIdentifier = written.trim().replace('_', "-").parse().ok()?;
    let language = id.language.as_str();
    if id.language.is_unknown() || language.len() > 3 {
        return None;
    }
    let script = id.script.map(|script| format!("-{script}")).unwrap_or_default();
    let region = id.region.map(|region| format!("-{region}")).unwrap_or_default();
    Some(format!("{language}{script}{region}"))
}

/// The primary tag, by which searches are narrowed: "pt" of "pt-BR".
pub fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// What a language is called, in English; a tag that is not known is shown as it is.
pub fn name(tag: &str) -> String {
    let found = NAMES.binary_search_by_key(&primary(tag), |(tag, _)| tag);
    found.map_or_else(|_| tag.to_owned(), |at| NAMES[at].1.to_owned())
}

/// By tag.
const NAMES: [(&str, &str); 76] = [
    ("af", "Afrikaans"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("be", "Belarusian"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("bs", "Bosnian"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fil", "Filipino"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("gl", "Galician"),
    ("gu", "Gujarati"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("kk", "Kazakh"),
    ("km", "Khmer"),
    ("kn", "Kannada"),
    ("ko", "Korean"),
    ("ky", "Kyrgyz"),
    ("lo", "Lao"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("mk", "Macedonian"),
    ("ml", "Malayalam"),
    ("mn", "Mongolian"),
    ("mr", "Marathi"),
    ("ms", "Malay"),
    ("mt", "Maltese"),
    ("my", "Burmese"),
    ("nb", "Norwegian Bokmål"),
    ("ne", "Nepali"),
    ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"),
    ("no", "Norwegian"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sq", "Albanian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("sw", "Swahili"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_canonical_or_nothing() {
        for (written, kept) in [
            ("en", Some("en")),
            ("EN-us", Some("en-US")),
            ("pt_BR", Some("pt-BR")),
            ("zh-hant-TW", Some("zh-Hant-TW")),
            ("de-DE-1996", Some("de-DE")),
            ("English", None),
            ("cheatsheets", None),
            ("und", None),
            ("", None),
            ("e", None),
            ("en'; --", None),
        ] {
            assert_eq!(tag(written).as_deref(), kept, "{written}");
        }
    }

    #[test]
    fn names_are_found() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0), "the table has to be sorted");
        assert_eq!(name("pt-BR"), "Portuguese");
        assert_eq!(name("zh-Hant"), "Chinese");
        assert_eq!(name("xx"), "xx");
        assert_eq!(name(""), "");
    }
}
