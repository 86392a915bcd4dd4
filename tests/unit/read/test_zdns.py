"""zdns answers of both versions become the same evidence."""

import json
from datetime import UTC, datetime

import pytest

from bascule.model import Outcome

from .conftest import AT, codes

WHEN = "2026-01-01T01:00:00+01:00"


def result(*answers: dict[str, object], status: str = "NOERROR") -> dict[str, object]:
    data = {"answers": list(answers), "protocol": "udp", "resolver": "[2001:db8::1]:53"} if answers else {"resolver": "192.0.2.53:53"}
    return {"status": status, "timestamp": WHEN, "data": data}


def two(name: str, **results: dict[str, object]) -> str:
    return json.dumps({"name": name, "results": results}) + "\n"


def one(name: str, *answers: dict[str, object], status: str = "NOERROR") -> str:
    return json.dumps({"name": name, "class": "IN", **result(*answers, status=status)}) + "\n"


def record(kind: str, **more: object) -> dict[str, object]:
    return {"ttl": 60, "type": kind, "class": "IN", "name": "exemple.fr", **more}


@pytest.mark.parametrize(
    ("kind", "fields", "value"),
    [
        ("A", {"answer": "192.0.2.1"}, "192.0.2.1"),
        ("A", {"data": "192.0.2.1"}, "192.0.2.1"),
        ("NS", {"answer": "NS1.exemple.net"}, "ns1.exemple.net."),
        ("MX", {"answer": "mx1.exemple.net.", "preference": 10}, "10 mx1.exemple.net."),
        ("TXT", {"answer": 'v=spf1 inc\nlude:a \\"x\\" \\195\\169'}, 'v=spf1 include:a "x" é'),
        (
            "SOA",
            {"ns": "ns1.exemple.net", "mbox": "h.exemple.net", "serial": 1, "refresh": 2, "retry": 3, "expire": 4, "min_ttl": 5},
            "ns1.exemple.net. h.exemple.net. 1 2 3 4 5",
        ),
        ("SRV", {"priority": 1, "weight": 2, "port": 443, "target": "sip.exemple.net."}, "1 2 443 sip.exemple.net."),
        ("CAA", {"flag": 0, "tag": "issue", "value": "ca.exemple"}, '0 issue "ca.exemple"'),
        ("TLSA", {"cert_usage": 3, "selector": 1, "matching_type": 1, "certificate": "ab12"}, "3 1 1 ab12"),
    ],
)
def test_each_type_is_written_in_presentation_format(reading, kind: str, fields: dict[str, object], value: str) -> None:
    for content in (two("exemple.fr", **{kind: result(record(kind, **fields))}), one("exemple.fr", record(kind, **fields))):
        (item,) = reading("z.json", content).evidence
        assert (item.subject, item.question, item.value, item.source) == ("exemple.fr", f"{kind} exemple.fr", [value], "resolver 2001:db8::1")
        assert item.seen_at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("NOERROR", Outcome.ABSENT, "NOERROR"),
        ("NXDOMAIN", Outcome.ABSENT, "NXDOMAIN"),
        ("SERVFAIL", Outcome.UNREACHABLE, "servfail"),
        ("REFUSED", Outcome.UNREACHABLE, "refused"),
        ("TIMEOUT", Outcome.UNREACHABLE, "timeout"),
        ("ITERATIVE_TIMEOUT", Outcome.UNREACHABLE, "timeout"),
        ("TRUNCATED", Outcome.UNREACHABLE, "truncated"),
        ("BLACKLIST", Outcome.UNREACHABLE, "blocked"),
        ("ERROR", Outcome.UNREACHABLE, "servfail"),
    ],
)
def test_no_answer_is_never_an_absence(reading, status: str, outcome: Outcome, code: str) -> None:
    (item,) = reading("z.json", two("exemple.fr", MX=result(status=status))).evidence
    assert (item.outcome, item.code, item.value) == (outcome, code, None)
    assert item.reason == (status if outcome is Outcome.UNREACHABLE else None)


def test_several_modules_of_a_name_are_several_questions(reading) -> None:
    got = reading("z.json", two("exemple.fr", MX=result(), A=result(record("A", answer="192.0.2.1")), MXLOOKUP=result()))
    assert [item.question for item in got.evidence] == ["MX exemple.fr", "A exemple.fr"]
    assert got.notes[0].details == {"types": "MXLOOKUP"}


def test_a_version_1_line_without_answer_takes_the_type_of_its_file(reading) -> None:
    chain = [record("CNAME", name="www.a.fr", answer="b.net."), record("A", name="b.net", answer="192.0.2.1")]
    got = reading("z.json", one("x.fr", status="NXDOMAIN") + one("www.a.fr", *chain))
    assert [(item.question, item.outcome.value) for item in got.evidence] == [
        ("A x.fr", "absent"),
        ("CNAME www.a.fr", "present"),
        ("A b.net", "present"),
    ]


def test_a_version_1_line_whose_type_nobody_can_know_is_told(reading) -> None:
    got = reading("z.json", one("x.fr", status="NXDOMAIN"))
    assert codes(got) == [("unknown-type", "1")]


def test_the_name_that_was_looked_up_counts_where_it_was_altered(reading) -> None:
    content = json.dumps({"name": "a.fr", "altered_name": "_dmarc.a.fr", "results": {"TXT": result()}})
    (item,) = reading("z.json", content).evidence
    assert (item.subject, item.question) == ("a.fr", "TXT _dmarc.a.fr")


def test_faults_are_told_by_line_and_the_rest_counts(reading) -> None:
    got = reading(
        "z.json",
        two("a.fr", MX=result())
        + "{cut\n"
        + two("pas un nom", MX=result())
        + two("b.fr", MX={"status": 5})
        + one("c.fr", status="ILLEGAL_INPUT")
        + two("d.fr", MX={"status": "NOERROR", "timestamp": "hier"}),
    )
    assert codes(got) == [("bad-json", "2"), ("bad-name", "3"), ("bad-value", "4"), ("bad-name", "5")]
    assert [(item.question, item.seen_at) for item in got.evidence] == [("MX a.fr", datetime(2026, 1, 1, tzinfo=UTC)), ("MX d.fr", AT)]
