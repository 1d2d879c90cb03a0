//! Who is at the other end. A proxy's word is taken only where the operator named that proxy.

use std::net::IpAddr;

/// An address or a network: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `text`; `None` where it is neither an address nor a network.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |b| b.trim().parse().ok())?;
        (bits <= most).then_some(Network { address, bits })
    }

    /// Whether `address` lies in it. An IPv4 address mapped into IPv6 counts as the IPv4 address.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_head(own.to_bits().into(), other.to_bits().into(), 32, self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_head(own.to_bits(), other.to_bits(), 128, self.bits),
            _ => false,
        }
    }
}

fn same_head(a: u128, b: u128, width: u32, bits: u8) -> bool {
    bits == 0 || (a ^ b) >> (width - u32::from(bits).min(width)) == 0
}

/// The client's address: the peer's, unless the peer is a trusted proxy; then the last address in `forwarded` (the value
/// of X-Forwarded-For) that is no trusted proxy. What an untrusted client wrote there is further left and never read.
pub fn client(peer: IpAddr, forwarded: Option<&str>, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    if !is_trusted(peer) {
        return peer;
    }
    let mut last = peer;
    for hop in forwarded.unwrap_or("").rsplit(',') {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { return last };
        last = address;
        if !is_trusted(address) {
            return address;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_hold_what_lies_in_them() {
        let network = |text| Network::parse(text).unwrap();
        assert!(network("10.0.0.0/8").holds(ip("10.200.1.1")));
        assert!(!network("10.0.0.0/8").holds(ip("11.0.0.1")));
        assert!(network("10.0.0.7").holds(ip("::ffff:10.0.0.7")));
        assert!(network("0.0.0.0/0").holds(ip("8.8.8.8")));
        assert!(network("fd00::/8").holds(ip("fd12::1")) && !network("fd00::/8").holds(ip("fe80::1")));
        for wrong in ["", "x", "10.0.0.0/33", "10.0.0.0/x", "::/129"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_forged_header_is_believed_from_nobody_but_the_named_proxy() {
        let trusted = [Network::parse("10.0.0.0/8").unwrap()];
        let seen = |peer, header| client(ip(peer), header, &trusted);
        assert_eq!(seen("203.0.113.9", Some("1.2.3.4")), ip("203.0.113.9"));
        assert_eq!(seen("10.0.0.1", Some("1.2.3.4, 203.0.113.9")), ip("203.0.113.9"));
        assert_eq!(seen("10.0.0.1", Some("1.2.3.4, 203.0.113.9, 10.0.0.2")), ip("203.0.113.9"));
        assert_eq!(seen("10.0.0.1", Some("nonsense")), ip("10.0.0.1"));
        assert_eq!(seen("10.0.0.1", None), ip("10.0.0.1"));
    }
}
