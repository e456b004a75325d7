"""The periods a return is made for: a month, a quarter, half a year, a year; by name and by day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from paizhu.analysis.returns.spec import Cadence
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_MONTHS: dict[Cadence, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_NAMES: dict[Cadence, str] = {
    "month": r"(\d{4})-(0[1-9]|1[0-2])",
    "quarter": r"(\d{4})Q([1-4])",
    "half-year": r"(\d{4})H([12])",
    "year": r"(\d{4})()",
}
_EXAMPLES: dict[Cadence, str] = {
    "month": "2025-10",
    "quarter": "2025Q4",
    "half-year": "2025H2",
    "year": "2025",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its name, first and last day."""

    name: str
    first: date
    last: date

    @property
    def title(self) -> Text:
        """Give the period in words."""
        year, _, rest = re.sub("[QH]", lambda m: f"-{m[0]}", self.name).partition("-")
        if not rest:
            return Text(f"{year}年", year)
        if rest[0] == "Q":
            return Text(
                f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度", f"quarter {rest[1]} of {year}"
            )
        if rest[0] == "H":
            return Text(f"{year}年{'上下'[int(rest[1]) - 1]}半年", f"half-year {rest[1]} of {year}")
        return Text(f"{year}年{int(rest)}月", f"{self.first:%B} {year}")


def span_of(cadence: Cadence, day: date) -> Span:
    """Give the period that a day lies in."""
    months = _MONTHS[cadence]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    years, month = divmod(first.month - 1 + months, 12)
    last = date(first.year + years, month + 1, 1) - timedelta(days=1)
    number = (first.month - 1) // months + 1
    ends = {
        "month": f"-{number:02}",
        "quarter": f"Q{number}",
        "half-year": f"H{number}",
        "year": "",
    }
    return Span(f"{first.year}{ends[cadence]}", first, last)


def span_named(cadence: Cadence, name: str) -> Span:
    """Give the period of that name; raise Invalid with an example."""
    found = re.fullmatch(_NAMES[cadence], name, re.ASCII)
    if found is None or int(found[1]) < 1900:
        raise Invalid(
            Text(
                f"“{name}”不是本表的报告期，请写成 {_EXAMPLES[cadence]}。",
                f"“{name}” is no period of this return; write it like {_EXAMPLES[cadence]}.",
            )
        )
    month = (int(found[2] or 1) - 1) * _MONTHS[cadence] + 1
    return span_of(cadence, date(int(found[1]), month, 1))


def spans_before(cadence: Cadence, day: date, *, count: int) -> Iterator[Span]:
    """Give the period of a day and those before it, the newest first."""
    for _ in range(count):
        span = span_of(cadence, day)
        yield span
        day = span.first - timedelta(days=1)
