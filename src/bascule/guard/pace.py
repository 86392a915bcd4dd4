"""How fast an address may be approached: a burst of four connections, two at once, then one a second, whoever asks.

Several programs of one user share the pace through small files with locks, which the system lets go when a program dies.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

BURST = 4
AT_ONCE = 2
A_SECOND = 1.0
_LOOK_AGAIN = 0.05
_FORGET = 3600.0


class Pace:
    """The pace of everybody who uses the same folder.

    Args:
        folder: Where the locks lie; made when missing. Files older than an hour are removed.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._forget()

    @asynccontextmanager
    async def turn(self, address: str, burst: int = BURST, a_second: float = A_SECOND) -> AsyncIterator[None]:
        """Wait for a turn at an address and keep it for one connection.

        Args:
            address: Whom to approach.
            burst: Connections that may follow each other at once.
            a_second: Connections a second after these.
        """
        name = hashlib.blake2b(address.encode(), digest_size=12).hexdigest()
        place = await self._place(name)
        try:
            while (pause := await self._take(name, burst, a_second)) > 0:
                await asyncio.sleep(pause)
            yield
        finally:
            place.release()

    async def _place(self, name: str) -> FileLock:
        """Return the lock of one of the two places at this address."""
        while True:
            for number in range(AT_ONCE):
                lock = FileLock(self._folder / f"{name}.{number}", thread_local=False)
                with suppress(Timeout):
                    lock.acquire(blocking=False)
                    return lock
            await asyncio.sleep(_LOOK_AGAIN)

    async def _take(self, name: str, burst: int, a_second: float) -> float:
        """Take one connection out of the bucket (token bucket); return 0, or the seconds until there is one."""
        bucket, lock = self._folder / f"{name}.bucket", FileLock(self._folder / f"{name}.lock", thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return _LOOK_AGAIN
        try:
            left, pause = _draw(bucket.read_bytes() if bucket.exists() else b"", time.time(), burst, a_second)
            if pause == 0:
                bucket.write_text(json.dumps([left, time.time()]))
            return pause
        finally:
            lock.release()

    def _forget(self) -> None:
        limit = time.time() - _FORGET
        for path in self._folder.iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()


def _draw(state: bytes, now: float, burst: int, a_second: float) -> tuple[float, float]:
    """Return (connections left, 0) after taking one, or (what there is, seconds to wait); an unreadable state is a full bucket."""
    try:
        held, at = json.loads(state)
        held = min(burst, float(held) + max(0.0, now - float(at)) * a_second)
    except (ValueError, TypeError):
        held = float(burst)
    return (held - 1, 0.0) if held >= 1 else (held, (1 - held) / a_second)
