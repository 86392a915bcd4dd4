"""Unknowns and notes in words."""

import re
from datetime import timedelta

import msgspec
import pytest

from bascule.model import Ask, Credit, NetworkStamp, Note, Role, Unknown
from bascule.report import Lookup, Words, gaps


def unknown(question, **args):
    return Unknown(id="u", subject="firm.example", function="email", role=Role.MAILBOX, seen="SEEN", ask=Ask(question=question, args=args))


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (unknown("which-mailbox", gateway="cedar", domain="firm.example"), "Behind the filter Cedar, who keeps the mailboxes of firm.example?"),
        (unknown("which-mailbox", domain="firm.example"), "firm.example names no mail server. Where do you read its mail?"),
        (unknown("which-host", domain="firm.example"), "firm.example stands behind a relay. Who hosts the site?"),
        (
            unknown("loaded-later", service="alder-mail", domain="firm.example"),
            "Alder Mail loads more services on firm.example: the page does not say which. Who looks after it?",
        ),
        (unknown("which-service", name="Alder", choices="alder-mail, alder-files"), "“Alder”: which one do you use? (Alder Mail and Alder Files)"),
        (unknown("which-tool", name="Saw"), "“Saw”: we do not know this tool. Who sells it, and for what do you use it?"),
        (unknown("paid-through", name="ALDER", organisation="alder"), "“ALDER”: paid through Alder; what for is unknown. Which tool is it?"),
        (unknown("who-is", name="Oak SA"), "“Oak SA”: we do not know this name yet. Who is it?"),
        (unknown("never-heard-of"), "“SEEN”: we do not know this name yet. Who is it?"),
    ],
)
def test_an_unknown_is_a_question(en, fr, item, said):
    assert gaps.unknown(item, en) == said
    assert "?" in gaps.unknown(item, fr)
    assert "“" not in gaps.unknown(item, fr)


NOTE_CODES = (
    "unanswered",
    "left-out-later",
    "labels-unmatched",
    "skipped",
    "empty",
    "repeated",
    "skipped-types",
    "shared-cost",
    "no-supplier",
    "no-payment",
    "left-alone",
    "reduced",
)


@pytest.mark.parametrize("code", NOTE_CODES)
def test_a_note_is_told_in_words(en, fr, code):
    item = Note(code=code, args={"file": "a.csv", "count": "2", "types": "PTR", "place": "4", "cost": "9"})
    for it in (en, fr):
        assert not gaps.note(item, it).startswith(code)
        assert gaps.note(item, it).endswith(".")


def test_every_note_that_a_reader_gives_has_its_sentence():
    from pathlib import Path

    import bascule.read

    code = "".join(path.read_text("utf-8") for path in Path(bascule.read.__file__).parent.glob("*.py"))
    assert set(re.findall(r'InputNote\(\s*code="([\w-]+)"', code)) <= set(NOTE_CODES)


def test_a_place_without_an_answer_is_named_with_what_was_asked(en, fr):
    item = unknown("not-answered", record="MX firm.example", domain="firm.example")
    assert gaps.unknown(item, en) == "Email, mailboxes: no answer came (MX firm.example). Ask again later."
    assert "MX firm.example" in gaps.unknown(item, fr)


def test_the_table_of_networks_is_named_with_its_age(en):
    def told(day):
        stamp = NetworkStamp(date=day, sources=(Credit(publisher="Larch", title="t", url="https://larch.example/", licence="PDDL-1.0"),))
        return gaps.networks(Lookup(msgspec.structs.replace(en.audit, networks=stamp), en.catalogue, Words("en")))

    assert gaps.networks(en) is None
    assert "Larch (PDDL-1.0)" in told(en.audit.as_of - timedelta(days=3))
    assert "3 days old" in told(en.audit.as_of - timedelta(days=3))
    assert "data update" not in told(en.audit.as_of - timedelta(days=3))
    assert told(en.audit.as_of - timedelta(days=200)).endswith("A fresh table: bascule data update")
