"""Spreadsheets as rows of text; what is hostile in them is refused, cheaply."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from guard.memory import peak_mb

from bascule.guard import GuardError
from bascule.read import cells
from bascule.read.sheets import sheets

ODS = """<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>
<table:table table:name="Feuille1">
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Outil<text:s/>du <text:span>jour</text:span></text:p><text:p>suite</text:p>
<office:annotation><text:p>une note</text:p></office:annotation></table:table-cell>
<table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="currency" office:value="1234.5"><text:p>1 234,50 €</text:p>
</table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>
</table:table-cell></table:table-row></table:table><table:table table:name="Vide"/></office:spreadsheet></office:body></office:document-content>"""


def book(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def workbook(path: Path, sheet: str) -> Path:
    return book(
        path,
        **{
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="F" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="s.xml"/></Relationships>',
            "xl/s.xml": sheet,
        },
    )


def test_a_written_sheet_reads_as_calamine_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Été")
        bold = made.add_format({"bold": True})
        for row in range(50):
            sheet.write_row(row, row % 3, [f"é{row}", row + 0.5, f"<&{row}"])
        sheet.write_rich_string(60, 0, "gras", bold, "et", "maigre")
        sheet.write_formula(61, 1, "=1+1", value="deux")
        sheet.write_boolean(62, 0, True)
        made.add_worksheet("Vide")
    ((name, rows), empty) = sheets(path)
    assert (name, empty) == ("Été", ("Vide", []))
    oracle = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Été").to_python(skip_empty_area=False)
    flat = {(number - 1, at): cell for number, row in rows for at, cell in enumerate(row) if cell}
    theirs = {(row, at): cell for row, line in enumerate(oracle) for at, cell in enumerate(line) if cell != ""}
    assert flat.keys() == theirs.keys()
    for place, cell in theirs.items():
        assert flat[place] == {True: "1"}.get(cell, str(cell)) if isinstance(cell, bool | str) else float(flat[place]) == cell


def test_an_ods_reads_with_its_repetitions_notes_and_values(tmp_path: Path) -> None:
    path = book(tmp_path / "a.ods", **{"content.xml": ODS})
    assert list(sheets(path)) == [("Feuille1", [(3, ["Outil du jour\nsuite", "", "", "1234.5"]), (4, ["x"])]), ("Vide", [])]


def test_inline_strings_and_cells_without_a_place_are_read(tmp_path: Path) -> None:
    rows = '<row><c t="inlineStr"><is><t>a</t></is></c><c t="str"><v>b</v></c><c t="e"><v>#N/A</v></c></row><row r="7"><c r="C7"><v>1.5</v></c></row>'
    path = workbook(tmp_path / "a.xlsx", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    assert list(sheets(path)) == [("F", [(1, ["a", "b"]), (7, ["", "", "1.5"])])]


def test_a_cell_in_the_far_corner_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "loin.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet()
        sheet.write(0, 0, "Outil")
        sheet.write(1048575, 0, "Ardoise")
        sheet.write(1048575, 16383, "bombe")
    assert next(sheets(path))[1] == [(1, ["Outil"]), (1048576, ["Ardoise"])]
    assert peak_mb("read.read_inputs([path], at)", path) < 64


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><c><v>&b;</v></c></worksheet>',
        "<a>" * 200 + "</a>" * 200,
        "<worksheet><sheetData>",
        "pas du XML",
    ],
)
def test_hostile_or_broken_xml_is_refused_with_its_member(tmp_path: Path, sheet: str) -> None:
    with pytest.raises(GuardError) as caught:
        list(sheets(workbook(tmp_path / "a.xlsx", sheet)))
    assert (caught.value.code, caught.value.place) == ("bad-archive", "xl/s.xml")


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_CELLS", 100)
    with pytest.raises(GuardError) as caught:
        list(sheets(workbook(tmp_path / "a.xlsx", "<worksheet>" + "<row>" + "<c><v>1</v></c>" * 101 + "</row></worksheet>")))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_spreadsheet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(GuardError):
        list(sheets(path))
    with pytest.raises(GuardError):
        list(sheets(book(tmp_path / "b.xlsx", autre=b"x")))


def test_a_date_stays_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet().write_datetime(0, 0, date(2026, 1, 1))
    assert next(sheets(path))[1] == [(1, ["46023"])]
