"""What an authorization server says: tokens and refusals, read strictly, shown never (RFC 6749)."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec

from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.said import words
from bascule.move.web import Answer, Web

MAX_ANSWER = 256 * 1024
_USUAL_LIFE_S = 3600.0
_LONGEST_LIFE_S = 30 * 86400.0
_OK, _BAD, _THROTTLED, _SERVER = 200, 400, 429, 500

Clock = Callable[[], float]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How to sign in at one authorization server.

    Attributes:
        client_id: What the firm registered there.
        client_secret: Where the server gave one with it; never shown.
        device_url: Where a code is asked for; empty for the way over a page.
        authorize_url: The page on which a person says yes; empty for the way over a code.
    """

    client_id: str
    client_secret: str = ""
    device_url: str = ""
    authorize_url: str = ""
    token_url: str
    scopes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Way({self.token_url})"

    @property
    def client(self) -> dict[str, str]:
        """The fields that say who asks."""
        return {"client_id": self.client_id} | ({"client_secret": self.client_secret} if self.client_secret else {})


class Tokens(msgspec.Struct, frozen=True):
    """What lets a program in.

    Attributes:
        until: When the access token ends, on the clock that was given.
        refresh: Gives new ones; empty when the server gave none.
    """

    access: str
    until: float
    refresh: str = ""

    def __repr__(self) -> str:
        return "Tokens(…)"


class Granted(msgspec.Struct):
    """Section 5.1; other fields are left aside."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int | float | str | None = None
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return "Granted(…)"


class Denied(msgspec.Struct, frozen=True):
    """Section 5.2: why not, in a word of the protocol and in words of the server."""

    error: str
    error_description: str = ""


def post(web: Web, url: str, form: Mapping[str, str]) -> Answer | Denied:
    """Post a form and return the answer, or the refusal.

    Raises:
        BusyError: The server asks for patience.
        CutError: It has a fault of its own.
        MoveError: It answers something else (`sign-in-answer`).
    """
    answer = web.ask(url, headers={"Accept": "application/json"}, form=form, limit=MAX_ANSWER)
    if answer.status == _OK and not answer.cut:
        return answer
    if answer.status == _THROTTLED:
        raise BusyError(f"{_host(url)}: 429", answer.wait_s)
    if answer.status >= _SERVER:
        raise CutError(f"{_host(url)}: {answer.status}")
    if answer.status >= _BAD and not answer.cut:
        return read(answer.body, Denied, url)
    raise MoveError("sign-in-answer", host=_host(url), said=str(answer.status))


T = TypeVar("T", bound=msgspec.Struct)


def read(body: bytes, kind: type[T], url: str) -> T:
    """Return an answer, read strictly.

    Raises:
        MoveError: It is no such answer (`sign-in-answer`); what stands in it is not shown.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MoveError("sign-in-answer", host=_host(url), said="JSON") from None


def granted(answer: Answer, url: str, clock: Clock = time.monotonic, *, kept: str = "") -> Tokens:
    """Return the tokens of an answer.

    Args:
        answer: What the server said.
        url: Where it was asked.
        clock: Says now.
        kept: The refresh token to go on with when no new one comes (section 6).

    Raises:
        MoveError: There are none in it, or of a kind that is not known (`sign-in-answer`).
    """
    told = read(answer.body, Granted, url)
    if told.token_type.lower() != "bearer" or not clean(told.access_token):
        raise MoveError("sign-in-answer", host=_host(url), said="token_type")
    return Tokens(told.access_token, clock() + seconds(told.expires_in), told.refresh_token or kept)


def seconds(told: int | float | str | None, usual: float = _USUAL_LIFE_S) -> float:
    """Return a number of seconds that a server says; some write it as text."""
    try:
        return min(max(0.0, float(told if told is not None else usual)), _LONGEST_LIFE_S)
    except ValueError:
        return usual


def refusal(denied: Denied, url: str) -> MoveError:
    """Return a refusal as the end of the move, in the server's words."""
    codes = {"access_denied": "sign-in-denied", "authorization_declined": "sign-in-denied", "expired_token": "sign-in-expired"}
    said = words(f"{denied.error} {denied.error_description}".encode())
    return MoveError(codes.get(denied.error, "sign-in-refused"), host=_host(url), said=said)


def clean(token: str) -> bool:
    """Return whether a token can stand in a header: visible ASCII (RFC 6750, section 2.1)."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _host(url: str) -> str:
    return url.split("/")[2] if url.count("/") > 1 else url
