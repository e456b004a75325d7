"""How a day is said: 2026年1月5日, 5 January 2026; the same on pages, in papers and in explanations."""

from __future__ import annotations

from datetime import date
from typing import Final

from paizhu.kernel.text import Text

#: Written out here: the names that `strftime` gives change with the machine.
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def say(day: date) -> Text:
    """Say a day in both languages."""
    return Text(
        f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    )
