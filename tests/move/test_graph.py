"""A mailbox behind the stand-in for Microsoft Graph (built from its published description, not recorded at the vendor's) is carried, whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.model import Receipt, Verification
from bascule.move import Access, BusyError, CutError, Entry, Folder, Journal, MoveError, Mover, Progress, Source, address, source
from bascule.move.graph.source import keyword
from bascule.move.signin import Ticket, Tokens, Way
from bascule.move.verify import Seen, reader, verify
from bascule.move.web import Web
from tests.move.account import ODD
from tests.move.standin import CANARY, Authorization, Graph
from tests.unit.move.memory import MemoryTarget

Shelf = dict[tuple[str, ...], list[bytes]]
Papers = tuple[Path, Path, Path]
BIG = b"Subject: gros\r\n\r\n" + b"0123456789abcdef" * 200_000


def message(key: str, **told: object) -> dict[str, object]:
    return {"id": key, "isRead": False, "isDraft": False, "flag": {"flagStatus": "notFlagged"}, "categories": [], "receivedDateTime": None, **told}


@pytest.fixture
def full(graph: Graph) -> Graph:
    graph.folders = {
        "IN/=": ("Boîte de réception", "", {"known": "inbox"}),
        "SE": ("Éléments envoyés", "", {"known": "sentitems"}),
        "PR": ("Projets / été", "", {}),
        "SU": ("受信", "PR", {}),
        "T1": ("Même nom", "SU", {}),
        "T2": ("Même nom", "SU", {}),
        "KI": ("Clients", "IN/=", {}),
        "HI": ("Clutter", "", {"isHidden": True}),
        "QU": ("Quick Step Settings", "", {"isHidden": True}),
        "VI": ("Semaine", "", {"@odata.type": "#microsoft.graph.mailSearchFolder", "isSupported": True}),
    }
    odd = [(message(f"odd/{number}+=", isRead=True, receivedDateTime="2020-03-02T09:00:00Z"), body) for number, body in enumerate(ODD.values())]
    marked = message(
        "m", isRead=True, isDraft=True, flag={"flagStatus": "flagged"}, categories=["Catégorie rouge", "(x)"], receivedDateTime="0001-01-01T00:00:00Z"
    )
    graph.mail = {
        "IN/=": odd,
        "SE": [(marked, b"Subject: m\r\n\r\n"), (message("big"), BIG)],
        "T2": [(message("t2"), b"")],
        "HI": [(message("h"), b"Subject: h\r\n\r\n")],
        "VI": [(message("m"), b"twice")],
    }
    return graph


TOTAL = len(ODD) + 4


def ticket(authorization: Authorization, papers: Papers) -> Ticket:
    access = CANARY + "first"
    authorization.good[access] = authorization.user
    authorization.refresh.add(CANARY + "renewal")
    way = Way(client_id=authorization.client, token_url=f"{authorization.url}/token")
    return Ticket(way, Web(papers[0]), Tokens(access, 1e12, CANARY + "renewal"))


@pytest.fixture
def access(authorization: Authorization, papers: Papers) -> Access:
    return Access(ticket=ticket(authorization, papers), ca_file=papers[0])


def end(graph: Graph, user: str = "anne%40exemple.fr") -> str:
    return f"graph://{user}@localhost:{graph.port}/"


def opened(graph: Graph, access: Access) -> Source:
    return source(address(end(graph)), access)()


def carry(graph: Graph, access: Access, journal: Path, shelf: Shelf, see: Callable[[Progress], None] = lambda _: None) -> Receipt:
    kept = Journal(journal, end(graph), "memory")
    try:
        return Mover(source(address(end(graph)), access), lambda: MemoryTarget(shelf), kept, see, sleep=lambda _: None).run()
    finally:
        kept.close()


def test_every_folder_and_message_is_there_byte_by_byte_and_a_second_run_asks_for_no_message(full: Graph, access: Access, tmp_path: Path) -> None:
    shelf: Shelf = {}
    assert carry(full, access, tmp_path / "j", shelf) == Receipt(moved=TOTAL)
    assert {path: sorted(bodies) for path, bodies in shelf.items()} == {
        ("INBOX",): sorted(ODD.values()),
        ("INBOX", "Clients"): [],
        ("Éléments envoyés",): sorted([b"Subject: m\r\n\r\n", BIG]),
        ("Projets / été",): [],
        ("Projets / été", "受信"): [],
        ("Projets / été", "受信", "Même nom"): [],
        ("Projets / été", "受信", "Même nom (2)"): [b""],
        ("Clutter",): [b"Subject: h\r\n\r\n"],
    }
    before = len(full.asked)
    assert carry(full, access, tmp_path / "j", shelf) == Receipt(moved=TOTAL)
    assert not [path for _, path in full.asked[before:] if path.endswith("$value")]
    assert ({verb for verb, _ in full.asked}, set(full.prefer)) == ({"GET"}, {'IdType="ImmutableId"'})


def test_what_stood_at_the_target_before_is_not_stored_twice_though_no_size_is_told(full: Graph, access: Access, tmp_path: Path) -> None:
    shelf: Shelf = {("INBOX",): [ODD["eight bits"]]}
    assert carry(full, access, tmp_path / "j", shelf) == Receipt(moved=TOTAL - 1, already_there=1)
    assert len(shelf["INBOX",]) == len(ODD)


def test_special_use_flags_keywords_and_dates(full: Graph, access: Access) -> None:
    here = opened(full, access)
    uses = {folder.path: folder.use for folder in here.folders() if folder.use}
    assert uses == {("Éléments envoyés",): "sent"}
    [[marked, _]] = here.entries(Folder(path=("Éléments envoyés",)))
    assert marked == Entry("m", -1, tuple(sorted(("Categorie_rouge", "_x_", "\\Draft", "\\Flagged", "\\Seen"))))
    first = next(here.entries(Folder(path=("INBOX",))))[0]
    assert (first.flags, first.date and first.date.isoformat()) == (("\\Seen",), "2020-03-02T09:00:00+00:00")
    here.close()


@pytest.mark.parametrize(("name", "plain"), [("Été 2026", "Ete_2026"), ('a"b\\c(d)%*{]', "a_b_c_d_____"), ("", ""), ("会議", "__")])
def test_a_category_becomes_a_word_that_imap_can_hold(name: str, plain: str) -> None:
    assert keyword(name) == plain


def test_fetching_needs_no_list_before_and_leaves_out_what_has_gone(full: Graph, access: Access) -> None:
    here = opened(full, access)
    inbox = Folder(path=("INBOX",))
    got = {one.entry.key: b"".join(one.body.pieces()) for one in here.fetch(inbox, ["odd/1+=", "gone", "odd/0+="])}
    assert list(got) == ["odd/1+=", "odd/0+="]
    assert list(got.values()) == list(ODD.values())[1::-1]
    here.close()


def test_throttling_is_obeyed_and_told(full: Graph, access: Access, tmp_path: Path) -> None:
    full.script = [(429, {"Retry_After": "13"}), (503, {}), (502, {})]
    waits: list[Progress] = []
    assert carry(full, access, tmp_path / "j", {}, lambda one: waits.append(one) if one.stage == "wait" else None) == Receipt(moved=TOTAL)
    assert [one.wait_s for one in waits] == [13, 2, 4]
    assert waits[0].said == "429 TooManyRequests: MailboxConcurrency"


def test_an_answer_that_breaks_off_is_asked_for_again_and_half_a_message_is_stored_nowhere(full: Graph, access: Access, tmp_path: Path) -> None:
    shelf: Shelf = {}
    full.cuts = ["mailFolders", "big/$value", "childFolders", "messages", "t2", "h/$value"]
    assert carry(full, access, tmp_path / "j", shelf) == Receipt(moved=TOTAL)
    assert BIG in shelf["Éléments envoyés",]
    assert sum(map(len, shelf.values())) == TOTAL


def test_the_check_takes_half_an_answer_for_none(full: Graph, access: Access) -> None:
    full.cuts = ["big/$value"]
    with pytest.raises(CutError):
        seen(full, access, ("Éléments envoyés",))
    full.cuts = ["childFolders"]
    with pytest.raises(CutError):
        seen(full, access, ("nowhere",))


def test_a_token_that_ends_in_the_middle_is_renewed_and_nothing_is_lost(full: Graph, authorization: Authorization, access: Access, tmp_path: Path) -> None:
    shelf: Shelf = {}

    def see(one: Progress) -> None:
        if one.stage == "list" and one.folder == "INBOX":
            authorization.take_back()

    assert carry(full, access, tmp_path / "j", shelf, see) == Receipt(moved=TOTAL)
    assert any(path == "/token" for _, path in authorization.asked)
    authorization.take_back()
    authorization.refresh.clear()
    with pytest.raises(MoveError) as told:
        opened(full, access).folders()
    assert (told.value.code, CANARY in str(told.value)) == ("sign-in-refused", False)


def test_another_s_mailbox_is_refused_in_the_server_s_words(full: Graph, access: Access) -> None:
    with pytest.raises(MoveError) as told:
        source(address(end(full, "bob")), access)().folders()
    assert (told.value.code, told.value.details["said"]) == ("refused-mailbox", "403 ErrorAccessDenied: Access is denied.")


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("mailFolders", b"{"),
        ("mailFolders", []),
        ("mailFolders", {"value": [{"id": 7}]}),
        ("mailFolders", {"value": [{}]}),
        ("mailFolders", b'{"value":' + b"[" * 50_000),
        ("mailFolders", b'{"value":[]}' + b" " * 9_000_000),
        ("mailFolders", {"value": [], "@odata.nextLink": "https://elsewhere.example/v1.0/next"}),
        ("mailFolders", {"value": [], "@odata.nextLink": "https://localhost:1/"}),
        ("mailFolders/PR/childFolders", {"value": [{"id": "PR", "displayName": "x", "childFolderCount": 1}]}),
    ],
)
def test_json_that_means_harm_is_refused_and_the_token_stays_here(full: Graph, access: Access, path: str, answer: object) -> None:
    full.patch[path] = answer
    with pytest.raises(MoveError) as told:
        opened(full, access).folders()
    assert told.value.code == "answer"
    with pytest.raises((MoveError, CutError, BusyError)):
        list(reader(address(end(full)), access).read(("nowhere",)))


def seen(graph: Graph, access: Access, path: tuple[str, ...]) -> list[Seen]:
    return list(reader(address(end(graph)), access).read(path))


def test_the_check_reads_the_mailbox_by_another_way_and_finds_what_was_changed(full: Graph, access: Access, tmp_path: Path) -> None:
    carry(full, access, tmp_path / "j", {})
    kept = Journal(tmp_path / "j")
    assert verify(kept, reader(address(end(full)), access), _All(kept)) == Verification(identical=TOTAL)
    told, _ = full.mail["T2"][0]
    full.mail["T2"][0] = (told, b"other")
    found = verify(kept, reader(address(end(full)), access), _All(kept))
    assert [(one.folder[-1], one.key, one.what) for one in found.differences] == [("Même nom (2)", "t2", "changed")]
    assert seen(full, access, ("nowhere",)) == []
    kept.close()


class _All:
    """A target that holds what the journal says."""

    def __init__(self, journal: Journal) -> None:
        self._items = list(journal.items())

    def read(self, path: tuple[str, ...]) -> list[Seen]:  # type: ignore[override]
        return [Seen(one.key, bytes.fromhex(one.digest), frozenset(flag.lower() for flag in one.flags), one.date) for one in self._items if one.place == path]

    def close(self) -> None:
        pass
