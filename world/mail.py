"""The mail servers that firms run themselves: one Postfix, with a service on each of their addresses.

It takes mail for nobody. Providers' servers are nginx's: their greeting and certificate are all that a stranger sees of them.
"""

import shutil
from pathlib import Path

from world.certificates import Authority
from world.parts import Greeter
from world.zones import Tree

_MAIN = """
compatibility_level = 3.6
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
data_directory = /var/lib/postfix
mail_owner = postfix
setgid_group = postdrop
mydestination =
relay_domains =
local_recipient_maps =
inet_protocols = all
smtpd_banner = $myhostname ESMTP Postfix
smtpd_recipient_restrictions = reject
smtpd_tls_security_level = may
"""
_SERVICES = """
anvil      unix  -  -  n  -      1  anvil
rewrite    unix  -  -  n  -      -  trivial-rewrite
tlsmgr     unix  -  -  n  1000?  1  tlsmgr
proxymap   unix  -  -  n  -      -  proxymap
postlog    unix-dgram  n  -  n  -  1  postlogd
"""


def at_hand() -> bool:
    """Say whether this machine has Postfix, and the users that it runs as; without it nginx greets for the firms too.

    A user namespace made without privilege holds one user only.
    """
    users = sum(int(line.split()[2]) for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines())
    return users > 1 and shutil.which("postfix") is not None


def postfix(folder: Path, greeters: list[Greeter], tree: Tree, authority: Authority) -> list[str]:
    """Write the configuration of the firms' mail server; return the commands that start it."""
    folder.mkdir()
    lines = [line for greeter in greeters for address in tree.addresses(greeter.host) for line in _service(address, greeter, authority)]
    (folder / "master.cf").write_text("\n".join([*lines, _SERVICES]), encoding="utf-8")
    (folder / "main.cf").write_text(f"{_MAIN}maillog_file = {folder}/mail.log\nmaillog_file_prefixes = {folder}\n", encoding="utf-8")
    own = [f"mount -t tmpfs tmpfs {place}" for place in ("/var/spool/postfix", "/var/lib/postfix")]
    return [*own, "mkdir -p /var/spool/postfix/pid", "chown postfix /var/lib/postfix", f"postfix -c {folder} start </dev/null >postfix.log 2>&1 &"]


def _service(address: str, greeter: Greeter, authority: Authority) -> list[str]:
    chain, key = authority.files(greeter.certificate, (greeter.hostname,))
    place = f"[{address}]:25" if ":" in address else f"{address}:25"
    tls = [f"smtpd_tls_cert_file={chain}", f"smtpd_tls_key_file={key}"] if greeter.starttls else ["smtpd_tls_security_level=none"]
    return [f"{place} inet n - n - - smtpd", *(f"  -o {option}" for option in (f"myhostname={greeter.hostname}", *tls))]
