"""The ledger views: what counting rules read, and nothing else. Frozen rows, folded from entries.

| view | one row is | days it can be counted on |
| --- | --- | --- |
| matters | a matter with its stages and what its fields hold | opened, closed, a date field |
| steps | an action that took effect, with what the fields held then | done, a date field |
| clocks | a run of a time limit | started, due, stopped |
| parts | a body and its part in a matter | opened |
| children | a matter opened from another, and whether it is open | opened |
| activities | any entry: noted, returned, recused, attached, … | done |

A view is taken as of a page of the ledger: the same page always gives the same rows, whatever is
written later. Only lawful removal takes something away, and says so (`removed`). Rows hold what
fields hold, also above a reader's level: they are counted, never shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from paizhu.casework import access, rulebook
from paizhu.casework.models import Matter, Recusal
from paizhu.engine.clocks import due_of, is_kept
from paizhu.engine.entries import Entry, Value
from paizhu.engine.state import State, apply
from paizhu.ledger import chain
from paizhu.ledger.models import Entry as Page
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure

T = TypeVar("T")
BATCH = 500


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter: who holds it, its stages with the day each was entered, what its fields hold."""

    ref: str
    procedure: str
    #: `holder: (3,)`; a matter whose content was removed keeps its holder.
    parts: Mapping[str, tuple[int, ...]]
    opened: date
    stages: tuple[tuple[date, str], ...]
    #: The day it came to its end.
    closed: date | None
    values: Mapping[str, Value]
    removed: bool

    def stage_on(self, day: date) -> str:
        """Give the stage it stood in at the end of a day; empty before it was opened."""
        return next((stage for since, stage in reversed(self.stages) if since <= day), "")

    def is_open_on(self, day: date) -> bool:
        """Say whether it was opened by the end of a day and not closed by then."""
        return self.opened <= day and (self.closed is None or self.closed > day)


@dataclass(frozen=True, slots=True)
class StepView:
    """An action that took effect; `values` are the fields after it, corrections included."""

    matter: MatterView
    action: str
    day: date
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ClockView:
    """A run of a clock."""

    matter: MatterView
    clock: str
    started: date
    due: date | None
    stopped: date | None
    kept: bool | None

    def is_late_on(self, day: date) -> bool:
        """Say whether it ran past its due day and was still running at the end of `day`."""
        running = self.stopped is None or self.stopped > day
        return running and self.due is not None and self.due < day

    def is_running_on(self, day: date) -> bool:
        """Say whether it had started by the end of `day` and was still running."""
        return self.started <= day and (self.stopped is None or self.stopped > day)


@dataclass(frozen=True, slots=True)
class PartView:
    """A body's part in a matter."""

    matter: MatterView
    body: int
    part: str


@dataclass(frozen=True, slots=True)
class ChildView:
    """A matter opened from another: open, closed or excused."""

    matter: MatterView
    ref: str
    status: str


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One entry of the ledger."""

    matter: MatterView
    kind: str
    action: str
    day: date


@dataclass(frozen=True, slots=True)
class Views:
    """All views of some procedures, as of one page."""

    matters: tuple[MatterView, ...]
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]
    parts: tuple[PartView, ...]
    children: tuple[ChildView, ...]
    activities: tuple[ActivityView, ...]


def views(procedures: Collection[str], *, seq: int, known_to: Who | None = None) -> Views:
    """Give the views of these procedures as of page `seq`.

    With `known_to` only of what that reader may know of; without, everything, to be counted.
    """
    found = Matter.objects.all() if known_to is None else access.visible_to(known_to)
    rows = found.filter(procedure__in=sorted(procedures)).order_by("pk")
    folded = list(_folded(list(rows.values_list("ref", "body_id")), seq))
    return Views(
        matters=tuple(one.matter for one in folded),
        steps=tuple(step for one in folded for step in one.steps),
        clocks=tuple(clock for one in folded for clock in one.clocks),
        parts=tuple(part for one in folded for part in one.parts),
        children=tuple(child for one in folded for child in one.children),
        activities=tuple(act for one in folded for act in one.activities),
    )


def recused(who: Who) -> frozenset[str]:
    """Give the references a person must not learn of, whatever their post; never to be shown."""
    rows = Recusal.objects.filter(person_id=who.person)
    return frozenset(rows.values_list("matter__ref", flat=True))


# --- folding ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Folded:
    matter: MatterView
    steps: tuple[StepView, ...]
    clocks: tuple[ClockView, ...]
    parts: tuple[PartView, ...]
    children: tuple[ChildView, ...]
    activities: tuple[ActivityView, ...]


def _folded(rows: Sequence[tuple[str, int]], seq: int) -> Iterator[_Folded]:
    for some in _batches(rows):
        refs = [ref for ref, _ in some]
        lines = Page.objects.filter(matter__in=refs, seq__lte=seq).order_by("seq")
        entries: dict[str, list[Entry]] = {}
        for ref, header, payload in lines.values_list("matter", "header", "payload"):
            entries.setdefault(str(ref), []).append(chain.entry(header, payload))
        for ref, holder in some:
            if ref in entries:
                yield _fold(ref, holder, entries[ref])


def _fold(ref: str, holder: int, entries: Sequence[Entry]) -> _Folded:
    state, steps = State(), _Steps()
    stages: list[tuple[date, str]] = []
    for entry in entries:
        before = state
        state = apply(state, entry, rulebook.rules_of(entry.rules))
        if entry.stage and entry.stage != before.stage:
            stages.append((entry.day, entry.stage))
        steps.take(entry, before, state)
    rules = rulebook.rules_of(state.rules)
    matter = _matter(ref, holder, state, rules, tuple(stages))
    return _Folded(
        matter=matter,
        steps=tuple(StepView(matter, *step) for step in steps.found()),
        clocks=tuple(_clocks(matter, state, rules)),
        parts=tuple(
            PartView(matter, body, part) for part, some in matter.parts.items() for body in some
        ),
        children=tuple(ChildView(matter, child, how) for child, how in state.children.items()),
        activities=tuple(ActivityView(matter, e.kind, e.action, e.day) for e in entries),
    )


def _matter(
    ref: str,
    holder: int,
    state: State,
    rules: RunnableProcedure,
    stages: tuple[tuple[date, str], ...],
) -> MatterView:
    is_final = rules.spec.stages[state.stage].final
    return MatterView(
        ref=ref,
        procedure=rules.name,
        parts=state.parts or {"holder": (holder,)},
        opened=state.opened_day,
        stages=stages,
        closed=state.stage_day if is_final else None,
        values=state.values,
        removed=state.is_shredded,
    )


def _clocks(matter: MatterView, state: State, rules: RunnableProcedure) -> Iterator[ClockView]:
    for runs in state.clocks.values():
        for run in runs:
            due = due_of(run, rules)
            kept = None if run.is_running else is_kept(run, due)
            yield ClockView(matter, run.clock, run.start, due.date, run.stopped, kept)


class _Steps:
    """The steps of one matter; a correction reaches back to the step that wrote the field."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, date, Mapping[str, Value]]] = []
        self._written: dict[str, int] = {}

    def take(self, entry: Entry, before: State, after: State) -> None:
        """Take in one more entry."""
        payload = entry.payload or {}
        if entry.kind == "enacted":
            proposal = before.proposals.get(_number(payload.get("proposal")))
            values = proposal.values if proposal else payload.get("values")
            for name in values if isinstance(values, Mapping) else ():
                self._written[name] = len(self._steps)
            self._steps.append((entry.action, entry.day, after.values))
        elif entry.kind == "corrected" and payload:
            name, value = str(payload.get("field", "")), payload.get("value")
            for place in range(self._written.get(name, 0), len(self._steps)):
                action, day, values = self._steps[place]
                self._steps[place] = (action, day, {**values, name: value})

    def found(self) -> Sequence[tuple[str, date, Mapping[str, Value]]]:
        """Give action, day and values of each."""
        return self._steps


def _number(raw: Value) -> int:
    return raw if isinstance(raw, int) else 0


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
