"""The stages of a procedure as a graph: what can be reached, and on which way something is missed."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from paizhu.rules.conditions import Value, fields_of, outcomes
from paizhu.rules.fieldtypes import TYPES, possible_values
from paizhu.rules.spec import ActionSpec, ClockSpec, Condition, Procedure

#: Where a matter stands before it is opened.
NOWHERE: Final = ""
#: How many combinations of answers a proof follows; fields beyond are taken as able to hold
#: anything, which may report a way that cannot be gone but never overlooks one that can.
_COMBINATIONS: Final = 128


@dataclass(frozen=True, slots=True)
class Move:
    """An action that leads from one stage to another, or stays."""

    action: str
    source: str
    target: str


def moves(spec: Procedure) -> list[Move]:
    """Give every move, conditions left aside."""
    return [
        Move(name, source, target)
        for name, action in spec.actions.items()
        for source in sources(action)
        for target in targets(action, source)
    ]


def sources(action: ActionSpec) -> tuple[str, ...]:
    """Give the stages an action is taken in."""
    return (NOWHERE,) if action.opens else action.from_


def targets(action: ActionSpec, source: str) -> tuple[str, ...]:
    """Give the stages an action can lead to."""
    if action.to is None:
        return (source,)
    if isinstance(action.to, str):
        return (action.to,)
    return tuple(dict.fromkeys(target.stage for target in action.to))


def reachable(spec: Procedure, start: str = NOWHERE) -> set[str]:
    """Give every stage a matter can come to from `start`, itself included."""
    found, waiting = {start}, [start]
    along = moves(spec)
    while waiting:
        stage = waiting.pop()
        fresh = {move.target for move in along if move.source == stage} - found
        found |= fresh
        waiting += fresh
    return found


def way_without(spec: Procedure, action: str, field: str) -> tuple[str, ...] | None:
    """Give a way to `action` on which `field` need not have been answered; None when there is none.

    The form of the action itself counts, since it is read before the action takes effect.
    """
    if _surely_asks(spec, spec.actions[action], field):
        return None
    silent = [m for m in moves(spec) if not _surely_asks(spec, spec.actions[m.action], field)]
    ways: dict[str, tuple[str, ...]] = {NOWHERE: ()}
    waiting = deque([NOWHERE])
    while waiting:
        stage = waiting.popleft()
        for move in silent:
            if move.source == stage and move.target not in ways:
                ways[move.target] = (*ways[stage], move.action)
                waiting.append(move.target)
    return next((ways[s] for s in sources(spec.actions[action]) if s in ways), None)


def _surely_asks(spec: Procedure, action: ActionSpec, field: str) -> bool:
    declared = spec.fields.get(field)
    return bool(declared and declared.required and declared.when is None and field in action.form)


# --- answers ------------------------------------------------------------------------------------

Answers = dict[str, Value]


def finite_fields(spec: Procedure, conditions: Sequence[Condition | None]) -> list[str]:
    """Give the fields the conditions compare whose every value is known beforehand."""
    named = (one.field for condition in conditions for one in fields_of(condition))
    return [
        name
        for name in dict.fromkeys(named)
        if name in spec.fields and TYPES[spec.fields[name].type].is_finite
    ]


def answers(
    spec: Procedure, action: ActionSpec, before: Answers, *, followed: Collection[str]
) -> Iterator[Answers]:
    """Give every set of answers the followed fields can have after the form of `action`."""
    asked = [name for name in followed if name in action.form]
    domains = []
    for name in asked:
        field = spec.fields[name]
        domain: list[Value] = list(possible_values(field))
        if not field.required or field.when is not None:
            domain += [value for value in (before.get(name), None) if value not in domain]
        domains.append(domain)
    for chosen in product(*domains):
        after = before | dict(zip(asked, chosen, strict=True))
        if all(_can_be(spec, name, before, after, followed) for name in asked):
            yield after


def _can_be(
    spec: Procedure, name: str, before: Answers, after: Answers, followed: Collection[str]
) -> bool:
    """Say whether the form lets the field have this answer: asked or not, required or not."""
    field = spec.fields[name]
    asked = outcomes(field.when, after, unknown=unfollowed(spec, followed))
    answered = after[name] is not None
    return (True in asked and (answered or not field.required)) or (
        False in asked and after[name] == before.get(name)
    )


def unfollowed(spec: Procedure, followed: Collection[str]) -> frozenset[str]:
    """Give the fields that may hold anything."""
    return frozenset(spec.fields) - frozenset(followed)


def uncovered(spec: Procedure, name: str) -> list[Answers]:
    """Give the answers for which a list of conditional targets names no stage."""
    action = spec.actions[name]
    if action.to is None or isinstance(action.to, str):
        return []
    followed = finite_fields(spec, [target.when for target in action.to])
    unknown = unfollowed(spec, followed)
    missing = []
    for before in _known_before(spec, name, followed):
        for after in answers(spec, action, before, followed=followed):
            refused = any(
                r.when and outcomes(r.when, after, unknown=unknown) == {True}
                for r in action.refuses
            )
            possible = True in outcomes(action.when, before, unknown=unknown)
            held = any(outcomes(t.when, after, unknown=unknown) == {True} for t in action.to)
            if possible and not refused and not held and after not in missing:
                missing.append(after)
    return missing


def _known_before(spec: Procedure, name: str, followed: Sequence[str]) -> Iterator[Answers]:
    """Give every set of answers a matter can come with."""
    domains: list[list[Value]] = []
    for field in followed:
        asked_here = field in spec.actions[name].form
        domain: list[Value] = [] if asked_here else list(possible_values(spec.fields[field]))
        if asked_here or way_without(spec, name, field) is not None:
            domain.append(None)
        domains.append(domain)
    for chosen in product(*domains):
        yield dict(zip(followed, chosen, strict=True))


# --- clocks -------------------------------------------------------------------------------------

_Place = tuple[str, tuple[Value, ...], bool]


def way_past(spec: Procedure, clock: ClockSpec) -> tuple[str, ...] | None:
    """Give actions that lead to a final stage while `clock` still runs; None when there are none.

    Each stage is followed with each set of answers that conditions compare, running or not; so a
    way is reported only when its conditions can hold together.
    """
    followed = _followed(spec, clock)
    start: _Place = (NOWHERE, (None,) * len(followed), False)
    ways: dict[_Place, tuple[str, ...]] = {start: ()}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        for action, after in _steps(spec, clock, place, followed=followed):
            if after in ways:
                continue
            ways[after] = (*ways[place], action)
            if after[2] and spec.stages[after[0]].final:
                return ways[after]
            waiting.append(after)
    return None


def _followed(spec: Procedure, clock: ClockSpec) -> list[str]:
    conditions = [clock.when]
    for action in spec.actions.values():
        if action.to is not None and not isinstance(action.to, str):
            conditions += [target.when for target in action.to]
        conditions += [action.when, *(approval.when for approval in action.approvals)]
    followed: list[str] = []
    combinations = 1
    for name in finite_fields(spec, conditions):
        combinations *= len(possible_values(spec.fields[name])) + 1
        if combinations > _COMBINATIONS:
            break
        followed.append(name)
    return followed


def _steps(
    spec: Procedure, clock: ClockSpec, place: _Place, *, followed: Sequence[str]
) -> Iterator[tuple[str, _Place]]:
    """Give each action possible in a place, with where it leaves the matter and the clock."""
    stage, held, running = place
    before = dict(zip(followed, held, strict=True))
    unknown = unfollowed(spec, followed)
    for name, action in spec.actions.items():
        if stage not in sources(action) or True not in outcomes(
            action.when, before, unknown=unknown
        ):
            continue
        for after in answers(spec, action, before, followed=followed):
            if any(outcomes(r.when, after, unknown=unknown) == {True} for r in action.refuses):
                continue
            values = tuple(after[field] for field in followed)
            for target in _led_to(action, stage, after, unknown):
                for marks in _marks(name, action, after, unknown):
                    for runs in _running(clock, running, marks, (before, after), unknown):
                        yield name, (target, values, runs)


def _led_to(
    action: ActionSpec, stage: str, after: Answers, unknown: frozenset[str]
) -> Iterator[str]:
    if action.to is None or isinstance(action.to, str):
        yield from targets(action, stage)
        return
    for target in action.to:
        held = outcomes(target.when, after, unknown=unknown)
        if True in held:
            yield target.stage
        if held == {True}:
            return


def _marks(
    name: str, action: ActionSpec, after: Answers, unknown: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """Give what an action leaves behind: with signatures a proposal first, without only itself."""
    each = [outcomes(approval.when, after, unknown=unknown) for approval in action.approvals]
    if any(True in one for one in each):
        yield f"{name}.proposed", name
    if all(False in one for one in each):
        yield (name,)


def _running(
    clock: ClockSpec,
    running: bool,
    marks: Sequence[str],
    values: tuple[Answers, Answers],
    unknown: frozenset[str],
) -> set[bool]:
    """Say whether the clock can run after the marks; a proposal is judged by what was known before."""
    states = {running}
    for mark in marks:
        known = values[0] if mark.endswith(".proposed") else values[1]
        if mark in clock.stops:
            states = {False}
        if mark in clock.starts:
            starts = outcomes(clock.when, known, unknown=unknown)
            states = {runs or begins for runs in states for begins in starts}
    return states
