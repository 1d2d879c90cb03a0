//! The text in a body, whatever its encoding.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text in UTF-8, without byte order mark.
///
/// A byte order mark is believed first; then the bytes themselves, since what is valid UTF-8 hardly ever is anything
/// else; then `claim` (the document's own), the header, and last Windows-1252, which holds Latin-1.
pub(crate) fn decode(bytes: &[u8], content_type: Option<&str>, claim: Option<&'static Encoding>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    // UTF-16 and ISO-2022 look like UTF-8 to a decoder; zeros and escapes give them away.
    let ambiguous = bytes.iter().any(|byte| matches!(byte, 0 | 0x1b));
    if !ambiguous && let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let claims = [by_zeros(bytes), claim, charset(content_type)];
    let clean = claims.into_iter().flatten().find_map(|encoding| {
        let (text, faults) = encoding.decode_without_bom_handling(bytes);
        (!faults && !text.contains('\0')).then(|| text.into_owned())
    });
    let clean = clean.or_else(|| std::str::from_utf8(bytes).ok().map(str::to_owned));
    clean.unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

/// The encoding that a `Content-Type` names.
pub(crate) fn charset(content_type: Option<&str>) -> Option<&'static Encoding> {
    let lower = content_type?.to_ascii_lowercase();
    let (_, label) = lower.split_once("charset=")?;
    Encoding::for_label(label.split(';').next()?.trim().trim_matches('"').as_bytes())
}

/// UTF-16 without a mark: in most scripts that are written with it, every other byte of the mark-up is zero.
fn by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(1024)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    if odd * 2 > half && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 2 > half && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_what_they_are() {
        let text = "title;größe\nÜbung;7\n";
        let wide = |big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let marked = [&[0xff, 0xfe][..], &wide(false)].concat();
        let latin: Vec<u8> = text.chars().map(|letter| u32::from(letter) as u8).collect();
        let utf8 = [&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat();
        for (name, bytes) in
            [("marked", marked), ("big", wide(true)), ("little", wide(false)), ("latin", latin), ("utf8", utf8)]
        {
            assert_eq!(decode(&bytes, Some("text/csv"), None), text, "{name}");
        }
        assert_eq!(decode(b"\x82\xb1", Some("text/csv; charset=Shift_JIS"), None), "こ");
        assert_eq!(decode(b"\x82\xb1", None, Encoding::for_label(b"shift_jis")), "こ");
    }
}
