#!/usr/bin/env bash
# Collects the Danish texts of Python and templates into the English catalogue; gettext's xgettext does the reading.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/apt.sh

command -v xgettext >/dev/null || apt_install "Collecting texts" gettext
python=$(realpath -s "${VENV:-.venv}")/bin/python
export INDBERET_DEMO=1 INDBERET_DATA_DIR="$PWD/var" PYTHONPATH="$PWD"
mkdir -p indberet/locale
cd indberet
"$python" -P -m indberet makemessages --locale en --no-obsolete --add-location file --ignore 'static/*'
