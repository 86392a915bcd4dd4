"""Lines of evidence as programs write them, told apart without being decoded: whose line, about what, and what it says."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_LONGEST = 4096
_DAY = rb"20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_PLAIN = re.compile(
    rb'\{"subject":"([a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+)",'
    rb'("kind":"(?:dns|asn|tls|tenant)","question":"(([A-Z]+) ([a-z0-9_.:-]+))",'
    rb'"outcome":"(?:present","value":\[[^\x00-\x1f]+\]|absent"(?:,"value":\[\])?)(?:,"code":"[A-Z]+")?),'
    rb'"source":"[^"\\\x00-\x1f\x7f-\xff]*","seen_at":"' + _DAY + rb'T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z"\}'
)


class Plain(NamedTuple):
    """A line that is well formed but perhaps for its value.

    Attributes:
        number: Of the line in the input.
        said: The line from its kind to its answer; what it leaves out (whose, source, time) no rule reads but to choose between two answers.
    """

    question: bytes
    said: bytes
    number: int
    line: bytes


def plain(line: bytes) -> re.Match[bytes] | None:
    """Return the parts of a plain line: subject, what it says, question, its type, its name; None when it has to be decoded."""
    return _PLAIN.fullmatch(line) if len(line) < _LONGEST else None


def sorted_by_subject(lines: Iterable[tuple[int, bytes]]) -> tuple[dict[bytes, list[Plain]], list[tuple[int, bytes]]]:
    """Return the plain lines by subject, and the other lines."""
    found: dict[bytes, list[Plain]] = {}
    others: list[tuple[int, bytes]] = []
    for number, line in lines:
        match = plain(line)
        if match is None:
            others.append((number, line))
        else:
            subject, said, question, _, _ = match.groups()
            found.setdefault(subject, []).append(Plain(question, said, number, line))
    return found, others
