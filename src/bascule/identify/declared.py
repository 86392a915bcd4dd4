"""What the firm itself says: the tools that it lists."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from bascule.catalogue import Catalogue, Named, host
from bascule.identify.rows import Rows
from bascule.model import FIRM, SELF, Channel, Deployment, Evidence, Kind, Option, Outcome, Role, Status

_TOOL = "ANSWER tool"
_OWN_MACHINES = re.compile(r"auto.?h[ée]berg|self.?host|sur site|on.?prem|nos serveurs|notre serveur|own server", re.IGNORECASE)
_MAIL_ADDRESS = re.compile(r"[\w.+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,24})", re.IGNORECASE)


def declared(evidence: Iterable[Evidence], catalogue: Catalogue, rows: Rows) -> None:
    """Add a row for each tool of a list; a name that means nothing here, or several things, becomes an unknown."""
    tools: dict[str, dict[str, Evidence]] = {}
    for item in evidence:
        if item.kind is Kind.ANSWER and item.outcome is Outcome.PRESENT and item.question.startswith(_TOOL):
            field, _, place = item.question[len(_TOOL) :].partition(":")
            tools.setdefault(place, {})[field.lstrip("-")] = item
    for fields in tools.values():
        if "" in fields:
            _tool(fields, catalogue, rows)


def _tool(fields: dict[str, Evidence], catalogue: Catalogue, rows: Rows) -> None:
    texts = {field: _first(item) for field, item in fields.items()}
    proof = [fields[""], *(item for field, item in fields.items() if field)]
    label, hint = texts[""], " ".join(texts.get(field, "") for field in ("hint", "function"))
    function = catalogue.names.function(texts.get("function", ""))
    found = _meaning(label, texts.get("hint", ""), function, catalogue)
    if found is None:
        rows.unknown(FIRM, function or "other", Role.OPERATOR, label, "which-tool", amount(texts.get("cost-month-eur")), name=label)
        return
    service = found.services[0] if len(found.services) == 1 else None
    if service is None:
        choices = ", ".join(sorted(found.services))
        rows.unknown(FIRM, function or "other", Role.OPERATOR, label, "which-service", amount(texts.get("cost-month-eur")), name=label, choices=choices)
        return
    cost = amount(texts.get("cost-month-eur"))
    if rows.strengthen(service, proof, cost, Status.DECLARED):
        return
    used = catalogue.services[service].functions
    deployment = _deployment(catalogue.services[service].deployments, hint)
    rows.add(
        FIRM,
        function if function in used else used[0],
        Role.OPERATOR,
        _organisation(service, deployment, function if function in used else used[0], catalogue),
        round(0.95 * found.sure, 3),
        proof,
        service=service,
        status=Status.DECLARED,
        cost=cost,
        deployment=deployment,
    )


def _organisation(service: str, deployment: str | None, function: str, catalogue: Catalogue) -> str:
    """Return who keeps it: mail that the firm runs itself is its own, everything else is named by its publisher."""
    entry = catalogue.deployments.get(deployment or "")
    return SELF if entry and entry.operator == SELF and function == "email" else catalogue.publisher[service]


def _first(item: Evidence) -> str:
    return str(item.value[0]) if isinstance(item.value, list) and item.value else ""


def _without_mailbox(label: str) -> str:
    """An address names the mailbox provider by its domain (`cabinet@orange.fr` is mail at `orange.fr`)."""
    match = _MAIL_ADDRESS.fullmatch(label.strip())
    return match[1] if match else label


def _meaning(label: str, hint: str, function: str | None, catalogue: Catalogue) -> Named | None:
    """Return what a label means: by itself, with what stood in brackets, as an address, or by the words that it begins with."""
    found = catalogue.names.find(_without_mailbox(label), function)
    if found is not None and len(found.services) == 1:
        return found
    return catalogue.names.find(f"{label} {hint}", function) or found or _at_host(label, catalogue) or catalogue.names.inside(label, function)


def _at_host(label: str, catalogue: Catalogue) -> Named | None:
    """Return the provider whose mail hosts bear the domain of an address, when no name tells more."""
    match = _MAIL_ADDRESS.fullmatch(label.strip())
    traces = catalogue.traces.find(Channel.MX, host(match[1])) if match else []
    services = tuple(dict.fromkeys(trace.service.id for trace in traces if trace.fingerprint.role is Role.MAILBOX))
    return Named(services, None, 1.0) if services else None


_MOST = Decimal(10**12)


def amount(text: str | None) -> Decimal | None:
    """Return an amount as the readers write it, or None; what is more than any firm pays is none."""
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and 0 <= value < _MOST else None


def _deployment(options: tuple[Deployment, ...], hint: str) -> str | None:
    """Return the deployment that the words decide: the only one there is, or the firm's own when they say so."""
    if len(options) == 1:
        return options[0].id
    own = [option.id for option in options if option.option is Option.SELF]
    return own[0] if own and _OWN_MACHINES.search(hint) else None
