"""The nouns refuse what they do not know, stay as they are, and name an observation alike every day."""

import msgspec
import pytest
from synthetic import NOON, absent, records, seen

from bascule import model
from bascule.model import Dependency, Evidence, Firm, Kind, Outcome, Role, Status, evidence_id

LINE = b'{"subject":"a.example","kind":"dns","question":"MX a.example","outcome":"absent","source":"t","seen_at":"2026-01-20T12:00:00Z"}'


def test_every_public_noun_is_named_in_all():
    nouns = {name for name, thing in vars(model).items() if isinstance(thing, type)}
    assert nouns <= set(model.__all__)
    assert all(hasattr(model, name) for name in model.__all__)


def test_an_observation_cannot_be_changed():
    with pytest.raises(AttributeError):
        msgspec.json.decode(LINE, type=Evidence).subject = "b.example"


def test_an_unknown_key_of_an_observation_is_refused():
    with pytest.raises(msgspec.ValidationError, match="verdict"):
        msgspec.json.decode(LINE[:-1] + b',"verdict":1}', type=Evidence)


def test_a_fourth_outcome_is_refused():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(LINE.replace(b"absent", b"maybe"), type=Evidence)


def test_an_unanswered_question_is_never_an_absence():
    assert Outcome.UNREACHABLE is not Outcome.ABSENT
    assert {outcome.value for outcome in Outcome} == {"present", "absent", "unreachable"}


def test_an_id_depends_on_subject_kind_question_outcome_and_time_only():
    one = records("MX a.example", "1 mx.a.example.")
    assert evidence_id(one) == evidence_id(records("MX a.example", "2 other."))
    assert evidence_id(one) != evidence_id(records("MX a.example", hours=1))
    assert evidence_id(one) != evidence_id(records("MX a.example", subject="b.example"))
    assert evidence_id(one) != evidence_id(records("NS a.example"))
    assert evidence_id(one) != evidence_id(absent("MX a.example"))
    assert evidence_id(one) != evidence_id(msgspec.structs.replace(one, kind=Kind.RDAP))


def test_an_id_that_was_given_is_not_taken_over():
    one = records("MX a.example")
    assert evidence_id(msgspec.structs.replace(one, id="e:1")) == evidence_id(one) != "e:1"


def test_an_id_is_made_even_of_broken_text():
    assert evidence_id(seen("MX \udce9.example")).startswith("e:")


def test_an_observation_reads_back_as_it_was_written():
    one = records("MX a.example", "1 mx.a.example.")
    assert msgspec.json.decode(msgspec.json.encode(one), type=Evidence) == one
    assert one.seen_at == NOON


def test_what_an_audit_holds_writes_every_key_also_when_it_is_null():
    row = Dependency(id="d:1", subject="a", function="email", role=Role.MAILBOX, organisation="self", confidence=1.0, status=Status.IN_USE)
    assert {"service", "deployment", "ultimate_owner", "host_country", "cost_eur_month"} <= set(msgspec.to_builtins(row))


def test_a_firm_may_say_nothing():
    assert Firm() == msgspec.convert({}, Firm)
    assert Firm().trusted is None


def test_roles_are_those_that_others_rely_on():
    assert {role.value for role in Role} == {
        *("gateway", "mailbox", "tenant", "sender", "infrastructure"),
        *("software", "operator", "host", "cdn", "third-party"),
        *("registrar", "dns", "certificate"),
    }
