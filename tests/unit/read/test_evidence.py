"""Our own evidence is read line by line; a line that is none is told by its number."""

import gzip
import json
from datetime import UTC, datetime

import pytest
import zstandard

from bascule.model import Kind, Outcome

from .conftest import codes

GOOD = {
    "subject": "exemple.fr",
    "kind": "dns",
    "question": "MX exemple.fr",
    "outcome": "present",
    "value": ["1 mx1.exemple.net."],
    "source": "resolver 192.0.2.53",
    "seen_at": "2026-11-23T10:00:00Z",
}


def line(**changes: object) -> str:
    return json.dumps({key: value for key, value in {**GOOD, **changes}.items() if value is not None}) + "\n"


@pytest.mark.parametrize(("suffix", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress)])
def test_a_line_is_kept_as_it_stands_plain_or_packed(reading, suffix: str, pack) -> None:
    got = reading(f"e.jsonl{suffix}", pack(line().encode()))
    (item,) = got.evidence
    assert got.errors == ()
    assert (item.subject, item.kind, item.outcome, item.value) == ("exemple.fr", Kind.DNS, Outcome.PRESENT, ["1 mx1.exemple.net."])
    assert item.seen_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_the_schema_line_is_optional_and_blank_lines_are_nothing(reading) -> None:
    got = reading("e.jsonl", '{"schema":"bascule.evidence/1"}\n\n' + line() + "\r\n" + line(id="x1"))
    assert [item.id for item in got.evidence] == [None, "x1"]
    assert got.errors == ()


def test_a_newer_schema_is_refused_as_a_whole(reading) -> None:
    got = reading("e.jsonl", '{"schema": "bascule.evidence/2"}\n' + line())
    assert got.evidence == ()
    assert codes(got) == [("newer-schema", "1")]
    assert "bascule.evidence/2" in str(got.errors[0])


def test_an_unknown_key_is_refused_by_line_and_the_nearest_is_named(reading) -> None:
    got = reading("e.jsonl", line() + line(subjet="a") + line())
    assert len(got.evidence) == 2
    assert codes(got) == [("unknown-key", "2")]
    assert got.errors[0].details == {"key": "subjet", "near": "subject"}


def test_a_half_written_last_line_is_told_and_the_rest_counts(reading) -> None:
    got = reading("e.jsonl", line() + line()[:50])
    assert len(got.evidence) == 1
    assert codes(got) == [("bad-json", "2")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": None}, "bad-value"),
        ({"value": []}, "bad-value"),
        ({"value": {"a": 1}}, "bad-value"),
        ({"kind": "http"}, "bad-value"),
        ({"outcome": "absent"}, "bad-value"),
        ({"outcome": "maybe"}, "bad-value"),
        ({"kind": "fax"}, "bad-value"),
        ({"source": None}, "bad-value"),
        ({"subject": "Exemple.fr"}, "bad-name"),
        ({"subject": "exemple.fr."}, "bad-name"),
        ({"subject": "exémple.fr"}, "bad-name"),
        ({"subject": ""}, "bad-name"),
        ({"subject": "a" * 64 + ".fr"}, "bad-name"),
        ({"seen_at": "2026-11-23"}, "bad-value"),
        ({"seen_at": "2026-11-23T10:00:00"}, "bad-date"),
        ({"seen_at": "0001-01-01T00:00:00+02:00"}, "bad-date"),
    ],
)
def test_a_line_out_of_shape_is_told_and_does_not_count(reading, changes: dict[str, object], code: str) -> None:
    got = reading("e.jsonl", line(**changes) + line())
    assert codes(got) == [(code, "1")]
    assert len(got.evidence) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "absent", "value": []},
        {"outcome": "absent", "value": None, "code": "NXDOMAIN"},
        {"outcome": "unreachable", "value": None, "code": "timeout", "reason": "no answer"},
        {"subject": "firm", "kind": "answer", "question": "ANSWER x", "value": ["yes"]},
        {"subject": "_dmarc.exemple.fr"},
        {"kind": "http", "value": {"url": "https://exemple.fr/", "status": 200, "headers": [], "body": ""}},
        {"kind": "request", "value": []},
    ],
)
def test_what_a_harvest_may_write_is_taken(reading, changes: dict[str, object]) -> None:
    got = reading("e.jsonl", line(**changes))
    assert got.errors == ()
    assert len(got.evidence) == 1


def test_a_time_of_another_zone_is_the_same_moment_in_utc(reading) -> None:
    (item,) = reading("e.jsonl", line(seen_at="2026-11-23T12:00:00+02:00")).evidence
    assert item.seen_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert item.seen_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("mx A.fr.", "MX a.fr"),
        ("MX Exemple.FR", "MX exemple.fr"),
        ("txt  _dmarc.exemple.fr. ", "TXT _dmarc.exemple.fr"),
        (" Mx exemple.fr", "MX exemple.fr"),
        ("MX exemple.fr.", "MX exemple.fr"),
        ("MX exemple.fr", "MX exemple.fr"),
        ("AAAA mx1.exemple.fr", "AAAA mx1.exemple.fr"),
    ],
)
def test_a_dns_question_is_put_into_plain_form(reading, question: str, wanted: str) -> None:
    (item,) = reading("e.jsonl", line(question=question)).evidence
    assert item.question == wanted


def test_a_question_of_another_kind_stays_as_it_is(reading) -> None:
    value = {"url": "https://exemple.fr/A", "status": 200, "headers": [], "body": ""}
    (item,) = reading("e.jsonl", line(kind="http", question="GET https://exemple.fr/A.", value=value)).evidence
    assert item.question == "GET https://exemple.fr/A."


def test_evidence_is_utf_8_and_a_line_that_is_not_is_told(reading) -> None:
    got = reading("e.jsonl", "\ufeff".encode() + line().encode() + line(reason="X").encode().replace(b"X", b"\xe9") + line().encode())
    assert len(got.evidence) == 2
    assert codes(got) == [("encoding", "2")]
    assert codes(reading("f.jsonl", line().encode("utf-16"))) == [("encoding", "1")]


def test_a_line_of_unreasonable_size_or_depth_is_told_and_the_next_counts(reading) -> None:
    got = reading("e.jsonl", line(value=["x" * 2**22]) + line().replace('["1 mx1.exemple.net."]', "[" * 100_000 + "]" * 100_000) + line())
    assert codes(got) == [("too-large", "1"), ("bad-json", "2")]
    assert len(got.evidence) == 1


def test_an_audit_document_is_no_evidence(reading) -> None:
    assert codes(reading("a.json", '{"schema": "bascule.audit/1", "subjects": []}')) == [("not-recognised", None)]
