#!/usr/bin/env bash
# Installs what the tests need besides Python packages: a PostgreSQL server and a Chromium that starts.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/apt.sh

if ! scripts/postgres-bin.sh >/dev/null; then
    apt_install "Testing on PostgreSQL" postgresql
    scripts/postgres-bin.sh >/dev/null || fail "PostgreSQL was installed, but its program initdb was not found."
fi

if ! scripts/chromium.sh >/dev/null; then
    if [ "$(. /etc/os-release && echo "$ID")" = ubuntu ]; then
        # Ubuntu's package is a snap, which does not start in containers: take the build that Playwright supports there.
        say "Installing Chromium (Testing in a browser) ..."
        "${VENV:-.venv}/bin/playwright" install --with-deps chromium >&2 || true
    else
        apt_install "Testing in a browser" chromium
    fi
    scripts/chromium.sh >/dev/null ||
        fail "No Chromium starts here. Install one and name it: make test INDBERET_TEST_CHROMIUM=/path/to/chromium"
fi
