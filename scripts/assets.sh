#!/usr/bin/env bash
# Puts the fonts that style/tokens.css names into public/fonts, from the npm packages in style/node_modules.
# cargo-leptos copies public/ into the site. Quick; does nothing where the files stand already.
set -euo pipefail
cd "$(dirname "$0")/.."
from=style/node_modules/@fontsource-variable
to=public/fonts
mkdir -p "$to"

version() { sed -n 's/^ *"version": "\(.*\)",*$/\1/p' "$from/$1/package.json"; }
# The names carry the version, because /fonts is cached for ever.
put() { # package, file, name
  local name="$3-$(version "$1").woff2"
  grep -q "/fonts/$name" style/fonts.css || { echo "assets: style/fonts.css does not name $name: write the new version there and in src/app.rs" >&2; exit 1; }
  [ -f "$to/$name" ] || cp "$from/$1/files/$2.woff2" "$to/$name"
}
put inter inter-latin-wght-normal inter
put inter inter-latin-ext-wght-normal inter-ext
put newsreader newsreader-latin-wght-normal newsreader
put newsreader newsreader-latin-ext-wght-normal newsreader-ext
put newsreader newsreader-latin-wght-italic newsreader-italic
cp -n "$from/inter/LICENSE" "$to/inter-LICENSE.txt" 2>/dev/null || true
cp -n "$from/newsreader/LICENSE" "$to/newsreader-LICENSE.txt" 2>/dev/null || true
