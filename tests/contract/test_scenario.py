"""What every scenario promises, whoever throws the switch: powers, decisions and accidents keep the same rules."""

import msgspec
import pytest
from synthetic import LAWS, ON, SCENARIOS, catalogue, deployment, hosting, organisation, own_machine, owner, row, service

from bascule.assess import Citations, Order, Reach, cutoff
from bascule.model import Role, ScenarioKind, ServiceKind

ALDER = organisation("alder", "XB", service("files", "cloud-storage", deployments=(deployment("files/vendor", "alder"),)), ultimate="listed")
BIRCH = organisation(
    "birch", "XA", service("docs", "office-suite", deployments=(deployment("docs/vendor", "birch", hosts=[hosting("alder", "XB")]),)), owners=[owner("cedar")]
)
CEDAR = organisation("cedar", "XC", service("tool", "cloud-storage", kind=ServiceKind.SOFTWARE, deployments=(own_machine("tool"),)), ultimate="founders")
SHOP = catalogue(ALDER, BIRCH, CEDAR, laws=LAWS)
ROWS = (
    row("files", "alder", service="files", deployment="files/vendor"),
    row("docs", "birch", service="docs", deployment="docs/vendor", function="office-suite"),
    row("tool", "cedar", service="tool", deployment="tool/self"),
    row("box", "alder", function="email", role=Role.MAILBOX, subject="firm.example"),
    row("own", "self", function="email", role=Role.MAILBOX, subject="other.example"),
)
ORDERS = [
    Order(one, one.power, None if one.kind is ScenarioKind.POWER else who)
    for one in SCENARIOS
    for who in (("alder", "cedar") if one.kind is not ScenarioKind.POWER else ("",))
]


@pytest.fixture(params=ORDERS, ids=lambda order: f"{order.scenario.id}-{order.organisation}")
def order(request):
    return request.param


def cut(order, rows=ROWS):
    cite = Citations()
    return cutoff(order, rows, frozenset({"email"}), SHOP, Reach(order, SHOP, ON, cite), cite), {fact.id for fact in cite.quoted()}


def hits(found):
    return (*found.stops, *found.degrades)


def test_a_hit_names_a_dependency_of_the_firm_once(order):
    found, _ = cut(order)
    names = [hit.dependency for hit in hits(found)]
    assert len(names) == len(set(names))
    assert set(names) <= {one.id for one in ROWS}


def test_a_chain_starts_with_the_cause_passes_the_dependency_and_ends_at_evidence(order):
    found, facts = cut(order)
    proofs = {one.id: one.evidence for one in ROWS}
    for hit in hits(found):
        assert hit.chain[0] in facts or hit.chain[0] in proofs
        assert hit.dependency in hit.chain
        assert hit.chain[-1] in proofs[hit.dependency]
        assert set(hit.chain) <= {*facts, *proofs, *(name for names in proofs.values() for name in names)}


def test_what_the_firm_runs_itself_never_stops(order):
    found, _ = cut(order)
    assert {"d:tool", "d:own"}.isdisjoint(hit.dependency for hit in found.stops)


def test_notice_shifts_every_hour_alike(order):
    now, _ = cut(order)
    later, _ = cut(msgspec.structs.replace(order, notice_hours=100))
    assert [(hit.dependency, hit.after_hours + 100) for hit in hits(now)] == [(hit.dependency, hit.after_hours) for hit in hits(later)]


def test_every_function_in_use_has_a_state(order):
    found, _ = cut(order)
    assert [state.function for state in found.functions] == ["email", "cloud-storage", "office-suite"]
    for state in found.functions:
        assert (state.effect is None) == (state.after_hours is None)
        assert set(state.because) <= {hit.dependency for hit in hits(found)}
        assert state.critical == (state.function == "email")


def test_no_dependency_is_nothing_to_stop(order):
    found, _ = cut(order, ())
    assert (found.stops, found.degrades, found.functions) == ((), (), ())


def test_it_says_who_throws_the_switch(order):
    found, _ = cut(order)
    assert (found.scenario, found.power, found.organisation) == (order.scenario.id, order.power, order.organisation)
