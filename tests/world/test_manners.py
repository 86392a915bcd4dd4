"""How sites are approached: by name, with a contact, slowly, and for nothing but the home page."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from audits import BASCULE, called

from bascule.guard.pace import BURST


def visits_during(world, work):
    before = len(world.visits())
    work()
    return world.visits()[before:]


def test_a_visitor_says_who_it_is_and_how_to_reach_whoever_sent_it(world):
    seen = visits_during(world, lambda: called(world, "audit", "atelier-brunel.fr"))
    assert {agent.partition("/")[0] for *_, agent in seen} == {"Bascule"}
    assert {agent.partition("(+")[2] for *_, agent in seen} == {"postmaster@atelier-brunel.fr)"}
    seen = visits_during(world, lambda: called(world, "audit", "atelier-brunel.fr", "--contact", "https://conseil.exemple.fr/audits"))
    assert {agent.partition("(+")[2] for *_, agent in seen} == {"https://conseil.exemple.fr/audits)"}


def test_nothing_but_the_home_page_is_fetched(world):
    seen = visits_during(world, lambda: called(world, "audit", "laboratoire-ister.eu"))
    assert seen
    assert {request for _, _, _, request, _ in seen} == {"GET / HTTP/1.1"}
    assert len({connection for _, _, connection, _, _ in seen}) <= BURST


def test_all_programs_of_a_user_share_one_pace(world):
    with tempfile.TemporaryDirectory() as own:

        def one(_):
            return world.run([BASCULE, "collect", "atelier-brunel.fr"], env={"XDG_CACHE_HOME": own}, timeout=90).returncode

        def everybody():
            with ThreadPoolExecutor(6) as pool:
                assert list(pool.map(one, range(6))) == [0] * 6

        seen = visits_during(world, everybody)
        assert any(name.endswith(".bucket") for _, _, names in os.walk(own) for name in names)
    begun = sorted({connection: (when, address) for when, address, connection, _, _ in seen}.values())
    for address in {address for _, address in begun}:
        times = [when for when, at in begun if at == address]
        assert all(last - first + 0.3 >= number - BURST for first in times for number, last in enumerate(times[times.index(first) :], 1))
    assert max(when for when, _ in begun) - min(when for when, _ in begun) > 1


def test_a_mail_server_is_greeted_and_left(world):
    called(world, "collect", "cooperative-sillon.fr", "--ask", "smtp")
    log = world.folder / "postfix" / "mail.log"
    if not log.exists():
        pytest.skip("no Postfix here, nginx greets")
    said = {line.partition(" ehlo=")[2] for line in log.read_text("utf-8").splitlines() if " ehlo=" in line}
    assert said == {"2 starttls=1 quit=1 commands=4"}
