"""A list of accounts for one move: who becomes whom, with passwords where they are known."""

import csv
import io
from pathlib import Path

import msgspec

from bascule.cli.context import Speaker, Stop
from bascule.guard import GuardError, decode, read_bytes

_MOST_BYTES = 4 * 1024 * 1024
_COLUMNS = ("old", "new", "old_password", "new_password")
_REQUIRED = 2


class Account(msgspec.Struct, frozen=True):
    """One line of the list.

    Attributes:
        old: Name at the old server.
        new: Name at the new one.
    """

    old: str
    new: str
    old_password: str = ""
    new_password: str = ""

    def __repr__(self) -> str:
        return f"Account({self.old} → {self.new})"


def accounts(file: Path, speaker: Speaker) -> list[Account]:
    """Return the accounts of a CSV file: columns `old`, `new`, and `old_password`, `new_password` where no file of secrets says them.

    Raises:
        Stop: It cannot be read, or a line does not say who becomes whom (3); passwords are not shown.
    """
    t = speaker.words.t
    try:
        text = decode(read_bytes(file, _MOST_BYTES), file)
    except GuardError as error:
        raise Stop(3, t("{file}: cannot be read ({reason}).", file=file, reason=error.code)) from None
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") else ","))
    heads = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not {"old", "new"} <= set(heads) or set(heads) - set(_COLUMNS):
        raise Stop(3, t("{file}, line 1: the columns are old and new, and old_password and new_password where you like.", file=file))
    found = []
    for number, row in enumerate(rows[1:], 2):
        told = dict(zip(heads, (cell.strip() for cell in row), strict=False))
        if not any(told.values()):
            continue
        if not told.get("old") or not told.get("new"):
            raise Stop(3, t("{file}, line {line}: both the old and the new name are needed.", file=file, line=number))
        found.append(Account(**told))
    return found
