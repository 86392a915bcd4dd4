"""A domain of a shape that was met before has the rows that it would have by itself."""

from itertools import chain

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.catalogue import load
from bascule.identify import identify
from bascule.model import Evidence, Kind, Outcome
from bascule.survey.hosts import Hosts, build
from bascule.survey.parting import Share, part_evidence
from bascule.survey.plain import all_plain, plain
from bascule.survey.runs import Parts, Run
from bascule.survey.shapes import Shapes
from bascule.survey.tables import Rows, rows_of
from tests.unit.synthetic import NOON

CATALOGUE = load()


def seen(subject, question, *value, kind=Kind.DNS):
    outcome = Outcome.PRESENT if value else Outcome.ABSENT
    return Evidence(subject=subject, kind=kind, question=question, outcome=outcome, value=list(value) or None, source="test", seen_at=NOON)


def network(subject, host, number, country):
    return seen(subject, f"ASN {host}", {"asn": number, "country": country}, kind=Kind.ASN)


def firm(name, *told):
    """A firm: `@` stands for its domain, `#` for its domain as one label, in questions and values."""
    filled = [[text.replace("@", name).replace("#", name.replace(".", "-")) for text in texts] for texts in told]
    return [seen(name, question, *values) for question, *values in filled]


AT_HOME = (("MX @", "10 mail.@."), ("TXT @", "v=spf1 mx a:mail.@ include:_spf.elm.example ~all"), ("CNAME autodiscover.@", "mail.@."), ("NS @", "ns1.@."))
AT_OPERATOR = (("MX @", "10 mx.oak.example.", "20 mx.elm.example."), ("TXT @", "v=spf1 include:spf.oak.example -all"))
AT_TENANT = (("MX @", "0 #.mail.protection.outlook.com."), ("CNAME selector1._domainkey.@", "selector1-#._domainkey.tenant.onmicrosoft.com."))
TIED = (("MX @", "10 mx.@.", "10 mx.oak.example."), ("TXT @", "v=spf1 -all"))
WILDCARD = (("CNAME bascule-wildcard-probe.@", "park.oak.example."), ("CNAME autodiscover.@", "park.oak.example."), ("MX @", "10 mx.oak.example."))
NO_MAIL = (("MX @", "0 ."), ("A @",))
OPEN = (("MX @",), ("A @", "192.0.2.1"))
KINDS = (AT_HOME, AT_OPERATOR, AT_TENANT, TIED, WILDCARD, NO_MAIL, OPEN)


@pytest.fixture(scope="module")
def arranged(tmp_path_factory):
    def of(lines):
        folder = tmp_path_factory.mktemp("shapes")
        (folder / "e.jsonl").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        parts = Parts(folder / "parts", {"subject": 1, "host": 1})
        assert list(part_evidence(folder / "e.jsonl", "evidence", NOON, parts, Share())) == []
        parts.close()
        build(folder / "parts", 0)
        return Shapes(CATALOGUE, CATALOGUE.date, Hosts(folder / "parts"))

    return of


def alone(lines, name):
    found = identify(lines, CATALOGUE, CATALOGUE.date)
    mine = msgspec.structs.replace(
        found,
        dependencies=tuple(row for row in found.dependencies if row.subject == name),
        unknowns=tuple(row for row in found.unknowns if row.subject == name),
    )
    return rows_of(mine)


def answered(shapes, lines, name):
    text = b"".join(msgspec.json.encode(line) + b"\n" for line in lines if line.subject == name)
    return shapes.rows(name.encode(), all_plain(text), [Run(2, 0, 0, text)])


def checked(arranged, lines, names):
    """Ask for every domain and return those that took the rows of their shape; each must be as by itself."""
    shapes, took = arranged(lines), []
    for name in names:
        rows = answered(shapes, lines, name)
        if rows is not None:
            took.append(name)
            assert rows == alone(lines, name), name
    return took


@pytest.mark.parametrize("told", [kind for kind in KINDS if kind is not TIED])
def test_from_the_second_domain_of_a_shape_on_its_rows_are_taken_with_the_own_name(arranged, told):
    names = ["first.example", "second.example", "third.example", "mid-dle.example"]
    lines = [*chain.from_iterable(firm(name, *told) for name in names), network("oak.example", "mx.oak.example", 16276, "FR")]
    assert checked(arranged, lines, names) == names[1:]
    assert answered(arranged(lines), lines, names[0]) is None


def test_hosts_that_others_tell_about_are_compared(arranged):
    names = ["a1.example", "b1.example", "c1.example", "d1.example"]
    lines = list(chain.from_iterable(firm(name, *AT_TENANT) for name in names))
    told = [
        network("elsewhere.example", f"{name.replace('.', '-')}.mail.protection.outlook.com", 8075, "FR" if name == "d1.example" else "IE") for name in names
    ]
    lines += told
    assert checked(arranged, lines, names) == ["b1.example", "c1.example", "d1.example"]


def test_a_domain_about_which_others_tell_something_is_identified_by_itself(arranged):
    names = ["a2.example", "b2.example", "c2.example"]
    lines = [*chain.from_iterable(firm(name, *AT_HOME) for name in names), network("elsewhere.example", "mail.c2.example", 16276, "FR")]
    assert "c2.example" not in checked(arranged, lines, names)


def test_a_domain_that_the_catalogue_knows_is_no_stranger_of_the_same_shape(arranged):
    names = ["a3.example", "b3.example", "ovh.net", "c3.example"]
    lines = list(chain.from_iterable(firm(name, *AT_HOME) for name in names))
    assert checked(arranged, lines, names) == ["b3.example", "c3.example"]


def test_names_that_are_sorted_among_others_are_identified_by_themselves(arranged):
    names = ["a4.example", "z4.example", "b4.example"]
    lines = list(chain.from_iterable(firm(name, *TIED) for name in names))
    assert checked(arranged, lines, names) == names[1:2]  # which was identified to see whether others might take its rows


def test_a_name_within_a_longer_one_or_in_capitals_is_identified_by_itself(arranged):
    for odd in ("v=spf1 include:contre@ -all", "v=spf1 include:@.relay.example -all"):
        names = ["a5.example", "b5.example", "c5.example"]
        lines = list(chain.from_iterable(firm(name, ("MX @", "10 mx.oak.example."), ("TXT @", odd)) for name in names))
        assert checked(arranged, lines, names) == []
    lines = [line for name in names for line in firm(name, ("MX @", f"10 mail.{name.upper()}."))]
    assert checked(arranged, lines, names) == []


@given(st.lists(st.sampled_from(KINDS), min_size=4, max_size=9), st.randoms(use_true_random=False))
def test_whatever_firms_are_met_each_has_its_own_rows(arranged, kinds, chance):
    names = [f"{chance.choice('amxz')}{number}.{chance.choice(['example', 'fr', 'co.uk'])}" for number in range(len(kinds))]
    lines = list(chain.from_iterable(firm(name, *kind) for name, kind in zip(names, kinds, strict=True)))
    lines += [network("oak.example", "mx.oak.example", 64500, "FR"), network("oak.example", "park.oak.example", 64501, "DE")]
    checked(arranged, lines, names)


def test_a_line_with_more_to_it_is_not_plain():
    line = msgspec.json.encode(seen("a.example", "MX a.example", "10 mx.a.example."))
    assert plain(line)
    for other in (b" " + line, line.replace(b"a.example", b"A.example"), line.replace(b'"value"', b'"reason":"x","value"'), line.replace(b"mx.", b"\x01.")):
        assert plain(other) is None
    assert isinstance(rows_of(identify([], CATALOGUE, CATALOGUE.date)), Rows)
