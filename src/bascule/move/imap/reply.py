"""How a command to an IMAP server ended, and what was answered before."""

import re
from collections.abc import Iterator

import msgspec

from bascule.move.imap.syntax import pairs, parse
from bascule.move.imap.wire import Answer

_FETCH = re.compile(rb"\d+ FETCH ", re.IGNORECASE)
_EXISTS = re.compile(rb"\d{1,19} EXISTS", re.IGNORECASE)


class Refused(msgspec.Struct, frozen=True):
    """The server said no.

    Attributes:
        code: What stands between brackets, in capitals (`OVERQUOTA`); "" without.
        said: Its words.
    """

    code: str
    said: str


class Reply(msgspec.Struct, frozen=True):
    """How a command ended: its code (`APPENDUID …`), and what was answered before."""

    code: bytes
    argument: bytes
    answers: list[Answer]
    refused: Refused | None = None

    def lists(self, name: bytes) -> Iterator[list[object]]:
        """Yield the values after the name of each answer `* NAME …`."""
        for answer in self.answers:
            if answer.text[: len(name)].upper() == name:
                yield parse(answer.parts)[1:]

    def tables(self, name: bytes) -> Iterator[dict[bytes, object]]:
        """Yield the names and values of each answer `* NAME … (name value …)`."""
        for values in self.lists(name):
            yield pairs(values[-1] if values else None)

    def told(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield each code of the answers `* OK [CODE value]`, in capitals, with its value."""
        for answer in self.answers:
            if answer.text[:4].upper() == b"OK [":
                word, _, value = answer.text[4:].partition(b"]")[0].partition(b" ")
                yield word.upper(), value

    @property
    def count(self) -> int | None:
        """How many messages the folder has by `* number EXISTS`; None when it is not said."""
        return next((int(answer.text.split()[0]) for answer in self.answers if _EXISTS.match(answer.text)), None)

    def fetched(self) -> Iterator[dict[bytes, object]]:
        """Yield the names and values of each answer `* number FETCH (…)`."""
        for answer in self.answers:
            if _FETCH.match(answer.text):
                yield fetched(answer)


def fetched(answer: Answer) -> dict[bytes, object]:
    """Return what an answer `* number FETCH (…)` tells, by name in capitals; empty for any other answer."""
    if not _FETCH.match(answer.text):
        return {}
    values = parse(answer.parts)
    return pairs(values[2] if len(values) > 2 else None)
