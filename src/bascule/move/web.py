"""HTTPS as a move uses it: one kept connection, certificates verified, no redirects, every answer bounded."""

import email.utils
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import msgspec
import pycurl

from bascule.move.errors import CutError, MoveError
from bascule.move.said import LONGEST_WAIT_S, words

MAX_ANSWER = 8 * 1024 * 1024
"""Bytes of one answer that is read as a whole."""
_MAX_HEADERS = 64 * 1024
_CONNECT_S, _SILENT_S = 20, 120
_CERTIFICATE = (pycurl.E_PEER_FAILED_VERIFICATION, pycurl.E_SSL_CACERT_BADFILE)

Take = Callable[[bytes], None]


class Answer(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        headers: Names in lower case; of a repeated one the last.
        body: Empty where the pieces went elsewhere.
        cut: The body was longer than it may be, and was not read to its end.
    """

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""
    cut: bool = False

    @property
    def wait_s(self) -> float | None:
        """How long the server asks to wait (RFC 9110, section 10.2.3), at most an hour; None when it does not say."""
        told = self.headers.get("retry-after", "")
        if told.isascii() and told.isdigit():
            return min(float(told[:9]), LONGEST_WAIT_S)
        try:
            return min(max(0.0, email.utils.parsedate_to_datetime(told).timestamp() - time.time()), LONGEST_WAIT_S)
        except (ValueError, OverflowError):
            return None


class Web:
    """Asks servers over https.

    Args:
        ca_file: Certificates to trust beside the system's.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        self._curl = pycurl.Curl()
        self._trusted = _trusted(ca_file) if ca_file else ""

    def __repr__(self) -> str:
        return "Web(…)"

    def ask(
        self, url: str, *, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None, limit: int = MAX_ANSWER, take: Take | None = None
    ) -> Answer:
        """Get an address, or post a form to it.

        Args:
            url: An https address.
            headers: Sent beside the usual ones.
            form: What to post; None to get.
            limit: Bytes of the body that are read.
            take: Receives the pieces of the body when the status is 200.

        Raises:
            CutError: Nobody answered, or the answer broke off.
            MoveError: The certificate is not trusted, or the address is not https (`certificate`, `not-https`).
        """
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise MoveError("not-https", address=words(url.encode())[:200])
        hearing = _Hearing(limit, take)
        curl = self._curl
        curl.reset()
        self._dress(url, hearing)
        curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in (headers or {}).items()])
        if form is not None:
            curl.setopt(pycurl.POSTFIELDS, urlencode(form))
        try:
            curl.perform()
        except pycurl.error as error:
            number, said = error.args[0], words(str(error.args[1]).encode())
            if hearing.cut:
                return Answer(hearing.status, hearing.headers, cut=True)
            if number in _CERTIFICATE:
                raise MoveError("certificate", host=parts.hostname, said=said) from None
            raise CutError(f"{parts.hostname}: {said}") from None
        return Answer(hearing.status, hearing.headers, bytes(hearing.body))

    def _dress(self, url: str, hearing: "_Hearing") -> None:
        options = {
            pycurl.URL: url,
            pycurl.PROTOCOLS: pycurl.PROTO_HTTPS,
            pycurl.PROXY: "",
            pycurl.NOPROXY: "*",
            pycurl.FOLLOWLOCATION: 0,
            pycurl.SSL_VERIFYPEER: 1,
            pycurl.SSL_VERIFYHOST: 2,
            pycurl.NOSIGNAL: 1,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
            pycurl.CONNECTTIMEOUT: _CONNECT_S,
            pycurl.LOW_SPEED_LIMIT: 1,
            pycurl.LOW_SPEED_TIME: _SILENT_S,
            pycurl.USERAGENT: "Bascule",
            pycurl.HEADERFUNCTION: hearing.header,
            pycurl.WRITEFUNCTION: hearing.write,
        }
        for option, value in options.items():
            self._curl.setopt(option, value)
        store = ssl.get_default_verify_paths()
        if self._trusted:
            self._curl.set_ca_certs(self._trusted)
        elif store.cafile:
            self._curl.setopt(pycurl.CAINFO, store.cafile)
        if store.capath:
            self._curl.setopt(pycurl.CAPATH, store.capath)

    def close(self) -> None:
        """Hang up."""
        self._curl.close()


class _Hearing:
    """Gathers one answer as it comes."""

    def __init__(self, limit: int, take: Take | None) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.cut = False
        self._limit, self._take = limit, take
        self._size = self._head = 0

    def header(self, line: bytes) -> int | None:
        text = line.decode("latin-1").strip()
        self._head += len(line)
        if self._head > _MAX_HEADERS:
            return -1
        if text.startswith("HTTP/"):
            told = text.split(" ", 2)
            self.status = int(told[1]) if len(told) > 1 and told[1].isdigit() else 0
            self.headers = {}
        elif ":" in text:
            name, _, value = text.partition(":")
            self.headers[name.lower()] = value.strip()
        return None

    def write(self, piece: bytes) -> int | None:
        self._size += len(piece)
        if self._size > self._limit:
            self.cut = True
            return -1
        if self._take is not None and self.status == 200:
            self._take(piece)
        else:
            self.body += piece
        return None


def _trusted(ca_file: Path) -> str:
    """Return the certificates of a file with those of the system's bundle, as PEM.

    Raises:
        MoveError: No certificates can be read from it (`ca-file`).
    """
    system = ssl.get_default_verify_paths().cafile
    try:
        ssl.create_default_context().load_verify_locations(ca_file)
        return "\n".join(Path(file).read_text("utf-8", "replace") for file in (ca_file, system) if file)
    except (OSError, ssl.SSLError) as error:
        raise MoveError("ca-file", file=str(ca_file), said=str(error)) from error
