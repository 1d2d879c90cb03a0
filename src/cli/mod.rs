//! The command line: `atrium serve | work | migrate | demo | doctor | people | sign-in-link`.

mod demo;
mod doctor;
mod operate;
mod serve;

use crate::platform::Config;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// One front door to everything an organisation learns from.
#[derive(Parser)]
#[command(name = "atrium", version)]
struct Cli {
    /// The configuration file.
    #[arg(long, global = true, env = "ATRIUM_CONFIG", default_value = "Leptos.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the portal, and runs its background work.
    Serve,
    /// Runs background work only; for further nodes beside a PostgreSQL database.
    Work,
    /// Brings the database's tables up to date, and stops.
    Migrate,
    /// Serves the portal with an invented organisation, its own identity provider and source systems. Loopback only.
    Demo,
    /// Checks configuration, database, clock, disk and sources, and says what to do about each fault.
    Doctor,
    /// Looks after the people of the directory.
    People {
        #[command(subcommand)]
        command: People,
    },
    /// Makes an address that signs somebody in once, within a quarter of an hour, when the identity provider cannot.
    SignInLink {
        /// The person's mail address.
        email: String,
        /// Makes the person an operator too, for a portal that has none yet.
        #[arg(long)]
        operator: bool,
    },
}

#[derive(Subcommand)]
enum People {
    /// Reads people, teams and reporting lines from a CSV file: email,name,job_title,team,manager_email,locale,time_zone, and
    /// employee_number where there is one.
    Import {
        /// The file, in UTF-8.
        file: PathBuf,
    },
    /// Shuts somebody out who has left: running sessions end, and signing in is refused. What was recorded stays.
    Deactivate {
        /// The person's mail address.
        email: String,
    },
    /// Lets somebody in again.
    Activate {
        /// The person's mail address.
        email: String,
    },
}

/// Runs what the arguments ask for.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::load(&cli.config, std::env::vars()) {
        Ok(config) => config,
        Err(faults) => return refused(&faults),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refused(&[error.to_string()]),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve => serve::serve(config, &cli.config).await,
            Command::Work => serve::work(config).await,
            Command::Migrate => operate::migrate(config).await,
            Command::People { command } => match command {
                People::Import { file } => operate::import_people(config, &file).await,
                People::Deactivate { email } => operate::set_active(config, &email, false).await,
                People::Activate { email } => operate::set_active(config, &email, true).await,
            },
            Command::SignInLink { email, operator } => operate::sign_in_link(config, &email, operator).await,
            Command::Demo => demo::demo(config, &cli.config).await,
            Command::Doctor => return doctor::run(config).await,
        }
        .map(|()| ExitCode::SUCCESS)
    });
    match done {
        Ok(code) => code,
        Err(fault) => refused(&[fault]),
    }
}

fn refused(faults: &[String]) -> ExitCode {
    for fault in faults {
        eprintln!("atrium: {fault}");
    }
    ExitCode::from(2)
}
