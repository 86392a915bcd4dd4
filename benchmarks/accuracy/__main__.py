"""Measure identification on real mail records: `python -m benchmarks.accuracy [predictions.jsonl]`.

The records are looked for in ../shared/data/mail beside the checkout, or in the folder that BASCULE_RECORDS names; they are not part
of this repository. The predictions are written, one line a domain, to the file given.
"""

import gzip
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bascule.catalogue import load
from bascule.model import Evidence
from benchmarks.accuracy.predict import Prediction, predictions
from benchmarks.accuracy.table import table
from benchmarks.accuracy.unrecognised import most, unrecognised

ROOT = Path(__file__).parent.parent.parent
RECORDS = Path(os.environ.get("BASCULE_RECORDS", ROOT.parent / "shared/data/mail"))
JUDGED, MANY = "adjudicated_dev.jsonl", "real_dns_dev.jsonl.gz"
DAY = date(2026, 11, 24)


def evidence(path: Path) -> list[Evidence]:
    """Return the evidence that a file of records holds."""
    done = subprocess.run([sys.executable, path.parent / "to_evidence.py", path], capture_output=True, check=True)
    decoder = msgspec.json.Decoder(Evidence)
    return [decoder.decode(line) for line in done.stdout.splitlines()]


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the records of a file, one object a line."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [msgspec.json.decode(line) for line in data.splitlines() if line.strip()]


def vendors() -> set[str] | None:
    """Return the names of vendors that the judges use; what they say of owners is not read."""
    path = RECORDS / "vendors.tsv"
    return {line.split("\t")[0] for line in path.read_text("utf-8").splitlines()[1:]} if path.exists() else None


def written(said: dict[str, Prediction], path: Path) -> None:
    """Write the predictions as lines."""
    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in said.values()))


def main(arguments: list[str]) -> int:
    """Print the table, then the operators not recognised."""
    catalogue = load()
    if not (RECORDS / JUDGED).exists():
        print(f"No judged records in {RECORDS}: put {JUDGED} there, or name their folder in BASCULE_RECORDS.")
        return 0
    said = predictions(evidence(RECORDS / JUDGED), catalogue, DAY, vendors())
    if arguments:
        written(said, Path(arguments[0]))
    judged = {str(row["domain"]).lower(): row for row in lines(RECORDS / JUDGED)}
    nothing = Prediction(domain="", gateway=None, mailbox="unknown", senders=(), us_controlled_mail=None)
    print("\n".join(table([(said.get(name, nothing), row) for name, row in judged.items()])))
    if (RECORDS / MANY).exists():
        countries = {str(row["domain"]).lower(): str(row["cc"]) for row in lines(RECORDS / MANY)}
        for title, seen in zip(("receive mail (MX)", "may send (SPF)"), unrecognised(evidence(RECORDS / MANY), catalogue), strict=True):
            print(f"not recognised among those who {title}: domains, countries")
            print("\n".join(f"  {count:5} {name}  {where}" for name, count, where in most(seen, countries)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
