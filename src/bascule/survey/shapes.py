"""Domains of one shape: what differs in nothing but the domain's own name has the same rows, and is identified once.

The shape of a domain is what its lines say, with its name (`exemple.fr`) and its name as one label (`exemple-fr`, as some operators name
hosts after customers) replaced by signs. A rule sees such a text in three ways: as text, by the fingerprints that fit it, by what was told
about it as a host. The first is equal for equal shapes; the other two are noted when a shape is learnt, and compared each time it is met.
Where a rule would order own names among others, or a name is not ordinary, a domain is identified by itself.
"""

import copy
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
from publicsuffixlist import PSLFILE

from bascule.catalogue import Catalogue, Trace, Traces
from bascule.identify import Records, identify_one, is_registered
from bascule.model import Channel, Evidence
from bascule.read.evidence import observations
from bascule.survey.hosts import Hosts
from bascule.survey.plain import Plain
from bascule.survey.runs import Run
from bascule.survey.tables import Rows, rows_of

_OWN, _LABEL = "\x01", "\x02"
_KEPT, _MET, _VARIANTS = 16_384, 65_536, 4
_LONGEST_NAME, _LONGEST_LABEL, _LONGEST_WORD = 32, 20, 120
"""With signs in place of names: no label and no name becomes too long when a name of the longest takes their place (RFC 1035, 2.3.4)."""
_NONE: list[Trace] = []
_INSIDE = re.compile(rb'\x01(?:(?<![ ".:=@/]\x01)|(?!\.?[ "/;,:]))')
"""An own name that is part of a longer one: `exemple.fr` in `contrexemple.fr` or `exemple.fr.relay.example`."""
_BELOW = re.compile(r"(?:A|AAAA|CNAME) (?!(?:www|autodiscover|autoconfig)\.\x01$)(?!_)(?!.*\._)(.+)\.\x01")
_WORD = re.compile(r"[a-z0-9_.\x01\x02-]+")


class Domain(msgspec.Struct, frozen=True):
    """A domain's name, and its name as one label; texts with signs in their place, and back."""

    own: str
    label: str

    def signed(self, text: str) -> str:
        """Return a text with signs for the names."""
        return text.replace(self.own, _OWN).replace(self.label, _LABEL)

    def named(self, text: str) -> str:
        """Return a text with the names for the signs."""
        return text.replace(_OWN, self.own).replace(_LABEL, self.label)


class _Learnt(msgspec.Struct, frozen=True):
    """What a shape means, and the answers and fingerprints that must be equal for it to mean that of another domain."""

    answers: tuple[tuple[str, str | None], ...]
    traces: tuple[tuple[Channel, str, list[Trace]], ...]
    rows: Rows


class _Noting(Traces):
    """The fingerprints, which note what they are asked about."""

    def __init__(self, traces: Traces) -> None:
        self.__dict__.update(traces.__dict__)
        self.noted: dict[tuple[Channel, str], list[Trace]] = {}

    def find(self, channel: Channel, candidate: str) -> list[Trace]:
        """Return the traces that fit, as ever."""
        found = self.noted[channel, candidate] = super().find(channel, candidate)
        return found


class Shapes:
    """The shapes met so far, with the rows of those that were met twice; bounded."""

    def __init__(self, catalogue: Catalogue, on: date, hosts: Hosts) -> None:
        self._traces, self._hosts, self._on = catalogue.traces, hosts, on
        self._noting = copy.copy(catalogue)
        self._met: set[bytes] = set()
        self._learnt: dict[bytes, tuple[_Learnt, ...] | None] = {}
        self._same: dict[object, Any] = {}

    def rows(self, name: bytes, lines: list[Plain], told: list[Run]) -> Rows | None:
        """Return the rows of a domain about which all lines are given; None when it has to be identified by itself."""
        domain = Domain(name.decode(), name.decode().replace(".", "-"))
        shape = self._shape(domain, name, lines)
        if shape is None:
            return None
        key = blake2b(shape, digest_size=16).digest()
        known = self._learnt.get(key, ())
        for one in known or ():
            if self._fits(one, domain):
                return _named(one.rows, domain)
        if key not in self._met:
            self._met.add(key)
            if len(self._met) > _MET:
                self._met.clear()
        elif known is not None and len(known) < _VARIANTS:
            return self._learn(key, domain, told)
        return None

    def _shape(self, domain: Domain, name: bytes, lines: list[Plain]) -> bytes | None:
        """Return what the lines say with signs for the names; None when there is more to it than these."""
        if len(name) > _LONGEST_NAME or not is_registered(domain.own) or self._hosts.others_tell(name) or _in_a_suffix(domain.label):
            return None
        lines.sort(key=itemgetter(0))
        text, label = b"\n".join([line.said for line in lines]), domain.label.encode()
        if not text.isascii() or b"\\" in text or len({line.question for line in lines}) < len(lines):
            return None
        shape = text.replace(name, b"\x01").replace(label, b"\x02")
        lower = shape.lower()
        return None if name in lower or label in lower or _INSIDE.search(shape) else shape

    def _fits(self, one: _Learnt, domain: Domain) -> bool:
        """Say whether hosts and fingerprints tell of this domain what they told of the one that a shape was learnt from."""
        for question, answer in one.answers:
            if _signed(self._hosts.answer(domain.named(question)), domain) != answer:
                return False
        return all(self._traces.find(channel, domain.named(candidate)) == found for channel, candidate, found in one.traces)

    def _learn(self, key: bytes, domain: Domain, told: list[Run]) -> Rows | None:
        """Identify a domain with an eye on what the rules look at, keep its rows under its shape and return them."""
        lines = sorted(line for run in told for line in run.numbered())
        evidence = [item for item in observations(Path(), ((max(2, number), line) for number, line in lines)) if isinstance(item, Evidence)]
        if len(evidence) < len(lines):
            return None
        asked: dict[str, Evidence | None] = {}
        noting = self._noting.__dict__["traces"] = _Noting(self._traces)

        def beyond(question: str) -> Evidence | None:
            found = asked[question] = self._hosts.answer(question)
            return found

        records = Records(evidence, beyond, domain.own)
        try:
            rows = rows_of(identify_one(domain.own, records, self._noting, self._on))
        except Exception:
            return None  # met again where it is written down
        self._learnt[key] = (
            (
                *(self._learnt.get(key) or ()),
                _Learnt(
                    tuple((signed, _signed(item, domain)) for question, item in asked.items() if (signed := domain.signed(question)) != question),
                    tuple((channel, signed, found or _NONE) for (channel, text), found in noting.noted.items() if (signed := domain.signed(text)) != text),
                    self._shared(_signed_rows(rows, domain)),
                ),
            )
            if _independent(domain, evidence, records, rows)
            else None
        )
        if len(self._learnt) > _KEPT:
            del self._learnt[next(iter(self._learnt))]
        return rows

    def _shared(self, rows: Rows) -> Rows:
        """Return the rows with those that other shapes have too held once."""
        if len(self._same) > _KEPT:
            self._same.clear()
        return Rows(tuple(self._same.setdefault(row, row) for row in rows.dependencies), rows.unknowns)


def _signed(item: Evidence | None, domain: Domain) -> str | None:
    return None if item is None else domain.signed(f"{item.kind} {item.outcome} {msgspec.json.encode(item.value).decode()}")


def _signed_rows(rows: Rows, domain: Domain) -> Rows:
    return Rows(rows.dependencies, tuple((function, role, domain.signed(seen), domain.signed(ask)) for function, role, seen, ask in rows.unknowns))


def _named(rows: Rows, domain: Domain) -> Rows:
    if not rows.unknowns:
        return rows
    return Rows(rows.dependencies, tuple((function, role, domain.named(seen), domain.named(ask)) for function, role, seen, ask in rows.unknowns))


def _independent(domain: Domain, evidence: Iterable[Evidence], records: Records, rows: Rows) -> bool:
    """Say whether no rule orders own names among others here, no name can become too long, and no row is about an own name but by itself."""
    exchangers = [value.split() for value in records.values(f"MX {domain.own}")]
    ranks = {pair[0] for pair in exchangers if len(pair) == 2}
    signed = domain.signed("\n".join(f"{item.question}\n{msgspec.json.encode(item.value).decode()}" for item in evidence))
    below = {match[1] for line in signed.split("\n") if (match := _BELOW.fullmatch(line))}
    words = [word for word in _WORD.findall(signed) if _OWN in word or _LABEL in word]
    places = [(function, role) for function, role, _, _ in rows.unknowns]
    return (
        len(ranks) == len(exchangers)
        and len(below) <= 1
        and not any(_LABEL in label for label in below)
        and all(len(word) <= _LONGEST_WORD for word in words)
        and all(len(part) <= _LONGEST_LABEL for word in words for part in word.split(".") if _LABEL in part)
        and not any(isinstance(value, str) and domain.signed(value) != value for row in rows.dependencies for value in row)
        and len(set(places)) == len(places)
    )


def _in_a_suffix(label: str) -> bool:
    """Say whether a label with a hyphen stands within a label of the public suffix list: a host that holds one of these is no ordinary name."""
    text, around = _hyphened()
    at = label.index("-")
    return label[max(0, at - 2) : at + 3] in around and label in text


@lru_cache(maxsize=1)
def _hyphened() -> tuple[str, frozenset[str]]:
    """Return the labels with a hyphen of the public suffix list, in one text, and what stands around hyphens there, up to two characters a side."""
    rules = (line.split(" ")[0].lower() for line in Path(PSLFILE).read_text("utf-8").splitlines())
    text = " ".join(sorted({label for rule in rules if not rule.startswith("//") for label in rule.split(".") if "-" in label}))
    hyphens = [at for at, sign in enumerate(text) if sign == "-"]
    return text, frozenset(text[max(0, at - before) : at + 1 + after] for at in hyphens for before in range(3) for after in range(3))
