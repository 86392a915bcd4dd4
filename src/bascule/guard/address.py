"""May this address be reached? Names that a person or a page gives lead only to the public Internet.

The registries followed are IANA's special-purpose registries (RFC 6890 and its successors), as Python's `ipaddress` holds them; what it
lets through and still leads inwards or elsewhere (translators, tunnels, multicast) is refused by name.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from bascule.guard.ports import WEB

_V4_REFUSED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_V6_REFUSED = tuple(
    ip_network(text)
    for text in (
        "64:ff9b::/96",  # NAT64: the address behind the translator may be anybody's
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address of any kind
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_V6_GLOBAL = ip_network("2000::/3")


class BlockedError(Exception):
    """The guard forbids a connection; the first argument says why, in plain English."""


class Gate:
    """Decides about every outgoing connection of Bascule.

    Args:
        allow_private: Let private addresses and any port through; for a network of one's own, never for names that others give.
    """

    def __init__(self, allow_private: bool = False) -> None:
        self.allow_private = allow_private

    def admit(self, address: str, port: int, ports: frozenset[int] = WEB) -> None:
        """Let one connection pass, to one of the ports of its protocol.

        Raises:
            BlockedError: It is forbidden.
        """
        if self.allow_private:
            return
        if reason := refusal(address):
            raise BlockedError(reason)
        if port not in ports:
            raise BlockedError(f"port {port} is not used for this")

    def admit_all(self, addresses: tuple[str, ...], port: int, ports: frozenset[int] = WEB) -> None:
        """Let a name pass with all its addresses: a single one that leads inwards makes the whole answer suspect.

        Raises:
            BlockedError: One of them is forbidden.
        """
        for address in addresses:
            self.admit(address, port, ports)


def refusal(address: str) -> str | None:
    """Return why an address is refused; None when it is an ordinary public one.

    Only the plain spelling is an address: octal, hexadecimal, short and zoned forms are refused as such.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return f"{address} is no plain IP address"
    if isinstance(found, IPv6Address):
        return _refusal_v6(found)
    return _refusal_v4(found)


def _refusal_v4(found: IPv4Address) -> str | None:
    if not found.is_global or any(found in network for network in _V4_REFUSED):
        return f"{found} is not a public address"
    return None


def _refusal_v6(found: IPv6Address) -> str | None:
    if found.scope_id is not None:
        return f"{found} belongs to one link only"
    if found not in _V6_GLOBAL or not found.is_global or any(found in network for network in _V6_REFUSED):
        return f"{found} is not a public address"
    return None
