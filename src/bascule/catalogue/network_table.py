"""How a table of networks is made: read from text, packed into the one file that `networks` searches."""

import re
import sys
import tomllib
from array import array
from collections.abc import Iterable, Iterator
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec

from bascule.catalogue.networks import HEAD, MAGIC, Metadata, Networks, NetworkSource, UpdateSource
from bascule.catalogue.refusal import CatalogueError

Day = date

MAX_ROWS = 3_000_000
MAX_LINE = 4_096
MAX_NAME = 120
_LOW = (1 << 64) - 1
_COUNTRY = re.compile(r"[A-Z]{2}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\s]+")


class Row(NamedTuple):
    """One range of addresses, both ends included, and who announces it."""

    start: IPv4Address | IPv6Address
    end: IPv4Address | IPv6Address
    asn: int
    country: str | None
    name: str


class _Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: tuple[NetworkSource, ...]


class _Made(msgspec.Struct, frozen=True):
    date: date


def parse_iptoasn(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the ranges of a text as iptoasn.com publishes it; those that nobody announces (AS 0) are left out.

    One line a range, five columns parted by tabs: first address, last address, number, country, name.

    Raises:
        ValueError: A line is no such line; the message names it. Or there are more lines than the Internet has routes.
    """
    for number, line in enumerate(lines, 1):
        if number > MAX_ROWS:
            raise ValueError(f"line {number}: more than {MAX_ROWS} lines")
        if len(line) > MAX_LINE:
            raise ValueError(f"line {number}: longer than {MAX_LINE} characters")
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) != 5:
            raise ValueError(f"line {number}: {len(columns)} columns where 5 are expected")
        try:
            row = _row(*columns)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
        if row.asn:
            yield row


def _row(first: str, last: str, number: str, country: str, name: str) -> Row:
    kind = IPv6Address if ":" in first else IPv4Address
    start, end = kind(first), kind(last)
    if not (number.isascii() and number.isdigit()) or int(number) >= 1 << 32:
        raise ValueError(f"{number[:40]!r} is no number of a network")
    if int(start) > int(end):
        raise ValueError(f"{first}-{last} is no range")
    return Row(start, end, int(number), country if _COUNTRY.fullmatch(country) else None, _UNSEEN.sub(" ", name).strip()[:MAX_NAME])


def build(rows: Iterable[Row], date: Day, sources: tuple[NetworkSource, ...], update: UpdateSource | None = None) -> bytes:
    """Pack ranges into a table of the data of that day; adjacent ranges of one network become one.

    Raises:
        ValueError: Two ranges overlap, or there are none.
    """
    known: dict[tuple[int, str | None, str], int] = {}
    ranges: tuple[list[list[int]], list[list[int]]] = ([], [])
    for start, end, asn, country, name in sorted(rows, key=lambda row: (row[0].version, int(row[0]))):
        first, last, owner = int(start), int(end), known.setdefault((asn, country, name), len(known))
        family = ranges[start.version == 6]
        if family and first <= family[-1][1]:
            raise ValueError(f"{start}-{end} overlaps the range before it")
        if family and first == family[-1][1] + 1 and owner == family[-1][2]:
            family[-1][1] = last
        else:
            family.append([first, last, owner])
    if not known:
        raise ValueError("no ranges of addresses")
    four, six = ranges
    names = [name.encode() for _, _, name in known]
    ends, place = [], 0
    for text in names:
        place += len(text)
        ends.append(place)
    told = msgspec.msgpack.encode(Metadata(date=date, sources=sources, update=update))
    parts = [told, *(_packed("I", (row[column] for row in four)) for column in range(3))]
    for column in range(2):
        parts += [_packed("Q", (row[column] >> 64 for row in six)), _packed("Q", (row[column] & _LOW for row in six))]
    parts += [_packed("I", (row[2] for row in six)), _packed("I", (asn for asn, _, _ in known))]
    parts += [b"".join((country or "  ").encode() for _, country, _ in known), _packed("I", ends), *names]
    body = b"".join(parts)
    return HEAD.pack(MAGIC, crc32(body), len(told), len(four), len(six), len(known), place) + body


def _packed(kind: str, numbers: Iterable[int]) -> bytes:
    packed = array(kind, numbers)
    if sys.byteorder != "little":
        packed.byteswap()
    return packed.tobytes()


def compile_networks(root: Path, path: Path) -> Networks:
    """Compile the table below `root/networks` into the one file that the program loads.

    Raises:
        CatalogueError: A file of it is missing or refused.
    """
    import lzma  # only a build needs it

    folder = root / "networks"
    try:
        sources = msgspec.convert(tomllib.loads((folder / "sources.toml").read_text("utf-8")), _Sources).sources
        update = msgspec.convert(tomllib.loads((folder / "update.toml").read_text("utf-8")), UpdateSource)
        made = msgspec.convert(tomllib.loads((folder / "networks.toml").read_text("utf-8")), _Made)
        with lzma.open(folder / "networks.tsv.xz", "rt", encoding="utf-8", newline="\n") as lines:
            data = build(parse_iptoasn(lines), made.date, sources, update)
    except (OSError, EOFError, lzma.LZMAError, ValueError, msgspec.ValidationError) as error:
        raise CatalogueError(f"{folder}: {error}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(path)
    return Networks(data, str(path))
