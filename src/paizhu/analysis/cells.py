"""Read one cell as what its column says: text, date, money or number; exact, never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal
from unicodedata import normalize

from paizhu.kernel import money
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

DateOrder = Literal["dmy", "mdy"]

#: Day 0 of the 1900 date system, set so that the days since March 1900 come out right.
_SERIAL_START: Final = date(1899, 12, 30)
_SERIALS: Final = range(10_000, 80_000)
_YEARS: Final = range(1900, 2101)
#: Digits that foreign currencies and unit prices need after the point.
MONEY_PLACES: Final = 4

#: From here on a spreadsheet no longer keeps every digit of a number.
_EXACT: Final = 1e15

_YEAR_FIRST: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}.*)?", re.ASCII
)
_YEAR_LAST: Final = re.compile(
    r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:\s+\d{1,2}:\d{2}.*)?", re.ASCII
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def as_text(cell: object) -> str:
    """Give a cell as words: full-width forms made plain, blanks closed up; empty is ``""``."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell if cell.isascii() and _is_plain(cell) else _folded(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else str(cell)
    return str(cell)


def _is_plain(word: str) -> bool:
    return word.isprintable() and "  " not in word and word == word.strip()


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    # Units, suppliers and classes come again and again in a book.
    return " ".join(normalize("NFKC", word).split())


def read_text(cell: object) -> str:
    """Give the words of a cell; raise Invalid for a formula never calculated or digits lost."""
    if isinstance(cell, float) and abs(cell) >= _EXACT:
        raise Invalid(Text(
            "超过 15 位的编号按数字保存，末几位已丢失。请将该列设为文本后重新填写。",
            "A number of more than 15 digits was kept as a number, so its last digits are lost. "
            "Make the column text and enter it again."))  # fmt: skip
    words = as_text(cell)
    if words.startswith("="):
        raise Invalid(uncalculated())
    return words


def read_date(cell: object, *, order: DateOrder | None = None) -> date:
    """Read a day from a date cell, a serial number, or the forms people write."""
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    words = as_text(cell)
    if words.isdigit() and len(words) == 5 and int(words) in _SERIALS:
        return _SERIAL_START + timedelta(days=int(words))
    found = _YEAR_FIRST.fullmatch(words) or _COMPACT.fullmatch(words)
    if found:
        return _real(words, int(found[1]), int(found[2]), int(found[3]))
    found = _YEAR_LAST.fullmatch(words)
    if found:
        return _year_last(words, int(found[1]), int(found[2]), int(found[3]), order)
    raise Invalid(Text(
        f"“{words[:40]}”不是日期。请写成 2025-01-05 或 2025年1月5日。",
        f"“{words[:40]}” is not a date. Write it as 2025-01-05."))  # fmt: skip


def _year_last(words: str, one: int, two: int, year: int, order: DateOrder | None) -> date:
    if order is None and one != two and one <= 12 and two <= 12:
        raise Invalid(Text(
            f"“{words}”分不清日和月。请写成 2025-01-05，或在列对应中注明 dmy 或 mdy。",
            f"Day and month cannot be told apart in “{words}”. Write it as 2025-01-05, or give "
            "dmy or mdy in the mapping."))  # fmt: skip
    month_first = order == "mdy" or (order is None and two > 12)
    return _real(words, year, one if month_first else two, two if month_first else one)


def order_shown(cell: object) -> DateOrder | None:
    """Say what a single written date proves about the order of day and month, if anything."""
    return _order_of(cell) if isinstance(cell, str) else None


@lru_cache(maxsize=1 << 14)
def _order_of(words: str) -> DateOrder | None:
    # A book of a year has few different days.
    found = _YEAR_LAST.fullmatch(as_text(words))
    if found is None:
        return None
    if int(found[1]) > 12:
        return "dmy"
    return "mdy" if int(found[2]) > 12 else None


def _real(words: str, year: int, month: int, day: int) -> date:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        raise Invalid(Text(f"没有“{words}”这一天。请核对日期。",
                           f"There is no such day as “{words}”. Check the date.")) from None  # fmt: skip


def _plausible(day: date) -> date:
    if day.year not in _YEARS:
        raise Invalid(Text(f"年份 {day.year} 不合常理。请核对日期。",
                           f"The year {day.year} cannot be right. Check the date."))  # fmt: skip
    return day


def read_money(cell: object, *, scale: Decimal = Decimal(1)) -> Decimal:
    """Read an exact amount; `scale` is what the header says one unit is (万元 is 10 000)."""
    raw: object = as_text(cell) if isinstance(cell, str) else cell
    if isinstance(raw, float):
        # A spreadsheet keeps binary fractions: 12.3 times 3 is stored as 36.900000000000006.
        raw = Decimal(repr(round(raw, MONEY_PLACES)))
    amount = money.parse(raw, places=MONEY_PLACES) * scale
    if abs(amount) >= Decimal(10) ** 15:
        raise Invalid(Text("金额过大，请核对单位。", "The amount is too large; check its unit."))
    return amount


def read_number(cell: object) -> Decimal:
    """Read a plain number."""
    words = as_text(cell).replace(",", "")
    try:
        number = Decimal(words)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Invalid(Text(f"“{words[:40]}”不是数字。请只填数字。",
                           f"“{words[:40]}” is not a number. Write digits only."))  # fmt: skip
    return number


def uncalculated() -> Text:
    """Say that a cell holds a formula and no value."""
    return Text(
        "公式没有计算结果。请在表格软件中打开、重新计算并保存，或粘贴为数值。",
        "A formula without its result. Open the file in a spreadsheet program, recalculate and "
        "save it, or paste the values.",
    )
