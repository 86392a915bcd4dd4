"""The certificate chain that a server showed, as libcurl tells it."""

import re
from hashlib import sha256
from ssl import PEM_cert_to_DER_cert
from typing import Any

_DNS = re.compile(r"DNS:([^,\s]+)")
_MAX_NAMES = 200
_MAX_CHAIN = 10
_MONTHS = {name: number for number, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}
_DATE = re.compile(r"(\w{3})\s+(\d{1,2})\s+(\d\d:\d\d:\d\d)\s+(\d{4})\s+GMT")


def chain(info: list[list[tuple[str, str]]]) -> list[dict[str, Any]]:
    """Return the chain, leaf first: `subject`, `issuer`, `names`, `not_before`, `not_after` (ISO 8601, UTC), `sha256` (of the DER form)."""
    return [_certificate(dict(fields)) for fields in info[:_MAX_CHAIN]]


def _certificate(fields: dict[str, str]) -> dict[str, Any]:
    return {
        "subject": fields.get("Subject", ""),
        "issuer": fields.get("Issuer", ""),
        "names": [name.lower() for name in _DNS.findall(fields.get("X509v3 Subject Alternative Name", ""))[:_MAX_NAMES]],
        "not_before": _date(fields.get("Start date", "")),
        "not_after": _date(fields.get("Expire date", "")),
        "sha256": _digest(fields.get("Cert", "")),
    }


def _date(text: str) -> str | None:
    """Read OpenSSL's `Nov 24 10:00:00 2026 GMT`, whatever the locale."""
    found = _DATE.match(text.strip())
    return f"{found[4]}-{_MONTHS[found[1]]:02d}-{int(found[2]):02d}T{found[3]}Z" if found and found[1] in _MONTHS else None


def _digest(pem: str) -> str | None:
    try:
        return sha256(PEM_cert_to_DER_cert(pem.strip())).hexdigest()
    except ValueError:
        return None
