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
. "$(dirname "$0")/apt.sh"
with_apt dovecot-imapd "the tests with mail servers"
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
installed $needed $libraries
