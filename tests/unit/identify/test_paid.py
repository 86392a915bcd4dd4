"""Bills: whose they are, what for, and what they cost."""

from datetime import date

import pytest
from synthetic import MARKET, NOON, bill, catalogue

from bascule.catalogue import load
from bascule.identify import identify
from bascule.model import Identification
from bascule.read.fec_label import label_of

ON = date(2026, 11, 24)


def read(*items) -> Identification:
    return identify(items, load(), ON)


@pytest.mark.parametrize(
    ("label", "more"),
    [
        ("PAYPAL *ZOOM", {}),
        ("GOCARDLESS ZOOM", {}),
        ("NOBODY KNOWS *ZOOM", {}),
        ("FS*ZOOM", {}),
        ("ZOOM", {}),
    ],
)
def test_who_takes_payments_for_others_is_looked_through(label, more):
    (row,) = read(bill(label, 14, **more)).dependencies
    assert (row.service, row.cost_eur_month) == ("zoom", 14)


@pytest.mark.parametrize("label", ["PAYPAL", "STRIPE", "SumUp", "GOCARDLESS", "PADDLE.NET", "Apple.com/bill"])
def test_who_takes_payments_alone_is_a_question_and_no_tool(label):
    result = read(bill(label, 14))
    assert result.dependencies == ()
    assert [(item.ask.question, item.cost_eur_month) for item in result.unknowns] == [("paid-through", 14)]


def test_a_vat_number_names_the_seller_whatever_the_label_says():
    result = read(bill("R2D2 SAS", 10, vat="FR12820434439"))
    assert [row.service for row in result.dependencies] == ["livestorm"]


def test_a_label_that_decides_nothing_is_a_reading_of_which_we_are_less_sure():
    (row,) = read(bill("MSBILL.INFO", 12)).dependencies
    assert row.confidence < 0.7


def test_what_is_overdue_twice_costs_nothing_any_more():
    def cost(last):
        (row,) = read(bill("ZOOM", 14, every_months=1, last=last)).dependencies
        return row.cost_eur_month

    assert (cost("2020-01-01"), cost("2026-11-20")) == (None, 14)


@pytest.mark.parametrize("entry", ["PRLV PAYPAL *ZOOM 4029357733", "SQ * ZOOM 12/03", "ZETTLE *ZOOM", "CB*1234 PAYPAL *ZOOM"])
def test_a_ledger_entry_through_a_collector_is_looked_through(entry):
    (row,) = read(bill(label_of("", "", entry)[0], 14)).dependencies
    assert (row.service, row.cost_eur_month) == ("zoom", 14)


@pytest.mark.parametrize("monthly", [1e308, "9" * 40, "nan", "inf", -1])
def test_an_amount_that_no_firm_pays_is_no_cost(monthly):
    (row,) = identify([bill("Alder Files", monthly)], catalogue(*MARKET), NOON.date()).dependencies
    assert row.cost_eur_month is None
