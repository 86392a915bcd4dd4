"""Text as rows of cells: CSV in its dialects, pasted and Markdown tables."""

import csv
import re
from collections.abc import Iterator

from bascule.read.tool_words import Column, column

Row = tuple[int, list[str]]
_DELIMITERS = ("|", "\t", ";", ",")
_RULE = re.compile(r"[\s|:+=-]*")
_LOOKED_AT = 3000
_MAX_JOINED = 20
_MAX_HEADING = 80
_MAX_COLUMNS = 100
_TOP = 40


def text_lines(text: str) -> list[str]:
    """Return the lines as an editor counts them."""
    return re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))


def headings(cells: list[str], number: int) -> list[Column | None] | None:
    """Return what each column holds, if a row of cells is a row of headings: at least half are known, a tool among them or two.

    Typing errors are allowed for near the top of a file, where headings are expected.
    """
    known = [column(cell, number <= _TOP) for cell in cells[:_MAX_COLUMNS]]
    filled = [cell for cell in cells if cell.strip()]
    count = len([one for one in known if one])
    if not count or count * 2 < len(filled) or any(len(cell) > _MAX_HEADING for cell in filled):
        return None
    if Column.TOOL in known or Column.VENDOR in known or count >= 2:
        return known
    return None


def delimiter(lines: list[str], is_csv: bool) -> str | None:
    """Return what stands between the cells of a text table; None when it is no table.

    A row of headings decides; without one, most lines must have the same number of cells, at least two. A comma
    is believed in a CSV file only, for prose and lists have commas too.
    """
    candidates = _DELIMITERS if is_csv else _DELIMITERS[:3]
    for number, line in enumerate(lines[:_LOOKED_AT], 1):
        for mark in candidates:
            if mark in line and len(cells := cut(line, mark)) > 1 and headings(cells, number):
                return mark
    filled = [line for line in lines[:_LOOKED_AT] if line.strip()]
    for mark in candidates:
        widths = [len(cut(line, mark)) for line in filled]
        usual = max(set(widths), key=widths.count, default=0)
        if usual > 1 and widths.count(usual) * 5 >= len(filled) * 3:
            return mark
    return None


def cut(line: str, mark: str, fences: tuple[bool, bool] = (True, True)) -> list[str]:
    """Cut one line; where the rows of a table begin or end with a bar as a rule (`fences`), that bar encloses no cell."""
    if mark == "|":
        inner = line.strip().removeprefix("|" if fences[0] else "").removesuffix("|" if fences[1] else "")
        return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=mark), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(mark)]


def table(lines: list[str], mark: str) -> Iterator[Row]:
    """Yield (number of its first line, cells) of each row; a line without the mark is one cell, a ruler (`|---|`) none.

    Within quotes a CSV row may go on for some lines; a quote that is never rightly closed counts as a character.
    """
    barred = [line.strip() for line in lines if "|" in line]
    fences = (sum(line.startswith("|") for line in barred) * 2 > len(barred), sum(line.endswith("|") for line in barred) * 2 > len(barred))
    position = 0
    while position < len(lines):
        line, number = lines[position], position + 1
        position += 1
        if mark != "|" and line.count('"') % 2:
            cells, more = _joined(lines[position - 1 : position + _MAX_JOINED], mark)
            position += more
            yield number, cells
        elif line.strip() and not (_RULE.fullmatch(line) and "-" in line):
            yield number, cut(line, mark, fences)


def _joined(lines: list[str], mark: str) -> tuple[list[str], int]:
    """Return the cells of a row whose quotes are open at the end of its first line, and how many more lines it takes."""
    for more in range(1, len(lines)):
        if sum(line.count('"') for line in lines[: more + 1]) % 2 == 0:
            try:
                (cells,) = csv.reader([f"{line}\n" for line in lines[: more + 1]], delimiter=mark, strict=True)
            except (csv.Error, ValueError):
                break
            return [cell.strip() for cell in cells], more
    return [cell.strip().strip('"') for cell in lines[0].split(mark)], 0
