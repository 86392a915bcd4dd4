"""One side of a comparison: the answers that count, and what they were identified as."""

from collections.abc import Iterable

from bascule.model import Dependency, Evidence, Kind, Outcome, evidence_id, later

Key = tuple[str, str]
"""Subject and question."""


class Side:
    """The answers of one time, by subject and question, with the dependencies that the caller identified in them."""

    def __init__(self, evidence: Iterable[Evidence], dependencies: Iterable[Dependency] = ()) -> None:
        self.answers: dict[Key, Evidence] = {}
        self._by_id: dict[str, Evidence] = {}
        self._at: dict[str, list[Key]] = {}
        for item in evidence:
            key = (item.subject, item.question)
            self.answers[key] = later(self.answers.get(key), item)
            self._by_id[evidence_id(item)] = item
        for key, item in self.answers.items():
            for address in records_of(item) if key[1].startswith(("A ", "AAAA ")) else ():
                self._at.setdefault(address, []).append(key)
        self.dependencies = tuple(dependencies)

    def answer(self, key: Key) -> Evidence | None:
        """Return an answer that came, present or absent; None when it did not, was not asked, or was not kept whole."""
        item = self.answers.get(key)
        return None if item is None or item.outcome is Outcome.UNREACHABLE or _cut(item) else item

    def proofs(self, row: Dependency) -> list[Evidence]:
        """Return the observations that a row rests on, as far as they are at hand."""
        return [item for name in row.evidence if (item := self._by_id.get(name))]

    def questions_at(self, address: str) -> list[Key]:
        """Return the questions that were answered with an address."""
        return self._at.get(address, [])


def records_of(item: Evidence) -> list[str]:
    """Return the records of a present answer as text."""
    if item.outcome is not Outcome.PRESENT or not isinstance(item.value, list):
        return []
    return [value for value in item.value if isinstance(value, str)]


def _cut(item: Evidence) -> bool:
    """Say whether an audit kept a page without its body: nothing can be missed in it."""
    return item.kind is Kind.HTTP and isinstance(item.value, dict) and bool(item.value.get("truncated")) and not item.value.get("body")
