"""Whose bill it is: the supplier's name out of what accounting programs and banks write around it."""

import re
from functools import lru_cache

_GENERIC = frozenset(
    re.split(
        r"\s+",
        """fournisseur fournisseurs frn frns frs four supplier suppliers dette dettes collectif compte comptes divers diverses autre autres achat
        achats facture factures non parvenue parvenues fnp biens prestation prestations service services exploitation france ue etranger général
        general généraux generaux de des d du l et a à ou sur""",
    )
)
"""Words that name an account of several suppliers when there is no other."""
_NOISE = re.compile(
    r"""
      \b(?:carte|cb|card)\s*(?:n°|no|num)?\s*[x*\d][\dx*\s]{3,20}          # a card, masked or not
    | (?<!\d)\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?!\d)                    # 31/12, 31-12-2026
    | (?<!\d)\d{4}[/.-]\d{1,2}(?:[/.-]\d{1,2})?(?!\d)                      # 2026-12-31
    | \b(?:r[ée]f(?:[ée]rence)?|mandat|mdt|rum|ics|id)\b\s*[:.n°-]*\s*\S*\d\S*
    | \b(?:factures?|fact|fac|fa|avoirs?|av|invoice|inv|bill|n°|no)\b\.?\s*(?:n°|no|\#|:)?\s*(?:\S*\d\S*)?
    | \b(?:prlv|pr[ée]l[èe]vement|prelevt|sepa|vir(?:ement|t)?|paiement|achat|cb|carte|r[èe]glement|abonnement|abo|fnp|extourne|annulation)\b
    | \b(?:janvier|f[ée]vrier|avril|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre)\b | \b(?:mars|mai)\b(?=\s*\d{2})
    | \bdu\b(?=\s*(?:\d|$))
    | (?:\#|n°)\s*\S*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BETWEEN = re.compile(r"(\s*\*[\s*]*|[\s,;:|]+)")
_DIGITS = re.compile(r"\s*\d+")
_LONGEST = 120


def label_of(auxiliary: str, account: str, entry: str) -> tuple[str, str]:
    """Return the supplier's name and what it has in common with its other bills.

    The name is that of its own account where it has one, else what the entry says without dates and references; small
    numbers that are left there (`OFFICE 365`, `ELECTRICITY 12`) are part of the name, but tell no bills apart.
    """
    for name in (auxiliary, account):
        if own := _own(name):
            return own, own.casefold()
    label = clean(entry) or _printable(auxiliary or account or entry) or "?"
    return label, _DIGITS.sub("", label.casefold()) or label


@lru_cache(maxsize=8192)
def _own(name: str) -> str:
    """Return the name of a supplier's own account; nothing for the name of an account of several."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    has_number = words and any(map(str.isdigit, name)) and not name[0].isdigit()
    return "" if _GENERIC.issuperset(words) and not has_number else _printable(name)


def _printable(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST]


def clean(entry: str) -> str:
    """Return the words of an entry that may be a name: `PRLV SEPA SLATE G123456 31/12` gives `SLATE`.

    `COLLECTOR *SELLER` and `SELLER *PRODUCT` look alike: the star is kept for the room that knows who collects payments.
    """
    parts = _BETWEEN.split(_NOISE.sub(" ", entry[: 2 * _LONGEST]))
    name, between = "", ""
    for number, part in enumerate(parts):
        if number % 2:
            between = between if "*" in between else (" " * part[0].isspace() + "*" if "*" in part else " ")
        elif part and not _is_number(part):
            name += (between if name else "") + part
            between = ""
    return _printable(name).strip(" .-/")


def _is_number(word: str) -> bool:
    """Say whether a word is an identifier rather than a name: mostly digits, four at least, or no letter at all but one."""
    digits = sum(map(str.isdigit, word))
    return not any(map(str.isalnum, word)) or (digits >= 4 and digits * 2 >= len(word))
