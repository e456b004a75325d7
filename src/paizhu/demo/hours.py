"""When people work: on working days of the calendar, in office hours, now and then in the evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from paizhu.kernel.calendars import ONE_DAY, Calendar

#: Shares of a day, with the hours in which something is done then.
_MORNING, _AFTERNOON, _EVENING = (8, 40, 185), (14, 5, 195), (19, 0, 90)


@dataclass(frozen=True, slots=True)
class Hours:
    """The office hours of a place."""

    calendar: Calendar
    zone: ZoneInfo

    def moment(self, day: date, dice: Random) -> datetime:
        """Give a moment on `day` at which somebody may be at work."""
        part = dice.choices((_MORNING, _AFTERNOON, _EVENING), (55, 42, 3))[0]
        return self.at(day, part[0], part[1]) + timedelta(
            minutes=dice.randrange(part[2]), seconds=dice.randrange(60)
        )

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Give a clock time of a day."""
        return datetime.combine(day, time(hour, minute), self.zone)

    def later(self, moment: datetime, days: int, dice: Random) -> datetime:
        """Give a moment so many working days later; 0 is later the same day, or the next morning."""
        if days == 0:
            soon = moment + timedelta(minutes=20 + dice.randrange(150))
            if soon.hour < 21 and soon.date() == moment.date():
                return soon
            days = 1
        return self.moment(self.working_day_after(moment.date(), days), dice)

    def working_day_after(self, day: date, days: int) -> date:
        """Give the day so many working days after `day`."""
        while days:
            day += ONE_DAY
            days -= self.calendar.is_working_day(day)
        return day

    def working_day_before(self, day: date, days: int) -> date:
        """Give the day so many working days before `day`."""
        while days:
            day -= ONE_DAY
            days -= self.calendar.is_working_day(day)
        return day
