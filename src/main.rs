//! `atrium serve | work | migrate | demo | doctor | people | sign-in-link`

/// Drawing a page makes thousands of small pieces; the system's allocator spends a third of the time on them.
#[cfg(feature = "ssr")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "ssr")]
fn main() -> std::process::ExitCode {
    atrium::cli::main()
}

#[cfg(not(feature = "ssr"))]
fn main() {
    // The browser's half is crates/client.
}
