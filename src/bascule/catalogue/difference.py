"""What changed between two catalogues, the things first that change a firm's answer."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from bascule.catalogue.compiled import Content
from bascule.model import Organisation, Service, Sourced


class Change(StrEnum):
    """What became of one entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


_RANK = (
    "owner",
    "country",
    "ultimate",
    "operator",
    "hosting",
    "need",
    "fact",
    "organisation",
    "service",
    "function",
    "fingerprint",
    "export",
    "import",
    "price",
)
"""Kinds of entries, those that move a verdict first; kinds that are not named come last."""
_ABOUT_READING = ("source", "read_on", "title", "partial")


class Difference(msgspec.Struct, frozen=True):
    """One entry that is not the same in both.

    Attributes:
        kind: owner, country, hosting, need, fact, service, fingerprint …
        about: Id of the organisation, service or deployment.
        what: Which entry of that kind (`Acorn Holding`, `mx:mx.alder.example`).
        old, new: Its value on each side, empty where it is not there.
    """

    change: Change
    kind: str
    about: str
    what: str
    old: str
    new: str


Key = tuple[str, str, str]


def differences(old: Content, new: Content) -> list[Difference]:
    """Return what differs, by kind, then by id. That a source was read again changes nothing."""
    before, after = dict(_entries(old)), dict(_entries(new))
    found = [_one(key, before.get(key), after.get(key)) for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    return sorted(found, key=lambda item: (_rank(item.kind), item.about, item.what))


def _rank(kind: str) -> tuple[int, str]:
    return (_RANK.index(kind) if kind in _RANK else len(_RANK), kind)


def _one(key: Key, old: str | None, new: str | None) -> Difference:
    change = Change.ADDED if old is None else Change.REMOVED if new is None else Change.CHANGED
    return Difference(change, *key, old or "", new or "")


def _entries(content: Content) -> Iterator[tuple[Key, str]]:
    """Yield everything that can differ as (key, value); of two entries with one key both values count, in order."""
    found: dict[Key, list[str]] = {}
    for organisation in content.organisations:
        for key, value in (*_organisation(organisation), *(pair for service in organisation.services for pair in _service(organisation.id, service))):
            found.setdefault(key, []).append(value)
    for law in content.laws:
        found["law", law.id, ""] = [_text(law)]
    for scenario in content.scenarios:
        found["scenario", scenario.id, ""] = [_text(scenario)]
    for jurisdiction in content.jurisdictions:
        found["jurisdiction", jurisdiction.code, ""] = [_text(jurisdiction)]
    for function in content.functions:
        found["function", function.id, ""] = [_text(function)]
    for entry in content.alternatives:
        for option in entry.alternatives:
            found.setdefault(("alternative", entry.function, option.service), []).append(_text(option))
    found["questions", "", ""] = [_text(content.questions)]
    for key, values in found.items():
        yield key, " | ".join(sorted(values))


def _organisation(entry: Organisation) -> Iterator[tuple[Key, str]]:
    yield ("organisation", entry.id, ""), entry.name
    for owner in entry.owners:
        yield ("owner", entry.id, owner.organisation), _text(owner)
    for fact in entry.facts:
        kind = str(fact.claim) if fact.claim in ("country", "ultimate") else "fact"
        yield (kind, entry.id, "" if kind != "fact" else str(fact.claim)), str(fact.value)


def _service(organisation: str, entry: Service) -> Iterator[tuple[Key, str]]:
    yield ("service", entry.id, ""), f"{entry.name} ({organisation}): {', '.join(entry.functions)}"
    for fact in entry.facts:
        yield ("fact", entry.id, str(fact.claim)), str(fact.value)
    for deployment in entry.deployments:
        yield ("operator", deployment.id, ""), deployment.operator
        for hosting in deployment.hosting:
            yield ("hosting", deployment.id, hosting.provider), " ".join(filter(None, (hosting.country, hosting.role)))
        for need in deployment.needs:
            yield ("need", deployment.id, f"{need.kind}:{need.service}"), f"{need.if_cut}, {need.after_hours} h"
    for trace in entry.fingerprints:
        yield ("fingerprint", entry.id, f"{trace.channel}:{trace.pattern}"), f"{trace.match}, {trace.role}, {trace.strength}"
    for kind, transfers in (("export", entry.exports), ("import", entry.imports)):
        for transfer in transfers:
            yield (kind, entry.id, f"{transfer.data}:{transfer.method}"), transfer.format
    for way in entry.sign_in:
        yield ("sign_in", entry.id, way.protocol), f"{way.flow}: {way.token_url}"
    for price in entry.prices:
        yield ("price", entry.id, price.plan), f"{price.amount} {price.currency} / {price.per} / {price.period}"


def _text(entry: Sourced | msgspec.Struct) -> str:
    """Return a struct's own words, without when and where they were read."""
    plain = msgspec.to_builtins(entry)
    kept = {key: value for key, value in plain.items() if key not in (*_ABOUT_READING, "organisation", "service")}
    return msgspec.json.encode(kept, order="sorted").decode()
