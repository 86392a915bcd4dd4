"""A real mail server that asks the stand-in authorization server whether a token is good; the commands as people type them."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from bascule.cli.app import run as command
from bascule.cli.context import Speaker
from bascule.model import Receipt
from bascule.move import Access, Journal, MoveError, Mover, address, source, target
from bascule.move.signin import Ticket, Tokens, Way
from bascule.move.verify import reader
from bascule.move.web import Web
from bascule.report.words import Words
from tests.move.account import content, fill
from tests.move.cutter import Cutter
from tests.move.standin import CANARY, Authorization, Graph
from world.dovecot import PASSWORD, Dovecot

pytestmark = pytest.mark.xdist_group("dovecot")
Papers = tuple[Path, Path, Path]
TOTAL = 32

_PASSDB = """
auth_mechanisms = plain login xoauth2
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
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


@pytest.fixture(scope="module")
def office(papers: Papers) -> Iterator[Authorization]:
    with Authorization(papers[1], papers[2], "anne") as server:
        yield server


@pytest.fixture
def authorization(office: Authorization) -> Authorization:
    office.asked.clear()
    office.good.clear()
    office.refresh.clear()
    office.script, office.interval = ["authorization_pending"], 0
    return office


@pytest.fixture(scope="module")
def guarded(shelter: Path, papers: Papers, office: Authorization) -> Iterator[Dovecot]:
    home = shelter / "guarded"
    home.mkdir()
    file = home / "oauth2.conf"
    root = home / "root.pem"
    root.write_bytes(papers[0].read_bytes())
    file.write_text(_ASKING.format(url=office.url, root=root))
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


def test_a_token_that_ends_in_the_middle_of_the_check_is_renewed(guarded: Dovecot, authorization: Authorization, papers: Papers) -> None:
    fresh = ticket(authorization, papers)
    with Cutter(guarded.port, before=b"BODY[]") as line:
        checking = reader(address(f"imap://anne@127.0.0.1:{line.port}/"), Access(ticket=fresh))
        authorization.take_back()
        found = list(checking.read(("INBOX",)))
        checking.close()
    assert (len(found), line.cuts) == (sum(content(guarded, "anne")["INBOX"].values()), 1)
    assert fresh.get() != CANARY + "first"


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


class Said(NamedTuple):
    status: int
    out: str
    err: str


Bascule = Callable[..., Said]


@pytest.fixture
def bascule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bascule:
    """Run a command as people type it, in a folder of its own; nobody sits there, and there is no keyring."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "keyring", None)

    def run(*words: object) -> Said:
        capsys.readouterr()
        status = command([str(word) for word in words], Speaker(Words("en")))
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, bascule: Bascule) -> dict[tuple[str, str], str]:
    """A stand-in for the system's keyring."""
    kept: dict[tuple[str, str], str] = {}
    module = SimpleNamespace(
        get_password=lambda service, who: kept.get((service, who)), set_password=lambda service, who, secret: kept.update({(service, who): secret})
    )
    monkeypatch.setitem(sys.modules, "keyring", module)
    return kept


def nowhere(folder: Path, *said: Said) -> None:
    """No token, code or secret stands in what was said or written."""
    for one in said:
        assert CANARY not in one.out + one.err
        assert "Traceback" not in one.err, one.err
    for file in folder.iterdir():
        assert file.name == "secrets.toml" or CANARY.encode() not in file.read_bytes(), file


def test_move_and_verify_after_signing_in_and_a_later_run_without_anybody(
    guarded: Dovecot,
    new: Dovecot,
    authorization: Authorization,
    papers: Papers,
    tmp_path: Path,
    bascule: Bascule,
    keyring: dict[tuple[str, str], str],
) -> None:
    options = ("--secrets", secrets(tmp_path, authorization), "--client-id", authorization.client, "--ca-file", papers[0], "--remember")
    ends = (guarded.address("anne"), new.address("anne.cli"))
    done = bascule("move", *ends, *options, "-o", "r.json", "-o", "r.html", "-o", "r.csv")
    assert done.status == 0, done.err
    assert json.loads((tmp_path / "r.json").read_text())["moved"] == TOTAL
    assert (f"{authorization.url}/type" in done.err, "ABCD-EFGH" in done.err) == (True, True)
    assert len([1 for _, path in authorization.asked if path == "/device"]) == 1
    authorization.take_back()
    checked = bascule("verify", next(tmp_path.glob("*.journal")), *options)
    assert checked.status == 0, checked.err
    assert len([1 for _, path in authorization.asked if path == "/device"]) == 1
    authorization.script = ["access_denied"]
    denied = bascule("move", *ends, *options[:-1])
    authorization.refresh.clear()
    authorization.script = ["expired_token"]
    late = bascule("move", *ends, *options)
    assert [(denied.status, "said no" in denied.err), (late.status, "nobody signed in" in late.err)] == [(5, True), (5, True)]
    assert list(keyring) == [("bascule sign-in", "anne@127.0.0.1")]
    nowhere(tmp_path, done, checked, denied, late)


def test_without_a_keyring_nothing_is_kept_and_that_is_said(
    new: Dovecot, authorization: Authorization, papers: Papers, tmp_path: Path, bascule: Bascule
) -> None:
    options = ("--secrets", secrets(tmp_path, authorization), "--client-id", authorization.client, "--ca-file", papers[0], "--remember")
    said = bascule("move", new.address("anne"), new.address("anne.none"), *options)
    assert (said.status, "no keyring" in said.err) == (2, True)
    nowhere(tmp_path, said)


def test_a_mailbox_behind_graph_from_the_command_line(
    new: Dovecot, graph: Graph, authorization: Authorization, papers: Papers, tmp_path: Path, bascule: Bascule
) -> None:
    authorization.script = []
    graph.folders = {"I": ("Inbox", "", {"known": "inbox"}), "A": ("Archiv", "", {"known": "archive"})}
    told = {"id": "1", "isRead": True, "categories": ["Catégorie bleue"], "receivedDateTime": "2021-05-06T07:08:09Z"}
    graph.mail = {"I": [(told, b"Subject: un\r\n\r\n1\r\n")], "A": [({"id": "2"}, b"Subject: deux\r\n\r\n")]}
    options = ("--secrets", secrets(tmp_path, authorization), "--ca-file", papers[0])
    end = f"graph://anne@localhost:{graph.port}/?tenant=exemple.fr&client_id={authorization.client}"
    done = bascule("move", end, new.address("anne.graph"), *options)
    assert done.status == 0, done.err
    found = content(new, "anne.graph")
    [(body, date, flags)] = found["INBOX"]
    assert (body, date[:10], flags) == (b"Subject: un\r\n\r\n1\r\n", "2021-05-06", {"\\Seen", "Categorie_bleue"})
    assert found["Archiv"].total() == 1
    checked = bascule("verify", next(tmp_path.glob("*.journal")), *options)
    assert checked.status == 0, checked.err
    nowhere(tmp_path, done, checked)


def test_of_a_list_one_who_does_not_sign_in_holds_up_no_other(
    guarded: Dovecot, new: Dovecot, authorization: Authorization, papers: Papers, tmp_path: Path, bascule: Bascule
) -> None:
    authorization.script = ["access_denied"]
    (tmp_path / "people.csv").write_text("old,new\nzoe,zoe.list\nanne,anne.list\n")
    options = ("--secrets", secrets(tmp_path, authorization), "--client-id", authorization.client, "--ca-file", papers[0])
    ends = (f"imap://127.0.0.1:{guarded.port}/", f"imap://127.0.0.1:{new.port}/")
    said = bascule("move", *ends, "--accounts", "people.csv", *options)
    assert said.status == 5
    assert ["said no" in line for line in said.out.splitlines()] == [True, False]
    assert f"anne → anne.list · {TOTAL} over there" in said.out
    nowhere(tmp_path, said)


def test_what_to_do_is_said_where_a_password_does_not_open(bascule: Bascule, tmp_path: Path) -> None:
    there = "imap://u@127.0.0.1:1/"
    registered = bascule("move", "imaps://anne%40exemple.fr@outlook.office365.com/", there)
    assert (registered.status, "--client-id" in registered.err, "Register Bascule" in registered.err) == (2, True, True)
    hostless = bascule("move", "graph://anne%40exemple.fr", there)
    assert (hostless.status, "graph.microsoft.com takes no password" in hostless.err) == (2, True)
    google = bascule("move", "imaps://anne%40exemple.fr@imap.gmail.com/", there)
    assert (google.status, "one made for programs" in google.err) == (2, True)
    (tmp_path / "s.toml").write_text('[source]\ntoken = "é é"\n[target]\npassword = "x"\n')
    spoilt = bascule("move", "graph://anne@localhost:1/", there, "--secrets", "s.toml")
    assert (spoilt.status, "The token in the file" in spoilt.err) == (3, True)
    (tmp_path / "s.toml").write_text('[source]\ntoken_url = "https://localhost:1/"\n[target]\npassword = "x"\n')
    half = bascule("move", "graph://anne@localhost:1/", there, "--secrets", "s.toml")
    assert (half.status, "add --client-id ID" in half.err) == (2, True)
    odd = bascule("move", "graph://anne%40exemple.fr?tenant=../x&client_id=1", there)
    assert (odd.status, "tenant ../x" in odd.err) == (2, True)
