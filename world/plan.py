"""What is written down before the world starts: zones, certificates, configurations, and the scripts that open its rooms."""

import shlex
import sys
from pathlib import Path

from world import mail, servers
from world.certificates import Authority
from world.faults import ADDRESSES, RESOLVERS, ZONE, canary, sites_zone
from world.faults.table import NAME_SERVER, REBINDING
from world.parts import Certificate, Firm, Provider, providers
from world.zones import RESOLVER, Tree

ROOT = Path(__file__).parents[1]


class Plan:
    """The files of a world, written before it starts."""

    def __init__(self, folder: Path, known: list[Firm]) -> None:
        self.folder = folder
        self.firms = known
        self._parts: list[Provider | Firm] = [*providers(), Provider(name="fautes", zones={ZONE: sites_zone()}), *known]
        self.tree = Tree([part for part in self._parts if isinstance(part, Provider)], known)
        self.authority = Authority(folder / "certificates")
        self._pages = [page for part in self._parts for page in part.pages]
        own = mail.at_hand()
        self._greeters = [greeter for part in self._parts for greeter in part.greeters if not own or isinstance(part, Provider)]
        self._own_mail = [greeter for firm in known for greeter in firm.greeters] if own else []

    def client_setup(self) -> str:
        """Return what is done in the client's room: the world's resolver, and the canaries' addresses."""
        resolv = self.folder / "resolv.conf"
        resolv.write_text(f"nameserver {RESOLVER}\noptions timeout:2 attempts:3\n", encoding="utf-8")
        addresses = [address for address in canary.ADDRESSES if not address.startswith("127.") and address != "::1"]
        return "\n".join([f"mount --bind {shlex.quote(str(resolv))} /etc/resolv.conf", "ip link set lo up", *(_add(address) for address in addresses)])

    def servers_setup(self) -> str:
        """Return the script that binds addresses and starts the servers."""
        batch = self.folder / "addresses.ip"
        own = {*self.tree.every_address(), RESOLVER, *RESOLVERS.values(), REBINDING, NAME_SERVER, *ADDRESSES.values()} - {*canary.ADDRESSES}
        batch.write_text("".join(f"{_add(address).removeprefix('ip ')}\n" for address in sorted(own)), encoding="utf-8")
        lines = [
            f"cd {shlex.quote(str(self.folder))}",
            "ip -batch addresses.ip",
            "echo 1 >/proc/sys/net/ipv4/ip_forward",
            "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding",
            "ip route add unreachable default",
        ]
        lines += [
            "ip -6 route add unreachable default",
            "mount --bind resolv.conf /etc/resolv.conf",
            "mount -t tmpfs tmpfs /run",
        ]
        return "\n".join([*lines, *self._servers()])

    def _servers(self) -> list[str]:
        covered = (ZONE, f"*.{ZONE}", *(f"www.{label}.{ZONE}" for label in ADDRESSES))
        for names, stem in ((covered, ZONE), (("ailleurs.example",), "autre")):
            self.authority.files(Certificate(names=names), names, stem)
        words = [f"knotd -c {path}" for path in servers.knot(self.folder, self.tree).values()]
        words += [f"unbound -d -c {servers.unbound(self.folder)}"]
        words += [f"nginx -e nginx.log -c {servers.nginx(self.folder, self._pages, self._greeters, self.firms, self.tree, self.authority)}"]
        words += [f"env PYTHONPATH={shlex.quote(str(ROOT))} {sys.executable} -m world.faults servers {self.authority.folder}"]
        lines = [f"mkdir -p /run/knot-{name}" for name in ("root", "registries", "hosts")]
        lines += mail.postfix(self.folder / "postfix", self._own_mail, self.tree, self.authority) if self._own_mail else []
        return [*lines, *(f"{word} </dev/null >{word.split()[0]}-{number}.log 2>&1 &" for number, word in enumerate(words))]

    def listeners(self) -> list[tuple[str, int]]:
        """Return one address and port of each server, to know when all of them listen."""
        site = next(page for page in self._pages if not page.plain)
        dns = [next(iter(self.tree.tlds.values())), self.tree.bound()[-1], RESOLVER]
        return [
            *((address, 53) for address in dns),
            (self.tree.addresses(site.names[0])[0], 443),
            *((self.tree.addresses(greeters[0].host)[0], 25) for greeters in (self._greeters, self._own_mail) if greeters),
            (ADDRESSES["sain"], 443),
        ]


def _add(address: str) -> str:
    return f"ip addr add {address}/{'128' if ':' in address else '32'} dev lo{' nodad' if ':' in address else ''}"
