"""Sites on the loopback, and a visit to one of them with a browser."""

import asyncio
from contextlib import asynccontextmanager

from bascule.collect.calls import Browser, calls
from bascule.collect.observer import Observer
from table import TableResolver


@asynccontextmanager
async def site(answer, tls=None):
    """A server on the loopback: (path, head) → answer, None to keep silent; with a context of TLS over TLS. Yields its port and what was asked of it."""
    asked, tasks = [], set()

    async def serve(reader, writer):
        tasks.add(asyncio.current_task())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            asked.append(head)
            told = answer(head.split(" ")[1])
            if told is None:
                await asyncio.sleep(60)
            else:
                writer.write(told)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            asked.append("")
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def told(body, kind="text/html", status="200 OK", more=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n{more}\r\n{body}".encode()


TABLE = {f"A {name}": ["127.0.0.1"] for name in ("www.exemple.fr", "cdn.exemple.net", "later.exemple.org", "chat.exemple.org", "popup.exemple.org")}


async def visit(program, url, gate, quiet=0.4, patience=6.0, resolver=None):
    observer = Observer("exemple.fr", resolver or TableResolver(TABLE))
    await calls(observer, Browser(program=program, gate=gate, agent="Bascule/0 (+me@exemple.fr)", quiet=quiet, patience=patience), url)
    (item,) = observer.seen
    return item
