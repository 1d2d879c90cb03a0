//! What people see who follow a link to a video.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{PeerTube, short};
use crate::{
    films::Shown,
    html::{self, escape},
    items::ItemFaults,
    markup,
    systems::forum::day,
};

/// What the instance is called.
pub(super) const TITLE: &str = "The film room";

pub(super) async fn home(State(tube): State<Arc<PeerTube>>) -> Response {
    let mut films = tube.films.visible(&ItemFaults::default());
    films.retain(|shown| shown.film.privacy == "public");
    films.reverse();
    let row = |shown: &Shown| {
        format!(
            "<article><h2><a href=\"/w/{}\">{}</a></h2>\n<p class=\"quiet\">{}, {} minutes, {}</p></article>\n",
            short(&shown.film.id),
            escape(&shown.film.title),
            escape(
                tube.films.channel(&shown.film.channel).map_or(shown.film.host.as_str(), |each| each.title.as_str())
            ),
            shown.film.seconds.div_ceil(60),
            day(shown.published),
        )
    };
    html::page(TITLE, &films.iter().map(row).collect::<String>())
}

pub(super) async fn watch(State(tube): State<Arc<PeerTube>>, Path(id): Path<String>) -> Response {
    let films = tube.films.visible(&ItemFaults::default());
    let named = |shown: &&Shown| short(&shown.film.id) == id || PeerTube::uuid(&shown.film.id) == id;
    let Some(shown) = films.iter().find(named).filter(|shown| shown.film.privacy != "private") else {
        return html::missing("This video does not exist, or was deleted.");
    };
    html::page(&shown.film.title, &film(TITLE, shown))
}

/// A page about a film. There is nothing to play: the sandbox holds no pictures and no sound.
fn film(site: &str, shown: &Shown) -> String {
    format!(
        "<header><a href=\"/\">{site}</a></header>\n<p class=\"quiet\">{} minutes, {}</p>\n{}",
        shown.film.seconds.div_ceil(60),
        day(shown.published),
        markup::to_html(&shown.film.text, &|title| title.to_owned()),
    )
}
