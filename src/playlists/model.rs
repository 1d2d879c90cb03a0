//! What a playlist is, and the pure rules of editing one.

use crate::base::{AppError, Fields, Res, When, t};
use crate::catalog::model::Card;
use serde::{Deserialize, Serialize};

/// Items that one playlist holds at most; longer ones nobody finishes.
pub const ITEMS_MAX: usize = 500;
/// Characters of a title.
pub const TITLE_MAX: usize = 120;
/// Characters of a summary.
pub const SUMMARY_MAX: usize = 2000;
/// Characters of the note on an item.
pub const NOTE_MAX: usize = 1000;

/// Whether learners see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Curators only.
    #[default]
    Draft,
    /// Everybody in its audience.
    Published,
}

impl Status {
    /// As in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Published => "published",
        }
    }

    /// The status of that name; what is not known is not shown to learners.
    pub fn parse(name: &str) -> Status {
        if name == "published" { Status::Published } else { Status::Draft }
    }
}

/// Enough of a playlist to link to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaylistRef {
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
}

/// A playlist in a list, as one person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaylistCard {
    /// Its id.
    pub id: String,
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// The name of who answers for it.
    pub steward: String,
    /// Whether learners see it.
    pub status: Status,
    /// The name of the group that it is for; `None` is everyone.
    pub audience: Option<String>,
    /// Items that the person can see and that are still there.
    pub items: i64,
    /// Of those, how many the person has done.
    pub done: i64,
    /// Minutes of those whose length is known.
    pub minutes: i64,
    /// How many have no known length.
    pub unmeasured: i64,
    /// Whether the person follows it.
    pub following: bool,
}

impl PlaylistCard {
    /// Everything in it is done, and there is something in it.
    pub fn is_done(&self) -> bool {
        self.items > 0 && self.done >= self.items
    }
}

/// How far one person is with one playlist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The person's id.
    pub person: String,
    /// The playlist's id.
    pub playlist: String,
    /// Items that the person can see and that are still there.
    pub items: i64,
    /// Of those, how many she has opened or done.
    pub started: i64,
    /// Of those, how many she has done.
    pub done: i64,
    /// Whether she follows the playlist.
    pub following: bool,
    /// Whether it is published to her.
    pub in_audience: bool,
    /// When she last opened or finished one of the items; epoch ms.
    pub last_at: Option<i64>,
}

/// How far, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing opened yet.
    NotStarted,
    /// Something opened, nothing finished.
    Started,
    /// Something finished.
    UnderWay,
    /// Everything finished.
    Done,
}

impl Stage {
    /// From the least to the most.
    pub const ALL: [Stage; 4] = [Stage::NotStarted, Stage::Started, Stage::UnderWay, Stage::Done];

    /// As in addresses and class names.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::NotStarted => "not-started",
            Stage::Started => "started",
            Stage::UnderWay => "under-way",
            Stage::Done => "done",
        }
    }
}

impl Progress {
    /// How far, in one word. An empty playlist is not started by anybody.
    pub fn stage(&self) -> Stage {
        match (self.started, self.done) {
            (_, done) if done > 0 && done >= self.items => Stage::Done,
            (_, done) if done > 0 => Stage::UnderWay,
            (started, _) if started > 0 => Stage::Started,
            _ => Stage::NotStarted,
        }
    }
}

/// One entry of a playlist, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The resource.
    pub resource: String,
    /// Why it is here, in the curator's words.
    pub note: String,
}

/// An item as a learner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The resource.
    pub card: Card,
    /// Why it is here, in the curator's words.
    pub note: String,
    /// Whether the person has done it.
    pub done: bool,
    /// Whether she has opened it.
    pub opened: bool,
}

/// A playlist's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaylistView {
    /// Title, steward, progress.
    pub card: PlaylistCard,
    /// What is in it, as far as the person may see it, in order.
    pub items: Vec<Item>,
    /// Items that are not shared with the person.
    pub not_shared: i64,
    /// Whether the person may edit it.
    pub curates: bool,
}

impl PlaylistView {
    /// The first item that is there and not done.
    pub fn next(&self) -> Option<&Item> {
        self.items.iter().find(|item| !item.done && !item.card.gone)
    }
}

/// A deleted playlist, as curators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The name of who deleted it.
    pub by: String,
    /// When.
    pub at: When,
}

/// What the page of playlists shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists {
    /// Those that the person follows.
    pub followed: Vec<PlaylistCard>,
    /// The other published ones.
    pub others: Vec<PlaylistCard>,
    /// Those that only curators see.
    pub drafts: Vec<PlaylistCard>,
    /// Those that were deleted, the latest first; only curators see them.
    pub deleted: Vec<Deleted>,
    /// Whether the person may make one.
    pub curates: bool,
}

/// An item in the editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditItem {
    /// The resource's id.
    pub resource: String,
    /// `None` where it is not shared with the curator.
    pub card: Option<Card>,
    /// The note on it.
    pub note: String,
}

/// The editor's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditorView {
    /// The last part of its address.
    pub slug: String,
    /// What forms send back.
    pub version: i64,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// The group's id, or empty for everyone.
    pub audience: String,
    /// Whether learners see it.
    pub status: Status,
    /// Whether it was deleted.
    pub deleted: bool,
    /// In order.
    pub items: Vec<EditItem>,
    /// Every audience that can be chosen: id and name.
    pub groups: Vec<(String, String)>,
    /// Who answers for it.
    pub steward: String,
    /// Who changed it last.
    pub editor: String,
    /// When.
    pub edited: When,
    /// The kind of edit that undo takes back, if any.
    pub undo: Option<String>,
}

/// Everything about a playlist that an edit can change, and that undoing brings back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// The id of the group that it is for; `None` is everyone.
    pub audience: Option<String>,
    /// Whether learners see it.
    pub status: Status,
    /// Whether it was deleted.
    pub removed: bool,
    /// In order.
    pub entries: Vec<Entry>,
}

/// Where an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Earlier.
    Up,
    /// Later.
    Down,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Title, summary and audience (a group's id).
    Details {
        /// The new title.
        title: String,
        /// The new summary.
        summary: String,
        /// The new audience.
        audience: Option<String>,
    },
    /// A resource at the end.
    Add(String),
    /// The note on a resource.
    Note(String, String),
    /// One place up or down.
    Move(String, Direction),
    /// Out of the list.
    Remove(String),
    /// Show it to a group (its id) or to everyone.
    Publish(Option<String>),
    /// Take it back.
    Unpublish,
    /// Delete it.
    Delete,
}

impl Change {
    /// As written down in the record of edits.
    pub fn name(&self) -> &'static str {
        match self {
            Change::Details { .. } => "details",
            Change::Add(_) => "add",
            Change::Note(..) => "note",
            Change::Move(..) => "move",
            Change::Remove(_) => "remove",
            Change::Publish(_) => "publish",
            Change::Unpublish => "unpublish",
            Change::Delete => "delete",
        }
    }
}

impl Content {
    /// What this becomes by `change`. A change that changes nothing (up from the top, published twice) is no error.
    pub fn with(&self, change: &Change) -> Res<Content> {
        let mut next = self.clone();
        match change {
            Change::Details { title, summary, audience } => {
                (next.title, next.summary) = checked(title, summary)?;
                next.audience = audience.clone();
            }
            Change::Add(resource) => next.add(resource)?,
            Change::Note(resource, note) => {
                let note = note.trim();
                if note.chars().count() > NOTE_MAX {
                    return Err(AppError::invalid("note", t().playlists.too_long(NOTE_MAX)));
                }
                let at = next.position(resource)?;
                next.entries[at].note = note.to_owned();
            }
            Change::Move(resource, direction) => {
                let at = next.position(resource)?;
                match direction {
                    Direction::Up if at > 0 => next.entries.swap(at, at - 1),
                    Direction::Down if at + 1 < next.entries.len() => next.entries.swap(at, at + 1),
                    _ => {}
                }
            }
            Change::Remove(resource) => {
                let at = next.position(resource)?;
                next.entries.remove(at);
            }
            Change::Publish(_) if next.entries.is_empty() => {
                return Err(AppError::invalid("", t().playlists.empty_publish));
            }
            Change::Publish(audience) => {
                next.status = Status::Published;
                next.audience = audience.clone();
            }
            Change::Unpublish => next.status = Status::Draft,
            Change::Delete => next.removed = true,
        }
        Ok(next)
    }

    fn add(&mut self, resource: &str) -> Res<()> {
        if self.entries.iter().any(|entry| entry.resource == resource) {
            return Err(AppError::invalid("resource", t().playlists.already_in));
        }
        if self.entries.len() >= ITEMS_MAX {
            return Err(AppError::invalid("resource", t().playlists.full(ITEMS_MAX)));
        }
        self.entries.push(Entry { resource: resource.to_owned(), note: String::new() });
        Ok(())
    }

    /// Where `resource` stands. Somebody else may have taken it out since the page was drawn.
    fn position(&self, resource: &str) -> Res<usize> {
        self.entries
            .iter()
            .position(|entry| entry.resource == resource)
            .ok_or_else(|| AppError::invalid("resource", t().playlists.not_in))
    }
}

/// Title and summary, trimmed; an error names each field that is empty or too long.
pub fn checked(title: &str, summary: &str) -> Res<(String, String)> {
    let (title, summary) = (title.trim(), summary.trim());
    let texts = &t().playlists;
    let mut fields = Fields::new();
    if title.is_empty() {
        fields.insert("title".to_owned(), texts.title_missing.to_owned());
    } else if title.chars().count() > TITLE_MAX {
        fields.insert("title".to_owned(), texts.too_long(TITLE_MAX));
    }
    if summary.chars().count() > SUMMARY_MAX {
        fields.insert("summary".to_owned(), texts.too_long(SUMMARY_MAX));
    }
    if fields.is_empty() { Ok((title.to_owned(), summary.to_owned())) } else { Err(AppError::Invalid(fields)) }
}

/// The last part of an address, made from a title: letters without accents, digits, single dashes, at most 60
/// characters, never empty and never a word that the address space needs.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            Some(letters) => slug.push_str(letters),
            None if c.is_ascii_alphanumeric() => slug.push(c),
            None if slug.ends_with('-') || slug.is_empty() => {}
            None => slug.push('-'),
        }
        if slug.len() >= 60 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    match slug {
        "" => "playlist".to_owned(),
        "new" => "new-playlist".to_owned(),
        slug => slug.to_owned(),
    }
}

/// Latin letters with marks, without them.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ą' | 'ă' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ř' => "r",
        'ß' => "ss",
        'ś' | 'š' | 'ş' => "s",
        'ť' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // An apostrophe joins: "don't" becomes "dont".
        '\'' | '’' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(resources: &[&str]) -> Content {
        let entry = |r: &&str| Entry { resource: (*r).to_owned(), note: String::new() };
        Content { title: "T".into(), entries: resources.iter().map(entry).collect(), ..Content::default() }
    }

    fn order(content: &Content) -> String {
        content.entries.iter().map(|e| e.resource.as_str()).collect()
    }

    #[test]
    fn moving_swaps_neighbours_and_stops_at_the_ends() {
        let list = content(&["a", "b", "c"]);
        let moved = |r: &str, d| order(&list.with(&Change::Move(r.into(), d)).unwrap());
        assert_eq!(moved("b", Direction::Up), "bac");
        assert_eq!(moved("b", Direction::Down), "acb");
        assert_eq!(moved("a", Direction::Up), "abc");
        assert_eq!(moved("c", Direction::Down), "abc");
        assert_eq!(list.with(&Change::Move("x".into(), Direction::Up)).unwrap_err().status(), 422);
    }

    #[test]
    fn the_501st_item_and_a_second_copy_are_refused_by_name() {
        let mut full = content(&[]);
        for n in 0..ITEMS_MAX {
            full = full.with(&Change::Add(n.to_string())).unwrap();
        }
        assert!(full.with(&Change::Add("one too many".into())).unwrap_err().field("resource").is_some());
        assert_eq!(full.entries.len(), ITEMS_MAX);
        assert!(content(&["a"]).with(&Change::Add("a".into())).unwrap_err().field("resource").is_some());
    }

    #[test]
    fn texts_are_trimmed_and_bounded_by_characters() {
        assert_eq!(checked("  Rust ", " why ").unwrap(), ("Rust".to_owned(), "why".to_owned()));
        assert!(checked(&"é".repeat(TITLE_MAX), &"é".repeat(SUMMARY_MAX)).is_ok());
        let error = checked(&"é".repeat(TITLE_MAX + 1), &"é".repeat(SUMMARY_MAX + 1)).unwrap_err();
        assert!(error.field("title").is_some() && error.field("summary").is_some());
        assert!(checked(" \n", "").unwrap_err().field("title").is_some());
        let note = Change::Note("a".into(), "x".repeat(NOTE_MAX + 1));
        assert!(content(&["a"]).with(&note).unwrap_err().field("note").is_some());
    }

    #[test]
    fn nothing_is_published_empty() {
        assert!(content(&[]).with(&Change::Publish(None)).is_err());
        assert_eq!(content(&["a"]).with(&Change::Publish(None)).unwrap().status, Status::Published);
    }

    #[test]
    fn slugs_are_plain_short_and_never_a_reserved_word() {
        assert_eq!(
            slug("Firmware craft: from blinking LED to field updates"),
            "firmware-craft-from-blinking-led-to-field-updates"
        );
        assert_eq!(slug("  Große Übung — don’t panic! "), "grosse-uebung-dont-panic");
        assert_eq!(slug("学习"), "playlist");
        assert_eq!(slug("New"), "new-playlist");
        assert!(slug(&"long title ".repeat(30)).len() <= 61);
        assert!(!slug(&"a-".repeat(60)).ends_with('-'));
    }

    #[test]
    fn stages_follow_from_counts() {
        let stage = |items, started, done| {
            let (person, playlist) = (String::new(), String::new());
            Progress { person, playlist, items, started, done, following: false, in_audience: true, last_at: None }
                .stage()
        };
        assert_eq!(stage(3, 0, 0), Stage::NotStarted);
        assert_eq!(stage(3, 1, 0), Stage::Started);
        assert_eq!(stage(3, 2, 1), Stage::UnderWay);
        assert_eq!(stage(3, 3, 3), Stage::Done);
        assert_eq!(stage(0, 0, 0), Stage::NotStarted);
    }
}
