"""Six layers and four questions: unknown is everything, facts narrow, no country is better than another."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import ON, catalogue, deployment, export, fact, hosting, need, organisation, own_machine, owner, row, service

from bascule.assess import Citations, Setting, exposure
from bascule.model import SELF, Claim, IfCut, Organisation, Role, ServiceKind

LAYERS = ("control", "operation", "data", "licence", "exit", "chain")
QUESTIONS = ("decide", "stop", "read", "leave")
GPL, MANY = fact("licence", "GPL-3.0-or-later"), fact("holders", "many")


def measure(thing, world, trusted=("XA",), on=ON):
    return exposure(thing, Setting(world, frozenset(trusted), on, Citations()))


def ends(interval):
    return interval.low, interval.high


def told(app=(), kinds=ServiceKind.SAAS, options=None, sides=(), country="XA", ultimate="founders", row_of=None, **more):
    """The exposure of one application of a vendor in XA, with what is said of it."""
    options = (deployment("app/vendor", "vendor", hosts=[hosting("vendor")]),) if options is None else options
    world = catalogue(
        organisation("vendor", country, service("app", "cloud-storage", kind=kinds, facts=tuple(app), deployments=options, **more), ultimate=ultimate), *sides
    )
    return measure(row_of or row("app", "vendor", service="app", deployment=options[0].id if options else None), world)


def test_what_is_not_known_at_all_is_everything():
    found = measure(row("x", "domain:x.example"), catalogue())
    assert {ends(getattr(found, name)) for name in LAYERS} == {(0, 4)}
    assert {ends(getattr(found, name)) for name in QUESTIONS} == {(0, 100)}
    assert {getattr(found, name).confidence for name in (*LAYERS, *QUESTIONS)} == {0.0}


def test_an_organisation_without_facts_is_not_known_either():
    found = told(country=None, ultimate=None, options=())
    assert {ends(getattr(found, name)) for name in QUESTIONS} == {(0, 100)}


# Control.


@pytest.mark.parametrize(
    ("country", "ultimate", "owners", "wanted"),
    [
        ("XA", "founders", (), (3, 3)),
        ("XA", None, (), (0, 3)),
        ("XB", "listed", (), (0, 0)),
        ("XB", None, (), (0, 1)),
        ("XA", None, ("inside",), (3, 3)),
        ("XA", None, ("open",), (0, 3)),
        ("XA", None, ("outside",), (0, 1)),
        ("XB", None, ("inside",), (1, 1)),
        ("XB", None, ("outside",), (0, 0)),
        ("XA", None, ("through",), (0, 1)),
        ("XA", None, ("veiled",), (0, 3)),
        (None, None, ("outside",), (0, 4)),
    ],
)
def test_control_follows_seat_and_owners_up_to_the_ultimate_one(country, ultimate, owners, wanted):
    world = catalogue(
        organisation("vendor", country, ultimate=ultimate, owners=[owner(name) for name in owners]),
        organisation("inside", "XA", ultimate="state"),
        organisation("open", "XA"),
        organisation("outside", "XB", ultimate="listed"),
        organisation("through", "XA", owners=[owner("outside")]),
        organisation("veiled", None, owners=[owner("inside")]),
    )
    assert ends(measure(row("x", "vendor"), world).control) == wanted


def test_rival_owners_are_a_conflict_that_keeps_both():
    world = catalogue(
        organisation("vendor", "XA", owners=[owner("inside"), owner("outside")]),
        organisation("inside", "XA", ultimate="state"),
        organisation("outside", "XB", ultimate="listed"),
    )
    found = measure(row("x", "vendor"), world)
    assert (ends(found.control), found.control.conflict) == ((0, 3), True)
    assert (ends(found.operation), found.operation.conflict) == ((0, 3), True)
    assert found.decide.conflict
    assert found.stop.conflict


def test_a_conflict_stays_one_when_the_firm_may_run_it_itself():
    world = catalogue(
        organisation(
            "vendor",
            "XA",
            service("app", "cloud-storage", deployments=(deployment("app/vendor", "vendor"), own_machine("app")), facts=(GPL,)),
            owners=[owner("inside"), owner("outside")],
        ),
        organisation("inside", "XA", ultimate="state"),
        organisation("outside", "XB", ultimate="listed"),
    )
    found = measure(row("x", "vendor", service="app"), world)
    assert (ends(found.control), found.control.conflict) == ((0, 4), True)


def test_a_program_of_which_nobody_says_who_runs_it_leaves_both_readings_open():
    options = (deployment("app/vendor", "vendor"), own_machine("app"))
    found = told((GPL, MANY), ServiceKind.SOFTWARE, options, country="XB", row_of=row("app", "vendor", service="app"))
    assert (ends(found.control), ends(found.operation)) == ((0, 4), (0, 4))


def test_on_ones_own_machine_a_free_licence_decides_who_decides():
    def own(*facts):
        return ends(told(facts, options=(own_machine("app"),), country="XB").control)

    assert own(GPL) == own(fact("licence", "MIT")) == (3, 4)
    assert own(fact("licence", "proprietary")) == own(fact("licence", "source-available")) == (0, 3)
    assert own() == (0, 4)


# Operation.


@pytest.mark.parametrize(
    ("hosts", "wanted"),
    [
        ((), (1, 3)),
        (("vendor",), (3, 3)),
        (("cloud-out",), (1, 1)),
        (("cloud-in",), (3, 3)),
        (("cloud-dark",), (1, 3)),
        (("cloud-in", "cloud-out"), (1, 3)),
        ((SELF,), (3, 3)),
    ],
)
def test_an_operator_inside_holds_as_far_as_its_machines(hosts, wanted):
    sides = (organisation("cloud-out", "XB", ultimate="listed"), organisation("cloud-in", "XA", ultimate="state"), organisation("cloud-dark"))
    options = (deployment("app/vendor", "vendor", hosts=[hosting(host) for host in hosts]),)
    assert ends(told(options=options, sides=sides).operation) == wanted


@pytest.mark.parametrize("hosts", [(), ("vendor",), ("cloud-in",)])
def test_an_operator_outside_is_outside_wherever_its_machines_stand(hosts):
    options = (deployment("app/vendor", "vendor", hosts=[hosting(host) for host in hosts]),)
    assert ends(told(options=options, sides=(organisation("cloud-in", "XA", ultimate="state"),), country="XB").operation) == (0, 0)


@pytest.mark.parametrize(
    ("hosts", "wanted"), [((SELF,), (4, 4)), ((), (1, 4)), (("cloud-out",), (1, 1)), (("cloud-in",), (3, 3)), (("cloud-out", SELF), (1, 4))]
)
def test_what_the_firm_runs_itself_holds_as_far_as_its_machines(hosts, wanted):
    sides = (organisation("cloud-out", "XB", ultimate="listed"), organisation("cloud-in", "XA", ultimate="state"))
    assert ends(told(options=(own_machine("app", hosts),), sides=sides, country="XB").operation) == wanted


def test_a_host_with_rival_owners_is_a_conflict():
    sides = (
        organisation("cloud", "XA", owners=[owner("inside"), owner("outside")]),
        organisation("inside", "XA", ultimate="state"),
        organisation("outside", "XB", ultimate="listed"),
    )
    found = told(options=(deployment("app/vendor", "vendor", hosts=[hosting("cloud")]),), sides=sides)
    assert (ends(found.operation), found.operation.conflict) == ((1, 3), True)


# Data.


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ((), (0, 4)),
        ((fact("keys", "customer"),), (4, 4)),
        ((fact("keys", "vendor"),), (0, 3)),
        ((fact("data_place", "XA"),), (1, 4)),
        ((fact("data_place", "XB"),), (0, 1)),
        ((fact("data_place", "XU"),), (0, 4)),
        ((fact("keys", "vendor"), fact("data_place", "XA")), (1, 3)),
    ],
)
def test_data_lies_somewhere_and_somebody_holds_the_keys(facts, wanted):
    assert ends(told(facts).data) == wanted


def test_a_union_that_is_trusted_as_a_whole_is_inside():
    world = catalogue(organisation("vendor", "XA", service("app", "cloud-storage", facts=(fact("data_place", "XU"),))))
    assert ends(measure(row("x", "vendor", service="app"), world, ("XA", "XC")).data) == (1, 4)


def test_keys_of_the_customer_in_a_place_outside_are_a_conflict():
    found = told((fact("keys", "customer"), fact("data_place", "XB"))).data
    assert (ends(found), found.conflict) == ((0, 4), True)


def test_the_country_that_a_scan_saw_counts_with_its_evidence():
    seen = row("x", "vendor", host_country="XB")
    found = measure(seen, catalogue(organisation("vendor", "XA")))
    assert (ends(found.data), found.data.because) == ((0, 1), seen.evidence)


def test_on_ones_own_machine_data_is_at_home_only_when_the_machine_is_known_to_be():
    assert ends(told(options=(own_machine("app"),)).data) == (3, 4)
    assert ends(told(options=(own_machine("app", ()),)).data) == (0, 4)


# Licence, exit.


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ((), (0, 4)),
        ((fact("licence", "service"),), (0, 4)),
        ((fact("licence", "proprietary"),), (0, 0)),
        ((fact("licence", "source-available"),), (1, 1)),
        ((fact("licence", "MIT"),), (2, 2)),
        ((GPL,), (3, 4)),
        ((GPL, fact("holders", "one")), (3, 3)),
        ((GPL, MANY), (4, 4)),
        ((fact("licence", "(MPL-2.0 OR Apache-2.0)"), MANY), (4, 4)),
        ((fact("licence", "OSL-3.0"),), (3, 4)),
    ],
)
def test_a_licence_says_whether_the_software_can_be_taken_away(facts, wanted):
    assert ends(told(facts).licence) == wanted


def test_two_licences_that_contradict_are_a_conflict():
    assert told((GPL, fact("licence", "proprietary"))).licence.conflict
    assert told((GPL, MANY, fact("holders", "one"))).licence.conflict


def test_who_holds_the_copyright_is_cited():
    assert "f:s/app/holders/many" in told((GPL, MANY)).licence.because


@pytest.mark.parametrize(
    ("exports", "wanted"),
    [
        ((), (0, 4)),
        ((export(method="none", form="none"),), (0, 0)),
        ((export(official=False),), (0, 1)),
        ((export(),), (1, 2)),
        ((export(open_format=True),), (2, 3)),
        ((export(official=False), export("photos", open_format=True)), (2, 3)),
    ],
)
def test_one_can_leave_as_far_as_data_comes_out(exports, wanted):
    assert ends(told(exports=exports).exit) == wanted


def test_from_ones_own_machine_with_a_free_licence_one_has_left_already():
    assert ends(told((GPL,), options=(own_machine("app"),), exports=(export(),)).exit) == (3, 4)
    assert ends(told((fact("licence", "proprietary"),), options=(own_machine("app"),), exports=(export(),)).exit) == (1, 2)


# Chain.

MAKERS = (
    organisation("out", "XB", service("out-auth", "identity"), ultimate="listed"),
    organisation("in", "XA", service("in-auth", "identity"), ultimate="state"),
    organisation("dark", None, service("dark-auth", "identity")),
)
HARD, SOFT = need("out-auth"), need("out-auth", IfCut.DEGRADES)
COMPLETE = fact("needs_complete", True)


def needing(*needs, complete=False):
    return told((COMPLETE,) if complete else (), options=(deployment("app/vendor", "vendor", hosts=[hosting("vendor")], needs=needs),), sides=MAKERS)


@pytest.mark.parametrize(
    ("needs", "complete", "wanted"),
    [
        ((), False, (0, 4)),
        ((), True, (4, 4)),
        ((HARD,), False, (0, 0)),
        ((SOFT,), False, (0, 2)),
        ((SOFT,), True, (2, 2)),
        ((SOFT, HARD), True, (0, 0)),
        ((need("in-auth"),), False, (0, 4)),
        ((need("in-auth"),), True, (4, 4)),
        ((need("dark-auth"),), True, (0, 4)),
        ((need("dark-auth", IfCut.DEGRADES),), True, (2, 4)),
    ],
)
def test_a_chain_is_as_strong_as_what_it_cannot_do_without(needs, complete, wanted):
    assert ends(needing(*needs, complete=complete).chain) == wanted


def test_that_nothing_else_is_needed_is_cited():
    assert needing(complete=True).chain.because == ("f:s/app/needs_complete/True",)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("needs", [(), (SOFT,), (need("in-auth"),), (need("dark-auth"),)])
def test_a_hard_foreign_need_more_never_makes_it_harder_to_stop(needs, complete):
    before, after = needing(*needs, complete=complete).stop, needing(*needs, HARD, complete=complete).stop
    assert after.low <= before.low
    assert after.high <= before.high


def test_a_hard_foreign_need_makes_what_lacks_nothing_easier_to_stop():
    before, after = needing(complete=True).stop, needing(HARD, complete=True).stop
    assert after.high < before.low


# What the owner is told.


def test_a_service_of_a_trusted_country_on_a_foreign_cloud_is_easier_to_stop_than_on_its_own_machines():
    cloud = organisation("cloud", "XB", ultimate="listed")
    own = told(options=(deployment("app/vendor", "vendor", hosts=[hosting("vendor")]),), sides=(cloud,)).stop
    rented = told(options=(deployment("app/vendor", "vendor", hosts=[hosting("cloud")]),), sides=(cloud,)).stop
    assert rented.low <= own.low
    assert rented.high < own.high


def test_free_software_on_ones_own_machine_is_harder_to_stop_than_a_foreign_shop_platform():
    platform = told((fact("licence", "service"),), country="XB")
    free = told((GPL, MANY, COMPLETE), ServiceKind.SOFTWARE, (own_machine("app"),))
    assert free.stop.low > platform.stop.high
    assert free.decide.low > platform.decide.high
    assert free.leave.low >= platform.leave.low


def test_every_reason_of_a_value_is_quoted_with_its_source():
    cite = Citations()
    sides = (organisation("cloud", "XB", ultimate="listed"), *MAKERS)
    app = service(
        "app",
        "cloud-storage",
        facts=(GPL, MANY, COMPLETE, fact("keys", "vendor"), fact("data_place", "XA")),
        deployments=(deployment("app/vendor", "vendor", hosts=[hosting("cloud", "XA"), hosting("cloud", "XB")], needs=[HARD]),),
        exports=(export(),),
    )
    world = catalogue(organisation("vendor", "XA", app, owners=[owner("cloud")]), *sides)
    seen = row("app", "vendor", service="app", deployment="app/vendor", host_country="XB")
    found = exposure(seen, Setting(world, frozenset({"XA"}), ON, cite))
    quoted = {entry.id: entry for entry in cite.quoted()}
    reasons = {name for layer in (*LAYERS, *QUESTIONS) for name in getattr(found, layer).because}
    assert reasons <= {*quoted, *seen.evidence}
    assert all(entry.source and entry.read_on for entry in quoted.values())
    assert {quoted[name].value for name in quoted if "/hosting/" in name} == {"cloud (XA)", "cloud (XB)"}


def test_old_facts_are_believed_less():
    world = catalogue(organisation("vendor", "XA", ultimate="state"))
    now, later = (measure(row("x", "vendor"), world, on=day).control.confidence for day in (ON, ON.replace(year=2029)))
    assert later < now / 2


# For all: facts added one by one to a made-up catalogue.

ORGANISATIONS = ("vendor", "parent", "grand", "cloud", "maker")
LINKS = (("vendor", "parent"), ("parent", "grand"), ("cloud", "grand"), ("maker", "grand"), ("vendor", "grand"), ("cloud", "parent"))
PLACES = st.sampled_from(["XA", "XB", "XC"])


CLAIMS = {
    "licence": ("GPL-3.0-only", "proprietary", "MIT", "service"),
    "holders": ("one", "many"),
    "keys": ("customer", "vendor"),
    "data_place": ("XA", "XB", "XU"),
    "needs_complete": (True,),
}


@st.composite
def atoms(draw):
    """What may be said in one made-up world, in the order in which it is found out; only some worlds contradict themselves."""
    said = [("country", name, draw(PLACES)) for name in ORGANISATIONS] + [("ultimate", name, "listed") for name in ORGANISATIONS]
    said += [("owner", *link) for link in LINKS if draw(st.booleans())]
    quarrels = draw(st.integers(0, 3)) == 0
    for claim, values in CLAIMS.items():
        said += [("claim", claim, value) for value in (values if quarrels else (draw(st.sampled_from(values)),))]
    said += [("need", "maker-auth", draw(st.sampled_from([IfCut.STOPS, IfCut.DEGRADES])))]
    said += [("hosting", draw(st.sampled_from(["cloud", "vendor"])), draw(st.sampled_from([None, "XA", "XB"])))]
    said += [("export", draw(st.booleans()), draw(st.sampled_from([None, True])))]
    said += [("seen", draw(PLACES), None), ("deployment", draw(st.sampled_from(["vendor", "self"])), None)]
    return draw(st.permutations(said))


def built(said, own_hosts=()):
    """The exposure in a world where exactly this has been said."""
    of = {
        kind: [atom[1:] for atom in said if atom[0] == kind]
        for kind in ("country", "ultimate", "owner", "claim", "need", "hosting", "export", "seen", "deployment")
    }
    needs = [need(*one) for one in of["need"]]
    options = [deployment("app/vendor", "vendor", hosts=[hosting(*one) for one in of["hosting"]], needs=needs)]
    options += [own_machine("app", own_hosts, needs=needs)]
    app = service(
        "app",
        "cloud-storage",
        facts=tuple(fact(*one) for one in of["claim"]),
        deployments=tuple(options),
        exports=tuple(export(official=a, open_format=b) for a, b in of["export"]),
    )
    sold = {"vendor": (app,), "maker": (service("maker-auth", "identity"),)}

    def one(name) -> Organisation:
        facts = [fact("country", code) for who, code in of["country"] if who == name] + [fact("ultimate", kind) for who, kind in of["ultimate"] if who == name]
        return organisation(name, None, *sold.get(name, ()), owners=[owner(above) for who, above in of["owner"] if who == name], facts=tuple(facts))

    told_deployment = f"app/{of['deployment'][0][0]}" if of["deployment"] else None
    thing = row("app", "vendor", service="app", deployment=told_deployment, host_country=of["seen"][0][0] if of["seen"] else None)
    return measure(thing, catalogue(*map(one, ORGANISATIONS)), ("XA", "XC"))


def contradicts_itself(said, atom):
    """Nobody is at the top and owned at once, and what is complete lacks nothing: such a file would be refused by its reader."""
    kind, name, _ = atom
    top, owned = ("ultimate", name, "listed") in said, any(other[:2] == ("owner", name) for other in said)
    return (kind == "owner" and top) or (kind == "ultimate" and owned) or (kind == "need" and ("claim", "needs_complete", True) in said)


@settings(max_examples=300)
@given(atoms(), st.sampled_from([(), ("cloud",)]))
def test_a_fact_more_never_widens_an_answer_without_a_conflict(found_out, own_hosts):
    said, before = [], built([], own_hosts)
    for atom in found_out:
        if contradicts_itself(said, atom):
            continue
        said.append(atom)
        after = built(said, own_hosts)
        for name in (*LAYERS, *QUESTIONS):
            old, new = getattr(before, name), getattr(after, name)
            assert new.conflict or old.low <= new.low <= new.high <= old.high, (name, atom, said)
        before = after


@given(atoms(), st.integers(0, 30))
def test_no_country_of_the_trusted_set_is_better_than_another(found_out, kept):
    said = found_out[:kept]
    assert plain(built(said)) == plain(built([swapped(atom) for atom in said]))


def swapped(atom):
    """XA and XC are both trusted: what is said of one may as well be said of the other."""
    turned = {"XA": "XC", "XC": "XA"}
    return (atom[0], *(turned.get(part, part) if isinstance(part, str) else part for part in atom[1:]))


def plain(found):
    """An exposure without the reasons, whose ids hold the names of countries."""
    return msgspec.structs.replace(found, **{name: msgspec.structs.replace(getattr(found, name), because=()) for name in (*LAYERS, *QUESTIONS)})


def test_claims_of_the_vocabulary_are_all_known():
    assert {"licence", "holders", "keys", "data_place", "needs_complete"} <= {claim.value for claim in Claim}


@pytest.mark.parametrize(
    ("hosts", "operation", "data"),
    [((), (4, 4), (3, 4)), (("near",), (3, 3), (2, 4)), (("far",), (1, 1), (0, 2)), (("near", "far"), (1, 3), (0, 4)), (("as:64500",), (1, 3), (0, 4))],
    ids=["no host seen", "inside", "outside", "both", "nobody knows whose"],
)
def test_a_program_of_ones_own_stands_on_the_host_that_was_seen(hosts, operation, data):
    world = catalogue(
        organisation("vendor", "XA", service("app", "website", kind=ServiceKind.SOFTWARE, deployments=(own_machine("app"),), facts=(GPL,))),
        organisation("near", "XA", ultimate="founders"),
        organisation("far", "XB", ultimate="listed"),
    )
    site = row("app", "vendor", function="website", role=Role.SOFTWARE, subject="firm.example", service="app", deployment="app/self")
    setting = Setting(world, frozenset({"XA"}), ON, Citations(), {"firm.example": hosts} if hosts else {})
    found = exposure(site, setting)
    assert (ends(found.operation), ends(found.data)) == (operation, data)
