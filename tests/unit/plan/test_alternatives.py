"""What instead, measured as the present tool is; and what first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import ON, alternative, alternatives, catalogue, deployment, fact, organisation, own_machine, price, row, service

from bascule.assess import Citations, Setting, exposure
from bascule.model import Candidate, Cutoff, Exposure, Hit, Interval, Option, Role, Status
from bascule.plan import Means, first
from bascule.plan import alternatives as propose

OAK = organisation(
    "oak",
    "XB",
    service("oak-files", "cloud-storage", deployments=(deployment("oak-files/vendor", "oak"),)),
    service("oak-box", "cloud-storage"),
    ultimate="listed",
)
ASH = organisation(
    "ash",
    "XA",
    service(
        "ash-files",
        "cloud-storage",
        facts=(fact("interest", "Sold by the author."), fact("caution", "Small firm.")),
        deployments=(own_machine("ash-files"), deployment("ash-files/vendor", "ash")),
        prices=(price(60, period="year"), price(6), price(1, per="GB"), price(2, currency="USD"), price(3, period="once")),
    ),
    ultimate="founders",
)
YEW = organisation("yew", "XA", service("yew-files", "cloud-storage", facts=(fact("status", "ended"),)))
LIME = organisation(
    "lime", "XA", service("lime-files", "cloud-storage", deployments=(own_machine("lime-files"), deployment("lime-files/partner", "ash", Option.PARTNER)))
)
SET = alternatives("cloud-storage", "oak-files", "oak-box", alternative("ash-files", 2, setup_hours=(4, 8)), "yew-files", alternative("lime-files", 3))
HOSTS = alternatives("hosting", "ash-files")
USED = row("oak", "oak", service="oak-files", deployment="oak-files/vendor")


def offered(*rows, sets=(SET, HOSTS)):
    shop, cite = catalogue(OAK, ASH, YEW, LIME, sets=sets), Citations()
    setting = Setting(shop, frozenset({"XA"}), ON, cite)
    found = propose(tuple(rows), Means(shop, ON, lambda one: exposure(one, setting), cite.remarks, cite.alternative))
    assert {name for one in found for name in (*one.because, *one.interest, *one.cautions)} <= {entry.id for entry in cite.quoted()}
    return found


def test_a_tool_is_no_alternative_to_itself_nor_is_another_of_its_maker_nor_one_that_ended():
    assert [one.service for one in offered(USED)] == ["lime-files", "ash-files"]


def test_an_alternative_is_measured_as_the_tool_is():
    ash = next(one for one in offered(USED) if one.service == "ash-files")
    assert ash.exposure.dependency == ash.id
    assert (ash.exposure.control.low, ash.exposure.control.high) == (3, 3)
    assert (ash.organisation, ash.jurisdictions, ash.deployment) == ("ash", ("XA",), "ash-files/vendor")


def test_who_gains_and_what_to_know_first_are_quoted():
    ash = next(one for one in offered(USED) if one.service == "ash-files")
    assert ash.interest == ("f:s/ash-files/interest/Sold by the author.",)
    assert ash.cautions == ("f:s/ash-files/caution/Small firm.",)


def test_that_it_can_take_over_is_quoted_under_the_function_of_the_catalogue():
    ash = next(one for one in offered(USED) if one.service == "ash-files")
    assert ash.because == ("f:a/cloud-storage/ash-files",)
    site = offered(row("site", "oak", function="website", role=Role.HOST))
    assert [one.because for one in site] == [("f:a/hosting/ash-files",)]


def test_the_cheapest_price_by_user_and_month_in_euros_is_told():
    prices = {one.service: one.price_eur_user_month for one in offered(USED)}
    assert prices == {"ash-files": Decimal("5.00"), "lime-files": None}


def test_a_deployment_that_nobody_sells_stays_open():
    assert next(one for one in offered(USED) if one.service == "lime-files").deployment is None


def test_one_service_in_two_deployments_is_two_alternatives():
    both = alternatives("cloud-storage", alternative("lime-files", deployment="lime-files/self"), alternative("lime-files", deployment="lime-files/partner"))
    found = offered(USED, sets=(both,))
    assert len({one.id for one in found}) == len(found) == 2
    assert [(one.deployment, one.organisation) for one in found] == [("lime-files/partner", "ash"), ("lime-files/self", "lime")]


def test_what_is_ready_to_use_comes_before_what_the_firm_must_run_itself_among_equals():
    own = alternative("ash-files", deployment="ash-files/self")
    found = offered(USED, row("x", "ash", service="ash-files"), sets=(alternatives("cloud-storage", own, "lime-files"),))
    assert [one.service for one in found if one.dependency == "d:oak"] == ["lime-files", "ash-files"]


def test_what_the_present_operator_runs_is_no_alternative_whoever_made_it():
    partner = alternatives("cloud-storage", alternative("lime-files", deployment="lime-files/partner"))
    assert offered(row("x", "ash", service="ash-files"), sets=(partner,)) == ()


def test_what_the_firm_already_uses_comes_first_among_equals():
    found = offered(USED, row("x", "lime", service="lime-files"), sets=(alternatives("cloud-storage", "ash-files", "lime-files"),))
    assert [one.service for one in found if one.dependency == "d:oak"] == ["lime-files", "ash-files"]


def test_more_cover_comes_before_less():
    found = [one.fit for one in offered(USED)]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    "thing",
    [
        row("x", "self"),
        row("x", "none"),
        row("x", "oak", service="oak-files", status=Status.CONFIGURED),
        row("x", "oak", service="oak-files", role=Role.SENDER),
        row("x", "oak", service="oak-files", role=Role.TENANT),
        row("x", "oak", service="oak-files", role=Role.INFRASTRUCTURE),
        row("x", "oak", service="oak-files", function="analytics"),
    ],
)
def test_what_cannot_be_moved_has_no_alternative(thing):
    assert offered(thing) == ()


def test_the_host_of_a_site_is_replaced_by_hosting():
    found = offered(row("x", "oak", role=Role.HOST, function="website"))
    assert [(one.service, one.function) for one in found] == [("ash-files", "website")]


# First.


def measured(name, stop):
    unknown, found = Interval(low=0, high=4, confidence=0), Interval(low=stop, high=100, confidence=0.5)
    return Exposure(
        id=f"x:{name}",
        dependency=name,
        **dict.fromkeys(("control", "operation", "data", "licence", "exit", "chain"), unknown),
        **dict.fromkeys(("decide", "stop", "read", "leave"), found),
    )


def better(name, stop):
    return Candidate(
        id=f"a:{name}",
        dependency=name,
        function="f",
        service="s",
        deployment=None,
        organisation="o",
        jurisdictions=(),
        fit=3,
        exposure=measured(f"a:{name}", stop),
        setup_hours=None,
        effort_hours_user=None,
        price_eur_user_month=None,
        interest=(),
        cautions=(),
        because=(),
    )


def cuts(*scenarios):
    stops = [tuple(Hit(dependency=name, function="f", after_hours=hours, chain=()) for name, hours in one) for one in scenarios]
    return [Cutoff(id=f"c:{number}", scenario=str(number), power="XB", stops=one, degrades=(), functions=()) for number, one in enumerate(stops)]


A, B, C, D = (row(name, "oak", function=f"f-{name}") for name in "abcd")


def urgent(rows, scenarios, gains, critical=()):
    return first(
        tuple(rows), cuts(*scenarios), [measured(one.id, 20) for one in rows], [better(name, stop) for name, stop in gains.items()], frozenset(critical)
    )


def test_nothing_that_stops_is_nothing_first():
    assert urgent([A], [[]], {"d:a": 90}) == ()


def test_what_has_no_safer_alternative_is_no_first_step():
    assert urgent([A, B], [[("d:a", 0), ("d:b", 0)]], {"d:a": 20}) == ()
    assert urgent([A, B], [[("d:a", 0), ("d:b", 0)]], {"d:a": 20, "d:b": 21}) == ("d:b",)


def test_what_is_critical_comes_first():
    assert urgent([A, B], [[("d:a", 0), ("d:b", 720)]], {"d:a": 90, "d:b": 30}, ["f-b"]) == ("d:b", "d:a")


def test_what_more_scenarios_stop_comes_before_what_stops_sooner():
    assert urgent([A, B], [[("d:a", 0), ("d:b", 5)], [("d:b", 5)]], {"d:a": 90, "d:b": 90}) == ("d:b", "d:a")


def test_what_stops_sooner_comes_before_what_gains_more():
    assert urgent([A, B], [[("d:a", 24), ("d:b", 0)]], {"d:a": 90, "d:b": 30}) == ("d:b", "d:a")
    assert urgent([A, B], [[("d:a", 0), ("d:b", 0)]], {"d:a": 30, "d:b": 90}) == ("d:b", "d:a")


def test_one_first_step_a_function_and_three_in_all():
    twin = row("aa", "oak", function="f-a")
    gains = dict.fromkeys(["d:a", "d:aa", "d:b", "d:c", "d:d"], 90)
    assert urgent([A, twin, B, C, D], [[(name, 0) for name in gains]], gains) == ("d:a", "d:b", "d:c")


@given(st.permutations([A, B, C, D]))
def test_the_order_of_the_dependencies_changes_nothing(rows):
    gains = {"d:a": 90, "d:b": 90, "d:c": 30, "d:d": 90}
    assert urgent(rows, [[("d:a", 0), ("d:b", 0), ("d:c", 0)], [("d:d", 7)]], gains, ["f-c"]) == ("d:c", "d:a", "d:b")
