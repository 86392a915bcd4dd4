import csv
import io

from cli.conftest import ROOT


def test_coverage_counts_what_an_audit_did_not_know(bascule, tools, tmp_path):
    audit = tmp_path / "audits" / "a.json"
    audit.parent.mkdir()
    assert bascule("audit", tools, "--at", "2026-11-24", "-o", audit).status == 0
    ended = bascule("catalogue", "coverage", audit.parent, "--csv")
    assert ended.status == 0
    rows = list(csv.reader(io.StringIO(ended.out)))
    assert rows[0] == ["subjects", "role", "seen", "for example"]
    assert ["1", "operator", "SolidBois Pro"] in [row[:3] for row in rows]


def test_a_file_that_is_no_audit_is_bad_input(bascule, tools, tmp_path):
    assert bascule("catalogue", "coverage", tools).status == 3
    assert "bascule audit" in bascule("catalogue", "coverage", tmp_path).err


def test_stale_shows_what_falls_due(bascule):
    assert "Nothing is too old" in bascule("catalogue", "stale", "--at", "2020-01-01").err
    late = bascule("catalogue", "stale", "--at", "2040-01-01", "--limit", "3")
    assert len(late.out.splitlines()) == 4
    assert late.out.startswith("due")
    assert "rows" in late.err


def test_diff_of_a_catalogue_with_itself_is_empty(bascule, tmp_path):
    assert "Nothing changed" in bascule("catalogue", "diff", ROOT / "catalogue", ROOT / "catalogue").err
    ended = bascule("catalogue", "diff", tmp_path, ROOT / "catalogue")
    assert ended.status == 3
    assert "functions.toml" in ended.err
