"""An audit with its ids resolved: what the forms of the report share."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from bascule.catalogue import Catalogue
from bascule.model import FIRM, NOBODY, SELF, Audit, Candidate, Cited, Cutoff, Dependency, Evidence, Exposure, FunctionState, Hit, IfCut, Kind
from bascule.report.words import Words

DAY, MONTH = 24, 720
_BEHIND = ("sender", "tenant", "infrastructure")
_PROBABLE = 0.7
"""Below this a tool that the firm's own papers name is told as probable."""


def operator_name(name: str, catalogue: Catalogue, words: Words) -> str:
    """Return the name of an organisation; of one that the catalogue does not hold, its domain or its network's number."""
    if name in (SELF, NOBODY):
        return words.t("yourselves") if name == SELF else words.t("nobody")
    if entry := catalogue.organisations.get(name):
        return entry.name
    kind, _, rest = name.partition(":")
    return words.t("network no. {number}", number=rest) if kind == "as" else rest or name


def role_words(words: Words) -> dict[str, str]:
    """Return how each role is called, in the order in which people are shown them."""
    t = words.t
    return {
        "mailbox": t("mailboxes"),
        "gateway": t("incoming mail filter"),
        "operator": t("provider"),
        "software": t("software"),
        "host": t("site host"),
        "cdn": t("relay in front of the site"),
        "registrar": t("registrar"),
        "dns": t("name servers"),
        "certificate": t("certificate authority"),
        "infrastructure": t("machines of the mail server"),
        "tenant": t("accounts"),
        "sender": t("may send mail in your name"),
        "third-party": t("called by your pages"),
    }


class Lookup:
    """Names and elements of one audit, in one language."""

    def __init__(self, audit: Audit, catalogue: Catalogue, words: Words) -> None:
        self.audit, self.catalogue, self.words = audit, catalogue, words

    @cached_property
    def rows(self) -> dict[str, Dependency]:
        """Dependencies by id."""
        return {row.id: row for row in self.audit.dependencies}

    @cached_property
    def facts(self) -> dict[str, Cited]:
        """Quoted facts by id."""
        return {fact.id: fact for fact in self.audit.facts}

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        """Observations by id."""
        return {item.id: item for item in self.audit.evidence if item.id}

    @cached_property
    def exposure(self) -> dict[str, Exposure]:
        """Exposure by dependency id."""
        return {item.dependency: item for item in self.audit.exposure}

    @cached_property
    def candidates(self) -> dict[str, list[Candidate]]:
        """Alternatives by dependency id, in the order of the audit."""
        found: dict[str, list[Candidate]] = {}
        for candidate in self.audit.alternatives:
            found.setdefault(candidate.dependency, []).append(candidate)
        return found

    @cached_property
    def functions(self) -> list[str]:
        """Functions that the firm has, in the catalogue's order."""
        used = {row.function for row in self.audit.dependencies}
        return [name for name in self.catalogue.functions if name in used] + sorted(used - set(self.catalogue.functions))

    def rows_of(self, function: str) -> list[Dependency]:
        """Return the dependencies of a function, the carrying roles first."""
        order = list(self.words_of_roles)
        return sorted((row for row in self.audit.dependencies if row.function == function), key=lambda row: (order.index(row.role), row.subject, row.id))

    def parted(self, function: str) -> tuple[list[Dependency], list[Dependency]]:
        """Return the rows that carry a function, and those behind it (senders, accounts, machines); all of them when none carries it."""
        rows = self.rows_of(function)
        behind = [row for row in rows if row.role in _BEHIND]
        return (rows, []) if len(behind) == len(rows) else ([row for row in rows if row.role not in _BEHIND], behind)

    @cached_property
    def words_of_roles(self) -> dict[str, str]:
        """How each role is called, in the order in which people are shown them."""
        return role_words(self.words)

    @cached_property
    def words_of_status(self) -> dict[str, str]:
        """How each status is called."""
        return {"in-use": self.words.t("seen in use"), "configured": self.words.t("set up once"), "declared": self.words.t("named by you")}

    def function(self, name: str) -> str:
        """Return the name of a function."""
        entry = self.catalogue.functions.get(name)
        return self.words.pick(entry.name) if entry else self.words.t("Other")

    def service(self, name: str) -> str:
        """Return the name of a service."""
        entry = self.catalogue.services.get(name)
        return entry.names.get(self.words.language, entry.name) if entry else name

    def hits(self, cut: Cutoff, state: FunctionState) -> list[Hit]:
        """Return the hits that decide what becomes of a function, the carrying roles first."""
        order = list(self.words_of_roles)
        found = [hit for hit in (*cut.stops, *cut.degrades) if hit.dependency in state.because]
        return sorted(found, key=lambda hit: (order.index(self.rows[hit.dependency].role), hit.after_hours, hit.dependency))

    def short(self, row: Dependency) -> str:
        """Return how a dependency is called in a list: without what stands in brackets or after a stroke."""
        return re.split(r" \(| / ", self.title(row))[0]

    def tools(self, function: str) -> list[str]:
        """Return the first three tools that carry a function, without repeats."""
        rows = [row for row in self.rows_of(function) if row.organisation != NOBODY]
        return list(dict.fromkeys(self.short(row) for row in rows))[:3]

    def organisation(self, name: str) -> str:
        """Return the name of an organisation, in plain words when the catalogue does not hold it."""
        kind, _, number = name.partition(":")
        called = self._networks.get(number) if kind == "as" else None
        return self.words.t("{name} (network no. {number})", name=called, number=number) if called else operator_name(name, self.catalogue, self.words)

    @cached_property
    def _networks(self) -> dict[str, str]:
        """Names of networks by number, as the observations tell them."""
        rows = [row for item in self.audit.evidence if item.kind is Kind.ASN and isinstance(item.value, list) for row in item.value]
        return {str(row["asn"]): str(row["name"]) for row in rows if isinstance(row, dict) and row.get("asn") and row.get("name")}

    def country(self, code: str) -> str:
        """Return the name of a country."""
        entry = self.catalogue.jurisdictions.get(code)
        return self.words.pick(entry.name) if entry else code

    def countries(self, codes: Iterable[str]) -> str:
        """Return names of countries in a list, or that none is known."""
        names = [self.country(code) for code in codes]
        return self.words.listed(names) if names else self.words.t("country unknown")

    def title(self, row: Dependency) -> str:
        """Return how a dependency is called: its service, else its organisation."""
        if row.organisation == NOBODY:
            return self.words.t("no mail at {domain}", domain=row.subject)
        if row.organisation == SELF and not row.service:
            return self.words.t("run by yourselves")
        return self.service(row.service) if row.service else self.organisation(row.organisation)

    def heading(self, row: Dependency) -> str:
        """Return how a dependency is called where it is told of: a tool that the firm's papers only hint at is a probable one."""
        return self.words.t("probably {tool}", tool=self.title(row)) if self.probable(row) else self.title(row)

    def probable(self, row: Dependency) -> bool:
        """Say whether a tool is told of as probable."""
        return row.subject == FIRM and row.service is not None and row.confidence < _PROBABLE

    def named(self, row: Dependency) -> bool:
        """Say whether a row names a tool or somebody else: what the firm does by itself has nothing to be measured."""
        return row.organisation not in (SELF, NOBODY) or row.service is not None

    def by_hand(self, candidate: Candidate) -> bool:
        """Say whether the firm itself would run an alternative."""
        entry = self.catalogue.deployments.get(candidate.deployment or "")
        return entry is not None and entry.operator == SELF

    def laws(self, cut: Cutoff) -> list[Cited]:
        """Return the laws that the hits of a cut-off lean on, each once."""
        names = dict.fromkeys(name for hit in (*cut.stops, *cut.degrades) for name in hit.chain if name.startswith("f:l/"))
        return [self.facts[name] for name in names]

    def cost(self) -> Decimal | None:
        """Return what the files tell is paid a month in all, or None when they tell nothing."""
        costs = [row.cost_eur_month for row in self.audit.dependencies if row.cost_eur_month is not None]
        return sum(costs, Decimal(0)) if costs else None

    def dearest_outside(self) -> list[tuple[str, Decimal]]:
        """Return (organisation, euros a month) of those that a country outside the trusted set can command, the dearest first."""
        trusted, sums = set(self.audit.trusted), dict[str, Decimal]()
        for row in self.audit.dependencies:
            if row.cost_eur_month and set(row.jurisdictions) - trusted:
                sums[row.organisation] = sums.get(row.organisation, Decimal(0)) + row.cost_eur_month
        return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))

    def cost_unknown(self) -> Decimal:
        """Return what is paid a month for what was not recognised."""
        return sum((item.cost_eur_month for item in self.audit.unknowns if item.cost_eur_month), Decimal(0))

    def cost_outside(self) -> Decimal:
        """Return how much of it goes to organisations with a jurisdiction outside the trusted set."""
        return sum((amount for _, amount in self.dearest_outside()), Decimal(0))


def ordered(cut: Cutoff) -> list[FunctionState]:
    """Return functions in the order in which they go out; those that go on, or go on for thirty days, come last."""
    return sorted(cut.functions, key=_rank)


def _rank(state: FunctionState) -> tuple[int, int, bool]:
    if state.effect is None or state.after_hours is None:
        return len(IfCut) + 1, 0, False
    return len(IfCut) if state.after_hours > MONTH else state.effect.severity, state.after_hours, not state.critical


def stopped(cut: Cutoff, hours: int) -> list[FunctionState]:
    """Return the functions that have stopped after so many hours, the critical ones first."""
    gone = [state for state in cut.functions if state.effect is IfCut.STOPS and state.after_hours is not None and state.after_hours <= hours]
    return sorted(gone, key=lambda state: not state.critical)


def degraded(cut: Cutoff, hours: int) -> list[FunctionState]:
    """Return the functions that work less well after so many hours."""

    def begins(state: FunctionState) -> int | None:
        return state.weaker_after_hours if state.effect is IfCut.STOPS else state.after_hours

    gone = stopped(cut, hours)
    return [state for state in cut.functions if state not in gone and (begin := begins(state)) is not None and begin <= hours]
