"""What several sources tell together, in words."""

import io

import pytest
import synthetic as w
from rich.console import Console

from bascule.report import page, show, witnesses


@pytest.fixture(scope="module")
def contrary(tell):
    seen = [w.records(f"MX {w.FIRM_DOMAIN}", "1 mx.alder.example."), *w.tool("Birch Mail"), w.bill("ALDER*MAIL", "9.00")]
    return tell("en", seen=seen)


def test_a_contradiction_says_who_names_whom_and_asks(contrary):
    (entry,) = contrary.audit.contradictions
    assert witnesses.contradiction(entry, contrary) == "Your list says Birch Mail; your accounts and the records of your domain name Alder Mail."
    assert witnesses.settling(entry, contrary) == "Which addresses do you still read at Birch Mail?"


def test_a_contradiction_is_told_on_the_page_and_in_text(contrary):
    out = io.StringIO()
    show(contrary, Console(file=out, width=200))
    for told in (page(contrary), out.getvalue()):
        assert "Where your sources disagree" in told
        assert "Your list says Birch Mail" in told


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (("1 mx.alder.example.",), "Your list says Birch Mail; the domain shows Alder Mail."),
        ((f"1 mail.{w.FIRM_DOMAIN}.",), "Your list says Birch Mail; the domain shows your own machine."),
        (("0 .",), f"Your list says Birch Mail; {w.FIRM_DOMAIN} names no mail server."),
    ],
)
def test_what_the_domain_shows_is_said_in_words(tell, records, said):
    it = tell("en", seen=[w.records(f"MX {w.FIRM_DOMAIN}", *records), *w.tool("Birch Mail")])
    assert [witnesses.contradiction(entry, it) for entry in it.audit.contradictions] == [said]


def test_several_domains_without_a_mail_server_are_told_in_the_plural(tell):
    nowhere = [w.records(f"MX {name}", "0 .", subject=name) for name in ("one.example", "two.example")]
    it = tell("en", seen=[*nowhere, *w.tool("Birch Mail")])
    said = "Your list says Birch Mail; one.example and two.example name no mail server."
    assert [witnesses.contradiction(entry, it) for entry in it.audit.contradictions] == [said]


def used(label, line=2, **more):
    return w.seen(f"ROW apps.csv#{line}", {"label": label, "what": "app", **more}, w.FIRM)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (
            [w.bill("Alder Files", "10.00"), used("Alder Files", users=0)],
            "Alder Files: paid €10 a month, but your list of applications counts no user. It is probably unused. Who needs it?",
        ),
        (
            [w.bill("Alder Files", "10.00"), used("Alder Files", sign_ins=0)],
            "Alder Files: paid €10 a month, but your list of applications shows no recent sign-in. It is probably unused. Who needs it?",
        ),
        (
            [w.bill("Alder Files", "10.00", seats=5), used("Alder Files", users=2)],
            "Alder Files: 5 seats, but 2 users in your list of applications. About €6 a month is probably spent on empty seats.",
        ),
        (
            [w.bill("Elm DNS", "10.00"), w.records(f"NS {w.FIRM_DOMAIN}", "ns.dogwood.example.")],
            "Elm Dns: paid €10 a month, but your domains show another provider (Dns). Is it still of use?",
        ),
        (
            [w.bill("Alder Files", "10.00", n, first="2025-01-01", last="2025-09-01") for n in (1, 2)],
            "Alder Files: two bills of €10 a month look alike. It is probably paid twice; is it?",
        ),
    ],
)
def test_what_may_be_spent_for_nothing_is_probable_and_asked(tell, items, said):
    it = tell("en", seen=items)
    assert [witnesses.saving(saving, it) for saving in it.audit.savings] == [said]


def test_seats_stand_beside_the_cost_with_the_cost_of_each(tell):
    it = tell("en", seen=[w.bill("Alder Files", "10.00", seats=4), used("Alder Files", users=4)])
    assert witnesses.seats(it.audit.dependencies[0], it) == "4 seats, €2.50 a month for each, 4 users"
    assert "4 seats, €2.50 a month for each, 4 users" in page(it)
