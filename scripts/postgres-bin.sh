#!/usr/bin/env bash
# Prints the folder with PostgreSQL's server programs, the newest version first; fails when there is none.
set -euo pipefail
for initdb in $(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -Vr) "$(command -v initdb || true)"; do
    [ -x "$initdb" ] && exec dirname "$initdb"
done
exit 1
