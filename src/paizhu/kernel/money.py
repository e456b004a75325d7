"""Amounts of money as people write them, and back; always exact, never a binary fraction."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

#: `1234.5` or `1,234.50`: separators stand before every three digits or nowhere.
_WRITTEN: Final = re.compile(
    r"(?P<sign>[-+]?)[¥]?(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<part>[0-9]+))?元?",
    re.ASCII,
)
#: Full-width forms and typographic minus signs. Nothing else is folded: `10²` is no amount.
_FOLDED: Final = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {
    ord(odd): plain for odd, plain in {"￥": "¥", "−": "-", "–": "-", "﹣": "-"}.items()
}


def parse(raw: object, *, places: int = 2) -> Decimal:
    """Read an amount, also in full-width digits and with separators; raise Invalid for the rest.

    `places` is how many digits may follow the point: more are refused, never rounded away.
    """
    shown = str(raw)[:40]
    found = _WRITTEN.fullmatch(_plain(raw))
    if found is None:
        raise Invalid(
            Text(
                f"“{shown}”不是金额。请只填数字（整数部分至多15位），如 1234.50 或 1,234.50；"
                "单位为元，不写万元。",
                f"“{shown}” is not an amount. Write digits only (at most 15 before the point), "
                "such as 1234.50 or 1,234.50, in units of the currency, not in thousands or 万.",
            )
        )
    part = (found["part"] or "").rstrip("0")
    if len(part) > places:
        raise Invalid(
            Text(
                f"金额“{shown}”的小数超过{places}位。请核对后填写，系统不会替您四舍五入。",
                f"The amount “{shown}” has more than {places} decimal places. Check it and write it "
                "again; it is not rounded for you.",
            )
        )
    whole = found["whole"].replace(",", "")
    amount = Decimal(f"{whole}.{part.ljust(2, '0')}")
    return amount.copy_negate() if found["sign"] == "-" and amount else amount


def as_text(amount: Decimal) -> str:
    """Give the form that is stored: `-1234.50`, at least two places, no separators."""
    return _fixed(amount, separator="")


def say(amount: Decimal) -> str:
    """Give the form that is read: `-1,234.50`."""
    return _fixed(amount, separator=",")


def _fixed(amount: Decimal, *, separator: str) -> str:
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{amount} is not an amount")
    return f"{amount:{separator}.{max(2, -exponent)}f}"


def _plain(raw: object) -> str:
    """Fold full-width signs and digits; a number from a sheet is taken by its shortest form."""
    if isinstance(raw, str):
        return raw.translate(_FOLDED).strip()
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return f"{raw:f}" if isinstance(raw, Decimal) else str(raw)
    return ""
