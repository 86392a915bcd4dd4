"""Alternatives of a function, with what they need and lose, measured by the same measure as the tool in use."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import msgspec

from bascule.catalogue import Catalogue, line
from bascule.model import NOBODY, SELF, Alternative, Candidate, Claim, Dependency, Exposure, Option, Role, Service, Status

_MOVABLE = frozenset(Role) - {Role.TENANT, Role.SENDER, Role.INFRASTRUCTURE}
_IN_CATALOGUE = {Role.HOST: "hosting", Role.CDN: "cdn"}


class Means(msgspec.Struct, frozen=True):
    """With what alternatives are found, measured and quoted.

    Attributes:
        on: The day of the audit.
        measure: The exposure of a dependency.
        quote: The ids of the quoted facts of a service under one claim.
        cite: The id under which it is quoted that a service takes over a function.
    """

    catalogue: Catalogue
    on: date
    measure: Callable[[Dependency], Exposure]
    quote: Callable[[Service, Claim], list[str]]
    cite: Callable[[str, Alternative], str]


def alternatives(rows: tuple[Dependency, ...], means: Means) -> tuple[Candidate, ...]:
    """Return what could take over from each dependency in use, by dependency and then by how much it covers.

    A tool is no alternative to itself, nor is one that has ended; among equals what is ready to use comes before
    what the firm must run itself, and what it already uses first.
    """
    used = {row.service for row in rows}
    found = [
        candidate
        for row in rows
        if row.role in _MOVABLE and row.organisation not in (SELF, NOBODY) and row.status is not Status.CONFIGURED
        for option in _options(row, means.catalogue)
        if (candidate := _candidate(row, option, means)) is not None
    ]
    own = {name for name, entry in means.catalogue.deployments.items() if entry.operator == SELF}
    return tuple(
        sorted(found, key=lambda item: (item.dependency, -item.fit, item.deployment in own, item.service not in used, item.service, item.deployment or ""))
    )


def _function(row: Dependency) -> str:
    """Return the function under which the catalogue holds the alternatives of a row."""
    return _IN_CATALOGUE.get(row.role, row.function)


def _options(row: Dependency, catalogue: Catalogue) -> tuple[Alternative, ...]:
    entry = catalogue.alternatives.get(_function(row))
    return tuple(option for option in entry.alternatives if option.service != row.service) if entry else ()


def _candidate(row: Dependency, option: Alternative, means: Means) -> Candidate | None:
    catalogue = means.catalogue
    service = catalogue.services[option.service]
    if any(fact.claim is Claim.STATUS and fact.value == "ended" for fact in service.facts):
        return None
    deployment = option.deployment or _usual(service)
    organisation = _seller(service, deployment, catalogue)
    if organisation == row.organisation:
        return None
    above = line(organisation, catalogue, means.on)
    name = f"a:{row.id}/{deployment or service.id}"
    stand_in = Dependency(
        id=name,
        subject=row.subject,
        function=row.function,
        role=Role.OPERATOR,
        service=service.id,
        deployment=deployment,
        organisation=organisation,
        ultimate_owner=above.ultimate,
        jurisdictions=above.countries,
        confidence=1.0,
        status=Status.DECLARED,
    )
    return Candidate(
        id=name,
        dependency=row.id,
        function=row.function,
        service=service.id,
        deployment=deployment,
        organisation=organisation,
        jurisdictions=above.countries,
        fit=option.fit,
        exposure=means.measure(stand_in),
        setup_hours=option.setup_hours,
        effort_hours_user=option.effort_hours_user,
        price_eur_user_month=_price(service),
        interest=tuple(means.quote(service, Claim.INTEREST)),
        cautions=tuple(means.quote(service, Claim.CAUTION)),
        because=(means.cite(_function(row), option),),
    )


def _seller(service: Service, deployment: str | None, catalogue: Catalogue) -> str:
    """Return who would be dealt with: the operator, or the maker of what the firm installs itself."""
    entry = catalogue.deployments.get(deployment or "")
    return entry.operator if entry and entry.operator != SELF else catalogue.publisher[service.id]


def _usual(service: Service) -> str | None:
    """Return the deployment that a small firm would take: the vendor's, else the only one."""
    sold = [entry.id for entry in service.deployments if entry.option is Option.VENDOR]
    return sold[0] if sold else service.deployments[0].id if len(service.deployments) == 1 else None


def _price(service: Service) -> Decimal | None:
    """Return the cheapest list price per user and month in euros, where one is known."""
    monthly = {"month": 1, "year": 12}
    prices = [price.amount / monthly[price.period] for price in service.prices if price.currency == "EUR" and price.per == "user" and price.period in monthly]
    return min(prices).quantize(Decimal("0.01")) if prices else None
