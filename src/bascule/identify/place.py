"""Whose word counts over each row: the deployment, the owners, the countries whose law binds them."""

from datetime import date
from functools import lru_cache

import msgspec

from bascule.catalogue import Catalogue, Line, line
from bascule.model import Dependency, Option, Role, ServiceKind


def placed(rows: tuple[Dependency, ...], catalogue: Catalogue, on: date) -> tuple[Dependency, ...]:
    """Return the rows with deployment, ultimate owner and jurisdictions, as far as the catalogue knows."""
    hosted = {row.subject for row in rows if row.role in (Role.HOST, Role.CDN)}
    return tuple(_place(row, row.subject in hosted, _above(row.organisation, catalogue, on), catalogue) for row in rows)


@lru_cache(maxsize=16_384)
def _above(organisation: str, catalogue: Catalogue, on: date) -> Line:
    """Return the owners of an organisation; the same few stand in thousands of domains."""
    return line(organisation, catalogue, on)


def _place(row: Dependency, hosted: bool, above: Line, catalogue: Catalogue) -> Dependency:
    deployment = row.deployment or _deployment(row, hosted, catalogue)
    return msgspec.structs.replace(row, deployment=deployment, ultimate_owner=above.ultimate, jurisdictions=above.countries)


def _deployment(row: Dependency, hosted: bool, catalogue: Catalogue) -> str | None:
    """Return the deployment in use: the only one, the vendor's for a mailbox or relay of theirs, the firm's own for software on a host seen."""
    service = catalogue.services.get(row.service or "")
    if service is None:
        return None
    if len(service.deployments) == 1:
        return service.deployments[0].id
    wanted = Option.SELF if row.role is Role.SOFTWARE and hosted else Option.VENDOR if _sold(row, service.kind) else None
    return next((entry.id for entry in service.deployments if entry.option is wanted), None)


def _sold(row: Dependency, kind: ServiceKind) -> bool:
    return kind in (ServiceKind.SAAS, ServiceKind.IAAS) and row.role is not Role.SOFTWARE
