"""Nothing that a page or DNS says leads inwards: listeners at the forbidden addresses count who comes."""

import json
import sys
from pathlib import Path

from audits import called, collected

from world.faults import PRIVATE
from world.faults.table import REDIRECTS

INWARD = str(Path(__file__).parent / "inward.py")


def test_the_listeners_do_count(world):
    world.forget_canary_hits()
    world.run([sys.executable, INWARD, "open"], timeout=60)
    assert world.canary_hits()
    world.forget_canary_hits()


def test_no_way_inwards_makes_a_connection(world):
    world.forget_canary_hits()
    done = world.run([sys.executable, INWARD], timeout=120)
    results = json.loads(done.stdout)
    assert len(results) >= 200
    assert not [what for what, code in results if code not in ("blocked", "refused")]
    assert world.canary_hits() == {}


INWARDS = (*(f"{label}.fautes.fr" for label in REDIRECTS), *PRIVATE, "rebind.fautes.fr")


def test_sites_that_lead_inwards_are_left_at_the_door(world):
    """Each is asked about twice: a name may lead elsewhere the second time."""
    world.forget_canary_hits()
    for _ in range(2):
        for name, evidence in collected(world, INWARDS, "--ask", "smtp").items():
            assert any(item.kind == "http" for item in evidence) or name.startswith("rebind"), name
    assert world.canary_hits() == {}


def test_one_s_own_network_can_be_let_in(world):
    world.forget_canary_hits()
    called(world, "collect", "loopback.fautes.fr", "--allow-private")
    assert world.canary_hits()
    world.forget_canary_hits()
