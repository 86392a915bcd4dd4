"""What the firm's technical files say: applications that people sign in to, traffic, and what its own software is built on."""

from collections.abc import Iterable

from bascule.catalogue import Catalogue, Trace
from bascule.identify.rows import Rows
from bascule.model import FIRM, Channel, Evidence, Kind, Match, Option, Outcome, Role, Service, Status, Strength

_CHANNELS = {
    "domain": Channel.DOMAIN,
    "bookmark": Channel.DOMAIN,
    "package": Channel.PACKAGE,
    "image": Channel.IMAGE,
    "resource": Channel.RESOURCE,
    "variable": Channel.VARIABLE,
}
_HOSTS = (Channel.DOMAIN, Channel.AUTODISCOVER)
"""Where people and their mail programs go. Hosts that pages of others load from (fonts, statistics, forms) say nothing about the firm."""
_SURE = {Strength.PROOF: 0.9, Strength.STRONG: 0.8, Strength.WEAK: 0.55}
_SEEN = 0.6
"""How sure traffic makes a reading: a visit is not yet a tool of the firm."""
_SIGNED_IN = 0.9


def is_name_of_use(item: Evidence) -> bool:
    """Say whether a line of a file is about use rather than about a bill: it says which kind of name its label is."""
    return item.kind is Kind.FILE and item.outcome is Outcome.PRESENT and isinstance(item.value, dict) and "what" in item.value


def known_domains(catalogue: Catalogue) -> frozenset[str]:
    """Return the names below which traffic means that a tool is used; a reader of logs keeps nothing else."""
    traces = [trace for channel in _HOSTS for trace in catalogue.traces.all(channel)]
    return frozenset(trace.fingerprint.pattern.lower().lstrip(".") for trace in traces if trace.fingerprint.match in (Match.SUFFIX, Match.EXACT))


def used(evidence: Iterable[Evidence], catalogue: Catalogue, rows: Rows) -> None:
    """Add a row for each tool that technical files give away.

    Applications that somebody signs in to and traffic mean IN_USE; what a manifest, a machine or a variable names is CONFIGURED. An application
    that the catalogue does not know is an unknown with its question; what else it does not know is no digital service, and is passed over.
    """
    for item in filter(is_name_of_use, evidence):
        label, what = str(item.value.get("label") or ""), str(item.value["what"])
        if what == "app":
            _app(item, label, catalogue, rows)
        elif what == "software":
            _named(item, label, Status.CONFIGURED, catalogue, rows)
        elif channel := _CHANNELS.get(what):
            status = Status.IN_USE if what == "domain" else Status.CONFIGURED
            for trace in _traces(channel, label, catalogue):
                sure = _SEEN if channel is Channel.DOMAIN else _SURE[trace.fingerprint.strength]
                _add(item, trace, sure, status, rows)


def _traces(channel: Channel, label: str, catalogue: Catalogue) -> list[Trace]:
    if channel is not Channel.DOMAIN:
        return catalogue.traces.find(channel, label)
    return next((traces for one in _HOSTS if (traces := catalogue.traces.find(one, label))), [])


def _app(item: Evidence, label: str, catalogue: Catalogue, rows: Rows) -> None:
    """Match an application by its id, by its name, by the host of its page; else ask."""
    users = item.value.get("users")
    status = Status.IN_USE if isinstance(users, int) and users > 0 else Status.CONFIGURED
    if own := str(item.value.get("id") or ""):
        traces = catalogue.traces.find(Channel.SSO_APP, own)
        if traces:
            _add(item, traces[0], _SIGNED_IN, status, rows)
            return
    if _named(item, label, status, catalogue, rows):
        return
    site = str(item.value.get("site") or "")
    traces = _traces(Channel.DOMAIN, site, catalogue) if site else []
    if len({trace.service.id for trace in traces}) == 1:
        _add(item, traces[0], _SEEN, status, rows)
        return
    rows.unknown(FIRM, "other", Role.OPERATOR, label, "which-tool", name=label)


def _add(item: Evidence, trace: Trace, sure: float, status: Status, rows: Rows) -> None:
    service = trace.service
    if rows.strengthen(service.id, [item], None, status):
        return
    deployment = _own_machine(service) if trace.fingerprint.channel is Channel.IMAGE else None
    rows.add(
        FIRM,
        service.functions[0],
        Role.OPERATOR,
        trace.organisation.id,
        sure,
        [item],
        service=service.id,
        status=status,
        deployment=deployment,
        trace=trace,
    )


def _own_machine(service: Service) -> str | None:
    """Return the deployment of a program that the firm starts itself, as an image says it does."""
    return next((entry.id for entry in service.deployments if entry.option is Option.SELF), None)


def _named(item: Evidence, label: str, status: Status, catalogue: Catalogue, rows: Rows) -> bool:
    """Match by a name as written: no typing error is forgiven to a machine."""
    named = catalogue.names.find(label)
    if named is None or named.sure < 1 or len(named.services) != 1:
        return False
    service = named.services[0]
    if not rows.strengthen(service, [item], None, status):
        entry = catalogue.services[service]
        rows.add(FIRM, entry.functions[0], Role.OPERATOR, catalogue.publisher[service], _SIGNED_IN, [item], service=service, status=status)
    return True
