"""How many real changes `compare` reports on a dated history, and how many that are none; run as `python benchmarks/drift.py`.

The truth is computed here from the raw records alone: the MX hosts, the policy, a DKIM alias or a record for mail programs differ between two
harvests of one domain that both kept them. The history is looked for in ../shared/data/mail (or the folder that BASCULE_RECORDS names).
"""

import gzip
import importlib.util
import json
import os
from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec

from bascule.catalogue import load
from bascule.compare import compare
from bascule.identify import identify
from bascule.model import Evidence

ROOT = Path(__file__).parent.parent
RECORDS = Path(os.environ.get("BASCULE_RECORDS", ROOT.parent / "shared/data/mail"))
DAY = date(2026, 11, 24)


def truth(old: dict, new: dict) -> set[tuple[str, str]]:
    """Return (kind of record, which one) of what differs between two raw harvests that both kept it."""
    found = set()
    if old.get("mx") is not None and new.get("mx") is not None and hosts(old["mx"]) != hosts(new["mx"]):
        found.add(("mx", ""))
    if all(row.get("spf") or row.get("txt_verifications") or row.get("txt") for row in (old, new)) and policy(old) != policy(new):
        found.add(("spf", ""))
    for key, target in (old.get("dkim") or {}).items():
        if key in (new.get("dkim") or {}) and plain(target) != plain(new["dkim"][key]):
            found.add(("dkim", key))
    for key in ("autodiscover_cname", "autodiscover_srv"):
        was, now = ((row.get("autodiscover") or {}).get(key) for row in (old, new))
        if was and now and plain(was) != plain(now):
            found.add(("autodiscover", "CNAME" if key.endswith("cname") else "SRV"))
    return found


def hosts(names: list[str]) -> set[str]:
    return {plain(name) for name in names}


def policy(row: dict) -> list[str]:
    return (row.get("spf") or "").lower().split()


def plain(name: str) -> str:
    return name.strip(". ").lower()


def told(change: object) -> tuple[str, str]:
    """Return a reported change in the words of `truth`."""
    kind, _, name = change.question.partition(" ")  # type: ignore[attr-defined]
    record = str(change.record)  # type: ignore[attr-defined]
    return record, name.partition("._domainkey")[0] if record == "dkim" else kind if record == "autodiscover" else ""


def main() -> None:
    path = RECORDS / "history_dev.jsonl.gz"
    if not path.exists():
        print(f"drift: not measured, no history at {RECORDS}")
        return
    spec = importlib.util.spec_from_file_location("to_evidence", RECORDS / "to_evidence.py")
    harvest = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(harvest)  # type: ignore[union-attr]
    catalogue, by_domain = load(), dict[str, list[dict]]()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        by_domain.setdefault(row["domain"], []).append(row)
    real = seen = missed = false = quiet = 0
    for domain_rows in by_domain.values():
        sides = []
        for row in sorted(domain_rows, key=lambda row: row["date"]):
            evidence = [msgspec.convert(line, Evidence) for line in harvest.lines(row)]
            sides.append((row, evidence, identify(evidence, catalogue, DAY).dependencies))
        for (old_row, old, was), (new_row, new, now) in pairwise(sides):
            wanted, drift = truth(old_row["rec"], new_row["rec"]), compare(old, was, new, now)
            given = {told(change) for change in drift.records}
            real, seen, missed, false = real + len(wanted), seen + len(wanted & given), missed + len(wanted - given), false + len(given - wanted)
            quiet += bool(drift.shifts and not wanted)
            for what in sorted(wanted ^ given)[:1]:
                print("differs:", old_row["domain"], old_row["date"], new_row["date"], what)
    print(f"drift   {len(rows)} events of {len(by_domain)} domains: {real} real changes, {seen} reported, {missed} missed; {false} false alerts")
    print(f"        pairs without a real change in which a dependency is said to have shifted: {quiet}")


if __name__ == "__main__":
    main()
