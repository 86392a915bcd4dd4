"""Thirty days in ten seconds, on a terminal: the functions of a firm go out one by one, each with what proves it."""

import time
from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bascule.model import Cutoff, FunctionState, IfCut
from bascule.report import sentences
from bascule.report.lookup import MONTH, Lookup, ordered
from bascule.report.seen import observation
from bascule.report.sentences import effect

SECONDS = 10.0
_FRAMES = 20
_FIRST_HOUR = 0.35
"""The share of the play in which what stops at once goes out, one lamp after the other: all in one frame nobody would see."""
_LIT, _OUT, _HALF = "●", "○", "◐"


def play_out(it: Lookup, cut: Cutoff, console: Console, *, moving: bool, sleep: Callable[[float], None] = time.sleep) -> None:
    """Play a cut-off when the terminal can move, then print its final state with the chain of each function."""
    console.print(Text(sentences.question(cut, it), style="bold"))
    if moving:
        frames = int(SECONDS * _FRAMES)
        with Live(frame(it, cut, -1), console=console, refresh_per_second=_FRAMES, transient=True) as live:
            for number in range(1, frames + 1):
                live.update(_at(it, cut, number / frames))
                sleep(SECONDS / frames)
    console.print(_chains(it, cut))
    console.print(frame(it, cut, MONTH))
    console.print(Text(sentences.headline(cut, it), style="bold"))


def _at(it: Lookup, cut: Cutoff, share: float) -> RenderableType:
    """Return the lamps after a share of the play, from 0 to 1."""
    at_once = [state.function for state in ordered(cut) if state.effect is not None and state.after_hours == 0]
    waiting = at_once[int(len(at_once) * share / _FIRST_HOUR) :]
    hours = round(MONTH * max(0.0, share - _FIRST_HOUR) / (1 - _FIRST_HOUR))
    return frame(it, cut, hours, frozenset(waiting))


def frame(it: Lookup, cut: Cutoff, hours: int, waiting: frozenset[str] = frozenset()) -> RenderableType:
    """Return the lamps as they stand after so many hours; those that still wait for their turn are lit."""
    day = max(0, -(-hours // 24))
    width = 30
    clock = Text.assemble((it.words.t("Day {day}", day=day).ljust(8), "bold"), ("━" * day, "red"), ("━" * (width - day), "dim"))
    lamps = Table.grid(padding=(0, 2, 0, 0))
    for state in ordered(cut):
        lamps.add_row(*_lamp(it, state, -1 if state.function in waiting else hours))
    return Group(clock, Text(), lamps, Text())


def _lamp(it: Lookup, state: FunctionState, hours: int) -> tuple[Text, Text, Text, Text]:
    """Return sign, function, what becomes of it, and its tools."""
    tools = Text(it.words.listed(it.tools(state.function)), "dim", overflow="ellipsis", no_wrap=True)
    name = it.function(state.function)
    if state.weaker_after_hours is not None and state.weaker_after_hours <= hours < (state.after_hours or 0):
        return Text(f"  {_HALF}", "yellow"), Text(name, "yellow"), Text(effect(state, it), "yellow"), tools
    if state.effect is None or (state.after_hours or 0) > hours:
        later = effect(state, it) if state.effect is not None and hours >= MONTH else ""
        return Text(f"  {_LIT}", "yellow"), Text(name, "bold"), Text(later, "dim"), tools
    stops = state.effect is IfCut.STOPS
    colour = "red" if stops else "yellow"
    return Text(f"  {_OUT if stops else _HALF}", colour), Text(name, f"{colour} strike" if stops else colour), Text(effect(state, it), colour), tools


def _chains(it: Lookup, cut: Cutoff) -> RenderableType:
    """Return, for each function that changes, what leads to it: one link a line, long ones indented."""
    table = Table.grid(padding=(0, 1, 0, 0))
    cited = it.laws(cut)
    if cited:
        table.add_row("", it.words.t("By which laws:"))
    for law in cited:
        table.add_row("", Text(link(it, law.id), style="dim", overflow="fold"))
    for state in ordered(cut):
        hits = it.hits(cut, state)
        if state.effect is None or not hits:
            continue
        table.add_row("", "")
        table.add_row("", Text.assemble((f"{it.function(state.function)} ", "bold"), effect(state, it)))
        chain = [name for name in hits[0].chain if not name.startswith("f:l/")]
        for number, name in enumerate(chain):
            table.add_row("└" if number == len(chain) - 1 else "├", Text(link(it, name), style="dim", overflow="fold"))
    return table


def link(it: Lookup, name: str) -> str:
    """Return one link of a chain with its source, as one line of text."""
    if name in it.facts:
        cited = it.facts[name]
        day = it.words.t("read on {day}", day=it.words.day(cited.read_on))
        return f"{sentences.fact(cited, it)} — {cited.source} ({day})"
    if name in it.evidence:
        item = it.evidence[name]
        return f"{observation(item, it)} ({item.source}, {it.words.day(item.seen_at.date())})"
    row = it.rows[name]
    return it.words.t("your {function}: {tool}", function=it.function(row.function), tool=it.title(row))
