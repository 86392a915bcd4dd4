"""Subscriptions that may be paid for nothing."""

from decimal import Decimal

from synthetic import FIRM_DOMAIN, MARKET, catalogue, records, row

from bascule.assess import savings
from bascule.model import FIRM, Waste

SHOP = catalogue(*MARKET)


def tool(name, cost, **more):
    return row(name, "alder", service=name, subject=FIRM, cost_eur_month=None if cost is None else Decimal(cost), **more)


def test_two_tools_paid_for_one_function_at_comparable_cost_are_doubled():
    (found,) = savings([tool("a", 10), tool("b", 12)], (), SHOP)
    assert (found.kind, found.dependencies, found.cost_eur_month) == (Waste.DOUBLED, ("d:b", "d:a"), 10)


def test_a_small_one_beside_a_big_one_or_a_free_one_is_not_doubled():
    assert savings([tool("a", 10), tool("b", 100), tool("c", None)], (), SHOP) == ()


def test_a_paid_mailbox_is_idle_only_when_the_domains_answered_where_their_mail_goes():
    paid = tool("alder-mail", 10, function="email")
    (found,) = savings([paid], [records(f"MX {FIRM_DOMAIN}", "1 mx.larch.example.")], SHOP)
    assert (found.kind, found.cost_eur_month) == (Waste.IDLE, 10)
    assert savings([paid], (), SHOP) == ()
