"""The days of a published calendar as tables that a query may join: days off and published days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from paizhu.kernel.calendars import Calendar
from paizhu.rules.rulebook import calendar_of

#: The tables that a measure with a calendar may read beside its inputs, and their column.
DAYS: Final = {"days_off": {"day": "DATE"}, "published_days": {"day": "DATE"}}


def calendars_of(packs: Sequence[Path]) -> dict[str, Calendar]:
    """Read the calendars of the packs."""
    files = (file for pack in packs for file in sorted(pack.glob("calendars/*.yaml")))
    return {one.name: one for one in (calendar_of(file.read_bytes()) for file in files)}


def days_of(calendar: Calendar) -> tuple[str, ...]:
    """Write both tables as parts of a query; a year whose holidays are not published is in neither."""
    days = [day for year in sorted(calendar.years) for day in _year(year)]
    off = ", ".join(f"(DATE '{day}')" for day in days if not calendar.is_working_day(day))
    published = " OR ".join(f"year(one.day) = {year}" for year in sorted(calendar.years))
    return (
        f'"days_off" AS MATERIALIZED (SELECT off.day FROM (VALUES {off}) AS off (day))',
        '"published_days" AS MATERIALIZED (SELECT CAST(one.day AS DATE) AS day FROM '
        f"generate_series(DATE '{days[0]}', DATE '{days[-1]}', INTERVAL 1 DAY) AS one (day) "
        f"WHERE {published})",
    )


def _year(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
