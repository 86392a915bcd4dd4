"""Bad input, as data: where it stands and a short key; the sentences that people read are made in `report`."""

from collections.abc import Callable
from pathlib import Path

from bascule.guard import GuardError


class InputError(Exception):
    """Something of the user's cannot be used. It is kept in a `Reading` rather than raised, so that the rest still counts.

    Attributes:
        code: One of `CODES`.
        path: The file as the user gave it.
        place: Line, sheet!row or member; None when it is the whole file.
        details: Words for the sentence (`key`, `near`, `value`, `reason`, …).
    """

    def __init__(self, code: str, path: Path | str, place: str | None = None, **details: str) -> None:
        super().__init__(code, str(path), place)
        self.code = code
        self.path = str(path)
        self.place = place
        self.details = details

    @classmethod
    def of(cls, error: GuardError) -> "InputError":
        """Return what `guard` refused as an input error, code and place kept."""
        return cls(error.code, error.path, error.place, **error.details)

    def told(self, translate: Callable[[str], str]) -> str:
        """Return where it is, what is wrong and what to do about it, in the language of `translate`."""
        where = f"{self.path}:{self.place}" if self.place else self.path
        text, remedy = (self._filled(part, translate) for part in CODES.get(self.code, (self.code, "")))
        return f"{where}: {text}. {remedy}".rstrip()

    @property
    def remedy(self) -> str:
        """What to do about it, in plain English."""
        return self._filled(CODES.get(self.code, ("", ""))[1], str)

    def _filled(self, part: str, translate: Callable[[str], str]) -> str:
        return translate(part).format_map(_Words(self.details)) if part else ""

    def __str__(self) -> str:
        return self.told(str)


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


CODES: dict[str, tuple[str, str]] = {
    "missing": ("there is no such file or folder", "Check the name."),
    "is-a-folder": ("this is a folder", "Give one file."),
    "not-a-file": ("this is neither a file nor a folder", "Give a plain file."),
    "empty": ("there is nothing in this file", "Check that the export went through."),
    "not-recognised": ("this kind of file is not known", "docs/evidence.md lists the kinds of file that are read."),
    "unreadable": ("the file cannot be read ({reason})", "Check your rights on it."),
    "bomb": ("the file unpacks to far more than its size (limit {limit})", "Ask its sender for another copy."),
    "too-large": ("this is larger than {limit}", "Split it, or keep only the part that matters."),
    "encoding": ("the text is not in a known encoding ({reason})", "Save the file again as UTF-8."),
    "bad-archive": ("the spreadsheet cannot be opened safely ({reason})", "Open it in a spreadsheet and save it again."),
    "corrupt": ("the file is damaged or cut short ({reason})", "Copy it again from its source."),
    "bad-json": ("this line is not JSON, or is cut short ({reason})", "Harvest it again, or delete the line."),
    "unknown-key": ("the key “{key}” is not known", "Did you mean “{near}”?"),
    "newer-schema": ("this was written by a newer version ({schema})", "Install the newest version and try again."),
    "bad-value": ("this value does not fit ({reason})", "Correct it as docs/evidence.md says."),
    "bad-name": ("“{value}” is not a lower-case domain name", "Write it in lower case, accents as xn--…"),
    "bad-domain": ("“{value}” is no domain name", "Write one a line, such as exemple.fr; a comment begins with #."),
    "bad-toml": ("this is not TOML ({reason})", "Check quotes and brackets on that line."),
    "bad-date": ("“{value}” is not a date", "Write it as {format}."),
    "bad-number": ("“{value}” is not an amount", "Write it with digits and a decimal comma."),
    "bad-row": ("this row has {found} columns instead of {expected}", "Export the file again, or mend the row."),
    "not-a-ledger": ("a column of the French ledger format is missing ({column})", "Export the FEC again from the accounting program."),
    "not-a-statement": ("no column of this statement can be told apart", "Export it again as CSV with its headings, or as CAMT or OFX."),
    "not-an-invoice": ("no invoice was found in this file ({reason})", "Ask the supplier for the electronic invoice again."),
    "bad-xml": ("the XML is damaged or not allowed ({reason})", "Export the file again."),
    "too-many": ("there are more than {limit} different labels or rows", "Check that this is the right file."),
    "no-tool": ("no tool is named in this list", "Put the names of your tools in the first column, or under the heading “Outil”."),
    "two-firms": ("the firm is already described in {other}", "Keep one firm.toml."),
    "unknown-type": ("this answer does not say which record was asked for", "Keep one record type a file."),
    "bad-document": ("this cannot be read as what it seems to be ({reason})", "Export it again from the program that wrote it."),
    "no-name": ("this file names nothing that we look for", "Check that the export holds a list."),
    "no-variable": ("this line sets no variable", "Write NAME=value, or delete the line. The line is not repeated here."),
    "no-log-line": ("this is no line of a log that we know", "Keep one kind of log a file. The line is not repeated here."),
    "not-asked": (
        "this file tells what people did, and is not read unless you ask",
        "Read docs/people.md, then: bascule audit … --read {kind}",
    ),
    "more-errors": ("and {count} more faults in this file", ""),
}
"""Each code with its sentence and its remedy, in plain English."""
