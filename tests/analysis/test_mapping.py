"""Which header is which column: guessed with a reason, given, remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import mapping as mappings
from paizhu.analysis.mapping import ColumnMap
from paizhu.analysis.models import Source
from paizhu.kernel.errors import Invalid
from tests.analysis.conftest import (
    HEADERS,
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
