//! SQL of insights: what the rooms below do not tell.

use crate::platform::db::{Conn, Result, json};
use crate::sql;

/// Those of `people` to whom an active person reports.
pub async fn managing(c: &mut Conn, people: &[String]) -> Result<Vec<(String,)>> {
    c.all(sql!(
        "SELECT DISTINCT manager FROM person WHERE active AND manager IN (SELECT atom FROM json_each($1))",
        json(people)
    ))
    .await
}
