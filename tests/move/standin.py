"""Stand-ins on loopback, over TLS with the tests' own authority: an authorization server (RFC 6749, 7636, 8628) and the mail part of Microsoft Graph.

They are no vendor's servers. The second is built from the published description (v1.0: mailFolders, childFolders, messages, $value, paging, throttling).
"""

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

CANARY = "canary-token-"
"""Every token and code that is given begins so; nobody but the two servers may ever see it."""


class Answer(Exception):
    def __init__(self, status: int, body: object = None, **headers: str) -> None:
        self.status, self.body, self.headers = status, body, headers


class Standin:
    """An https server on loopback that answers what `answer(method, path, query, form, headers)` returns or raises; `with` starts and stops it."""

    def __init__(self, chain: Path, key: Path) -> None:
        self.asked: list[tuple[str, str]] = []
        self.cuts: list[str] = []  # ends of paths whose next answer breaks off in its middle
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._do({})

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._do({name: values[-1] for name, values in parse_qs(raw).items()})

            def _do(self, form: dict[str, str]) -> None:
                parts = urlsplit(self.path)
                query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                outer.asked.append((self.command, self.path))
                try:
                    answer = Answer(200, outer.answer(parts.path, query, form, dict(self.headers)))
                except Answer as other:
                    answer = other
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(body)), **answer.headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                if outer.cuts and parts.path.endswith(outer.cuts[0]):
                    outer.cuts.pop(0)
                    self.wfile.write(body[: len(body) // 2])
                    self.close_connection = True
                    return
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass

        self._server = Quiet(("127.0.0.1", 0), Handler)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self.url = f"https://localhost:{self.port}"

    def answer(self, path: str, query: dict[str, str], form: dict[str, str], headers: dict[str, str]) -> object:
        raise Answer(404)

    def __enter__(self) -> Any:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Authorization(Standin):
    """Gives tokens to `client` for `user`.

    Attributes:
        script: Errors that the next polls get, one each, before the token comes.
        life: Seconds that an access token is said to live.
        good: Access tokens that let in now, with their user.
    """

    client = "the-firm-s-own"

    def __init__(self, chain: Path, key: Path, user: str = "anne@exemple.fr") -> None:
        super().__init__(chain, key)
        self.user, self.script, self.life, self.interval = user, ["authorization_pending"], 3600, 1
        self.good: dict[str, str] = {}
        self.refresh: set[str] = set()
        self.polls: list[float] = []
        self.device, self.code = "", ("", "", "")
        self.raw: bytes | None = None

    def answer(self, path: str, query: dict[str, str], form: dict[str, str], headers: dict[str, str]) -> object:
        if self.raw is not None:
            raise Answer(200, self.raw)
        if path == "/introspect":
            token = headers.get("Authorization", "").removeprefix("Bearer ") or query.get("token", "")
            return {"active": token in self.good, "username": self.good.get(token, "")}
        if (form or query).get("client_id") != self.client:
            raise Answer(400, {"error": "invalid_client", "error_description": "no such application"})
        if path == "/device":
            self.device = CANARY + secrets.token_hex(8)
            return {"device_code": self.device, "user_code": "ABCD-EFGH", "verification_uri": f"{self.url}/type", "expires_in": 900, "interval": self.interval}
        if path == "/authorize":
            self.code = (CANARY + secrets.token_hex(8), query["code_challenge"], query["redirect_uri"])
            raise Answer(302, b"", Location=f"{query['redirect_uri']}?code={self.code[0]}&state={query['state']}")
        if path == "/token":
            return self._token(form)
        raise Answer(404)

    def _token(self, form: dict[str, str]) -> object:
        kind = form["grant_type"]
        if kind == "refresh_token":
            if form["refresh_token"] not in self.refresh:
                raise Answer(400, {"error": "invalid_grant", "error_description": "it was taken back"})
            self.refresh.discard(form["refresh_token"])
        elif kind == "authorization_code":
            proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if (form["code"], proof, form["redirect_uri"]) != self.code:
                raise Answer(400, {"error": "invalid_grant"})
        else:
            self.polls.append(time.monotonic())
            if form["device_code"] != self.device:
                raise Answer(400, {"error": "invalid_grant"})
            if self.script:
                raise Answer(400, {"error": self.script.pop(0), "error_description": "AADSTS-like words"})
        access, refresh = CANARY + secrets.token_hex(16), CANARY + secrets.token_hex(16)
        self.good[access] = self.user
        self.refresh.add(refresh)
        return {"access_token": access, "token_type": "Bearer", "expires_in": self.life, "refresh_token": refresh}

    def take_back(self) -> None:
        """Let every access token end now."""
        self.good.clear()


class Graph(Standin):
    """The mail part of Microsoft Graph for one mailbox, with pages of three.

    Attributes:
        folders: id → (name, parent id, properties).
        mail: folder id → list of (properties, MIME).
        script: What the next requests get instead: (status, headers).
        patch: path → answer, instead of the right one.
    """

    page = 3
    well_known = ("inbox", "sentitems", "drafts", "deleteditems", "junkemail", "archive")

    def __init__(self, chain: Path, key: Path, authorization: Authorization) -> None:
        super().__init__(chain, key)
        self._authorization = authorization
        self.folders: dict[str, tuple[str, str, dict[str, object]]] = {}
        self.mail: dict[str, list[tuple[dict[str, object], bytes]]] = {}
        self.script: list[tuple[int, dict[str, str]]] = []
        self.patch: dict[str, object] = {}
        self.prefer: Counter[str] = Counter()

    def answer(self, path: str, query: dict[str, str], form: dict[str, str], headers: dict[str, str]) -> object:
        self.prefer[headers.get("Prefer", "")] += 1
        if self._authorization.good.get(headers.get("Authorization", "").removeprefix("Bearer ")) is None:
            raise Answer(401, {"error": {"code": "InvalidAuthenticationToken", "message": "Lifetime validation failed, the token is expired."}})
        if self.script:
            status, told = self.script.pop(0)
            raise Answer(status, {"error": {"code": "TooManyRequests", "message": "MailboxConcurrency"}}, **told)
        start = f"/v1.0/users/{quote(self._authorization.user, safe='')}/"
        if not path.startswith(start):
            raise Answer(403, {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}})
        words = [unquote(word) for word in path.removeprefix(start).split("/")]
        if path.removeprefix(start) in self.patch:
            return self.patch[path.removeprefix(start)]
        match words:
            case ["mailFolders"]:
                return self._page(path, query, [self._folder(one) for one in self.folders if not self.folders[one][1]])
            case ["mailFolders", name] if name in self.well_known:
                return {"id": self._known(name)}
            case ["mailFolders", one, "childFolders"]:
                return self._page(path, query, [self._folder(child) for child in self.folders if self.folders[child][1] == one])
            case ["mailFolders", one, "messages"]:
                return self._page(path, query, [told for told, _ in self.mail.get(one, [])])
            case ["messages", one]:
                return self._message(one)[0]
            case ["messages", one, "$value"]:
                return self._message(one)[1]
        raise Answer(404, {"error": {"code": "ErrorItemNotFound", "message": "no"}})

    def _known(self, name: str) -> str:
        for one, (_, _, told) in self.folders.items():
            if told.get("known") == name:
                return one
        raise Answer(404, {"error": {"code": "ErrorItemNotFound", "message": "no"}})

    def _folder(self, one: str) -> dict[str, object]:
        name, above, told = self.folders[one]
        children = sum(parent == one for _, parent, _ in self.folders.values())
        extra = {key: value for key, value in told.items() if key != "known"}
        return {"id": one, "displayName": name, "parentFolderId": above, "childFolderCount": children, "isHidden": False, **extra}

    def _message(self, one: str) -> tuple[dict[str, object], bytes]:
        for messages in self.mail.values():
            for told, body in messages:
                if told["id"] == one:
                    return told, body
        raise Answer(404, {"error": {"code": "ErrorItemNotFound", "message": "no"}})

    def _page(self, path: str, query: dict[str, str], things: list[dict[str, object]]) -> dict[str, object]:
        skip = int(query.get("$skip", 0))
        size = min(self.page, int(query.get("$top", 10)))
        more = {"@odata.nextLink": f"{self.url}{path}?$top={size}&$skip={skip + size}"} if skip + size < len(things) else {}
        return {"@odata.context": "…", "value": things[skip : skip + size], **more}
