"""JSON lines, Parquet and SQLite files come in as sheets do: row by row, with the place of each mistake."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from paizhu.analysis.files import open_file
from paizhu.analysis.models import Source
from paizhu.analysis.sheets import Broken, Nested
from paizhu.kernel.errors import Invalid
from tests.analysis.conftest import HEADERS, places, purchase, stored

Run = Callable[..., Any]


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return path


def named(number: int, **changes: object) -> dict[str, object]:
    return dict(zip(HEADERS, purchase(number, **changes), strict=True))


def database(path: Path, rows: list[list[object]], *more: str) -> Path:
    with closing(sqlite3.connect(path)) as made:
        columns = ", ".join(f'"{header}"' for header in HEADERS)
        made.execute(f"CREATE TABLE 台账 ({columns})")
        made.executemany(f"INSERT INTO 台账 VALUES ({', '.join('?' * len(HEADERS))})", rows)
        for statement in more:
            made.execute(statement)
        made.commit()
    return path


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as made:
        made.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


PARQUET = (
    "SELECT 'HT-' || i AS 合同编号, '市第一医院' AS 采购单位, '甲公司' AS 供应商名称, "
    "DATE '2025-03-01' + i::INTEGER AS 签订日期, (i + 0.5)::DECIMAL(12,2) AS 合同金额, 'CNY' AS 币种 "
    "FROM range(1, 4) t(i)"
)


def test_json_lines_come_in_with_exact_numbers(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [named(1, 合同金额=12345678901.23), named(2), {**named(3), "备注": "x"}]
    report = bring_in(lines(tmp_path / "book.jsonl", *rows))
    assert (report.stored, report.kept) == (True, 3)
    assert [str(row[0]) for row in stored(source, "amount")] == [
        "12345678901.2300", "1002.0000", "1003.0000",
    ]  # fmt: skip


def test_each_bad_line_is_named_and_the_rest_comes_in(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    report = bring_in(lines(
        tmp_path / "book.ndjson", named(1), "{oops", "[1, 2]", '{"采购单位": 1, "采购单位": 2}', "",
        named(6, 合同金额=[1, 2]), named(7, 合同金额="很多"), '{"合同金额": NaN}', named(9),
    ))  # fmt: skip
    assert (report.rows_read, report.kept) == (8, 2)
    assert [row for row, _ in places(report)] == [2, 3, 4, 6, 7, 8]
    assert "several in one" in report.problems[3].say.en


def test_a_forbidden_name_in_a_late_line_refuses_the_whole_file(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [named(n) for n in range(1, 50)]
    report = bring_in(lines(tmp_path / "book.jsonl", *rows, {**named(50), "患者姓名": "示例"}))
    assert report.outcome == "refused"
    assert [one.kind.key for one in report.forbidden] == ["patient"]
    assert stored(source) == []


def test_json_lines_must_be_utf8_and_hold_something(tmp_path: Path) -> None:
    wrong = tmp_path / "a.jsonl"
    wrong.write_bytes('{"单位": "市第一医院"}'.encode("gb18030"))
    assert "UTF-8" in open_file(wrong).faults[0].say.en
    assert "nothing in the sheet" in open_file(lines(tmp_path / "b.jsonl", "", "")).faults[0].say.en
    bom = tmp_path / "c.jsonl"
    bom.write_bytes(b'\xef\xbb\xbf{"a": 1}\n')
    assert list(open_file(bom).rows()) == [(1, [1])]


def test_deeply_nested_lines_are_a_problem_and_no_crash(tmp_path: Path) -> None:
    sheet = open_file(lines(tmp_path / "a.jsonl", {"a": 1}, "[" * 100_000, {"a": {"b": 2}}))
    rows = dict(sheet.rows())
    assert isinstance(rows[2][0], Broken)
    assert isinstance(rows[3][0], Nested)


def test_parquet_comes_in_with_its_types(bring_in: Run, source: Source, tmp_path: Path) -> None:
    report = bring_in(parquet(tmp_path / "book.parquet", PARQUET))
    assert (report.stored, report.kept) == (True, 3)
    assert [str(row[0]) for row in stored(source, "signed_date")] == [
        "2025-03-02", "2025-03-03", "2025-03-04",
    ]  # fmt: skip


def test_lists_and_blobs_in_parquet_are_refused_cell_by_cell(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    wrong = PARQUET.replace("'甲公司'", "[1, 2]")
    report = bring_in(parquet(tmp_path / "book.parquet", wrong))
    assert (report.outcome, report.refused) == ("refused", 3)
    blob = parquet(tmp_path / "b.parquet", "SELECT 'a'::BLOB AS a, TIMESTAMPTZ '2025-01-01 00:00:00Z' AS b")  # fmt: skip
    row = next(open_file(blob).rows())[1]
    assert isinstance(row[0], Nested)
    assert str(row[1]) == "2025-01-01 08:00:00"


@pytest.mark.parametrize("name", ["a.parquet", "a.sqlite", "a.db", "a.sqlite3"])
def test_what_is_no_such_file_is_a_fault_of_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PAR1 this is nothing of the kind" * 20)
    assert "broken" in open_file(path).faults[0].say.en


def test_a_file_of_a_few_letters_makes_no_cell_as_long_as_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (a, b AS (hex(zeroblob(30000000))))")
        made.execute("INSERT INTO t VALUES ('1')")
        made.commit()
    assert path.stat().st_size < 20_000
    with pytest.raises(Invalid, match="broken"):
        list(open_file(path).rows())


def test_a_table_of_an_sqlite_file_comes_in(bring_in: Run, source: Source, tmp_path: Path) -> None:
    path = database(tmp_path / "book.sqlite", [purchase(n) for n in range(1, 31)],
                    "CREATE TABLE other (a)", "INSERT INTO other VALUES (1)")  # fmt: skip
    report = bring_in(path)
    assert (report.sheet, report.kept, report.other_sheets) == ("台账", 30, ("other",))
    assert not list(tmp_path.glob("book.sqlite-*"))
    assert "There is no table “x”" in open_file(path, sheet="x").faults[0].say.en
    empty = database(tmp_path / "empty.db", [])
    assert "nothing in the sheet" in open_file(empty).faults[0].say.en


def test_views_and_virtual_tables_of_a_foreign_file_are_not_run(tmp_path: Path) -> None:
    path = database(
        tmp_path / "a.sqlite", [purchase(1)],
        "CREATE VIEW trap AS SELECT readfile('/etc/passwd') AS a",
        "CREATE VIRTUAL TABLE words USING fts5(a)",
    )  # fmt: skip
    assert "trap" not in str(open_file(path, sheet="trap").others)
    assert "no table “trap”" in open_file(path, sheet="trap").faults[0].say.en
    assert "words" not in open_file(path).others


def test_text_of_another_encoding_and_blobs_are_refused_cell_by_cell(tmp_path: Path) -> None:
    path = database(tmp_path / "a.sqlite", [purchase(1)],
                    "UPDATE 台账 SET 采购单位 = CAST(x'c4e3' AS TEXT), 采购内容 = x'00ff'")  # fmt: skip
    row = next(open_file(path).rows())[1]
    assert [type(row[1]), type(row[4])] == [Nested, Nested]


def test_a_file_damaged_in_the_middle_is_refused_wholly(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    path = database(tmp_path / "a.sqlite", [purchase(n) for n in range(1, 3000)])
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2 : len(whole) // 2 + 8192] = b"\xff" * 8192
    path.write_bytes(whole)
    report = bring_in(path)
    assert report.outcome == "refused"
    assert "broken after row" in report.problems[0].say.en
    assert stored(source) == []


def test_an_unknown_kind_names_those_that_are_read(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"\.jsonl"):
        open_file(tmp_path / "book.pdf")
