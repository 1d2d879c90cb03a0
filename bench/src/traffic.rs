//! A small load generator: so many connections that each ask again as soon as they are answered.

use crate::Outcome;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Connections that ask at the same time.
pub const CONNECTIONS: usize = 8;

/// What is asked for.
#[derive(Clone)]
pub struct Ask {
    /// `127.0.0.1:4000`.
    pub address: String,
    /// Path and query; of several, each request takes the next.
    pub paths: Vec<String>,
    /// The session's cookie, if any.
    pub cookie: Option<String>,
    /// `accept-encoding`, if any.
    pub encoding: Option<&'static str>,
}

/// What came back.
pub struct Answers {
    /// Requests that were answered.
    pub count: usize,
    /// A second.
    pub rate: f64,
    /// Milliseconds that half of them took at most.
    pub p50: f64,
    /// Milliseconds that 99 of 100 took at most.
    pub p99: f64,
    /// Bytes of a body, on average.
    pub bytes: f64,
}

type Link = SendRequest<Full<Bytes>>;

async fn link(address: &str) -> Outcome<Link> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // It ends with an error where the server closes it; the next request says so too.
        let _ended = connection.await;
    });
    Ok(sender)
}

fn request(ask: &Ask, number: usize) -> Outcome<Request<Full<Bytes>>> {
    let mut request = Request::get(&ask.paths[number % ask.paths.len()]).header("host", &ask.address);
    if let Some(cookie) = &ask.cookie {
        request = request.header("cookie", cookie);
    }
    if let Some(encoding) = ask.encoding {
        request = request.header("accept-encoding", encoding);
    }
    Ok(request.header("accept", "text/html").body(Full::default())?)
}

/// One request: its status and body.
pub async fn once(ask: &Ask) -> Outcome<(StatusCode, Bytes)> {
    let response = link(&ask.address).await?.send_request(request(ask, 0)?).await?;
    let status = response.status();
    Ok((status, response.into_body().collect().await?.to_bytes()))
}

/// Posts a form from a page of `origin`; answers the status and the cookies that are set.
pub async fn post(address: &str, origin: &str, path: &str, form: String) -> Outcome<(StatusCode, Vec<String>)> {
    let request = Request::post(path)
        .header("host", address)
        .header("origin", origin)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("content-length", form.len())
        .body(Full::from(form))?;
    let response = link(address).await?.send_request(request).await?;
    Ok((response.status(), cookies(&response)))
}

fn cookies<B>(response: &Response<B>) -> Vec<String> {
    let set = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).map(str::to_owned).collect()
}

/// Asks `count` times in all, within `limit`. Every answer has to be 200.
pub async fn hammer(ask: &Ask, count: usize, limit: Duration) -> Outcome<Answers> {
    let left = Arc::new(AtomicI64::new(count as i64));
    let (start, mut workers) = (Instant::now(), Vec::new());
    for _ in 0..CONNECTIONS {
        workers.push(tokio::spawn(worker(ask.clone(), left.clone(), start + limit)));
    }
    let (mut times, mut bytes) = (Vec::with_capacity(count), 0usize);
    for worker in workers {
        let (its_times, its_bytes) = worker.await??;
        times.extend(its_times);
        bytes += its_bytes;
    }
    let took = start.elapsed().as_secs_f64();
    if times.is_empty() {
        return Err(format!("{:?} answered nothing within {limit:?}", ask.paths).into());
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1000.0;
    let count = times.len();
    Ok(Answers { count, rate: count as f64 / took, p50: at(0.5), p99: at(0.99), bytes: bytes as f64 / count as f64 })
}

async fn worker(ask: Ask, left: Arc<AtomicI64>, until: Instant) -> Outcome<(Vec<Duration>, usize)> {
    let mut link = link(&ask.address).await?;
    let (mut times, mut bytes) = (Vec::new(), 0);
    loop {
        let number = left.fetch_sub(1, Ordering::Relaxed);
        if number <= 0 || Instant::now() > until {
            return Ok((times, bytes));
        }
        let asked = Instant::now();
        link.ready().await?;
        let response = link.send_request(request(&ask, number as usize)?).await?;
        let status = response.status();
        bytes += response.into_body().collect().await?.to_bytes().len();
        times.push(asked.elapsed());
        if status != StatusCode::OK {
            return Err(format!("{:?} answered {status}", ask.paths).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::routing::get;

    async fn served(router: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn ask(address: String, path: &str) -> Ask {
        Ask { address, paths: vec![path.to_owned()], cookie: Some("a=b".into()), encoding: None }
    }

    #[tokio::test]
    async fn every_request_is_counted_once() {
        let seen = Arc::new(AtomicI64::new(0));
        let counter = seen.clone();
        let handler = move || {
            counter.fetch_add(1, Ordering::Relaxed);
            async { "12345" }
        };
        let address = served(Router::new().route("/", get(handler))).await;
        let answers = hammer(&ask(address, "/"), 100, Duration::from_secs(10)).await.unwrap();
        assert_eq!((answers.count, answers.bytes, seen.load(Ordering::Relaxed)), (100, 5.0, 100));
        assert!(answers.p50 <= answers.p99 && answers.rate > 0.0);
    }

    #[tokio::test]
    async fn a_refusal_is_no_figure() {
        let address = served(Router::new()).await;
        assert!(hammer(&ask(address, "/missing"), 10, Duration::from_secs(10)).await.is_err());
    }
}
