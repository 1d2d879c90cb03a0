//! `atrium serve | work | migrate | demo | doctor | people | sign-in-link`

/// A page is thousands of small pieces of text; glibc's allocator took a fifth of the time that one needs.
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
