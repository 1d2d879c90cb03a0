//! Serving: the listener, the worker, the figures, and a graceful end.

use super::operate::open_alone;
use crate::catalog::search;
use crate::platform::jobs::{self, Worker};
use crate::platform::{Config, Site, telemetry};
use crate::server;
use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often ended jobs, expired sessions and the like are swept out.
const SWEEP: Duration = Duration::from_secs(3600);

/// `atrium serve`.
pub async fn serve(config: Config, file: &Path) -> Result<(), String> {
    telemetry::logs(&config.log)?;
    let (site, _alone) = open_alone(config).await?;
    let listener = listen(&site.config.server.listen).await?;
    let options = leptos_options(file)?;
    let stop = stop_on_signals();
    run(site, options, listener, Router::new(), stop, || ()).await
}

/// `atrium work`.
pub async fn work(config: Config) -> Result<(), String> {
    telemetry::logs(&config.log)?;
    let (site, _alone) = open_alone(config).await?;
    let stop = stop_on_signals();
    let figures = figures(&site, stop.clone()).await?;
    tracing::info!("working");
    let working = start_work(&site, stop).await?;
    working.await.map_err(|e| format!("the worker ended early: {e}"))?;
    drop(figures);
    site.db.close().await;
    Ok(())
}

/// Serves until `stop`, and says so by `ready`; then requests and jobs under way get the configured grace.
pub(super) async fn run(
    site: Site,
    options: LeptosOptions,
    listener: TcpListener,
    more: Router,
    stop: watch::Receiver<bool>,
    ready: impl FnOnce(),
) -> Result<(), String> {
    let figures = figures(&site, stop.clone()).await?;
    let following = search::start(&site, stop.clone()).await.map_err(|e| e.to_string())?;
    let working = start_work(&site, stop.clone()).await?;
    let router = server::router(site.clone(), options, more);
    tracing::info!(listen = %site.config.server.listen, public = site.config.server.public_address, "serving");
    ready();
    // A page is many small writes: without this each waits 40 ms for an acknowledgement.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopped(stop.clone()));
    let grace = Duration::from_secs(site.config.server.shutdown_seconds);
    let late = async {
        stopped(stop).await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        ended = serving.into_future() => ended.map_err(|e| e.to_string())?,
        () = late => tracing::warn!("requests that were still running were cut off"),
    }
    if tokio::time::timeout(grace, working).await.is_err() {
        tracing::warn!("jobs that were still running will be run again");
    }
    if tokio::time::timeout(grace, following).await.is_err() {
        tracing::warn!("search goes on where it stood after the next start");
    }
    drop(figures);
    site.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Runs background work until `stop`.
async fn start_work(site: &Site, stop: watch::Receiver<bool>) -> Result<JoinHandle<()>, String> {
    if site.db.is_alone() {
        let mut tx = site.begin().await.map_err(|e| e.to_string())?;
        let again = jobs::recover(&mut tx, site.now()).await.map_err(|e| e.to_string())?;
        tx.commit().await.map_err(|e| e.to_string())?;
        if again > 0 {
            tracing::info!(again, "jobs that a stopped process held run again");
        }
    }
    let worker = Worker::new(site.wake.clone());
    let worker = crate::sources::jobs::register(worker, site);
    let worker = crate::catalog::works::jobs::register(worker, site);
    crate::catalog::works::jobs::start(site).await.map_err(|e| e.to_string())?;
    let worker = crate::catalog::links::jobs::register(worker, site);
    let worker = crate::playlists::jobs::register(worker, site);
    let worker = crate::notify::jobs::register(worker, site);
    tokio::spawn(crate::sources::jobs::keep_time(site.clone(), stop.clone()));
    tokio::spawn(crate::catalog::links::jobs::keep_time(site.clone(), stop.clone()));
    tokio::spawn(crate::notify::jobs::keep_time(site.clone(), stop.clone()));
    tokio::spawn(sweep(site.clone(), stop.clone()));
    let holder = crate::platform::new_id();
    Ok(tokio::spawn(worker.run(site.db.clone(), holder, site.clock.clone(), stop)))
}

async fn sweep(site: Site, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let swept = async {
            let mut tx = site.begin().await?;
            jobs::sweep(&mut tx, site.now()).await?;
            tx.commit().await?;
            crate::identity::service::sweep(&site).await.map(drop)
        };
        if let Err(error) = swept.await {
            tracing::warn!(%error, "could not sweep; trying again in an hour");
        }
        tokio::select! { () = tokio::time::sleep(SWEEP) => {}, _ = stop.changed() => {} }
    }
}

/// Prometheus reads from a port of its own, so that nobody publishes it by mistake.
async fn figures(site: &Site, stop: watch::Receiver<bool>) -> Result<Option<JoinHandle<()>>, String> {
    let address = &site.config.server.metrics;
    if address.is_empty() {
        return Ok(None);
    }
    let handle: PrometheusHandle = telemetry::figures()?;
    let listener = listen(address).await.map_err(|e| format!("server.metrics: {e}"))?;
    let router = Router::new().route("/metrics", get(move || std::future::ready(handle.render())));
    Ok(Some(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped(stop)).await {
            tracing::warn!(%error, "figures are no longer served");
        }
    })))
}

pub(super) async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} is taken by another process: stop it, or choose another port")
        }
        _ => format!("cannot listen on {address}: {e}"),
    })
}

pub(super) fn leptos_options(file: &Path) -> Result<LeptosOptions, String> {
    let path = file.to_str().filter(|_| file.exists());
    let read = leptos::config::get_configuration(path).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(read.leptos_options)
}

/// Turns true at Ctrl-C or SIGTERM.
pub(super) fn stop_on_signals() -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! { _ = tokio::signal::ctrl_c() => {}, () = terminated => {} }
        tracing::info!("stopping");
        stop.send_replace(true);
        stop.closed().await;
    });
    stopped
}

pub(super) async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is the same wish.
    let _ = stop.wait_for(|stop| *stop).await;
}
