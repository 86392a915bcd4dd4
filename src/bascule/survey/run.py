"""A whole survey: part the input, lease the parts to workers on all cores, and sign last."""

import errno
import gc
import multiprocessing
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from bascule.catalogue import Catalogue
from bascule.read import InputError, InputNote
from bascule.survey import hosts, parting
from bascule.survey.ledger import Counts, Ledger
from bascule.survey.ranges import Range, count_of
from bascule.survey.runs import Parts
from bascule.survey.shard import Ask, Tables, Work, shard
from bascule.survey.tables import missing_library, written

_BYTES_A_PART = 2**20
_NAMES_A_PART = 100
_MOST_PARTS = 400
_OPEN_FILES = 2 * _MOST_PARTS + 200
_MOST_TRIES = 3
_TICK = 0.05
_REFUSED = 64
"""A worker to which the system refuses something (no room left) ends with this plus its number for it: to begin again would help nobody."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DONE = "_DONE"
_PARTING, _HOSTS, _SUBJECTS = "0-parting", "1-hosts", "2-subjects"


class SurveyError(Exception):
    """A survey cannot be made; `code` is `busy`, `other-input`, `no-library`, `no-fork`, `died`, `bad-ledger` or `not-a-survey`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted.

    Attributes:
        source: A list of domains, or evidence.
        folder: Where the tables go.
        form: `parquet` or `jsonl`.
        asks: Makes how to ask, in each worker; needed for a list.
        workers: Processes.
    """

    source: Path
    folder: Path
    catalogue: Catalogue
    form: str = "parquet"
    share: parting.Share = parting.Share()
    asks: Ask | None = None
    workers: int = 0


class Progress(msgspec.Struct, frozen=True):
    """How far a survey is: parts done of all, domains, seconds."""

    done: int
    parts: int
    domains: int
    seconds: float


Watch = Callable[[Progress], None]


def survey(wish: Survey, watch: Watch | None = None) -> Counts:
    """Write the tables of a survey and return what they hold; begun again after any end, it goes on.

    Raises:
        SurveyError: Another run holds the folder, it was begun with another input, catalogue or format, its ledger is damaged, a library
            is missing, the system cannot divide a process (Windows), or a part killed its worker again and again.
        GuardError: The input cannot be read.
        OSError: The folder cannot be written.
    """
    if missing_library(wish.form):
        raise SurveyError("no-library")
    if "fork" not in multiprocessing.get_all_start_methods():
        raise SurveyError("no-fork")
    _allow_files()
    state = wish.folder / ".survey"
    if wish.folder.exists() and any(wish.folder.iterdir()) and not state.exists():
        raise SurveyError("not-a-survey", str(wish.folder))
    state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state / "lock", timeout=0):
            return _held(wish, state, watch)
    except Timeout as error:
        raise SurveyError("busy", str(wish.folder)) from error
    except sqlite3.DatabaseError as error:
        if number := _refusal(error):
            raise OSError(number, os.strerror(number)) from error
        if getattr(error, "sqlite_errorname", "") in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
            raise SurveyError("bad-ledger", str(wish.folder)) from error
        raise


def _allow_files() -> None:
    """Let this process and its workers open a file for each part, where the system's usual limit (macOS: 256) is lower than it has to be."""
    import resource  # not there on Windows

    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    if usual != resource.RLIM_INFINITY and usual < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _refusal(error: Exception) -> int:
    """Return the number by which the system refuses to write; 0 for any other error."""
    if isinstance(error, sqlite3.DatabaseError):
        return errno.ENOSPC if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" else 0
    return error.errno or 0 if isinstance(error, OSError) else 0


def _held(wish: Survey, state: Path, watch: Watch | None) -> Counts:
    kind = parting.kind_of(wish.source)
    ledger = Ledger(state / "ledger.sqlite")
    try:
        mark = _mark(wish, kind)
        known = ledger.told("mark")
        if known is not None and known != mark:
            raise SurveyError("other-input", _difference(known, mark))
        ledger.tell("mark", mark)
        if not (wish.folder / DONE).exists():
            _work(wish, kind, state, ledger, watch)
        return ledger.sum()
    finally:
        ledger.close()


def _mark(wish: Survey, kind: str) -> str:
    """Return what makes two surveys the same, part by part."""
    digest = blake2b(digest_size=16)
    with wish.source.open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
    share = f"{wish.share.index}/{wish.share.count}"
    return f"input={kind}:{digest.hexdigest()} catalogue={wish.catalogue.version} format={wish.form} shard={share} at={wish.share.until}"


def _difference(old: str, new: str) -> str:
    return ", ".join(was.partition("=")[0] for was, now in zip(old.split(), new.split(), strict=True) if was != now)


def _work(wish: Survey, kind: str, state: Path, ledger: Ledger, watch: Watch | None) -> None:
    parts = state / "parts"
    for name in ("dependencies", "unknowns", *(("evidence",) if kind == "list" else ())):
        (wish.folder / name).mkdir(exist_ok=True)
    ledger.free()
    work = Work(
        source=wish.source,
        folder=wish.folder,
        parts=parts,
        form=wish.form,
        catalogue=wish.catalogue,
        on=wish.share.until or wish.catalogue.date,
        asks=wish.asks if kind == "list" else None,
        kind=kind,
        share=wish.share,
    )
    work = _opened(work, ledger)
    _crew(work, state, ledger, wish.workers or os.cpu_count() or 1, watch)
    total = ledger.sum()
    with written(wish.folder / DONE) as file:
        told = {
            "domains": total.domains,
            "dependencies": total.dependencies,
            "unknowns": total.unknowns,
            "defects": total.defects,
            "refused_lines": total.faulty,
        }
        file.write(msgspec.json.encode({**told, "survey": ledger.told("mark")}) + b"\n")
    shutil.rmtree(parts, ignore_errors=True)


def _opened(work: Work, ledger: Ledger) -> Work:
    """Return the work with the numbers of its parts and ranges, which are written down once."""
    if ledger.told("parts") is None:
        shutil.rmtree(work.parts, ignore_errors=True)
        size = work.source.stat().st_size * (8 if work.source.suffix in (".gz", ".zst") else 1)
        per_part = _NAMES_A_PART * 16 if work.kind == "list" else _BYTES_A_PART
        count, ranges = min(max(1, size // per_part), _MOST_PARTS), count_of(work.source, work.kind)
        ledger.open(_PARTING, range(ranges))
        ledger.open(_SUBJECTS, range(count))
        if work.kind != "list":
            ledger.open(_HOSTS, range(count))
        ledger.tell("ranges", str(ranges))
        ledger.tell("parts", str(count))
    work = msgspec.structs.replace(work, count=int(ledger.told("parts") or 1), ranges=int(ledger.told("ranges") or 1))
    if work.ranges == 1 and not ledger.is_done((_PARTING, 0)):
        ledger.commit((_PARTING, 0), _part(work, 0))  # here, since what cannot be unpacked ends the survey with its reason
    return work


def _part(work: Work, index: int) -> Counts:
    """Deal out one range of the input; broken off, it is done again from its start."""
    made = Parts(work.parts, {"subject": work.count, **({} if work.kind == "list" else {"host": work.count})}, index)
    counts = Counts()
    try:
        refused: Iterable[InputError | InputNote]
        if work.kind == "list":
            refused = parting.part_list(work.source, made, work.share)
        else:
            refused = parting.part_evidence(work.source, work.kind, _EPOCH, made, work.share, Range(index, work.ranges))
        for item in refused:
            if not isinstance(item, InputNote):
                counts.refuse(item)
    finally:
        made.close()
    return counts


def _crew(work: Work, state: Path, ledger: Ledger, size: int, watch: Watch | None) -> None:
    """Keep workers at work until nothing is left; the part of one that died is given to another."""
    context = multiprocessing.get_context("fork")
    begun, crew, number = time.monotonic(), dict[int, multiprocessing.process.BaseProcess](), 0
    whole = work.count
    try:
        while left := ledger.left():
            for name, process in list(crew.items()):
                if not process.is_alive():
                    process.join()
                    ledger.free(name)
                    del crew[name]
                    if (process.exitcode or 0) > _REFUSED:
                        number = (process.exitcode or 0) - _REFUSED
                        raise OSError(number, os.strerror(number))
                    if process.exitcode and ledger.most_tries() >= _MOST_TRIES:
                        raise SurveyError("died", str(process.exitcode))
            while len(crew) < min(size, left):
                number += 1
                crew[number] = context.Process(target=_worker, args=(number, work, state), daemon=True)
                crew[number].start()
            if watch:
                total = ledger.sum()
                watch(Progress(max(0, whole - left), whole, total.domains, time.monotonic() - begun))
            time.sleep(_TICK if not watch else 0.2)
    finally:
        for process in crew.values():
            process.terminate()
        for process in crew.values():
            process.join()


def _worker(name: int, work: Work, state: Path) -> None:
    """Do parts until none is left."""
    try:
        _parts_done(name, work, state)
    except (OSError, sqlite3.DatabaseError) as error:
        if not 0 < (number := _refusal(error)) < 256 - _REFUSED:
            raise
        sys.exit(_REFUSED + number)


def _parts_done(name: int, work: Work, state: Path) -> None:
    gc.disable()  # nothing here makes circles, and looking for them takes a fifth of the time
    ledger = Ledger(state / "ledger.sqlite")
    tables: Tables | None = None
    while ledger.left():
        step = ledger.lease(name)
        if step is None:
            time.sleep(_TICK)
            continue
        kind, number = step
        if kind == _PARTING:
            counts = _part(work, number)
        elif kind == _HOSTS:
            hosts.build(work.parts, number)
            counts = Counts()
        else:
            if tables is None and work.asks is None:
                tables = Tables(work)
            counts = shard(number, work, tables)
        ledger.commit(step, counts)
    ledger.close()
