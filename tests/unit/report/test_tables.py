import csv
import io
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.report import Lookup, Words, as_csv
from bascule.report.tables import cell, header, rows

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
SHEET = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
HOSTILE = st.builds("{}{}{}".format, st.sampled_from(["", " ", "'", "''", " '", "\u00a0"]), st.sampled_from(STARTS), SHEET)


def back(text):
    """What a person who knows the rule reads: one apostrophe less."""
    return text[1:] if text.startswith("'") and re.match(r"[\s']*[=+\-@\t\r\n＝＋－＠]", text[1:]) else text


def parsed(text, delimiter):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


@pytest.mark.parametrize("start", STARTS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start):
    assert cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "Slack", "l'atelier", "12,50", "0–20", "a=b", "1-2", "'quoted'"])
def test_plain_text_stays_as_it_is(text):
    assert cell(text) == text


@given(HOSTILE)
def test_no_hostile_cell_starts_with_a_formula(text):
    assert cell(text).startswith("'")
    assert not cell(text).lstrip(" \u00a0").startswith(tuple(STARTS))


@given(st.one_of(SHEET, HOSTILE))
def test_a_cell_can_be_read_back_exactly(text):
    assert back(cell(text)) == text


@given(st.lists(st.one_of(SHEET, HOSTILE), min_size=4, max_size=4))
def test_the_table_reads_back_as_it_was_written(fr, texts):
    name, subject, owner, country = texts
    row = msgspec.structs.replace(
        fr.audit.dependencies[0], service=None, organisation=f"domain:{name}", subject=subject, ultimate_owner=f"domain:{owner}", host_country=country
    )
    for language, delimiter in (("fr", ";"), ("en", ",")):
        it = Lookup(msgspec.structs.replace(fr.audit, dependencies=(row,)), fr.catalogue, Words(language))
        text = as_csv(it)
        found = parsed(text, delimiter)
        assert found[0] == header(it)
        assert [back(one) for one in found[1]] == rows(it)[0]
        assert len(found) == 2


def test_lines_end_as_rfc_4180_says_and_all_have_the_same_width(fr):
    text = as_csv(fr)
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n", text)
    assert {len(row) for row in parsed(text, ";")} == {18}
    assert len(parsed(text, ";")) == 1 + len(fr.audit.dependencies)


def test_each_language_writes_numbers_as_its_spreadsheets_read_them(fr, en):
    assert any("12,50" in row for row in rows(fr))
    assert any("12.50" in row for row in rows(en))


def test_an_interval_is_no_date(en):
    """A spreadsheet turns 5-10 into the fifth of October."""
    assert not [text for row in rows(en) for text in row if re.fullmatch(r"\d+-\d+", text)]


def test_what_belongs_to_no_domain_names_none(en):
    assert {row[2] for row in rows(en)} == {"", "firm.example"}
