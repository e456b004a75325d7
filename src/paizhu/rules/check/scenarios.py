"""Scenarios: names in steps are those of the procedure, days go forward."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from paizhu.kernel.text import Text
from paizhu.rules.check.subject import ACTION, CLOCK, FIELD, PROCEDURE, ROLE, STAGE
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shelf import Filed, Shelf
from paizhu.rules.spec import (
    Attempt,
    DoesStep,
    Expectation,
    ExpectRefusedStep,
    ExpectStep,
    Procedure,
    Scenario,
    Step,
)
from paizhu.rules.tighten import tightened

_Named = tuple[tuple[object, ...], str, Iterable[str], Text]


def mistakes(shelf: Shelf) -> Iterator[Mistake]:
    """Report scenarios that could not run as they are written."""
    procedures = sorted({one.value.procedure for one in shelf.procedures})
    for filed in shelf.scenarios:
        name = filed.value.procedure
        if name not in procedures:
            say = unknown_name(PROCEDURE, name, procedures)
            yield filed.mistake("procedure", say=say, allowed=procedures)
            continue
        yield from _days(filed)
        spec = _in_force(shelf, filed.value)
        if spec is None:
            yield filed.mistake("steps", 0, say=Text(
                f"第一步的日期早于程序“{name}”的施行日。", f"The first day is before “{name}” takes effect."
            ))  # fmt: skip
        else:
            yield from _names(filed, spec)


def _dated(scenario: Scenario) -> list[tuple[int, date]]:
    """Give the day of each step that has one."""
    found = []
    for number, step in enumerate(scenario.steps):
        part = step.expect_refused if isinstance(step, ExpectRefusedStep) else step
        day = None if isinstance(part, ExpectStep) else part.date
        if day is not None:
            found.append((number, day))
    return found


def _days(filed: Filed[Scenario]) -> Iterator[Mistake]:
    dated = _dated(filed.value)
    for (_, before), (number, day) in pairwise(dated):
        if day < before:
            yield filed.mistake("steps", number, say=Text(
                f"日期（{day}）早于上一步（{before}）。", f"The day ({day}) is before that of the step above ({before})."
            ))  # fmt: skip


def _in_force(shelf: Shelf, scenario: Scenario) -> Procedure | None:
    first = next((day for _, day in _dated(scenario)), date.max)
    versions = [one.value for one in shelf.procedures if one.value.procedure == scenario.procedure]
    started = [one for one in versions if one.effective_from <= first]
    if not started:
        return None
    over = shelf.tightenings_of(scenario.procedure, first)
    latest = max(started, key=lambda one: one.effective_from)
    return tightened(latest, [one.value for one in over])


def _names(filed: Filed[Scenario], spec: Procedure) -> Iterator[Mistake]:
    for number, step in enumerate(filed.value.steps):
        for keys, name, names, what in _named(step, spec):
            if name not in names:
                say = unknown_name(what, name, names)
                yield filed.mistake("steps", number, *keys, say=say, allowed=tuple(names))


def _named(step: Step, spec: Procedure) -> Iterator[_Named]:
    if isinstance(step, ExpectStep):
        yield from _expected(step.expect, spec)
    elif isinstance(step, ExpectRefusedStep):
        yield from _attempted(step.expect_refused, spec)
    else:
        for key, value in step:
            if key in ("by", "recuses"):
                yield (key,), value.split(":")[0], spec.roles, ROLE
            elif key in ("does", "approves", "returns", "withdraws"):
                yield (key,), value, spec.actions, ACTION
        if isinstance(step, DoesStep) and step.does in spec.actions:
            for field in step.with_:
                yield ("with", field), field, (*spec.actions[step.does].form, "seats"), FIELD


def _attempted(attempt: Attempt, spec: Procedure) -> Iterator[_Named]:
    yield ("expect_refused", "by"), attempt.by.split(":")[0], spec.roles, ROLE
    for key in ("action", "approves"):
        name = getattr(attempt, key)
        if name is not None:
            yield ("expect_refused", key), name, spec.actions, ACTION


def _expected(expect: Expectation, spec: Procedure) -> Iterator[_Named]:
    if expect.stage is not None:
        yield ("expect", "stage"), expect.stage, spec.stages, STAGE
    for clock in expect.due:
        yield ("expect", "due", clock), clock, spec.clocks, CLOCK
    for key in ("met", "missed", "late"):
        for number, clock in enumerate(getattr(expect, key) or ()):
            yield ("expect", key, number), clock, spec.clocks, CLOCK
    for key in ("waiting_for", "stuck"):
        for number, role in enumerate(getattr(expect, key) or ()):
            yield ("expect", key, number), role, spec.roles, ROLE
    for role in expect.seats:
        yield ("expect", "seats", role), role, spec.roles, ROLE
