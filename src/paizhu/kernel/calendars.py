"""Which days are working days, and why a day is or is not one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from paizhu.kernel.text import Text

ONE_DAY: Final = timedelta(days=1)

_WEEKDAYS: Final = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class YearDays:
    """What one yearly notice arranges; it may name days at the end of the year before."""

    source: str
    #: Days of a holiday, weekend days among them, with its name.
    off: Mapping[date, Text]
    #: Weekend days worked instead, with the name of the holiday they make up for.
    work: Mapping[date, Text]


@dataclass(frozen=True)
class Calendar:
    """Working days of a country, year by published year; `weekend` holds ISO weekdays, 7 Sunday.

    A year without a notice is answered by the weekend alone, and `is_provisional` says so.
    """

    name: str
    title: Text
    weekend: tuple[int, ...]
    years: Mapping[int, YearDays]

    @cached_property
    def _off(self) -> dict[date, Text]:
        return {day: name for year in self.years.values() for day, name in year.off.items()}

    @cached_property
    def _work(self) -> dict[date, Text]:
        return {day: name for year in self.years.values() for day, name in year.work.items()}

    @cached_property
    def last_published(self) -> int:
        """Give the last year whose notice is in this calendar; 0 when there is none."""
        return max(self.years, default=0)

    def is_working_day(self, day: date) -> bool:
        """Say whether offices are open on `day`."""
        if day in self._work:
            return True
        return day.isoweekday() not in self.weekend and day not in self._off

    def is_provisional(self, day: date) -> bool:
        """Say whether the year of `day` is not published, so that its holidays are unknown."""
        return day.year not in self.years

    def why_off(self, day: date) -> Text | None:
        """Name the holiday or the weekend day that closes offices on `day`; None when open."""
        if self.is_working_day(day):
            return None
        return self._off.get(day) or _WEEKDAYS[day.isoweekday() - 1]

    def why_work(self, day: date) -> Text | None:
        """Say for which holiday `day` is worked; None unless it is a make-up day."""
        holiday = self._work.get(day)
        if holiday is None:
            return None
        weekday = _WEEKDAYS[day.isoweekday() - 1]
        return Text(
            zh=f"{weekday.zh}，{holiday.zh}调休上班",
            en=f"{weekday.en}, worked to make up for {holiday.en}",
        )

    def next_working_day(self, day: date) -> date:
        """Give `day` itself when it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days after `after`, up to and with `until`; negative when reversed."""
        if until < after:
            return -self.working_days_between(until, after)
        return sum(map(self.is_working_day, days_between(after, until)))


def days_between(after: date, until: date) -> Iterator[date]:
    """Give each day after `after`, up to and with `until`."""
    for number in range(after.toordinal() + 1, until.toordinal() + 1):
        yield date.fromordinal(number)
