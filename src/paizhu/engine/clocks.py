"""When a clock is due, how it stands on a day, and why. Computed, never stored, never ticked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from paizhu.engine.state import ClockRun, State
from paizhu.kernel import days
from paizhu.kernel.counting import Counting, Due, count, days_left
from paizhu.kernel.errors import Invalid
from paizhu.kernel.periods import Period, Unit
from paizhu.kernel.text import Text
from paizhu.rules.articles import english
from paizhu.rules.rulebook import RunnableProcedure

Status = Literal["running", "paused", "met", "missed", "late", "void"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands on a day."""

    clock: str
    run: int
    status: Status
    due: Due
    target_date: date | None
    days_left: int | None


def due_of(run: ClockRun, procedure: RunnableProcedure) -> Due:
    """Give the due day of a run: the limit in force when it started, and each extension.

    A day that was agreed stands as it was agreed: it is neither counted nor moved to a working day.
    """
    if run.agreed is not None:
        return Due(run.agreed, None, held=False, provisional=False, unrolled_date=run.agreed)
    is_hours = limit_of(run.clock, run.start, procedure).unit == "hour"
    moment = run.moment.isoformat() if is_hours else ""  # else all runs of a day have one answer
    return _due(procedure, run.clock, run.start, moment, run.pauses, run.extensions)


@lru_cache(maxsize=20_000)
def _due(
    procedure: RunnableProcedure,
    clock: str,
    start: date,
    moment: str,
    pauses: tuple[tuple[date, date | None], ...],
    extensions: int,
) -> Due:
    spec = procedure.spec.clocks[clock]
    limit = limit_of(clock, start, procedure)
    periods = [limit]
    if spec.extension:
        periods += [spec.extension.by] * extensions
    return count(
        _from(start, moment, limit),
        periods,
        calendar=procedure.calendar,
        counting=_counting(procedure, clock, start),
        pauses=pauses,
    )


@lru_cache(maxsize=20_000)
def limit_of(clock: str, start: date, procedure: RunnableProcedure) -> Period:
    """Give the limit of a clock that runs; a clock without one never started."""
    limit = procedure.limit_of(clock, start)
    if limit is None:
        raise Invalid(
            Text(
                f"时限“{clock}”在 {start} 没有规定的期限。",
                f"The clock “{clock}” had no limit on {start}.",
            )
        )
    return limit


def unit_of(clock: str, start: date, procedure: RunnableProcedure) -> Unit:
    """Give the unit in which what is left is said; up to an agreed day, natural days."""
    return "day" if procedure.spec.clocks[clock].due else limit_of(clock, start, procedure).unit


def _from(start: date, moment: str, limit: Period) -> date:
    from datetime import datetime

    return datetime.fromisoformat(moment) if limit.unit == "hour" else start


def _counting(procedure: RunnableProcedure, clock: str, on: date) -> Counting:
    """Limits on liberty end on their day; everything else rolls as the pack says."""
    spec = procedure.spec.clocks[clock]
    roll = procedure.counting.roll and spec.roll and procedure.basis_of(spec.basis, on).roll
    return Counting(start_day=procedure.counting.start_day, roll=roll)


def target_of(run: ClockRun, procedure: RunnableProcedure) -> date | None:
    """Give the day of the team's own, stricter aim."""
    spec = procedure.spec.clocks[run.clock]
    if spec.target is None:
        return None
    counting = _counting(procedure, run.clock, run.start)
    due = count(
        _from(run.start, run.moment.isoformat(), spec.target),
        [spec.target],
        calendar=procedure.calendar,
        counting=counting,
        pauses=run.pauses,
    )
    return due.date


def standing(run: ClockRun, procedure: RunnableProcedure, *, on: date) -> Standing:
    """Say how a run stands on `on`."""
    due = due_of(run, procedure)
    left = None
    if due.date is not None and run.is_running:
        unit = unit_of(run.clock, run.start, procedure)
        left = days_left(due.date, on, calendar=procedure.calendar, unit=unit)
    status = _status(run, due, on)
    return Standing(run.clock, run.run, status, due, target_of(run, procedure), left)


def _status(run: ClockRun, due: Due, on: date) -> Status:
    if not run.is_running:
        return "met" if is_kept(run, due) else "missed"
    if due.date is not None and on > due.date:
        return "late"
    return "paused" if run.is_paused else "running"


def is_kept(run: ClockRun, due: Due) -> bool:
    """Say whether a run that was stopped was stopped in time: by the moment, or by the day."""
    if due.moment is not None and run.stopped_at is not None:
        return run.stopped_at <= due.moment
    return due.date is None or run.stopped is None or run.stopped <= due.date


def standings(state: State, procedure: RunnableProcedure, *, on: date) -> list[Standing]:
    """Say how every run of every clock stands, in the declared order of clocks."""
    found: list[Standing] = []
    for name in procedure.spec.clocks:
        found += [standing(run, procedure, on=on) for run in state.clocks.get(name, ())]
    return found


def thresholds(run: ClockRun, procedure: RunnableProcedure) -> list[tuple[str, date]]:
    """Give the days on which a warning falls: each `warn` before the due day, and `missed` after."""
    due = due_of(run, procedure).date
    if due is None or not run.is_running:
        return []
    spec = procedure.spec.clocks[run.clock]
    days = [(str(period), _before(due, period, procedure)) for period in spec.warn]
    return [*days, ("missed", due + timedelta(days=1))]


def next_warning(run: ClockRun, procedure: RunnableProcedure) -> date | None:
    """Give the next day on which a warning falls that has not been written yet."""
    days = [day for name, day in thresholds(run, procedure) if name not in run.warned]
    return min(days, default=None)


def _before(due: date, period: Period, procedure: RunnableProcedure) -> date:
    if period.unit != "working_day":
        return due - timedelta(days=period.value * _DAYS.get(period.unit, 1))
    day, left = due, period.value
    while left:
        day -= timedelta(days=1)
        left -= procedure.calendar.is_working_day(day)
    return day


_DAYS = {"day": 1, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of why a clock is due on its day."""

    label: Text
    text: Text


def why(run: ClockRun, procedure: RunnableProcedure) -> list[Explained]:
    """Explain a due day: rule, article, version, start, limit, pauses, extensions, calendar."""
    spec = procedure.spec.clocks[run.clock]
    basis = procedure.basis_of(spec.basis, run.start)
    version = days.say(basis.version) if basis.version else Text("—", "—")
    lines = [
        _line("规则", "Rule", basis.instrument_title),
        _line(
            "条款", "Article", Text(basis.article, english(basis.article).removeprefix("Article "))
        ),
        _line("版本", "Version in force", version),
        _line("核对程度", "How surely it was read", _confidence(basis.confidence)),
    ]
    return lines + (_why_agreed(run, procedure) if spec.due else _why_counted(run, procedure))


def _why_agreed(run: ClockRun, procedure: RunnableProcedure) -> list[Explained]:
    """No rule has a number: the day is the one that stands in the field now."""
    spec = procedure.spec.clocks[run.clock]
    title = procedure.spec.fields[spec.due or ""].title
    return [
        _line(
            "期限",
            "Limit",
            Text(
                f"条文没有日数，以“{title.zh}”为准",
                f"no rule has a number; the day in “{title.en}”",
            ),
        ),
        _line("开始", "Runs since", days.say(run.start)),
    ]


def _why_counted(run: ClockRun, procedure: RunnableProcedure) -> list[Explained]:
    spec = procedure.spec.clocks[run.clock]
    due = due_of(run, procedure)
    lines = [
        _line("期限", "Limit", _period_text(limit_of(run.clock, run.start, procedure))),
        _line("起算日", "Counted from", days.say(run.start)),
    ]
    if spec.counted_from:
        title = procedure.spec.fields[spec.counted_from].title
        lines.append(_line("起算依据", "Start taken from", title))
    for since, until in run.pauses:
        shown = days.say(until) if until else Text("尚未恢复", "not yet resumed")
        start = days.say(since)
        lines.append(
            _line("中止", "Pause", Text(f"{start.zh} 至 {shown.zh}", f"{start.en} to {shown.en}"))
        )
    lines += [_line(step.label.zh, step.label.en, days.say(step.date)) for step in due.steps]
    calendar = procedure.calendar
    lines.append(
        _line(
            "日历",
            "Calendar",
            Text(
                f"{calendar.title.zh}，已公布至 {calendar.last_published} 年",
                f"{calendar.title.en}, published up to {calendar.last_published}",
            ),
        )
    )
    if due.provisional:
        lines.append(
            _line(
                "暂定",
                "Provisional",
                Text(
                    "涉及尚未公布放假安排的年份，公布后将重新推算并留痕。",
                    "It reaches a year whose holidays are not published; it will be recomputed,"
                    " with an entry, when they are.",
                ),
            )
        )
    return lines


def _line(zh: str, en: str, text: Text) -> Explained:
    return Explained(Text(zh, en), text)


def _period_text(limit: Period) -> Text:
    return Text(limit.say("zh"), limit.say("en"))


def _confidence(code: str) -> Text:
    return CONFIDENCE.get(code, Text(code, code))


CONFIDENCE = {
    "T": Text("T（已读原文）", "T (read in the text)"),
    "T*": Text("T*（原文只读到一部分）", "T* (the text was read in part)"),
    "S": Text("S（据二手材料，待核原文）", "S (from a secondary source, to be checked)"),
    "L": Text("L（地方做法）", "L (local practice)"),
    "M+": Text("M+（凭记忆，待核原文）", "M+ (remembered, to be checked)"),
    "M-": Text("M-（不确定，不得使用）", "M- (uncertain, not to be used)"),
}
