"""What got no answer stays open, and says so."""

import pytest
from synthetic import FIRM_DOMAIN as D
from synthetic import records, silent

from bascule.model import Role

from .meaning import meant, rows

PLACES = [
    (f"MX {D}", "email", Role.MAILBOX),
    (f"TXT {D}", "email", Role.SENDER),
    (f"CNAME selector1._domainkey.{D}", "email", Role.MAILBOX),
    (f"CNAME autodiscover.{D}", "email", Role.MAILBOX),
    (f"TENANT {D}", "email", Role.TENANT),
    (f"NS {D}", "dns", Role.DNS),
    (f"A {D}", "website", Role.HOST),
    (f"A www.{D}", "website", Role.HOST),
    (f"GET https://{D}/", "website", Role.SOFTWARE),
    (f"GET https://{D}/", "certificate", Role.CERTIFICATE),
    (f"RDAP {D}", "domain-name", Role.REGISTRAR),
]


@pytest.mark.parametrize(("question", "function", "role"), PLACES)
def test_a_place_whose_record_did_not_come_is_open(question, function, role):
    open_ = [item for item in meant(records(f"SOA {D}", "x"), silent(question)).unknowns if (item.function, item.role) == (function, role)]
    assert [(item.seen, item.ask.question, item.ask.args["record"]) for item in open_] == [(question, "not-answered", question)]


def mx(host, hours=0):
    return records(f"MX {D}", f"10 {host}.", hours=hours)


def test_what_was_seen_is_not_open():
    result = meant(mx("mx.alder.example"), silent(f"CNAME autodiscover.{D}"))
    assert rows(result, Role.MAILBOX)
    assert not [item for item in result.unknowns if item.role is Role.MAILBOX]


def test_an_answer_that_came_later_closes_the_place():
    assert not [item for item in meant(silent(f"MX {D}"), mx("mx.alder.example", hours=1)).unknowns if item.role is Role.MAILBOX]


def test_machines_of_mail_are_open_when_their_addresses_did_not_come():
    result = meant(mx("mx.alder.example"), silent("A mx.alder.example"))
    assert [item.seen for item in result.unknowns if item.role is Role.INFRASTRUCTURE] == ["A mx.alder.example"]
