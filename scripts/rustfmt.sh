#!/usr/bin/env bash
# rustfmt over our own crates, with whichever toolchain has it. Usage: scripts/rustfmt.sh [--check]
set -euo pipefail
cd "$(dirname "$0")/.."
if command -v rustup >/dev/null; then
  for toolchain in "${RUSTUP_TOOLCHAIN:-stable}" stable nightly; do
    if rustup run "$toolchain" rustfmt --version >/dev/null 2>&1; then
      exec rustup run "$toolchain" cargo fmt -p atrium -p client -p connect -p sandbox -- "$@"
    fi
  done
fi
command -v cargo-fmt >/dev/null || { echo "rustfmt is missing: rustup component add rustfmt" >&2; exit 1; }
exec cargo fmt -p atrium -p client -p connect -p sandbox -- "$@"
