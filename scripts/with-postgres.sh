#!/usr/bin/env bash
# scripts/with-postgres.sh <command>...: runs the command beside a throw-away PostgreSQL of its own.
#
# The command finds the address in INDBERET_TEST_POSTGRES. The server listens on a socket in its own folder only, and
# both are gone afterwards, however the command ends. It forgets in a power cut what a real one keeps; with
# POSTGRES_DURABLE=1 (for measuring) it does not.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
source "$scripts/apt.sh"

bin=$("$scripts/postgres-bin.sh") || fail "PostgreSQL's server is not installed; scripts/prepare-tests.sh installs it."
folder=$(mktemp -d /tmp/indberet-postgres.XXXXXX)
as_owner=()
if [ "$(id -u)" -eq 0 ]; then # the server refuses to run as root
    id postgres >/dev/null 2>&1 || fail "There is no user 'postgres' to run PostgreSQL as, and root must not."
    chown postgres "$folder"
    as_owner=(runuser -u postgres --)
fi
server() { (cd "$folder" && "${as_owner[@]}" "$bin/$1" "${@:2}" >>"$folder/setup.log" 2>&1 </dev/null); }

stop() {
    status=$?
    trap - EXIT
    [ ! -f "$folder/data/postmaster.pid" ] || server pg_ctl -D "$folder/data" -m immediate stop || true
    rm -rf "$folder"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

touch "$folder/setup.log"
chmod 666 "$folder/setup.log"
options="-c listen_addresses='' -c unix_socket_directories='$folder' -c unix_socket_permissions=0700"
options+=" -c max_connections=100 -c shared_buffers=256MB"
[ -n "${POSTGRES_DURABLE:-}" ] ||
    options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
server initdb -D "$folder/data" -U indberet -A trust -E UTF8 --locale=C &&
    server pg_ctl -D "$folder/data" -l "$folder/server.log" -o "$options" -w start &&
    server createdb -h "$folder" -U indberet indberet || {
    cat "$folder"/*.log >&2
    fail "The throw-away PostgreSQL did not start."
}

export INDBERET_TEST_POSTGRES="postgresql://indberet@/indberet?host=$folder"
"$@"
