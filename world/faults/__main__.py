"""`python -m world.faults servers CERTIFICATES` or `… canary FILE` runs what misbehaves, or what must never be reached, until it is killed."""

import asyncio
import sys
from pathlib import Path

from world.faults import canary, resolvers, sites


async def _serve(what: str, path: Path) -> None:
    if what == "canary":
        await canary.serve(path)
    else:
        await resolvers.serve()
        await sites.serve(path)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
