"""One file from an address that the catalogue names, through the same guard as everything else."""

import asyncio

from bascule.collect.observer import Observer
from bascule.collect.reach import MAX_REDIRECTS, location, reach
from bascule.collect.run import Asking
from bascule.collect.transfer import Reply, Transfers
from bascule.guard import BlockedError, target

_PATIENCE = 600.0
"""Seconds: a table of some megabytes on a slow line."""


def download(url: str, asking: Asking, limit: int) -> bytes:
    """Return the body behind an address.

    Args:
        url: Where; certificates are verified, since what comes is believed for its sender's sake.
        asking: How.
        limit: Most bytes that are taken.

    Raises:
        OSError: It did not come, or not in whole; the message says why.
    """
    return asyncio.run(_downloaded(url, asking, limit))


async def _downloaded(url: str, asking: Asking, limit: int) -> bytes:
    resolver = asking.resolver()
    transfers = asking.transfers()
    try:
        reply = await _followed(url, Observer(url, resolver), transfers, limit)
    except BlockedError as error:
        raise OSError(str(error)) from error
    finally:
        await transfers.close()
        await resolver.close()
    if reply.code or reply.truncated or reply.status != 200:
        raise OSError(reply.reason or ("it is larger than expected or broke off" if reply.truncated else f"status {reply.status}"))
    return reply.body


async def _followed(url: str, observer: Observer, transfers: Transfers, limit: int) -> Reply:
    where = target(url)
    for _ in range(MAX_REDIRECTS + 1):
        reply = await reach(where, observer, transfers, verify=True, limit=limit, patience=_PATIENCE)
        onward = location(reply)
        if onward is None:
            return reply
        where = target(onward, where.url)
    raise BlockedError(f"more than {MAX_REDIRECTS} redirects")
