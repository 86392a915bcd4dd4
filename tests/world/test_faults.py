"""Under every fault the verdict equals the fault-free one, or says what could not be seen."""

import sys
import time
from functools import cache

import pytest
from audits import BASCULE, called, claims, collected, meaning, opened, silent, told

from bascule.collect.run import HARD_STOP
from world.faults import RESOLVERS, SITES
from world.parts import firms

FEW = ("atelier-brunel.fr", "laboratoire-ister.eu", "horlogerie-favre.ch")
ALL = tuple(firm.domain for firm in firms() if firm.served)
HARMLESS = {"drop-first", "late", "truncated", "servfail-once", "formerr-edns", "wrong-id-then-right", "wrong-question-then-right"}
"""Faults that a good resolver gets over: nothing may be missing."""


@cache
def right(world, domains):
    return {domain: meaning(evidence) for domain, evidence in collected(world, domains).items()}


def compared(world, domains, fault, harmless=frozenset()):
    """Audit domains through a resolver with a fault, and hold each verdict against the fault-free one."""
    before = right(world, domains)
    found = collected(world, domains, "--resolver", world.faulty[fault])
    for domain, evidence in found.items():
        document = meaning(evidence)
        if fault in harmless:
            assert silent(document) <= silent(before[domain]), domain
        lost = claims(before[domain]) - claims(document)
        new = claims(document) - claims(before[domain])
        if silent(document) <= silent(before[domain]):
            assert (lost, new) == (set(), set()), domain
        assert silent(document) == told(document), domain
        for function, role, organisation, _ in lost:
            assert silent(document) - silent(before[domain]), (domain, function, role, organisation)
        # What was not seen is never told as an absence: nobody is said to have no mail, and no rival takes a place that is not open.
        assert not {claim for claim in new if claim[2] == "none"}, domain
        replaced = {(claim[0], claim[1]) for claim in new} & {(claim[0], claim[1]) for claim in lost}
        assert not replaced - opened(document), (domain, replaced)


@pytest.mark.parametrize("fault", RESOLVERS)
def test_a_faulty_resolver_changes_no_verdict_without_saying_so(world, fault):
    compared(world, FEW, fault, HARMLESS)


@pytest.mark.soak
@pytest.mark.parametrize("fault", RESOLVERS)
def test_for_all_firms(world, fault):
    """All at once is more than the world's own servers always bear: what they leave unanswered must be told, as in every case."""
    compared(world, ALL, fault)


def test_a_faulty_site_ends_in_time_and_says_what_was_seen(world):
    begun = time.monotonic()
    found = collected(world, tuple(f"{site}.fautes.fr" for site in SITES))
    assert time.monotonic() - begun < HARD_STOP
    for site in SITES:
        told_of_a_site(site, f"{site}.fautes.fr", found[f"{site}.fautes.fr"])


def told_of_a_site(site, name, evidence):
    pages = {item.question: item for item in evidence if item.kind == "http"}
    seen = [item for item in pages.values() if item.outcome == "present"]
    for item in pages.values():
        assert item.outcome == "present" or (item.code in ("timeout", "refused", "blocked") and item.reason), name
    if site in ("sain", "autre-nom"):
        assert seen[0].value["status"] == 200, name
        assert not seen[0].value["truncated"], name
        assert seen[0].value["url"] == f"{'https' if site == 'sain' else 'http'}://{name}/"
    elif site in ("court", "coupe", "bombe", "enorme", "goutte"):
        assert seen[0].value["truncated"], name
        assert len(seen[0].value["body"]) <= 2 * 1024 * 1024, name
    else:
        assert not seen, name
    assert any(item.question == f"A {name}" and item.outcome == "present" for item in evidence), name


def test_a_gigabyte_in_a_small_gzip_costs_no_memory(world):
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.argv[1], 'collect', sys.argv[2]], stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    sizes = [int(world.run([sys.executable, "-c", code, BASCULE, f"{site}.fautes.fr"], timeout=90).stdout) for site in ("sain", "bombe")]
    assert sizes[1] - sizes[0] < 64 * 1024


def test_nobody_answers_and_it_is_said(world):
    done = called(world, "audit", "atelier-brunel.fr", "--resolver", world.faulty["drop-all"])
    assert done.returncode == 1
    assert "Nobody answered" in done.stderr
    assert "could not be seen" in done.stdout.lower().replace("\n", " ")
