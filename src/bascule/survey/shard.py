"""One part of a survey: the evidence of some subjects becomes rows. A defect in one domain is written down and ends nothing."""

import traceback
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bascule.catalogue import Catalogue
from bascule.identify import Records, identify_one, registrable
from bascule.model import Evidence, Outcome
from bascule.read.evidence import observations
from bascule.survey.hosts import Hosts
from bascule.survey.ledger import Counts
from bascule.survey.parting import Share
from bascule.survey.plain import all_plain
from bascule.survey.runs import Run, by_subject, numbered, runs
from bascule.survey.shapes import Shapes
from bascule.survey.tables import Rows, rows_of, write_dependencies, write_unknowns, written

Ask = Callable[[list[str]], tuple[Evidence, ...]]
"""Asks the world about domains."""
Beyond = Callable[[str], Evidence | None]
"""What others told about hosts."""
_PLACE_ONLY = (b"A ", b"AAAA ", b"CNAME ", b"ASN ")
"""A name about which nothing but this is told was looked up on the way, and is no subject."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What the parts of one survey have in common.

    Attributes:
        source: The input, for messages.
        folder: Where the tables go.
        parts: Where the parted input lies.
        asks: How to ask about the domains of a list; None for recorded evidence.
        kind: Of the input: `list`, `evidence`, `massdns` or `zdns`.
        count: How many parts there are.
        ranges: How many ranges the input is parted in.
    """

    source: Path
    folder: Path
    parts: Path
    form: str
    catalogue: Catalogue
    on: date
    asks: Ask | None = None
    kind: str = "evidence"
    share: Share = Share()
    count: int = 1
    ranges: int = 1


class Tables:
    """What the parts of one worker are read with: the table of hosts, and the shapes met so far. Nothing of them shows in the rows."""

    def __init__(self, work: Work) -> None:
        self.hosts = Hosts(work.parts)
        self.shapes = Shapes(work.catalogue, work.on, self.hosts)


class _Part:
    """The rows of one part in the making."""

    def __init__(self, work: Work, tables: Tables | None) -> None:
        self.work, self.tables, self.counts = work, tables, Counts()
        self.dependencies: list[tuple[Any, ...]] = []
        self.unknowns: list[tuple[Any, ...]] = []
        self.defects: list[bytes] = []

    def add(self, subject: str, rows: Rows) -> None:
        """Add what is said of a domain."""
        self.counts.domains += 1
        for row in rows.dependencies:
            self.dependencies.append((subject, *row))
        for open_place in rows.unknowns:
            self.unknowns.append((subject, *open_place))

    def identify(self, evidence: list[Evidence], beyond: Beyond | None, complete: str = "") -> None:
        """Add what evidence says of each of its subjects; see `Records`."""
        records = Records(evidence, beyond, complete)
        for subject in records.subjects:
            try:
                rows = rows_of(identify_one(subject, records, self.work.catalogue, self.work.on))
            except Exception as error:
                text = "".join(traceback.format_exception(error))[-4000:]
                self.defects.append(msgspec.json.encode({"subject": subject, "defect": text}) + b"\n")
                rows = Rows((), ())
            self.add(subject, rows)

    def write(self, number: int) -> Counts:
        """Write the tables of the part and return what they hold."""
        counts, folder, name = self.counts, self.work.folder, f"part-{number:05d}"
        counts.dependencies, counts.unknowns, counts.defects = len(self.dependencies), len(self.unknowns), len(self.defects)
        write_dependencies(folder / "dependencies" / f"{name}.{self.work.form}", self.dependencies)
        write_unknowns(folder / "unknowns" / f"{name}.{self.work.form}", self.unknowns)
        if self.defects:
            (folder / "defects").mkdir(exist_ok=True)
            with written(folder / "defects" / f"{name}.jsonl") as file:
                file.writelines(self.defects)
        return counts


def shard(number: int, work: Work, tables: Tables | None) -> Counts:
    """Write the tables of one part and return what they hold; done again, they are the same."""
    part = _Part(work, tables)
    if tables is None:
        part.identify(_asked(number, work, part.counts), None)
    else:
        _recorded(number, part, tables)
    return part.write(number)


def _asked(number: int, work: Work, counts: Counts) -> list[Evidence]:
    """Ask about the domains of a part of a list, and write down what was answered."""
    names = sorted({name.decode() for _, name in numbered(work.parts / f"subject-{number:05d}")})
    asked = work.asks(names) if names and work.asks else ()
    counts.unanswered = sum(item.outcome is Outcome.UNREACHABLE for item in asked)
    with written(work.folder / "evidence" / f"part-{number:05d}.jsonl") as file:
        file.write(b'{"schema":"bascule.evidence/1"}\n')
        file.writelines(msgspec.json.encode(item) + b"\n" for item in asked)
    return list(asked)


def _recorded(number: int, part: _Part, tables: Tables) -> None:
    """Add the rows of the recorded evidence of a part, one registrable domain after the other."""
    groups: dict[str, dict[bytes, list[Run]]] = {}
    for subject, told in by_subject(runs(part.work.parts / f"subject-{number:05d}")).items():
        groups.setdefault(registrable(subject.decode()), {})[subject] = told
    for domain, subjects in sorted(groups.items()):
        name = domain.encode()
        rows = _known(name, subjects[name], tables.shapes) if len(subjects) == 1 and name in subjects else None
        if rows is not None:
            part.add(domain, rows)
        else:
            evidence = sorted(line for told in subjects.values() for run in told for line in run.numbered())
            others = tables.hosts.others_tell(name)
            part.identify(_judged(evidence, part), tables.hosts.beyond(domain) if others else tables.hosts.answer, "" if others else domain)


def _known(name: bytes, told: list[Run], shapes: Shapes) -> Rows | None:
    """Return the rows of a domain that is of a known shape and about which more is told than on the way."""
    lines = all_plain(told[0].lines if len(told) == 1 else b"".join([run.lines for run in told]))
    if lines is None or all(line.question.startswith(_PLACE_ONLY) for line in lines):
        return None
    return shapes.rows(name, lines, told)


def _judged(lines: Iterable[tuple[int, bytes]], part: _Part) -> list[Evidence]:
    """Return what lines say, and note the faults of the others."""
    found: list[Evidence] = []
    for item in observations(part.work.source, lines):
        if isinstance(item, Evidence):
            found.append(item)
        else:
            part.counts.refuse(item)
    return found
