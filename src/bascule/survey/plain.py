"""Lines of evidence as programs write them, told apart without being decoded: whose line, about what, and what it says."""

import re
from typing import NamedTuple

_LONGEST = 4096
_DAY = rb"20\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_PLAIN = re.compile(
    rb'\{"subject":"([a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+)",'
    rb'("kind":"(?:dns|asn|tls|tenant)","question":"(([A-Z]+) ([a-z0-9_.:-]+))",'
    rb'"outcome":"(?:present","value":\[[^\x00-\x1f]+\]|absent"(?:,"value":\[\])?)(?:,"code":"[A-Z]+")?),'
    rb'"source":"[^"\\\x00-\x1f\x7f-\xff]*","seen_at":"(' + _DAY + rb'T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z)"\}'
)


class Plain(NamedTuple):
    """A line that is well formed but perhaps for its value.

    Attributes:
        said: The line from its kind to its answer; what it leaves out (whose, source, time) no rule reads but to choose between two answers.
    """

    question: bytes
    said: bytes


def plain(line: bytes) -> re.Match[bytes] | None:
    """Return the parts of a plain line: subject, what it says, question, its type, its name, its time; None when it has to be decoded."""
    return _PLAIN.fullmatch(line) if len(line) < _LONGEST else None


def all_plain(lines: bytes) -> list[Plain] | None:
    """Return what the lines of a run say; None when one of them has to be decoded."""
    found: list[Plain] = []
    for line in lines[:-1].split(b"\n"):
        match = _PLAIN.fullmatch(line) if len(line) < _LONGEST else None
        if match is None:
            return None
        found.append(Plain(match[3], match[2]))
    return found
