"""Sites and mail servers that answer from a table."""

import asyncio

from bascule.collect.domain import Means
from bascule.collect.observer import Observer
from bascule.collect.transfer import Reply
from bascule.guard import Gate
from bascule.model import Questions
from table import TableResolver

ADDRESS = "51.91.236.193"


def page(body=b"<html>", status=200, **headers):
    return Reply(address=ADDRESS, status=status, lines=[(name.replace("_", "-"), value) for name, value in headers.items()], body=body)


def onward(to, status=301):
    return page(b"", status, Location=to)


class TableTransfers:
    """Replies by address of the page, through a real gate."""

    def __init__(self, replies, gate=None):
        self.replies, self.gate = replies, gate or Gate()
        self.asked, self.verified, self.reached = [], [], []

    async def get(self, where, addresses, verify=False, limit=0, patience=0.0):
        from bascule.guard import BlockedError

        self.asked.append(where.url)
        self.verified += [where.url] if verify else []
        try:
            self.gate.admit_all(addresses, where.port)
        except BlockedError as error:
            return Reply(code="blocked", reason=str(error))
        self.reached.append(where.url)
        found = self.replies.get(where.url, Reply(code="refused", reason="nobody there"))
        return found if isinstance(found, Reply) else found(where)

    async def greet(self, host, port, addresses):
        self.asked.append(f"{host}:{port}")
        return self.replies.get(f"{host}:{port}", Reply(code="timeout"))


def run(work, table, replies=None, subject="exemple.fr", gate=None):
    """Run a coroutine function of (observer, transfers); return its result, the evidence by question, and the transfers."""
    observer, transfers = Observer(subject, TableResolver(table)), TableTransfers(replies or {}, gate)
    result = asyncio.run(work(observer, transfers))
    return result, {item.question: item for item in observer.seen}, transfers


def means(transfers, questions=None, hosts=lambda url, body: [], asks=()):
    return Means(
        transfers=transfers,
        questions=questions or Questions(),
        networks=lambda address: {"asn": 16276, "name": "OVH", "country": "FR"} if address.startswith("51.") else None,
        network_source="table of 2026-11-01",
        page_hosts=hosts,
        registered=lambda name: ".".join(name.split(".")[-2:]),
        asks=frozenset(asks),
    )
