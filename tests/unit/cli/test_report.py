import json

import pytest


@pytest.mark.parametrize("form", ["text", "json", "html", "csv"])
def test_a_saved_audit_gives_the_bytes_of_the_audit_itself(bascule, tools, tmp_path, form):
    saved = tmp_path / "audit.json"
    assert bascule("audit", tools, "--at", "2026-11-24", "-o", saved).status == 0
    assert bascule("report", saved, "--format", form).out == bascule("audit", tools, "--at", "2026-11-24", "--format", form).out


def test_the_example_firm_too(bascule, audit_file, tmp_path):
    from cli.conftest import ROOT

    names = ("a.json", "a.html", "a.csv")
    targets = [part for name in names for part in ("-o", tmp_path / name)]
    assert bascule("report", audit_file, *targets).status == 0
    first = [(tmp_path / name).read_bytes() for name in names]
    assert bascule("audit", ROOT / "examples/atelier-brunel", "--at", "2026-11-24", *targets).status == 0
    assert [(tmp_path / name).read_bytes() for name in names] == first
    assert first[0] == audit_file.read_bytes()


def spoiled(file, tmp_path, change):
    content = json.loads(file.read_bytes())
    change(content)
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(content), "utf-8")
    return broken


def _chain(audit):
    hits = next(cut for cut in audit["cutoffs"] if cut["stops"])["stops"]
    hits[0]["chain"][0] = "f:nowhere"


CHANGES = {
    "a key is missing": lambda audit: audit.pop("dependencies"),
    "a key too many": lambda audit: audit.update(more=1),
    "a later schema": lambda audit: audit.update(schema="bascule.audit/2"),
    "a chain points nowhere": _chain,
    "a dependency was not weighed": lambda audit: audit["exposure"].pop(),
    "a first step for nothing": lambda audit: audit.update(first=["d:nowhere"]),
    "a function for nothing": lambda audit: audit["cutoffs"][0]["functions"][0].update(because=["d:nowhere"]),
    "a caution that is not there": lambda audit: audit["alternatives"][0].update(cautions=["f:nowhere"]),
    "a role that nobody knows": lambda audit: audit["dependencies"][0].update(role="ghost"),
    "a date that is none": lambda audit: audit.update(as_of="yesterday"),
    "a stop without its hour": lambda audit: next(s for c in audit["cutoffs"] for s in c["functions"] if s["effect"]).update(after_hours=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("command", ["report", "cutoff"])
def test_a_broken_audit_is_bad_input(bascule, audit_file, tmp_path, change, command):
    broken = spoiled(audit_file, tmp_path, change)
    ended = bascule(command, broken)
    assert (ended.status, ended.out) == (3, "")
    assert str(broken) in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"schema":"x"}', b"\xff\xfe\x00", b'{"schema":"bascule.audit/1"}', b"[" * 100_000])
def test_what_is_no_audit_is_bad_input(bascule, tmp_path, content):
    file = tmp_path / "x.json"
    file.write_bytes(content)
    ended = bascule("report", file)
    assert ended.status == 3
    assert str(file) in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_missing_audit_and_a_folder_are_told_in_the_users_language(bascule, tmp_path, language):
    ended = bascule("report", tmp_path / "gone.json", language=language)
    assert ended.status == 3
    assert ("n’existe pas" if language == "fr" else "there is no such file") in ended.err
    assert bascule("report", tmp_path, language=language).status == 3
