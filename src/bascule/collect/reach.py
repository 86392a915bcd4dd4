"""From an address to what stands there: look the host up with our own resolver, then ask it."""

from bascule.collect.observer import Observer
from bascule.collect.transfer import MAX_BODY, PATIENCE, Reply, Transfers
from bascule.guard import Target

MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)


async def reach(where: Target, observer: Observer, transfers: Transfers, verify: bool = False, limit: int = MAX_BODY, patience: float = PATIENCE) -> Reply:
    """Return what a site answers to one request; it is not followed where it sends us.

    Args:
        where: Address; a host that is an IP address needs no look-up.
        observer: Keeps the answers of DNS.
        transfers: Carries the request.
        verify: Refuse a certificate that the system does not trust; for answers that are believed for their sender's sake.
        limit: Most bytes of the body, unpacked.
        patience: Seconds for all of it.
    """
    addresses = (where.host,) if where.literal else await observer.addresses(where.host)
    if not addresses:
        return await nowhere(where.host, observer)
    return await transfers.get(where, addresses, verify, limit, patience)


async def nowhere(host: str, observer: Observer) -> Reply:
    """Return the reply of a host without address: it has none, or its name got no answer."""
    failure = await observer.failure(host)
    if failure is None:
        return Reply(code="refused", reason=f"{host} has no address")
    return Reply(code=failure.code, reason=f"where {host} stands got no answer")


def location(reply: Reply) -> str | None:
    """Return where an answer sends a visitor on to; None when it does not."""
    if reply.status not in _REDIRECTS:
        return None
    return next((value for name, value in reply.lines if name.lower() == "location" and value), None)
