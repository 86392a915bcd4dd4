"""Which of many words a long text holds: in one pass where Hyperscan is installed (the extra `fast`), else one word after the other."""

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

Sieve = Callable[[str], frozenset[str]]


def sieve(words: Iterable[str]) -> Sieve:
    """Return what tells the words that a text holds; both ways give equal sets. The empty word is in every text."""
    wanted = tuple(dict.fromkeys(words))
    try:
        return _at_once(wanted, import_module("hyperscan")) if any(wanted) else _one_by_one(wanted)
    except ImportError:
        return _one_by_one(wanted)


def _one_by_one(words: tuple[str, ...]) -> Sieve:
    return lambda text: frozenset(word for word in words if word in text)


def _at_once(words: tuple[str, ...], hyperscan: Any) -> Sieve:
    """Compile the words as literals; each is reported once."""
    named = [word for word in words if word]
    always = frozenset(words) - frozenset(named)
    database = hyperscan.Database()
    database.compile(
        expressions=[re.escape(word).encode() for word in named],
        ids=list(range(len(named))),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(named),
    )

    def held(text: str) -> frozenset[str]:
        found: set[int] = set()

        def add(number: int, *_: object) -> None:
            found.add(number)

        database.scan(text.encode("utf-8", "replace"), match_event_handler=add)
        return always | {named[number] for number in found}

    return held
