//! `atrium serve | work | migrate | demo | doctor | people | sign-in-link`

#[cfg(feature = "ssr")]
fn main() -> std::process::ExitCode {
    atrium::cli::main()
}

#[cfg(not(feature = "ssr"))]
fn main() {
    // The browser's half is crates/client.
}
