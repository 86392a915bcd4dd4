"""Files about what people do: read only when named and asked for; nobody and nothing but known services leaves them."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bascule.read import CODES, PRIVATE, Asked, read_inputs

AT = datetime(2026, 11, 24, tzinfo=UTC)
ALL = Asked(kinds=frozenset(PRIVATE), domains=frozenset(("ardoise.test", "app.craie.test")))
CANARIES = ("192.0.2.", "jeanne", "secret", "09:12", "1767", "Jan", "2026:", "PC-7", "medecin", "clinique", "x1.")

PIHOLE = "".join(
    f"Jan  5 09:12:{second:02} dnsmasq[412]: query[A] {host} from 192.0.2.7\nJan  5 09:12:{second:02} dnsmasq[412]: forwarded {host} to 9.9.9.9\n"
    for second, host in enumerate(["x1.ardoise.test"] * 6 + ["medecin.test"] * 9 + ["app.craie.test"] * 2)
)
EXTRA = "".join(f"Jan  5 09:12:01 dnsmasq[412]: {n} 192.0.2.7/37431 query[AAAA] x1.Ardoise.test from 192.0.2.7\n" for n in range(6))
UNBOUND = "[1767600000] unbound[77:0] info: 192.0.2.7 x1.ardoise.test. A IN\n" * 6 + "[1767600000] unbound[77:0] info: 192.0.2.7 medecin.test. AAAA IN\n" * 6
REPLIES = "[1767600000] unbound[77:0] info: 192.0.2.7 x1.ardoise.test. A IN NOERROR 0.012 0 88\n" * 6
SQUID = "1767600000.123     45 192.0.2.7 TCP_TUNNEL/200 4600 CONNECT x1.ardoise.test:443 jeanne HIER_DIRECT/198.51.100.9 -\n" * 6
SQUID_GET = "1767600000.123     45 192.0.2.7 TCP_MISS/200 4600 GET http://jeanne:secret@x1.ardoise.test/secret?q=medecin jeanne HIER_DIRECT/1 text/html\n" * 6
COMBINED = '192.0.2.7 - jeanne [05/Jan/2026:09:12:01 +0100] "GET http://x1.ardoise.test/secret HTTP/1.1" 200 6566 "-" "PC-7" TCP_MISS:HIER_DIRECT\n' * 6
TUNNEL = '192.0.2.7 - jeanne [05/Jan/2026:09:12:01 +0100] "CONNECT x1.ardoise.test:443 HTTP/1.1" 200 6566 "-" "PC-7" TCP_TUNNEL:HIER_DIRECT\n' * 6
LOGS = [PIHOLE, EXTRA, UNBOUND, REPLIES, SQUID, SQUID_GET, COMBINED, TUNNEL]

HTML = '<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><A HREF="https://x1.ardoise.test/secret" ADD_DATE="1767600000">jeanne</A>\n<DT><A HREF="https://medecin.test/">x</A></DL>'
FIREFOX = json.dumps(
    {"type": "text/x-moz-place-container", "children": [{"title": "jeanne", "dateAdded": 1767600000, "uri": "https://x1.ardoise.test/secret"}]}
)
CHROMIUM = json.dumps({"roots": {"bookmark_bar": {"children": [{"type": "url", "name": "jeanne", "url": "https://x1.ardoise.test/secret"}]}}})
BOOKMARKS = [HTML, FIREFOX, CHROMIUM]


def put(folder: Path, content: str) -> Path:
    path = folder / "f.txt"
    path.write_text(content)
    return path


@pytest.mark.parametrize("content", LOGS + BOOKMARKS)
def test_only_known_services_and_counts_leave_the_file(tmp_path, content):
    reading = read_inputs([put(tmp_path, content)], AT, ALL)
    what, count = ("domain", 6) if content in LOGS else ("bookmark", 1)
    assert [item.value for item in reading.evidence] == [{"label": "ardoise.test", "what": what, "count": count}]
    assert reading.errors == ()
    assert not [canary for canary in CANARIES if canary in str(reading)]


@pytest.mark.parametrize("content", LOGS + BOOKMARKS)
def test_in_a_folder_such_a_file_is_left_alone_and_the_note_says_how_to_ask(tmp_path, content):
    put(tmp_path, content)
    reading = read_inputs([tmp_path], AT, ALL)
    assert reading.evidence == ()
    assert [(note.code, note.details) for note in reading.notes] == [("left-alone", {"kind": "logs" if content in LOGS else "bookmarks"})]


@pytest.mark.parametrize("content", LOGS + BOOKMARKS)
def test_named_but_not_asked_for_it_is_refused_with_the_word_to_say(tmp_path, content):
    path = put(tmp_path, content)
    for asked in (Asked(), Asked(kinds=frozenset(PRIVATE) - {"logs" if content in LOGS else "bookmarks"}, domains=ALL.domains)):
        (error,) = read_inputs([path], AT, asked).errors
        assert error.code == "not-asked"
        assert "--read" in str(error)


def test_a_service_that_few_lines_name_is_forgotten_and_so_is_what_is_unknown(tmp_path):
    reading = read_inputs([put(tmp_path, PIHOLE)], AT, ALL)
    assert [note.details for note in reading.notes] == [{"kept": "1", "rare": "1", "others": "9"}]


def test_a_strange_line_is_told_by_its_number_alone(tmp_path):
    reading = read_inputs([put(tmp_path, SQUID + "jeanne 192.0.2.7 secret\n")], AT, ALL)
    assert [(error.code, error.place) for error in reading.errors] == [("no-log-line", "7")]
    assert not [canary for canary in CANARIES if canary in str(reading.errors[0])]
    assert len(reading.evidence) == 1


def test_evidence_of_a_log_is_in_alphabetical_order_and_bears_no_line(tmp_path):
    lines = "".join(
        f"1767600000.123 4 192.0.2.7 TCP_TUNNEL/200 4 CONNECT {host}:443 - HIER_DIRECT/- -\n" for host in ["app.craie.test"] * 5 + ["ardoise.test"] * 5
    )
    questions = [item.question for item in read_inputs([put(tmp_path, lines)], AT, ALL).evidence]
    assert questions == ["ROW f.txt#app.craie.test", "ROW f.txt#ardoise.test"]


def test_deeply_nested_bookmarks_are_a_fault(tmp_path):
    reading = read_inputs([put(tmp_path, '{"type": "text/x-moz-place-container", "children": ' + "[" * 200_000)], AT, ALL)
    assert [error.code for error in reading.errors] == ["bad-document"]


@pytest.mark.parametrize("content", LOGS + BOOKMARKS)
def test_a_changed_file_gives_declared_faults_only_and_still_nobody(tmp_path, content):
    chance = random.Random(len(content))
    for _ in range(40):
        at = chance.randrange(len(content))
        cut = content[: at + chance.randrange(60)] + chance.choice(["", '"', "[", " ", "\n", "é", "\\", "9" * 50]) + content[at:]
        reading = read_inputs([put(tmp_path, cut)], AT, ALL)
        assert all(error.code in CODES for error in reading.errors)
        assert {str(item.value["label"]) for item in reading.evidence} <= ALL.domains
        assert not [canary for canary in ("jeanne", "192.0.2", "secret", "medecin") if canary in f"{reading}{[str(error) for error in reading.errors]}"]
