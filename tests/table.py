"""A resolver that answers from a table: for tests of what is made of the answers."""

from bascule.collect import Answer
from bascule.model import Outcome


class TableResolver:
    """Answers `TYPE name` from a table of records, CNAME links followed; what the table does not hold does not exist.

    Args:
        table: `"MX exemple.fr"` → records, or an `Answer` as it is.
    """

    source = "resolver table"

    def __init__(self, table: dict[str, list[str] | Answer]) -> None:
        self._table = table
        self.asked: list[str] = []

    async def ask(self, kind: str, name: str) -> Answer:
        """Return the answer of the table."""
        self.asked.append(f"{kind} {name}")
        chain: list[tuple[str, str]] = []
        while kind != "CNAME" and (link := self._table.get(f"CNAME {name}")) and isinstance(link, list):
            target = link[0].rstrip(".")
            if any(target == at for at, _ in chain):
                return Answer(Outcome.UNREACHABLE, chain=tuple(chain), code="servfail")
            chain.append((name, target))
            name = target
        found = self._table.get(f"{kind} {name}")
        if isinstance(found, Answer):
            return found
        if found:
            return Answer(Outcome.PRESENT, tuple(found), tuple(chain))
        known = any(question.endswith(f" {name}") for question in self._table)
        return Answer(Outcome.ABSENT, chain=tuple(chain), code="NOERROR" if known else "NXDOMAIN")

    async def close(self) -> None:
        """Nothing to let go."""
