#!/bin/sh
# Fetches the design system and the few scripts the pages use, at pinned versions with pinned checksums,
# and lays them out under indberet/pages/static/. Needs npm and node; nothing else in the project does.
# The result is committed, so that building and running Indberet never needs this script.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
static="$root/indberet/pages/static"
vendor="$root/tests/vendor"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # fetch <package> <version> <sha256 of the tarball>
    echo "$1 $2"
    (cd "$work" && npm pack --silent "$1@$2" >/dev/null)
    echo "$3  $work/$1-$2.tgz" | sha256sum --check --quiet -
    mkdir -p "$work/$1"
    tar -xzf "$work/$1-$2.tgz" -C "$work/$1" --strip-components=1
}

fetch dkfds 11.2.0 93d6b1deebdaafb8d08c7be075f1bbe09fbcfa606765b600cde951ddbb92be61
fetch htmx.org 2.0.11 165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e
fetch axe-core 4.14.1 e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745

rm -rf "$static/dkfds" "$static/htmx"
mkdir -p "$static/dkfds/css" "$static/dkfds/js" "$static/dkfds/img/svg-icons" "$static/dkfds/fonts" \
    "$static/htmx" "$vendor"

# Source maps name addresses that are not ours to serve.
without_map() { sed -e '/^\/\/# sourceMappingURL=/d' "$1" >"$2"; }

# The design system's style sheet for Virk, less what the pages do not use: fonts in other formats and weights,
# icons as background pictures (the pages use the SVG sprite) and other services' logos.
node - "$work/dkfds/dist" "$static/dkfds" <<'NODE'
const fs = require('fs');
const path = require('path');
const [from, to] = process.argv.slice(2);
const faces = { Regular: 400, SemiBold: 600, Bold: 700 };
let css = fs.readFileSync(path.join(from, 'css/dkfds-virkdk.min.css'), 'utf8');
css = css.replace(/\/\*# sourceMappingURL=[^*]*\*\//g, '').replace(/@font-face\{[^}]*\}/g, '');
css = css.replace(/\.icon-[a-z-]+:not\(a\)\{[^}]*\}/g, '');
css = css.replace(/background-image:url\([^)]*logo[^)]*\);?/g, '');
const fonts = Object.entries(faces).map(([name, weight]) =>
  `@font-face{font-display:swap;font-family:IBM Plex Sans;font-style:normal;font-weight:${weight};` +
  `src:url(../fonts/IBMPlexSans-${name}.woff2) format("woff2")}`);
css = css.startsWith('@charset') ? css.replace(/^@charset "[^"]*";/, m => m + fonts.join('')) : fonts.join('') + css;
fs.writeFileSync(path.join(to, 'css/dkfds-virkdk.min.css'), css + '\n');
for (const name of Object.keys(faces)) {
  fs.copyFileSync(path.join(from, `fonts/IBMPlexSans/complete/woff2/IBMPlexSans-${name}.woff2`),
    path.join(to, `fonts/IBMPlexSans-${name}.woff2`));
}
const icons = new Set([...css.matchAll(/svg-icons\/([a-z0-9-]+\.svg)/g)].map(m => m[1]));
for (const icon of icons) fs.copyFileSync(path.join(from, 'img/svg-icons', icon), path.join(to, 'img/svg-icons', icon));
NODE

cp "$work/dkfds/dist/img/all-svg-icons.svg" "$static/dkfds/img/"
cp "$work/dkfds/LICENSE.md" "$static/dkfds/"
cp "$work/dkfds/dist/fonts/IBMPlexSans/complete/woff2/license.txt" "$static/dkfds/fonts/LICENSE.txt"
without_map "$work/dkfds/dist/js/dkfds.min.js" "$static/dkfds/js/dkfds.min.js"
cp "$work/htmx.org/dist/htmx.min.js" "$work/htmx.org/LICENSE" "$static/htmx/"
cp "$work/axe-core/axe.min.js" "$vendor/"
cp "$work/axe-core/LICENSE" "$vendor/axe.LICENSE"

cat >"$static/VENDORED.md" <<'TEXT'
# Borrowed assets

Made by `scripts/assets.sh` (`make assets`); never edited by hand. Our own files are in `indberet/`.

| folder | package and version | licence |
|---|---|---|
| `dkfds/` | dkfds 11.2.0, Det Fælles Designsystem (theme for Virk, unused fonts, icons and logos left out) | MIT; fonts IBM Plex Sans SIL OFL 1.1; icons Apache 2.0 (`dkfds/LICENSE.md`) |
| `htmx/` | htmx 2.0.11 | Zero-Clause BSD (`htmx/LICENSE`) |
| `tests/vendor/` (not served) | axe-core 4.14.1 | MPL 2.0 (`tests/vendor/axe.LICENSE`) |
TEXT
du -sh "$static" "$vendor"
