"""What stops, after how many hours, through which chain. Every power is treated alike."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import (
    FUNCTIONS,
    LAWS,
    ON,
    SCENARIOS,
    catalogue,
    country,
    deployment,
    fact,
    function,
    hosting,
    law,
    need,
    organisation,
    own_machine,
    owner,
    row,
    scenario,
    service,
)

from bascule.assess import Citations, Order, Reach, Setting, cutoff, exposures
from bascule.model import SELF, Degree, Effect, IfCut, Role, ScenarioKind, ServiceKind, Status

SITE = "firm.example"
CRITICAL = frozenset({"email", "cloud-storage"})

ALDER = organisation("alder", "XB", service("alder-files", "cloud-storage", deployments=(deployment("alder-files/vendor", "alder"),)), ultimate="listed")
BIRCH = organisation(
    "birch",
    "XA",
    service("birch-files", "cloud-storage", deployments=(deployment("birch-files/vendor", "birch", hosts=[hosting("alder", "XA")]),)),
    service("birch-docs", "office-suite", deployments=(deployment("birch-docs/vendor", "birch", hosts=[hosting("birch", "XA")]),)),
    ultimate="founders",
)
CEDAR = organisation(
    "cedar",
    "XA",
    service("cedar-files", "cloud-storage", deployments=(deployment("cedar-files/vendor", "cedar", hosts=[hosting("cedar", "XA")]),)),
    owners=[owner("holding")],
)
HOLDING = organisation("holding", "XC", owners=[owner("alder")])
GORSE = organisation(
    "gorse",
    "XB",
    service("gorse", "cloud-storage", kind=ServiceKind.SOFTWARE, deployments=(deployment("gorse/vendor", "gorse"), own_machine("gorse"))),
    service(
        "gorse-lock",
        "office-suite",
        kind=ServiceKind.SOFTWARE,
        deployments=(own_machine("gorse-lock", needs=[need("gorse-key", after_hours=720, kind="licence")]),),
    ),
    service("gorse-key", "identity", deployments=(deployment("gorse-key/vendor", "gorse"),)),
    service("gorse-free", "hosting", kind=ServiceKind.SOFTWARE, deployments=(own_machine("gorse-free"),)),
)
FAR = organisation(
    "far",
    "XC",
    service("far-files", "cloud-storage", deployments=(deployment("far-files/vendor", "far", hosts=[hosting("far", "XB")]),)),
    facts=(fact("presence", "XB"),),
)
NAMES = organisation("names", "XA", service("names-dns", "dns"), service("names-reg", "domain-name"), service("names-cert", "certificate"))
WORLD = (ALDER, BIRCH, CEDAR, HOLDING, GORSE, FAR, NAMES)


def cut(rows, world=WORLD, *, name="order-xb", power=None, who=None, what=None, notice=0, on=ON, laws=LAWS, scenarios=SCENARIOS, functions=FUNCTIONS):
    shop = world if not isinstance(world, tuple) else catalogue(*world, laws=laws, scenarios=scenarios, functions=functions)
    chosen, cite = shop.scenarios[name], Citations()
    order = Order(chosen, None if who else power or chosen.power, who, what, notice)
    found = cutoff(order, tuple(rows), CRITICAL, shop, Reach(order, shop, on, cite), cite)
    for hit in (*found.stops, *found.degrades):
        known = {entry.id for entry in cite.quoted()} | {one.id for one in rows} | {proof for one in rows for proof in one.evidence}
        assert set(hit.chain) <= known
        assert hit.chain[-1] in {proof for one in rows if one.id == hit.dependency for proof in one.evidence}
    return found


def using(name, **more):
    """A dependency on a service, by the vendor's deployment."""
    maker = next(entry.id for entry in WORLD for sold in entry.services if sold.id == name)
    of = next(sold.functions[0] for entry in WORLD for sold in entry.services if sold.id == name)
    return row(name, maker, **{"service": name, "deployment": f"{name}/vendor", "function": of, **more})


def stopped(found):
    return {hit.dependency: hit.after_hours for hit in found.stops}


def degraded(found):
    return {hit.dependency: hit.after_hours for hit in found.degrades}


def chain(found):
    (hit,) = (*found.stops, *found.degrades)
    return hit.chain


def state(found, name):
    return next(one for one in found.functions if one.function == name)


# Whom an order reaches.


def test_an_order_stops_those_seated_there():
    found = cut([using("alder-files"), using("birch-docs")])
    assert stopped(found) == {"d:alder-files": 0}
    assert degraded(found) == {}
    assert chain(found)[:3] == ("f:l/xb-1", "f:o/alder/country/XB", "d:alder-files")


def test_a_cut_off_is_named_by_who_gives_it_to_whom_and_when():
    assert cut([]).id == "c:order-xb/XB"
    assert cut([], notice=240).id == "c:order-xb/XB/240"
    one = cut([], name="vendor-decision", who="birch", what="birch-docs", notice=24)
    assert (one.id, one.organisation, one.service, one.power) == ("c:vendor-decision/birch/birch-docs/24", "birch", "birch-docs", None)


def test_a_hit_tells_by_which_thread_its_operator_is_held():
    threads = (scenario("threads", power="XB", reach=tuple(Degree)),)
    found = cut([using("alder-files"), using("cedar-files"), using("far-files"), using("birch-files")], name="threads", scenarios=threads)
    assert {hit.dependency: hit.thread for hit in found.stops} == {
        "d:alder-files": Degree.SEAT,
        "d:cedar-files": Degree.OWNER,
        "d:far-files": Degree.PRESENCE,
        "d:birch-files": None,
    }
    hired = cut([row("hired", "birch", service="alder-files", deployment="alder-files/vendor")], name="threads", scenarios=threads)
    assert [hit.thread for hit in hired.stops] == [Degree.SEAT]
    assert {hit.thread for hit in cut([using("alder-files")], name="vendor-decision", who="alder").stops} == {None}
    assert {hit.thread for hit in cut([DNS, MAIL]).stops if hit.dependency == "d:mail"} == {None}


@pytest.mark.parametrize(
    ("thread", "item", "effects"),
    [
        (Degree.SEAT, "alder-files", (Effect.STOP,)),
        (Degree.OWNER, "cedar-files", (Effect.STOP, Effect.READ)),
        (Degree.PRESENCE, "far-files", (Effect.STOP,)),
        (Degree.PLACE, "box", (Effect.STOP,)),
    ],
)
def test_a_law_is_cited_for_its_own_thread_and_for_no_other(thread, item, effects):
    made = row("box", "domain:x.example", host_country="XB") if item == "box" else using(item)
    orders = (scenario("order-xb", power="XB", reach=tuple(Degree), laws=("xb-1", "xb-2", "xb-3")),)
    others = tuple(degree for degree in Degree if degree is not thread)
    laws = (law("xb-1", "XB", *effects, reach=(thread,)), law("xb-2", "XB", reach=others), law("xb-3", "XB", Effect.READ, reach=tuple(Degree)))
    found = chain(cut([made], laws=laws, scenarios=orders))
    assert [name for name in found if name.startswith("f:l/")] == ["f:l/xb-1"]


def test_an_order_reaches_subsidiaries_through_each_owner():
    found = cut([using("cedar-files")])
    assert chain(found)[:4] == ("f:l/xb-1", "f:o/alder/country/XB", "f:o/holding/owner/alder", "f:o/cedar/owner/holding")


def test_an_order_reaches_those_hosted_by_the_reached():
    found = cut([using("birch-files")])
    assert chain(found) == ("f:l/xb-1", "f:o/alder/country/XB", "f:d/birch-files/vendor/hosting/alder/XA", "d:birch-files", *using("birch-files").evidence)


def test_an_order_stops_what_stands_on_its_soil():
    assert chain(cut([using("far-files")]))[:2] == ("f:l/xb-1", "f:d/far-files/vendor/hosting/far/XB")
    assert cut([using("far-files")], name="seats", scenarios=(scenario("seats", power="XB", reach=(Degree.SEAT,)),)).stops == ()


def test_an_order_stops_a_machine_that_was_seen_on_its_soil():
    seen = row("box", "domain:x.example", function="email", role=Role.MAILBOX, subject=SITE, host_country="XB")
    assert chain(cut([seen])) == ("f:l/xb-1", "d:box", *seen.evidence)


def test_an_order_of_a_country_stops_what_is_hosted_there_alike_for_every_country():
    rows = [row("box", "domain:x.example", host_country="XA"), using("birch-docs")]
    assert set(stopped(cut(rows, name="order-xa"))) == {"d:box", "d:birch-docs"}


def test_an_establishment_counts_only_where_the_order_says_so():
    orders = (scenario("wide", power="XB", reach=(Degree.SEAT, Degree.PRESENCE)), scenario("narrow", power="XB", reach=(Degree.SEAT,)))
    assert chain(cut([using("far-files")], name="wide", scenarios=orders))[0] == "f:o/far/presence/XB"
    assert cut([using("far-files")], name="narrow", scenarios=orders).stops == ()


def test_the_power_of_a_union_reaches_its_members():
    rows = [using("birch-docs"), using("far-files"), using("alder-files")]
    assert set(stopped(cut(rows, name="order-xu"))) == {"d:birch-docs", "d:far-files"}


def test_an_order_reaches_nobody_of_whom_nothing_is_known():
    found = cut([row("x", "domain:x.example"), row("y", "self"), row("z", "as:64999")])
    assert (found.stops, found.degrades) == ((), ())
    assert state(found, "cloud-storage").effect is None


def test_an_owner_of_another_day_passes_the_order_on_no_longer():
    world = (organisation("old", "XA", owners=[owner("alder", until=ON)]), ALDER)
    assert cut([row("x", "old")], world).stops == ()
    assert cut([row("x", "old")], world, on=ON.replace(year=2025)).stops


def test_a_machine_on_the_soil_leans_on_the_laws_of_the_place_alone():
    laws = (law("xb-1", "XB", reach=(Degree.SEAT,)), law("xb-read", "XB", reach=(Degree.PLACE,)))
    assert chain(cut([using("far-files")], laws=laws))[:2] == ("f:l/xb-read", "f:d/far-files/vendor/hosting/far/XB")
    assert chain(cut([using("alder-files")], laws=laws))[:2] == ("f:l/xb-1", "f:o/alder/country/XB")


@pytest.mark.parametrize(
    ("frm", "to", "cited"), [(None, None, True), (ON.replace(year=2027), None, False), (None, ON, False), (ON, ON.replace(year=2027), True)]
)
def test_only_a_law_in_force_that_can_stop_is_cited(frm, to, cited):
    laws = (law("xb-1", "XB", valid_from=frm, valid_to=to), law("xb-read", "XB", Effect.READ))
    assert chain(cut([using("alder-files")], laws=laws))[0] == ("f:l/xb-1" if cited else "f:o/alder/country/XB")


# Decisions, failures, accidents.


def test_a_vendors_decision_stops_its_services_and_those_of_its_subsidiaries():
    rows = [using("alder-files"), using("cedar-files"), using("birch-docs")]
    found = cut(rows, name="vendor-decision", who="alder")
    assert set(stopped(found)) == {"d:alder-files", "d:cedar-files"}
    assert next(hit for hit in found.stops if hit.dependency == "d:alder-files").chain[0] == "d:alder-files"


def test_a_decision_reaches_no_parent():
    assert stopped(cut([using("alder-files")], name="vendor-decision", who="cedar")) == {}


def test_a_failure_stops_those_hosted_by_it_but_no_subsidiary():
    rows = [using("alder-files"), using("birch-files"), using("cedar-files")]
    assert set(stopped(cut(rows, name="failure", who="alder"))) == {"d:alder-files", "d:birch-files"}


def test_the_end_of_one_service_leaves_the_others_of_its_vendor():
    rows = [using("birch-files"), using("birch-docs")]
    assert set(stopped(cut(rows, name="vendor-decision", who="birch", what="birch-docs"))) == {"d:birch-docs"}


@pytest.mark.parametrize(
    ("kind", "reached"),
    [("auth", True), ("licence", True), ("client", True), ("payment", True), ("infra", False), ("updates", False), ("push", False), ("model", False)],
)
def test_a_decision_takes_the_firms_own_accounts_and_not_what_serves_its_suppliers(kind, reached):
    deep = organisation("deep", "XB", service("deep", "identity", deployments=(deployment("deep/vendor", "deep"),)))
    top = organisation(
        "top", "XA", service("top", "cloud-storage", deployments=(deployment("top/vendor", "top", needs=[need("deep", after_hours=5, kind=kind)]),))
    )
    rows = [row("top", "top", service="top", deployment="top/vendor")]
    assert stopped(cut(rows, (deep, top), name="vendor-decision", who="deep")) == ({"d:top": 5} if reached else {})
    assert stopped(cut(rows, (deep, top))) == stopped(cut(rows, (deep, top), name="failure", who="deep")) == {"d:top": 5}


def test_a_decision_leaves_the_machines_that_others_rent():
    found = cut([using("birch-files")], name="vendor-decision", who="alder")
    assert (found.stops, found.degrades) == ((), ())


def test_the_end_of_a_service_stops_what_needs_it():
    lock = using("gorse-lock", deployment="gorse-lock/self")
    assert stopped(cut([lock], name="vendor-decision", who="gorse", what="gorse-key")) == {"d:gorse-lock": 720}


# What goes on.


def test_software_that_the_firm_runs_itself_only_loses_updates():
    found = cut([using("gorse", deployment="gorse/self")])
    assert (stopped(found), degraded(found)) == ({}, {"d:gorse": 0})
    assert state(found, "cloud-storage").effect is IfCut.NO_UPDATE


def test_the_same_software_as_a_service_of_its_maker_stops():
    assert stopped(cut([using("gorse")])) == {"d:gorse": 0}


def test_software_of_which_nobody_says_who_runs_it_degrades():
    found = cut([using("gorse", deployment=None)])
    assert (stopped(found), state(found, "cloud-storage").effect) == ({}, IfCut.DEGRADES)


def test_a_program_of_the_website_goes_on():
    made = using("gorse", deployment=None, role=Role.SOFTWARE, function="website", subject=SITE)
    assert state(cut([made]), "website").effect is IfCut.NO_UPDATE


def test_ones_own_program_on_ones_own_machine_in_another_country_is_not_stopped():
    assert stopped(cut([using("gorse", deployment="gorse/self")], name="order-xa")) == {}


def test_a_licence_that_must_be_renewed_stops_after_its_grace():
    assert stopped(cut([using("gorse-lock", deployment="gorse-lock/self")])) == {"d:gorse-lock": 720}
    other = organisation("keys", "XB", service("k", "identity", deployments=(deployment("k/vendor", "keys"),)))
    maker = organisation(
        "maker", "XA", service("tool", "office-suite", kind=ServiceKind.SOFTWARE, deployments=(own_machine("tool", needs=[need("k", after_hours=720)]),))
    )
    tool = row("tool", "maker", service="tool", deployment="tool/self", function="office-suite")
    assert stopped(cut([tool], (other, maker))) == {"d:tool": 720}


def test_an_installed_program_goes_on_until_its_licence_is_checked_again():
    key = service("key", "identity", deployments=(deployment("key/vendor", "maker"),))
    suite = service("suite", "office-suite", deployments=(deployment("suite/vendor", "maker", needs=[need("key", after_hours=720, kind="licence")]),))
    tool = row("suite", "maker", service="suite", deployment="suite/vendor", function="office-suite")
    assert stopped(cut([tool], (organisation("maker", "XB", key, suite),))) == {"d:suite": 720}


def test_a_need_of_a_need_is_followed_and_hours_add_up():
    deep = organisation("deep", "XB", service("deep", "identity", deployments=(deployment("deep/vendor", "deep"),)))
    mid = organisation("mid", "XA", service("mid", "identity", deployments=(deployment("mid/vendor", "mid", needs=[need("deep", after_hours=24)]),)))
    top = organisation("top", "XA", service("top", "cloud-storage", deployments=(deployment("top/vendor", "top", needs=[need("mid", IfCut.DEGRADES, 48)]),)))
    found = cut([row("top", "top", service="top", deployment="top/vendor")], (deep, mid, top))
    assert degraded(found) == {"d:top": 72}
    assert chain(found)[:4] == ("f:l/xb-1", "f:o/deep/country/XB", "f:d/mid/vendor/needs/deep/infra", "f:d/top/vendor/needs/mid/infra")


def test_needs_in_a_circle_end():
    one = organisation("one", "XA", service("one", "identity", deployments=(deployment("one/vendor", "one", needs=[need("two")]),)))
    two = organisation("two", "XA", service("two", "identity", deployments=(deployment("two/vendor", "two", needs=[need("one")]),)))
    assert cut([row("one", "one", service="one", deployment="one/vendor")], (one, two)).stops == ()


def test_of_several_hosts_one_that_is_reached_degrades_and_one_that_is_not_keeps_it_going():
    both = organisation(
        "both", "XA", service("both", "cloud-storage", deployments=(deployment("both/vendor", "both", hosts=[hosting("alder"), hosting("birch")]),))
    )
    found = cut([row("both", "both", service="both", deployment="both/vendor")], (both, *WORLD))
    assert (stopped(found), degraded(found)) == ({}, {"d:both": 0})
    assert chain(found)[:3] == ("f:l/xb-1", "f:o/alder/country/XB", "f:d/both/vendor/hosting/alder")
    own = organisation("own", "XA", service("own", "cloud-storage", deployments=(own_machine("own", (SELF, "alder")),)))
    found = cut([row("own", "own", service="own", deployment="own/self")], (own, *WORLD))
    assert (stopped(found), degraded(found)) == ({}, {"d:own": 0})


def test_notice_shifts_every_hour():
    rows = [using("alder-files"), using("gorse", deployment="gorse/self")]
    now, later = cut(rows), cut(rows, notice=240)
    assert stopped(later) == {name: hours + 240 for name, hours in stopped(now).items()}
    assert degraded(later) == {name: hours + 240 for name, hours in degraded(now).items()}
    assert later.notice_hours == 240


# What rests on the name.

MAIL = row("mail", "birch", function="email", role=Role.MAILBOX, subject=SITE)
HOST = row("host", "birch", function="website", role=Role.HOST, subject=SITE)
DNS = row("dns", "alder", function="dns", role=Role.DNS, subject=SITE)
DNS_TOO = row("dns-too", "birch", function="dns", role=Role.DNS, subject=SITE)


def test_the_stop_of_the_name_service_carries_to_site_and_mail_after_a_day():
    found = cut([DNS, MAIL, HOST])
    assert stopped(found) == {"d:dns": 0, "d:mail": 24, "d:host": 24}
    carried = next(hit for hit in found.stops if hit.dependency == "d:mail").chain
    assert carried == ("f:l/xb-1", "f:o/alder/country/XB", "d:dns", *DNS.evidence, "d:mail", *MAIL.evidence)


def test_of_two_name_services_one_that_stops_degrades():
    found = cut([DNS, DNS_TOO, MAIL, HOST])
    assert (stopped(found), degraded(found)) == ({}, {"d:dns": 0})
    assert state(found, "dns").effect is IfCut.DEGRADES
    assert state(found, "email").effect is None


def test_two_name_services_that_both_stop_are_no_spare():
    both = [DNS, msgspec.structs.replace(DNS_TOO, organisation="gorse"), MAIL]
    assert set(stopped(cut(both))) == {"d:dns", "d:dns-too", "d:mail"}


def test_the_name_of_one_domain_carries_nothing_to_another():
    other = msgspec.structs.replace(MAIL, id="d:other", subject="other.example")
    assert "d:other" not in stopped(cut([DNS, MAIL, other]))


def test_a_domain_without_mail_loses_none():
    none = row("none", "none", function="email", role=Role.MAILBOX, subject=SITE)
    found = cut([DNS, none])
    assert set(stopped(found)) == {"d:dns"}
    assert "email" not in {one.function for one in found.functions}


def test_a_certificate_that_is_not_renewed_stops_the_site_at_its_end():
    certificate = row("cert", "alder", function="certificate", role=Role.CERTIFICATE, subject=SITE)
    found = cut([certificate, HOST])
    assert (stopped(found), degraded(found)) == ({"d:host": 2160}, {"d:cert": 0})


def test_tools_of_a_list_carry_nothing_to_each_other():
    site = row("site", "birch", function="website")
    assert stopped(cut([row("rented", "alder", function="hosting"), site])) == {"d:rented": 0}


def test_a_program_that_only_loses_updates_carries_nothing():
    hosted = row("panel", "gorse", function="hosting", service="gorse-free", deployment="gorse-free/self", subject=SITE)
    assert stopped(cut([hosted, HOST])) == {}


def test_a_direct_stop_that_comes_sooner_hides_the_carried_one():
    own = msgspec.structs.replace(MAIL, organisation="alder")
    assert stopped(cut([DNS, own]))["d:mail"] == 0


# From tools to functions.


def test_a_function_with_two_tools_of_which_one_stops_degrades():
    found = cut([using("alder-files"), using("far-files", deployment=None)])
    assert state(found, "cloud-storage").effect is IfCut.DEGRADES
    assert state(found, "cloud-storage").because == ("d:alder-files",)


def test_a_function_stops_with_its_last_tool():
    tools = [using("alder-files"), using("cedar-files")]
    found = state(cut(tools), "cloud-storage")
    assert (found.effect, found.after_hours, found.critical) == (IfCut.STOPS, 0, True)
    assert set(found.because) == {"d:alder-files", "d:cedar-files"}


def test_a_function_stops_when_the_last_tool_does():
    late = organisation(
        "late", "XA", service("late", "cloud-storage", deployments=(deployment("late/vendor", "late", needs=[need("gorse-key", after_hours=720)]),))
    )
    found = state(cut([using("alder-files"), row("late", "late", service="late", deployment="late/vendor")], (late, *WORLD)), "cloud-storage")
    assert (found.effect, found.after_hours) == (IfCut.STOPS, 720)


def test_the_hours_of_a_degraded_function_are_those_of_what_degrades_it():
    slow = organisation(
        "slow", "XA", service("slow", "cloud-storage", deployments=(deployment("slow/vendor", "slow", needs=[need("gorse-key", after_hours=720)]),))
    )
    rows = [row("slow", "slow", service="slow", deployment="slow/vendor"), using("gorse", deployment="gorse/self")]
    found = state(cut(rows, (slow, *WORLD)), "cloud-storage")
    assert (found.effect, found.after_hours) == (IfCut.DEGRADES, 720)


def test_a_filter_before_the_mailbox_stops_the_mail():
    gate = row("gate", "alder", function="email", role=Role.GATEWAY, subject=SITE)
    assert state(cut([gate, MAIL]), "email").effect is IfCut.STOPS


def test_a_relay_before_a_site_builder_stops_the_site():
    relay = row("relay", "alder", function="website", role=Role.CDN, subject=SITE)
    builder = row("builder", "birch", function="website", role=Role.OPERATOR, subject=SITE)
    assert state(cut([relay, builder]), "website").effect is IfCut.STOPS
    assert (
        state(cut([msgspec.structs.replace(builder, organisation="alder"), msgspec.structs.replace(relay, organisation="birch")]), "website").effect
        is IfCut.STOPS
    )


def test_mail_of_two_domains_stands_beside_each_other():
    other = row("other", "alder", function="email", role=Role.MAILBOX, subject="other.example")
    assert state(cut([MAIL, other]), "email").effect is IfCut.DEGRADES


def test_a_domain_without_mail_keeps_no_mail_alive():
    none = row("none", "none", function="email", role=Role.MAILBOX, subject="other.example")
    box = msgspec.structs.replace(MAIL, organisation="alder")
    assert state(cut([box, none]), "email").effect is IfCut.STOPS


def test_a_sender_only_degrades_the_mail():
    sender = row("sender", "alder", function="email", role=Role.SENDER, subject=SITE, status=Status.CONFIGURED)
    assert state(cut([sender, MAIL]), "email").effect is IfCut.DEGRADES


def test_a_function_that_suffers_before_it_stops_tells_both_hours():
    sender = row("sender", "alder", function="email", role=Role.SENDER, subject=SITE)
    found = state(cut([DNS, MAIL, sender]), "email")
    assert (found.effect, found.after_hours, found.weaker_after_hours) == (IfCut.STOPS, 24, 0)
    assert found.because == ("d:mail", "d:sender")
    late = organisation(
        "late", "XA", service("late", "cloud-storage", deployments=(deployment("late/vendor", "late", needs=[need("gorse-key", after_hours=720)]),))
    )
    rows = [using("alder-files"), row("late", "late", service="late", deployment="late/vendor")]
    found = state(cut(rows, (late, *WORLD), notice=24), "cloud-storage")
    assert (found.effect, found.after_hours, found.weaker_after_hours) == (IfCut.STOPS, 744, 24)


def test_a_function_that_stops_or_degrades_in_one_go_has_no_earlier_hour():
    assert state(cut([using("alder-files")]), "cloud-storage").weaker_after_hours is None
    assert state(cut([using("alder-files"), using("cedar-files")]), "cloud-storage").weaker_after_hours is None
    assert state(cut([using("alder-files"), using("far-files", deployment=None)]), "cloud-storage").weaker_after_hours is None
    assert state(cut([using("birch-docs")]), "office-suite").weaker_after_hours is None


def test_functions_come_in_the_order_of_the_catalogue():
    rows = [using("birch-docs"), using("alder-files"), MAIL, row("z", "x", function="zzz")]
    assert [one.function for one in cut(rows).functions] == ["email", "cloud-storage", "office-suite", "zzz"]


def test_what_no_edge_tells_of_stops():
    plain = (function("odd"),)
    odd = row("odd", "alder", function="odd", role=Role.REGISTRAR)
    assert stopped(cut([odd], functions=plain)) == {"d:odd": 0}


@pytest.mark.parametrize("role", [Role.THIRD_PARTY, Role.SENDER, Role.TENANT])
def test_what_merely_calls_in_degrades_when_no_edge_tells_of_it(role):
    odd = row("odd", "alder", function="odd", role=role)
    found = cut([odd], functions=(function("odd"),))
    assert (stopped(found), degraded(found)) == ({}, {"d:odd": 0})
    said = cut([odd], functions=(function("odd", **{role.value.replace("-", "_"): "stops"}),))
    assert (stopped(said), degraded(said)) == ({"d:odd": 0}, {})


def test_stops_are_told_soonest_first():
    found = cut([DNS, MAIL, HOST, using("alder-files")])
    hours = [hit.after_hours for hit in found.stops]
    assert hours == sorted(hours)


# For all.

ROWS = (
    *(using(name) for name in ("alder-files", "birch-files", "birch-docs", "cedar-files", "gorse", "far-files")),
    using("gorse-lock", deployment="gorse-lock/self"),
    *(MAIL, HOST, DNS, DNS_TOO),
    row("box", "domain:x.example", function="email", role=Role.MAILBOX, subject="x.example", host_country="XB"),
)
POWERS = {"XA": "XB", "XB": "XA"}


@given(st.permutations(ROWS), st.sampled_from(["order-xa", "order-xb", "order-xu"]))
def test_the_order_of_the_dependencies_changes_nothing(rows, name):
    one, other = cut(rows, name=name), cut(ROWS, name=name)
    assert (one.stops, one.degrades) == (other.stops, other.degrades)
    assert {(two.function, two.effect, two.after_hours) for two in one.functions} == {(two.function, two.effect, two.after_hours) for two in other.functions}


@given(st.sets(st.sampled_from(ROWS)), st.sampled_from(ROWS))
def test_a_tool_more_takes_no_stop_from_another_tool(rows, more):
    chosen = [one for one in ROWS if one in rows and one.role is not Role.DNS]
    before = stopped(cut(chosen))
    after = stopped(cut([*chosen, *([more] if more not in chosen and more.role is not Role.DNS else [])]))
    assert {name: after[name] for name in before} == before


def turned(thing):
    """The same world with XA and XB swapped wherever they are named: seats, laws, scenarios, machines, unions."""
    text = msgspec.json.encode(thing).replace(b'"XA"', b'"\0"').replace(b'"XB"', b'"XA"').replace(b'"\0"', b'"XB"')
    return msgspec.json.decode(text, type=type(thing))


def renamed(name):
    for old, new in (("/XA", "/\0"), ("/XB", "/XA"), ("/\0", "/XB"), ("(XA)", "(\0)"), ("(XB)", "(XA)"), ("(\0)", "(XB)")):
        name = name.replace(old, new)
    return name


@pytest.mark.parametrize("name", ["order-xa", "order-xb", "order-xu"])
def test_swapping_two_countries_mirrors_every_cutoff_and_every_exposure(name):
    shop = catalogue(*WORLD, jurisdictions=(country("XA", "XU"), country("XB"), country("XC", "XU"), country("XU")))
    mirror = type(shop)(turned(shop.content))
    rows, turned_rows = list(ROWS), [turned(one) for one in ROWS]
    one, other = cut(rows, shop, name=name), cut(turned_rows, mirror, name=name)
    assert [renamed_hit(hit) for hit in one.stops] == list(other.stops)
    assert [renamed_hit(hit) for hit in one.degrades] == list(other.degrades)
    assert one.functions == other.functions
    here, there = exposed(rows, shop, {"XA", "XC"}), exposed(turned_rows, mirror, {"XB", "XC"})
    assert renamed(msgspec.json.encode(here).decode()) == msgspec.json.encode(there).decode()


def renamed_hit(hit):
    return msgspec.structs.replace(hit, chain=tuple(map(renamed, hit.chain)))


def exposed(rows, shop, trusted):
    return exposures(rows, Setting(shop, frozenset(trusted), ON, Citations()))


def test_every_kind_of_scenario_is_walked_by_the_same_code():
    assert {one.kind for one in SCENARIOS} == set(ScenarioKind)


def test_what_was_set_up_once_is_a_loss_at_most():
    found = cut([using("alder-files", status=Status.CONFIGURED)])
    assert stopped(found) == {}
    assert degraded(found) == {"d:alder-files": 0}
