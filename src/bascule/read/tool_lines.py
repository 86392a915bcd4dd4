"""A plain list of tools, one a line: bullets, numbers, what each is for, what it costs."""

import re
from collections.abc import Iterator

from bascule.read.tool_cells import Tool, names, spoken
from bascule.read.tool_words import Column, column, is_function, words

_COMMENT = re.compile(r"\s*(?:#|//|<!--|---|===|```)")
_BULLET = re.compile(r"\s*(?:[-*•–—·▪◦‣>]\s+|\d{1,3}\s*[.)]\s+|[-*]?\s*\[[ xX]?\]\s+)*")
_BARE_BULLET = re.compile(r"[•▪◦‣·]")
_COLON = re.compile(r"\s*:\s+|\s+:\s*|\s+[-–—]\s+|\s+→\s+|:\s*$")
_TITLE = re.compile(
    r"\W*(?:(?:la |notre |our |the )?list[e]? (?:de|des|of)\b.*|(?:nos|mes|les|our|my) (?:outils|logiciels|applis?|applications|tools|software)\b[^:]*)",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset(
    "le la les l un une des de du d pour par avec et dans sur chez env environ en au aux gratuit payant ht ttc the a for with about in on by free".split()  # noqa: SIM905
)
_LONGEST = 160
_WORDS_OF_A_NAME = 8


def plain_list(lines: list[str]) -> Iterator[Tool]:
    """Yield the tools of a list.

    `Slate: mail, 8 €/month` is a tool and what it is for; `Mail: Slate, Chalk` is a function and its tools, if the word is that of
    a function. A line that ends in a colon says what the lines below it are for, up to a blank one. Comments and sentences are no tools.
    """
    section, begun = "", False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            section = ""
            continue
        if _COMMENT.match(line) or len(line) > _LONGEST:
            continue
        text = _BARE_BULLET.sub("", line[_match_end(line) :], count=1).strip()
        if column(text, False) is Column.TOOL or (not begun and _TITLE.fullmatch(text)):
            continue
        begun = True
        if text.endswith(":"):
            section = text.rstrip(": *_").strip("*_ ")
            continue
        yield from _tools(str(number), text, section)


def _match_end(line: str) -> int:
    match = _BULLET.match(line)
    return match.end() if match else 0


def _tools(place: str, text: str, section: str) -> Iterator[Tool]:
    head, tail = _parts(text)
    if tail and is_function(head):
        named, function, said = tail, head, spoken(tail)
        named = said[0]
    else:
        name, cost, seats = spoken(head)
        rest, more_cost, more_seats = spoken(tail)
        named, function = name, rest or section
        said = ("", more_cost if cost is None else cost, more_seats if seats is None else seats)
    pieces = list(names(named))
    if any(len(words(label).split()) > _WORDS_OF_A_NAME for label, _ in pieces):
        return
    found, remarks = _named(pieces)
    remark = "; ".join(remarks)
    for order, (label, hint) in enumerate(found, 1):
        yield Tool(
            place=place + (f".{order}" if order > 1 else ""),
            label=label,
            hint="; ".join(filter(None, (hint, remark if function else "")))[:200],
            function=(function or remark)[:200],
            cost_month_eur=said[1] if len(found) == 1 else None,
            seats=said[2],
        )


def _named(pieces: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[str]]:
    """Part the pieces of a line into names and remarks: after a first name, `for the sites`, `12 boxes`, `about 7 a month` are none."""
    found = [piece for order, piece in enumerate(pieces) if order == 0 or _may_be_name(piece[0])]
    return found, [label for order, (label, _) in enumerate(pieces) if order and not _may_be_name(label)]


def _may_be_name(label: str) -> bool:
    first, *rest = label.split()
    if words(first) in _SMALL_WORDS or not first[0].isalpha():
        return False
    return len(rest) <= 2 if first[0].isupper() else len(rest) <= 1


def _parts(text: str) -> tuple[str, str]:
    """Cut at the first colon or dash that stands outside parentheses and is not part of an address or a word."""
    masked = re.sub(r"\([^()]*\)", lambda inside: "_" * len(inside[0]), text)
    cut = _COLON.search(masked)
    return (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
