"""Scripts of stories: the scenarios that lawyers wrote for each procedure, told again with people.

A scenario says who does what in which order and after how many days, with values that fit one
another. Nothing here knows a procedure; a procedure that is added brings its own stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from paizhu.engine.state import State
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import FiledScenario, Rulebook
from paizhu.rules.spec import (
    ApprovesStep,
    DoesStep,
    Procedure,
    RecusesStep,
    ReturnsStep,
    WithdrawsStep,
)

#: After how many working days, at most, a matter that was left is taken up again.
_SOON = 20


@dataclass(frozen=True, slots=True)
class Beat:
    """One act of a script: days after the act before, by which role, what, with which values."""

    days: int
    day: date
    by: str
    action: str
    raw: Mapping[str, object]
    #: What becomes of it after so many signatures: "", "returned" or "withdrawn".
    fate: str = ""
    signed: int = 0
    #: Why it is returned, or why the person of role `by` stands aside (then `action` is empty).
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The acts of one scenario, from the one that opens the matter."""

    beats: tuple[Beat, ...]
    #: The version of the procedure it was written for.
    version: date
    #: Whether the matter is closed after the last act.
    is_whole: bool


class Library:
    """The scripts of each procedure."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    @cached_property
    def _of(self) -> dict[str, list[Script]]:
        found: dict[str, list[Script]] = {}
        for filed in self._book.scenarios:
            name = filed.scenario.procedure
            script = _script(filed, self._book)
            if script is not None:
                found.setdefault(name, []).append(script)
        return found

    def of(self, procedure: Procedure) -> list[Script]:
        """Give the scripts of a version of a procedure, in the order of its files."""
        every = self._of.get(procedure.procedure, [])
        same = [script for script in every if script.version == procedure.effective_from]
        return same or every

    def onward(self, procedure: Procedure, state: State) -> list[tuple[Beat, ...]]:
        """Give the ends of scripts that go on from where a matter stands; of whole ones if any."""
        whole: list[tuple[Beat, ...]] = []
        others: list[tuple[Beat, ...]] = []
        for script in self.of(procedure):
            fitting = (
                place
                for place, beat in enumerate(script.beats)
                if place and is_open(procedure, beat, state)
            )
            place = next(fitting, 0)
            if place:
                first = script.beats[place]
                first = replace(first, days=min(first.days, _SOON))
                (whole if script.is_whole else others).append((first, *script.beats[place + 1 :]))
        return whole or others


def is_open(procedure: Procedure, beat: Beat, state: State) -> bool:
    """Say whether an act belongs to the stage a matter is in."""
    action = procedure.actions.get(beat.action)
    return action is not None and state.stage in action.from_ and holds(action.when, state.values)


def _script(filed: FiledScenario, book: Rulebook) -> Script | None:
    """Turn the steps of a scenario into beats; None where nothing happens but refusals."""
    beats: list[Beat] = []
    before: date | None = None
    for step in filed.scenario.steps:
        if isinstance(step, DoesStep):
            days = 0 if before is None else _working(before, step.date)
            beats.append(Beat(days, step.date, step.by, step.does, dict(step.with_)))
        elif isinstance(step, RecusesStep):
            days = 0 if before is None else _working(before, step.date)
            reasons = step.reasons or "与当事人有其他关系，可能影响公正处理。"
            beats.append(Beat(days, step.date, step.recuses, "", {}, reasons=reasons))
        elif beats and isinstance(step, ApprovesStep):
            beats[-1] = replace(beats[-1], signed=beats[-1].signed + 1)
        elif beats and isinstance(step, ReturnsStep):
            reasons = str(step.with_.get("reasons", "请补充后再报。"))
            beats[-1] = replace(beats[-1], fate="returned", reasons=reasons)
        elif beats and isinstance(step, WithdrawsStep):
            beats[-1] = replace(beats[-1], fate="withdrawn")
        before = getattr(step, "date", before)
    if not beats or not beats[0].action:
        return None
    spec = book.procedure(filed.scenario.procedure, on=beats[0].day).spec
    return Script(tuple(beats), spec.effective_from, _ends(spec, beats[-1]))


def _ends(spec: Procedure, last: Beat) -> bool:
    action = spec.actions.get(last.action)
    if action is None or action.to is None or last.fate:
        return False
    targets = [action.to] if isinstance(action.to, str) else [one.stage for one in action.to]
    return any(spec.stages[target].final for target in targets)


def _working(before: date, after: date) -> int:
    """Give about how many working days lie between."""
    return max(0, round((after - before).days * 5 / 7))
