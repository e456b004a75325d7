"""Count the ledger views by declared rules. Pure: the same views, grid and days give the same facts.

What is kept of a figure is which records it counts, never what they hold; a group is a number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from paizhu.analysis.returns.grid import Grid, Place
from paizhu.analysis.returns.spec import Line, Return, Tally
from paizhu.casework.views import (
    ActivityView,
    ChildView,
    ClockView,
    MatterView,
    PartView,
    StepView,
    Views,
)
from paizhu.engine.entries import Value
from paizhu.rules.conditions import holds
from paizhu.rules.spec import Condition

#: `[reference, group]` of each record; a figure counts groups. Of a median: `[reference, days]`.
Records: TypeAlias = list[list[str | int]]
#: What is kept of one cell: `count` or `of` and `among`, and the posts a rate is taken of.
Facts: TypeAlias = dict[str, Records | int]
Row: TypeAlias = MatterView | StepView | ClockView | PartView | ChildView | ActivityView


@dataclass(frozen=True, slots=True)
class Window:
    """The days counted, and the day as of which things stand: never after the day of counting."""

    first: date
    last: date
    on: date
    #: The days are those of a year's cohort: matters opened then, as they stand today.
    is_cohort: bool = False

    def holds(self, day: date | None) -> bool:
        """Say whether a day is counted."""
        return day is not None and self.first <= day <= min(self.last, self.on)


def cells(spec: Return, grid: Grid, views: Views) -> dict[str, Facts]:
    """Give the facts of every cell, by `row.column`."""
    return {
        f"{row.name}.{column.name}": _cell(spec, grid, views, row, column)
        for row in grid.rows
        for column in grid.columns
    }


def tallied(spec: Return, grid: Grid, views: Views, name: str) -> Records:
    """Give the records of a counting rule by itself, for the period of the return."""
    window = Window(grid.first, grid.last, grid.on)
    return tally(spec.counts[name], views, bodies=grid.bodies, window=window)


def _cell(spec: Return, grid: Grid, views: Views, row: Place, column: Place) -> Facts:
    line = row.line if row.line.figures else column.line
    bodies = frozenset([row.body]) if row.body else grid.bodies
    window = _window(grid, row, column)
    where = tuple(c for place in (row, column) for c in place.where)

    def records(name: str) -> Records:
        return tally(spec.counts[name], views, bodies=bodies, window=window, where=where)

    return _facts(line, records, grid, views, bodies)


def _facts(
    line: Line,
    records: Callable[[str], Records],
    grid: Grid,
    views: Views,
    bodies: frozenset[int],
) -> Facts:
    if line.count:
        return {"count": records(line.count)}
    if line.share:
        return _share(records(line.share.of), records(line.share.among))
    if line.median:
        counted = {str(ref) for ref, _ in records(line.median.count)}
        days = _days_between(views.matters, counted, line.median.from_, line.median.to)
        return {"days": sorted(days)}
    if line.per_hundred_posts:
        posts = sum(count for body, count in grid.posts if body in bodies)
        return {"count": records(line.per_hundred_posts), "posts": posts}
    return {}


def _share(of: Records, among: Records) -> Facts:
    """Give the matters of one count, and those of them that the other counts as well."""
    whole = sorted({str(ref) for ref, _ in among})
    part = {ref for ref, _ in of}
    return {
        "of": [[ref, place] for place, ref in enumerate(whole) if ref in part],
        "among": [[ref, place] for place, ref in enumerate(whole)],
    }


def _window(grid: Grid, row: Place, column: Place) -> Window:
    year = row.year or column.year
    if year:
        return Window(date(year, 1, 1), date(year, 12, 31), grid.on, is_cohort=True)
    over = row.line.over or column.line.over or "period"
    first = {"period": grid.first, "year": date(grid.last.year, 1, 1), "ever": date.min}[over]
    return Window(first, grid.last, grid.on)


def without(facts: Records | int, key: str, gone: Collection[str]) -> Records | int:
    """Give the records of a cell without those of some matters; groups are numbered anew."""
    if isinstance(facts, int):
        return facts
    left = [(ref, number) for ref, number in facts if ref not in gone]
    if key == "days":
        return [[ref, days] for ref, days in left]
    groups: dict[object, int] = {}
    return [[ref, groups.setdefault(number, len(groups))] for ref, number in left]


# --- one rule -----------------------------------------------------------------------------------


def tally(
    rule: Tally,
    views: Views,
    *,
    bodies: frozenset[int],
    window: Window,
    where: Sequence[Condition] = (),
) -> Records:
    """Give the records a rule counts, in the order of references, each with its group."""
    conditions = (*((rule.where,) if rule.where else ()), *where)
    found = [
        row
        for row in _rows(rule, views)
        if matter_of(row).procedure in rule.procedure
        and bodies.intersection(matter_of(row).parts.get(rule.through, ()))
        and _is_named(rule, row, window)
        and _falls(rule, row, window)
        and all(holds(condition, _values(row)) for condition in conditions)
    ]
    return _grouped(rule, sorted(found, key=lambda row: matter_of(row).ref))


def _rows(rule: Tally, views: Views) -> Sequence[Row]:
    kinds: Mapping[str, Sequence[Row]] = {
        "matters": views.matters, "steps": views.steps, "clocks": views.clocks,
        "parts": views.parts, "children": views.children, "activities": views.activities,
    }  # fmt: skip
    return kinds[rule.view]


def matter_of(row: Row) -> MatterView:
    """Give the matter a row belongs to."""
    return row if isinstance(row, MatterView) else row.matter


def _values(row: Row) -> Mapping[str, Value]:
    return row.values if isinstance(row, StepView) else matter_of(row).values


def _is_named(rule: Tally, row: Row, window: Window) -> bool:
    """Say whether the row is among the stages, actions, clocks, parts or kinds that are named."""
    if isinstance(row, MatterView):
        return not rule.stage or row.stage_on(window.on) in rule.stage
    if isinstance(row, ClockView):
        return not rule.clock or row.clock in rule.clock
    if isinstance(row, PartView):
        return not rule.part or row.part in rule.part
    if isinstance(row, ChildView):
        return True
    is_kind = not isinstance(row, ActivityView) or not rule.kind or row.kind in rule.kind
    return is_kind and (not rule.action or row.action in rule.action)


def _falls(rule: Tally, row: Row, window: Window) -> bool:
    """Say whether the row falls to the period, standing as the rule asks."""
    matter = matter_of(row)
    if isinstance(row, ClockView):
        return _clock_falls(rule, row, window)
    if isinstance(row, ChildView) and rule.stands and row.status != rule.stands:
        return False
    if isinstance(row, MatterView) and not _stands(rule, row, window.on):
        return False
    if window.is_cohort:
        return window.holds(matter.opened)
    if isinstance(row, MatterView) and rule.day is None and (rule.stands == "open" or rule.stage):
        return matter.opened <= window.on
    return window.holds(_day(rule, row))


def _stands(rule: Tally, row: MatterView, on: date) -> bool:
    if rule.stands is None:
        return True
    return row.opened <= on and row.is_open_on(on) == (rule.stands == "open")


def _clock_falls(rule: Tally, row: ClockView, window: Window) -> bool:
    if rule.stands == "late":
        return row.is_late_on(window.on)
    if rule.stands == "running":
        return row.is_running_on(window.on)
    days = {"started": row.started, "due": row.due, "stopped": row.stopped}
    if rule.stands is not None and row.kept is not (rule.stands == "kept"):
        return False
    return window.holds(days[rule.day or ("stopped" if rule.stands else "due")])


def _day(rule: Tally, row: Row) -> date | None:
    matter = matter_of(row)
    if rule.day == "opened":
        return matter.opened
    if rule.day == "closed" or (rule.day is None and rule.stands == "closed"):
        return matter.closed
    if rule.day in (None, "done"):
        return row.day if isinstance(row, StepView | ActivityView) else matter.opened
    return _as_day(_values(row).get(str(rule.day)))


def _as_day(value: Value) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _grouped(rule: Tally, rows: Iterable[Row]) -> Records:
    """Number the groups: each record its own, or one for each value of a field."""
    found: Records = []
    numbers: dict[str, int] = {}
    for row in rows:
        ref = matter_of(row).ref
        if rule.each is None:
            found.append([ref, len(found)])
            continue
        for value in _each(_values(row).get(rule.each)):
            found.append([ref, numbers.setdefault(value, len(numbers))])
    return found


def _each(value: Value) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if one not in (None, ""):
            yield str(one)


def _days_between(
    matters: Iterable[MatterView], counted: set[str], first: str, last: str
) -> Iterator[list[str | int]]:
    for matter in matters:
        if matter.ref in counted:
            days = (_named_day(matter, first), _named_day(matter, last))
            if days[0] is not None and days[1] is not None:
                yield [matter.ref, (days[1] - days[0]).days]


def _named_day(matter: MatterView, name: str) -> date | None:
    known = {"opened": matter.opened, "closed": matter.closed}
    return known[name] if name in known else _as_day(matter.values.get(name))
