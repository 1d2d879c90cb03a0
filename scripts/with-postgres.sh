#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL on a free loopback port: ATRIUM_TEST_POSTGRES is its address.
# Usage: scripts/with-postgres.sh COMMAND [ARGUMENT…]
set -euo pipefail

bin=$(command -v pg_ctl >/dev/null && dirname "$(readlink -f "$(command -v pg_ctl)")" \
      || ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "PostgreSQL is missing: run scripts/setup.sh test" >&2; exit 1; }

folder=$(mktemp -d)
run=()
if [ "$(id -u)" = 0 ]; then # postgres refuses to run as root
  id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
  chown postgres "$folder"
  run=(runuser -u postgres --)
fi
port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])' 2>/dev/null \
       || node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')

stop() {
  "${run[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT INT TERM

cd "$folder"
"${run[@]}" "$bin/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 \
  || { cat "$folder/initdb.log" >&2; exit 1; }
"${run[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/data/server.log" start \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=${ATRIUM_TEST_FSYNC:-off} -c max_connections=300" \
  >/dev/null || { cat "$folder/data/server.log" >&2; exit 1; }
cd "$OLDPWD"

export ATRIUM_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port"
"$@"
