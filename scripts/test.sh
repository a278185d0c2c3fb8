#!/usr/bin/env bash
# Every test on SQLite, then every test on PostgreSQL. Arguments go to pytest.
#
# Browser tests run on SQLite; on PostgreSQL only those marked both_databases, or all with INDBERET_TEST_BROWSER=all.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/apt.sh

INDBERET_TEST_CHROMIUM=$(scripts/chromium.sh) || fail "No Chromium starts here; scripts/prepare-tests.sh installs it."
export INDBERET_TEST_CHROMIUM
pytest=("${VENV:-.venv}/bin/python" -m pytest -n "${JOBS:-2}" "$@")

say "Testing on SQLite ..."
INDBERET_TEST_DATABASE_URL="" "${pytest[@]}"
say "Testing on PostgreSQL ..."
scripts/with-postgres.sh bash -c 'INDBERET_TEST_DATABASE_URL=$INDBERET_TEST_POSTGRES exec "$@"' test "${pytest[@]}"
