//! `atrium serve | work | migrate | demo | doctor`

#[cfg(feature = "ssr")]
fn main() {}

#[cfg(not(feature = "ssr"))]
fn main() {
    // The browser's half is crates/client.
}
