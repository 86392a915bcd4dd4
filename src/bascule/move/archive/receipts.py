"""What each run did, kept in the archive itself; and what is looked at before a run."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from bascule.model import FolderReceipt, Receipt
from bascule.move.archive import store
from bascule.move.archive.seal import SEAL
from bascule.move.archive.store import Store
from bascule.move.errors import MoveError

FOLDER = "receipts"
_TAIL = 128


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One file in `receipts/`.

    Attributes:
        when: When the run ended.
        move: Which move, as a short digest of its source.
        source: Its source; not told by an encrypted archive, nor are folders.
        receipt: What became of everything that the source showed, in all runs together.
        manifest: Bytes of the manifest then.
        chain: How its last line ended.
    """

    when: datetime
    move: str
    receipt: Receipt
    manifest: int
    chain: str
    source: str = ""
    folders: tuple[FolderReceipt, ...] = ()


def expected(root: Path, generations: Collection[str]) -> None:
    """Look whether the archive is there that a journal says was written.

    Args:
        root: Its folder.
        generations: Of the places that the journal knows; none when nothing was written yet.

    Raises:
        MoveError: It is gone, or the disk that it is on (`archive-gone`).
    """
    told = store.facts(root)
    if generations and (told is None or told.id not in generations):
        raise MoveError("archive-gone", file=str(root))


def keep(root: Path, source: str, receipt: Receipt, folders: Iterable[FolderReceipt], now: datetime) -> None:
    """Put a receipt into an archive when it says something new, and seal what a run that was killed left open.

    Raises:
        MoveError: Somebody else writes, or the archive is damaged.
        OSError: Writing.
    """
    told = store.facts(root)
    if told is None:
        return
    move = hashlib.sha256(source.encode()).hexdigest()[:8]
    # What is sealed and says the same as last time is not touched: a finished move run again writes nothing.
    same = (last := _last(root, move)) is not None and last.receipt == receipt
    if same and (root / SEAL).exists() and not (root / store.NEXT).exists():
        return
    kept = Store(root)
    try:
        if not same:
            size, chain = _end(root / store.MANIFEST)
            shown = () if told.recipients else tuple(folders)
            new = Kept(when=now, move=move, source="" if told.recipients else source, receipt=receipt, manifest=size, chain=chain, folders=shown)
            kept.unseal()
            kept.put(f"{FOLDER}/{now:%Y-%m-%dT%H%M%SZ}-{move}.json", msgspec.json.format(msgspec.json.encode(new), indent=1) + b"\n")
    finally:
        kept.close()


def _last(root: Path, move: str) -> Kept | None:
    files = sorted((root / FOLDER).glob(f"*-{move}.json"))
    try:
        return msgspec.json.decode(files[-1].read_bytes(), type=Kept) if files else None
    except (OSError, msgspec.DecodeError):
        return None


def _end(manifest: Path) -> tuple[int, str]:
    """Return how long the manifest is, and its last chain."""
    if not manifest.exists():
        return 0, ""
    with manifest.open("rb") as lines:
        size = lines.seek(0, 2)
        lines.seek(max(0, size - _TAIL))
        return size, lines.read().decode("utf-8", "replace").rpartition('"chain":"')[2].rstrip('"}\n')
