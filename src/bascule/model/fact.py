"""What somebody read somewhere on some day."""

from datetime import date
from enum import StrEnum

import msgspec


class Sourced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that somebody read somewhere on some day.

    Attributes:
        source: URL of the page that says so.
        read_on: The day on which that page was read.
        title: What the page is, when its address does not tell.
        partial: The page supports the value in part only, or the value is inferred from it.
    """

    source: str
    read_on: date
    title: str = ""
    partial: bool = False


class Claim(StrEnum):
    """What a plain fact is about. The value's type: text, unless another is named here."""

    LEGAL_NAME = "legal_name"
    COUNTRY = "country"  # ISO 3166-1, of the registered seat
    PRESENCE = "presence"  # ISO 3166-1, of an establishment beside the seat
    ULTIMATE = "ultimate"  # nobody above: listed, founders, state, foundation, community, cooperative, private
    SIREN = "siren"
    LEI = "lei"
    VAT = "vat"
    ICS = "ics"
    COLLECTS = "collects"  # bool: takes payments for other sellers, so that its name alone does not tell what was bought
    WIKIDATA = "wikidata"
    STATUS = "status"  # active, ended, renamed
    STATUS_SINCE = "status_since"  # ISO 8601 date
    SUCCESSOR = "successor"
    LICENCE = "licence"  # SPDX id, proprietary, source-available, service
    HOLDERS = "holders"  # of the copyright: one, many
    DATA_PLACE = "data_place"  # ISO 3166-1 or EU: where customers' data lies
    KEYS = "keys"  # vendor, customer: who can read what is stored
    NEEDS_COMPLETE = "needs_complete"  # bool: the listed needs are all that the vendor declares
    INTEREST = "interest"  # who gains when this is recommended
    CAUTION = "caution"  # a sourced thing to know before choosing it


class Fact(Sourced, frozen=True, kw_only=True):
    """One claim with its value and its source.

    Attributes:
        en: The same sentence in English, where the value is a French one (`caution`, `interest`).
    """

    claim: Claim
    value: str | int | bool
    en: str = ""
