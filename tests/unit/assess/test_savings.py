"""Subscriptions that may be paid for nothing; everything else that a file may show of a tool says nothing."""

from decimal import Decimal

import pytest
from synthetic import FIRM_DOMAIN, MARKET, NOON, absent, bill, catalogue, page, records, row, seen, silent

from bascule.assess import savings, seated, witnessed
from bascule.identify import identify, subjects
from bascule.model import FIRM, Firm, FirmFunction, Reason, Waste

SHOP = catalogue(*MARKET)


def tool(name, cost, **more):
    return row(name, "alder", service=name, subject=FIRM, cost_eur_month=None if cost is None else Decimal(cost), **more)


def test_two_tools_paid_for_one_function_at_comparable_cost_are_doubled():
    (found,) = savings([tool("a", 10), tool("b", 12)], (), (), SHOP)
    assert (found.kind, found.dependencies, found.cost_eur_month) == (Waste.DOUBLED, ("d:b", "d:a"), 10)


def test_a_small_one_beside_a_big_one_or_a_free_one_is_not_doubled():
    assert savings([tool("a", 10), tool("b", 100), tool("c", None)], (), (), SHOP) == ()


def look(*items, firm=None):
    rows = seated(witnessed(identify(items, SHOP, NOON.date()).dependencies, items), items, firm)
    return [(saving.reason, saving.cost_eur_month) for saving in savings(rows, items, subjects(items), SHOP)]


def app(label, line, **more):
    return seen(f"ROW apps.csv#{line}", {"label": label, "what": "app", **more}, FIRM)


PAID = bill("Birch Mail", "10.00")
ELSEWHERE = [(Reason.ELSEWHERE, 10)]


def test_a_paid_mailbox_is_idle_when_every_domain_surely_shows_another():
    assert look(PAID, records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example.")) == ELSEWHERE
    assert look(PAID) == []


@pytest.mark.parametrize(
    "items",
    [
        [silent(f"MX {FIRM_DOMAIN}")],
        [records(f"MX {FIRM_DOMAIN}", "1 in.cedar.example.")],
        [records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example."), silent("MX other.example", subject="other.example")],
        [absent(f"MX {FIRM_DOMAIN}"), records(f"A {FIRM_DOMAIN}", "192.0.2.1")],
    ],
    ids=["no answer", "hidden behind a filter", "another domain without an answer", "no server named"],
)
def test_a_paid_mailbox_may_be_in_use_where_the_records_leave_room(items):
    assert look(PAID, *items) == []


def test_a_paid_name_service_is_idle_when_the_domain_is_kept_elsewhere():
    assert look(bill("Elm DNS", "10.00"), records(f"NS {FIRM_DOMAIN}", "ns.dogwood.example."), page("x")) == ELSEWHERE


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ({"users": 0}, Reason.NO_USERS),
        ({"sign_ins": 0}, Reason.NO_SIGN_IN),
        ({"last": "2025-10-01"}, Reason.NO_SIGN_IN),
        ({"last": "2025-10-03"}, None),
        ({"users": 1}, None),
        ({}, None),
    ],
)
def test_a_tool_that_a_list_of_applications_shows_unused_is_idle(listed, reason):
    other = app("Hazel Stats", 2, last="2025-12-31")
    assert look(bill("Alder Files", "10.00"), app("Alder Files", 1, **listed), other) == ([(reason, 10)] if reason else [])


def test_the_last_sign_in_counts_from_the_end_that_the_list_itself_knows():
    assert look(bill("Alder Files", "10.00"), app("Alder Files", 1, last="2020-01-01")) == []


def test_two_bills_of_one_size_at_one_time_are_perhaps_paid_twice():
    months = {"first": "2025-01-05", "last": "2025-12-05"}
    later = {"first": "2026-01-05", "last": "2026-03-05"}
    one = bill("Alder Files", "10.00", 1, **months)
    assert look(one, bill("NOBODY KNOWS *ALDER FILES", "9.80", 2, **months)) == [(Reason.TWICE, Decimal("9.8"))]
    assert look(one, bill("NOBODY KNOWS *ALDER FILES", "9.40", 2, **months)) == []
    assert look(one, bill("NOBODY KNOWS *ALDER FILES", "10.00", 2, **later)) == []


@pytest.mark.parametrize("amount", ["²", "٣", "1e9", "nan", [1]])
def test_a_bill_whose_amount_is_none_is_no_second_one(amount):
    months = {"first": "2025-01-05", "last": "2025-12-05"}
    assert look(bill("Alder Files", "10.00", 1, **months), bill("NOBODY KNOWS *ALDER FILES", amount, 2, **months)) == []


def test_many_single_things_bought_at_one_seller_are_not_paid_twice():
    months = {"first": "2025-01-05", "last": "2025-12-05"}
    assert look(*(bill(f"NOBODY {line} *ALDER FILES", str(10 + line), line, **months) for line in range(150))) == []


def test_what_the_records_show_at_work_is_not_unused_because_nobody_signs_in():
    unused = app("Alder Mail", 1, users=0)
    assert look(bill("Alder Mail", "10.00"), unused) == [(Reason.NO_USERS, 10)]
    assert look(bill("Alder Mail", "10.00"), unused, records(f"MX {FIRM_DOMAIN}", "1 mx.alder.example.")) == []


def test_seats_without_a_user_are_told_when_they_are_many():
    paid = bill("Alder Files", "100.00", seats=10)
    assert look(paid, app("Alder Files", 1, users=7)) == [(Reason.SEATS, 30)]
    assert look(paid, app("Alder Files", 1, users=9)) == []
    assert look(bill("Alder Files", "100.00"), app("Alder Files", 1, users=7)) == []
    assert look(bill("Alder Files", "100.00"), app("Alder Files", 1, users=7), firm=Firm(functions=(FirmFunction(id="cloud-storage", seats=10),))) == [
        (Reason.SEATS, 30)
    ]
