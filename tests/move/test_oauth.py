"""A real mail server that asks the stand-in authorization server whether a token is good; the commands as people type them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bascule.model import Receipt
from bascule.move import Access, Journal, MoveError, Mover, address, source, target
from bascule.move.signin import Ticket, Tokens, Way
from bascule.move.verify import reader
from bascule.move.web import Web
from tests.move.cutter import Cutter
from tests.move.mailbox import content, fill
from tests.move.standin import CANARY, Authorization, Graph
from world.dovecot import PASSWORD, Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
Papers = tuple[Path, Path, Path]
TOTAL = 32

_PASSDB = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {file}
}}
"""
_ASKING = """
introspection_mode = auth
introspection_url = {url}/introspect
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file = {root}
"""


@pytest.fixture
def guarded(shelter: Path, tmp_path: Path, papers: Papers, authorization: Authorization) -> Iterator[Dovecot]:
    authorization.user = "anne"
    home = shelter / tmp_path.name
    home.mkdir()
    file = home / "oauth2.conf"
    root = home / "root.pem"
    root.write_bytes(papers[0].read_bytes())
    file.write_text(_ASKING.format(url=authorization.url, root=root))
    with Dovecot(home / "server", extra=_PASSDB.format(file=file)) as server:
        fill(server, "anne", count=TOTAL - 12)
        yield server


def ticket(authorization: Authorization, papers: Papers) -> Ticket:
    authorization.good[CANARY + "first"] = "anne"
    authorization.refresh.add(CANARY + "renewal")
    way = Way(client_id=authorization.client, token_url=f"{authorization.url}/token")
    return Ticket(way, Web(papers[0]), Tokens(CANARY + "first", 1e12, CANARY + "renewal"))


def test_a_token_that_ends_in_the_middle_of_a_move_is_renewed_when_the_line_breaks(
    guarded: Dovecot, new: Dovecot, authorization: Authorization, papers: Papers, tmp_path: Path
) -> None:
    fresh = ticket(authorization, papers)
    with Cutter(guarded.port, before=b"BODY[]") as line:
        here, there = f"imap://anne@127.0.0.1:{line.port}/", new.address("anne.token")
        kept = Journal(tmp_path / "j", here, there)
        connect = source(address(here), Access(ticket=fresh))

        def wait(_seconds: float) -> None:
            authorization.take_back()

        done = Mover(connect, target(address(there), Access(password=PASSWORD)), kept, sleep=wait).run()
        kept.close()
    assert (done, line.cuts) == (Receipt(moved=TOTAL), 1)
    assert fresh.get() != CANARY + "first"
    assert content(new, "anne.token") == content(guarded, "anne")
    checking = reader(address(guarded.address("anne")), Access(ticket=fresh))
    assert len(list(checking.read(("INBOX",)))) == sum(content(guarded, "anne")["INBOX"].values())
    checking.close()


def test_a_token_of_somebody_else_s_making_is_used_and_its_end_told(guarded: Dovecot, authorization: Authorization) -> None:
    end = address(guarded.address("anne"))
    authorization.good["given"] = "anne"
    here = source(end, Access(token="given"))()
    assert here.folders()
    here.close()
    authorization.take_back()
    with pytest.raises(MoveError) as told:
        source(end, Access(token="given"))()
    assert told.value.code == "refused-login"
    with pytest.raises(MoveError):
        reader(end, Access(token="given"))


def secrets(folder: Path, authorization: Authorization, way: str = "device_url") -> Path:
    urls = f'{way} = "{authorization.url}/{way.removesuffix("_url")}"\ntoken_url = "{authorization.url}/token"\nscopes = "mail offline_access"\n'
    file = folder / "secrets.toml"
    file.write_text(f'[source]\nclient_secret = "{CANARY}secret"\n{urls}\n[target]\npassword = "{PASSWORD}"\n')
    return file


KEYRING = """
import json, os, pathlib
file = pathlib.Path(os.environ["TEST_KEYRING"])
def get_password(service, who):
    return json.loads(file.read_text()).get(service + " " + who) if file.exists() else None
def set_password(service, who, secret):
    file.write_text(json.dumps({service + " " + who: secret}))
"""


def bascule(*words: object, into: Path, keyring: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command; the keyring of the test is a file, which stands in for the system's."""
    environment = dict(os.environ)
    if keyring:
        (into / "keys").mkdir(exist_ok=True)
        (into / "keys/keyring.py").write_text(KEYRING)
        environment |= {"PYTHONPATH": f"{into / 'keys'}:{environment.get('PYTHONPATH', '')}", "TEST_KEYRING": str(into / "keys/file")}
    command = [sys.executable, "-m", "bascule", "--lang", "en", *(str(word) for word in words)]
    return subprocess.run(command, cwd=into, capture_output=True, text=True, check=False, timeout=60, env=environment)


def nowhere(folder: Path, *said: subprocess.CompletedProcess[str], but: tuple[str, ...] = ("secrets.toml", "keys")) -> None:
    """No token, code or secret stands in what was said or written."""
    for one in said:
        assert CANARY not in one.stdout + one.stderr
        assert "Traceback" not in one.stderr, one.stderr
    for file in folder.iterdir():
        assert file.name in but or CANARY.encode() not in file.read_bytes(), file


def test_move_and_verify_after_signing_in_and_a_later_run_without_anybody(
    guarded: Dovecot, new: Dovecot, authorization: Authorization, papers: Papers, tmp_path: Path
) -> None:
    options = ("--secrets", secrets(tmp_path, authorization), "--client-id", authorization.client, "--ca-file", papers[0], "--remember")
    ends = (guarded.address("anne"), new.address("anne.cli"))
    done = bascule("move", *ends, *options, "-o", "r.json", "-o", "r.html", "-o", "r.csv", into=tmp_path, keyring=True)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "r.json").read_text())["moved"] == TOTAL
    assert (f"{authorization.url}/type" in done.stderr, "ABCD-EFGH" in done.stderr) == (True, True)
    assert len([1 for _, path in authorization.asked if path == "/device"]) == 1
    authorization.take_back()
    checked = bascule("verify", next(tmp_path.glob("*.journal")), *options, into=tmp_path, keyring=True)
    assert checked.returncode == 0, checked.stderr
    assert len([1 for _, path in authorization.asked if path == "/device"]) == 1
    authorization.script = ["access_denied"]
    denied = bascule("move", *ends, *options[:-1], into=tmp_path)
    authorization.refresh.clear()
    authorization.script = ["expired_token"]
    late = bascule("move", *ends, *options, into=tmp_path, keyring=True)
    assert [(denied.returncode, "said no" in denied.stderr), (late.returncode, "nobody signed in" in late.stderr)] == [(5, True), (5, True)]
    nowhere(tmp_path, done, checked, denied, late)


def test_without_a_keyring_nothing_is_kept_and_that_is_said(
    guarded: Dovecot, new: Dovecot, authorization: Authorization, papers: Papers, tmp_path: Path
) -> None:
    authorization.script = []
    options = ("--secrets", secrets(tmp_path, authorization), "--client-id", authorization.client, "--ca-file", papers[0], "--remember")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/keyring.py").write_text("raise ImportError")
    os.environ["PYTHONPATH"], before = f"{tmp_path / 'keys'}:{os.environ.get('PYTHONPATH', '')}", os.environ.get("PYTHONPATH", "")
    try:
        said = bascule("move", new.address("anne"), new.address("anne.none"), *options, into=tmp_path)
    finally:
        os.environ["PYTHONPATH"] = before
    assert (said.returncode, "no keyring" in said.stderr) == (2, True)
    nowhere(tmp_path, said)


def test_a_mailbox_behind_graph_from_the_command_line(new: Dovecot, graph: Graph, authorization: Authorization, papers: Papers, tmp_path: Path) -> None:
    authorization.script = []
    graph.folders = {"I": ("Inbox", "", {"known": "inbox"}), "A": ("Archiv", "", {"known": "archive"})}
    told = {"id": "1", "isRead": True, "categories": ["Catégorie bleue"], "receivedDateTime": "2021-05-06T07:08:09Z"}
    graph.mail = {"I": [(told, b"Subject: un\r\n\r\n1\r\n")], "A": [({"id": "2"}, b"Subject: deux\r\n\r\n")]}
    options = ("--secrets", secrets(tmp_path, authorization), "--ca-file", papers[0])
    end = f"graph://anne%40exemple.fr@localhost:{graph.port}/?tenant=exemple.fr&client_id={authorization.client}"
    done = bascule("move", end, new.address("anne.graph"), *options, into=tmp_path)
    assert done.returncode == 0, done.stderr
    found = content(new, "anne.graph")
    [(body, date, flags)] = found["INBOX"]
    assert (body, date[:10], flags) == (b"Subject: un\r\n\r\n1\r\n", "2021-05-06", {"\\Seen", "Categorie_bleue"})
    assert found["Archiv"].total() == 1
    checked = bascule("verify", next(tmp_path.glob("*.journal")), *options, into=tmp_path)
    assert checked.returncode == 0, checked.stderr
    nowhere(tmp_path, done, checked)


def test_what_to_do_is_said_where_a_password_does_not_open(tmp_path: Path) -> None:
    there = "imap://u@127.0.0.1:1/"
    registered = bascule("move", "imaps://anne%40exemple.fr@outlook.office365.com/", there, into=tmp_path)
    assert (registered.returncode, "--client-id" in registered.stderr, "Register Bascule" in registered.stderr) == (2, True, True)
    hostless = bascule("move", "graph://anne%40exemple.fr", there, into=tmp_path)
    assert (hostless.returncode, "graph.microsoft.com takes no password" in hostless.stderr) == (2, True)
    google = bascule("move", "imaps://anne%40exemple.fr@imap.gmail.com/", there, into=tmp_path)
    assert (google.returncode, "one made for programs" in google.stderr) == (2, True)
    odd = bascule("move", "graph://anne%40exemple.fr?tenant=../x&client_id=1", there, into=tmp_path)
    assert (odd.returncode, "tenant ../x" in odd.stderr) == (2, True)
