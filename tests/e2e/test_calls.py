"""A home page in the system's own Chromium: what its scripts call is seen, and nothing gets out but through the guard."""

import asyncio
import base64
import hashlib
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from sites import TABLE, site, told, visit

from bascule.guard import Gate
from bascule.model import Kind, Outcome
from table import TableResolver


def test_what_a_script_adds_is_seen_without_its_query_and_goes_through_the_proxy(program):
    resolver, udp = TableResolver(TABLE), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.setblocking(False)

    async def work():
        def other(path):
            adds = f"let s = document.createElement('script'); s.src = 'http://later.exemple.org:{port}/b.js'; document.head.append(s)"
            return told("" if path == "/b.js" else adds, "text/javascript")

        async with site(other) as (port, asked), site(lambda _: None) as (chat, greeted):
            html = f"""<script src="http://cdn.exemple.net:{port}/a.js?visitor=42"></script><script>
                window.open('http://popup.exemple.org:{port}/');
                new WebSocket('ws://chat.exemple.org:{chat}/talk?id=7');
                let c = new RTCPeerConnection({{iceServers:[{{urls:'stun:127.0.0.1:{udp.getsockname()[1]}'}}]}});
                c.createDataChannel('y'); c.createOffer().then(o => c.setLocalDescription(o));
                alert('wait');</script>"""
            async with site(lambda path: told(html) if path == "/" else told("", status="404 Not Found")) as (home, heads):
                item = await visit(program, f"http://www.exemple.fr:{home}/", Gate(allow_private=True), resolver=resolver)
                return item, port, chat, home, asked, heads, greeted

    item, port, chat, home, asked, heads, greeted = asyncio.run(work())
    assert (item.kind, item.outcome) == (Kind.REQUEST, Outcome.PRESENT), item.reason
    assert item.value[:2] == [f"http://www.exemple.fr:{home}/", f"http://cdn.exemple.net:{port}/a.js"]
    assert f"http://later.exemple.org:{port}/b.js" in item.value
    assert f"ws://chat.exemple.org:{chat}/talk" in item.value
    assert {url.split("/")[2].partition(":")[0] for url in item.value} <= {"www.exemple.fr", "cdn.exemple.net", "later.exemple.org", "chat.exemple.org"}
    assert "Bascule/0 (+me@exemple.fr)" in heads[0]
    # The browser itself wants to call its maker: no name but the page's was looked up.
    assert {question.split(" ")[1] for question in resolver.asked} == {"www.exemple.fr", "cdn.exemple.net", "later.exemple.org", "chat.exemple.org"}
    with udp, pytest.raises(BlockingIOError):
        udp.recv(1)
    # The web socket came through the tunnel: the browser itself cannot look its name up.
    assert greeted[0].startswith("GET /talk?id=7 ")
    assert sorted(head.split(" ")[1] for head in asked) == ["/a.js?visitor=42", "/b.js"]


def test_a_redirect_inwards_is_refused_before_anything_is_connected_to(program):
    async def work():
        def inwards(_):
            return told("", status="302 Found", more=f"Location: http://127.0.0.1:{canary}/\r\n")

        async with site(lambda _: told("secret")) as (canary, knocked), site(inwards) as (home, _):

            class Half(Gate):
                """Lets the first site through, and judges the rest as ever."""

                def admit(self, address, port, ports=frozenset()):
                    if port != home:
                        super().admit(address, port, frozenset((canary,)))

            return await visit(program, f"http://www.exemple.fr:{home}/", Half()), knocked

    item, knocked = asyncio.run(work())
    assert (item.outcome, item.code, item.reason) == (Outcome.UNREACHABLE, "blocked", "127.0.0.1 is not a public address")
    assert knocked == []


def test_a_page_that_never_ends_gives_what_was_seen(program):
    async def work():
        async with site(lambda path: told("<img src=/slow.png>") if path == "/" else None) as (home, _):
            return await visit(program, f"http://www.exemple.fr:{home}/", Gate(allow_private=True), patience=1.0), home

    item, home = asyncio.run(work())
    assert item.value == [f"http://www.exemple.fr:{home}/", f"http://www.exemple.fr:{home}/slow.png"]


def test_a_page_that_never_begins_is_no_empty_page(program):
    async def work():
        async with site(lambda _: None) as (home, _):
            return await visit(program, f"http://www.exemple.fr:{home}/", Gate(allow_private=True), patience=1.0)

    item = asyncio.run(work())
    assert (item.outcome, item.code, item.value) == (Outcome.UNREACHABLE, "timeout", None)


def test_a_browser_that_does_not_start_is_said(tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    item = asyncio.run(visit(str(broken), "http://www.exemple.fr/", Gate()))
    assert (item.outcome, item.code) == (Outcome.UNREACHABLE, "refused")
    assert item.reason.startswith("the browser ended")


def authority(names, folder):
    """Return a TLS context of a server of these names, signed by a root made here, and how its key is told to a browser (base64 of SHA-256)."""
    key = ec.generate_private_key(ec.SECP256R1())
    place = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test root")])
    now = datetime.now(UTC)
    signed = x509.CertificateBuilder().issuer_name(place).serial_number(x509.random_serial_number())
    signed = signed.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    own = ec.generate_private_key(ec.SECP256R1())
    root = signed.subject_name(place).public_key(key.public_key()).add_extension(x509.BasicConstraints(True, None), True).sign(key, SHA256())
    named = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    leaf = signed.subject_name(x509.Name([])).public_key(own.public_key()).add_extension(named, True).sign(key, SHA256())
    (folder / "chain.pem").write_bytes(leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    public = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return context, base64.b64encode(hashlib.sha256(public).digest()).decode()


SERVED = {
    "/": """<script src=/a.js></script><script>navigator.serviceWorker.register('/w.js')</script>""",
    "/a.js": "document.head.append(Object.assign(document.createElement('script'), {src: 'https://later.exemple.org:PORT/b.js?x=1'}))",
    "/w.js": "fetch('https://127.0.0.1:CANARY/', {mode: 'no-cors'}); fetch('https://cdn.exemple.net:CANARY/', {mode: 'no-cors'})",
    "/b.js": "",
}


def over_tls(program, tmp_path, *words):
    """Visit a site whose page and scripts come over TLS; return the evidence, what was asked, and whether a service worker got inwards."""
    context, pin = authority(["www.exemple.fr", "later.exemple.org"], tmp_path)
    ports = {}

    def served(path):
        body = SERVED.get(path.partition("?")[0], "")
        for name, number in ports.items():
            body = body.replace(name, str(number))
        return told(body, "text/html" if path == "/" else "text/javascript")

    async def work():
        async with site(lambda _: None) as (canary, knocked), site(served, context) as (home, asked):
            ports.update(PORT=home, CANARY=canary)

            class Half(Gate):
                """Lets the site through, and judges the rest as ever."""

                def admit(self, address, port, ports=frozenset()):
                    if port != home:
                        super().admit(address, port)

            item = await visit(program(*(word.replace("PIN", pin) for word in words)), f"https://www.exemple.fr:{home}/", Half())
            return item, home, [head.split(" ")[1] for head in asked if head], knocked

    return asyncio.run(work())


def test_https_goes_through_the_tunnel_and_a_service_worker_no_further_than_the_page(chromium, tmp_path):
    item, home, asked, knocked = over_tls(chromium, tmp_path, "--ignore-certificate-errors-spki-list=PIN")
    assert item.outcome is Outcome.PRESENT, item.reason
    assert item.value[:2] == [f"https://www.exemple.fr:{home}/", f"https://www.exemple.fr:{home}/a.js"]
    assert f"https://later.exemple.org:{home}/b.js" in item.value
    assert {"/", "/a.js", "/b.js?x=1"} <= set(asked)
    assert knocked == []


def test_a_certificate_that_nobody_trusts_is_no_page(chromium, tmp_path):
    item, _, asked, _ = over_tls(chromium, tmp_path)
    assert (item.outcome, item.code, item.reason) == (Outcome.UNREACHABLE, "refused", "the browser says: net::ERR_CERT_AUTHORITY_INVALID")
    assert asked == []
