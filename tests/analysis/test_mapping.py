"""Which header is which column: guessed with a reason, given, remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import mapping as mappings
from paizhu.analysis.catalog import tables
from paizhu.analysis.forbidden import kind_of_header
from paizhu.analysis.mapping import ColumnMap, settle
from paizhu.analysis.models import Source
from paizhu.analysis.sheets import Header, Sheet
from paizhu.kernel.errors import Invalid
from tests.analysis.conftest import (
    HEADERS,
    World,
    make_source,
    places,
    purchase,
    stored,
    write_csv,
)

Run = Callable[..., Any]


# --- the mapping -----------------------------------------------------------------------------------


def test_a_guess_shows_its_reason(bring_in: Run, tmp_path: Path) -> None:
    headers = ["合同编号", "采购单位", "供应商", "本次合同金额（万元）", "签订日期", "备注栏"]
    row = ["HT-1", "市第一医院", "甲", "39.98", "2025-03-01", "-"]
    report = bring_in(write_csv(tmp_path / "book.csv", [row], headers))
    reasons = {guess.header: (guess.column, guess.how, guess.why.en) for guess in report.guesses}
    assert reasons["供应商"] == ("supplier", "same", "the header is “供应商”")
    assert reasons["本次合同金额（万元）"][:2] == ("amount", "contains")
    assert reasons["备注栏"][0] is None
    assert report.mapping.scale == {"amount": 10_000}
    assert report.kept == 1


def test_two_headers_that_look_alike_are_not_chosen_between(bring_in: Run, tmp_path: Path) -> None:
    headers = [*HEADERS[:-2], "合同金额", "成交金额"]
    report = bring_in(write_csv(tmp_path / "book.csv", [purchase(1)], headers))
    assert report.outcome == "refused"
    assert "(amount) is missing" in report.problems[0].say.en
    assert [g.why.en for g in report.guesses if g.header == "成交金额"] == [
        "more than one column looks like “Amount”; say which to use"
    ]
    given = report.mapping.model_copy(
        update={"columns": {**report.mapping.columns, "amount": "成交金额"}}
    )
    assert bring_in(tmp_path / "book.csv", mapping=given, dry_run=True).problems[0].column == "J"


def test_a_given_mapping_is_used_kept_and_remembered(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    headers = ["a", "b", "c", "d"]
    given = ColumnMap(
        columns={"unit": "a", "supplier": "b", "signed_date": "c", "amount": "d"},
        fixed={"currency": "CNY"}, date_order={"signed_date": "dmy"},
    )  # fmt: skip
    mappings.save(given, tmp_path / "map.json")
    first = write_csv(tmp_path / "1.csv", [["院", "甲", "5/1/2025", 1]], headers)
    assert bring_in(first, mapping=mappings.load(tmp_path / "map.json")).kept == 1
    second = bring_in(write_csv(tmp_path / "2.csv", [["院", "乙", "6/1/2025", 2]], headers))
    assert second.mapping == given
    assert stored(source, "signed_date, currency") == [
        (date(2025, 1, 5), "CNY"), (date(2025, 1, 6), "CNY")
    ]  # fmt: skip


def test_a_column_of_written_days_proves_its_own_order(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [purchase(1, 签订日期="5/1/2025"), purchase(2, 签订日期="25/1/2025")]
    assert bring_in(write_csv(tmp_path / "1.csv", rows)).kept == 2
    assert stored(source, "signed_date") == [(date(2025, 1, 5),), (date(2025, 1, 25),)]
    unclear = [*rows, purchase(3, 签订日期="1/25/2025")]
    assert places(bring_in(write_csv(tmp_path / "2.csv", unclear))) == [(2, "H")]


def test_a_wrong_mapping_is_told_what_there_is(bring_in: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "book.csv", [purchase(1)])
    wrong = ColumnMap(columns={"unit": "采购单位", "supplier": "卖家", "price": "合同金额"})
    said = " ".join(problem.say.en for problem in bring_in(path, mapping=wrong).problems)
    assert "“卖家”, which is not there" in said
    assert "no column “price”" in said
    (tmp_path / "bad.json").write_text(json.dumps({"columns": {}, "colums": 1}), "utf-8")
    with pytest.raises(Invalid, match="colums"):
        mappings.load(tmp_path / "bad.json")
    (tmp_path / "no.json").write_text("{", "utf-8")
    with pytest.raises(Invalid, match="no readable JSON"):
        mappings.load(tmp_path / "no.json")


def test_a_mapping_is_remembered_for_the_body_and_says_so(
    world: World, bring_in: Run, source: Source, tmp_path: Path
) -> None:
    headers = ["编号甲", "甲方单位", "乙方全称", "哪天", "多少钱"]
    row = [["A-1", "市第一医院", "甲公司", "2025-03-01", "10"]]
    columns = {
        "unit": "甲方单位",
        "supplier": "乙方全称",
        "signed_date": "哪天",
        "amount": "多少钱",
    }
    told = bring_in(write_csv(tmp_path / "1.csv", row, headers), mapping=ColumnMap(columns=columns))
    assert told.stored
    make_source(world, "another")
    row[0][0] = "A-2"
    again = bring_in(write_csv(tmp_path / "2.csv", row, headers), source="another")
    assert again.stored
    assert {guess.how for guess in again.guesses} == {"remembered"}


def test_what_cells_look_like_is_shown_and_never_taken(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    headers = ["采购单位", "供应商", "哪天", "多少钱", "编码"]
    rows = [["市第一医院", "甲公司", f"2025-03-{n:02}", f"{n}.5", f"00{n}"] for n in range(1, 20)]
    report = bring_in(write_csv(tmp_path / "1.csv", rows, headers), dry_run=True)
    looks = [guess.looks.en if guess.looks else "" for guess in report.guesses]
    assert [words.removeprefix("looks like ") for words in looks] == [
        "words", "words", "dates", "numbers", "words",
    ]  # fmt: skip
    assert report.outcome == "refused"
    missing = " ".join(problem.say.en for problem in report.problems)
    assert "C“哪天” looks like dates" in missing
    assert "D“多少钱” looks like numbers" in missing


def test_no_declared_column_of_any_table_bears_a_forbidden_name() -> None:
    for table in tables().values():
        for column in table.columns.values():
            for word in (column.title.zh, column.title.en, *column.synonyms):
                assert kind_of_header(word) is None, (table.table, word)


FORBIDDEN = [
    "患者姓名",
    "病人ID号",
    "住院号",
    "身份证号码",
    "患者手机号",
    "联系电话",
    "银行卡号",
    "GPS经纬度",
]


def test_no_declared_table_takes_a_forbidden_header() -> None:
    sheet = Sheet(Path("a.csv"), "a", headers=tuple(Header(t, i) for i, t in enumerate(FORBIDDEN)),
                  lines=lambda: iter(()))  # fmt: skip
    for table in tables().values():
        taken = [guess.column for guess in settle(sheet, table, given=None).guesses]
        assert taken == [None] * len(FORBIDDEN), table.table
    assert all(kind_of_header(title) for title in FORBIDDEN)
