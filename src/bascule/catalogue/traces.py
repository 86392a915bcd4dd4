"""Fingerprints arranged for speed: names are walked label by label, prefixes and expressions tried only where they can fit."""

import re
from collections.abc import Iterable
from functools import cached_property

import msgspec

from bascule.catalogue.fingerprint import compiled, is_in, needed_word
from bascule.catalogue.sieve import Sieve, sieve
from bascule.model import Channel, Fingerprint, Match, Organisation, Service

_SHORT, _REMEMBERED = 255, 8_192
"""Candidates of the length of a host name are remembered, so many a channel: the same senders stand in thousands of domains."""


class Trace(msgspec.Struct, frozen=True, eq=False):
    """A fingerprint with whom it gives away."""

    fingerprint: Fingerprint
    service: Service
    organisation: Organisation

    @property
    def id(self) -> str:
        """How an audit quotes it."""
        return f"f:t/{self.service.id}/{self.fingerprint.channel}/{self.fingerprint.pattern}"


class _Table:
    """The traces of one channel."""

    def __init__(self) -> None:
        self.suffixes: dict[str, list[Trace]] = {}
        self.exact: dict[str, list[Trace]] = {}
        self.prefixes: dict[str, list[Trace]] = {}
        self.starts: tuple[str, ...] = ()
        self.expressions: list[Trace] = []
        self._found: dict[str, list[Trace]] = {}

    def add(self, trace: Trace) -> None:
        pattern = trace.fingerprint.pattern
        match trace.fingerprint.match:
            case Match.SUFFIX:
                self.suffixes.setdefault(pattern.lower().lstrip("."), []).append(trace)
            case Match.EXACT:
                self.exact.setdefault(pattern.lower(), []).append(trace)
            case Match.PREFIX:
                self.prefixes.setdefault(pattern.lower(), []).append(trace)
                self.starts = tuple(self.prefixes)
            case Match.REGEX:
                self.expressions.append(trace)

    def find(self, candidate: str) -> list[Trace]:
        if candidate in self._found:
            return self._found[candidate]
        text = candidate.lower()
        found = list(self.exact.get(text, ()))
        if self.suffixes:
            found += self._suffix(text)
        if self.starts and text.startswith(self.starts):
            found += [trace for start in self.starts if text.startswith(start) for trace in self.prefixes[start]]
        if self.expressions and len(candidate) > _SHORT:
            found += self._long(candidate, text)
        elif self.expressions and self._any.search(candidate):
            found += [trace for trace in self.expressions if compiled(trace.fingerprint.pattern).search(candidate)]
        if len(candidate) <= _SHORT and len(self._found) < _REMEMBERED:
            self._found[candidate] = found
        return found

    def _long(self, candidate: str, text: str) -> list[Trace]:
        """Return the expressions found in a long text: a word that each needs is looked for first, many times as fast as expressions are."""
        lower = text.replace("ſ", "s")  # Which fits an s when case is ignored.
        held = self._sieve(lower)
        return [trace for trace, word in self._words if word in held and is_in(trace.fingerprint.pattern, candidate, lower)]

    @cached_property
    def _words(self) -> list[tuple[Trace, str]]:
        return [(trace, needed_word(trace.fingerprint.pattern)) for trace in self.expressions]

    @cached_property
    def _sieve(self) -> Sieve:
        return sieve(word for _, word in self._words)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        """All expressions in one: most candidates fit none, and one search says so."""
        return re.compile("|".join(f"(?:{trace.fingerprint.pattern})" for trace in self.expressions), re.IGNORECASE)

    def _suffix(self, text: str) -> list[Trace]:
        """Return those of the longest pattern that fits; a longer name is the better informed."""
        rest = text
        while rest:
            if rest in self.suffixes:
                return self.suffixes[rest]
            _, _, rest = rest.partition(".")
        return []


class Traces:
    """All fingerprints of a catalogue, by channel."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._tables: dict[Channel, _Table] = {channel: _Table() for channel in Channel}
        self._mailboxes: set[str] = set()
        self.by_id: dict[str, Trace] = {}
        for organisation in organisations:
            for service in organisation.services:
                for fingerprint in service.fingerprints:
                    trace = Trace(fingerprint, service, organisation)
                    self._tables[fingerprint.channel].add(trace)
                    self.by_id[trace.id] = trace
                    if fingerprint.role == "mailbox" and fingerprint.strength != "weak":
                        self._mailboxes.add(service.id)

    def find(self, channel: Channel, candidate: str) -> list[Trace]:
        """Return the traces that fit a candidate (see `fingerprint.candidates`), in the catalogue's order."""
        return self._tables[channel].find(candidate)

    def all(self, channel: Channel) -> list[Trace]:
        """Return every trace of a channel, to know what to ask for."""
        table = self._tables[channel]
        groups = [*table.exact.values(), *table.suffixes.values(), *table.prefixes.values()]
        return [trace for group in groups for trace in group] + table.expressions

    def holds_mailboxes(self, service: str) -> bool:
        """Say whether the service is one that surely stores mail: a host that may only relay (weak) does not tell."""
        return service in self._mailboxes
