"""A real change is a record that differs between two answers that came; everything else is none."""

from datetime import UTC, datetime

import pytest

from bascule.compare import compare
from bascule.model import Dependency, Evidence, Kind, Outcome, Role, Status, evidence_id

FIRST, SECOND = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6))
DOMAIN = "firm.example"
MAIL = f"MX {DOMAIN}"


def seen(question, value, at=FIRST, kind=Kind.DNS):
    """An answer: records, [] for none, None for one that did not come."""
    outcome = Outcome.UNREACHABLE if value is None else Outcome.PRESENT if value else Outcome.ABSENT
    return Evidence(subject=DOMAIN, kind=kind, question=question, outcome=outcome, value=value or None, source="test", seen_at=at)


def changes(question, before, after):
    return compare([seen(question, before)], [], [seen(question, after, SECOND)], []).records


def row(item, organisation, role=Role.MAILBOX, function="email"):
    return Dependency(
        id=f"d:{organisation}",
        subject=DOMAIN,
        function=function,
        role=role,
        organisation=organisation,
        confidence=0.9,
        status=Status.IN_USE,
        evidence=(evidence_id(item),),
    )


@pytest.mark.parametrize(
    ("question", "before", "after", "record"),
    [
        (MAIL, ["10 mx.oak.example."], ["10 mx.elm.example."], "mx"),
        (f"TXT {DOMAIN}", ["v=spf1 include:oak.example -all"], ["v=spf1 -all"], "spf"),
        (f"TXT {DOMAIN}", ["v=spf1 -all", "token=1"], ["token=1"], "spf"),
        (f"CNAME s1._domainkey.{DOMAIN}", ["s1.oak.example."], [], "dkim"),
        (f"TXT s1._domainkey.{DOMAIN}", [], ["v=DKIM1; p=AAAA"], "dkim"),
        (f"SRV _autodiscover._tcp.{DOMAIN}", ["0 0 443 oak.example."], ["0 0 443 elm.example."], "autodiscover"),
        (f"CNAME autodiscover.{DOMAIN}", [], ["elm.example."], "autodiscover"),
    ],
)
def test_a_record_that_differs_between_two_answers_is_a_change(question, before, after, record):
    (change,) = changes(question, before, after)
    assert (change.record, change.question, change.seen_before, change.seen_after) == (record, question, FIRST, SECOND)
    assert len(changes(question, after, before)) == 1


@pytest.mark.parametrize(
    ("question", "before", "after"),
    [
        (MAIL, ["10 mx1.oak.example.", "20 mx2.oak.example."], ["10 MX2.oak.example", "5 mx1.oak.example."]),
        (f"TXT {DOMAIN}", ["v=spf1  MX -all", "a=1"], ["b=2", "v=spf1 mx -all"]),
        (f"TXT s1._domainkey.{DOMAIN}", ["v=DKIM1; p=AA AA"], ["v=DKIM1;p=AAAA"]),
        (f"MX other.{DOMAIN}", ["10 a.example."], ["10 b.example."]),
        (f"TENANT {DOMAIN}", ["Managed"], ["Federated"]),
    ],
)
def test_order_case_spaces_ranks_tokens_and_other_questions_are_no_change(question, before, after):
    assert changes(question, before, after) == ()


@pytest.mark.parametrize("there", [["10 mx.oak.example."], []])
def test_a_question_without_an_answer_on_either_side_is_no_change(there):
    assert changes(MAIL, there, None) == changes(MAIL, None, there) == ()
    assert compare([seen(MAIL, there)], [], [seen(f"A {DOMAIN}", ["192.0.2.1"])], []).records == ()


def test_an_answer_that_did_not_come_later_does_not_hide_the_one_that_did():
    old = [seen(MAIL, ["10 mx.oak.example."]), seen(MAIL, None, SECOND)]
    assert compare(old, [], [seen(MAIL, ["10 mx.oak.example."], SECOND)], []).records == ()
    assert len(compare(old, [], [seen(MAIL, [], SECOND)], []).records) == 1


def test_a_mailbox_that_moved_follows_from_the_record():
    before, after = seen(MAIL, ["10 mx.oak.example."]), seen(MAIL, ["10 mx.elm.example."], SECOND)
    drift = compare([before], [row(before, "oak")], [after], [row(after, "elm")])
    (shift,) = drift.shifts
    assert ([one.organisation for one in shift.before], [one.organisation for one in shift.after]) == (["oak"], ["elm"])
    assert shift.because == tuple(change.id for change in drift.records) != ()


def test_a_row_whose_record_was_not_answered_is_not_gone_and_one_not_asked_about_is_not_new():
    mx, key = seen(MAIL, ["10 mx.oak.example."]), seen(f"CNAME s._domainkey.{DOMAIN}", ["oak.example."])
    policy = [seen(f"TXT {DOMAIN}", ["v=spf1 -all"]), seen(f"TXT {DOMAIN}", ["v=spf1 mx -all"], SECOND)]
    full, silent = [mx, key, policy[0]], [mx, seen(key.question, None, SECOND), policy[1]]
    rows = [row(key, "oak")]
    assert compare(full, rows, silent, []).shifts == compare(silent, [], full, rows).shifts == ()
    assert len(compare(full, rows, [mx, seen(key.question, [], SECOND), policy[1]], []).shifts) == 1


def test_a_page_that_an_audit_keeps_without_its_body_says_nothing():
    whole = seen("GET https://firm.example/", {"url": "https://firm.example/", "status": 200, "headers": [], "body": "<x>"}, kind=Kind.HTTP)
    short = seen(whole.question, {**whole.value, "body": "", "truncated": True}, SECOND, Kind.HTTP)
    gone = seen(whole.question, {**whole.value, "body": "<y>"}, SECOND, Kind.HTTP)
    rows = [row(whole, "oak", Role.SOFTWARE, "website")]
    assert compare([whole], rows, [short], []).shifts == ()
    assert len(compare([whole], rows, [gone], []).shifts) == 1


def test_nothing_is_said_about_domains_of_one_side():
    drift = compare([seen(MAIL, ["10 mx.oak.example."])], [], [], [])
    assert (drift.subjects, drift.only_before, drift.records, drift.shifts) == ((), (DOMAIN,), (), ())
