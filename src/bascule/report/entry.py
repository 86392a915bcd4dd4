"""One entry of the catalogue, told with its sources and dates."""

from collections.abc import Iterator

from bascule.catalogue import Catalogue
from bascule.model import Deployment, Organisation, Service, Sourced
from bascule.report.words import Words


def describe(organisation: Organisation, name: str, catalogue: Catalogue, words: Words) -> str:
    """Return an organisation, or one service of it when `name` is the service's, one fact a line."""
    services = [service for service in organisation.services if service.id == name] or list(organisation.services)
    lines = [f"{organisation.name}  [{organisation.id}]"]
    lines += [_line(str(fact.claim), str(fact.value), fact) for fact in organisation.facts]
    for link in organisation.owners:
        owner = catalogue.organisations.get(link.organisation)
        share = f" {link.share_pct:g} %" if link.share_pct is not None else ""
        lines.append(_line(words.t("owner ({kind})", kind=link.kind), (owner.name if owner else link.organisation) + share, link))
    for service in services:
        lines += ["", *_service(service, words)]
    alternatives = [option for entry in catalogue.alternatives.values() for option in entry.alternatives if option.service == name]
    lines += [_line(words.t("takes over"), f"{option.fit}/3 · {words.pick(option.loses)}", option) for option in alternatives]
    return "\n".join(lines)


def _service(service: Service, words: Words) -> Iterator[str]:
    t = words.t
    yield f"  {service.name}  [{service.id}]  {service.kind} · {', '.join(service.functions)}"
    for fact in service.facts:
        yield _line(str(fact.claim), str(fact.value), fact)
    for deployment in service.deployments:
        yield from _deployment(deployment, words)
    for way, transfers in ((t("way out ({data})"), service.exports), (t("way in ({data})"), service.imports)):
        for transfer in transfers:
            yield _line(way.format(data=transfer.data), f"{transfer.format} · {transfer.method} {transfer.limits}".rstrip(), transfer)
    for price in service.prices:
        yield _line(t("price"), f"{price.plan}: {price.amount} {price.currency} / {price.per} / {price.period}", price)
    for door in service.sign_in:
        yield _line(t("sign-in ({protocol})", protocol=door.protocol), f"{', '.join(door.hosts)} · {door.flow} · {door.token_url}", door)
    for trace in service.fingerprints:
        yield _line(t("trace ({channel})", channel=trace.channel), f"{trace.match} {trace.pattern} → {trace.role}, {trace.strength}", trace)


def _deployment(deployment: Deployment, words: Words) -> Iterator[str]:
    t = words.t
    yield _line(t("offer ({option})", option=deployment.option), f"{deployment.id} · {deployment.operator}", deployment)
    for host in deployment.hosting:
        yield _line("  " + t("on machines of"), f"{host.provider} {host.country or ''}".rstrip(), host)
    for need in deployment.needs:
        yield _line("  " + t("needs"), f"{need.service} ({need.kind}) → {need.if_cut}, {need.after_hours} h", need)


def _line(label: str, value: str, thing: Sourced) -> str:
    return f"    {label:24} {value}\n    {'':24} ↳ {thing.source} ({thing.read_on})"
