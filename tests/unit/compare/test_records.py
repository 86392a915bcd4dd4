"""Only two answers that both came, and say something else, are a change."""

import pytest
from synthetic import FIRM_DOMAIN, MARKET, ON, absent, catalogue, records, seen, silent

from bascule.compare import Side, compare
from bascule.identify import identify

MX, TXT = f"MX {FIRM_DOMAIN}", f"TXT {FIRM_DOMAIN}"
KEY = f"TXT s1._domainkey.{FIRM_DOMAIN}"
CLIENTS = f"CNAME autodiscover.{FIRM_DOMAIN}"
WAY = f"SRV _autodiscover._tcp.{FIRM_DOMAIN}"


def side(*evidence):
    return Side(evidence, identify(evidence, catalogue(*MARKET), ON).dependencies)


def changed(old, new):
    return compare(side(*old), side(*new))


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        (MX, "1 a.example.", "1 b.example."),
        (TXT, "v=spf1 -all", "v=spf1 mx -all"),
        (KEY, "v=DKIM1; p=aB", "v=DKIM1; p=ab"),
        (CLIENTS, "a.example.", "b.example."),
        (WAY, "0 0 443 a.example.", "0 0 443 b.example."),
    ],
)
def test_a_record_that_differs_is_told_with_both_answers(question, old, new):
    (change,) = changed([records(question, old)], [records(question, new)]).records
    assert (change.question, change.old, change.new) == (question, (old,), (new,))
    (gone,) = changed([records(question, old)], [absent(question)]).records
    assert gone.new == ()


@pytest.mark.parametrize("question", [MX, TXT, KEY, CLIENTS, WAY])
def test_what_got_no_answer_or_was_not_asked_is_no_change(question):
    answered = records(question, "v=spf1 a.example.")
    for other in ([silent(question)], []):
        assert changed([answered], other).records == changed(other, [answered]).records == ()
        assert changed([absent(question)], other).records == ()


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        (MX, ["1 a.example.", "2 b.example."], ["1 B.example", "2 A.example"]),
        (TXT, ["v=spf1 mx -all", "token=1"], ["token=2", "V=SPF1  mx -all"]),
        (KEY, ["v=DKIM1; p=aB"], ["v=DKIM1;p=aB"]),
        (CLIENTS, ["Auto.example."], ["auto.example"]),
    ],
)
def test_order_case_final_dots_and_tokens_are_no_change(question, old, new):
    assert changed([records(question, *old)], [records(question, *new)]).records == ()


def test_a_later_silence_does_not_hide_an_answer():
    new = [records(MX, "1 b.example."), silent(MX, hours=1)]
    assert len(changed([records(MX, "1 a.example.")], new).records) == 1


def test_mail_that_moved_names_both_operators():
    drift = changed([records(MX, "1 mx.alder.example.")], [records(MX, "1 mx.birch.example.")])
    (move,) = drift.dependencies
    assert (move.old_organisation, move.new_organisation, move.role) == ("alder", "birch", "mailbox")


def test_an_operator_that_a_failed_question_hides_has_not_gone():
    spf = records(TXT, "v=spf1 include:spf.dogwood.example -all")
    assert changed([spf], [silent(TXT)]).dependencies == ()
    assert len(changed([spf], [records(TXT, "v=spf1 -all")]).dependencies) == 1


def test_tenants_and_tokens_that_come_and_go_are_no_change():
    old = [records(TXT, "v=spf1 -all", "alder-verify=1", "birch-site-verification=1"), seen(f"TENANT {FIRM_DOMAIN}", ["Managed"])]
    drift = changed(old, [records(TXT, "v=spf1 -all"), absent(f"TENANT {FIRM_DOMAIN}")])
    assert (drift.records, drift.dependencies) == ((), ())


def test_the_order_of_the_evidence_changes_nothing():
    old = [records(MX, "1 mx.alder.example."), records(TXT, "v=spf1 include:spf.alder.example -all")]
    new = [records(MX, "1 mx.birch.example."), records(TXT, "v=spf1 include:_spf.birch.example -all")]
    assert changed(old, new) == changed(old[::-1], new[::-1])
