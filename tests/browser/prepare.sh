#!/bin/sh
# What the page tests need is there, or one line says what is not: prepare.sh DIRECTORY puts the npm packages of the lock file into
# DIRECTORY/node_modules, and does nothing where they are there already. The source tree stays as it is.
set -eu
here=$(dirname "$0")
there=$1

for program in node npm chromium chromium-headless-shell; do
    command -v "$program" >/dev/null || {
        echo "the page tests want $program, which is not there: make -f Makefile.perf deps-browser" >&2
        exit 1
    }
done
mkdir -p "$there"
cat "$here/package.json" "$here/package-lock.json" "$here/.npmrc" >"$there/wanted"
if cmp -s "$there/wanted" "$there/installed"; then
    exit 0
fi
rm -f "$there/installed"
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$there"
(cd "$there" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error) || {
    echo "the page tests want the npm packages of tests/browser/package-lock.json, and npm did not bring them" >&2
    exit 1
}
mv "$there/wanted" "$there/installed"
