"""What the tests of this room share: a market, what identification makes of evidence, and one row of it."""

from synthetic import MARKET, ON, catalogue

from bascule.identify import identify

SHOP = catalogue(*MARKET)


def meant(*items):
    return identify(items, SHOP, ON)


def rows(result, role):
    return [row for row in result.dependencies if row.role is role]


def only(result, role):
    (row,) = rows(result, role)
    return row
