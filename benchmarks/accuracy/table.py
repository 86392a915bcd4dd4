"""The table that the benchmark prints."""

from collections.abc import Iterator

from benchmarks.accuracy.score import CERTAIN, Pairs, calibration, confusion, forbidden, found, gateway_right, mailbox_right, share, vendors


def table(pairs: Pairs) -> Iterator[str]:
    """Yield the lines of the table, one measure a line."""
    known = [(said, row) for said, row in pairs if row["truth"]["mailbox"] != "unknown"]
    certain = [(said, row) for said, row in pairs if row["certainty"] >= CERTAIN]
    yield f"{len(pairs)} domains judged by hand; share (right/judged; Wilson 95 % interval)"
    yield f"mailbox, all                      {share(mailbox_right(said, row['truth']) for said, row in pairs)}"
    yield f"mailbox, certainty >= {CERTAIN}         {share(mailbox_right(said, row['truth']) for said, row in certain)}"
    yield f"mailbox left open, decidable      {share(said.mailbox == 'unknown' for said, _ in known)}"
    yield f"mailbox said unknown, of all      {share(said.mailbox == 'unknown' for said, _ in pairs)}"
    yield from _pair("Microsoft mailbox", _is("microsoft", pairs))
    yield f"gateway                           {share(gateway_right(said, row['truth']) for said, row in pairs if row['truth']['gateway'] != 'unknown')}"
    yield from _pair(
        "tenant",
        [({"microsoft"} & set(said.tenants), _set(row["truth"]["microsoft_tenant"])) for said, row in pairs if row["truth"]["microsoft_tenant"] != "unknown"],
    )
    yield from _pair(
        "senders (vendors)", [(vendors(said.senders), vendors(row["truth"]["senders"])) for said, row in pairs if row["truth"]["senders_complete"]]
    )
    machines = [(said, row["truth"]["infrastructure"]) for said, row in pairs if row["truth"]["infrastructure"] not in (None, "unknown")]
    yield f"infrastructure (vendors)          {share(truth in said.machines for said, truth in machines)}"
    decided = [(said, row["truth"]["us_controlled_mail"]) for said, row in pairs if isinstance(row["truth"]["us_controlled_mail"], bool)]
    yield from _pair("controlled from the US", [({"us"} if said.us_controlled_mail else set(), {"us"} if truth else set()) for said, truth in decided])
    yield f"forbidden claims                  {len(forbidden(pairs))}"
    yield "calibration of mailbox and gateway claims: confidence, share right"
    yield from (f"  {low:.1f} to {min(high, 1.0):.1f}                   {right}" for low, high, right in calibration(pairs) if right.of)
    yield "confusion of mailboxes: true -> said, domains"
    yield from (f"  {true} -> {said}: {count}" for (true, said), count in confusion(pairs).most_common())


def _is(name: str, pairs: Pairs) -> list[tuple[set[str], set[str]]]:
    """Return what was said and is true of one vendor; where it is an accepted alternative, saying it counts as true."""
    result = []
    for said, row in pairs:
        truth = row["truth"]
        claimed = said.mailbox == name
        real = truth["mailbox"] == name or (claimed and name in truth["mailbox_alternatives"])
        result.append(({name} if claimed else set(), {name} if real else set()))
    return result


def _set(tenant: bool) -> set[str]:
    return {"microsoft"} if tenant else set()


def _pair(name: str, pairs: list[tuple[set[str], set[str]]]) -> Iterator[str]:
    precision, recall = found(pairs)
    yield f"{name + ', precision':34}{precision}"
    yield f"{name + ', recall':34}{recall}"
