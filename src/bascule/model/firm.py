"""What the firm says of itself in `firm.toml`: its size, whom it trusts, what it cannot do without."""

from datetime import date
from decimal import Decimal

import msgspec


class FirmFunction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the firm uses one function; None is unknown.

    Attributes:
        id: A function of the catalogue (`email`).
        use: What it is used for, in the firm's words.
        contract_end: Last day of the present contract.
        notice_days: How long before that day it must be ended.
    """

    id: str
    critical: bool | None = None
    seats: int | None = None
    use: str | None = None
    contract_end: date | None = None
    notice_days: int | None = None


class Firm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The firm itself; every field may be missing.

    Attributes:
        domains: Lower-case A-labels.
        trusted: `eu`, `eea`, `eea+ch`, `fr`, or upper-case ISO 3166-1 codes; None when the firm does not say.
        hourly_cost_eur: What one hour of its people costs.
    """

    name: str | None = None
    people: int | None = None
    domains: tuple[str, ...] = ()
    trusted: str | tuple[str, ...] | None = None
    hourly_cost_eur: Decimal | None = None
    functions: tuple[FirmFunction, ...] = ()
