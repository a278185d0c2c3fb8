#!/usr/bin/env bash
# scripts/venv.sh <folder> [python]: makes the virtual environment, with what Debian keeps in a package of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/apt.sh

folder=$1
python=${2:-python3}

"$folder/bin/python" -m pip --version >/dev/null 2>&1 && exit 0

command -v "$python" >/dev/null || apt_install "Indberet" python3 python3-venv
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Indberet needs Python 3.11 or newer, and $python is $version. Name a newer one: make demo PYTHON=python3.12"

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    apt_install "A virtual environment" "python$version-venv"
fi
"$python" -m venv --clear "$folder" || fail "$python could not make a virtual environment in $folder."
