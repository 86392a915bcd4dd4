"""What was seen, as a person can read it and ask it again."""

from decimal import Decimal
from typing import Any

from bascule.model import Evidence, Kind
from bascule.report.lookup import Lookup


def observation(item: Evidence, it: Lookup) -> str:
    """Return what was seen, as a person can read it and ask it again."""
    t = it.words.t
    if item.kind is Kind.ANSWER:
        return _listed(item, it)
    if item.kind is Kind.FILE and isinstance(item.value, dict):
        return _ledger(item.value, it)
    if item.kind is Kind.HTTP:
        return t("The page {url}", url=item.question.partition(" ")[2])
    if item.kind is Kind.ASN:
        return t("The address {address} belongs to network {network}", address=item.question.partition(" ")[2], network=_networks(item.value))
    if item.kind is Kind.TLS and isinstance(item.value, list) and item.value and isinstance(item.value[0], dict):
        return t("The certificate of {place} is issued by {issuer}", place=item.question.partition(" ")[2], issuer=str(item.value[0].get("issuer", "")))
    if item.kind is Kind.RDAP and isinstance(item.value, dict):
        return t("The register names {registrar} as registrar", registrar=str(item.value.get("registrar", "")))
    if item.kind is Kind.SMTP and isinstance(item.value, dict):
        return t("The mail server {place} says: {banner}", place=item.question.partition(" ")[2], banner=_text(item.value.get("banner", "")))
    if item.kind is Kind.TENANT:
        return t("The provider's sign-in page knows {domain} ({kind})", domain=item.question.partition(" ")[2], kind=_text(item.value))
    return f"{item.question} → {_text(item.value)}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " · ".join(_text(part) for part in value[:8]) + (" …" if len(value) > 8 else "")
    return str(value)[:400]


def _networks(value: Any) -> str:
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return ", ".join(f"{row.get('name', '')} AS{row.get('asn')}".strip() for row in rows[:4])


def _listed(item: Evidence, it: Lookup) -> str:
    """Return what a list says of a tool, or an answer that was given."""
    t, text = it.words.t, _text(item.value)
    match item.question.removeprefix("ANSWER ").partition(":")[0]:
        case "tool-function":
            return t("Your list puts it under “{label}”", label=text)
        case "tool-hint":
            return t("Your list notes: “{label}”", label=text)
        case "tool-cost-month-eur":
            return t("Your list gives its price: {amount} a month", amount=_euros(text, it))
        case "tool-seats":
            return t("Your list counts its users: {count}", count=text)
        case _:
            return t("Your list names “{label}”", label=text)


def _euros(amount: Any, it: Lookup) -> str:
    try:
        return it.words.euros(Decimal(str(amount)))
    except ArithmeticError:
        return f"{amount} €"


def _ledger(value: dict[str, Any], it: Lookup) -> str:
    count = value.get("count")
    label = str(value.get("label", ""))
    text = it.words.t("Your accounts name “{label}”", label=label)
    if isinstance(count, int):
        text += ", " + it.words.n("{count} entry", "{count} entries", count)
    amount = value.get("monthly_eur")
    if isinstance(amount, int | float | Decimal):
        text += ", " + it.words.t("{amount} a month", amount=_euros(amount, it))
    return text
