"""A page in the browser that leads back to this machine with a code: RFC 8252 over the loopback interface, with proof of possession (RFC 7636)."""

import base64
import hashlib
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlencode, urlsplit

from bascule.move.errors import MoveError
from bascule.move.signin.device import Prompt
from bascule.move.signin.tokens import Clock, Denied, Tokens, Way, granted, post, refusal
from bascule.move.web import Web

PATIENCE_S = 900.0
_CALL_S = 5.0
_MAX_REQUEST = 16 * 1024
_HEAD = "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"


def by_page(way: Way, web: Web, show: Callable[[Prompt], None], thanks: str = "OK", patience_s: float = PATIENCE_S, clock: Clock = time.monotonic) -> Tokens:
    """Show a page's address, wait until the browser comes back from it, and take the tokens.

    Args:
        way: Where to sign in.
        web: How to get there.
        show: Told what the person has to do.
        thanks: What the browser shows in the end.
        patience_s: How long to wait for the person.
        clock: Says now, in seconds.

    Raises:
        MoveError: The person said no (`sign-in-denied`), did nothing in time (`sign-in-expired`), or the server refuses (`sign-in-refused`).
    """
    proof, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    with socket.create_server(("127.0.0.1", 0)) as door:
        back = f"http://127.0.0.1:{door.getsockname()[1]}/"
        show(Prompt(_page(way, back, proof, state), minutes=round(patience_s / 60)))
        told = _called(door, state, thanks, clock() + patience_s, clock)
    if told is None:
        raise MoveError("sign-in-expired", host=way.authorize_url.split("/")[2], said="")
    if "error" in told or "code" not in told:
        raise refusal(Denied(told.get("error", "code"), told.get("error_description", "")), way.authorize_url)
    form = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": back, "code_verifier": proof, **way.client}
    answer = post(web, way.token_url, form)
    if isinstance(answer, Denied):
        raise refusal(answer, way.token_url)
    return granted(answer, way.token_url, clock)


def _page(way: Way, back: str, proof: str, state: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(proof.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": way.client_id,
        "redirect_uri": back,
        "scope": " ".join(way.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{way.authorize_url}{'&' if '?' in way.authorize_url else '?'}{urlencode(asked)}"


def _called(door: socket.socket, state: str, thanks: str, end: float, clock: Clock) -> dict[str, str] | None:
    """Return what the browser brings back; calls that do not know the state are turned away. None when nobody came in time."""
    while (left := end - clock()) > 0:
        door.settimeout(left)
        try:
            caller, _ = door.accept()
        except OSError:
            return None
        with caller, suppress(OSError):
            told = _asked(caller)
            known = secrets.compare_digest(told.get("state", "").encode(), state.encode())
            text = (thanks if known else "?").encode()
            caller.sendall((_HEAD % ("200 OK" if known else "404 Not Found", len(text))).encode() + text)
            if known:
                return told
    return None


def _asked(caller: socket.socket) -> dict[str, str]:
    """Return the fields of the address that a browser asks for; empty when it asks for something else."""
    caller.settimeout(_CALL_S)
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _MAX_REQUEST:
        piece = caller.recv(4096)
        if not piece:
            break
        head += piece
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    if len(words) != 3 or words[0] != "GET":
        return {}
    return {name: values[-1] for name, values in parse_qs(urlsplit(words[1]).query).items()}
