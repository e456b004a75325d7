"""From a start and the periods of a rule to the day it falls due, and why that day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from paizhu.kernel.calendars import ONE_DAY, Calendar, days_between
from paizhu.kernel.errors import Invalid
from paizhu.kernel.periods import Period, Unit
from paizhu.kernel.text import Text

#: A calendar day; the shapes below have a field called `date`, which would hide the type.
Day: TypeAlias = date
#: A clock stands still from the first day, and runs again on the second; None: still standing.
PauseDates = tuple[date, date | None]

PAUSED: Final = Text("期限中止，不计入", "the clock stands still")


@dataclass(frozen=True, slots=True)
class Counting:
    """How days are counted where the rule itself is silent."""

    #: 期间开始的时和日不算在期间以内 (刑事诉讼法 第一百零五条).
    start_day: Literal["excluded", "included"] = "excluded"
    #: 期间的最后一日为节假日的，以节假日后的第一日为期满日期 (the same article); not for limits on liberty.
    roll: bool = True


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that was not counted, or on which the limit could not end, and why."""

    date: Day
    why: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of the reckoning, and the day reached by it."""

    label: Text
    date: Day


@dataclass(frozen=True, slots=True)
class Due:
    """When something falls due, and everything needed to explain it.

    `date` and `moment` are empty while an open pause holds the clock. `provisional` says that the
    answer rests on a year whose holidays are not published.
    """

    date: Day | None
    moment: datetime | None
    held: bool
    provisional: bool
    #: The last counted day, before it was moved to a working day.
    unrolled_date: Day | None
    skipped: tuple[Skipped, ...] = ()
    steps: tuple[Step, ...] = ()


def count(
    start: date | datetime,
    periods: Sequence[Period],
    *,
    calendar: Calendar,
    counting: Counting,
    pauses: Sequence[PauseDates] = (),
) -> Due:
    """Count `periods` from `start`: the limit, then each extension granted, in order.

    A moment counts by the day it shows, so it must be given in the time of the office. A limit in
    hours cannot be mixed with another unit and runs through pauses and holidays.
    """
    in_hours = {period.unit == "hour" for period in periods}
    if len(in_hours) != 1:
        raise Invalid(
            Text(
                "期限无法计算：须至少有一个期限，且小时不能与日、月、年混用。请修改该时限的规定。",
                "The limit cannot be counted: there must be at least one period, and hours cannot "
                "be mixed with days, months or years. Correct the declared limit.",
            )
        )
    if in_hours == {True}:
        return _count_hours(start, periods)
    day = start.date() if isinstance(start, datetime) else start
    before = 1 if counting.start_day == "included" else 0
    reckoning = _Reckoning(
        calendar=calendar,
        pauses=_merged(pauses),
        before=before,
        position=day - before * ONE_DAY,
    )
    for number, period in enumerate(periods):
        if not reckoning.run(period, label=_label(number, period)):
            return reckoning.held()
    return reckoning.due(roll=counting.roll)


def days_left(due_date: date, on: date, *, calendar: Calendar, unit: Unit) -> int:
    """Count what is left after `on`, in working days or else in days; negative when late."""
    if unit == "working_day":
        return calendar.working_days_between(on, due_date)
    return (due_date - on).days


def months_on(day: date, months: int) -> date:
    """Give the same day number some months on, or the last day of a month that is too short."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


@dataclass(slots=True)
class _Reckoning:
    """A count under way: `position` is the last counted day."""

    calendar: Calendar
    pauses: tuple[PauseDates, ...]
    #: 1 when the start day is itself counted, else 0.
    before: int
    position: date
    provisional: bool = False
    skipped: list[Skipped] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def run(self, period: Period, *, label: Text) -> bool:
        """Advance by `period`; False when an open pause is reached first."""
        if period.unit == "working_day":
            reached = self._run_working_days(period.value)
        else:
            reached = self._run_days(self._length(period))
        self.steps.append(Step(label, self.position) if reached else self._standing())
        return reached

    def held(self) -> Due:
        """Answer that no day can be given while the clock stands still."""
        return Due(
            date=None,
            moment=None,
            held=True,
            provisional=self.provisional,
            unrolled_date=None,
            skipped=tuple(self.skipped),
            steps=tuple(self.steps),
        )

    def due(self, *, roll: bool) -> Due:
        """Answer with the day reached, moved to a working day when the rules say so."""
        last = self.position
        if roll:
            while not self._is_open(self.position):
                self.position += ONE_DAY
        if self.position != last:
            self.steps.append(Step(_ROLLED, self.position))
        return Due(
            date=self.position,
            moment=None,
            held=False,
            provisional=self.provisional,
            unrolled_date=last,
            skipped=tuple(self.skipped),
            steps=tuple(self.steps),
        )

    def _length(self, period: Period) -> int:
        """Give the natural days of a period that starts after `position`."""
        if period.unit == "day":
            return period.value
        months = period.value * 12 if period.unit == "year" else period.value
        # Counted from a start day that is itself counted, a month ends on the eve of the same
        # number: from 1 March to 31 March.
        first = self.position + self.before * ONE_DAY
        return (months_on(first, months) - first).days

    def _run_days(self, days: int) -> bool:
        end = self.position + days * ONE_DAY
        for since, until in self.pauses:
            stands_from = max(since, self.position + ONE_DAY)
            if stands_from > end or (until is not None and until <= stands_from):
                continue
            if until is None:
                self.position = stands_from - ONE_DAY
                return False
            self._skip_paused(stands_from, until)
            end += until - stands_from
        self.position = end
        return True

    def _run_working_days(self, days: int) -> bool:
        left = days
        while left:
            day = self.position + ONE_DAY
            pause = next((p for p in self.pauses if _stands(p, day)), None)
            if pause is None:
                left -= self._is_open(day)
                self.position = day
            elif pause[1] is None:
                return False
            else:
                self._skip_paused(day, pause[1])
                self.position = pause[1] - ONE_DAY
        return True

    def _is_open(self, day: date) -> bool:
        """Ask the calendar about `day`, and keep the reason when it is no working day."""
        self.provisional = self.provisional or self.calendar.is_provisional(day)
        why = self.calendar.why_off(day)
        if why is not None:
            self.skipped.append(Skipped(day, why))
        return why is None

    def _skip_paused(self, since: date, until: date) -> None:
        days = days_between(since - ONE_DAY, until - ONE_DAY)
        self.skipped.extend(Skipped(day, PAUSED) for day in days)
        self.steps.append(Step(_paused(since, until), until))

    def _standing(self) -> Step:
        return Step(_STANDS, self.position + ONE_DAY)


_ROLLED: Final = Text(
    "末日不是工作日，顺延至其后第一个工作日",
    "the last day is no working day: moved to the next one",
)
_STANDS: Final = Text("期限中止，尚未恢复", "the clock stands still and has not been resumed")


def _label(number: int, period: Period) -> Text:
    words = period.text
    if number == 0:
        return Text(f"期限{words.zh}", f"limit of {words.en}")
    return Text(f"第{number}次延长{words.zh}", f"extension {number}: {words.en}")


def _paused(since: date, until: date) -> Text:
    return Text(
        f"自{since}起不计，{until}恢复计算",
        f"not counted from {since}, running again on {until}",
    )


def _stands(pause: PauseDates, day: date) -> bool:
    since, until = pause
    return since <= day and (until is None or day < until)


def _merged(pauses: Sequence[PauseDates]) -> tuple[PauseDates, ...]:
    """Sort pauses and join those that touch, so that each is told once."""
    merged: list[PauseDates] = []
    for since, until in sorted(pauses, key=lambda pause: pause[0]):
        if merged and (merged[-1][1] is None or since <= merged[-1][1]):
            since, last = merged.pop()
            until = None if last is None or until is None else max(last, until)
        merged.append((since, until))
    return tuple(merged)


def _count_hours(start: date | datetime, periods: Sequence[Period]) -> Due:
    """Add hours to a moment; a bare day counts from its first moment, which is never too late."""
    if not isinstance(start, datetime):
        start = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - a day names no zone
    moment = start
    steps = []
    for number, period in enumerate(periods):
        moment = _hours_on(moment, period.value)
        steps.append(Step(_label(number, period), moment.date()))
    return Due(
        date=moment.date(),
        moment=moment,
        held=False,
        provisional=False,
        unrolled_date=moment.date(),
        steps=tuple(steps),
    )


def _hours_on(moment: datetime, hours: int) -> datetime:
    """Add hours that really pass, also where clocks are changed in between."""
    if moment.tzinfo is None:
        return moment + timedelta(hours=hours)
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(moment.tzinfo)
