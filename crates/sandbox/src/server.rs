//! Starts the systems on their ports, and stops them.

use std::{collections::BTreeMap, io, net::Ipv4Addr, time::Duration};

use axum::{Router, middleware, serve::ListenerExt};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    Access, ApiKey, Clock, Content, ContentError, Faults, Login, NAMES, PerSystem, Requests, World,
    inject::{self, Gate},
    systems::Setup,
};

/// How the sandbox starts. The default takes free ports, the machine's clock, the embedded content,
/// and asks nobody for credentials.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Ports by system name; a system without an entry, or with 0, takes a free one.
    pub ports: BTreeMap<String, u16>,
    /// What the systems take for the present.
    pub clock: Clock,
    /// What they hold; none means the embedded content.
    pub content: Option<Content>,
    /// How many items a page of any list holds at most, for tests that need many pages; none leaves it at each
    /// vendor's own figure and what a client asks for. Every API here leaves its servers that freedom.
    pub page_items: Option<usize>,
    /// Asked of every request to the forum's JSON.
    pub forum_key: Option<ApiKey>,
    /// Who may read the wiki through its API; none means everybody.
    pub wiki_login: Option<Login>,
    /// The one key that YouTube's API accepts; none means any.
    pub youtube_key: Option<String>,
    /// The token that opens what is not public on GitHub; any other one is refused.
    pub github_token: Option<String>,
    /// The same for GitLab.
    pub gitlab_token: Option<String>,
    /// Who has an application password of the WordPress.
    pub wordpress_login: Option<Login>,
    /// The WordPress's API answers to nobody who has not signed in.
    pub wordpress_closed: bool,
    /// The WordPress writes no pretty addresses: its API is at `?rest_route=` alone.
    pub wordpress_plain: bool,
    /// Asked of every request to the training system's API.
    pub academy_access: Option<Access>,
    /// E-mail address and API token that the Confluence knows; none means that it asks nobody.
    pub confluence_login: Option<Login>,
    /// The one token that Vimeo's API accepts; none means any.
    pub vimeo_token: Option<String>,
    /// The token that opens the NodeBB, which shows nothing to guests then.
    pub nodebb_token: Option<String>,
    /// The client, by id and secret, that the Open edX gives tokens to.
    pub openedx_client: Option<Login>,
    /// The client, by id and secret, that LinkedIn gives tokens to.
    pub linkedin_client: Option<Login>,
}

impl Options {
    /// Puts the systems on consecutive ports from `first`, in the order of [`NAMES`].
    pub fn ports_from(mut self, first: u16) -> Self {
        self.ports = (first..).zip(NAMES).map(|(port, name)| ((*name).to_owned(), port)).collect();
        self
    }
}

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("there is no system {name:?} to give a port; the systems are {}", NAMES.join(", "))]
    UnknownSystem { name: String },
    #[error("{system} cannot listen on 127.0.0.1:{port}: {source}; choose another port, or 0 for a free one")]
    Listen { system: &'static str, port: u16, source: io::Error },
    #[error("{system} has no address: {source}")]
    Address { system: &'static str, source: io::Error },
    #[error("address {0} is no URL")]
    Url(String),
    #[error(transparent)]
    Content(#[from] ContentError),
}

/// The ecosystem in a box.
pub struct Sandbox;

impl Sandbox {
    /// Starts every system. They serve until [`Running::stop`], or until `Running` is dropped.
    ///
    /// # Errors
    /// Where a port is taken, an option names no system, or the content is not of its form.
    pub async fn start(options: Options) -> Result<Running, SandboxError> {
        if let Some(name) = options.ports.keys().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(SandboxError::UnknownSystem { name: name.clone() });
        }
        let mut listeners = listen(&options.ports).await?;
        let urls = PerSystem::try_from_names(|name| match listeners.get(name) {
            Some(listener) => address(name, listener),
            None => Err(SandboxError::UnknownSystem { name: name.to_owned() }),
        })?;
        let content = match options.content.clone() {
            Some(content) => content,
            None => Content::embedded()?,
        };
        let world = World::new(
            |_, base| Setup { options: &options, content: &content, clock: options.clock.clone(), base: base.clone() },
            &urls,
        )?;
        let faults = PerSystem::try_from_names(|_| Ok::<_, SandboxError>(Faults::default()))?;
        let requests = PerSystem::try_from_names(|_| Ok::<_, SandboxError>(Requests::default()))?;
        let (stop, stopped) = watch::channel(false);
        let mut servers = Vec::new();
        for (name, system, router) in world.systems() {
            let Some(listener) = listeners.remove(name) else { continue };
            let gate = Gate {
                system,
                clock: options.clock.clone(),
                faults: of(&faults, name),
                requests: of(&requests, name),
                page_items: options.page_items,
                stopped: stopped.clone(),
            };
            let router =
                router.merge(inject::control(gate.clone())).layer(middleware::from_fn_with_state(gate, inject::inject));
            servers.push(tokio::spawn(serve(listener, router, stopped.clone())));
        }
        Ok(Running { urls, world, faults, requests, stop, servers })
    }
}

/// The systems at work.
pub struct Running {
    urls: PerSystem<Url>,
    world: World,
    faults: PerSystem<Faults>,
    requests: PerSystem<Requests>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<io::Result<()>>>,
}

impl Running {
    /// Where each system listens: `http://127.0.0.1:PORT/`.
    pub fn urls(&self) -> &PerSystem<Url> {
        &self.urls
    }

    /// What the systems hold, to be changed.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What goes wrong, by system.
    pub fn faults(&self) -> &PerSystem<Faults> {
        &self.faults
    }

    /// Removes the faults of every system.
    pub fn clear_faults(&self) {
        for (_, faults) in self.faults.iter() {
            faults.clear();
        }
    }

    /// What was asked, by system.
    pub fn requests(&self) -> &PerSystem<Requests> {
        &self.requests
    }

    /// Stops serving: listeners close at once, answers under way get two seconds.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for mut server in std::mem::take(&mut self.servers) {
            if tokio::time::timeout(Duration::from_secs(2), &mut server).await.is_err() {
                server.abort();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

fn of<T: Clone + Default>(all: &PerSystem<T>, name: &str) -> T {
    all.iter().find(|(each, _)| *each == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn listen(ports: &BTreeMap<String, u16>) -> Result<BTreeMap<&'static str, TcpListener>, SandboxError> {
    let mut listeners = BTreeMap::new();
    for system in NAMES {
        let port = ports.get(*system).copied().unwrap_or(0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| SandboxError::Listen {
            system,
            port,
            source,
        })?;
        listeners.insert(*system, listener);
    }
    Ok(listeners)
}

fn address(system: &'static str, listener: &TcpListener) -> Result<Url, SandboxError> {
    let at = listener.local_addr().map_err(|source| SandboxError::Address { system, source })?;
    let text = format!("http://{at}/");
    Url::parse(&text).map_err(|_| SandboxError::Url(text))
}

async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
    // Answers that are sent in several writes would otherwise wait for acknowledgements.
    let listener = listener.tap_io(|stream| {
        // A connection that is closed already needs no option.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            // An error means that the sender is gone, which is the same wish.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        })
        .await
}
