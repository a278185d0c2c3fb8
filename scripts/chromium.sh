#!/usr/bin/env bash
# Prints the path of a Chromium that starts: the one INDBERET_TEST_CHROMIUM names, the system's, or Playwright's own.
set -uo pipefail
cd "$(dirname "$0")/.."

playwrights() {
    "${VENV:-.venv}/bin/python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)' 2>/dev/null
}

if [ -n "${INDBERET_TEST_CHROMIUM:-}" ]; then
    candidates=("$INDBERET_TEST_CHROMIUM")
else
    candidates=(chromium chromium-browser google-chrome "$(playwrights)")
fi
for candidate in "${candidates[@]}"; do
    path=$(command -v "$candidate" 2>/dev/null) && "$path" --version >/dev/null 2>&1 && echo "$path" && exit 0
done
exit 1
