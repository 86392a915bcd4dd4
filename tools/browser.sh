#!/bin/sh
# Makes sure that the page tests have a browser: the system's own Chromium, installed from the distribution when it is missing.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
. "$(dirname "$0")/apt.sh"
with_apt chromium "the page tests"
installed chromium fonts-dejavu-core fonts-liberation
