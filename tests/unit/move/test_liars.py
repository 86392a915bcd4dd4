"""Servers that lie, rave, or fall silent: every run ends in a state that is said, loses nothing without saying so, and the check finds the lie."""

import re
import ssl
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bascule.model import Receipt, Verification
from bascule.move import Access, CutError, Journal, MoveError, Mover, Progress, address, source, target
from bascule.move.imap.wire import Wire
from tests.move.moves import checked
from tests.unit.move.stand_in import GONE, Lie, StandIn, honest

KEY = Access(password="p")
MAIL = [b"Subject: %d\r\n\r\ntexte %d\r\n" % (number, number) for number in range(12)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Wire.__init__.__kwdefaults__, "patience_s", 1.0)
    # The system's certificates take longer to read than a whole move here, and no line here is encrypted.
    monkeypatch.setattr("ssl.create_default_context", lambda **_: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def carry(journal: Path, old: StandIn, new: StandIn, see: Callable[[Progress], None] = lambda _: None) -> Receipt:
    kept = Journal(journal, old.address, new.address)
    try:
        return Mover(source(address(old.address), KEY), target(address(new.address), KEY), kept, see, sleep=lambda _: None).run()
    finally:
        kept.close()


def ended(journal: Path, old: StandIn, new: StandIn) -> str:
    """Return why a run ended, "" when it came to its end."""
    try:
        carry(journal, old, new)
    except MoveError as error:
        return error.code
    return ""


def once(verb: bytes, change: Callable[[bytes], bytes | None]) -> Lie:
    """Lie at the first such command only."""
    told: list[bytes] = []

    def lie(command: bytes, answer: bytes) -> bytes | None:
        if told or not re.match(verb, command):
            return answer
        told.append(command)
        return change(answer)

    return lie


def always(verb: bytes, change: Callable[[bytes], bytes | None]) -> Lie:
    return lambda command, answer: change(answer) if re.match(verb, command) else answer


def test_the_stand_in_is_honest_by_itself(tmp_path: Path) -> None:
    with StandIn(MAIL) as old, StandIn() as new:
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        assert new.inbox == old.inbox == MAIL
        assert checked(tmp_path / "j") == Verification(identical=12)
        assert not any(re.match(rb"(?i)select|(uid )?store|expunge|delete|append|create", command) for command in old.asked)


# What the target says is not what it does.


def test_a_server_that_says_ok_and_stores_nothing_is_found_out(tmp_path: Path) -> None:
    with StandIn(MAIL) as old, StandIn() as new:

        def forget(command: bytes, answer: bytes) -> bytes:
            if command.startswith(b"APPEND"):
                new.boxes[b"INBOX"].mail.clear()
            return answer

        new.lie = forget
        carry(tmp_path / "j", old, new)
        found = checked(tmp_path / "j")
        assert (found.identical, found.different, {one.what for one in found.differences}) == (0, 12, {"missing"})


@pytest.mark.parametrize("told", [b"1 1:12", b"7 5:16", b"7 1,1,1,1,1,1,1,1,1,1,1,1", b"7 1:4294967295", b"7 1", b"7", b"x y", b"7 0:11"])
def test_wrong_numbers_for_what_was_stored_lose_nothing(tmp_path: Path, told: bytes) -> None:
    with StandIn(MAIL) as old, StandIn(lie=always(b"APPEND", lambda answer: re.sub(rb"APPENDUID [^\]]*", b"APPENDUID " + told, answer))) as new:
        assert ended(tmp_path / "j", old, new) in {"", "unreachable"}
        new.lie = honest
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        assert new.inbox == MAIL
        assert checked(tmp_path / "j") == Verification(identical=12)


def test_a_byte_that_the_target_alters_is_found_by_the_check(tmp_path: Path) -> None:
    with StandIn(MAIL) as old, StandIn() as new:
        carry(tmp_path / "j", old, new)
        new.boxes[b"INBOX"].mail[3] = MAIL[2].replace(b"texte", b"Texte")
        found = checked(tmp_path / "j")
        assert (found.identical, [(one.key, one.what) for one in found.differences]) == (11, [("3", "missing")])


def test_a_byte_that_the_source_alters_on_the_way_is_found_by_the_check(tmp_path: Path) -> None:
    with StandIn(MAIL, lie=once(rb"UID FETCH .*BODY", lambda answer: answer.replace(b"texte 4", b"texto 4"))) as old, StandIn() as new:
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        found = checked(tmp_path / "j")
        assert (found.identical, [(one.key, one.what) for one in found.differences]) == (11, [("5", "changed")])


def test_folders_that_are_numbered_anew_in_the_middle_of_storing_are_read_again(tmp_path: Path) -> None:
    with StandIn(MAIL) as old, StandIn() as new:

        def renumber(command: bytes, answer: bytes) -> bytes | None:
            box = new.boxes[b"INBOX"]
            if command.startswith(b"APPEND") and box.validity == 7:
                box.validity, box.mail = 8, dict(enumerate(reversed(box.mail.values()), 1))
                return None
            return answer

        new.lie = renumber
        assert carry(tmp_path / "j", old, new) == Receipt(moved=0, already_there=12)
        assert Counter(new.inbox) == Counter(MAIL)
        assert checked(tmp_path / "j") == Verification(identical=12)


# What the source says is not what it has.


def test_a_source_that_lists_fewer_than_it_counts_is_not_believed(tmp_path: Path) -> None:
    with StandIn(MAIL, lie=always(b"UID SEARCH", lambda answer: answer.replace(b" 7 8", b""))) as old, StandIn() as new:
        with pytest.raises(MoveError) as error:
            carry(tmp_path / "j", old, new)
        assert (error.value.code, "counts 12 messages and lists 10" in error.value.details["said"]) == ("unreachable", True)
        old.lie = honest
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        assert new.inbox == MAIL


def test_a_message_that_the_source_counts_and_does_not_describe_is_carried_all_the_same(tmp_path: Path) -> None:
    with StandIn(MAIL, lie=always(rb"UID FETCH .*RFC822.SIZE\)", lambda answer: re.sub(rb"\* 4 FETCH .*\r\n", b"", answer))) as old, StandIn() as new:
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        assert Counter(new.inbox) == Counter(MAIL)


@pytest.mark.parametrize(
    ("change", "receipt"),
    [
        (lambda answer: re.sub(rb"(\* 3 FETCH .*\r\n(?:.*\r\n){4})", rb"\1\1", answer), Receipt(moved=12)),
        (lambda answer: answer.replace(b"(UID 3 ", b"(UID 99 "), Receipt(moved=11, refused=1)),
        (lambda answer: answer.replace(b"(UID 3 ", b"(UID 4 "), Receipt(moved=11, refused=1)),
        (lambda answer: re.sub(rb"\* 3 FETCH (?s:.*?)\)\r\n(?=\*)", b"", answer), Receipt(moved=11, refused=1)),
        (lambda answer: b"* 3 FETCH (FLAGS (\\Seen))\r\n* 3 EXPUNGE\r\n* 0 FETCH ()\r\n" + answer, Receipt(moved=12)),
        (lambda answer: answer.replace(b" OK done", b" NO not today"), Receipt(moved=12)),
    ],
    ids=["twice", "another", "one-as-its-neighbour", "one-not", "other-news", "all-and-then-no"],
)
def test_what_a_fetch_gives_too_much_or_too_little_is_told(tmp_path: Path, change: Callable[[bytes], bytes], receipt: Receipt) -> None:
    with StandIn(MAIL, lie=always(rb"UID FETCH .*BODY", change)) as old, StandIn() as new:
        assert carry(tmp_path / "j", old, new) == receipt
        old.lie = honest
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        found = checked(tmp_path / "j")
        lied = b"(UID 4 " in change(b"(UID 3 ")
        assert (found.identical, found.different) == ((11, 1) if lied else (12, 0))
        assert len(new.inbox) == 12


def test_a_folder_numbered_anew_in_the_middle_of_reading_ends_the_run_and_the_next_carries_nothing_twice(tmp_path: Path) -> None:
    with StandIn(MAIL) as old, StandIn() as new:

        def renumber(command: bytes, answer: bytes) -> bytes | None:
            if b"BODY.PEEK" in command and old.boxes[b"INBOX"].validity == 7:
                old.boxes[b"INBOX"].validity = 8
                return answer[: len(answer) // 2] if not answer.endswith(b"x") else None
            return answer

        old.lie = lambda command, answer: _cut(old, renumber(command, answer), answer)
        with pytest.raises(MoveError) as error:
            carry(tmp_path / "j", old, new)
        assert error.value.code == "renumbered"
        assert carry(tmp_path / "j", old, new).complete
        assert Counter(new.inbox) == Counter(MAIL)
        assert checked(tmp_path / "j").complete


def _cut(server: StandIn, said: bytes | None, answer: bytes) -> bytes | None:
    return said if said == answer else None


# Nonsense: each ends in a sentence, soon, and the next run with an honest server brings everything over.

_VERBS = (rb"CAPABILITY", rb"LOGIN", rb"LIST", rb"STATUS", rb"EXAMINE", rb"SELECT", rb"UID SEARCH", rb"UID FETCH .*SIZE\)", rb"UID FETCH .*BODY", rb"APPEND")
_NONSENSE: dict[str, Callable[[bytes], bytes | None]] = {
    "silence": lambda _: None,
    "BYE": lambda _: b"* BYE so long\r\n",
    "bare BYE": lambda _: b"* BYE\r\n",
    "tagged of another": lambda answer: b"B9999 OK surprise\r\n" + answer,
    "tagged of nobody": lambda _: b"\x00\xff OK\r\n" + GONE,
    "huge literal": lambda _: b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nx" + GONE,
    "huge other literal": lambda _: b'* LIST () "/" {99999999999}\r\nx' + GONE,
    "many literals": lambda _: b"* LIST ({1}\r\n" + b"x{1}\r\n" * 100 + GONE,
    "negative literal": lambda answer: b"* LIST () {-1}\r\n" + answer,
    "deep lists": lambda answer: b"* LIST " + b"(" * 5000 + b"\r\n* 1 FETCH " + b"(" * 5000 + b"\r\n" + answer,
    "closed lists": lambda answer: b"* LIST ))))\r\n* 1 FETCH ))\r\n* STATUS )\r\n* SEARCH )\r\n" + answer,
    "words for numbers": lambda answer: re.sub(rb"(UIDNEXT|UIDVALIDITY|UID|RFC822.SIZE|EXISTS|SEARCH) \d+", rb"\1 many", answer),
    "endless numbers": lambda answer: re.sub(rb"(UIDNEXT|UID|RFC822.SIZE|SEARCH) \d+", rb"\1 " + b"9" * 5000, answer),
    "garbage": lambda answer: bytes(range(256)).replace(b"\n", b"") * 40 + b"\r\n" + answer,
    "empty lines": lambda answer: b"\r\n \r\n* \r\n*\r\n" + answer,
    "half": lambda answer: answer[: len(answer) // 2] + b"\r\n* BYE\r\n",
    "BAD": lambda answer: re.sub(rb"(B\d+) OK .*\r\n$", rb"\1 BAD what?\r\n", answer),
    "PREAUTH": lambda answer: b"* PREAUTH hello again\r\n" + answer,
    "plus": lambda answer: b"+ go on\r\n" + answer,
}


def _raves(side: str, kind: str, verb: bytes, liar: Callable[[bytes, Callable[[bytes], bytes | None]], Lie], journal: Path) -> None:
    with StandIn(MAIL) as old, StandIn(MAIL[:2]) as new:
        (old if side == "source" else new).lie = liar(verb, _NONSENSE[kind])
        assert ended(journal, old, new) in {"", "unreachable", "refused-login", "folder", "renumbered", "plain-text"}
        old.lie = new.lie = honest
        assert carry(journal, old, new).complete, (verb, liar)
        assert Counter(new.inbox) == Counter(MAIL), (verb, liar)


@pytest.mark.parametrize("kind", _NONSENSE)
@pytest.mark.parametrize("side", ["source", "target"])
def test_nonsense_ends_in_a_sentence_and_loses_nothing(tmp_path: Path, kind: str, side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bascule.move.run._TRIES", 3)
    # Two commands for each kind here, each of them in the long run below.
    first = list(_NONSENSE).index(kind)
    for number in (first, first + 5):
        _raves(side, kind, _VERBS[number % len(_VERBS)], (once, always)[number % 2], tmp_path / str(number))


@pytest.mark.soak
@pytest.mark.parametrize("kind", _NONSENSE)
@pytest.mark.parametrize("side", ["source", "target"])
def test_nonsense_at_every_command_ends_in_a_sentence_and_loses_nothing(tmp_path: Path, kind: str, side: str) -> None:
    for number, verb in enumerate(_VERBS):
        for liar in (once, always):
            _raves(side, kind, verb, liar, tmp_path / f"{number}{liar.__name__}")


@pytest.mark.parametrize("kind", _NONSENSE)
def test_the_check_is_not_talked_into_anything(tmp_path: Path, kind: str) -> None:
    with StandIn(MAIL) as old, StandIn() as new:
        carry(tmp_path / "j", old, new)
        del new.boxes[b"INBOX"].mail[4]
        for verb in (rb"LIST", rb"EXAMINE", rb"FETCH", rb"UID FETCH .*BODY"):
            new.lie = once(verb, _NONSENSE[kind])
            try:
                found = checked(tmp_path / "j")
            except (MoveError, CutError):
                continue
            assert found.different >= 1, verb


def test_a_greeting_that_is_none_or_a_goodbye_ends_soon(tmp_path: Path) -> None:
    for greeting in (b"* BYE busy\r\n", b"220 smtp.exemple.fr ESMTP\r\n", b"\r\n", b"* NO\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"):
        with StandIn(MAIL, greeting=greeting) as old, StandIn() as new:
            assert ended(tmp_path / str(len(greeting)), old, new) == "unreachable"


def test_lines_and_lists_without_end_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bascule.move.imap.wire.MAX_LINE", 100_000)
    monkeypatch.setattr("bascule.move.imap.session._MOST_BYTES", 100_000)
    monkeypatch.setattr("bascule.move.imap.session._MOST", 5_000)
    for flood in (b"* LIST " + b"x" * 400_000, b"* 1 EXISTS\r\n" * 20_000):
        for verb in (b"LIST", b"UID FETCH .*SIZE", b"UID FETCH .*BODY"):
            with StandIn(MAIL, lie=once(verb, lambda answer, flood=flood: flood + b"\r\n" + answer)) as old, StandIn() as new:  # type: ignore[misc]
                told: list[Progress] = []
                assert carry(tmp_path / f"{len(flood)}{verb!r}".replace(".*", ""), old, new, told.append) == Receipt(moved=12)
                assert [one.said for one in told if one.stage == "wait"] in (["a line without end"], ["an answer without end"], ["answers without end"])


# Patience and room.


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (b"BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds", 299.961),
        (b"NO [UNAVAILABLE] Temporary authentication failure", 1.0),
        (b"NO [ALERT] Too many simultaneous connections. (Failure)", 1.0),
        (b"NO [THROTTLED] Account exceeded command or bandwidth limits. (Failure)", 1.0),
        (b"NO [INUSE] mailbox in use, try again in 7 seconds", 7.0),
    ],
)
@pytest.mark.parametrize("verb", [b"LOGIN", b"EXAMINE", b"UID FETCH", b"UID SEARCH"])
def test_a_server_that_asks_for_patience_gets_it_and_the_person_hears_why(tmp_path: Path, said: bytes, wait: float, verb: bytes) -> None:
    waits: list[float] = []
    told: list[Progress] = []
    with StandIn(MAIL, lie=once(verb, lambda answer: answer.split(b"\r\n")[-2].split()[0] + b" " + said + b"\r\n")) as old, StandIn() as new:
        kept = Journal(tmp_path / "j", old.address, new.address)
        mover = Mover(source(address(old.address), KEY), target(address(new.address), KEY), kept, told.append, sleep=waits.append)
        assert mover.run() == Receipt(moved=12)
        kept.close()
    assert waits == [wait]
    assert [one.said for one in told if one.stage == "wait"] == [said.decode()]


def test_a_goodbye_for_too_much_traffic_is_a_request_for_patience(tmp_path: Path) -> None:
    told: list[Progress] = []
    lie = once(b"UID FETCH .*BODY", lambda _: b"* BYE Account exceeded command or bandwidth limits.\r\n")
    with StandIn(MAIL, lie=lie) as old, StandIn() as new:
        assert carry(tmp_path / "j", old, new, told.append) == Receipt(moved=12)
    assert [one.said for one in told if one.stage == "wait"] == ["BYE Account exceeded command or bandwidth limits."]


def test_an_account_without_room_stops_the_run_and_names_the_reason(tmp_path: Path) -> None:
    with StandIn(MAIL) as old, StandIn() as new:

        def full(command: bytes, answer: bytes) -> bytes:
            box = new.boxes[b"INBOX"]
            if command.startswith(b"APPEND") and len(box.mail) > 5:
                for uid in list(box.mail)[5:] if len(box.mail) > 5 else ():
                    del box.mail[uid]
                return answer.split(b" OK ")[0] + b" NO [OVERQUOTA] Quota exceeded\r\n"
            return answer

        new.lie = full
        with pytest.raises(MoveError) as error:
            carry(tmp_path / "j", old, new)
        assert (error.value.code, error.value.details["said"]) == ("full", "NO [OVERQUOTA] Quota exceeded")
        new.lie = honest
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        assert Counter(new.inbox) == Counter(MAIL)


def test_a_limit_of_the_server_that_one_message_meets_holds_up_no_other(tmp_path: Path) -> None:
    def small(command: bytes, answer: bytes) -> bytes:
        return answer

    with StandIn([*MAIL, b"Subject: trop\r\n\r\n" + b"x" * 5000]) as old, StandIn(lie=small) as new:

        def limited(command: bytes, answer: bytes) -> bytes:
            box = new.boxes[b"INBOX"]
            if command.startswith(b"APPEND") and any(len(data) > 4000 for data in box.mail.values()):
                kept = [data for data in box.mail.values() if data in before]
                box.mail = {uid: data for uid, data in box.mail.items() if data in kept}
                return answer.split(b" OK ")[0] + b" NO [LIMIT] message too large\r\n"
            before.extend(box.mail.values())
            return answer

        before: list[bytes] = []
        new.lie = limited
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12, refused=1)
        assert Counter(new.inbox) == Counter(MAIL)


# Clocks.


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Sao_Paulo", "Pacific/Auckland", "UTC"])
def test_neither_summer_time_nor_a_clock_that_jumps_changes_a_date(tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    with StandIn(MAIL) as old, StandIn() as new:
        carry(tmp_path / "j", old, new)
        appended = [command for command in new.asked if command.startswith(b"APPEND")]
        assert all(b'"25-Oct-2020 02:30:00 +0100"' in command for command in appended)
        monkeypatch.setattr("time.time", lambda: 0.0)
        assert carry(tmp_path / "j", old, new) == Receipt(moved=12)
        assert len(new.inbox) == 12
        assert checked(tmp_path / "j") == Verification(identical=12)
    monkeypatch.undo()
    time.tzset()
