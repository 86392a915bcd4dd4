"""From the readable zones to a tree with real delegations: a root, the TLDs, and everybody's own zones."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import NamedTuple

from world.parts import Firm, Provider

RESOLVER = "80.67.169.12"
"""The recursive server of the world."""
ROOTS = {"a.root-servers.net.": "198.41.0.4", "k.root-servers.net.": "193.0.14.129"}
_REGISTRIES = {
    "fr": "194.0.9.1",
    "com": "192.5.6.30",
    "net": "192.5.6.31",
    "org": "199.19.56.1",
    "eu": "185.151.141.1",
    "ch": "130.59.31.41",
    "be": "194.0.6.1",
    "bzh": "194.0.36.1",
}
_OTHER_REGISTRY = "194.146.106.46"
_MAX_LINKS = 10


class Record(NamedTuple):
    """One line of a zone, names absolute with final dot."""

    name: str
    kind: str
    data: str


def records(origin: str, text: str) -> list[Record]:
    """Return the records of a readable zone: `NAME TYPE DATA` a line, names relative to the origin unless they end in a dot."""
    lines = (line.split(None, 2) for line in text.splitlines() if line.strip() and not line.strip().startswith(";"))
    return [Record(_absolute(name, origin), kind, _absolute(data, origin) if kind in ("NS", "CNAME") else data) for name, kind, data in lines]


def _absolute(name: str, origin: str) -> str:
    if name.endswith("."):
        return name
    return f"{origin}." if name == "@" else f"{name}.{origin}."


class Tree:
    """All zones, with the addresses and delegations that follow from them."""

    def __init__(self, providers: Iterable[Provider], firms: Iterable[Firm]) -> None:
        known = list(firms)
        self.zones: dict[str, str] = {origin: text for provider in providers for origin, text in provider.zones.items()}
        self.zones |= {firm.domain: firm.zone for firm in known if firm.served}
        self._named_by_registry = {firm.domain: firm.delegation for firm in known if firm.delegation}
        self._records = {origin: records(origin, text) for origin, text in self.zones.items()}
        self._addresses: dict[str, list[str]] = {}
        self._links: dict[str, str] = {}
        for record in self.all():
            if record.kind in ("A", "AAAA"):
                self._addresses.setdefault(record.name, []).append(record.data)
            elif record.kind == "CNAME":
                self._links[record.name] = record.data

    def all(self) -> list[Record]:
        """Return every record of everybody's zones."""
        return [record for rows in self._records.values() for record in rows]

    def addresses(self, host: str) -> list[str]:
        """Return the addresses of a host, through its CNAMEs and wildcards; none when the chain ends nowhere."""
        name = f"{host.rstrip('.')}."
        for _ in range(_MAX_LINKS):
            if name not in self._links:
                break
            name = self._links[name]
        return self._addresses.get(name) or self._addresses.get(f"*.{name.partition('.')[2]}", [])

    @property
    def tlds(self) -> dict[str, str]:
        """Each TLD with the address of its server."""
        names = {origin.rpartition(".")[2] for origin in (*self.zones, *self._named_by_registry)}
        return {name: _REGISTRIES.get(name, _OTHER_REGISTRY) for name in sorted(names)}

    def servers(self, origin: str) -> list[str]:
        """Return the name servers that the parent names."""
        told = self._named_by_registry.get(origin)
        return [f"{name}." for name in told] if told else [row.data for row in self._records[origin] if row.kind == "NS" and row.name == f"{origin}."]

    def bound(self) -> list[str]:
        """Return the addresses on which everybody's zones are served."""
        return sorted({address for origin in self.zones for server in self.servers(origin) for address in self.addresses(server)})

    def every_address(self) -> list[str]:
        """Return all global addresses that the zones name, with those of root and TLDs."""
        named = {record.data for record in self.all() if record.kind in ("A", "AAAA")} | {*ROOTS.values(), *self.tlds.values()}
        return sorted(address for address in named if ip_address(address).is_global)

    def files(self) -> dict[str, dict[str, str]]:
        """Return the zone files for the three servers: `root`, `registries` and `hosts`."""
        return {
            "root": {".": self._root()},
            "registries": {tld: self._registry(tld) for tld in self.tlds},
            "hosts": {origin: self._own(origin) for origin in self.zones},
        }

    def _root(self) -> str:
        lines = [f". SOA {next(iter(ROOTS))} nstld.example. 1 1800 900 604800 60", *(f". NS {name}" for name in ROOTS)]
        lines += [f"{name} A {address}" for name, address in ROOTS.items()]
        lines += [line for tld, address in self.tlds.items() for line in (f"{tld}. NS a.nic.{tld}.", f"a.nic.{tld}. A {address}")]
        return _file(".", lines)

    def _registry(self, tld: str) -> str:
        lines = [f"@ SOA a.nic.{tld}. hostmaster.nic.{tld}. 1 1800 900 604800 60", f"@ NS a.nic.{tld}.", f"a.nic A {self.tlds[tld]}"]
        glue: set[str] = set()
        for origin in sorted({*self.zones, *self._named_by_registry}):
            if origin.count(".") == 1 and origin.endswith(f".{tld}"):
                names = self.servers(origin)
                lines += [f"{origin}. NS {name}" for name in names]
                glue |= {name for name in names if name.endswith(f".{tld}.")}
        lines += [f"{name} {_kind(address)} {address}" for name in sorted(glue) for address in self.addresses(name)]
        return _file(f"{tld}.", lines)

    def _own(self, origin: str) -> str:
        text = self.zones[origin]
        has_start = any(record.kind == "SOA" for record in self._records[origin])
        first = next(iter(self.servers(origin)), f"ns.{origin}.")
        return _file(f"{origin}.", [*([] if has_start else [f"@ SOA {first} hostmaster.{origin}. 2026112401 7200 1800 604800 60"]), text])


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else "A"


def _file(origin: str, lines: list[str]) -> str:
    return "\n".join([f"$ORIGIN {origin}", "$TTL 3600", *lines, ""])
