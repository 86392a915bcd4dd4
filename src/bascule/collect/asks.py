"""Look-ups that tell somebody else which domain is being looked at: made only when the person asks for them."""

from typing import Any

import msgspec

from bascule.collect.observer import Observer
from bascule.collect.reach import nowhere, reach
from bascule.collect.transfer import Reply, Transfers
from bascule.guard import BlockedError, target
from bascule.model import Evidence, Kind, Outcome, Questions

ASKS = ("smtp", "rdap", "tenant")
_MAX_MAIL_HOSTS = 2
_SMTP = 25
_DIRECT = "direct"


async def smtp(observer: Observer, transfers: Transfers, hosts: list[str]) -> None:
    """Greet the first mail hosts on port 25 and look at their certificates (RFC 5321, RFC 3207)."""
    for host in hosts[:_MAX_MAIL_HOSTS]:

        async def ask(host: str = host) -> Evidence:
            reply = await _greeted(host, observer, transfers)
            if reply.certificates:
                observer.keep(observer.note(Kind.TLS, f"TLS {host}:{_SMTP}", Outcome.PRESENT, _DIRECT, reply.certificates))
            return _greeting(host, reply, observer)

        await observer.other(Kind.SMTP, f"EHLO {host}:{_SMTP}", _DIRECT, ask)


async def _greeted(host: str, observer: Observer, transfers: Transfers) -> Reply:
    addresses = await observer.addresses(host)
    if not addresses:
        return await nowhere(host, observer)
    return await transfers.greet(host, _SMTP, addresses)


def _greeting(host: str, reply: Reply, observer: Observer) -> Evidence:
    said = [text for _, text in reply.lines]
    if not (said and said[0].startswith("220") and any(line.startswith("250") for line in said)):
        reason = f"it said: {said[0][:200]}" if said else reply.reason
        return observer.note(Kind.SMTP, f"EHLO {host}:{_SMTP}", Outcome.UNREACHABLE, _DIRECT, code=reply.code or "refused", reason=reason)
    words = list(dict.fromkeys(line[4:] for line in said[1:] if line[:3] == "250"))
    value = {
        "address": reply.address,
        "banner": said[0][4:] if said else "",
        "ehlo": words,
        "starttls": any(word.upper() == "STARTTLS" for word in words),
    }
    return observer.note(Kind.SMTP, f"EHLO {host}:{_SMTP}", Outcome.PRESENT, _DIRECT, value)


async def rdap(observer: Observer, transfers: Transfers, questions: Questions, name: str) -> None:
    """Ask the registry who registered the name (RFC 9082, RFC 9083); persons are dropped before anything is kept."""
    question = f"RDAP {name}"
    base = questions.rdap.get(name.rpartition(".")[2])
    if base is None:
        reason = "this registry publishes no RDAP service" if name.rpartition(".")[2] in questions.rdap_none else "no RDAP service is known for this ending"
        observer.keep(observer.note(Kind.RDAP, question, Outcome.UNREACHABLE, _DIRECT, code="refused", reason=reason))
        return
    url = f"{base}domain/{name}"
    await observer.other(Kind.RDAP, question, url, lambda: _asked(Kind.RDAP, question, url, observer, transfers, _registration))


async def tenant(observer: Observer, transfers: Transfers, questions: Questions) -> None:
    """Ask the provider's sign-in page whether the domain is a customer."""
    if questions.tenant is None:
        return
    question, url = f"TENANT {observer.subject}", questions.tenant.format(domain=observer.subject)
    await observer.other(Kind.TENANT, question, url.partition("?")[0], lambda: _asked(Kind.TENANT, question, url, observer, transfers, _namespace))


async def _asked(kind: Kind, question: str, url: str, observer: Observer, transfers: Transfers, read: Any) -> Evidence:
    source = url.partition("?")[0]
    try:
        reply = await reach(target(url), observer, transfers, verify=True)
    except BlockedError as error:
        reply = Reply(code="blocked", reason=str(error))
    if reply.code is None and reply.status in (200, 404):
        try:
            value = read(reply)
        except (msgspec.DecodeError, LookupError, TypeError, AttributeError, ValueError, RecursionError):
            reply = Reply(code="servfail", reason="the answer cannot be read")
        else:
            outcome = Outcome.ABSENT if value is None else Outcome.PRESENT
            return observer.note(kind, question, outcome, source, value, None if value is not None else "NXDOMAIN")
    reason = reply.reason or f"status {reply.status}"
    return observer.note(kind, question, Outcome.UNREACHABLE, source, code=reply.code or "refused", reason=reason)


def _registration(reply: Reply) -> dict[str, Any] | None:
    """Keep what is said about the registration, nothing about persons (RFC 9083, 5.1 and 5.3); None when the registry knows no such name."""
    if reply.status == 404:
        return None
    found = msgspec.json.decode(reply.body)
    sellers = [entity for entity in found.get("entities", ()) if "registrar" in entity.get("roles", ())]
    dates = {event.get("eventAction"): str(event.get("eventDate")) for event in found.get("events", ())}
    ids = [str(entry.get("identifier")) for seller in sellers for entry in seller.get("publicIds", ()) if "IANA" in str(entry.get("type"))]
    return {
        "registrar": _organisation(sellers[0]) if sellers else None,
        "iana_id": ids[0] if ids else None,
        "status": [str(word) for word in found.get("status", ())],
        "created": dates.get("registration"),
        "expires": dates.get("expiration"),
    }


def _organisation(entity: dict[str, Any]) -> str | None:
    """Return the name of an organisation from its jCard (RFC 7095): `org` before `fn`."""
    card = entity["vcardArray"][1] if "vcardArray" in entity else []
    fields = {str(field[0]): field[3] for field in card}
    name = fields.get("org") or fields.get("fn")
    return " ".join(map(str, name)) if isinstance(name, list) else name if isinstance(name, str) else entity.get("handle")


def _namespace(reply: Reply) -> list[str] | None:
    """Return `Managed` or `Federated`; None when the domain is no customer."""
    if reply.status != 200:
        raise ValueError(reply.status)
    kind = msgspec.json.decode(reply.body)["NameSpaceType"]
    if kind not in ("Managed", "Federated", "Unknown"):
        raise ValueError(kind)
    return None if kind == "Unknown" else [kind]
