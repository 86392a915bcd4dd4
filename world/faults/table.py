"""Which fault lives where: resolvers by address, sites by name below `fautes.fr`."""

_RESOLVERS = (
    "drop-all",
    "drop-first",
    "drop-first-two",
    "late",
    "truncated",
    "servfail-once",
    "servfail-always",
    "refused",
    "formerr-edns",
    "wrong-id-then-right",
    "wrong-id",
    "wrong-question-then-right",
    "drop-tenth",
    "no-mx",
    "no-txt",
    "half",
    "tcp-closes",
    "garbage",
)
RESOLVERS = {name: f"185.222.222.{number}" for number, name in enumerate(_RESOLVERS, 10)}
"""Addresses of the faulty resolvers; port 53, UDP and TCP."""

REBINDING = "185.222.222.200"
"""Name server of `rebind.fautes.fr`, whose answers change from one to the next."""

ZONE = "fautes.fr"
NAME_SERVER = "213.32.4.2"
SITES = {
    "silencieux": "accepts and never answers",
    "goutte": "one byte of the body a second",
    "boucle": "redirects to itself for ever",
    "vers-loopback": "http://127.0.0.1/",
    "vers-prive": "http://10.0.0.1/",
    "vers-metadonnees": "http://169.254.169.254/latest/meta-data/",
    "vers-loopback6": "http://[::1]/",
    "vers-nom-prive": "http://interne.fautes.fr/",
    "vers-port": "http://mixte.fautes.fr:25/",
    "vers-fichier": "file:///etc/passwd",
    "court": "the body ends before its length",
    "coupe": "connection reset in the body",
    "bombe": "a gigabyte of zeros as a small gzip",
    "entetes": "headers without end",
    "enorme": "ten megabytes of page",
    "autre-nom": "certificate of another name",
    "fige": "the TLS handshake stalls",
    "sain": "an ordinary page, to compare",
    "goutte-entetes": "one byte a second from the first header on",
}
"""Sites by label, with what is wrong."""
REDIRECTS = {label: target for label, target in SITES.items() if "://" in target}
ADDRESSES = {label: f"213.32.5.{number}" for number, label in enumerate(SITES, 10)}
_PRIVATE = {
    "interne": ("A 10.0.0.1",),
    "loopback": ("A 127.0.0.1",),
    "metadonnees": ("A 169.254.169.254",),
    "loopback6": ("AAAA ::1",),
    "mappe": ("AAAA ::ffff:127.0.0.1",),
    "nat64": ("AAAA 64:ff9b::7f00:1",),
    "six-vers-quatre": ("AAAA 2002:7f00:1::1",),
    "operateur": ("A 100.64.0.1",),
    "mixte": (f"A {ADDRESSES['sain']}", "A 10.0.0.1"),
}
PRIVATE = tuple(f"{label}.{ZONE}" for label in _PRIVATE)
"""Names of which at least one address is not global."""


def sites_zone() -> str:
    """Return the zone of the faulty sites."""
    lines = ["@ NS ns1", f"ns1 A {NAME_SERVER}", "rebind NS ns.rebind", f"ns.rebind A {REBINDING}"]
    for label, address in ADDRESSES.items():
        lines += [f"{label} A {address}", f"www.{label} A {address}"]
    for label, answers in _PRIVATE.items():
        lines += [f"{name} {answer}" for answer in answers for name in (label, f"www.{label}", f"mx.{label}")]
        lines += [f"{label} MX 10 mx.{label}"]
    return "\n".join(lines)
