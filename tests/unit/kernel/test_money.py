"""Amounts are read as people write them, exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paizhu.kernel import money
from paizhu.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("written", "stored", "said"),
    [
        ("1234.5", "1234.50", "1,234.50"),
        ("1,234.50", "1234.50", "1,234.50"),
        ("１，２３４．５０", "1234.50", "1,234.50"),
        ("￥1,234元", "1234.00", "1,234.00"),
        ("¥1", "1.00", "1.00"),
        ("  7 ", "7.00", "7.00"),
        ("+7", "7.00", "7.00"),
        ("-1,234,567.05", "-1234567.05", "-1,234,567.05"),
        ("－5", "-5.00", "-5.00"),
        ("−5", "-5.00", "-5.00"),
        ("-0", "0.00", "0.00"),
        ("0.10", "0.10", "0.10"),
        ("3.5000", "3.50", "3.50"),
        ("999999999999999.99", "999999999999999.99", "999,999,999,999,999.99"),
        (1234, "1234.00", "1,234.00"),
        (1234.1, "1234.10", "1,234.10"),
        (-0.05, "-0.05", "-0.05"),
        (1e6, "1000000.00", "1,000,000.00"),
        (Decimal("1E+3"), "1000.00", "1,000.00"),
    ],
)
def test_an_amount_is_read_stored_and_said(written, stored, said):
    amount = money.parse(written)
    assert money.as_text(amount) == stored
    assert money.say(amount) == said


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "-", ".", ".5", "5.", "1,23", "12,34,567", "1,2345", "1.234,50", "1 234", "1e5",
        "1/2", "5万", "壹佰", "①", "10²", "٣", "½", "--5", "(5)", "$5", "5 USD", "NaN", "1.2.3",
        "1000000000000000", "abc", "0x10", True, None, [], float("nan"), float("inf"),
        Decimal("NaN"), Decimal("-Infinity"), b"5",
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_the_answer_shows_how_to_write(written):
    with pytest.raises(Invalid) as refused:
        money.parse(written)
    assert "1,234.50" in refused.value.say.zh
    assert "1,234.50" in refused.value.say.en


def test_an_endless_text_is_not_repeated_whole():
    with pytest.raises(Invalid) as refused:
        money.parse("x" * 10_000)
    assert len(refused.value.say.en) < 300


@pytest.mark.parametrize("written", ["3.999", 0.1 + 0.2, "0.001"])
def test_more_places_than_allowed_are_refused_not_rounded(written):
    with pytest.raises(Invalid, match="more than 2 decimal places"):
        money.parse(written)


def test_a_price_may_be_asked_for_with_more_places():
    price = money.parse("0.0375", places=4)
    assert (money.as_text(price), money.say(price)) == ("0.0375", "0.0375")


@given(st.decimals(-(10**14), 10**14, places=2, allow_nan=False))
def test_what_is_said_or_stored_reads_back_as_the_same_amount(amount):
    assert money.parse(money.say(amount)) == amount
    assert money.parse(money.as_text(amount)) == amount


def test_what_is_no_amount_cannot_be_said():
    with pytest.raises(ValueError, match="NaN is not an amount"):
        money.say(Decimal("NaN"))
