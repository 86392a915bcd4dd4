"""The table of hosts: one line for each question, whoever asked it and however often."""

from datetime import timedelta

import msgspec

from bascule.model import Evidence, Kind, Outcome
from bascule.survey import hosts
from tests.unit.synthetic import NOON

QUESTION = "A mx.oak.example"


def answers(count, latest):
    """What that many firms were told of one host; one of them was told something else, and later."""
    return [
        Evidence(
            subject=f"firm{number}.example",
            kind=Kind.DNS,
            question=QUESTION,
            outcome=Outcome.PRESENT,
            value=["192.0.2.2" if number == latest else "192.0.2.1"],
            source="test",
            seen_at=NOON + timedelta(hours=number == latest),
        )
        for number in range(count)
    ]


def test_of_many_answers_about_one_host_the_latest_counts_and_few_are_held_at_once(tmp_path, monkeypatch):
    judged, part = [], tmp_path / "host-00000.0"
    counting = hosts._counting
    monkeypatch.setattr(hosts, "_counting", lambda part, lines: judged.append(len(lines)) or counting(part, lines))
    for latest in (0, 255, 256, 700, 999):
        judged.clear()
        part.write_bytes(b"".join(b"%d %b\n" % (number, msgspec.json.encode(item)) for number, item in enumerate(answers(1000, latest), 2)))
        hosts.build(tmp_path, 0)
        found = hosts.Hosts(tmp_path).answer(QUESTION)
        assert (found.subject, found.value) == (f"firm{latest}.example", ["192.0.2.2"])
        assert max(judged) <= hosts._SAME
