#!/usr/bin/env bash
# Collects the Danish texts of Python and templates into the English catalogue, and tells which are to be translated.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${VENV:-.venv}/bin/python" -P scripts/messages.py
