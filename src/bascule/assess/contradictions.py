"""Where the sources name different providers for one function. Which of them is right is not decided here: a question is."""

from collections.abc import Iterable

import msgspec

from bascule.catalogue import Catalogue
from bascule.model import FIRM, Ask, Contradiction, Dependency, Role, Side, Witness

SINGLE = {"email": Role.MAILBOX, "dns": Role.DNS, "domain-name": Role.REGISTRAR}
"""Functions for which each domain has one provider, with the role in which records name it."""
SEVERAL = frozenset(("website", "hosting", "cdn", "certificate", "other", "payment", "advertising", "ai"))
"""Functions for which a firm reasonably uses several providers at once: two names there contradict nothing."""
SURE = 0.6
"""Below it a reading contradicts nobody."""
_PAPERS = (Witness.LIST, Witness.ACCOUNTS)


def contradictions(rows: Iterable[Dependency], subjects: Iterable[str], catalogue: Catalogue) -> tuple[Contradiction, ...]:
    """Return the functions for which two kinds of source name nothing in common, by function.

    The firm's list, its accounts and the records of its domains are held against each other. Records speak against a paper only where they
    would have to show what it names: every domain of the firm told its provider in the one role (mail, name service, registrar),
    or another tool is seen in a role in which the catalogue knows how to see this one too. A rival reading agrees.

    Args:
        rows: With their sources.
        subjects: The domains of the firm.
        catalogue: What could be seen, and which program needs which.
    """
    rows, domains = tuple(rows), tuple(subjects)
    functions = sorted({row.function for row in rows if row.subject == FIRM} | {row.function for row in rows if set(row.sources) & set(_PAPERS)})
    found = (_about(function, rows, domains, catalogue) for function in functions)
    return tuple(entry for entry in found if entry is not None)


def marked(rows: Iterable[Dependency], found: Iterable[Contradiction]) -> tuple[Dependency, ...]:
    """Return the rows, each with the contradictions in which it stands."""
    held: dict[str, list[str]] = {}
    for entry in found:
        for name in (name for side in entry.sides for name in side.dependencies):
            held.setdefault(name, []).append(entry.id)
    return tuple(msgspec.structs.replace(row, contradictions=tuple(held[row.id])) if row.id in held else row for row in rows)


def _about(function: str, rows: tuple[Dependency, ...], domains: tuple[str, ...], catalogue: Catalogue) -> Contradiction | None:
    seen = shown(function, rows, domains, catalogue)
    said = {witness: [row for row in rows if _says(row, witness, function, catalogue)] for witness in _PAPERS}
    against = [row for witness in reversed(_PAPERS) for row in _against(said[witness], seen, rows, catalogue)]
    apart = function not in SEVERAL and all(said.values()) and not agree(said[Witness.LIST], said[Witness.ACCOUNTS])
    sides = _sides([*said[Witness.LIST], *said[Witness.ACCOUNTS], *seen])
    if len(sides) < 2 or not (against or apart):
        return None
    asked = (against or said[Witness.ACCOUNTS])[0]
    question = "what-for" if not against else "which-addresses" if function == "email" else "still-used"
    role = seen[0].role if seen else Role.OPERATOR
    return Contradiction(id=f"v:{function}", function=function, role=role, sides=sides, ask=Ask(question=question, args={"dependency": asked.id}))


def _says(row: Dependency, witness: Witness, function: str, catalogue: Catalogue) -> bool:
    """Say whether a paper surely names this row for the function; a mail tool that keeps no mailboxes (a filter, signatures) is no rival of one that does."""
    if row.function != function or witness not in row.sources or row.confidence < SURE or row.service is None:
        return False
    return function != "email" or row.role is Role.MAILBOX or names_mailbox(row, catalogue)


def names_mailbox(row: Dependency, catalogue: Catalogue) -> bool:
    """Say whether a mail tool keeps mailboxes, so that records would have to show it; a program that the firm may run itself need not show."""
    return catalogue.traces.holds_mailboxes(row.service or "")


def shown(function: str, rows: tuple[Dependency, ...], domains: Iterable[str], catalogue: Catalogue) -> list[Dependency]:
    """Return what the records show for a function; nothing where a domain leaves the one place of it open."""
    own = [row for row in rows if row.subject != FIRM and Witness.DOMAIN in row.sources and row.confidence >= SURE]
    if role := SINGLE.get(function):
        found = [row for row in own if row.role is role]
        return found if set(domains) <= {row.subject for row in found} else []
    if function == "website":
        return [row for row in own if row.role is Role.SOFTWARE]
    if function == "hosting":
        hosts = [row for row in own if row.role is Role.HOST and row.organisation in catalogue.organisations]
        return [] if any(row.role is Role.CDN for row in own) else hosts
    services = catalogue.services
    return [row for row in own if row.service in services and services[row.service].functions[0] == function and row.role in (*_CALLED, Role.OPERATOR)]


_CALLED = (Role.THIRD_PARTY, Role.SENDER)


def _against(papers: list[Dependency], seen: list[Dependency], rows: tuple[Dependency, ...], catalogue: Catalogue) -> list[Dependency]:
    """Return what papers name and records would have to show, where these show only something else."""
    roles = {row.role for row in seen}
    single = bool(roles) and roles <= set(SINGLE.values())
    if not roles or agree(papers, seen if single else [row for row in rows if row.subject != FIRM]) or _needed(papers, seen, catalogue):
        return []
    return [row for row in papers if single or (row.service and _showable(row.service, roles, catalogue))]


def agree(some: Iterable[Dependency], others: Iterable[Dependency]) -> bool:
    """Say whether two groups have an organisation or a service in common, be it by a rival reading."""
    return not _names(some).isdisjoint(_names(others))


def _names(rows: Iterable[Dependency]) -> set[str]:
    return {name for row in rows for name in (f"o:{row.organisation}", *(f"o:{other}" for other in row.also), *((f"s:{row.service}",) if row.service else ()))}


def _showable(service: str, roles: set[Role], catalogue: Catalogue) -> bool:
    """Say whether the catalogue knows how a service shows itself in one of these roles; machines show by their network."""
    roles = roles | {Role.INFRASTRUCTURE} if Role.HOST in roles else roles
    return any(mark.role in roles for mark in catalogue.services[service].fingerprints)


def _needed(papers: list[Dependency], seen: list[Dependency], catalogue: Catalogue) -> bool:
    """Say whether what is seen runs on what the papers name: a shop of a site program proves that program."""
    wanted = {row.service for row in papers}
    used = (catalogue.services[row.service] for row in seen if row.service in catalogue.services)
    return any(need.service in wanted for service in used for entry in service.deployments for need in entry.needs)


def _sides(rows: Iterable[Dependency]) -> tuple[Side, ...]:
    """Return who is named, each with those who name them, the firm's own words first."""
    groups: dict[str, dict[str, Dependency]] = {}
    for row in rows:
        groups.setdefault(row.organisation, {})[row.id] = row
    found = [
        Side(sources=tuple(one for one in Witness if any(one in row.sources for row in group.values())), organisation=name, dependencies=tuple(sorted(group)))
        for name, group in groups.items()
    ]
    order = tuple(Witness)
    return tuple(sorted(found, key=lambda side: ([order.index(one) for one in side.sources], side.organisation)))
