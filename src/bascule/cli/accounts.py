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
    rows = _rows(text, file, speaker)
    heads = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not {"old", "new"} <= set(heads) or set(heads) - set(_COLUMNS):
        raise Stop(3, t("{file}, line 1: the columns are old and new, and old_password and new_password where you like.", file=file))
    found = []
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        if len(row) > len(heads):
            said = t(
                "{file}, line {line}: more columns than in line 1. Put a password that holds the separator between quotation marks.", file=file, line=number
            )
            raise Stop(3, said)
        told = {head: cell if head.endswith("password") else cell.strip() for head, cell in zip(heads, row, strict=False)}
        if not told.get("old") or not told.get("new"):
            raise Stop(3, t("{file}, line {line}: both the old and the new name are needed.", file=file, line=number))
        found.append(Account(**told))
    return found


def _rows(text: str, file: Path, speaker: Speaker) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    try:
        return list(reader)
    except csv.Error:
        said = speaker.words.t("{file}, line {line}: a quotation mark is opened here and never closed.", file=file, line=reader.line_num)
        raise Stop(3, said) from None
