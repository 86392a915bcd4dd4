"""A list of the firm's tools, as people write one: a spreadsheet, CSV, a pasted table, a plain list."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bascule import guard
from bascule.model import FIRM, Evidence, Kind, Outcome
from bascule.read.errors import InputError
from bascule.read.reading import Item
from bascule.read.sheets import is_sheet, sheets
from bascule.read.tool_cells import Tool
from bascule.read.tool_lines import plain_list
from bascule.read.tool_rows import Found, Rows
from bascule.read.tool_text import delimiter, headings, table, text_lines
from bascule.read.tool_words import words

MAX_TOOLS = 10_000
MAX_LIST = 20 * 1024 * 1024
_TEXTS = (".csv", ".tsv", ".tab", ".txt", ".md", ".markdown")
_SHEETS = (".xlsx", ".xlsm", ".ods")
_LEDGER_WORDS = frozenset(("date", "debit", "credit", "solde", "libelle", "valeur", "balance", "amount", "ecriturenum", "comptenum"))
_LONG = 300
_READ_ME = ("readme", "lisezmoi", "lisez-moi", "licence", "license", "changelog", "notice")
_PIECE = re.compile(r"[,;:/|•·()]| - | – ")
_SENTENCE_WORDS = 8


def recognise(path: Path, head: bytes) -> bool:
    """Say whether it may be a list of tools: a spreadsheet, or short lines of text that are no table of money movements."""
    suffix = _suffix(path)
    if suffix in _SHEETS:
        return True
    if suffix not in _TEXTS or path.name.lower().startswith(_READ_ME) or is_sheet(head) or not guard.is_text(head):
        return False
    lines = [line for line in text_lines(head.decode(guard.detect(head), "ignore")) if line.strip()]
    if not lines or lines[0].lstrip().startswith(("{", "<")):
        return False
    if any(len(_LEDGER_WORDS.intersection(words(line[:_LONG]).split())) >= 2 for line in lines[:10]):
        return False
    return delimiter(lines, suffix == ".csv") is not None or not _is_prose(lines)


def _is_prose(lines: list[str]) -> bool:
    """Say whether more than a third of the lines hold a piece of a sentence: a letter or an article lists no tools."""
    long = [line for line in lines if len(line) > _LONG or any(len(piece.split()) > _SENTENCE_WORDS for piece in _PIECE.split(line))]
    return len(long) * 3 > len(lines)


def read(path: Path, name: str, at: datetime) -> Iterator[Item]:
    """Yield up to five answers a tool: `tool`, `tool-function`, `tool-hint`, `tool-cost-month-eur`, `tool-seats`."""
    count = 0
    found = _workbook(path) if is_sheet(guard.head(path, 4)) or _suffix(path) in _SHEETS else _text(path)
    for item in found:
        if not isinstance(item, Tool):
            yield item
            continue
        count += 1
        if count > MAX_TOOLS:
            yield InputError("too-many", path, item.place, limit=str(MAX_TOOLS))
            return
        yield from _answers(item, name, at)
    if not count:
        yield InputError("no-tool", path)


def _suffix(path: Path) -> str:
    """Return the suffix, that of packing aside."""
    return Path(path.name.lower().removesuffix(".gz").removesuffix(".zst")).suffix


def _answers(tool: Tool, name: str, at: datetime) -> Iterator[Evidence]:
    fields = (
        ("tool", tool.label),
        ("tool-function", tool.function),
        ("tool-hint", tool.hint),
        ("tool-cost-month-eur", "" if tool.cost_month_eur is None else str(tool.cost_month_eur)),
        ("tool-seats", "" if tool.seats is None else str(tool.seats)),
    )
    for field, value in fields:
        if value:
            question = f"ANSWER {field}:{name}#{tool.place}"
            yield Evidence(subject=FIRM, kind=Kind.ANSWER, question=question, outcome=Outcome.PRESENT, value=[value], source=name, seen_at=at)


def _text(path: Path) -> Iterator[Found]:
    lines = text_lines(guard.read_text(path, MAX_LIST))
    mark = delimiter(lines, _suffix(path) == ".csv")
    if mark is None:
        yield from plain_list(lines)
        return
    yield from Rows(path).tools(list(table(lines, mark)))


def _workbook(path: Path) -> Iterator[Found]:
    """Read the sheets that have headings; when none has, the first that is not empty."""
    filled = [(name, rows) for name, rows in sheets(path) if rows]
    headed = [(name, rows) for name, rows in filled if any(headings(row, number) for number, row in rows[:40])]
    for name, rows in headed or filled[:1]:
        yield from Rows(path, f"{re.sub(r'[#!]', '_', name)}!").tools(rows)
