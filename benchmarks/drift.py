"""Count how many real changes of mail records `compare` reports, and how many alerts are false, on dated harvests of real domains.

The truth is worked out from the raw rows, without any code of Bascule: a field counts where both rows hold it.
"""

import gzip
import importlib.util
import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from bascule.catalogue import load
from bascule.compare import Side, compare
from bascule.identify import identify
from bascule.model import Evidence

RECORDS = Path(os.environ.get("BASCULE_RECORDS", Path(__file__).parents[2] / "shared/data/mail"))
HISTORY = "history_dev.jsonl.gz"


def facts(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a raw row says, by question, in one spelling."""
    rec = row["rec"]
    name = str(row["domain"]).lower().encode("idna").decode()
    found: dict[str, Any] = {}
    if rec.get("mx") is not None:
        found[f"MX {name}"] = {host.lower().rstrip(".") for host in rec["mx"]}
    if rec.get("spf") or rec.get("txt_verifications"):
        found[f"TXT {name}"] = " ".join((rec.get("spf") or "").lower().split())
    for key, question in (("autodiscover_cname", f"CNAME autodiscover.{name}"), ("autodiscover_srv", f"SRV _autodiscover._tcp.{name}")):
        if target := (rec.get("autodiscover") or {}).get(key):
            found[question] = target.lower().rstrip(".")
    for selector, target in (rec.get("dkim") or {}).items():
        found[f"CNAME {selector}._domainkey.{name}"] = target.lower().rstrip(".")
    return found


def main() -> None:
    """Print the counts."""
    if not (RECORDS / HISTORY).is_file():
        print(f"drift: {HISTORY} is not there; name its folder with BASCULE_RECORDS.")
        return
    spec = importlib.util.spec_from_file_location("to_evidence", RECORDS / "to_evidence.py")
    assert spec is not None
    assert spec.loader is not None
    harvest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(harvest)
    rows: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(RECORDS / HISTORY, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            rows.setdefault(row["domain"], []).append(row)
    catalogue, pairs, real, told, false, moves, unfounded = load(), 0, 0, 0, 0, 0, 0
    for events in rows.values():
        sides = []
        for row in events:
            evidence = msgspec.convert(list(harvest.lines(row)), list[Evidence])
            sides.append(Side(evidence, identify(evidence, catalogue, catalogue.date).dependencies))
        for (before, old), (now, new) in pairwise(zip(events, sides, strict=True)):
            was, is_ = facts(before), facts(now)
            truth = {question for question in was.keys() & is_.keys() if was[question] != is_[question]}
            drift = compare(old, new)
            said = {change.question for change in drift.records}
            pairs, real, told, false = pairs + 1, real + len(truth), told + len(truth & said), false + len(said - truth)
            moves, unfounded = moves + len(drift.dependencies), unfounded + (0 if truth else len(drift.dependencies))
    print(f"drift    {pairs} pairs of {len(rows)} domains; {real} real changes, {told} told, {false} false alerts (at most {real // 10})")
    print(f"drift    {moves} operators told as moved, new or gone; {unfounded} of them where no record really changed")


if __name__ == "__main__":
    main()
