"""Signing in on a provider's page instead of giving a password: what the person is told, and the ticket that comes of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bascule.cli.context import Speaker, Stop
from bascule.cli.secrets import keep_sign_in, kept_sign_in
from bascule.move import Address, MoveError

if TYPE_CHECKING:
    from bascule.model import SignIn
    from bascule.move.signin import Prompt, Ticket, Tokens, Way
    from bascule.move.web import Web

_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,127}")
_PROTOCOLS = {"imap": "imap", "imaps": "imap", "graph": "graph"}


class Client(msgspec.Struct, frozen=True):
    """As whom Bascule signs in, and whom it trusts.

    Attributes:
        id: What the firm registered at the provider; empty when no option tells.
        ca_file: Certificates to trust beside the system's.
        remember: Whether the keyring keeps what renews a sign-in.
    """

    id: str = ""
    ca_file: Path | None = None
    remember: bool = False


def placed(place: Address) -> Address:
    """Return an end with the usual server of its kind where the person left it out.

    Raises:
        MoveError: The catalogue knows none (`address`).
    """
    if place.path or place.host:
        return place
    from bascule.catalogue import load

    hosts = [host for protocol, host in load().sign_ins if protocol == place.scheme]
    if not hosts:
        raise MoveError("address", address=str(place))
    return msgspec.structs.replace(place, host=hosts[0])


def signed_in(place: Address, told: dict[str, str], speaker: Speaker, client: Client) -> "Ticket | None":
    """Let the person sign in; None where a password is to be asked for.

    Args:
        place: The end.
        told: What the file of secrets says of it.
        speaker: Talks to the person.
        client: As whom.

    Raises:
        Stop: A sign-in is the only way, and no client id is known (2).
        MoveError: The person said no or did nothing, or the server refuses.
    """
    from bascule.move.signin import Ticket
    from bascule.move.web import Web

    way = _way(place, told, speaker, client)
    if way is None:
        return None
    who, web = f"{place.user}@{place.host}", Web(client.ca_file)

    def keep(secret: str) -> None:
        keep_sign_in(who, secret, speaker)

    ticket = _renewed(who, way, web, keep) if client.remember else None
    return ticket or Ticket(way, web, _asked(who, way, web, speaker), keep if client.remember else None)


def _way(place: Address, told: dict[str, str], speaker: Speaker, client: Client) -> "Way | None":
    from bascule.catalogue import load
    from bascule.move.signin import Way

    known = load().sign_ins.get((_PROTOCOLS.get(place.scheme, ""), place.host))
    own = told.get("client_id") or client.id or place.options.get("client_id", "")
    if not told.get("token_url"):
        if known is None:
            return None
        if not own:
            _without_client(place, known, speaker)
            return None
    if not own or not (known or told.get("device_url") or told.get("authorize_url")):
        raise MoveError("sign-in-needed", host=place.host)
    tenant = told.get("tenant") or place.options.get("tenant") or (known.tenant if known else "")
    if tenant and not _TENANT.fullmatch(tenant):
        raise MoveError("tenant", tenant=tenant)
    urls = {name: (told.get(name) or ("" if told.get("token_url") or known is None else getattr(known, name))) for name in _URLS}
    scopes = tuple(told["scopes"].split()) if "scopes" in told else known.scopes if known else ()
    filled = {name: url.replace("{tenant}", tenant) for name, url in urls.items()}
    return Way(client_id=own, client_secret=told.get("client_secret", ""), scopes=scopes, **filled)


_URLS = ("device_url", "authorize_url", "token_url")


def _without_client(place: Address, known: "SignIn", speaker: Speaker) -> None:
    t = speaker.words.t
    if known.app_password_url:
        speaker.say(t("{host} does not take your usual password here, but one made for programs. Make one: {url}", host=place.host, url=known.app_password_url))
        speaker.say(t("Your firm registered Bascule there? Then add --client-id ID, and sign in without any password."))
        return
    raise Stop(
        2,
        t(
            "{host} takes no password from programs. Register Bascule once for your firm ({url}; docs/move.md leads through it), then add --client-id ID.",
            host=place.host,
            url=known.register_url or known.source,
        ),
    )


def _renewed(who: str, way: "Way", web: "Web", keep: Callable[[str], None]) -> "Ticket | None":
    """Return a ticket from what the keyring keeps; None when it keeps nothing that is still good."""
    from bascule.move.signin import Ticket, Tokens

    secret = kept_sign_in(who)
    if not secret:
        return None
    ticket = Ticket(way, web, Tokens("", 0.0, secret), keep)
    try:
        ticket.get()
    except MoveError:
        return None
    return ticket


def _asked(who: str, way: "Way", web: "Web", speaker: Speaker) -> "Tokens":
    from bascule.move.signin import by_device, by_page

    t = speaker.words.t

    def show(prompt: "Prompt") -> None:
        speaker.say(t("Sign-in for {who}: open this address in a browser, on this computer or another.", who=who))
        speaker.say(f"  {prompt.address}")
        speaker.say(t("Type this code there: {code}", code=prompt.code))
        speaker.say(t("Waiting, up to {minutes} min. Nothing is carried before you say yes; your password is never seen here.", minutes=prompt.minutes))

    def show_page(prompt: "Prompt") -> None:
        speaker.say(t("Sign-in for {who}: open this address in a browser on this computer.", who=who))
        speaker.say(f"  {prompt.address}")
        speaker.say(t("Waiting, up to {minutes} min. Nothing is carried before you say yes; your password is never seen here.", minutes=prompt.minutes))

    tokens = by_device(way, web, show) if way.device_url else by_page(way, web, show_page, t("Done. You can close this page; Bascule goes on."))
    speaker.say(t("Signed in."))
    return tokens
