"""Thirty days in ten seconds, on a terminal: the functions of a firm go out one by one, each with what proves it."""

import time
from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from bascule.model import Cutoff, FunctionState, IfCut
from bascule.report import sentences
from bascule.report.html import effect
from bascule.report.lookup import MONTH, Lookup
from bascule.report.seen import observation

SECONDS = 10.0
_FRAMES = 20
_LIT, _OUT, _HALF = "●", "○", "◐"


def play_out(it: Lookup, cut: Cutoff, console: Console, *, moving: bool, sleep: Callable[[float], None] = time.sleep) -> None:
    """Play a cut-off when the terminal can move, then print its final state with the chain of each function."""
    console.print(Text(sentences.question(cut, it), style="bold"))
    if moving:
        frames = int(SECONDS * _FRAMES)
        with Live(frame(it, cut, 0), console=console, refresh_per_second=_FRAMES, transient=True) as live:
            for number in range(frames + 1):
                live.update(frame(it, cut, round(MONTH * number / frames) - (number == 0)))
                sleep(SECONDS / frames)
    console.print(frame(it, cut, MONTH))
    console.print(Text(sentences.headline(cut, it), style="bold"))
    console.print(_chains(it, cut))


def frame(it: Lookup, cut: Cutoff, hours: int) -> RenderableType:
    """Return the lamps as they stand after so many hours."""
    day = max(0, -(-hours // 24))
    width = 30
    clock = Text.assemble((it.words.t("Day {day}", day=day).ljust(8), "bold"), ("━" * day, "red"), ("━" * (width - day), "dim"))
    return Group(clock, Text(), *(_lamp(it, state, hours) for state in ordered(cut)), Text())


def ordered(cut: Cutoff) -> list[FunctionState]:
    """Return functions in the order in which they go out; those that go on come last."""
    rank = {IfCut.STOPS: 0, IfCut.DEGRADES: 1, IfCut.NO_UPDATE: 2}
    return sorted(cut.functions, key=lambda state: (3, 0, False) if state.effect is None else (rank[state.effect], state.after_hours or 0, not state.critical))


def _lamp(it: Lookup, state: FunctionState, hours: int) -> Text:
    tools = it.words.listed(it.tools(state.function))
    name = it.function(state.function)
    gone = state.effect is not None and (state.after_hours or 0) <= hours
    if not gone:
        return Text.assemble((f"  {_LIT} ", "yellow"), (name.ljust(30), "bold"), (tools, "dim"))
    stops = state.effect is IfCut.STOPS
    colour = "red" if stops else "yellow"
    return Text.assemble(
        (f"  {_OUT if stops else _HALF} ", colour),
        (name.ljust(30), f"{colour} strike" if stops else colour),
        (f"{effect(state, it)}  ", colour),
        (tools, "dim"),
    )


def _chains(it: Lookup, cut: Cutoff) -> RenderableType:
    lines: list[Text] = []
    for state in ordered(cut):
        hits = it.hits(cut, state)
        if state.effect is None or not hits:
            continue
        lines.append(Text.assemble((f"\n{it.function(state.function)} ", "bold"), effect(state, it)))
        for number, name in enumerate(hits[0].chain):
            lines.append(Text(f"  {'└' if number == len(hits[0].chain) - 1 else '├'} {link(it, name)}", style="dim"))
    return Group(*lines)


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
