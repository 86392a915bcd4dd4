import gzip
import os
import pickle
import random
import tomllib
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bascule.catalogue import (
    CatalogueError,
    Network,
    Networks,
    NetworkSource,
    Row,
    build,
    compile_networks,
    load,
    load_networks,
    parse_iptoasn,
    update_source,
)
from bascule.model import Channel

CATALOGUE = Path(__file__).parents[3] / "catalogue"
DAY = date(2026, 9, 16)
SOURCE = NetworkSource(publisher="Exemple", title="Routes", url="https://exemple.fr/", licence="PDDL-1.0", read_on=DAY)
OWNERS = [(64500, "FR", "Réseau Un"), (64501, None, "Two"), (4294967294, "DE", ""), (64500, "FR", "Réseau Un bis")]


def row(start: str, end: str, asn: int = 64500, country: str | None = "FR", name: str = "Exemple") -> Row:
    return Row(ip_address(start), ip_address(end), asn, country, name)


def table(*rows: Row, day: date = DAY) -> Networks:
    return Networks(build(rows, day, (SOURCE,)))


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """Rows apart from each other, adjacent ones among them, both families, out of order."""
    rows = []
    for kind, bits in ((IPv4Address, 32), (IPv6Address, 128)):
        near = st.integers(0, 40) | st.integers(0, 2**bits - 1) | st.integers(2**64 - 20, 2**64 + 20).map(lambda number, top=2**bits: number % top)
        edges = sorted(draw(st.sets(near, max_size=24)))
        for first, last in pairwise(edges):
            if draw(st.booleans()):
                asn, country, name = draw(st.sampled_from(OWNERS))
                rows.append(Row(kind(first), kind(last - 1), asn, country, name))
    random.Random(len(rows)).shuffle(rows)
    return rows


@settings(max_examples=150, deadline=None)
@given(tables(), st.data())
def test_an_address_is_found_where_a_search_line_by_line_finds_it(rows: list[Row], data: st.DataObject) -> None:
    if not rows:
        return
    networks = table(*rows)
    edges = [address for item in rows for address in (item.start, item.end)]
    around = [type(edge)(int(edge) + step) for edge in edges for step in (-1, 0, 1) if 0 <= int(edge) + step < 1 << edge.max_prefixlen]
    drawn = data.draw(st.lists(st.ip_addresses(), max_size=8))
    for address in (*around, *drawn):
        if address.version == 6 and address.ipv4_mapped:
            continue
        owners = [Network(item.asn, item.name, item.country) for item in rows if item.start.version == address.version and item.start <= address <= item.end]
        assert networks.find(str(address)) == (owners[0] if owners else None)


def test_both_ends_of_a_range_belong_to_it_and_their_neighbours_do_not() -> None:
    networks = table(row("192.0.2.16", "192.0.2.31"), row("2001:db8::", "2001:db8:0:ffff:ffff:ffff:ffff:ffff", 64501))
    asns = {text: found.asn if (found := networks.find(text)) else None for text in ("192.0.2.15", "192.0.2.16", "192.0.2.31", "192.0.2.32")}
    assert asns == {"192.0.2.15": None, "192.0.2.16": 64500, "192.0.2.31": 64500, "192.0.2.32": None}
    assert networks.find("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff") is None
    assert networks.find("2001:db8::") == networks.find("2001:db8:0:ffff:ffff:ffff:ffff:ffff") == Network(64501, "Exemple", "FR")
    assert networks.find("2001:db8:1::") is None


def test_the_first_and_the_last_address_of_each_family_can_be_held() -> None:
    networks = table(row("0.0.0.0", "255.255.255.255", 1), row("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2))
    found = [networks.find(text) for text in ("0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    assert [network.asn for network in found if network] == [1, 1, 2, 2]


def test_ranges_longer_than_a_64_are_told_apart() -> None:
    networks = table(row("2001:db8::10", "2001:db8::1f", 1), row("2001:db8::20", "2001:db8::20", 2), row("2001:db8::30", "2001:db8:0:1::5", 3))
    found = [networks.find(f"2001:db8::{end}") for end in ("f", "10", "1f", "20", "21", "30", "ffff")]
    assert [network and network.asn for network in found] == [None, 1, 1, 2, None, 3, 3]
    assert networks.find("2001:db8:0:1::6") is None


def test_an_ipv4_address_written_as_ipv6_is_looked_up_as_ipv4() -> None:
    networks = table(row("192.0.2.0", "192.0.2.255", 1), row("::", "::ffff:ffff:ffff", 2))
    assert networks.find("::ffff:192.0.2.1") == networks.find("::ffff:c000:201") == networks.find("192.0.2.1") == Network(1, "Exemple", "FR")
    assert networks.find("::ffff:198.51.100.1") is None


@pytest.mark.parametrize(
    "text", ["", "exemple.fr", "192.0.2", "192.0.2.1/24", " 192.0.2.1", "192.0.2.01", "256.0.0.1", ":", "2001:db8::1::", "３.0.0.1", "1" * 9999]
)
def test_what_is_no_address_is_in_no_network(text: str) -> None:
    assert table(row("0.0.0.0", "255.255.255.255"), row("::", "ffff::")).find(text) is None


def test_a_table_tells_its_day_and_its_sources() -> None:
    networks = table(row("192.0.2.0", "192.0.2.255"))
    assert (networks.date, networks.sources, networks.metadata.update) == (DAY, (SOURCE,), None)


def test_adjacent_ranges_of_one_network_become_one_and_a_gap_stays_a_gap() -> None:
    networks = table(row("192.0.2.0", "192.0.2.9"), row("192.0.2.10", "192.0.2.19"), row("192.0.2.21", "192.0.2.29"), row("192.0.2.30", "192.0.2.39", 2))
    assert (networks.ranges, len(networks), networks.numbers) == (3, 2, {64500, 2})
    assert networks.find("192.0.2.20") is None


def test_the_same_ranges_make_the_same_bytes() -> None:
    rows = [row("192.0.2.0", "192.0.2.9"), row("2001:db8::", "2001:db8::f"), row("198.51.100.0", "198.51.100.9", 2)]
    assert build(iter(rows), DAY, (SOURCE,)) == build(rows, DAY, (SOURCE,))


def test_overlapping_ranges_are_refused() -> None:
    with pytest.raises(ValueError, match=r"192\.0\.2\.5-192\.0\.2\.20 overlaps"):
        table(row("192.0.2.5", "192.0.2.20", 2), row("192.0.2.0", "192.0.2.9"))


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no ranges"):
        table()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_table_is_refused_and_never_answers(data: st.DataObject) -> None:
    packed = build([row("192.0.2.0", "192.0.2.9"), row("2001:db8::", "2001:db8::f", 2, None, "é")], DAY, (SOURCE,))
    place = data.draw(st.integers(0, len(packed) - 1))
    damaged = bytearray(packed)
    damaged[place] ^= data.draw(st.integers(1, 255))
    for bad in (bytes(damaged), packed[:place], packed + packed[: place + 1]):
        with pytest.raises(ValueError, match=r"^chez-moi\.bin: "):
            Networks(bad, "chez-moi.bin")


def test_a_table_of_another_version_says_so() -> None:
    packed = bytearray(build([row("192.0.2.0", "192.0.2.9")], DAY, ()))
    packed[7] += 1
    with pytest.raises(ValueError, match="not a table of networks of this version"):
        Networks(bytes(packed))


def test_the_users_own_table_is_used_when_it_is_the_newer(tmp_path: Path) -> None:
    shipped, own = load_networks(), tmp_path / "networks.bin"
    assert load_networks(own) is shipped
    for day, expected in ((shipped.date + timedelta(1), 64500), (shipped.date, 64500), (shipped.date - timedelta(1), 16276)):
        own.write_bytes(build([row("213.186.33.0", "213.186.33.255")], day, (SOURCE,)))
        found = load_networks(own).find("213.186.33.5")
        assert found is not None
        assert found.asn == expected


def test_a_damaged_table_of_the_user_is_an_error_that_names_it(tmp_path: Path) -> None:
    own = tmp_path / "networks.bin"
    own.write_bytes(b"<html>")
    with pytest.raises(ValueError, match=r"networks\.bin: not a table"):
        load_networks(own)


LINES = """\
1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET
1.0.1.0\t1.0.3.255\t0\tNone\tNot routed
1.0.4.0\t1.0.7.255\t38803\tNone\tGTELECOM \x1b[31m Pty\u202e Ltd \r
2001:200::\t2001:200:5ff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB WIDE Project
"""


def test_a_text_as_iptoasn_publishes_it_is_read() -> None:
    assert list(parse_iptoasn(LINES.splitlines(keepends=True))) == [
        row("1.0.0.0", "1.0.0.255", 13335, "US", "CLOUDFLARENET"),
        row("1.0.4.0", "1.0.7.255", 38803, None, "GTELECOM [31m Pty Ltd"),
        row("2001:200::", "2001:200:5ff:ffff:ffff:ffff:ffff:ffff", 2500, "JP", "WIDE-BB WIDE Project"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "<html>",
        "1.0.0.0\t1.0.0.255\t13335\tUS",
        "1.0.0.0\t1.0.0.255\t13335\tUS\ta\tb",
        "1.0.0.0\t1.0.0\t13335\tUS\tx",
        "1.0.0.9\t1.0.0.1\t13335\tUS\tx",
        "1.0.0.0\t2001:db8::\t13335\tUS\tx",
        "2001:db8::\t1.0.0.0\t13335\tUS\tx",
        "1.0.0.0\t1.0.0.255\tAS1\tUS\tx",
        "1.0.0.0\t1.0.0.255\t-1\tUS\tx",
        "1.0.0.0\t1.0.0.255\t4294967296\tUS\tx",
        "1.0.0.0\t1.0.0.255\t²\tUS\tx",
        "1.0.0.0\t1.0.0.255\t1\tUS\t" + "x" * 5000,
    ],
)
def test_a_bad_line_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(ValueError, match=r"^line 2: "):
        list(parse_iptoasn(["1.0.0.0\t1.0.0.255\t13335\tUS\tx\n", line]))


def test_no_more_lines_are_read_than_the_internet_has_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bascule.catalogue.network_table.MAX_ROWS", 3)
    endless = (f"{IPv4Address(number)}\t{IPv4Address(number)}\t1\tFR\tx" for number in range(1 << 24, 1 << 32))
    with pytest.raises(ValueError, match="line 4: more than 3 lines"):
        list(parse_iptoasn(endless))


@pytest.mark.parametrize("name", ["sources.toml", "update.toml", "networks.toml", "networks.tsv.xz"])
def test_a_damaged_file_of_the_catalogue_stops_the_build_and_leaves_the_table_alone(tmp_path: Path, name: str) -> None:
    folder, packed = tmp_path / "networks", tmp_path / "networks.bin"
    folder.mkdir()
    for path in (CATALOGUE / "networks").iterdir():
        if path.name != name:
            os.symlink(path, folder / path.name)
    packed.write_bytes(b"before")
    (folder / name).write_bytes((CATALOGUE / "networks" / name).read_bytes()[:40_000] if name.endswith(".xz") else b"date = ")
    with pytest.raises(CatalogueError, match=str(folder)):
        compile_networks(tmp_path, packed)
    assert packed.read_bytes() == b"before"


# Addresses that these operators publish in their DNS or documentation, and the number under which they announce them.
KNOWN = {
    "213.186.33.5": (16276, "OVH"),
    "2001:41d0::1": (16276, "OVH"),
    "40.107.0.1": (8075, "Microsoft"),
    "52.101.68.0": (8075, "Microsoft"),
    "142.250.74.46": (15169, "Google"),
    "2a00:1450:4007::1": (15169, "Google"),
    "104.16.1.1": (13335, "Cloudflare"),
    "2606:4700::1111": (13335, "Cloudflare"),
    "88.198.1.1": (24940, "Hetzner"),
    "2a01:4f8::1": (24940, "Hetzner"),
    "51.15.1.1": (12876, "Scaleway"),
    "195.154.1.1": (12876, "Scaleway"),
    "84.16.66.1": (29222, "Infomaniak"),
    "217.70.184.50": (29169, "GANDI"),
    "2001:4b98::1": (29169, "GANDI"),
    "212.27.48.10": (12322, "Free"),
    "193.252.22.1": (3215, "Orange"),
    "217.160.0.1": (8560, "IONOS"),
    "212.227.15.1": (8560, "IONOS"),
    "185.199.108.153": (54113, "Fastly"),
    "185.70.42.1": (62371, "Proton"),
}


@pytest.mark.parametrize(("address", "expected"), KNOWN.items())
def test_well_known_machines_stand_in_the_networks_of_their_operators(address: str, expected: tuple[int, str]) -> None:
    network = load_networks().find(address)
    assert network is not None
    assert network.asn == expected[0]
    assert expected[1] in network.name


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.1", "192.168.1.1", "192.0.2.1", "198.51.100.1", "224.0.0.1", "::1", "fe80::1", "fd00::1", "2001:db8::1"]
)
def test_addresses_that_nobody_announces_are_in_no_network(address: str) -> None:
    assert load_networks().find(address) is None


def test_the_shipped_table_tells_its_age_and_its_sources() -> None:
    networks = load_networks()
    made = tomllib.loads((CATALOGUE / "networks/networks.toml").read_text("utf-8"))
    assert networks.date == made["date"]
    assert date(2026, 1, 1) < networks.date
    assert networks.ranges == made["ranges_ipv4"] + made["ranges_ipv6"]
    assert len(networks.sources) >= 2
    assert {source.licence for source in networks.sources} <= {"PDDL-1.0", "CC0-1.0", "CC-BY-4.0"}
    assert all(source.url.startswith("https://") for source in networks.sources)


def test_the_source_of_an_update_is_named_with_its_licence() -> None:
    source = update_source()
    assert (source.url, source.format, source.licence) == ("https://iptoasn.com/data/ip2asn-combined.tsv.gz", "iptoasn", "PDDL-1.0")


def test_the_shipped_file_stays_small() -> None:
    assert (CATALOGUE / "networks/networks.tsv.xz").stat().st_size < 1_600_000


def test_every_network_that_a_fingerprint_names_is_in_the_table_unless_both_sources_lack_it() -> None:
    services = load().services.values()
    named = {int(trace.pattern) for service in services for trace in service.fingerprints if trace.channel is Channel.ASN}
    lacking = set(tomllib.loads((CATALOGUE / "networks/networks.toml").read_text("utf-8"))["missing"])
    assert named
    assert named - load_networks().numbers - lacking == set(), "build the table again: catalogue/networks/README.md"


def _tool() -> Any:
    spec = spec_from_file_location("tools_networks", CATALOGUE.parent / "tools/networks.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


@given(*[st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(1, 2)), max_size=8)] * 2)
def test_ranges_are_compared_cut_and_joined_as_their_addresses_are_one_by_one(left: Any, right: Any) -> None:
    def apart(parts: Any) -> list[Any]:
        ranges, place = [], 0
        for gap, length, value in parts:
            ranges.append(TOOL.Range(place + gap, place + gap + length, value))
            place += gap + length + 1
        return ranges

    def each(ranges: Any) -> dict[int, Any]:
        return {number: value for start, end, value in ranges for number in range(start, end + 1)}

    one, two = apart(left), apart(right)
    both = {number: (here, there) for start, end, here, there in TOOL.common(one, two) for number in range(start, end + 1)}
    assert both == {number: (each(one)[number], each(two)[number]) for number in each(one).keys() & each(two).keys()}
    assert each(TOOL.without(one, two)) == {number: value for number, value in each(one).items() if number not in each(two)}
    assert each(TOOL.joined(one)) == each(one)
    assert all(before.end + 1 < after.start or before.value != after.value for before, after in pairwise(TOOL.joined(one)))


def test_the_last_ipv4_address_is_not_joined_to_the_first_ipv6_address() -> None:
    edge = TOOL.FOUR
    assert len(TOOL.joined([TOOL.Range(edge - 1, edge - 1, 1), TOOL.Range(edge, edge, 1)])) == 2


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("CLOUDFLARENET", "Cloudflare, Inc.", "Cloudflare, Inc."),
        ("X", "Layer3 Limited - Layer3 Limited", "Layer3 Limited"),
        ("X", "AS26599 - TELEFONICA BRASIL S.A", "TELEFONICA BRASIL S.A"),
        ("CW Vodafone Group PLC", "CW - IDDQD", "CW Vodafone Group PLC"),
        ("AS64011", "", "AS64011"),
        ("OVH-TELECOM", "OVH-TELECOM OVH SAS", "OVH SAS"),
        ("WIX_COM", "wix_com Wix.com Ltd.", "Wix.com Ltd."),
        ("X", "North-Eastern Federal University", "North-Eastern Federal University"),
        ("X", "E-Plus", "E-Plus"),
    ],
)
def test_a_network_has_the_name_that_people_read(first: str, second: str, name: str) -> None:
    assert TOOL.name_of(first, second) == name


def test_a_list_of_clouds_that_would_run_something_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clouds.gz"
    path.write_bytes(gzip.compress(pickle.dumps(os.getcwd)))
    with pytest.raises(SystemExit, match="refused"):
        TOOL.published(path, {})
