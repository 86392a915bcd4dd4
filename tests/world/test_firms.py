"""The twenty firms of the world, each audited rightly: the rows beside each were written by hand."""

import pytest
from audits import RIGHT, audited, differences, silent, told

from bascule.collect.observer import MAX_QUERIES
from world.parts import firms

FIRMS = firms()


def test_there_are_twenty():
    assert len(FIRMS) == 20
    assert len({firm.domain for firm in FIRMS}) == 20


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: firm.domain)
def test_a_firm_is_audited_rightly(world, firm):
    document, status = audited(world, firm.domain)
    assert differences(firm, document) == RIGHT
    assert document["subjects"] == [firm.domain]
    assert sum(item["kind"] == "dns" for item in document["evidence"]) <= MAX_QUERIES
    assert (status == 1) == bool(silent(document))
    assert silent(document) == told(document)
    assert not {item["kind"] for item in document["evidence"]} & {"smtp", "rdap", "tenant"}


@pytest.mark.parametrize("firm", [firm for firm in FIRMS if firm.asks], ids=lambda firm: firm.domain)
def test_a_firm_that_asks_for_more_learns_more(world, firm):
    asks = firm.asks
    document, _ = audited(world, firm.domain, "--ask", ",".join(sorted(asks)))
    assert differences(firm, document, asks) == RIGHT
    assert {item["kind"] for item in document["evidence"]} & {"smtp", "rdap", "tenant"}


def test_the_table_of_networks_is_named_with_its_age(world):
    document, _ = audited(world, "atelier-brunel.fr")
    assert document["networks"]["sources"]
    networks = [item for item in document["evidence"] if item["kind"] == "asn"]
    assert networks
    assert all(item["source"] == f"network table of {document['networks']['date']}" for item in networks)
