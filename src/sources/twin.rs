//! The same system connected twice: told by its kind and its address, however that is written.

use super::model::Twin;
use super::settings::{self, Entered};
use super::store::{self, SourceRow};
use crate::base::{AppError, Res, t};
use crate::catalog::service::url_key;
use crate::platform::db::Conn;

/// Who else reads a system of that kind at that address: somebody connected, failing that somebody removed.
pub async fn twin_of(c: &mut Conn, kind: &str, address: &str, except: Option<&str>) -> Res<Option<Twin>> {
    let Some(place) = url_key(address) else { return Ok(None) };
    let field = settings::address_field(kind)?;
    let same = |source: &SourceRow| {
        source.kind == kind && except != Some(source.id.as_str()) && place_of(source, field).as_ref() == Some(&place)
    };
    let twins = store::sources(c).await?.into_iter().filter(same);
    let twin = twins.min_by_key(|source| source.removed_at.is_some());
    Ok(twin.map(|s| Twin { id: s.id, name: s.name, removed: s.removed_at.is_some() }))
}

fn place_of(source: &SourceRow, field: &str) -> Option<String> {
    source.settings[field].as_str().and_then(url_key)
}

/// Refuses an address that another connected source reads from, unless that is what is meant. `source` is the one that is
/// changed: at the address that it has already it stays, whoever else came there.
pub async fn refuse_twin(c: &mut Conn, entered: &Entered, source: Option<&SourceRow>) -> Res<()> {
    let field = settings::address_field(&entered.kind)?;
    let address = entered.settings.get(field).map(String::as_str).unwrap_or_default();
    let stays = source.is_some_and(|source| place_of(source, field) == url_key(address));
    if entered.again || stays {
        return Ok(());
    }
    match twin_of(c, &entered.kind, address, source.map(|source| source.id.as_str())).await? {
        Some(twin) if !twin.removed => Err(AppError::invalid(field, t().sources.fault_twin(&twin.name))),
        _ => Ok(()),
    }
}
