#!/bin/sh
# Makes sure that `make world` and its tests have their servers: Knot, Unbound, nginx with its mail module, Postfix, all from the distribution.
# They are only installed, never started: the world starts its own, in a network of its own.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
needed=""
have() { command -v "$1" >/dev/null 2>&1 || needed="$needed $2"; }
have knotd knot
have unbound unbound
have nginx nginx-light
have ip iproute2
# Another mail server of yours stays: nginx greets for everybody then.
[ -x /usr/sbin/sendmail ] || have postfix postfix
have unshare util-linux
[ -e /usr/lib/nginx/modules/ngx_mail_module.so ] || needed="$needed libnginx-mod-mail"
[ -n "$needed" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Install with your system's package manager:$needed; the tests in the world skip without." >&2
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
# shellcheck disable=SC2086
$root apt-get install -qq -y --no-install-recommends --no-remove $needed >/dev/null
