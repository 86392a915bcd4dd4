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
. "$(dirname "$0")/apt.sh"
with_apt "$needed" "the tests in the world"
# shellcheck disable=SC2086
installed $needed
