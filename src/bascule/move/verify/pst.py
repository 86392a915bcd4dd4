"""Reads a PST once more: the program runs again, and what it writes is read by the code of the check."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bascule.move.pst import converted
from bascule.move.verify.mbox import MboxReader
from bascule.move.verify.reader import Seen


class PstReader:
    """A PST, written out anew."""

    def __init__(self, file: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bascule-pst-", ignore_cleanup_errors=True)
        try:
            place = converted(file, Path(self._folder.name))
            for _ in range(2):
                inside = list(place.iterdir())
                if len(inside) == 1 and inside[0].is_dir() and any(inside[0].iterdir()) and not list(inside[0].glob("mbox*")):
                    place = inside[0]
            self._mail = MboxReader(place, lots=True)
        except BaseException:
            self._folder.cleanup()
            raise
        self._place = place

    def read(self, path: tuple[str, ...]) -> Iterator[Seen]:
        """Yield everything in a folder; the inbox under each of its names."""
        names = ("Inbox", "Boîte de réception", "Posteingang", "INBOX") if path[0] == "INBOX" else (path[0],)
        for name in names:
            yield from self._mail.read((name, *path[1:]))

    def close(self) -> None:
        """Take the private folder away."""
        self._folder.cleanup()
