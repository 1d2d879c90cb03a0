//! What an address of YouTube's names.

use url::Url;

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// `@name`
    Handle(String),
    /// `UC…`
    Channel(String),
    /// A name of before 2014.
    User(String),
    /// `PL…` and others.
    Playlist(String),
}

/// Reads the address of a channel or a playlist, also of one that a video is shown in.
pub(super) fn read(address: &Url) -> Result<Wanted, &'static str> {
    let host = address.host_str().unwrap_or_default();
    if !matches!(host, "www.youtube.com" | "youtube.com" | "m.youtube.com" | "youtu.be") {
        return Err("Give an address at www.youtube.com.");
    }
    let list = address.query_pairs().find(|(name, _)| name == "list").map(|(_, list)| list.into_owned());
    if let Some(list) = list {
        return if is_id(&list) {
            Ok(Wanted::Playlist(list))
        } else {
            Err("The playlist's id after list= is not one.")
        };
    }
    let parts: Vec<&str> = address.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [handle, ..] if handle.starts_with('@') && handle.len() > 1 => {
            let plain = percent_encoding::percent_decode_str(handle).decode_utf8_lossy().into_owned();
            Ok(Wanted::Handle(plain))
        }
        ["channel", id, ..] if is_id(id) && id.starts_with("UC") => Ok(Wanted::Channel((*id).to_owned())),
        ["user", name, ..] if is_id(name) => Ok(Wanted::User((*name).to_owned())),
        ["c", ..] => Err(
            "YouTube's API cannot look up an address with /c/. Give the one with @ that the channel shows below its name.",
        ),
        ["watch" | "shorts" | "embed", ..] => {
            Err("This is one video. Give the address of its channel or of a playlist.")
        }
        _ => Err("Give the address of a channel (with @ or /channel/) or of a playlist (with list=)."),
    }
}

fn is_id(text: &str) -> bool {
    (2..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_channels_and_playlists() {
        let read = |rest: &str| read(&Url::parse(&format!("https://www.youtube.com/{rest}")).unwrap());
        assert_eq!(read("@halden"), Ok(Wanted::Handle("@halden".into())));
        assert_eq!(read("@halden/videos"), Ok(Wanted::Handle("@halden".into())));
        assert_eq!(read("@m%C3%A4rz"), Ok(Wanted::Handle("@märz".into())));
        assert_eq!(read("channel/UC123_-x"), Ok(Wanted::Channel("UC123_-x".into())));
        assert_eq!(read("user/old"), Ok(Wanted::User("old".into())));
        for list in ["playlist?list=PL1", "watch?v=dQw4w9WgXcQ&list=PL1&index=2"] {
            assert_eq!(read(list), Ok(Wanted::Playlist("PL1".into())));
        }
        for bad in ["", "c/halden", "watch?v=dQw4w9WgXcQ", "channel/PL1", "playlist?list=../x", "@", "feed/trending"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(super::read(&Url::parse("https://www.youtube.com.example/@halden").unwrap()).is_err());
    }
}
