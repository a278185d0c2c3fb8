#!/usr/bin/env bash
# Installs what the tests need besides Python packages: a PostgreSQL server, a Chromium that starts, and an identity
# provider, SimpleSAMLphp with PHP, which the tests start by themselves.
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

if ! command -v xmlsec1 >/dev/null; then
    apt_install "Signing and decrypting SAML" xmlsec1
fi

if ! scripts/simplesaml.sh >/dev/null; then
    # Its package wants a web server, which would start and take port 80. We run it on PHP's own, so it is unpacked only.
    apt_install "An identity provider to test against" php-cli php-xml php-mbstring
    folder=$PWD/${VENV:-.venv}/simplesamlphp
    apt_unpack "An identity provider to test against" simplesamlphp "$folder"
    scripts/simplesaml.sh >/dev/null || fail "SimpleSAMLphp was unpacked to $folder, but PHP cannot run it."
fi
