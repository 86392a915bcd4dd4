"""Predictions against judged records: shares with Wilson intervals, confusion, calibration."""

import itertools
from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import Any

import msgspec

from benchmarks.accuracy.predict import Prediction

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
CERTAIN = 0.7
Judged = dict[str, Any]


class Share(msgspec.Struct, frozen=True):
    """So many of so many."""

    right: int
    of: int

    def __str__(self) -> str:
        low, high = wilson(self.right, self.of)
        return f"{100 * self.right / self.of:.1f} % ({self.right}/{self.of}; {100 * low:.1f}-{100 * high:.1f})" if self.of else "none to judge"


def wilson(right: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the bounds of Wilson's 95 % interval for a share; (0, 1) where nothing was judged."""
    if not of:
        return 0.0, 1.0
    share, wide = right / of, 1 + z * z / of
    centre, half = share + z * z / (2 * of), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (centre - half) / wide), min(1.0, (centre + half) / wide)


def mailbox_right(said: Prediction, truth: Judged) -> bool:
    """Say whether the mailbox is right: the truth, or an alternative that the judge accepts; left open is right only where the truth is."""
    if said.mailbox == "unknown":
        return bool(truth["mailbox"] == "unknown")
    return said.mailbox in {truth["mailbox"], *truth["mailbox_alternatives"]}


def gateway_right(said: Prediction, truth: Judged) -> bool:
    """Say whether the gateway is right; no gateway is, where its operator may be the mailbox."""
    accepted = {truth["gateway"], *truth.get("gateway_alternatives", ())}
    return said.gateway in accepted or (said.gateway is None and truth["gateway"] in truth["mailbox_alternatives"])


Pairs = list[tuple[Prediction, Judged]]


def share(outcomes: Iterable[bool]) -> Share:
    """Count what is right."""
    found = list(outcomes)
    return Share(sum(found), len(found))


def found(pairs: Iterable[tuple[set[str], set[str]]]) -> tuple[Share, Share]:
    """Return precision and recall of sets said against sets true."""
    both = [(len(said & true), len(said), len(true)) for said, true in pairs]
    hit = sum(entry[0] for entry in both)
    return Share(hit, sum(entry[1] for entry in both)), Share(hit, sum(entry[2] for entry in both))


def vendors(names: Iterable[str]) -> set[str]:
    """Return the vendors among names; local operators are not judged as senders."""
    return {name for name in names if not name.startswith("local-operator")}


def confusion(pairs: Pairs) -> Counter[tuple[str, str]]:
    """Return how often a true mailbox was read as another, by (true, said)."""
    return Counter((judged["truth"]["mailbox"], said.mailbox) for said, judged in pairs if not mailbox_right(said, judged["truth"]))


def calibration(pairs: Pairs) -> list[tuple[float, float, Share]]:
    """Return (from, below, share right) of the mailboxes and gateways claimed, by how sure the claim is."""
    claims = [(said.confidence, mailbox_right(said, row["truth"])) for said, row in pairs if said.mailbox != "unknown"]
    claims += [(said.gateway_confidence, gateway_right(said, row["truth"])) for said, row in pairs if said.gateway and row["truth"]["gateway"] != "unknown"]
    return [(low, high, share(right for sure, right in claims if low <= sure < high)) for low, high in itertools.pairwise(BINS)]


def forbidden(pairs: Pairs) -> list[str]:
    """Return the domains for which something was claimed that the records forbid."""
    return [said.domain for said, judged in pairs if {said.mailbox, said.gateway} & set(judged["must_not_claim"])]
