"""Seats and users: an invoice before a list, a list before what the firm says of a function."""

from synthetic import FIRM_DOMAIN, MARKET, NOON, bill, catalogue, records, tool

from bascule.assess import seated, witnessed
from bascule.identify import identify
from bascule.model import Firm, FirmFunction

SHOP = catalogue(*MARKET)
SAID = Firm(functions=(FirmFunction(id="cloud-storage", seats=9), FirmFunction(id="email", seats=8)))


def seats(*items, firm=None):
    rows = seated(witnessed(identify(items, SHOP, NOON.date()).dependencies, items), items, firm)
    return {row.service: row.seats for row in rows if row.seats is not None}


def test_what_the_list_says_is_carried():
    assert seats(*tool("Alder Files", seats="3")) == {"alder-files": 3}


def test_lines_of_one_list_add_up():
    assert seats(*tool("Alder Files", 1, seats="3"), *tool("Alder Files", 2, seats="4")) == {"alder-files": 7}


def test_an_invoice_counts_more_than_a_list_and_a_list_more_than_the_firm_file():
    listed = tool("Alder Files", seats="3")
    assert seats(*listed, bill("Alder Files", "9.00", seats=5), firm=SAID) == {"alder-files": 5}
    assert seats(*listed, firm=SAID) == {"alder-files": 3}
    assert seats(*tool("Alder Files"), firm=SAID) == {"alder-files": 9}


def test_what_is_said_of_a_function_goes_to_none_of_several_tools():
    assert seats(*tool("Alder Mail", 1), *tool("Birch Mail", 2), firm=SAID) == {}


def test_what_is_said_of_mail_goes_to_the_mailboxes_that_the_domain_shows():
    assert seats(records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example."), firm=SAID) == {"alder-mail": 8}


def test_what_is_said_of_mail_is_counted_once_for_several_domains():
    both = [records(f"MX {name}", "1 mx.alder.example.", subject=name) for name in ("a.example", "b.example")]
    rows = seated(witnessed(identify(both, SHOP, NOON.date()).dependencies, both), both, SAID)
    assert [(row.subject, row.seats) for row in rows if row.role == "mailbox"] == [("a.example", 8), ("b.example", None)]


def test_a_count_that_is_none_or_beyond_reason_is_left_out():
    for said in ("", "many", "-3", "0", "9" * 30):
        assert seats(*tool("Alder Files", seats=said)) == {}
    for billed in ("5", True, -1, 10**9, 0, 2.5):
        assert seats(bill("Alder Files", "9.00", seats=billed)) == {}
