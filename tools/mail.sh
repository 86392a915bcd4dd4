#!/bin/sh
# Makes sure that the tests of `bascule move` have two mail servers of different make: Dovecot, and Cyrus beside it.
# The distribution lets only one of them be installed: Cyrus is unpacked into a folder of this project, and only its libraries are installed.
# Nothing is ever started: the tests start their own servers, on loopback.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
cyrus=$(dirname "$0")/../.make/cyrus
needed=""
command -v dovecot >/dev/null 2>&1 || needed="dovecot-imapd"
[ -n "$needed" ] || [ ! -x "$cyrus/usr/lib/cyrus/bin/imapd" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Install with your system's package manager: dovecot-imapd; the tests with mail servers skip without." >&2
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
mkdir -p "$cyrus/packages"
(
    cd "$cyrus/packages"
    rm -f ./*.deb
    apt-get download -qq cyrus-common cyrus-imapd 2>/dev/null
    for package in *.deb; do dpkg -x "$package" ..; done
) || echo "Cyrus cannot be fetched; the tests with a second kind of mail server skip without." >&2
# Of the virus scanner's library nothing here has need.
libraries=$(for package in "$cyrus"/packages/*.deb; do dpkg-deb -f "$package" Depends; done 2>/dev/null |
    tr ',' '\n' | sed -n 's/^ *\(lib[a-z0-9.+-]*\).*/\1/p' | grep -v clamav | sort -u)
# shellcheck disable=SC2086
$root apt-get install -qq -y --no-install-recommends --no-remove $needed $libraries >/dev/null
