"""Follows a page of the documentation word for word, in a closed room where stand-ins of our own bear the names that the page writes.

Run by test_walks.py as `unshare --net --mount python -m tests.move.walk PAGE FOLDER`: no packet leaves; names, certificates and ports are the room's own.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.move.account import client, content, fill, put
from tests.move.standin import Answer, Authorization
from tests.unit.move.file_ends import PLAIN, SOURCES
from world.certificates import Authority
from world.dovecot import Dovecot
from world.parts import Certificate

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
OFFICE, FRIEND, GOOGLE, DOOR = "outlook.office365.com", "mail.infomaniak.com", "imap.gmail.com", "login.microsoftonline.com"
PLACES = {name: f"127.0.0.{number}" for number, name in enumerate((OFFICE, FRIEND, GOOGLE, DOOR), 2)}
NEW_PASSWORD, APP_PASSWORD, OLD_PASSWORD = "mot-de-passe-infomaniak", "mot-de-passe-d-application", "known-to-nobody"
WHO, CLIENT = "anne@exemple.fr", "00000000-0000-0000-0000-000000000001"
COUNT = 44


class Door(Authorization):
    """The authorization server under the paths that the page's provider uses."""

    client = CLIENT

    def answer(self, path: str, query: dict[str, str], form: dict[str, str], headers: dict[str, str]) -> object:
        short = {"devicecode": "/device", "token": "/token"}.get(path.rpartition("/")[2], path)
        if short != path and "/oauth2/v2.0/" not in path:
            raise Answer(404)
        return super().answer(short, query, form, headers)


def main(page: Path, folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    authority = Authority(folder / "papers")
    chain, key = authority.files(Certificate(), tuple(PLACES))
    _mount(folder / "hosts", Path("/etc/hosts"), "127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in PLACES.items()))
    _mount(folder / "bundle", _BUNDLE, authority.root_file.read_text())
    with ExitStack() as open_now:
        door = open_now.enter_context(Door(chain, key, WHO, where=(PLACES[DOOR], 443)))
        door.url, door.interval, door.script = f"https://{DOOR}", 0, ["authorization_pending"] * 2
        servers = dict(_servers(folder, (chain, key), door))
        for server in servers.values():
            open_now.enter_context(server)
        for name in (OFFICE, GOOGLE):
            _fill(servers[name])
        work = folder / "work"
        work.mkdir()
        _prepare(page, work)
        for command in commands(page):
            _follow(command, work, folder, servers[OFFICE], door)
        _judge(page, servers)


def commands(page: Path) -> list[str]:
    """Return the lines of the page's shell blocks."""
    return [line for block in _BLOCK.findall(page.read_text("utf-8")) for line in block.splitlines() if line]


def _servers(folder: Path, certificate: tuple[Path, Path], door: Door) -> Iterator[tuple[str, Dovecot]]:
    asking = folder / "oauth2.conf"
    asking.write_text(
        f"introspection_mode = auth\nintrospection_url = https://{DOOR}/introspect\nusername_attribute = username\n"
        f"active_attribute = active\nactive_value = true\ntls_ca_cert_file = {_BUNDLE}\n"
    )
    tokens = f"auth_mechanisms = plain xoauth2\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {asking}\n}}\n"
    for name, password, extra in ((OFFICE, OLD_PASSWORD, tokens), (FRIEND, NEW_PASSWORD, ""), (GOOGLE, APP_PASSWORD, "")):
        yield name, Dovecot(folder / name, certificate=certificate, listen=PLACES[name], secure=993, password=password, extra=extra)


def _fill(server: Dovecot) -> None:
    fill(server, WHO, count=COUNT - 12)


def _prepare(page: Path, work: Path) -> None:
    """Put there what the person has before the first command."""
    if "google" in page.name:
        SOURCES["takeout"](work, PLAIN)
        (work / "t").rename(work / "export-google")
    (work / "copie.toml").write_text(f'[source]\npassword = "{NEW_PASSWORD}"\n')


def _follow(command: str, work: Path, folder: Path, office: Dovecot, door: Door) -> None:
    if command.startswith("bascule verify anne.journal"):
        # Between the move and the check the old account got a last message, which the third move carried.
        assert sum(sum(messages.values()) for messages in content(office, WHO).values()) == COUNT + 1
    environment = {
        **os.environ,
        "SSL_CERT_FILE": str(_BUNDLE),
        "HOME": str(folder),
        "LANG": "fr_FR.UTF-8",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(["bash", "-c", command], cwd=work, capture_output=True, text=True, timeout=60, check=False, env=environment)
    print(f"$ {command}\n{done.stdout}{done.stderr}")
    assert done.returncode == 0, command
    if "recu-anne" in command:
        assert "Tout est arrivé." in (work / "recu-anne.html").read_text("utf-8")
        with client(office, WHO) as box:
            put(box, "INBOX", b"Subject: en retard\r\n\r\n\r\n", "()", 900)
    if "--client-id" in command:
        assert "ABCD-EFGH" in done.stderr
        door.script = ["authorization_pending"]
    if command.startswith("bascule verify"):
        assert "Il ne manque rien." in done.stdout or "intacte" in done.stdout, done.stdout


def _judge(page: Path, servers: dict[str, Dovecot]) -> None:
    old = GOOGLE if "google" in page.name else OFFICE
    assert content(servers[FRIEND], WHO) == content(servers[old], WHO)


def _mount(file: Path, over: Path, text: str) -> None:
    file.write_text(text)
    subprocess.run(["mount", "--bind", str(file), str(over)], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
