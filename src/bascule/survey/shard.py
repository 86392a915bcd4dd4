"""One part of a survey: the evidence of some subjects becomes rows. A defect in one domain is written down and ends nothing."""

import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from bascule.catalogue import Catalogue
from bascule.identify import Records, identify_one
from bascule.model import Dependency, Evidence, Outcome, Unknown
from bascule.read import InputError
from bascule.read.evidence import observations
from bascule.survey.hosts import Hosts
from bascule.survey.ledger import Counts
from bascule.survey.parting import numbered
from bascule.survey.tables import write_dependencies, write_unknowns, written

Ask = Callable[[list[str]], tuple[Evidence, ...]]
"""Asks the world about domains."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What the parts of one survey have in common.

    Attributes:
        source: The input, for messages.
        folder: Where the tables go.
        parts: Where the parted input lies.
        asks: How to ask about the domains of a list; None for recorded evidence.
    """

    source: Path
    folder: Path
    parts: Path
    form: str
    catalogue: Catalogue
    on: date
    asks: Ask | None = None


def shard(number: int, work: Work, hosts: Hosts | None) -> Counts:
    """Write the tables of one part and return what they hold; done again, they are the same."""
    counts = Counts()
    evidence = _evidence(number, work, counts)
    records = Records(evidence, hosts.answer if hosts else None)
    rows: list[Dependency] = []
    unknowns: list[Unknown] = []
    defects: list[bytes] = []
    for subject in records.subjects:
        counts.domains += 1
        try:
            found = identify_one(subject, records, work.catalogue, work.on)
        except Exception as error:
            text = "".join(traceback.format_exception(error))[-4000:]
            defects.append(msgspec.json.encode({"subject": subject, "defect": text}) + b"\n")
            continue
        rows += found.dependencies
        unknowns += found.unknowns
    counts.dependencies, counts.unknowns, counts.defects = len(rows), len(unknowns), len(defects)
    name = f"part-{number:05d}"
    write_dependencies(work.folder / "dependencies" / f"{name}.{work.form}", rows)
    write_unknowns(work.folder / "unknowns" / f"{name}.{work.form}", unknowns)
    if defects:
        (work.folder / "defects").mkdir(exist_ok=True)
        with written(work.folder / "defects" / f"{name}.jsonl") as file:
            file.writelines(defects)
    return counts


def _evidence(number: int, work: Work, counts: Counts) -> list[Evidence]:
    part = work.parts / f"subject-{number:05d}"
    if work.asks is not None:
        names = sorted({name.decode() for _, name in numbered(part)})
        asked = work.asks(names) if names else ()
        counts.unanswered = sum(item.outcome is Outcome.UNREACHABLE for item in asked)
        with written(work.folder / "evidence" / f"part-{number:05d}.jsonl") as file:
            file.write(b'{"schema":"bascule.evidence/1"}\n')
            file.writelines(msgspec.json.encode(item) + b"\n" for item in asked)
        return list(asked)
    found: list[Evidence] = []
    faults: list[tuple[int, str]] = []
    for item in observations(work.source, numbered(part)):
        if isinstance(item, InputError):
            counts.faulty += 1
            faults.append((int(item.place or 0), item.told(str)))
        else:
            found.append(item)
    counts.faults = tuple(faults[:20])
    return found
