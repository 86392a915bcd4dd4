"""A survey gives what `identify` gives, in the same bytes, whatever interrupts it."""

import datetime
import json
import multiprocessing
import os
import random
import resource
import signal
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.catalogue import load
from bascule.identify import identify
from bascule.model import Evidence, Kind, Outcome
from bascule.survey import DONE, Share, Survey, SurveyError, survey
from bascule.survey import run as running
from bascule.survey.tables import DEPENDENCIES
from tests.unit.synthetic import NOON

CATALOGUE = load()


def seen(subject, question, value, kind=Kind.DNS):
    outcome = Outcome.UNREACHABLE if value is None else Outcome.PRESENT if value else Outcome.ABSENT
    return Evidence(subject=subject, kind=kind, question=question, outcome=outcome, value=value or None, source="test", seen_at=NOON)


def firms(count):
    """Firms whose hosts are told under other subjects, in an order that mixes them."""
    lines = []
    for number in range(count):
        domain = f"firm{number}.example"
        lines += [
            seen(domain, f"MX {domain}", [f"10 mx{number % 7}.oak.example."]),
            seen(domain, f"TXT {domain}", ["v=spf1 include:_spf.elm.example -all"] if number % 3 else None),
            seen("oak.example", f"A mx{number % 7}.oak.example", [f"192.0.2.{number % 7}"]),
            seen("oak.example", f"ASN 192.0.2.{number % 7}", [{"asn": 64500 + number % 5, "country": "FR"}], Kind.ASN),
        ]
    random.Random(1).shuffle(lines)
    return lines


def write(path, lines):
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def wish(source, folder, **more):
    return Survey(source=source, folder=folder, catalogue=CATALOGUE, form=more.pop("form", "jsonl"), workers=2, **more)


def tables(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file() and ".survey" not in file.parts}


def rows(folder):
    return [line for name, data in tables(folder).items() if name.startswith("dependencies/") for line in data.splitlines()]


def expected(lines):
    found = identify(lines, CATALOGUE, CATALOGUE.date).dependencies
    return [msgspec.json.encode({name: getattr(row, name) for name in DEPENDENCIES}) for row in found]


def test_the_rows_are_those_of_identify_with_hosts_told_under_other_subjects(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_BYTES_A_PART", 4000)
    lines = firms(60)
    counts = survey(wish(write(tmp_path / "e.jsonl", lines), tmp_path / "out"))
    assert len(list((tmp_path / "out/dependencies").iterdir())) > 5
    assert sorted(rows(tmp_path / "out")) == sorted(expected(lines))
    assert any(b'"role":"infrastructure"' in row for row in rows(tmp_path / "out"))
    assert (counts.domains, counts.defects, counts.faulty) == (60, 0, 0)


NAMES = st.sampled_from(["a.example", "b.example", "mx.a.example", "mx.b.example", "c.example", "xa.example"])
NETWORKS = ([{"asn": 64500, "country": "FR"}], [{"asn": 64501, "country": "DE"}])
VALUES = {"MX": "10 {}.", "CNAME": "{}.", "TXT": "v=spf1 include:{} -all", "A": "192.0.2.1", "NS": "{}.", "SRV": "0 0 443 {}."}


@st.composite
def observations(draw):
    kind, name, target = draw(st.sampled_from(sorted(VALUES))), draw(NAMES), draw(NAMES)
    question = f"{kind} {draw(st.sampled_from(['', '', 'autodiscover.', 's._domainkey.']))}{name}"
    value = draw(st.sampled_from([None, [], [VALUES[kind].format(target)]]))
    item = seen(draw(st.sampled_from(["a.example", "b.example", name])), question, value)
    return msgspec.structs.replace(item, seen_at=NOON + datetime.timedelta(seconds=draw(st.integers(0, 2))))


@st.composite
def networks(draw):
    """A network of a mail host, told by itself or by others at one of three moments."""
    item = seen(draw(st.sampled_from(["a.example", "b.example", "c.example"])), f"ASN {draw(NAMES)}", draw(st.sampled_from(NETWORKS)), Kind.ASN)
    return msgspec.structs.replace(item, seen_at=NOON + datetime.timedelta(seconds=draw(st.integers(0, 2))))


@given(st.lists(st.one_of(observations(), networks()), min_size=1, max_size=25))
def test_the_rows_are_those_of_identify_whatever_the_evidence(tmp_path_factory, lines):
    from bascule.survey.hosts import build
    from bascule.survey.parting import Share, part_evidence
    from bascule.survey.runs import Parts
    from bascule.survey.shard import Tables, Work, shard

    folder = tmp_path_factory.mktemp("s")
    for name in ("dependencies", "unknowns"):
        (folder / name).mkdir()
    source, parts = write(folder / "e.jsonl", lines), Parts(folder / "parts", {"subject": 2, "host": 2})
    assert list(part_evidence(source, "evidence", NOON, parts, Share())) == []
    parts.close()
    for number in range(2):
        build(folder / "parts", number)
    work = Work(source=source, folder=folder, parts=folder / "parts", form="jsonl", catalogue=CATALOGUE, on=CATALOGUE.date)
    tables = Tables(work)
    for number in range(2):
        assert shard(number, work, tables).defects == 0
    assert sorted(rows(folder)) == sorted(expected(lines))


def test_the_same_input_gives_the_same_bytes_with_any_number_of_workers(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "_BYTES_A_PART", 4000)
    source = write(tmp_path / "e.jsonl", firms(40))
    for name, workers in (("one", 1), ("three", 3)):
        survey(msgspec.structs.replace(wish(source, tmp_path / name), workers=workers))
    assert tables(tmp_path / "one") == tables(tmp_path / "three")
    assert DONE in tables(tmp_path / "one")


def test_parquet_holds_the_same_rows_and_the_same_bytes(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    source = write(tmp_path / "e.jsonl", firms(10))
    for name in ("a", "b"):
        survey(wish(source, tmp_path / name, form="parquet"))
    survey(wish(source, tmp_path / "lines"))
    assert tables(tmp_path / "a") == tables(tmp_path / "b")
    found = [row for file in sorted((tmp_path / "a/dependencies").iterdir()) for row in parquet.read_table(file).to_pylist()]
    assert found == [json.loads(row) for row in rows(tmp_path / "lines")] != []


def test_the_shards_together_are_the_whole_and_share_nothing(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(30))
    survey(wish(source, tmp_path / "whole"))
    for index in (1, 2, 3):
        survey(wish(source, tmp_path / str(index), share=Share(index, 3)))
    shares = [rows(tmp_path / str(index)) for index in (1, 2, 3)]
    assert all(shares)
    assert sorted(row for share in shares for row in share) == sorted(rows(tmp_path / "whole"))


def killed(source, folder, rounds, chance, monkeypatch):
    """Begin a survey again and again, each time killed (kill -9, with its workers) at a random moment; then let it end."""
    monkeypatch.setattr(running, "_BYTES_A_PART", 4000)
    for _ in range(rounds):
        process = multiprocessing.get_context("fork").Process(target=lambda: (os.setsid(), survey(wish(source, folder))))
        process.start()
        time.sleep(chance.uniform(0.02, 0.35))
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()
        process.join()
    survey(wish(source, folder))


def test_killed_at_random_moments_nothing_is_lost_or_doubled(tmp_path, monkeypatch):
    source = write(tmp_path / "e.jsonl", firms(150))
    killed(source, tmp_path / "killed", 4, random.Random(7), monkeypatch)
    survey(wish(source, tmp_path / "whole"))
    assert tables(tmp_path / "killed") == tables(tmp_path / "whole")


@pytest.mark.soak
def test_killed_fifty_times_nothing_is_lost_or_doubled(tmp_path, monkeypatch):
    source = write(tmp_path / "e.jsonl", firms(3000))
    killed(source, tmp_path / "killed", 50, random.Random(8), monkeypatch)
    survey(wish(source, tmp_path / "whole"))
    assert tables(tmp_path / "killed") == tables(tmp_path / "whole")


def test_another_input_or_format_in_the_same_folder_is_refused(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(3))
    survey(wish(source, tmp_path / "out"))
    with pytest.raises(SurveyError, match="format"):
        survey(wish(source, tmp_path / "out", form="parquet"))
    write(source, firms(4))
    with pytest.raises(SurveyError, match="input"):
        survey(wish(source, tmp_path / "out"))


def test_a_folder_with_other_files_is_refused(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(3))
    with pytest.raises(SurveyError, match="not-a-survey"):
        survey(wish(source, tmp_path))


def test_a_broken_line_is_named_and_the_rest_goes_on(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(2))
    source.write_bytes(b'{"subject":"x.example","kind":"dns","question":"MX x.example","oops"\nnothing\n' + source.read_bytes())
    counts = survey(wish(source, tmp_path / "out"))
    assert ([fault.line for fault in counts.faults], counts.faulty, counts.domains) == ([1, 2], 2, 2)


def test_a_defect_in_one_domain_is_recorded_and_ends_nothing(tmp_path, monkeypatch):
    from bascule.survey import shard

    real = shard.identify_one
    monkeypatch.setattr(shard, "identify_one", lambda subject, *rest: 1 / 0 if subject == "firm1.example" else real(subject, *rest))
    counts = survey(wish(write(tmp_path / "e.jsonl", firms(3)), tmp_path / "out"))
    assert (counts.domains, counts.defects) == (3, 1)
    (defect,) = [json.loads(data) for name, data in tables(tmp_path / "out").items() if name.startswith("defects/")]
    assert (defect["subject"], "ZeroDivisionError" in defect["defect"]) == ("firm1.example", True)


def answered(names):
    return tuple(seen(name, f"MX {name}", [f"10 mx.{name}."]) for name in names)


def test_a_list_is_asked_about_once_a_domain_and_its_faults_are_named(tmp_path):
    source = tmp_path / "list.txt"
    source.write_text("# firms\nb.example\nA.example.\nécole.example  # accents\nb.example\n\nnot a name\n192.0.2.1\n", "utf-8")
    counts = survey(wish(source, tmp_path / "out", asks=answered))
    asked = [json.loads(line)["subject"] for name, data in tables(tmp_path / "out").items() if name.startswith("evidence/") for line in data.splitlines()[1:]]
    assert sorted(asked) == ["a.example", "b.example", "xn--cole-9oa.example"]
    assert ([fault.line for fault in counts.faults], counts.domains) == ([7, 8], 3)


def test_more_parts_than_files_may_usually_be_open_are_no_hindrance(tmp_path, monkeypatch):
    lines = firms(60)
    source = write(tmp_path / "in.jsonl", lines)
    monkeypatch.setattr(running, "_BYTES_A_PART", source.stat().st_size // 40)
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = os.dup(0)
    os.close(highest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 50, most))
    try:
        assert survey(wish(source, tmp_path / "out")).domains == 60
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))


def test_an_empty_list_gives_empty_tables_and_is_done(tmp_path):
    source = tmp_path / "list.txt"
    source.write_text("# nobody\n", "utf-8")
    counts = survey(wish(source, tmp_path / "out", asks=answered))
    assert (counts.domains, DONE in tables(tmp_path / "out"), rows(tmp_path / "out")) == (0, True, [])


def test_faults_are_told_in_the_language_of_the_reader_wherever_they_are_found(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(1))
    source.write_bytes(
        source.read_bytes() + b'{"subject":"x.example","kind":"dns","question":"MX x.example","outcome":"present","value":3,"source":"s","seen_at":"oops"}\n'
    )
    (fault,) = survey(wish(source, tmp_path / "out")).faults
    assert fault.error(source).told(lambda text: f"<{text}>").startswith(f"{source}:5: <")


def test_a_line_of_forty_megabytes_is_refused_and_the_rest_goes_on(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(1))
    source.write_bytes(b'{"subject":"' + b"x" * 40_000_000 + b'"}\n' + source.read_bytes())
    counts = survey(wish(source, tmp_path / "out"))
    assert ([(fault.line, fault.code) for fault in counts.faults], counts.domains) == ([(1, "too-large")], 1)


def test_evidence_of_a_newer_version_is_refused_as_a_whole(tmp_path):
    source = write(tmp_path / "e.jsonl", firms(2))
    source.write_bytes(b'{"schema":"bascule.evidence/2"}\n' + source.read_bytes())
    counts = survey(wish(source, tmp_path / "out"))
    assert ([fault.code for fault in counts.faults], counts.domains) == (["newer-schema"], 0)


def test_a_file_parted_in_ranges_gives_the_same_bytes_and_names_the_same_lines(tmp_path, monkeypatch):
    from bascule.survey import ranges

    source = write(tmp_path / "e.jsonl", firms(40))
    source.write_bytes(source.read_bytes() + b"nothing\n" + write(tmp_path / "more.jsonl", firms(3)).read_bytes().removesuffix(b"\n"))
    whole = survey(wish(source, tmp_path / "whole"))
    monkeypatch.setattr(ranges, "_BYTES_A_RANGE", 3000)
    parted = survey(wish(source, tmp_path / "parted"))
    assert ranges.count_of(source, "evidence") > 1
    assert (tables(tmp_path / "parted"), parted) == (tables(tmp_path / "whole"), whole)
    assert [fault.line for fault in parted.faults] == [161]
    source.write_bytes(source.read_bytes() + b'\n{"schema":"bascule.evidence/2"}\n')
    assert ranges.count_of(source, "evidence") == 1


@given(st.lists(st.binary(max_size=12), max_size=30), st.integers(1, 6))
def test_ranges_hold_each_line_once_with_its_number(tmp_path_factory, lines, size):
    from bascule.survey.ranges import Range

    source = tmp_path_factory.getbasetemp() / "ranges"
    source.write_bytes(b"\n".join(lines))
    found, numbers = b"", []
    for index in range(size):
        number, pieces = Range(index, size).read(source)
        numbers.append((number, 1 + found.count(b"\n")))
        found += b"".join(pieces)
    assert found == source.read_bytes()
    assert all(number == expected for number, expected in numbers)


def test_what_was_seen_after_a_day_is_left_out_and_another_day_is_refused(tmp_path):
    lines = firms(4)
    late = [msgspec.structs.replace(seen("firm1.example", "MX firm1.example", ["10 mx.elm.example."]), seen_at=NOON + datetime.timedelta(days=1))]
    source, day = write(tmp_path / "e.jsonl", lines + late), NOON.date()
    survey(wish(source, tmp_path / "out", share=Share(until=day)))
    found = identify(lines, CATALOGUE, day).dependencies
    assert sorted(rows(tmp_path / "out")) == sorted(msgspec.json.encode({name: getattr(row, name) for name in DEPENDENCIES}) for row in found)
    survey(wish(source, tmp_path / "all"))
    assert rows(tmp_path / "all") != rows(tmp_path / "out")
    with pytest.raises(SurveyError) as refused:
        survey(wish(source, tmp_path / "out"))
    assert (refused.value.code, refused.value.detail) == ("other-input", "at")


def test_of_equal_answers_in_a_row_only_the_latest_is_kept_and_none_between_is_overtaken(tmp_path):
    from bascule.survey.runs import Parts, numbered

    def line(number, second, day="2026-11-23"):
        text = f'{{"subject":"s{number}.example","kind":"asn","question":"ASN mx.oak.example","outcome":"present","value":[{{"asn":{second // 10}}}],'
        return (text + f'"source":"x","seen_at":"{day}T10:00:{second % 10:02}Z"}}\n').encode()

    told = [(1, line(1, 15)), (2, line(2, 13)), (3, line(3, 15)), (4, line(4, 25)), (5, line(5, 15)), (6, line(6, 16, "2026-11-31"))]
    parts = Parts(tmp_path, {"subject": 1, "host": 1})
    for number, text in told:
        parts.put_host(b"ASN mx.oak.example", number, text)
    parts.close()
    # Of the first three the third counts; the sixth is refused where it is read, since November has no 31st.
    assert sorted(number for number, _ in numbered(tmp_path / "host-00000")) == [3, 4, 5, 6]
