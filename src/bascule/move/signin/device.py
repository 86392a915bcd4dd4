"""A code that a person types in at another window or machine (RFC 8628)."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from bascule.move.errors import BusyError, CutError, MoveError
from bascule.move.said import words
from bascule.move.signin.tokens import Clock, Denied, Tokens, Way, granted, post, read, refusal, seconds
from bascule.move.web import Web

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL_S, _SLOWER_S, _LEAST_INTERVAL_S, _LONGEST_INTERVAL_S = 5.0, 5.0, 0.2, 60.0
_LIFE_S, _LONGEST_LIFE_S = 900.0, 1800.0
_MAX_CODE = 64


class Prompt(msgspec.Struct, frozen=True):
    """What a person has to do.

    Attributes:
        address: The page to open.
        code: What to type there; empty for the way over a page.
        minutes: How long there is time.
    """

    address: str
    code: str = ""
    minutes: int = 0


class Given(msgspec.Struct):
    """Section 3.2."""

    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int | float | str | None = None
    interval: int | float | str | None = None

    def __repr__(self) -> str:
        return "Given(…)"


def by_device(way: Way, web: Web, show: Callable[[Prompt], None], sleep: Callable[[float], None] = time.sleep, clock: Clock = time.monotonic) -> Tokens:
    """Ask for a code, show it, and wait until the person has typed it in.

    Args:
        way: Where to sign in.
        web: How to get there.
        show: Told what the person has to do.
        sleep: How to wait, in seconds.
        clock: Says now, in seconds.

    Raises:
        MoveError: The person said no (`sign-in-denied`), did nothing in time (`sign-in-expired`), or the server refuses (`sign-in-refused`).
    """
    answer = post(web, way.device_url, {**way.client, "scope": " ".join(way.scopes)})
    if isinstance(answer, Denied):
        raise refusal(answer, way.device_url)
    given = read(answer.body, Given, way.device_url)
    life = min(seconds(given.expires_in, _LIFE_S), _LONGEST_LIFE_S)
    show(_prompt(given, life, way))
    return _wait(way, web, given, clock() + life, sleep, clock)


def _prompt(given: Given, life: float, way: Way) -> Prompt:
    address, code = words(given.verification_uri.encode()), words(given.user_code.encode())
    if urlsplit(address).scheme != "https" or not 0 < len(code) <= _MAX_CODE:
        raise MoveError("sign-in-answer", host=way.device_url.split("/")[2], said="verification_uri")
    return Prompt(address, code, max(1, round(life / 60)))


def _wait(way: Way, web: Web, given: Given, end: float, sleep: Callable[[float], None], clock: Clock) -> Tokens:
    interval = min(max(seconds(given.interval, _INTERVAL_S), _LEAST_INTERVAL_S), _LONGEST_INTERVAL_S)
    form = {"grant_type": _GRANT, "device_code": given.device_code, **way.client}
    while clock() + interval < end:
        sleep(interval)
        try:
            answer = post(web, way.token_url, form)
        except CutError:
            # Section 3.5: after a time-out, ask less often.
            interval = min(interval * 2, _LONGEST_INTERVAL_S)
            continue
        except BusyError as error:
            interval = min(max(interval, error.wait_s or 0.0) + _SLOWER_S, _LONGEST_INTERVAL_S)
            continue
        if not isinstance(answer, Denied):
            return granted(answer, way.token_url, clock)
        if answer.error == "slow_down":
            interval = min(interval + _SLOWER_S, _LONGEST_INTERVAL_S)
        elif answer.error != "authorization_pending":
            raise refusal(answer, way.token_url)
    raise MoveError("sign-in-expired", host=way.token_url.split("/")[2], said="")
