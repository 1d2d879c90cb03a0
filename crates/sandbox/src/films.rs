//! Recordings: what the systems that show videos hold, and how a test changes it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use time::OffsetDateTime;

use crate::{
    Clock, ContentError, EditError,
    clock::working_moment,
    hash::hash,
    items::{Item, ItemFaults},
};

/// What a video system starts with.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct FilmContent {
    pub channels: Vec<FilmChannel>,
    pub films: Vec<Film>,
    pub playlists: Vec<FilmPlaylist>,
}

/// Films in an order of somebody's own.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct FilmPlaylist {
    pub id: String,
    pub title: String,
    /// Ids of films; of one that is not there any more, a playlist keeps the place.
    pub films: Vec<String>,
}

/// Where films are shown.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct FilmChannel {
    /// As in its address.
    pub name: String,
    pub title: String,
    /// Whose it is, as printed.
    pub owner: String,
    pub description: String,
}

/// One recording; its time is relative, so that a demo is always recent.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default)]
pub struct Film {
    /// Names it among the content; what the system calls it follows from that.
    pub id: String,
    pub title: String,
    pub text: String,
    /// A channel's name.
    pub channel: String,
    pub seconds: u32,
    /// A language tag; empty where nobody said.
    pub language: String,
    /// Empty where nobody said.
    pub category: String,
    pub tags: Vec<String>,
    /// Languages of its captions.
    pub captions: Vec<String>,
    /// Age when the sandbox starts.
    pub days_ago: f64,
    /// The other server that it comes from; empty for our own.
    pub host: String,
    /// `public`, `unlisted` or `private`.
    pub privacy: String,
    /// Being sent, or not yet begun, rather than recorded.
    pub live: bool,
}

impl Default for Film {
    fn default() -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            text: String::new(),
            channel: String::new(),
            seconds: 600,
            language: String::new(),
            category: String::new(),
            tags: Vec::new(),
            captions: Vec::new(),
            days_ago: 1.0,
            host: String::new(),
            privacy: "public".to_owned(),
            live: false,
        }
    }
}

/// The films of one system.
pub struct Films {
    clock: Clock,
    channels: Vec<FilmChannel>,
    shelf: Mutex<Vec<Shown>>,
}

/// A film as it is written down.
#[derive(Clone)]
pub(crate) struct Shown {
    /// What names it towards the outside is made of this.
    pub(crate) id: Option<String>,
    pub(crate) film: Film,
    pub(crate) published: OffsetDateTime,
    pub(crate) changed: OffsetDateTime,
}

impl Item for Shown {
    fn key(&self) -> String {
        self.film.id.clone()
    }
    fn remove_id(&mut self) {
        self.id = None;
    }
    fn take_id(&mut self, other: &Self) {
        self.id = other.id.clone();
    }
    fn text(&mut self) -> &mut String {
        &mut self.film.text
    }
    fn times(&mut self) -> Vec<&mut OffsetDateTime> {
        vec![&mut self.published, &mut self.changed]
    }
}

impl Films {
    pub(crate) fn new(content: &FilmContent, clock: Clock) -> Result<Self, ContentError> {
        let films = Self { clock, channels: content.channels.clone(), shelf: Mutex::default() };
        let now = films.clock.now();
        for film in &content.films {
            let at = working_moment(now, film.days_ago, hash(film.id.as_bytes()));
            films
                .put(film.clone(), at)
                .map_err(|error| ContentError::Film { film: film.id.clone(), what: error.to_string() })?;
        }
        Ok(films)
    }

    fn put(&self, film: Film, at: OffsetDateTime) -> Result<(), EditError> {
        if film.host.is_empty() && self.channel(&film.channel).is_none() {
            return Err(EditError::Missing { what: "channel", key: film.channel });
        }
        let mut shelf = self.shelf();
        if shelf.iter().any(|shown| shown.film.id == film.id) {
            return Err(EditError::Exists { what: "film", key: film.id });
        }
        shelf.push(Shown { id: Some(film.id.clone()), film, published: at, changed: at });
        Ok(())
    }

    /// Publishes a film now.
    ///
    /// # Errors
    /// Where there is one with this id, or no such channel.
    pub fn add(&self, film: Film) -> Result<(), EditError> {
        let now = self.clock.now();
        self.put(film, now)
    }

    /// Changes a film now.
    ///
    /// # Errors
    /// Where there is no such film.
    pub fn edit(&self, id: &str, change: impl FnOnce(&mut Film)) -> Result<(), EditError> {
        let now = self.clock.now();
        let mut shelf = self.shelf();
        let shown = shelf.iter_mut().find(|shown| shown.film.id == id).ok_or_else(|| missing(id))?;
        change(&mut shown.film);
        shown.changed = now;
        Ok(())
    }

    /// Deletes a film.
    ///
    /// # Errors
    /// Where there is no such film.
    pub fn delete(&self, id: &str) -> Result<(), EditError> {
        let mut shelf = self.shelf();
        let at = shelf.iter().position(|shown| shown.film.id == id).ok_or_else(|| missing(id))?;
        shelf.remove(at);
        Ok(())
    }

    /// Every film, the oldest first.
    pub fn all(&self) -> Vec<Film> {
        self.visible(&ItemFaults::default()).into_iter().map(|shown| shown.film).collect()
    }

    /// The films that the faults leave, the oldest first.
    pub(crate) fn visible(&self, faults: &ItemFaults) -> Vec<Shown> {
        let mut films = self.shelf().clone();
        faults.before_paging(&mut films);
        films.sort_by(|one, other| (one.published, &one.film.id).cmp(&(other.published, &other.film.id)));
        films
    }

    pub(crate) fn channel(&self, name: &str) -> Option<&FilmChannel> {
        self.channels.iter().find(|channel| channel.name == name)
    }

    pub(crate) fn channels(&self) -> &[FilmChannel] {
        &self.channels
    }

    fn shelf(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing(id: &str) -> EditError {
    EditError::Missing { what: "film", key: id.to_owned() }
}

/// `count` letters of an alphabet that follow from `text`: an id as a system makes them up.
pub(crate) fn letters(text: &str, alphabet: &[u8], count: u64) -> String {
    let letter = |at: u64| {
        let number = crate::hash::mix(hash(text.as_bytes()).wrapping_add(at.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        alphabet.get((number % alphabet.len().max(1) as u64) as usize).map_or('0', |byte| char::from(*byte))
    };
    (0..count).map(letter).collect()
}
