//! Which addresses may be reached.
//!
//! A name is resolved once, by the resolver that also connects, and what it resolves to is checked
//! there: a name that answers with a public address first and a private one later gains nothing.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::mask::mask;
use crate::error::Error;

/// Resolves a name to addresses.
pub(crate) type Lookup =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> + Send + Sync>;

/// The machine's own resolver.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|host| Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) }))
}

/// A resolver that knows public addresses only.
pub(super) struct PublicOnly(pub(super) Lookup);

/// The resolver found nothing but a private address.
#[derive(Debug, thiserror::Error)]
#[error("{0} is a private address")]
pub(super) struct Refused(pub(super) IpAddr);

/// The name could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unknown(pub(super) String);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.0)(name.as_str().to_owned());
        Box::pin(async move {
            let found = found.await.map_err(|error| Unknown(error.to_string()))?;
            Ok(Box::new(public(found)?.into_iter()) as Addrs)
        })
    }
}

fn public(found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let first = found.first().map(SocketAddr::ip);
    let public: Vec<_> = found.into_iter().filter(|address| !is_private(address.ip())).collect();
    match first {
        None => Err(Unknown("the name has no address".to_owned()).into()),
        Some(private) if public.is_empty() => Err(Refused(private).into()),
        Some(_) => Ok(public),
    }
}

/// Checks what an address says about itself: scheme, host, and a host that is written as a number.
pub(super) fn admit(url: &Url, allowed: bool) -> Result<(), Error> {
    let fault = |reason: &str| Err(Error::Address { url: mask(url), reason: reason.to_owned() });
    if !matches!(url.scheme(), "http" | "https") {
        return fault("only http and https addresses can be asked");
    }
    let literal = match url.host() {
        None => return fault("it names no host"),
        Some(Host::Domain("")) => return fault("it names no host"),
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
    };
    if !allowed && is_private(literal) {
        return Err(Error::Private { url: mask(url), address: literal.to_string() });
    }
    Ok(())
}

/// Resolves the host now, for a test of the address. Connecting checks again.
pub(super) async fn check_host(url: &Url, allowed: bool, lookup: &Lookup) -> Result<(), Error> {
    let Some(Host::Domain(host)) = url.host() else { return Ok(()) };
    let unknown = |reason: String| Error::Lookup { host: host.to_owned(), reason };
    let found = lookup(host.to_owned()).await.map_err(|error| unknown(error.to_string()))?;
    if allowed {
        return if found.is_empty() { Err(unknown("the name has no address".to_owned())) } else { Ok(()) };
    }
    match public(found) {
        Ok(_) => Ok(()),
        Err(error) => Err(match error.downcast_ref::<Refused>() {
            Some(Refused(address)) => Error::Private { url: mask(url), address: address.to_string() },
            None => unknown(error.to_string()),
        }),
    }
}

/// Whether an address is anything but a public host: loopback, private, link-local, shared (CGNAT),
/// multicast, reserved, documentation, or one of these wrapped into IPv6.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => private_v4(address),
        IpAddr::V6(address) => private_v6(address),
    }
}

fn private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn private_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Unspecified, loopback, and IPv4 in its compatible, mapped and translated forms.
        [0, 0, 0, 0, 0, 0, _, _] => true,
        [0, 0, 0, 0, 0, 0xffff, high, low] => v4(high, low),
        [0, 0, 0, 0, 0xffff, 0, high, low] => v4(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        // 6to4.
        [0x2002, high, low, ..] => v4(high, low),
        // Teredo, benchmarking, ORCHID, documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] => true,
        // What is not global unicast: unique local, link-local, site-local, multicast, local translation.
        [first, ..] => !(0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_all_their_clothes() {
        for private in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.9",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "fec0::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001:db8::1",
            "2001::1",
            "100::1",
        ] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2a00:1450::1",
        ] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn numbers_are_seen_through() {
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://127.1/",
            "http://①②⑦.0.0.1/",
        ] {
            let url = Url::parse(url).unwrap();
            assert!(matches!(admit(&url, false), Err(Error::Private { .. })), "{url}");
            assert!(admit(&url, true).is_ok(), "{url}");
        }
        for url in ["file:///etc/passwd", "gopher://a.example/", "data:text/plain,x"] {
            assert!(matches!(admit(&Url::parse(url).unwrap(), true), Err(Error::Address { .. })), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_with_both_sorts_of_address_keeps_the_public_one() {
        let both = vec!["10.0.0.1:0".parse().unwrap(), "8.8.8.8:0".parse().unwrap()];
        assert_eq!(public(both).unwrap(), ["8.8.8.8:0".parse().unwrap()]);
        assert!(public(vec!["10.0.0.1:0".parse().unwrap()]).is_err());
    }
}
