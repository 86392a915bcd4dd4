"""What goes wrong with a file: named by file and place, with a short key that `report` turns into a sentence."""

from pathlib import Path


class GuardError(Exception):
    """A file cannot be read safely.

    Attributes:
        code: `unreadable`, `bomb`, `too-large`, `encoding`, `bad-archive` or `corrupt`.
        path: The file, as the caller named it.
        place: Line, sheet!row or archive member; None when it is the whole file.
        details: Words for the sentence (`limit`, `reason`, …).
    """

    def __init__(self, code: str, path: Path, place: str | None = None, **details: str) -> None:
        super().__init__(code, str(path), place)
        self.code = code
        self.path = path
        self.place = place
        self.details = details

    @property
    def remedy(self) -> str:
        """What the person can do about it, in plain English."""
        return _REMEDIES.get(self.code, "Check the file and try again.")

    def __str__(self) -> str:
        where = f"{self.path}:{self.place}" if self.place else str(self.path)
        said = ", ".join(f"{key} {value}" for key, value in self.details.items())
        return f"{where}: {self.code}{f' ({said})' if said else ''}. {self.remedy}"


class WriteError(GuardError):
    """A file could not be written; what stood there before is untouched, and nothing new was left behind."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__("not-written", path, reason=reason)


_REMEDIES = {
    "unreadable": "Check that the file is there and that you may read it.",
    "bomb": "The file unpacks to far more than its size; it was not opened. Ask its sender for another copy.",
    "too-large": "Split the file, or keep only the part that matters.",
    "encoding": "Save the file again as UTF-8.",
    "bad-archive": "Open the file in a spreadsheet and save it again.",
    "corrupt": "The file is damaged or cut short; copy it again from its source.",
    "not-written": "Check the folder, its free space and your rights in it.",
}
