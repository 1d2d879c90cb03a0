//! Whether the demo was seeded: the audit says so, in the transaction that did it.

use crate::platform::db::{Conn, Result};
use crate::sql;

/// What the audit calls it.
pub const SEEDED: &str = "demo.seed";

pub async fn is_seeded(c: &mut Conn) -> Result<bool> {
    let (times,): (i64,) = c.one(sql!("SELECT count(*) FROM audit WHERE action = $1", SEEDED)).await?;
    Ok(times > 0)
}
