//! Background work of playlists: what follows when a link breaks.

use super::broken;
use crate::catalog::links::jobs::BROKEN;
use crate::platform::Site;
use crate::platform::jobs::Worker;

/// Names the handler of this room's job.
pub fn register(worker: Worker, site: &Site) -> Worker {
    let site = site.clone();
    worker.on(BROKEN, move |job| {
        let site = site.clone();
        async move {
            let mut tx = site.begin().await?;
            broken::tell_stewards(&mut tx, job.arg("resource")?, site.now()).await?;
            tx.commit().await?;
            Ok(())
        }
    })
}
