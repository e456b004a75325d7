"""Cells as people write them: read exactly, or refused with what to write instead."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from paizhu.analysis import cells
from paizhu.kernel.errors import Invalid

JAN_5 = date(2025, 1, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2025-01-05", "2025/1/5", "2025.1.5", "2025年1月5日", "2025 年 1 月 5 日", "２０２５年１月５日",
        "20250105", "45662", 45662.0, JAN_5, datetime(2025, 1, 5, 10, 30), "2025-01-05 10:30",  # noqa: DTZ001
        "2025-01-05T00:00:00Z", " 2025/01/05 ", "5.1.2025 ",
    ],
)  # fmt: skip
def test_a_day_is_read_in_the_forms_people_use(written: object) -> None:
    assert cells.read_date(written, order="dmy") == JAN_5


@pytest.mark.parametrize(
    "written",
    [
        "2025-02-30",
        "2025-13-01",
        "昨天",
        "2025",
        "45",
        "1825-01-05",
        "2025-1",
        "31/31/2025",
        "123456",
    ],
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        cells.read_date(written)
    assert refused.value.say.zh


def test_day_and_month_are_told_apart_only_where_it_is_certain() -> None:
    assert cells.read_date("25/1/2025") == date(2025, 1, 25)
    assert cells.read_date("1/25/2025") == date(2025, 1, 25)
    assert cells.read_date("3/3/2025") == date(2025, 3, 3)
    assert cells.read_date("5/1/2025", order="mdy") == date(2025, 5, 1)
    with pytest.raises(Invalid, match="cannot be told apart"):
        cells.read_date("5/1/2025")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1,234.50", "1234.50"), ("１２３４．５", "1234.50"), ("￥99", "99"), (12.3 * 3, "36.90"), (7, "7"),
        ("－５", "-5"), ("0.0001", "0.0001"), ("100元", "100"),
    ],
)  # fmt: skip
def test_an_amount_is_read_exactly(written: object, amount: str) -> None:
    assert cells.read_money(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["约五万", "1.234,56", "12,34", "5万", "=A1*2", "1e5", "9" * 16, True]
)
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(Invalid):
        cells.read_money(written)


def test_an_amount_in_ten_thousands_is_multiplied_exactly() -> None:
    assert cells.read_money("39.98", scale=Decimal(10_000)) == Decimal(399_800)
    with pytest.raises(Invalid, match="too large"):
        cells.read_money("999999999999", scale=Decimal(10_000))


def test_words_lose_full_width_forms_and_stray_blanks() -> None:
    assert cells.read_text(" 浙江（Ａ）　医疗 ") == "浙江(A) 医疗"
    assert cells.read_text(13.0) == "13"
    assert cells.read_text(None) == ""
    assert cells.read_text(datetime(2025, 1, 5)) == "2025-01-05"  # noqa: DTZ001
    with pytest.raises(Invalid, match="last digits are lost"):
        cells.read_text(330100202501050012.0)
    with pytest.raises(Invalid, match="formula"):
        cells.read_text("=VLOOKUP(A1,B:C,2)")


def test_a_number_is_read_or_refused() -> None:
    assert cells.read_number("1,200.5") == Decimal("1200.5")
    with pytest.raises(Invalid):
        cells.read_number("NaN")
