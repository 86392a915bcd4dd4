"""The catalogue as the program uses it: one file, decoded at once, with the look-ups that every room shares."""

from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from hashlib import blake2b
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bascule.catalogue import check, questions, source
from bascule.catalogue.names import Names
from bascule.catalogue.refusal import CatalogueError, Problem
from bascule.catalogue.traces import Traces
from bascule.model import (
    AlternativeSet,
    Claim,
    Deployment,
    Function,
    Jurisdiction,
    Law,
    Organisation,
    Owner,
    OwnerKind,
    Questions,
    Scenario,
    Service,
    SignIn,
    Sourced,
    french_vat,
)

PACKAGED = "catalogue.msgpack"
Day = date


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What the compiled file holds."""

    version: str
    date: date
    functions: tuple[Function, ...]
    jurisdictions: tuple[Jurisdiction, ...]
    laws: tuple[Law, ...]
    scenarios: tuple[Scenario, ...]
    alternatives: tuple[AlternativeSet, ...]
    organisations: tuple[Organisation, ...]
    questions: Questions = Questions()
    opted_out: tuple[str, ...] = ()


class Catalogue:
    """Who sells what, under whose law, says who. Immutable; the look-ups are built when first asked for."""

    def __init__(self, content: Content) -> None:
        self.content = content

    @property
    def version(self) -> str:
        """Digest of the data: equal data, equal version."""
        return self.content.version

    @property
    def date(self) -> date:
        """The latest day on which a source was read."""
        return self.content.date

    @property
    def questions(self) -> Questions:
        """What an audit of a domain asks beside the fixed records of the name itself."""
        return self.content.questions

    @cached_property
    def opted_out(self) -> frozenset[str]:
        """Domains whose owners asked not to be audited."""
        return frozenset(self.content.opted_out)

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Organisations by id."""
        return {organisation.id: organisation for organisation in self.content.organisations}

    @cached_property
    def services(self) -> dict[str, Service]:
        """Services by id."""
        return {service.id: service for organisation in self.content.organisations for service in organisation.services}

    @cached_property
    def publisher(self) -> dict[str, str]:
        """Organisation id by service id."""
        return {service.id: organisation.id for organisation in self.content.organisations for service in organisation.services}

    @cached_property
    def collectors(self) -> frozenset[str]:
        """Ids of organisations that take payments for other sellers."""
        facts = ((entry.id, fact) for entry in self.content.organisations for fact in entry.facts)
        return frozenset(name for name, fact in facts if fact.claim is Claim.COLLECTS and fact.value is True)

    @cached_property
    def taxed(self) -> dict[str, str]:
        """Organisation id by VAT number and SEPA creditor identifier, as the facts say; a SIREN gives the French VAT number."""
        found: dict[str, str] = {}
        for entry in self.content.organisations:
            for fact in entry.facts:
                if fact.claim in (Claim.VAT, Claim.ICS):
                    found.setdefault(str(fact.value), entry.id)
                elif fact.claim is Claim.SIREN and (number := french_vat(str(fact.value))):
                    found.setdefault(number, entry.id)
        return found

    @cached_property
    def deployments(self) -> dict[str, Deployment]:
        """Deployments by id."""
        return {deployment.id: deployment for service in self.services.values() for deployment in service.deployments}

    @cached_property
    def sign_ins(self) -> dict[tuple[str, str], SignIn]:
        """How programs sign in, by protocol and host of the server."""
        return {(way.protocol, host): way for service in self.services.values() for way in service.sign_in for host in way.hosts}

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions by id, in the order in which people are shown them."""
        return {function.id: function for function in self.content.functions}

    @cached_property
    def jurisdictions(self) -> dict[str, Jurisdiction]:
        """Countries and unions by code."""
        return {jurisdiction.code: jurisdiction for jurisdiction in self.content.jurisdictions}

    @cached_property
    def laws(self) -> dict[str, Law]:
        """Laws by id."""
        return {law.id: law for law in self.content.laws}

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Scenarios by id."""
        return {scenario.id: scenario for scenario in self.content.scenarios}

    @cached_property
    def alternatives(self) -> dict[str, AlternativeSet]:
        """Alternatives by function."""
        return {entry.function: entry for entry in self.content.alternatives}

    @cached_property
    def traces(self) -> Traces:
        """Fingerprints, ready to be looked up by channel."""
        return Traces(self.content.organisations)

    @cached_property
    def names(self) -> Names:
        """Names and aliases, ready for lists that people wrote."""
        return Names(self.content.organisations, self.content.functions)

    def owners(self, organisation: str, on: Day) -> tuple[Owner, ...]:
        """Return the links that led on that day to those who control an organisation, one step up."""
        entry = self.organisations.get(organisation)
        links = entry.owners if entry else ()
        return tuple(
            link
            for link in links
            if link.kind is not OwnerKind.MINORITY and (link.since is None or link.since <= on) and (link.until is None or on < link.until)
        )

    def as_of(self, on: Day) -> "Catalogue":
        """Return the catalogue without facts read after a day; fingerprints stay, since they only say how to read old records."""
        if self.date <= on:
            return self
        kept = tuple(_without_later(organisation, on) for organisation in self.content.organisations)
        sets = tuple(msgspec.structs.replace(entry, alternatives=_read_by(entry.alternatives, on)) for entry in self.content.alternatives)
        return Catalogue(msgspec.structs.replace(self.content, organisations=kept, laws=_read_by(self.content.laws, on), alternatives=sets))

    def members(self, power: str) -> frozenset[str]:
        """Return the countries under a power: itself, and the member states when it is a union."""
        return frozenset({power} | {code for code, entry in self.jurisdictions.items() if power in entry.member_of})


Read = TypeVar("Read", bound=Sourced)


def _read_by(things: tuple[Read, ...], on: date) -> tuple[Read, ...]:
    return tuple(thing for thing in things if thing.read_on <= on)


def _without_later(organisation: Organisation, on: date) -> Organisation:
    replace = msgspec.structs.replace
    services = tuple(
        replace(
            service,
            facts=_read_by(service.facts, on),
            exports=_read_by(service.exports, on),
            imports=_read_by(service.imports, on),
            prices=_read_by(service.prices, on),
            sign_in=_read_by(service.sign_in, on),
            deployments=tuple(
                replace(entry, hosting=_read_by(entry.hosting, on), needs=_read_by(entry.needs, on)) for entry in _read_by(service.deployments, on)
            ),
        )
        for service in organisation.services
    )
    return replace(organisation, facts=_read_by(organisation.facts, on), owners=_read_by(organisation.owners, on), services=services)


def load(path: Path | None = None) -> Catalogue:
    """Return the catalogue that ships with the program, or the one compiled at `path`.

    Raises:
        CatalogueError: The file is missing or was compiled for another version.
    """
    return _packaged() if path is None else Catalogue(_decode(path.read_bytes(), str(path)))


@cache
def _packaged() -> Catalogue:
    file = files("bascule.catalogue").joinpath("data", PACKAGED)
    try:
        return Catalogue(_decode(file.read_bytes(), str(file)))
    except FileNotFoundError as error:
        raise CatalogueError(f"{file}: the catalogue is not compiled; run `make catalogue`") from error


def _decode(data: bytes, name: str) -> Content:
    try:
        return msgspec.msgpack.decode(data, type=Content)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise CatalogueError(f"{name}: compiled for another version; run `make catalogue` ({error})") from error


def gather(root: Path) -> Content:
    """Read, check and join the files below `root`.

    Raises:
        CatalogueError: Something in it is refused; every problem is listed with file and line.
    """
    entries = list(source.organisations(root))
    asked, out = source.questions(root), source.opted_out(root)
    parts: dict[str, Any] = {
        "functions": source.functions(root),
        "jurisdictions": tuple(entry for _, entry in source.jurisdictions(root)),
        "laws": tuple(entry for _, entry in source.laws(root)),
        "scenarios": tuple(entry for _, entry in source.scenarios(root)),
        "alternatives": tuple(entry for _, entry in source.alternatives(root)),
        "organisations": tuple(entry for _, entry in entries),
        "questions": questions.questions(asked, (entry for _, entry in entries)),
        "opted_out": tuple(sorted(entry.name for entry in out)),
    }
    check.refuse(chain(problems(root, entries, parts), questions.problems(root, asked, entries, out)))
    days = [thing.read_on for _, entry in entries for _, _, thing in check.sourced(entry)]
    days += [thing.read_on for thing in (*parts["laws"], *(option for entry in parts["alternatives"] for option in entry.alternatives))]
    digest = blake2b(msgspec.msgpack.encode(parts), digest_size=6).hexdigest()
    return Content(version=digest, date=max(days, default=date.min), **parts)


def problems(root: Path, entries: list[tuple[Path, Organisation]], parts: dict[str, Any]) -> Iterator[Problem]:
    """Yield everything that a release refuses, over all files."""
    countries = {entry.code for entry in parts["jurisdictions"]}
    functions = {entry.id for entry in parts["functions"]}
    services = {service.id for _, entry in entries for service in entry.services}
    yield from check.sources(entries)
    yield from check.languages(entries)
    yield from check.references(entries, functions, countries)
    yield from check.cycles(entries)
    yield from check.fingerprints(entries)
    yield from check.sign_ins(entries)
    yield from check.around(root, parts, services, functions, countries)


def compile_to(root: Path, path: Path) -> Content:
    """Compile the files below `root` into the one file that the program loads."""
    content = gather(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.msgpack.encode(content))
    fresh.replace(path)
    return content
