#!/usr/bin/env bash
# Installs what a fresh machine lacks, step by step, and skips each step whose result stands.
#
# Every step tries the ordinary way first (rustup, cargo binstall) and falls back to what a closed
# network still has: the crate, npm and Debian package registries. What it found is written to
# target/toolchain.env, which the Makefile reads before every other command.
#
# Usage: scripts/setup.sh [build|test]     (test adds a browser and PostgreSQL)
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-build}
# A shell that has read toolchain.env must not pass for a machine whose own Rust will do: the choice would be lost.
unset RUSTUP_TOOLCHAIN

RUST_MIN=1.96
CARGO_LEPTOS=0.3.11
tools=${ATRIUM_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/atrium-tools}
mkdir -p "$tools" target
PATH="$tools/bin:$PWD/style/node_modules/.bin:$PATH"

say() { printf '\033[2msetup\033[0m  %s\n' "$*"; }
die() { printf '\033[31msetup\033[0m  %s\n' "$*" >&2; exit 1; }
# Long commands keep quiet unless they fail.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then tail -n 40 "$log" >&2; rm -f "$log"; return 1; fi
  rm -f "$log"
}
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

apt_updated=
debian() {
  command -v apt-get >/dev/null || die "needs $*, and this machine has no apt-get: install them by hand"
  [ "$(id -u)" = 0 ] || die "needs Debian packages; run this, then try again:  sudo apt-get install -y $*"
  if [ -z "$apt_updated" ]; then quietly apt-get update -qq; apt_updated=1; fi
  DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -qq --no-install-recommends "$@" \
    || die "could not install: $*"
}

# --- a C compiler, for SQLite
command -v cc >/dev/null || { say "C compiler: from Debian"; debian build-essential; }

# --- Rust with the wasm target
toolchain=
if command -v rustc >/dev/null && at_least "$(rustc --version | cut -d' ' -f2)" "$RUST_MIN" \
   && { [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ] \
        || { command -v rustup >/dev/null && timeout 120 rustup target add wasm32-unknown-unknown >/dev/null 2>&1; }; }; then
  say "Rust: $(rustc --version | cut -d' ' -f2), wasm target by rustup"
else
  if [ ! -x /usr/bin/rustc ] || [ ! -x /usr/bin/cargo ] || [ ! -d /usr/lib/rustlib ] \
     || ! at_least "$(/usr/bin/rustc --version | cut -d' ' -f2)" "$RUST_MIN"; then
    say "Rust: no toolchain of $RUST_MIN or newer that can have the wasm target; taking Debian's rustc-web"
    debian rustc-web cargo-web rust-web-src rust-web-clippy rust-web-llvm lld-22
  fi
  # the wasm target's linker; rust-lld is a link to LLVM's own
  rust-lld -flavor wasm --version >/dev/null 2>&1 || debian rust-web-llvm lld-22
  sysroot=$(/usr/bin/rustc --print sysroot)
  wasm="$sysroot/lib/rustlib/wasm32-unknown-unknown/lib"
  if ! ls "$wasm"/libstd-*.rlib >/dev/null 2>&1; then
    say "Rust: building the wasm standard library (about a minute)"
    [ -d "$sysroot/lib/rustlib/src/rust/library" ] || debian rust-web-src
    work=$(mktemp -d)
    mkdir "$work/src" && : >"$work/src/lib.rs"
    printf '[package]\nname = "std-for-wasm"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"
    # embed-bitcode: without it link-time optimisation fails later ("Can't find section .llvmbc")
    (cd "$work" && RUSTC=/usr/bin/rustc RUSTFLAGS="-Cembed-bitcode=yes" RUSTC_BOOTSTRAP=1 quietly /usr/bin/cargo build \
        -Z build-std=std,panic_abort,panic_unwind --target wasm32-unknown-unknown --release) \
      || die "building the wasm standard library failed"
    mkdir -p "$wasm"
    cp "$work"/target/wasm32-unknown-unknown/release/deps/lib*-*.rlib "$wasm/"
    rm -rf "$work" target/front
  fi
  if command -v rustup >/dev/null; then
    rustup toolchain link debian /usr 2>/dev/null || true
    toolchain=debian
  fi
  say "Rust: Debian's $(/usr/bin/rustc --version | cut -d' ' -f2), wasm target built from its source"
fi
[ -z "$toolchain" ] || export RUSTUP_TOOLCHAIN="$toolchain"

# --- cargo-leptos (its own release profile links for ten minutes; this one for three)
if ! "$tools/bin/cargo-leptos" --version 2>/dev/null | grep -qF "$CARGO_LEPTOS"; then
  if command -v cargo-binstall >/dev/null \
     && timeout 300 cargo binstall -y --root "$tools" "cargo-leptos@$CARGO_LEPTOS" >/dev/null 2>&1; then
    say "cargo-leptos: prebuilt"
  else
    say "cargo-leptos: building $CARGO_LEPTOS (some minutes, once a machine)"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
      CARGO_TARGET_DIR="$tools/build" quietly cargo install "cargo-leptos@$CARGO_LEPTOS" --locked \
      --features no_downloads --root "$tools" || die "cargo-leptos did not build"
  fi
fi

# --- wasm-bindgen, at the very version that the lock file has
bindgen=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
if [ "$(wasm-bindgen --version 2>/dev/null | cut -d' ' -f2)" != "$bindgen" ]; then
  if command -v cargo-binstall >/dev/null \
     && timeout 300 cargo binstall -y --root "$tools" "wasm-bindgen-cli@$bindgen" >/dev/null 2>&1; then
    say "wasm-bindgen: prebuilt"
  else
    say "wasm-bindgen: building $bindgen (some minutes, once a machine)"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
      CARGO_TARGET_DIR="$tools/build" quietly cargo install wasm-bindgen-cli --version "$bindgen" --root "$tools" \
      || die "wasm-bindgen-cli did not build"
  fi
fi
rm -rf "$tools/build"

# --- style sheet and wasm-opt, from npm
command -v npm >/dev/null || { say "Node: from Debian"; debian nodejs npm; }
npm_ci() { # a folder whose lock file has not changed since it was installed is left alone
  local stamp="$1/node_modules/.lock-installed"
  if ! cmp -s "$1/package-lock.json" "$stamp"; then
    say "npm: $1"
    (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly npm ci --no-fund --no-audit) || die "npm ci failed in $1"
    cp "$1/package-lock.json" "$stamp"
  fi
}
npm_ci style

# --- tests: a browser, a database, a mail server, a wiki, a blog
if [ "$want" = test ]; then
  npm_ci end2end
  [ -x /usr/bin/chromium ] || { say "Chromium: from Debian"; debian chromium; }
  if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    say "PostgreSQL: from Debian"; debian postgresql
  fi
  if ! /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null; then
    say "aiosmtpd (a real mail server to test against): from Debian"; debian python3-aiosmtpd
  fi
  if [ ! -f /usr/share/mediawiki/index.php ] || ! command -v php >/dev/null; then
    say "MediaWiki (a real wiki to test against): from Debian"
    debian mediawiki php-cli php-sqlite3 php-mbstring php-xml php-intl
  fi
  if [ ! -f /usr/share/wordpress/wp-load.php ] || [ ! -x /usr/sbin/mariadbd ] || ! php -m 2>/dev/null | grep -qx mysqli; then
    say "WordPress (a real one to test against) and MariaDB for it: from Debian"
    debian wordpress php-cli php-mysql mariadb-server-core
  fi
fi

{
  [ -z "$toolchain" ] || echo "export RUSTUP_TOOLCHAIN=$toolchain"
  echo "export PATH=$tools/bin:$PWD/style/node_modules/.bin:\$PATH"
} >target/toolchain.env
say "ready"
