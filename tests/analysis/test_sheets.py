"""Files as they come: broken, badly encoded, merged, doubled. Each fault names its place."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from paizhu.analysis.files import open_file as open_sheet
from paizhu.analysis.sheets import Sheet
from paizhu.kernel.errors import Invalid
from tests.analysis.conftest import write_xlsx


def only_fault(sheet: Sheet) -> str:
    (fault,) = sheet.faults
    assert fault.say.zh
    assert fault.say.en
    return fault.show("en")


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_come_with_their_number_in_the_sheet(tmp_path: Path) -> None:
    def leave_gaps(book: Any, page: Any) -> None:
        page.write_row(4, 0, ["乙", 2])

    sheet = open_sheet(
        write_xlsx(tmp_path / "a.xlsx", ["单位", "金额"], [["甲", 1]], touch=leave_gaps)
    )
    assert [(h.letter, h.title) for h in sheet.headers] == [("A", "单位"), ("B", "金额")]
    assert [(n, list(cells)) for n, cells in sheet.rows()] == [(2, ["甲", 1.0]), (5, ["乙", 2.0])]


def test_a_sheet_that_starts_below_and_to_the_right_keeps_its_letters(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet()
    page.write_row("C4", ["单位", "金额"])
    page.write_row("C5", ["甲", 1])
    book.close()
    sheet = open_sheet(tmp_path / "a.xlsx")
    assert [h.letter for h in sheet.headers] == ["C", "D"]
    assert [(n, cells[2]) for n, cells in sheet.rows()] == [(5, "甲")]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_workbook_is_called_broken(tmp_path: Path, share: float) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", ["单位"], [["甲"]] * 50).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: int(len(whole) * share)])
    assert "broken" in only_fault(open_sheet(cut))


def test_a_workbook_whose_inside_is_spoiled_is_called_broken(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ["单位"], [["甲"]] * 500)
    data = bytearray(path.read_bytes())
    data[100:900] = bytes(800)
    path.write_bytes(data)
    assert "broken" in only_fault(open_sheet(path))


def test_a_workbook_that_would_fill_the_memory_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paizhu.analysis.sheets.LARGEST_UNPACKED", 1000)
    path = write_xlsx(tmp_path / "a.xlsx", ["单位"], [["甲"]])
    assert "too large" in only_fault(open_sheet(path))


def lie(path: Path) -> None:
    """Let the table of contents of a workbook say that each part unpacks to ten bytes."""
    with ZipFile(path) as archive:
        begins = {part.filename: archive.read(part)[:10] for part in archive.infolist()}
        sums = [zlib.crc32(begins[part.filename]) for part in archive.infolist()]
        at = archive.start_dir
    data = bytearray(path.read_bytes())
    for said in sums:
        struct.pack_into("<I", data, at + 16, said)
        struct.pack_into("<I", data, at + 24, 10)
        at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    path.write_bytes(data)


def test_a_workbook_that_lies_about_its_size_is_not_opened_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ["单位"], [["甲"]] * 9000)
    lie(path)
    with ZipFile(path) as archive:
        assert max(part.file_size for part in archive.infolist()) == 10
    monkeypatch.setattr("paizhu.analysis.sheets.LARGEST_UNPACKED", 100_000)
    assert "too large" in only_fault(open_sheet(path))


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='9'><c s='0'\nr = 'XFD9'><v>1</v></c></row><row r='1048576'><c><v>1</v></c></row>",
        b'<row r="1"><c r="A1"><v>1</v></c></row><row><c r="A4294967295"><v>1</v></c></row>',
        b'<row r="1"><c r="ZZZZZZZZZZ1"><v>1</v></c></row>',
        b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>" + b"<row><c><v>1</v></c></row>" * 9_000,
    ],
)
def test_a_workbook_whose_cells_stand_too_far_apart_is_not_laid_out(
    tmp_path: Path, cells: bytes
) -> None:
    assert "spans too far" in only_fault(open_sheet(sheet_of(tmp_path, cells)))


def test_places_that_were_only_formatted_count_for_nothing(tmp_path: Path) -> None:
    filled = b'<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1" s="0"/></row>'
    path = sheet_of(tmp_path, filled + b'<row r="1048576"><c r="A1048576" s="0" /></row>')
    assert open_sheet(path).faults == ()


def sheet_of(folder: Path, cells: bytes) -> Path:
    """Put rows of our own into a workbook that is whole otherwise."""
    whole = write_xlsx(folder / "whole.xlsx", ["a"], [["b"]])
    with ZipFile(whole) as before, ZipFile(folder / "own.xlsx", "w", ZIP_DEFLATED) as after:
        for part in before.namelist():
            data = before.read(part)
            if part == "xl/worksheets/sheet1.xml":
                begin, _, rest = data.partition(b"<sheetData>")
                data = (
                    begin
                    + b"<sheetData>"
                    + cells
                    + b"</sheetData>"
                    + rest.partition(b"</sheetData>")[2]
                )
            after.writestr(part, data)
    return folder / "own.xlsx"


def test_a_table_of_more_columns_than_any_has_is_not_read(tmp_path: Path) -> None:
    wide = csv(tmp_path / "a.csv", ",".join(f"c{n}" for n in range(2_001)) + "\n1")
    assert "too many columns" in only_fault(open_sheet(wide))


def test_other_kinds_of_file_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(Invalid, match=r"a\.pdf.*\.xlsx \.csv"):
        open_sheet(tmp_path / "a.pdf")
    with pytest.raises(Invalid, match="no file"):
        open_sheet(tmp_path / "missing.xlsx")


def test_an_empty_sheet_says_so(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet()
    book.close()
    assert "nothing in the sheet" in only_fault(open_sheet(tmp_path / "a.xlsx"))
    assert "nothing in the sheet" in only_fault(open_sheet(csv(tmp_path / "a.csv", "\n\n")))
    assert "nothing in the sheet" in only_fault(open_sheet(csv(tmp_path / "b.csv", "")))


def test_the_first_filled_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet("空")
    hidden = book.add_worksheet("隐藏")
    hidden.write("A1", "不该读")
    hidden.hide()
    book.add_worksheet("一").write("A1", "单位")
    book.add_worksheet("二").write("A1", "供应商")
    book.get_worksheet_by_name("一").activate()
    book.close()
    path = tmp_path / "a.xlsx"
    assert (open_sheet(path).name, open_sheet(path).others) == ("一", ("二",))
    assert open_sheet(path, sheet="二").headers[0].title == "供应商"
    assert "There is no sheet “隐藏”" in only_fault(open_sheet(path, sheet="隐藏"))


def test_merged_header_cells_are_named(tmp_path: Path) -> None:
    def merge(book: Any, page: Any) -> None:
        page.merge_range("A1:B1", "2025 年采购台账")

    sheet = open_sheet(
        write_xlsx(tmp_path / "a.xlsx", [], [["单位", "金额"], ["甲", 1]], touch=merge)
    )
    assert "A1:B1" in only_fault(sheet)
    assert sheet.faults[0].row == 1


def test_a_header_that_stands_twice_is_named_with_both_columns(tmp_path: Path) -> None:
    sheet = open_sheet(
        write_xlsx(tmp_path / "a.xlsx", ["单位", "金额", "单位 "], [["甲", 1, "乙"]])
    )
    fault = only_fault(sheet)
    assert "column C" in fault
    assert "also in column A" in fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = delimiter.join(["采购单位", "供应商名称", "金额"]) + "\n"
    text += delimiter.join(["市第一医院", '"甲公司, 分部; 一\t|"', "12.5"]) + "\n"
    sheet = open_sheet(csv(tmp_path / "a.csv", text, encoding))
    assert sheet.faults == ()
    assert [h.title for h in sheet.headers] == ["采购单位", "供应商名称", "金额"]
    assert list(sheet.rows()) == [(2, ["市第一医院", "甲公司, 分部; 一\t|", "12.5"])]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "unidade,preço\nMunicípio de Lagoa,1\nCâmara Municipal,2\n"),
        ("latin-1", "Município;Designação;Preço\nÉvora;Aquisição de tóner;1\n"),
        ("utf-16", "单位,金额\n甲,1\n"),
        ("big5", "單位,金額\n衛生局,1\n"),
    ],
)
def test_a_wrong_encoding_is_refused_rather_than_misread(
    tmp_path: Path, encoding: str, text: str
) -> None:
    assert "UTF-8" in only_fault(open_sheet(csv(tmp_path / "a.csv", text, encoding)))


def test_the_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeff单位,金额\n甲,1\n".encode() + b"\xff\xfe,2\n")
    sheet = open_sheet(path)
    assert sheet.faults[0].row == 3


def test_an_unclosed_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", '单位,金额\n甲,1\n"乙,2\n丙,3\n')
    sheet = open_sheet(path)
    with pytest.raises(Invalid, match="after row 3"):
        list(sheet.rows())


def test_line_breaks_within_quotes_do_not_shift_row_numbers(tmp_path: Path) -> None:
    sheet = open_sheet(csv(tmp_path / "a.csv", '单位,金额\n"甲\n公司",1\n乙,2\n'))
    assert [number for number, _ in sheet.rows()] == [2, 3]


def test_errors_and_formulas_without_a_value_are_found(tmp_path: Path) -> None:
    def spoil(book: Any, page: Any) -> None:
        page.write_formula("B2", "=1+1", None, 2)
        page.write_formula("B3", "=1+1", None, "")
        page.write_formula("B4", "=1/0", None, "#DIV/0!")

    path = write_xlsx(tmp_path / "a.xlsx", ["单位", "金额"], [["甲"], ["乙"], ["丙"]], touch=spoil)
    sheet = open_sheet(path)
    assert sheet.spoiled.formulas == {(3, 1)}
    assert sheet.spoiled.errors == {(4, 1)}
    assert [cells[1] for _, cells in sheet.rows()] == [2.0, "", ""]
