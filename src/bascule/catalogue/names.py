"""Names as people write them in lists: accents, case, makers' names and typing errors forgiven, other words not."""

import re
import unicodedata
from collections.abc import Iterable

import msgspec
from rapidfuzz import fuzz, process

from bascule.model import Function, Organisation

_SPACE = re.compile(r"[\W_]+")
_FILLERS = frozenset(
    (
        "logiciel",
        "logiciels",
        "appli",
        "application",
        "abonnement",
        "compte",
        "licence",
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "notre",
        "nos",
        "mon",
        "ma",
        "on",
        "a",
        "the",
        "our",
        "my",
        "app",
    )
)
"""Words that people write before a name."""
_LONGEST_NAME = 5
_TYPO_SCORE = 84
_TYPO_LENGTH = 5


def plain(text: str) -> str:
    """Return a name without accents, case and punctuation, words parted by one space."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return _SPACE.sub(" ", "".join(char for char in flat if not unicodedata.combining(char))).strip()


class Named(msgspec.Struct, frozen=True):
    """What a name means.

    Attributes:
        services: Ids that the name fits; several when it does not decide.
        organisation: Set when the name is that of an organisation, not of one service.
        sure: 1 as written, below when a typing error was forgiven.
    """

    services: tuple[str, ...]
    organisation: str | None
    sure: float


class Names:
    """Service and organisation names of a catalogue, and the words by which lists name a function."""

    def __init__(self, organisations: Iterable[Organisation], functions: Iterable[Function]) -> None:
        self._services: dict[str, list[str]] = {}
        self._organisations: dict[str, str] = {}
        self._functions: dict[str, str] = {}
        self._offers: dict[str, tuple[str, ...]] = {}
        self._used_for: dict[str, tuple[str, ...]] = {}
        for organisation in organisations:
            self._learn(organisation)
        for function in functions:
            for word in (function.id, *function.name.values(), *function.words):
                self._functions.setdefault(plain(word), function.id)
        self._known = {name: name.replace(" ", "") for name in {*self._services, *self._organisations}}

    def _learn(self, organisation: Organisation) -> None:
        legal = [str(fact.value) for fact in organisation.facts if fact.claim == "legal_name"]
        for name in filter(None, map(plain, (organisation.name, *organisation.aliases, *legal))):
            self._organisations.setdefault(name, organisation.id)
        self._offers[organisation.id] = tuple(service.id for service in organisation.services)
        for service in organisation.services:
            self._used_for[service.id] = service.functions
            for name in {plain(text) for text in (service.id, service.name, *service.names.values(), *service.aliases)} - {""}:
                self._services.setdefault(name, []).append(service.id)

    def function(self, words: str) -> str | None:
        """Return the function that a heading or a remark names, or None.

        >>> Names((), (Function(id="email", name={"fr": "Messagerie", "en": "E-mail"}),)).function("messagerie :")
        'email'
        """
        text = plain(words)
        if text in self._functions:
            return self._functions[text]
        close = process.extractOne(text, self._functions.keys(), scorer=fuzz.ratio, score_cutoff=_TYPO_SCORE + 4)
        return self._functions[close[0]] if close and len(text) >= _TYPO_LENGTH else None

    def find(self, label: str, function: str | None = None) -> Named | None:
        """Return what a label means, or None. The function, when known, decides between services of one name."""
        text = plain(label)
        if not text:
            return None
        exact = self._exact(text, function)
        if exact:
            return exact
        close = self._close(text)
        found = self._exact(close, function) if close else None
        return msgspec.structs.replace(found, sure=0.8) if found else None

    def exact(self, label: str) -> Named | None:
        """Return what a label means as it is written, no typing error forgiven."""
        return self._exact(text, None) if (text := plain(label)) else None

    def inside(self, phrase: str, function: str | None = None) -> Named | None:
        """Return what the first words of a phrase name (`Slate gratuit`, `logiciel Slate pour les devis`), or None.

        The longest name that begins the phrase counts, after words that people write before a name; a word further on is a remark.
        """
        words = plain(phrase).split()
        while words and words[0] in _FILLERS:
            words.pop(0)
        for count in range(min(len(words), _LONGEST_NAME), 0, -1):
            found = self._exact(" ".join(words[:count]), function)
            if found:
                return msgspec.structs.replace(found, sure=0.9)
        for count in (2, 1):
            close = self._close(" ".join(words[:count])) if len(words) > count else None
            found = self._exact(close, function) if close else None
            if found:
                return msgspec.structs.replace(found, sure=0.8)
        return None

    def _exact(self, text: str, function: str | None) -> Named | None:
        services = self._services.get(text, [])
        organisation = self._organisations.get(text)
        offers = self._offers.get(organisation, ()) if organisation else ()
        if function is not None:
            fitting = [service for service in (*services, *offers) if function in self._used_for[service]]
            if fitting:
                first = [service for service in fitting if self._used_for[service][0] == function]
                own = [service for service in first or fitting if service in services]
                return Named(tuple(dict.fromkeys(own or first or fitting)), None if own else organisation, 1.0)
        if services:
            return Named(tuple(services), None, 1.0)
        return Named(offers, organisation, 1.0) if organisation else None

    def _close(self, text: str) -> str | None:
        """Return the one known name that differs by a typing error; none when two are equally close."""
        if len(text) < _TYPO_LENGTH:
            return None
        packed = text.replace(" ", "")
        same = [name for name, short in self._known.items() if short == packed]
        if same:
            return same[0]
        best = process.extract(packed, self._known, scorer=fuzz.ratio, score_cutoff=_TYPO_SCORE, limit=2)
        if not best or (len(best) > 1 and best[0][1] == best[1][1] and self._meaning(best[0][2]) != self._meaning(best[1][2])):
            return None
        return str(best[0][2])

    def _meaning(self, name: str) -> list[str]:
        """Return the services that a name leads to, be it theirs or their only seller's."""
        return self._services.get(name) or list(self._offers.get(self._organisations.get(name, ""), ()))

    def search(self, word: str) -> list[str]:
        """Return ids of services and organisations whose names hold a word, best first, without repeats."""
        text = plain(word)
        hits = [name for name in self._known if text in name] or ([close] if (close := self._close(text)) else [])
        ids = [entry for name in sorted(hits, key=len) for entry in (*self._services.get(name, ()), self._organisations.get(name)) if entry]
        return list(dict.fromkeys(ids))
