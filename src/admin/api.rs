//! What operators' pages ask.

use crate::base::AppError;
use leptos::prelude::*;

/// Whether the asking person may see the design page: operators only.
#[server(prefix = "/api", endpoint = "admin/design")]
pub async fn may_design() -> Result<(), AppError> {
    crate::platform::scope().require(crate::base::Role::Operator)
}
