//! What a person wants to be told, and when: her own page.

use super::deliver::shown;
use super::model::{
    DeliveryRow, Kind, KindSetting, Preference, Quiet, Rhythm, SettingsForm, SettingsView, Timing, minute_of, why,
};
use super::store;
use crate::base::{AppError, Fields, Res, Scope, Viewer, t};
use crate::platform::{Format, Site};

/// Mails that the page shows; the download holds all.
const DELIVERIES: i64 = 20;

/// The page of settings.
pub async fn settings(scope: &Scope, site: &Site) -> Res<SettingsView> {
    let viewer = scope.person()?;
    let mut c = site.read().await?;
    let said = store::preferences(&mut c, &viewer.id).await?;
    let of = |kind: Kind| said.iter().find(|(known, _)| *known == kind).map_or(kind.usual(), |(_, said)| *said);
    let format = Format::of(viewer, site.now());
    let mine = |row| DeliveryRow { person: String::new(), detail: String::new(), ..shown(row, &format) };
    Ok(SettingsView {
        mail_on: site.config.mail.is_on(),
        email: viewer.email.clone(),
        time_zone: viewer.time_zone.clone(),
        kinds: kinds_of(viewer).map(|kind| KindSetting { kind, preference: of(kind) }).collect(),
        timing: store::timing(&mut c, &viewer.id).await?,
        deliveries: store::deliveries_of(&mut c, &viewer.id, DELIVERIES).await?.into_iter().map(mine).collect(),
    })
}

/// The kinds that a person can get.
fn kinds_of(viewer: &Viewer) -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| kind.role().is_none_or(|role| viewer.roles.contains(&role)))
}

/// Keeps what the form says, for what comes from now on; mail that waits is sent as it was planned, unless it is wanted no
/// more.
pub async fn save(scope: &Scope, site: &Site, form: &SettingsForm) -> Res<()> {
    let viewer = scope.person()?;
    let (preferences, timing) = read(form, kinds_of(viewer))?;
    let now = site.now();
    let mut tx = site.begin().await?;
    for (kind, preference) in preferences {
        store::set_preference(&mut tx, &viewer.id, kind, preference, now).await?;
        if preference.mail == Rhythm::Off {
            store::suppress(&mut tx, &viewer.id, kind.as_str(), why::PREFERENCE, now).await?;
        }
    }
    store::set_timing(&mut tx, &viewer.id, &timing, now).await?;
    Ok(tx.commit().await?)
}

/// The form, with each faulty field named.
fn read(form: &SettingsForm, kinds: impl Iterator<Item = Kind>) -> Res<(Vec<(Kind, Preference)>, Timing)> {
    let texts = &t().notify;
    let mut faults = Fields::new();
    let mut clock = |field: &str, text: &str| match minute_of(text) {
        Some(minute) => minute,
        None => {
            faults.insert(field.to_owned(), texts.fault_clock.to_owned());
            0
        }
    };
    let digest_at = clock("digest_at", &form.digest_at);
    let quiet = form
        .quiet
        .then(|| Quiet { from: clock("quiet_from", &form.quiet_from), until: clock("quiet_until", &form.quiet_until) });
    if faults.is_empty() && quiet.is_some_and(|quiet| quiet.from == quiet.until) {
        faults.insert("quiet_until".into(), texts.fault_quiet.into());
    }
    let digest_day = form.digest_day.parse().ok().filter(|day| (1..=7).contains(day)).unwrap_or_else(|| {
        faults.insert("digest_day".into(), texts.fault_day.into());
        1
    });
    let mut preferences = Vec::new();
    for kind in kinds {
        let page = form.page.iter().any(|name| name == kind.as_str());
        let said = form.mail.iter().find(|(name, _)| name == kind.as_str()).map(|(_, rhythm)| rhythm.as_str());
        let mail = match (kind.mails(), said) {
            (false, _) => Rhythm::Off,
            (true, said) => said.and_then(Rhythm::parse).unwrap_or_else(|| {
                faults.insert(format!("mail[{}]", kind.as_str()), texts.fault_rhythm.into());
                Rhythm::Off
            }),
        };
        preferences.push((kind, Preference { page, mail }));
    }
    if faults.is_empty() {
        Ok((preferences, Timing { quiet, digest_at, digest_day }))
    } else {
        Err(AppError::Invalid(faults))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> SettingsForm {
        SettingsForm {
            page: vec!["saved_search".into()],
            mail: vec![("saved_search".into(), "weekly".into()), ("playlist_changed".into(), "off".into())],
            quiet: true,
            quiet_from: "22:00".into(),
            quiet_until: "07:00".into(),
            digest_at: "08:30".into(),
            digest_day: "5".into(),
        }
    }

    fn kinds() -> impl Iterator<Item = Kind> {
        [Kind::PlaylistChanged, Kind::SavedSearch, Kind::MailAlarm].into_iter()
    }

    #[test]
    fn a_form_is_read_kind_by_kind() {
        let (preferences, timing) = read(&form(), kinds()).unwrap();
        let expected = [
            (Kind::PlaylistChanged, Preference { page: false, mail: Rhythm::Off }),
            (Kind::SavedSearch, Preference { page: true, mail: Rhythm::Weekly }),
            (Kind::MailAlarm, Preference { page: false, mail: Rhythm::Off }),
        ];
        assert_eq!(preferences, expected);
        let quiet = Some(Quiet { from: 1320, until: 420 });
        assert_eq!(timing, Timing { quiet, digest_at: 510, digest_day: 5 });
    }

    #[test]
    fn every_fault_is_named_by_its_field() {
        let bad = SettingsForm {
            quiet_from: "25:00".into(),
            digest_at: String::new(),
            digest_day: "8".into(),
            mail: vec![("saved_search".into(), "hourly".into())],
            ..form()
        };
        let AppError::Invalid(faults) = read(&bad, kinds()).unwrap_err() else { panic!("not refused as a form") };
        let named: Vec<&str> = faults.keys().map(String::as_str).collect();
        assert_eq!(named, ["digest_at", "digest_day", "mail[playlist_changed]", "mail[saved_search]", "quiet_from"]);
        let no_hours = SettingsForm { quiet_until: "22:00".into(), ..form() };
        assert!(read(&no_hours, kinds()).unwrap_err().field("quiet_until").is_some());
        let switched_off = SettingsForm { quiet: false, quiet_from: String::new(), ..form() };
        assert_eq!(read(&switched_off, kinds()).unwrap().1.quiet, None, "what is switched off needs no hours");
    }
}
