#!/usr/bin/env bash
# Walks through both guides in a browser and writes the pictures of docs/guide. Its texts are written by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/apt.sh

INDBERET_TEST_CHROMIUM=$(scripts/chromium.sh) || fail "No Chromium starts here; scripts/prepare-tests.sh installs it."
INDBERET_TEST_GUIDE=$(mktemp -d)
trap 'rm -rf "$INDBERET_TEST_GUIDE"' EXIT
export INDBERET_TEST_CHROMIUM INDBERET_TEST_GUIDE

say "Walking through the guides ..."
INDBERET_TEST_DATABASE_URL="" "${VENV:-.venv}/bin/python" -m pytest -q -n "${JOBS:-2}" -m guide tests/browser ||
    fail "The walk failed, so the pictures in docs/guide/pictures stay as they were."
mkdir -p docs/guide/pictures
rm -f docs/guide/pictures/*.png
cp "$INDBERET_TEST_GUIDE"/*.png docs/guide/pictures/
say "$(find docs/guide/pictures -name '*.png' | wc -l) pictures are in docs/guide/pictures."
