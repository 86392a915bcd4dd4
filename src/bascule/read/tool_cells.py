"""Cells of a list of tools: which tools one names, and amounts as people write them."""

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

import msgspec

from bascule.read.tool_words import is_nothing

_BETWEEN = re.compile(r"\s/\s|\s*\n\s*|;|,(?!\d)|(?<!\d),|\s(?:ou|or|et|and)\s|\s\+\s?|(?<=[^\W\d_])\+(?=\w)", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)")
_NUMBER = r"\d{1,12}(?:[ .'\u00a0\u202f]\d{3}){0,4}(?:[.,]\d{1,12}){0,2}"
_EUR = r"(?:€|eur(?:os?)?\b)"
_TAX = r"(?:\s*(?:ht|ttc|hors taxes?|excl\. vat|incl\. vat))?"
_PER_SEAT = r"(?P<each>\s*(?:/|par|per|a)\s*(?:utilisateurs?|users?|postes?|si[eè]ges?|seats?|licen[cs]es?|personnes?|comptes?))?"
_PERIOD = r"\s*(?:/|par|per|a|an)?\s*(?:(?P<month>mois|mensuels?|month|monthly|mo\b)|(?P<year>an\b|ans\b|ann[ée]e|annuels?|year|yearly|yr\b))"
_ABOUT = r"(?:env(?:iron|\.)?\s*|~\s*|≈\s*|about\s+)?"
_COST = re.compile(rf"{_ABOUT}(?:(?P<before>{_NUMBER})\s*{_EUR}|{_EUR}\s*(?P<after>{_NUMBER})){_TAX}{_PER_SEAT}{_TAX}{_PERIOD}", re.IGNORECASE)
_SEATS = re.compile(r"(?<![\d.,])(\d{1,6})\s*(?:utilisateurs?|users?|postes?|si[eè]ges?|seats?|licen[cs]es?|personnes|comptes|accounts)\b", re.IGNORECASE)
_SPACES = re.compile(r"[\s']")
_NUMBERS = (
    (re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d{1,12})?"), " "),
    (re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,12})?"), ","),
    (re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,12}|\d{1,3}(?:\.\d{3}){2,}"), "."),
    (re.compile(r"\d{1,12}(?:[.,]\d{1,30})?(?:[eE][-+]?\d{1,2})?"), " "),
)
_AMOUNT = re.compile(rf"{_ABOUT}{_EUR}?\s*(?P<number>\d[\d\s.,']{{0,40}}(?:e[-+]?\d{{1,2}})?)\s*{_EUR}?\D{{0,40}}", re.IGNORECASE)
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?\s*%.*")
_FREE = frozenset(("gratuit", "gratuite", "free", "offert"))
_CENT = Decimal("0.01")
_LONGEST = 200
LONGEST_CELL = 4000
"""Characters of a cell that are looked at."""


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """One tool as a list declares it; texts are the list's own, empty when it does not say."""

    place: str
    label: str
    hint: str = ""
    function: str = ""
    cost_month_eur: Decimal | None = None
    seats: int | None = None


def names(cell: str) -> Iterator[tuple[str, str]]:
    """Yield (label, what stood in parentheses) of each tool that a cell names."""
    for part in split(_LINK.sub(r"\1", re.sub(r"[ \t]+", " ", cell[:LONGEST_CELL]))):
        label, hint = _label(part)
        if not is_nothing(label):
            yield label[:_LONGEST], hint[:_LONGEST]


def split(cell: str) -> list[str]:
    """Cut a cell between tools: at `,` `;` ` / ` `+` line ends and the words for *and* and *or*, never within parentheses."""
    masked = re.sub(r"\([^()]*\)", lambda inside: "(" + "_" * (len(inside[0]) - 2) + ")", cell)
    parts, start = [], 0
    for cut in _BETWEEN.finditer(masked):
        parts.append(cell[start : cut.start()])
        start = cut.end()
    return [part.strip() for part in [*parts, cell[start:]] if part.strip()]


def _label(part: str) -> tuple[str, str]:
    part = "".join(char if char.isprintable() else " " for char in part)
    hints = re.findall(r"\(([^()]*)\)", part)
    label = re.sub(r"\([^()]*\)", " ", part)
    label, opened, rest = label.partition("(")
    hints += [rest.strip(" )")] if opened else []
    label = " ".join(label.replace("**", " ").replace("`", " ").split()).strip(" .:*_")
    hint = "; ".join(" ".join(hint.split()) for hint in hints if hint.strip())
    return (label, hint) if label else (hint, "")


def amount(cell: str) -> Decimal | None:
    """Return an amount written in French or English (`1 234,50 €`, `env. 120`); None when the cell says nothing, or a share.

    Raises:
        ValueError: It is no amount, or not in euros.
    """
    text = " ".join(re.sub(r"\([^()]*\)", " ", cell).split())
    if is_nothing(text):
        return None
    if text.lower() in _FREE:
        return Decimal(0)
    if _SHARE.fullmatch(text):
        return None
    found = _AMOUNT.fullmatch(text)
    if not found or re.search(r"[$£¥]|\b(usd|gbp|chf|dollars?)\b", text, re.IGNORECASE):
        raise ValueError(cell)
    return number(found["number"])


def number(text: str) -> Decimal:
    """Return a positive number; thousands may be set apart in the ways of both languages, and `1,234` is read as such.

    Raises:
        ValueError: It is none, or beyond reason.
    """
    plain = _SPACES.sub(" ", text.strip())
    for pattern, apart in _NUMBERS:
        if pattern.fullmatch(plain):
            value = Decimal(plain.replace(apart, "").replace(",", "."))
            if value < 10**9:
                return value
    raise ValueError(text)


def cents(value: Decimal) -> Decimal:
    """Return an amount rounded to cents."""
    return value.quantize(_CENT)


def spoken(text: str) -> tuple[str, Decimal | None, int | None]:
    """Take the cost and the number of seats out of a phrase: `mail, 8 €/month` gives (`mail`, 8, None).

    A price per seat counts only when the phrase says how many seats there are.
    """
    text = " ".join(text.split())[:LONGEST_CELL]
    seats = int(found[1]) if (found := _SEATS.search(text)) else None
    cost = None
    if price := _COST.search(text):
        with suppress(ValueError):
            cost = number(price["before"] or price["after"]) / (12 if price["year"] else 1)
        if price["each"] and cost is not None:
            cost = cost * seats if seats else None
    rest = _SEATS.sub(" ", _COST.sub(" ", text))
    return " ".join(rest.split()).strip(" ,;:–—-/"), None if cost is None else cents(cost), seats
