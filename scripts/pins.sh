#!/usr/bin/env bash
# Pins every dependency with its hashes in requirements/, for every Python and machine that pyproject.toml allows.
set -euo pipefail
cd "$(dirname "$0")/.."

pin() {
    "${VENV:-.venv}/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}

pin pyproject.toml --output-file requirements/runtime.txt
pin --group build --output-file requirements/build.txt
pin pyproject.toml --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
! grep -nE '://|index' requirements/*.txt || { echo "A pin names the place it comes from." >&2; exit 1; }
