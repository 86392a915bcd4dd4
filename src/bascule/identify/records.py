"""Evidence arranged to be read: the answer that counts for each question, and the subjects that were asked about."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from bascule.catalogue import host
from bascule.model import FIRM, Evidence, Kind, Outcome, later

_PLACE_ONLY = ("A ", "AAAA ", "CNAME ", "ASN ")
_AT_A_NAME = ("A", "AAAA", "CNAME", "TXT")
_MAX_LINKS = 10
_LABEL = re.compile(r"^[a-z0-9_-]{1,63}$")


@lru_cache(maxsize=2)
def _suffixes(encoded: bool) -> PublicSuffixList:
    """Return the list; with the A-labels of its other scripts only when a name holds some, since these take most of the time."""
    return PublicSuffixList(accept_encoded_idn=encoded)


@lru_cache(maxsize=16_384)
def registrable(name: str) -> str:
    """Return the registrable domain of a host by the public suffix list, or the name itself where there is none."""
    above, _, last = name.rpartition(".")
    tail = f"{above.rpartition('.')[2]}.{last}"
    if not _SIMPLE.fullmatch(name):
        return str(_suffixes("xn--" in name).privatesuffix(name) or name)
    return _by_rules(name) if last in _ruled() or tail in _ruled() else tail


_SIMPLE = re.compile(r"(?!.*xn--)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")


def _by_rules(name: str) -> str:
    """Return the registrable domain of a plain name, as the library finds it, but several times as fast: by the longest rule that fits."""
    rules, before, here = _rules(), "", name
    while here:
        rest = here.partition(".")[2]
        if f"!{here}" in rules:
            return here
        if here in rules or f"*.{rest}" in rules:
            return f"{before}.{here}" if before else name
        before, _, here = here.partition(".")
    return ".".join(name.rsplit(".", 2)[-2:])


@lru_cache(maxsize=1)
def _rules() -> frozenset[str]:
    """Return the rules of the list; the name below which all names are endings is one too."""
    # The library has no public way to its rules, and this room reads no files.
    rules = _suffixes(False)._publicsuffix
    return frozenset((*rules, *(rule.removeprefix("*.") for rule in rules)))


@lru_cache(maxsize=1)
def _ruled() -> frozenset[str]:
    """Return what the list has rules of several labels about: these endings and all names above them, and single labels where all below are endings.

    Below any other name the last two labels are what is registered, and the list need not be walked.
    """
    found: set[str] = set()
    for rule in _rules():
        if "." in rule:
            name = rule.removeprefix("!").removeprefix("*.")
            found.add(name)
            while "." in (name := name.partition(".")[2]):
                found.add(name)
    return frozenset(found)


def is_registered(name: str) -> bool:
    """Say whether a name is a registrable domain below which the public suffix list knows no other."""
    return registrable(name) == name and name not in _ruled()


def has_known_ending(name: str) -> bool:
    """Say whether a host stands under an ending of the public suffix list; `compta.xml` does not."""
    return _suffixes("xn--" in name).publicsuffix(name, accept_unknown=False) is not None


def endings(domain: str) -> tuple[str, ...]:
    """Return how the questions end that are about a domain and what is below it; mail servers are asked for certificates at their port."""
    return f" {domain}", f".{domain}", f" {domain}:25", f".{domain}:25"


class _Answers(dict[str, Evidence | None]):
    """Answers at hand, and those that lie beyond: these count where there are any, since they were chosen among all.

    About names that end in one of `ends` all is at hand. What was looked for once is kept, found or not.
    """

    def __init__(self, own: dict[str, Evidence], beyond: Callable[[str], Evidence | None] | None, ends: tuple[str, ...]) -> None:
        super().__init__(own if beyond is None else {question: item for question, item in own.items() if question.endswith(ends)} if ends else {})
        self._own, self._beyond, self._ends = own, beyond, ends

    def __missing__(self, question: str) -> Evidence | None:
        near = self._beyond is None or question.endswith(self._ends)
        found = self[question] = self._own.get(question) if near or self._beyond is None else self._beyond(question) or self._own.get(question)
        return found


class Records:
    """All answers at hand. A later answer to the same question counts; one that did not come never hides one that did."""

    def __init__(self, evidence: Iterable[Evidence], beyond: Callable[[str], Evidence | None] | None = None, complete: str = "") -> None:
        """Arrange the evidence; `beyond` answers for hosts about which other evidence says more, but not for names of the domain `complete`."""
        answers: dict[str, Evidence] = {}
        self._networks: dict[str, list[tuple[int, str | None, Evidence]]] = {}
        self.of: dict[str, list[Evidence]] = {}
        own: dict[tuple[str, str], Evidence] = {}
        for item in evidence:
            key = (item.subject, item.question)
            own[key] = later(own.get(key), item)
            answers[item.question] = later(answers.get(item.question), item)
        for (subject, _), item in own.items():
            self.of.setdefault(subject, []).append(item)
        for items in self.of.values():
            items.sort(key=lambda item: item.question)
        self._answers = _Answers(answers, beyond, endings(complete) if complete else ())
        self._names = {question.partition(" ")[2] for question in answers}
        self._near = "" if beyond is None else f".{complete}" if complete else None
        self._asked: dict[str, bool] = {}
        self._chains: dict[str, list[str]] = {}

    def _silent(self, name: str) -> bool:
        """Say whether it is sure, without asking further, that nobody asked anything about a name."""
        return self._near is not None and name not in self._names and f".{name}".endswith(self._near)

    @property
    def subjects(self) -> list[str]:
        """Names that somebody asked about, in alphabetical order; a host that was only looked up on the way is none."""
        return sorted(name for name, items in self.of.items() if name != FIRM and any(not item.question.startswith(_PLACE_ONLY) for item in items))

    def answer(self, question: str) -> Evidence | None:
        """Return what counts for a question; None when it was not asked."""
        return self._answers[question]

    def asked(self, name: str) -> bool:
        """Say whether somebody asked what stands at a name."""
        found = self._asked.get(name)
        if found is None:
            found = self._asked[name] = not self._silent(name) and any(self._answers[f"{kind} {name}"] is not None for kind in _AT_A_NAME)
        return found

    def unanswered(self, name: str) -> bool:
        """Say whether questions about a name went without an answer, and none brought a record."""
        found = {item.outcome for kind in _AT_A_NAME if (item := self._answers[f"{kind} {name}"])}
        return Outcome.UNREACHABLE in found and Outcome.PRESENT not in found

    def values(self, question: str) -> list[str]:
        """Return the records of a present answer as text, else nothing."""
        item = self._answers[question]
        if item is None or item.outcome is not Outcome.PRESENT or not isinstance(item.value, list):
            return []
        return [value for value in item.value if isinstance(value, str)]

    def absent(self, question: str) -> bool:
        """Say whether the question was answered, and by nothing."""
        item = self._answers[question]
        return item is not None and item.outcome is Outcome.ABSENT

    def links(self, name: str) -> list[str]:
        """Return the host itself and the CNAME targets it leads to, in order; a loop ends the chain."""
        found = self._chains.get(name)
        if found is None:
            found = self._chains[name] = [name] if self._silent(name) else self._find_links(name)
        return found

    def _find_links(self, name: str) -> list[str]:
        chain = [name]
        while len(chain) <= _MAX_LINKS:
            targets = self.values(f"CNAME {chain[-1]}")
            target = host(targets[0]) if targets else ""
            if not target or target in chain:
                break
            chain.append(target)
        return chain

    def networks(self, name: str) -> list[tuple[int, str | None, Evidence]]:
        """Return (network number, country of the network, evidence) for a host, through its addresses or as harvested."""
        found = self._networks.get(name)
        if found is None:
            found = self._networks[name] = [] if self._silent(name) else self._find_networks(name)
        return found

    def _find_networks(self, name: str) -> list[tuple[int, str | None, Evidence]]:
        last = self.links(name)[-1]
        addresses = [address for kind in ("A", "AAAA") for address in self.values(f"{kind} {last}")]
        questions = [f"ASN {name}", f"ASN {last}", *(f"ASN {address}" for address in addresses if _is_address(address))]
        found = [item for question in dict.fromkeys(questions) if (item := self._answers[question]) and item.outcome is Outcome.PRESENT]
        return [(number, _country(row), item) for item in found for row in _rows(item) if isinstance(number := row["asn"], int)]


def _rows(item: Evidence) -> list[dict[str, object]]:
    rows = item.value if isinstance(item.value, list) else []
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("asn"), int)]


def _country(row: dict[str, object]) -> str | None:
    country = row.get("country")
    return country if isinstance(country, str) and re.fullmatch(r"[A-Z]{2}", country) else None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_name(text: str) -> bool:
    """Say whether a text is a host name that may stand in an id: labels of letters, digits, hyphens."""
    return 0 < len(text) <= 253 and "." in text and all(_LABEL.match(label) for label in text.split("."))


def belongs(name: str, subject: str) -> bool:
    """Say whether a host is the subject's own: the name itself, below it, or in the same registrable domain."""
    return name == subject or name.endswith("." + subject) or registrable(name) == registrable(subject)


def operator(name: str) -> str:
    """Return the id of an operator known by its domain only."""
    return f"domain:{registrable(name)}"


def kind_of(items: Iterable[Evidence], kind: Kind) -> list[Evidence]:
    """Return the present answers of one kind, in the order given."""
    return [item for item in items if item.kind is kind and item.outcome is Outcome.PRESENT]
