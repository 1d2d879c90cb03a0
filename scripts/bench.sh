#!/usr/bin/env bash
# Builds what is measured, optimised, and measures it: one line a figure, also in target/bench.txt.
# Usage: scripts/bench.sh [ARGUMENT…]   (arguments go to `bench all`, such as --requests 2000)
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${ATRIUM_TEST_DATA:-}" ]; then
  echo "ATRIUM_TEST_DATA is not set: it names the folder that holds resources/open-resources.jsonl" >&2
  exit 1
fi
make release
cargo build --release -p bench
release="${CARGO_TARGET_DIR:-target}/release"
exec env ATRIUM_TEST_FSYNC=on scripts/with-postgres.sh "$release/bench" all --binary "$release/atrium" "$@"
