"""Run a scenario, a lawyer's test of a procedure, through the same steps everything else uses.

Posts are held by one person each, named after the role; seats are filled by persons named after
the role and a number. Nothing is stored: entries live in a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from paizhu.engine import rights, steps
from paizhu.engine.clocks import standings
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When
from paizhu.engine.state import State, apply, fold
from paizhu.kernel.errors import Refused
from paizhu.rules import forms
from paizhu.rules.rulebook import FiledScenario, Rulebook, RunnableProcedure
from paizhu.rules.spec import (
    ApprovesStep,
    Attempt,
    DoesStep,
    Expectation,
    ExpectRefusedStep,
    ExpectStep,
    RecusesStep,
    ReturnsStep,
    WithdrawsStep,
)

#: Scenarios are told in the time of the place; the hour does not matter to dated limits.
_PLACE = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that went otherwise than written."""

    file: str
    line: int
    step: int
    say: str


@dataclass(slots=True)
class Run:
    """A scenario while it runs."""

    procedure: RunnableProcedure
    state: State = field(default_factory=State)
    entries: list[Entry] = field(default_factory=list)
    on: date = date.min


def run(filed: FiledScenario, book: Rulebook) -> list[Failure]:
    """Run one scenario; give what differed, nothing when all held."""
    scenario = filed.scenario
    first = next((s.date for s in scenario.steps if isinstance(s, DoesStep)), None)
    if first is None:
        return [Failure(filed.file, 1, 0, "a scenario needs a step that opens the matter")]
    running = Run(book.procedure(scenario.procedure, on=first), on=first)
    if not any(one.opens and one.by for one in running.procedure.spec.actions.values()):
        return []  # closed here: nobody opens one
    failures = []
    for number, step in enumerate(scenario.steps):
        try:
            said = _STEPS[type(step)](running, step)
        except Refused as refused:
            said = [f"refused: {refused.say.zh} / {refused.say.en} {_fields(refused)}"]
        line = filed.lines[number] if number < len(filed.lines) else 1
        failures += [Failure(filed.file, line, number + 1, words) for words in said]
        if said:
            break
    if not failures and fold(running.entries, lambda _: running.procedure) != running.state:
        failures.append(Failure(filed.file, 1, 0, "folding all entries gives another state"))
    return failures


def run_all(book: Rulebook, only: Iterable[str] | None = None) -> tuple[int, list[Failure]]:
    """Run every scenario of a rulebook, or of the named procedures; give how many, and failures."""
    chosen = [s for s in book.scenarios if only is None or s.scenario.procedure in set(only)]
    return len(chosen), [failure for filed in chosen for failure in run(filed, book)]


# --- steps --------------------------------------------------------------------------------------


def _does(running: Run, step: DoesStep) -> list[str]:
    running.on = step.date
    _write(running, _drafts(running, step.by, step.does, step.with_, step.date))
    return []


def _drafts(running: Run, by: str, action: str, raw: Mapping[str, Any], day: date) -> list[Entry]:
    procedure, spec = running.procedure, running.procedure.spec
    declared = spec.actions.get(action)
    when = _when(day)
    named = declared.form if declared else ()
    plain = {key: value for key, value in raw.items() if key != "seats"}
    values = forms.read(spec.fields, named, plain, known=dict(running.state.values))
    if declared and declared.opens:
        payload: dict[str, Value] = {"values": values, "number": "T-1", "parts": _parts(procedure)}
        return steps.opening(procedure, action, _actor(running, by), payload=payload, when=when)
    seats: Sequence[str] = raw.get("seats") or ()
    if declared and declared.assigns and not seats:
        role = spec.roles[declared.assigns]
        seats = [f"{declared.assigns}-{number + 1}" for number in range(role.at_least)]
    actor = _actor(running, by)
    return steps.act(running.state, procedure, actor, action, values=values, seats=seats, when=when)


def _approves(running: Run, step: ApprovesStep) -> list[str]:
    running.on = step.date
    _write(
        running,
        steps.approve(
            running.state,
            running.procedure,
            _actor(running, step.by),
            _proposal(running, step.approves),
            when=_when(step.date),
        ),
    )
    return []


def _returns(running: Run, step: ReturnsStep) -> list[str]:
    running.on = step.date
    _write(
        running,
        steps.give_back(
            running.state,
            running.procedure,
            _actor(running, step.by),
            _proposal(running, step.returns),
            reasons=str(step.with_.get("reasons", "—")),
            when=_when(step.date),
        ),
    )
    return []


def _withdraws(running: Run, step: WithdrawsStep) -> list[str]:
    running.on = step.date
    _write(
        running,
        steps.withdraw(
            running.state,
            running.procedure,
            _actor(running, step.by),
            _proposal(running, step.withdraws),
            reasons="—",
            when=_when(step.date),
        ),
    )
    return []


def _recuses(running: Run, step: RecusesStep) -> list[str]:
    running.on = step.date
    person = _person(running, step.recuses)
    payload: dict[str, Value] = {"person": person, "reasons": step.reasons, "cause": "declared"}
    _write(
        running,
        [
            steps.by_rule(
                running.state, running.procedure, "recused", payload=payload, when=_when(step.date)
            )
        ],
    )
    return []


def _expect(running: Run, step: ExpectStep) -> list[str]:
    return _differences(running, step.expect)


def _expect_refused(running: Run, step: ExpectRefusedStep) -> list[str]:
    attempt = step.expect_refused
    before = list(running.entries)
    try:
        _attempted(running, attempt)
    except Refused as refused:
        running.entries[:] = before
        return _wrong_refusal(attempt, refused)
    return [f"{attempt.action or attempt.approves} by {attempt.by} was not refused"]


def _attempted(running: Run, attempt: Attempt) -> None:
    day = attempt.date or running.on
    if attempt.approves:
        actor, proposal = _actor(running, attempt.by), _proposal(running, attempt.approves)
        steps.approve(running.state, running.procedure, actor, proposal, when=_when(day))
    else:
        _drafts(running, attempt.by, attempt.action or "", attempt.with_, day)


def _wrong_refusal(attempt: Attempt, refused: Refused) -> list[str]:
    said = f"{refused.say.zh} {refused.say.en} {_fields(refused)}"
    found = []
    if attempt.reason and attempt.reason not in said:
        found.append(f"refused with “{said.strip()}”, which lacks “{attempt.reason}”")
    if attempt.basis and attempt.basis != refused.basis:
        found.append(f"refused by {refused.basis or 'no provision'}, not by {attempt.basis}")
    return found


_STEPS: Mapping[type, Callable[[Run, Any], list[str]]] = {
    DoesStep: _does,
    ApprovesStep: _approves,
    ReturnsStep: _returns,
    WithdrawsStep: _withdraws,
    RecusesStep: _recuses,
    ExpectStep: _expect,
    ExpectRefusedStep: _expect_refused,
}


# --- expectations -------------------------------------------------------------------------------


def _differences(running: Run, expect: Expectation) -> list[str]:
    state, procedure = running.state, running.procedure
    found = {standing.clock: standing for standing in standings(state, procedure, on=running.on)}
    said = []
    if expect.stage is not None and state.stage != expect.stage:
        said.append(f"stage is {state.stage}, not {expect.stage}")
    for clock, day in expect.due.items():
        due = found[clock].due.date if clock in found else None
        if due != day:
            said.append(f"{clock} is due {due}, not {day}")
    for status in ("met", "missed", "late"):
        wanted = getattr(expect, status)
        for clock in wanted or ():
            is_now = found[clock].status if clock in found else "not started"
            if is_now != status:
                said.append(f"{clock} is {is_now}, not {status}")
    waiting = _waiting_for(running)
    if expect.waiting_for is not None and set(expect.waiting_for) != waiting:
        said.append(f"waits for {sorted(waiting)}, not {sorted(expect.waiting_for)}")
    if expect.number is not None and state.ref != expect.number:
        said.append(f"number is {state.ref}, not {expect.number}")
    for role, seats in expect.seats.items():
        if len(state.seats.get(role, ())) != seats:
            said.append(f"{role} has {len(state.seats.get(role, ()))} seats, not {seats}")
    if expect.stuck is not None:
        stuck = {s.role for s in rights.stuck(state, procedure, _holders(procedure))}
        if stuck != set(expect.stuck):
            said.append(f"nobody may sign for {sorted(stuck)}, not {sorted(expect.stuck)}")
    return said


def _waiting_for(running: Run) -> set[str]:
    needed = (
        rights.next_approval(proposal, running.state, running.procedure)
        for proposal in running.state.proposals.values()
    )
    return {approval.by for approval in needed if approval}


# --- people of a scenario -----------------------------------------------------------------------


def _holders(procedure: RunnableProcedure) -> dict[str, frozenset[str]]:
    return {
        name: frozenset({name})
        for name, role in procedure.spec.roles.items()
        if role.held_by == "post"
    }


def _actor(running: Run, by: str) -> Actor:
    """Give the person a scenario names: a post, or a seat such as `handler:2`."""
    name = by.partition(":")[0]
    role = running.procedure.spec.roles.get(name)
    if role is not None and role.held_by == "post":
        return Actor(by, by, {name: f"{name}@test"})
    return Actor(_person(running, by), by, {})


def _person(running: Run, by: str) -> str:
    name, _, number = by.partition(":")
    role = running.procedure.spec.roles.get(name)
    if role is None or role.held_by == "post":
        return by
    place = int(number or 1)
    seated = running.state.seats.get(name, ())
    return seated[place - 1] if place <= len(seated) else f"{name}-{place}"


def _parts(procedure: RunnableProcedure) -> dict[str, Value]:
    parts = dict.fromkeys(role.at for role in procedure.spec.roles.values())
    return {part: [number] for number, part in enumerate(["holder", *parts], start=1)}


def _proposal(running: Run, action: str) -> int:
    found = [p.id for p in running.state.proposals.values() if p.action == action]
    return found[-1] if found else 0


def _when(day: date) -> When:
    return When(datetime(day.year, day.month, day.day, 10, tzinfo=_PLACE), day)


def _write(running: Run, drafts: Sequence[Entry]) -> None:
    """Apply drafts; a field that recuses keeps out the person it names, as at the door."""
    for draft in drafts:
        entry = replace(draft, version=running.state.version + 1)
        running.state = apply(running.state, entry, running.procedure)
        running.entries.append(entry)
        values = (entry.payload or {}).get("values")
        named = values if isinstance(values, dict) else {}
        for name, spec in running.procedure.spec.fields.items():
            person = named.get(name)
            if spec.recuses and isinstance(person, str) and person not in running.state.recused:
                payload: dict[str, Value] = {"person": person, "reasons": "", "cause": "named"}
                when = When(entry.at, entry.day)
                recusal = steps.by_rule(
                    running.state, running.procedure, "recused", payload=payload, when=when
                )
                running.state = apply(running.state, recusal, running.procedure)
                running.entries.append(recusal)


def _fields(refused: Refused) -> str:
    fields = getattr(refused, "fields", {})
    return "; ".join(f"{name}: {say.zh} {say.en}" for name, say in fields.items())
