from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bascule.model import Forecast, Receipt
from bascule.move import BusyError, CutError, Journal, MoveError, Mover, Progress
from tests.unit.move.memory import Broken, Mail, MemorySource, MemoryTarget

INBOX = ("INBOX",)


def _mail(count: int = 7) -> Mail:
    return {INBOX: [(str(n), b"mail %d" % n) for n in range(1, count + 1)], ("Été", "a/b"): [("3", b"mail 1"), ("9", b"mail 1"), ("10", b"")]}


def _shelf_of(mail: Mail) -> dict[tuple[str, ...], Counter[bytes]]:
    return {path: Counter(data for _, data in messages) for path, messages in mail.items()}


def _run(journal: Path, mail: Mail, shelf: dict[tuple[str, ...], list[bytes]], *, generation: str = "1", **wishes: bool) -> Receipt:
    kept = Journal(journal, "s", "t")
    try:
        return Mover(lambda: MemorySource(mail, generation), lambda: MemoryTarget(shelf, **wishes), kept, sleep=_never).run()
    finally:
        kept.close()


def _never(_seconds: float) -> None:
    raise AssertionError("nothing is waited for")


def test_everything_is_carried_once_and_a_second_run_writes_nothing(tmp_path: Path) -> None:
    mail, shelf = _mail(250), {}
    assert _run(tmp_path / "j", mail, shelf) == Receipt(moved=253)
    before = {path: list(messages) for path, messages in shelf.items()}
    assert {path: Counter(messages) for path, messages in before.items()} == _shelf_of(mail)
    assert _run(tmp_path / "j", mail, shelf) == Receipt(moved=253)
    assert shelf == before


def test_what_stood_there_before_is_not_stored_again(tmp_path: Path) -> None:
    shelf = {INBOX: [b"mail 2", b"quite other", b"mail 5"]}
    assert _run(tmp_path / "j", _mail(), shelf) == Receipt(moved=8, already_there=2)
    assert Counter(shelf[INBOX]) == Counter([b"quite other", *(data for _, data in _mail()[INBOX])])


def test_a_source_that_became_empty_empties_no_target(tmp_path: Path) -> None:
    shelf: dict[tuple[str, ...], list[bytes]] = {}
    _run(tmp_path / "j", _mail(), shelf)
    before = {path: list(messages) for path, messages in shelf.items()}
    assert _run(tmp_path / "j", {INBOX: []}, shelf) == Receipt(moved=10)
    assert shelf == before


def test_new_mail_at_the_source_is_carried_by_the_next_run(tmp_path: Path) -> None:
    mail, shelf = _mail(), {}
    _run(tmp_path / "j", mail, shelf)
    mail[INBOX].append(("99", b"mail 1"))
    assert _run(tmp_path / "j", mail, shelf) == Receipt(moved=11)
    assert Counter(shelf[INBOX])[b"mail 1"] == 2


def test_new_keys_for_the_same_mail_are_recognised_by_its_bytes(tmp_path: Path) -> None:
    mail, shelf = _mail(), {}
    _run(tmp_path / "j", mail, shelf)
    renamed: Mail = {path: [(f"8{key}", data) for key, data in messages] for path, messages in mail.items()}
    assert _run(tmp_path / "j", renamed, shelf, generation="2") == Receipt(moved=10)
    assert {path: Counter(messages) for path, messages in shelf.items()} == _shelf_of(mail)


def test_a_refused_message_does_not_hold_up_the_others_and_is_tried_again(tmp_path: Path) -> None:
    mail, shelf = _mail(), {}
    mail[INBOX].insert(2, ("77", b"REFUSE ME"))
    assert _run(tmp_path / "j", mail, shelf) == Receipt(moved=10, refused=1)
    kept = Journal(tmp_path / "j")
    [failed] = kept.items(failed=True)
    kept.close()
    assert (failed.key, failed.said, failed.place) == ("77", "[CANNOT] not this one", ())
    mail[INBOX] = [one for one in mail[INBOX] if one[0] != "77"]
    assert _run(tmp_path / "j", mail, shelf) == Receipt(moved=10)


def test_what_the_source_lists_and_does_not_give_is_refused_never_forgotten(tmp_path: Path) -> None:
    class Withholding(MemorySource):
        def fetch(self, folder, keys):  # type: ignore[no-untyped-def]
            return (message for message in super().fetch(folder, keys) if message.entry.key != "4")

    kept = Journal(tmp_path / "j", "s", "t")
    receipt = Mover(lambda: Withholding(_mail()), lambda: MemoryTarget({}), kept, sleep=_never).run()
    assert (receipt, [item.said for item in kept.items(failed=True)]) == (Receipt(moved=9, refused=1), ["withheld"])


def test_a_dry_run_lists_and_touches_no_target(tmp_path: Path) -> None:
    kept = Journal(tmp_path / "j", "s", "t")
    ticks = iter([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    forecast = Mover(lambda: MemorySource(_mail()), lambda: pytest.fail("opened"), kept, sleep=_never).look(lambda: next(ticks))
    assert forecast == Forecast(messages=10, folders=2, size=sum(len(data) for messages in _mail().values() for _, data in messages), per_s=1.75)
    assert kept.receipt() == Receipt(pending=10)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("tells_keys", [True, False], ids=["keys", "no-keys"])
def test_a_cut_at_any_call_loses_and_doubles_nothing(tmp_path: Path, late: bool, tells_keys: bool) -> None:
    mail = _mail(230)
    for number in range(1, 60):
        shelf: dict[tuple[str, ...], list[bytes]] = {INBOX: [b"mail 3", b"stranger"]}
        countdown = [number]
        kept = Journal(tmp_path / f"j{number}", "s", "t")
        receipt = Mover(
            lambda countdown=countdown: Broken(MemorySource(mail), countdown, late=late),
            lambda shelf=shelf, countdown=countdown: Broken(MemoryTarget(shelf, tells_keys=tells_keys), countdown, late=late),
            kept,
            sleep=lambda _: None,
        ).run()
        kept.close()
        assert receipt == Receipt(moved=232, already_there=1), number
        expected = _shelf_of(mail)
        expected[INBOX][b"stranger"] += 1
        assert {path: Counter(messages) for path, messages in shelf.items()} == expected, number
        if countdown[0] > 0:
            return
    pytest.fail("more calls than expected")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["INBOX", "A", "B"]), st.integers(0, 5)), max_size=30),
    st.lists(st.integers(0, 5), max_size=8),
    st.integers(1, 25),
    st.booleans(),
)
def test_whatever_stands_on_both_sides_all_of_the_source_is_there_in_the_end(tmp_path_factory, mail, before, number, late) -> None:  # type: ignore[no-untyped-def]
    source: Mail = {}
    for place, (folder, letter) in enumerate(mail):
        source.setdefault((folder,), []).append((str(place + 1), b"x%d" % letter))
    shelf = {INBOX: [b"x%d" % letter for letter in before]}
    journal = Journal(tmp_path_factory.mktemp("j") / "j", "s", "t")
    countdown = [number]
    mover = Mover(
        lambda: Broken(MemorySource(source), countdown, late=late), lambda: Broken(MemoryTarget(shelf), countdown, late=late), journal, sleep=lambda _: None
    )
    receipt = mover.run()
    journal.close()
    assert receipt.total == len(mail)
    assert receipt.complete
    for (folder,), messages in source.items():
        expected = Counter(data for _, data in messages)
        had = Counter(b"x%d" % letter for letter in before) if folder == "INBOX" else Counter()
        assert Counter(shelf[folder,]) == expected | had


def test_a_server_that_asks_for_patience_is_waited_for_and_the_person_is_told_why(tmp_path: Path) -> None:
    class Tired(MemoryTarget):
        asked = 0

        def store(self, messages):  # type: ignore[no-untyped-def]
            Tired.asked += 1
            if Tired.asked == 1:
                raise BusyError("[THROTTLED] come back", 42.0)
            return super().store(messages)

    waited: list[float] = []
    told: list[Progress] = []
    kept = Journal(tmp_path / "j", "s", "t")
    receipt = Mover(lambda: MemorySource(_mail()), lambda: Tired({}), kept, told.append, waited.append).run()
    assert (receipt, waited) == (Receipt(moved=10), [42.0])
    assert [(one.wait_s, one.said) for one in told if one.stage == "wait"] == [(42.0, "[THROTTLED] come back")]


def test_a_side_that_never_answers_ends_the_run_and_keeps_what_came_so_far(tmp_path: Path) -> None:
    def dead() -> MemoryTarget:
        raise CutError("no route")

    kept = Journal(tmp_path / "j", "s", "t")
    waited: list[float] = []
    with pytest.raises(MoveError, match="unreachable"):
        Mover(lambda: MemorySource(_mail()), dead, kept, sleep=waited.append).run()
    assert kept.receipt() == Receipt(pending=10)
    assert waited == sorted(waited)


def test_a_full_target_stops_at_once_and_says_so(tmp_path: Path) -> None:
    class Full(MemoryTarget):
        def put(self, data):  # type: ignore[no-untyped-def]
            from bascule.move import Stored

            return Stored(said="[OVERQUOTA] mailbox is full") if len(self.shelf[self.place]) >= 2 else super().put(data)

    kept, shelf = Journal(tmp_path / "j", "s", "t"), {}
    with pytest.raises(MoveError, match="full"):
        Mover(lambda: MemorySource(_mail()), lambda: Full(shelf), kept, sleep=_never).run()
    assert (kept.receipt().moved, len(shelf[INBOX])) == (2, 2)
    assert kept.receipt().total == 10


def test_a_folder_that_the_target_does_not_take_holds_up_no_other(tmp_path: Path) -> None:
    class Picky(MemoryTarget):
        def open(self, folder):  # type: ignore[no-untyped-def]
            if folder.path != INBOX:
                raise MoveError("folder", folder="/".join(folder.path), said="NO invalid name")
            return super().open(folder)

    kept = Journal(tmp_path / "j", "s", "t")
    mail = {("Été", "a/b"): _mail()["Été", "a/b"], INBOX: _mail()[INBOX]}
    receipt = Mover(lambda: MemorySource(mail), lambda: Picky({}), kept, sleep=_never).run()
    assert (receipt, {item.said for item in kept.items(failed=True)}) == (Receipt(moved=7, refused=3), {"NO invalid name"})
    assert Mover(lambda: MemorySource(mail), lambda: MemoryTarget({}), kept, sleep=_never).run() == Receipt(moved=10)


class _One(MemoryTarget):
    """Puts every folder into the same place."""

    def open(self, folder):  # type: ignore[no-untyped-def]
        return super().open(folder.__class__(path=("ALL",)))


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("tells_keys", [True, False], ids=["keys", "no-keys"])
def test_folders_that_become_one_keep_each_of_their_messages_whatever_breaks(tmp_path: Path, late: bool, tells_keys: bool) -> None:
    same = [("1", b"same"), ("2", b"same"), ("3", b"other")]
    for number in range(1, 40):
        mail: Mail = {("A",): list(same), ("B",): list(same), ("C",): [("1", b"same")]}
        shelf: dict[tuple[str, ...], list[bytes]] = {}
        countdown = [number]
        kept = Journal(tmp_path / f"j{number}", "s", "t")

        def run(mail=mail, shelf=shelf, countdown=countdown, kept=kept) -> Receipt:  # type: ignore[no-untyped-def]
            return Mover(
                lambda: Broken(MemorySource(mail), countdown, late=late),
                lambda: Broken(_One(shelf, tells_keys=tells_keys), countdown, late=late),
                kept,
                sleep=lambda _: None,
            ).run()

        assert run() == Receipt(moved=7), number
        assert Counter(shelf["ALL",]) == {b"same": 5, b"other": 2}, number
        mail["A",].append(("9", b"same"))
        mail["B",].append(("9", b"new"))
        assert run() == Receipt(moved=9), number
        assert Counter(shelf["ALL",]) == {b"same": 6, b"other": 2, b"new": 1}, number
        kept.close()
        if countdown[0] > 0:
            return
    pytest.fail("more calls than expected")
