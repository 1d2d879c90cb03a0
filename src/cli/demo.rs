//! `atrium demo`: the portal with an invented organisation, its own identity provider and source systems.

use super::operate::open_alone;
use super::serve::{leptos_options, listen, run, stop_on_signals};
use crate::demo;
use crate::identity::demo_issuer::{self, DemoIssuer};
use crate::platform::{Config, telemetry};
use std::path::Path;

/// What is logged where nobody said otherwise: the demo talks to a person.
const QUIET: &str = "warn";

/// Starts everything on loopback, seeds it at the first start, says whom one can sign in as.
pub(super) async fn demo(mut config: Config, file: &Path) -> Result<(), String> {
    if config.log.filter == Config::default().log.filter {
        config.log.filter = QUIET.into();
    }
    telemetry::logs(&config.log)?;
    demo_issuer::refuse_public(&config)?;
    let listener = listen(&config.server.listen).await?;
    let options = leptos_options(file)?;
    let say = |text: &str| println!("demo   {text}");
    demo_issuer::configure(&mut config);
    let sandbox = demo::start(&mut config, &say).await?;
    let (site, _alone) = open_alone(config).await?;
    let stop = stop_on_signals();
    let told = |error: crate::base::AppError| error.to_string();
    demo::seed(&site, &sandbox, &say).await.map_err(told)?;
    let roles = demo::Organisation::embedded().map_err(told)?.roles();
    let issuer = DemoIssuer::new(&site, roles).await.map_err(told)?;
    let welcome = demo::welcome(&site.config).map_err(told)?;
    run(site, options, listener, demo_issuer::routes(issuer), stop, || println!("{welcome}")).await?;
    sandbox.stop().await;
    Ok(())
}
