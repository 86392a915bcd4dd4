"""Numbers by which a supplier is known without doubt: SEPA creditor identifiers and VAT numbers, checked before they count."""

import re

_MARKED = re.compile(r"\b(?:ICS|CREDITOR ID|IDENTIFIANT CREANCIER|CRED)\W{0,3}([A-Z]{2}\d{2}[A-Z0-9]{4,31})\b")
_BARE = re.compile(r"\b([A-Z]{2}\d{2}ZZZ[A-Z0-9]{4,28})\b")
"""Without a word before it only the usual business code `ZZZ` is taken: an IBAN looks alike."""
_VAT = {
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "DE": r"\d{9}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", "LU": r"\d{8}", "NL": r"\d{9}B\d{2}",
    "BE": r"[01]\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "IT": r"\d{11}", "PT": r"\d{9}", "AT": r"U\d{8}", "SE": r"\d{12}", "DK": r"\d{8}",
    "FI": r"\d{8}", "PL": r"\d{10}", "CZ": r"\d{8,10}", "EE": r"\d{9}", "LT": r"\d{9}(?:\d{3})?", "LV": r"\d{11}", "MT": r"\d{8}",
    "CY": r"\d{8}[A-Z]", "EL": r"\d{9}", "HU": r"\d{8}", "RO": r"\d{2,10}", "BG": r"\d{9,10}", "SK": r"\d{10}", "SI": r"\d{8}",
    "HR": r"\d{11}", "EU": r"\d{9}", "XI": r"\d{9}", "GB": r"\d{9}(?:\d{3})?", "CHE": r"\d{9}",
}  # fmt: skip
"""Shapes of VAT numbers by prefix (VIES; `EU` is the one-stop shop of sellers from outside)."""
_PLAIN = re.compile(r"[\s.\-]+")


def creditor_id(text: str) -> str | None:
    """Return the SEPA creditor identifier that a text holds, or None.

    AT-02 of the EPC: country, two check digits (ISO 7064 mod 97-10, the business code left out), business code, national part.
    The business code is the creditor's own choice, so that it is written as `ZZZ` to compare.

    >>> creditor_id("PRLV SEPA ARDOISE ICS FR76ZZZ123456 RUM 1")
    >>> creditor_id("PRLV SEPA ARDOISE ICS DE98ZZZ09999999999 RUM 1")
    'DE98ZZZ09999999999'
    """
    upper = text.upper()
    found = (match[1] for pattern in (_MARKED, _BARE) for match in pattern.finditer(upper))
    valid = next((code for code in found if _checks(code)), None)
    return f"{valid[:4]}ZZZ{valid[7:]}" if valid else None


def _checks(code: str) -> bool:
    if len(code) < 8 or (code.startswith("FR") and len(code) != 13):
        return False
    return int("".join(str(int(char, 36)) for char in code[7:] + code[:4])) % 97 == 1


def vat_number(text: str) -> str | None:
    """Return a VAT number without blanks when its shape is right and, for a French one, its key; else None.

    The key of a French number is (12 + 3 × (SIREN mod 97)) mod 97 (BOFiP); newer keys with letters are taken by their shape.

    >>> vat_number("FR 22 424 761 419"), vat_number("FR23424761419")
    ('FR22424761419', None)
    """
    plain = _PLAIN.sub("", text).upper()
    prefix = "CHE" if plain.startswith("CHE") else plain[:2]
    shape = _VAT.get(prefix)
    if shape is None or not re.fullmatch(shape, plain[len(prefix) :], re.ASCII):
        return None
    key, siren = plain[2:4], plain[4:]
    wrong = prefix == "FR" and key.isdigit() and int(key) != (12 + 3 * (int(siren) % 97)) % 97
    return None if wrong else plain
