"""In which network does an address stand? One table in one file, searched without asking anybody."""

import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address
from itertools import accumulate, pairwise
from pathlib import Path
from zlib import crc32

import msgspec

from bascule.catalogue.refusal import CatalogueError

NETWORKS_PACKAGED = "networks.bin"
MAGIC = b"BASCNET\x01"  # the last byte is the version of the layout
HEAD = struct.Struct("<8s6I")  # magic; checksum of what follows; bytes of metadata; ranges of IPv4, of IPv6; networks; bytes of names
_LOW = (1 << 64) - 1


class Network(msgspec.Struct, frozen=True):
    """An autonomous system: machines that one operator announces to the Internet.

    Attributes:
        country: Where the number is registered, ISO 3166-1 alpha-2; not where the machines stand.
    """

    asn: int
    name: str
    country: str | None


class NetworkSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose data the table is made from.

    Attributes:
        licence: SPDX id.
        asks_link: A page that shows an answer must link to `url`.
    """

    publisher: str
    title: str
    url: str
    licence: str
    read_on: date
    asks_link: bool = False


class UpdateSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a fresh table of all networks is fetched when the user wants one; `source` is the page that says so."""

    publisher: str
    title: str
    url: str
    format: str
    licence: str
    source: str
    read_on: date


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says of itself."""

    date: date
    sources: tuple[NetworkSource, ...]
    update: UpdateSource | None = None


class Networks:
    """Networks by address. Immutable.

    Attributes:
        date: The day of the data; its age is counted from here.
        sources: Whom to name where an answer is shown.
    """

    def __init__(self, data: bytes, name: str = "networks") -> None:
        """Take a packed table.

        Raises:
            ValueError: It is no such table, is cut short or damaged; the message begins with `name`.
        """
        if len(data) < HEAD.size or data[: len(MAGIC)] != MAGIC:
            raise ValueError(f"{name}: not a table of networks of this version")
        _, checksum, told, four, six, networks, names = HEAD.unpack_from(data)
        lengths = (told, *[4 * four] * 3, *[8 * six] * 4, 4 * six, 4 * networks, 2 * networks, 4 * networks, names)
        places = list(accumulate(lengths, initial=HEAD.size))
        if places[-1] != len(data):
            raise ValueError(f"{name}: {len(data)} bytes where {places[-1]} are announced: the table is cut short or damaged")
        body = memoryview(data)
        if crc32(body[HEAD.size :]) != checksum:
            raise ValueError(f"{name}: the checksum differs: the table is damaged")
        parts = [body[start:end] for start, end in pairwise(places)]
        try:
            self.metadata = msgspec.msgpack.decode(parts[0], type=Metadata)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise ValueError(f"{name}: the metadata cannot be read: {error}") from error
        self._four = [_numbers("I", part) for part in parts[1:4]]
        self._six = [*(_numbers("Q", part) for part in parts[4:8]), _numbers("I", parts[8])]
        self._asns, self._countries, self._ends, self._names = _numbers("I", parts[9]), parts[10], _numbers("I", parts[11]), parts[12]

    @property
    def date(self) -> date:
        """The day of the data."""
        return self.metadata.date

    @property
    def sources(self) -> tuple[NetworkSource, ...]:
        """Whose data these are."""
        return self.metadata.sources

    def __len__(self) -> int:
        """Return how many networks there are."""
        return len(self._asns)

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of the networks that it holds."""
        return frozenset(self._asns)

    @property
    def ranges(self) -> int:
        """How many ranges of addresses there are."""
        return len(self._four[0]) + len(self._six[0])

    def find(self, address: str) -> Network | None:
        """Return the network that announces an address; None when the table does not say, or when the text is no address.

        An IPv4 address written as IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is looked up as IPv4.
        """
        try:
            number = int(IPv6Address(address) if ":" in address else IPv4Address(address))
        except ValueError:
            return None
        if ":" in address:
            if number >> 32 != 0xFFFF:
                return self._find_six(number >> 64, number & _LOW)
            number &= 0xFFFF_FFFF
        starts, ends, owners = self._four
        at = bisect_right(starts, number) - 1
        return self._network(owners[at]) if at >= 0 and number <= ends[at] else None

    def _find_six(self, high: int, low: int) -> Network | None:
        starts, starts_low, ends, ends_low, owners = self._six
        at = bisect_right(starts_low, low, bisect_left(starts, high), bisect_right(starts, high)) - 1
        return self._network(owners[at]) if at >= 0 and (high, low) <= (ends[at], ends_low[at]) else None

    def _network(self, at: int) -> Network:
        name = bytes(self._names[self._ends[at - 1] if at else 0 : self._ends[at]]).decode()
        return Network(self._asns[at], name, bytes(self._countries[2 * at : 2 * at + 2]).decode().strip() or None)


def load_networks(path: Path | None = None) -> Networks:
    """Return the newer of two tables: the user's own at `path`, when there is one, and the one that ships with the program.

    Raises:
        ValueError: The file at `path` is no table, or is damaged.
        CatalogueError: The program was installed without its table.
    """
    shipped = _shipped()
    if path is None or not path.exists():
        return shipped
    own = Networks(path.read_bytes(), str(path))
    return own if own.date >= shipped.date else shipped


def update_source() -> UpdateSource:
    """Return where a fresh table of all networks can be fetched."""
    update = _shipped().metadata.update
    if update is None:
        raise CatalogueError("the table of networks names no source for an update")
    return update


@cache
def _shipped() -> Networks:
    file = files("bascule.catalogue").joinpath("data", NETWORKS_PACKAGED)
    try:
        return Networks(file.read_bytes(), str(file))
    except FileNotFoundError as error:
        raise CatalogueError(f"{file}: the table of networks is not compiled; run `make catalogue`") from error


def _numbers(kind: str, part: memoryview) -> Sequence[int]:
    if sys.byteorder == "little":
        return part.cast(kind)  # type: ignore[call-overload,no-any-return]
    turned = array(kind, bytes(part))
    turned.byteswap()
    return turned
