"""Owners, step by step, on a day."""

from datetime import date

from synthetic import ON, catalogue, organisation, owner

from bascule.catalogue import line, seat
from bascule.model import OwnerKind


def test_an_organisation_without_owners_stands_alone():
    found = line("a", catalogue(organisation("a", "XA", ultimate="listed")), ON)
    assert (found.members, found.ultimate, found.countries) == (("a",), "a", ("XA",))


def test_nobody_is_ultimate_as_long_as_nobody_has_read_so():
    assert line("a", catalogue(organisation("a", "XA")), ON).ultimate is None


def test_owners_lead_up_step_by_step():
    world = catalogue(
        organisation("a", "XA", owners=[owner("b")]),
        organisation("b", "XC", owners=[owner("c", OwnerKind.CONTROL)]),
        organisation("c", "XB", ultimate="listed"),
    )
    found = line("a", world, ON)
    assert (found.members, found.ultimate, found.countries) == (("a", "b", "c"), "c", ("XA", "XB", "XC"))


def test_a_minority_decides_nothing():
    world = catalogue(organisation("a", "XA", owners=[owner("b", OwnerKind.MINORITY)], ultimate="listed"), organisation("b", "XB"))
    assert line("a", world, ON).members == ("a",)


def test_an_owner_counts_from_the_first_day_to_the_day_before_the_last():
    world = catalogue(organisation("a", "XA", owners=[owner("b", since=date(2025, 1, 1), until=date(2026, 1, 1))]), organisation("b", "XB"))
    days = (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [len(line("a", world, day).members) for day in days] == [1, 2, 2, 1]


def test_two_ways_up_to_one_owner_have_one_ultimate():
    world = catalogue(
        organisation("a", "XA", owners=[owner("b"), owner("c")]),
        organisation("b", "XA", owners=[owner("d")]),
        organisation("c", "XA", owners=[owner("d")]),
        organisation("d", "XA", ultimate="founders"),
    )
    assert line("a", world, ON).ultimate == "d"


def test_two_ends_upwards_are_no_ultimate_owner():
    world = catalogue(organisation("a", "XA", owners=[owner("b"), owner("c")]), organisation("b", ultimate="listed"), organisation("c", ultimate="listed"))
    assert line("a", world, ON).ultimate is None


def test_one_end_upwards_that_nobody_has_read_leaves_the_ultimate_owner_open():
    world = catalogue(organisation("a", "XA", owners=[owner("b"), owner("c")]), organisation("b", ultimate="listed"), organisation("c"))
    assert line("a", world, ON).ultimate is None


def test_a_circle_ends():
    world = catalogue(organisation("a", "XA", owners=[owner("b")]), organisation("b", "XB", owners=[owner("a")]))
    assert line("a", world, ON).members == ("a", "b")


def test_a_name_that_the_catalogue_does_not_hold_has_no_countries():
    found = line("domain:x.example", catalogue(), ON)
    assert (found.members, found.ultimate, found.countries) == (("domain:x.example",), None, ())
    assert seat("self", catalogue()) is None
