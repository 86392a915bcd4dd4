"""A drawing of who holds which switch: functions on the left, who serves them, and whose law can command these.

Plain SVG with its own text twin; drawn twice, wide and narrow, so that a phone shows letters one can read.
"""

from collections.abc import Callable, Iterable
from textwrap import wrap

import msgspec
from markupsafe import Markup, escape

from bascule.model import NOBODY, Cutoff, Dependency
from bascule.report.lookup import MONTH, Lookup

_ROW, _TOP = 30, 34
_DRAWN_ROLES = ("mailbox", "gateway", "operator", "software", "host", "cdn", "registrar", "dns", "certificate")


class Wire(msgspec.Struct, frozen=True):
    """A line of the drawing: a function, its organisation, the country that can command it."""

    function: str
    organisation: str
    countries: tuple[str, ...]
    stops: bool
    commanding: frozenset[str] = frozenset()


class Sizes(msgspec.Struct, frozen=True):
    """Widths in user units: the three columns start at `left`, `middle`, `right`; a label has at most so many `lines`."""

    width: int
    left: int
    middle: int
    right: int
    lines: int
    letter_width: float
    name: str

    def letters(self, x: int) -> int:
        """Return how many letters fit into the column that starts at `x`, with room for the wires behind it."""
        room = {self.left: self.middle - 26, self.middle: self.right - 26}.get(x, self.width - 2) - x
        return int(room / self.letter_width)


WIDE = Sizes(960, 12, 400, 800, 1, 6.9, "wide")
NARROW = Sizes(312, 2, 124, 240, 2, 6.1, "narrow")


def wires(it: Lookup, cut: Cutoff | None) -> list[Wire]:
    """Return what is drawn: one wire a function and organisation, in the order of functions."""
    stopping = {hit.dependency for hit in cut.stops if hit.after_hours <= MONTH} if cut else set()
    commanding = it.catalogue.members(cut.power) if cut and cut.power else frozenset[str]()
    found: dict[tuple[str, str], Wire] = {}
    for function in it.functions:
        for row in it.rows_of(function):
            if row.role in _DRAWN_ROLES and row.organisation != NOBODY:
                key = (function, row.organisation)
                old = found.get(key)
                found[key] = Wire(function, row.organisation, _commanders(row), row.id in stopping or (old is not None and old.stops), commanding)
    return list(found.values())


def _commanders(row: Dependency) -> tuple[str, ...]:
    return row.jurisdictions or ("?",)


def drawing(it: Lookup, cut: Cutoff | None, sizes: Sizes) -> Markup:
    """Return the drawing as SVG; empty when nothing is known."""
    lines = wires(it, cut)
    if not lines:
        return Markup("")
    columns = _columns(lines)
    height = _TOP + _ROW * max(len(column) for column in columns) + 8
    place = [{name: _TOP + _spread(index, len(column), height) for index, name in enumerate(column)} for column in columns]
    parts = [_wire(line, place, (it.function(line.function), it.organisation(line.organisation)), sizes) for line in sorted(lines, key=lambda line: line.stops)]
    parts += [_labels(columns[0], place[0], sizes.left, sizes, it.function)]
    parts += [_labels(columns[1], place[1], sizes.middle, sizes, it.organisation)]
    parts += [_labels(columns[2], place[2], sizes.right, sizes, lambda code: it.words.t("unknown") if code == "?" else it.country(code))]
    parts += [_heads(it, sizes)]
    label = escape(
        it.words.t("Who holds which switch: each line leads from a function to the organisation that serves it, and to the countries that can command it.")
    )
    body = Markup("").join(parts)
    return Markup('<svg class="wires {name}" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">{body}</svg>').format(
        name=sizes.name, w=sizes.width, h=height, label=label, body=body
    )


def _columns(lines: list[Wire]) -> list[list[str]]:
    """Return functions as they come, then organisations and countries each beside what they serve: fewer lines cross."""
    functions = list(dict.fromkeys(line.function for line in lines))
    organisations = _beside({line.organisation: [] for line in lines}, [(line.organisation, functions.index(line.function)) for line in lines])
    pairs = [(country, organisations.index(line.organisation)) for line in lines for country in line.countries]
    return [functions, organisations, _beside({country: [] for country, _ in pairs}, pairs)]


def _beside(places: dict[str, list[int]], pairs: list[tuple[str, int]]) -> list[str]:
    for name, place in pairs:
        places[name].append(place)
    return sorted(places, key=lambda name: (sum(places[name]) / len(places[name]), name))


def _spread(index: int, count: int, height: int) -> int:
    return round((height - _TOP - 8) * (index + 0.5) / count)


def _wire(line: Wire, place: list[dict[str, int]], names: tuple[str, str], sizes: Sizes) -> Markup:
    kind = "live" if line.stops else "safe"
    first, middle = place[0][line.function], place[1][line.organisation]
    out = _curve((sizes.left + _text_width(names[0], sizes.left, sizes), first), (sizes.middle - 6, middle), kind)
    start = sizes.middle + _text_width(names[1], sizes.middle, sizes)
    for country in line.countries:
        live = line.stops and (not line.commanding or country in line.commanding)
        out += _curve((start, middle), (sizes.right - 6, place[2][country]), "live" if live else "safe")
    return out


def _text_width(text: str, x: int, sizes: Sizes) -> int:
    """Return about how wide a label is drawn; letters of the system's own font differ, so a little room is left."""
    return round(max(map(len, _lines(text, x, sizes)), default=0) * sizes.letter_width) + 8


def _curve(start: tuple[int, int], end: tuple[int, int], kind: str) -> Markup:
    bend = (start[0] + end[0]) // 2
    return Markup('<path class="{}" d="M{} {} C{} {} {} {} {} {}"/>').format(kind, *start, bend, start[1], bend, end[1], *end)


def _labels(names: Iterable[str], place: dict[str, int], x: int, sizes: Sizes, called: Callable[[str], str], anchor: str = "start") -> Markup:
    out = Markup("")
    for name in names:
        text = called(name)
        lines = _lines(text, x, sizes)
        top = place[name] + 4 - 6 * (len(lines) - 1)
        spans = Markup("").join(Markup('<tspan x="{}" y="{}">{}</tspan>').format(x, top + 12 * number, line) for number, line in enumerate(lines))
        out += Markup('<text text-anchor="{}"><title>{}</title>{}</text>').format(anchor, text, spans)
    return out


def _lines(text: str, x: int, sizes: Sizes) -> list[str]:
    """Return a label in lines that fit their column; what is too long ends in dots."""
    letters = sizes.letters(x)
    lines = wrap(text, letters)
    if len(lines) > sizes.lines:
        rest = " ".join(lines[sizes.lines - 1 :])
        lines = [*lines[: sizes.lines - 1], rest[: letters - 1].rstrip() + "…"]
    return lines


def _heads(it: Lookup, sizes: Sizes) -> Markup:
    t = it.words.t
    heads = ((sizes.left, t("You use")), (sizes.middle, t("served by")), (sizes.right, t("commanded from") if sizes is WIDE else t("law of")))
    return Markup("").join(Markup('<text class="head" x="{}" y="16">{}</text>').format(x, text) for x, text in heads)
