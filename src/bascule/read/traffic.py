"""Logs of name servers and proxies: dnsmasq and Pi-hole, Unbound (`log-queries`, `log-replies`), Squid (native, combined).

Only host names are looked at. Clients, users, times, paths and answers are never taken out of a line.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bascule import guard
from bascule.read.asked import FEWEST, Services
from bascule.read.errors import InputError
from bascule.read.named import What
from bascule.read.reading import Item

_LINES = re.compile(
    rb"""
      \bdnsmasq(?:\[\d+\])?:[ ].{0,90}?\bquery\[(?:A|AAAA|HTTPS)\][ ](?P<dnsmasq>[\w.-]+)[ ]from[ ]
    | \bunbound(?:\[[\d:]+\])?:?[ ].{0,40}?\b(?:info|reply|query):[ ]\S+[ ](?P<unbound>[\w.-]+)\.[ ](?:A|AAAA|HTTPS)[ ]IN\b
    | ^[ ]*\d{9,11}\.\d{3}[ ]+-?\d+[ ]\S+[ ][A-Z_]+/\d{3}[ ]\d+[ ][A-Z_]+[ ](?:[a-z]+://)?(?:[^/@\s]*@)?(?P<squid>[\w.-]+)
    | ^\S+[ ]\S+[ ].{0,90}?\[\d\d/\w{3}/\d{4}:[^\]]*\][ ]"[A-Z]+[ ]
      (?:[a-z]+://(?:[^/@\s"]*@)?(?P<get>[\w.-]+)|(?P<connect>[\w.-]+):\d+)[^"]*"[ ]\d{3}[ ]\S.*[A-Z]:[A-Z]
    """,
    re.VERBOSE,
)
_LOOKS = re.compile(
    rb"\bdnsmasq(?:\[\d+\])?:[ ]|\bunbound(?:\[[\d:]+\])?:?[ ]|^[ ]*\d{9,11}\.\d{3}[ ]+-?\d+[ ]\S+[ ][A-Z_]+/\d{3}[ ]"
    rb"|^\S+[ ]\S+[ ].{0,90}?\[\d\d/\w{3}/\d{4}:[^\]]*\][ ]\"[^\"]*\"[ ]\d{3}[ ]\S.*[A-Z]:[A-Z]"
)
_LONGEST = 8192


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it is such a log: most of its first lines are."""
    if not guard.is_text(head[:4096]):
        return False
    lines = [line[:_LONGEST] for line in head.split(b"\n")[:20] if line.strip()]
    return bool(lines) and sum(_LOOKS.search(line) is not None for line in lines) * 2 > len(lines)


def read(path: Path, name: str, at: datetime, known: frozenset[str]) -> Iterator[Item]:
    """Yield known services and how many look-ups or requests named them, at least `FEWEST`; the other lines of a look-up do not count."""
    services = Services(path, What.DOMAIN, known, FEWEST)
    search, looks, strange = _LINES.search, _LOOKS.search, 0
    for number, line in guard.lines(path):
        if line is None or len(line) > _LONGEST:
            yield InputError("too-large", path, str(number), limit="8 kB")
        elif found := search(line):
            services.add(found[found.lastgroup or 0].decode("ascii", "ignore"))
        elif line.strip() and not looks(line):
            strange += 1
            if strange <= 3:
                yield InputError("no-log-line", path, str(number))
    yield from services.observations(name, at)
