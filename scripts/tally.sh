#!/usr/bin/env bash
# One closing line over both test runners' logs: "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."
sum() { grep -hoE "$1" "${@:2}" 2>/dev/null | grep -oE '[0-9]+' | awk '{ n += $1 } END { print n + 0 }'; }
rust=target/test-rust.log pages=target/test-pages.log
passed=$(( $(sum '[0-9]+ passed;' $rust || true) + $(sum '^ +[0-9]+ passed' $pages || true) ))
failed=$(( $(sum '[0-9]+ failed;' $rust || true) + $(sum '^ +[0-9]+ failed' $pages || true) ))
skipped=$(( $(sum '[0-9]+ ignored;' $rust || true) + $(sum '^ +[0-9]+ skipped' $pages || true) ))
echo "$passed passed, $failed failed, $skipped skipped"
