"""massdns answers become evidence: present, absent or unreachable, link by link."""

import json
from datetime import UTC, datetime

from bascule.model import Outcome

from .conftest import AT, codes


def answer(name: str, kind: str, *records: tuple[str, str, str], status: str = "NOERROR", **more: object) -> str:
    answers = [{"ttl": 60, "type": kind, "class": "IN", "name": owner, "data": data} for owner, kind, data in records]
    found = {"name": name, "type": kind, "class": "IN", "status": status, "rx_ts": 1767225600123456789, "data": {"answers": answers} if answers else {}}
    return json.dumps({**found, "flags": ["rd", "ra"], "resolver": "192.0.2.53:53", "proto": "UDP", **more}) + "\n"


def test_an_answer_is_present_with_its_records_in_presentation_format(reading) -> None:
    got = reading(
        "m.json",
        answer("Exemple.FR.", "MX", ("exemple.fr.", "MX", "1 MX1.Exemple.net."))
        + answer("exemple.fr.", "TXT", ("exemple.fr.", "TXT", r"v=spf1 \x5c \xc3\xa9 -all"))
        + answer("exemple.fr.", "SOA", ("exemple.fr.", "SOA", "NS.exemple.fr. hostmaster.exemple.fr. 1 2 3 4 5")),
    )
    assert got.errors == ()
    assert [(item.subject, item.question, item.value) for item in got.evidence] == [
        ("exemple.fr", "MX exemple.fr", ["1 mx1.exemple.net."]),
        ("exemple.fr", "TXT exemple.fr", ["v=spf1 \\ é -all"]),
        ("exemple.fr", "SOA exemple.fr", ["ns.exemple.fr. hostmaster.exemple.fr. 1 2 3 4 5"]),
    ]
    assert {item.source for item in got.evidence} == {"resolver 192.0.2.53"}
    assert got.evidence[0].seen_at == datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)


def test_no_answer_is_never_an_absence(reading) -> None:
    lines = [
        answer("a.fr.", "MX"),
        answer("b.fr.", "MX", status="NXDOMAIN"),
        answer("c.fr.", "MX", status="SERVFAIL"),
        answer("d.fr.", "MX", status="REFUSED"),
        answer("e.fr.", "MX", ("e.fr.", "MX", "1 mx.e.fr."), flags=["tc"]),
        answer("f.fr.", "MX", status="FORMERR"),
        '{"name":"g.fr.","type":"MX","class":"IN","error":"TIMEOUT"}\n',
        '{"name":"h.fr.","type":"MX","class":"IN","error":"MAXRETRIES"}\n',
    ]
    got = reading("m.json", "".join(lines))
    assert [(item.outcome, item.code, item.value) for item in got.evidence] == [
        (Outcome.ABSENT, "NOERROR", None),
        (Outcome.ABSENT, "NXDOMAIN", None),
        (Outcome.UNREACHABLE, "servfail", None),
        (Outcome.UNREACHABLE, "refused", None),
        (Outcome.UNREACHABLE, "truncated", None),
        (Outcome.UNREACHABLE, "servfail", None),
        (Outcome.UNREACHABLE, "timeout", None),
        (Outcome.UNREACHABLE, "timeout", None),
    ]
    assert got.evidence[-1].seen_at == AT


def test_a_chain_is_one_question_a_link_and_the_last_name_answers(reading) -> None:
    chain = [("www.exemple.fr.", "CNAME", "a.cdn.net."), ("a.cdn.net.", "CNAME", "b.cdn.net."), ("b.cdn.net.", "A", "192.0.2.1")]
    got = reading("m.json", answer("exemple.fr.", "MX") + answer("www.exemple.fr.", "A", *chain))
    assert [(item.subject, item.question, item.value) for item in got.evidence[1:]] == [
        ("exemple.fr", "CNAME www.exemple.fr", ["a.cdn.net."]),
        ("cdn.net", "CNAME a.cdn.net", ["b.cdn.net."]),
        ("cdn.net", "A b.cdn.net", ["192.0.2.1"]),
    ]


def test_a_chain_into_nothing_keeps_its_links_and_ends_absent_or_unreachable(reading) -> None:
    link = ("www.a.fr.", "CNAME", "x.b.net.")
    got = reading("m.json", answer("www.a.fr.", "A", link, status="NXDOMAIN") + answer("www.a.fr.", "AAAA", link, status="SERVFAIL"))
    assert [(item.question, item.outcome) for item in got.evidence] == [
        ("CNAME www.a.fr", Outcome.PRESENT),
        ("A x.b.net", Outcome.ABSENT),
        ("CNAME www.a.fr", Outcome.PRESENT),
        ("AAAA x.b.net", Outcome.UNREACHABLE),
    ]


def test_a_chain_that_turns_in_a_circle_ends(reading) -> None:
    got = reading("m.json", answer("a.fr.", "A", ("a.fr.", "CNAME", "b.fr."), ("b.fr.", "CNAME", "a.fr.")))
    assert [item.question for item in got.evidence] == ["CNAME a.fr", "CNAME b.fr", "A a.fr"]


def test_a_null_mx_keeps_its_dot(reading) -> None:
    assert reading("m.json", answer("a.fr.", "MX", ("a.fr.", "MX", "0 ."))).evidence[0].value == ["0 ."]


def test_the_subject_is_the_nearest_name_that_was_asked_about_as_a_domain(reading) -> None:
    got = reading(
        "m.json",
        answer("x.mairie.exemple.fr.", "A")
        + answer("_dmarc.mairie.exemple.fr.", "TXT")
        + answer("sel._domainkey.mairie.exemple.fr.", "TXT")
        + answer("www.mairie.exemple.fr.", "TXT")
        + answer("mairie.exemple.fr.", "MX")
        + answer("mx.autre.co.uk.", "A")
        + answer("_mta-sts.tiers.fr.", "TXT"),
    )
    assert [item.subject for item in got.evidence] == ["mairie.exemple.fr"] * 5 + ["autre.co.uk", "tiers.fr"]


def test_a_broken_line_and_a_name_that_is_none_are_told_and_the_rest_counts(reading) -> None:
    got = reading("m.json", answer("a.fr.", "MX") + '{"name":"b.fr.","ty\n' + answer("pas un nom.", "MX") + answer("c.fr.", "MX"))
    assert [item.question for item in got.evidence] == ["MX a.fr", "MX c.fr"]
    assert codes(got) == [("bad-json", "2"), ("bad-name", "3")]


def test_a_type_that_is_not_read_is_noted_and_never_absent(reading) -> None:
    got = reading("m.json", answer("a.fr.", "ANY", ("a.fr.", "MX", "1 mx.a.fr.")) + answer("a.fr.", "65"))
    assert got.evidence == ()
    assert got.notes[0].details == {"types": "65 ANY"}
