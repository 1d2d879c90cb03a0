//! Logs and figures.

use super::config::Log;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error, as text or as JSON lines. A filter that does not parse is an error that names it.
pub fn logs(log: &Log) -> Result<(), String> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|e| format!("log.filter: {e}"))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if log.format == "json" { logs.json().try_init() } else { logs.compact().try_init() };
    started.map_err(|e| e.to_string())
}

/// Installs the recorder of figures; the handle renders them for Prometheus.
pub fn figures() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new().install_recorder().map_err(|e| e.to_string())
}
