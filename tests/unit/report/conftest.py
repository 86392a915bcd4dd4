"""A firm of the made-up world, told in both languages, and the example firm."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import synthetic as w

from bascule.audit import audit
from bascule.catalogue import load
from bascule.model import Firm, FirmFunction, Note
from bascule.read import read_inputs
from bascule.report import Lookup, Words

EXAMPLE = Path(__file__).parents[3] / "examples/atelier-brunel"
D = w.FIRM_DOMAIN


def evidence():
    return [
        w.records(f"MX {D}", "10 mx.alder.example."),
        w.records(f"TXT {D}", "v=spf1 include:spf.alder.example include:spf.dogwood.example -all"),
        w.records(f"NS {D}", "ns.dogwood.example."),
        w.records(f"A {D}", "192.0.2.1"),
        w.network("192.0.2.1", 64501, "XA"),
        w.page('<meta name="generator" content="Gorse 5"><script src="https://stats.hazel.example/x.js"></script>'),
        w.seen(f"TLS {D}:443", [{"subject": f"CN={D}", "issuer": "O=Ivy Trust", "names": [D], "not_before": "", "not_after": "", "sha256": "00"}]),
        w.seen(f"RDAP {D}", {"registrar": "Nobody Knows SARL", "iana_id": None, "status": [], "created": None, "expires": None}),
        *w.tool("Alder Files", 1, function="stockage de fichiers", cost_month_eur="12.50", seats="3"),
        *w.tool("Sawdust Pro", 2),
        w.bill("ALDER*MAIL 0123", "40.00"),
        w.bill("TIMBER AND SONS", "900.00", 2),
    ]


FIRM = Firm(name="Les Copeaux", people=3, trusted=("XA", "XC"), functions=(FirmFunction(id="cloud-storage", critical=True),))
SCENARIOS = (
    w.scenario("order-us", power="XB", laws=("xb-1",)),
    w.scenario("order-cn", power="XU", laws=("xu-1",)),
    w.scenario("order-fr", power="XA", laws=("xa-1",)),
    *w.SCENARIOS[3:],
)
NOTES = (Note(code="skipped", args={"file": "notes.bin"}),)


def told(language, firm=FIRM, seen=None, notes=NOTES, translate=None, catalogue=None):
    options = w.organisation("juniper", "XA", w.service("juniper-files", "cloud-storage", deployments=(w.deployment("juniper-files/vendor", "juniper"),)))
    catalogue = catalogue or w.catalogue(*w.MARKET, options, sets=(w.alternatives("cloud-storage", "juniper-files"),), scenarios=SCENARIOS)
    made = audit(evidence() if seen is None else seen, firm, catalogue, w.ON, notes)
    return Lookup(made, catalogue, Words(language, translate))


@pytest.fixture(scope="session")
def fr():
    return told("fr")


@pytest.fixture(scope="session")
def en():
    return told("en")


@pytest.fixture(scope="session")
def tell():
    """Make the firm's audit, with parts exchanged."""
    return told


@pytest.fixture(scope="session")
def example_audit():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    reading = read_inputs([EXAMPLE], now)
    return audit(reading.evidence, reading.firm, load(), now.date(), [Note(code=note.code, args={"file": note.path, **note.details}) for note in reading.notes])
