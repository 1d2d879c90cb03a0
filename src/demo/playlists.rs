//! The organisation's playlists: published ones made in one go, the draft put together as its curator would.

use super::organisation::{EVERYONE, Organisation, Playlist};
use crate::base::{AppError, DAY, Res, Role, Scope, Viewer};
use crate::directory::service as directory;
use crate::platform::Site;
use crate::platform::db::Conn;
use crate::playlists::service::{self as playlists, EditForm, NewPlaylist};
use std::collections::HashMap;

/// Makes the published playlists; answers their ids by slug. `resources` holds ids by the items' addresses.
pub async fn publish(
    tx: &mut Conn,
    organisation: &Organisation,
    people: &HashMap<String, String>,
    resources: &HashMap<String, String>,
    now: i64,
) -> Res<HashMap<String, String>> {
    let groups: HashMap<String, String> =
        directory::groups(tx).await?.into_iter().map(|group| (group.name, group.id)).collect();
    let published: Vec<&Playlist> = organisation.playlists.iter().filter(|playlist| playlist.published).collect();
    let mut ids = HashMap::new();
    for (number, playlist) in published.iter().enumerate() {
        let steward = people.get(&playlist.owner_email).ok_or(AppError::NotFound)?;
        let items: Vec<(String, String)> = playlist
            .items
            .iter()
            .filter_map(|item| Some((resources.get(&item.url)?.clone(), item.note.clone())))
            .collect();
        let audience = match playlist.audience.as_str() {
            EVERYONE => None,
            team => Some(groups.get(team).ok_or(AppError::NotFound)?.as_str()),
        };
        let new = NewPlaylist {
            slug: Some(&playlist.slug),
            title: &playlist.title,
            summary: &playlist.summary,
            steward,
            audience,
            items: &items,
        };
        // Each was published some weeks before anybody followed it, on working days.
        let at = now - (120 - 7 * number as i64) * DAY;
        ids.insert(playlist.slug.clone(), playlists::create_published(tx, new, at).await?);
    }
    Ok(ids)
}

/// Puts together the playlists that are drafts, as far as they are not there yet.
pub async fn draft(site: &Site, organisation: &Organisation, resources: &HashMap<String, String>) -> Res<()> {
    for playlist in organisation.playlists.iter().filter(|playlist| !playlist.published) {
        let scope = curator(site, &playlist.owner_email).await?;
        let lists = playlists::lists(&scope, site).await?;
        let known = lists.drafts.into_iter().find(|card| card.title == playlist.title).map(|card| card.slug);
        let slug = match known {
            Some(slug) => slug,
            None => playlists::create(&scope, site, &playlist.title, &playlist.summary, "").await?,
        };
        for item in &playlist.items {
            let Some(resource) = resources.get(&item.url) else { continue };
            let view = playlists::editor(&scope, site, &slug).await?;
            if view.items.iter().any(|known| known.resource == *resource) {
                continue;
            }
            let edit = |what: &str, version: i64| EditForm {
                slug: slug.clone(),
                version,
                what: what.to_owned(),
                resource: resource.clone(),
                note: item.note.clone(),
                ..EditForm::default()
            };
            playlists::edit(&scope, site, &edit("add", view.version)).await?;
            let view = playlists::editor(&scope, site, &slug).await?;
            playlists::edit(&scope, site, &edit("note", view.version)).await?;
        }
    }
    Ok(())
}

/// The scope of a person who curates.
async fn curator(site: &Site, email: &str) -> Res<Scope> {
    let mut c = site.read().await?;
    let person = directory::person_by_email(&mut c, email).await?.ok_or(AppError::NotFound)?;
    let groups = directory::groups_of(&mut c, &person.id).await?;
    Ok(Scope::Person(Viewer {
        manages: directory::manages(&mut c, &person.id).await?,
        id: person.id,
        name: person.name,
        email: person.email,
        locale: person.locale,
        time_zone: person.time_zone,
        roles: vec![Role::Curator],
        groups: groups.into_iter().map(|group| group.id).collect(),
    }))
}
