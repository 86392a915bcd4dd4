#!/bin/sh
# Makes sure that the page tests have a browser: the system's own Chromium, installed from the distribution when it is missing.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
root=""
[ "$(id -u)" = 0 ] || root="sudo"
if command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    $root apt-get update -qq
    $root apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core fonts-liberation >/dev/null
else
    echo "Install Chromium with your system's package manager; the page tests skip without it." >&2
fi
