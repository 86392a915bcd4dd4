"""A plain list of tools, one a line: bullets, numbers, what each is for, what it costs."""

import re
from collections.abc import Iterator

from bascule.read.tool_cells import Tool, names, spoken
from bascule.read.tool_words import Column, column, is_function, words

_COMMENT = re.compile(r"\s*(?:#|//|<!--|---|===|```)")
_BULLET = re.compile(r"\s*(?:[-*•–—·▪◦‣>]\s+|\d{1,3}\s*[.)]\s+|[-*]?\s*\[[ xX]?\]\s+)*")
_BARE_BULLET = re.compile(r"[•▪◦‣·]")
_COLON = re.compile(r"\s*:\s+|\s+:\s*|\s+[-–—]\s+|\s+→\s+|:\s*$")
_LONGEST = 160
_WORDS_OF_A_NAME = 8


def plain_list(lines: list[str]) -> Iterator[Tool]:
    """Yield the tools of a list.

    `Slate: mail, 8 €/month` is a tool and what it is for; `Mail: Slate, Chalk` is a function and its tools, if the word is that of
    a function. A line that ends in a colon says what the lines below it are for, up to a blank one. Comments and sentences are no tools.
    """
    section = ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            section = ""
            continue
        if _COMMENT.match(line) or len(line) > _LONGEST:
            continue
        text = _BARE_BULLET.sub("", line[_match_end(line) :], count=1).strip()
        if column(text, False) is Column.TOOL:
            continue
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
    found = list(names(named))
    if any(len(words(label).split()) > _WORDS_OF_A_NAME for label, _ in found):
        return
    for order, (label, hint) in enumerate(found, 1):
        yield Tool(
            place=place + (f".{order}" if order > 1 else ""),
            label=label,
            hint=hint,
            function=function[:200],
            cost_month_eur=said[1] if len(found) == 1 else None,
            seats=said[2],
        )


def _parts(text: str) -> tuple[str, str]:
    """Cut at the first colon or dash that stands outside parentheses and is not part of an address or a word."""
    masked = re.sub(r"\([^()]*\)", lambda inside: "_" * len(inside[0]), text)
    cut = _COLON.search(masked)
    return (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
