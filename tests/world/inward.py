"""Run in the world: tries every way inwards and prints, as JSON, what came of each."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bascule.collect.observer import Observer
from bascule.collect.reach import reach
from bascule.collect.transfer import Transfers
from bascule.guard import BlockedError, Gate, target
from bascule.guard.pace import Pace
from table import TableResolver
from vectors import NAME, vectors


async def tried(url: str, answers: tuple[str, ...], gate: Gate, pace: Pace) -> str | None:
    table = {f"{'AAAA' if ':' in address else 'A'} {NAME}": [other for other in answers if (":" in other) == (":" in address)] for address in answers}
    host = "exemple.fr"
    table |= {question.replace(NAME, host): found for question, found in table.items()}
    transfers = Transfers(gate, pace, "Bascule/test", "exemple.fr")
    try:
        return (await reach(target(url, "http://exemple.fr/"), Observer("exemple.fr", TableResolver(table)), transfers)).code
    except BlockedError:
        return "blocked"
    finally:
        await transfers.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pace = Pace(Path(folder))
        gate = Gate(allow_private="open" in sys.argv)
        wanted = [("loopback", "http://127.0.0.1/", ())] if gate.allow_private else list(vectors())
        print(json.dumps([[what, await tried(url, answers, gate, pace)] for what, url, answers in wanted]))


asyncio.run(main())
