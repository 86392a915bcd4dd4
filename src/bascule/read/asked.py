"""Files about what people do (logs, bookmarks): read only when a person asks for it and names the file.

While such a file is read, all that is kept is which known service a line names, and how many lines do. The known names are given by
the caller; a domain that none of them fits is counted and forgotten, and so is one that few lines name.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from bascule.read.errors import InputError
from bascule.read.named import Names, What
from bascule.read.reading import InputNote, Item

FEWEST = 5
"""Lines of a log that must name a service before it is kept: fewer may be one person's visit."""
_REMEMBERED = 100_000


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked for, and by which names services are known.

    Attributes:
        kinds: Which of these files may be read (`logs`, `bookmarks`).
        domains: Suffixes of host names, lower case; nothing else is ever kept.
    """

    kinds: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


class AskedReader(Protocol):
    """A module that reads one such kind of file."""

    def recognise(self, path: Path, head: bytes) -> bool:
        """Say whether the file is of this kind."""
        ...

    def read(self, path: Path, name: str, at: datetime, known: frozenset[str]) -> Iterator[Item]:
        """Yield known services and how many lines name them; faults never repeat what stands in the file."""
        ...


class Services:
    """Counts known services among host names; a host is forgotten as soon as it was looked up."""

    def __init__(self, path: Path, what: What, known: frozenset[str], fewest: int) -> None:
        self._path, self._what, self._known, self._fewest = path, what, known, fewest
        self._counts: dict[str, int] = {}
        self._seen: dict[str, str] = {}
        self.others = 0

    def add(self, host: str) -> None:
        """Count a host name, as it was written."""
        found = self._seen.get(host)
        if found is None:
            found = self._suffix(host.lower().rstrip("."))
            if len(self._seen) < _REMEMBERED:
                self._seen[host] = found
        if found:
            self._counts[found] = self._counts.get(found, 0) + 1
        else:
            self.others += 1

    def _suffix(self, host: str) -> str:
        """Return the longest known name that a host stands under, or nothing."""
        labels = host.split(".")[-10:]
        return next((name for at in range(len(labels)) if (name := ".".join(labels[at:])) in self._known), "")

    def observations(self, name: str, at: datetime) -> Iterator[Item]:
        """Yield the services in alphabetical order, which tells no order of visits, then what was left out, as numbers."""
        names, rare = Names(self._path, self._what), 0
        kept = {service: count for service, count in sorted(self._counts.items()) if count >= self._fewest}
        rare = len(self._counts) - len(kept)
        for service, count in kept.items():
            names.add(service, service, count)
        yield from (item for item in names.observations(name, at) if not isinstance(item, InputError))
        yield InputNote(code="reduced", path=str(self._path), details={"kept": str(len(kept)), "rare": str(rare), "others": str(self.others)})
