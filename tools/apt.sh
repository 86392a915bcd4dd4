# Read by the scripts beside it: how to install from the distribution without starting anything. Not run by itself.
# with_apt WHAT SKIPS: go on where apt-get is; elsewhere say what to install and which tests skip without it, and end well.
with_apt() {
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Install with your system's package manager: $1; $2 skip without." >&2
        exit 0
    fi
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    # Debian starts what it installs, unless this file says no (101).
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap '$root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
        $root chmod 755 "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    $root apt-get update -qq
}
# shellcheck disable=SC2086
installed() { $root apt-get install -qq -y --no-install-recommends --no-remove "$@" >/dev/null; }
