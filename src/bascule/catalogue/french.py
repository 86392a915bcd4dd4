"""French company numbers."""


def french_vat(siren: str) -> str | None:
    """Return the VAT number of a French company: key (12 + 3 × (SIREN mod 97)) mod 97, then its SIREN (BOFiP, BOI-TVA-DECLA-20-10-10).

    >>> french_vat("424 761 419")
    'FR22424761419'
    """
    plain = "".join(siren.split())
    return f"FR{(12 + 3 * (int(plain) % 97)) % 97:02}{plain}" if len(plain) == 9 and plain.isascii() and plain.isdigit() else None
