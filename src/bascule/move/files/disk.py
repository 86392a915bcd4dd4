"""What is written is on the disk, and not only on its way there."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_AT_ONCE = 16
"""Files that are waited for together."""


def settle(place: Path) -> None:
    """Bring a file, or the names in a directory, to the disk.

    Raises:
        OSError: The disk does not take it.
    """
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def settle_all(places: Iterable[Path]) -> None:
    """Bring files to the disk that are written already: waited for together, many go in one.

    Raises:
        OSError: The disk does not take one of them.
    """
    with ThreadPoolExecutor(_AT_ONCE) as waiting:
        list(waiting.map(settle, places))
