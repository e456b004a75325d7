"""What an action does to clocks: stop, pause, resume, prolong, start. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from paizhu.engine.entries import Entry
from paizhu.engine.shapes import ClockRun, Proposal, State
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ClockSpec


def mark(state: State, entry: Entry, mark: str, procedure: RunnableProcedure) -> State:
    """Stop, pause, resume, prolong and start the clocks this mark concerns, in that order.

    A day entered afterwards may only be against the one who enters it: starts and ends of pauses
    count from the day claimed, stops and beginnings of pauses from the day recorded.
    """
    clocks = None
    for name, spec in procedure.spec.clocks.items():
        runs = state.clocks.get(name, ())
        after = _marked(runs, spec, entry, mark)
        if mark in spec.starts and not (after and after[-1].is_running):
            after = _started(name, after, (entry.day, entry.at), state, procedure)
        if after is not runs:
            clocks = {**(clocks or state.clocks), name: after}
    return state.changed(clocks=clocks) if clocks else state


def _marked(
    runs: tuple[ClockRun, ...], spec: ClockSpec, entry: Entry, mark: str
) -> tuple[ClockRun, ...]:
    if not runs or not runs[-1].is_running:
        return runs
    last = runs[-1]
    recorded = entry.at.date()
    if mark in spec.stops:
        last = replace(last, stopped=recorded, stopped_at=entry.at)
        return (*runs[:-1], last)
    for pause in spec.pauses:
        if mark == pause.from_ and not last.is_paused:
            last = replace(last, pauses=(*last.pauses, (recorded, None)))
        elif mark == pause.until and last.is_paused:
            since = last.pauses[-1][0]
            last = replace(last, pauses=(*last.pauses[:-1], (since, max(since, entry.day))))
    if spec.extension and mark == spec.extension.action:
        last = replace(last, extensions=last.extensions + 1)
    return runs if last is runs[-1] else (*runs[:-1], last)


def _started(
    name: str,
    runs: tuple[ClockRun, ...],
    begun: tuple[date, datetime],
    state: State,
    procedure: RunnableProcedure,
) -> tuple[ClockRun, ...]:
    spec = procedure.spec.clocks[name]
    if not holds(spec.when, state.values):
        return runs
    start, at = begun
    counted = state.values.get(spec.counted_from) if spec.counted_from else None
    if isinstance(counted, str):
        start = date.fromisoformat(counted)
    agreed = _agreed(spec, state)
    if agreed is None and procedure.limit_of(name, start) is None:  # no figure in force on that day
        return runs
    return (*runs, ClockRun(name, len(runs) + 1, start, at, agreed=agreed))


def take_agreed_days(state: State, procedure: RunnableProcedure) -> State:
    """Let running clocks be due on the day that their field holds now; a new day warns anew."""
    for name, spec in procedure.spec.clocks.items():
        run = state.run(name) if spec.due else None
        agreed = _agreed(spec, state)
        if run is not None and run.is_running and agreed not in (None, run.agreed):
            moved = replace(run, agreed=agreed, warned=())
            state = state.changed(clocks={**state.clocks, name: (*state.clocks[name][:-1], moved)})
    return state


def _agreed(spec: ClockSpec, state: State) -> date | None:
    day = state.values.get(spec.due) if spec.due else None
    return date.fromisoformat(day) if isinstance(day, str) else None


def start_after_all(state: State, procedure: RunnableProcedure) -> State:
    """Start the clocks that did not start only because of a value that is corrected now.

    They count from the day of the act that starts them, so a wrong first entry gains no time.
    """
    for name, spec in procedure.spec.clocks.items():
        done = next((one for one in reversed(state.done) if one.action in spec.starts), None)
        if done is None or state.clocks.get(name):
            continue
        runs = _started(name, (), (done.day, done.at), state, procedure)
        if runs:
            run = _stopped_since(runs[0], spec, done.version, state)
            state = state.changed(clocks={**state.clocks, name: (run,)})
    return state


def _stopped_since(run: ClockRun, spec: ClockSpec, version: int, state: State) -> ClockRun:
    """Stop a run at once that something later would have stopped; else nothing ever would."""
    acts = [
        one.at
        for one in state.done
        if one.version > version and {one.action, f"{one.action}.proposed"} & set(spec.stops)
    ]
    waiting = [
        one.at
        for one in state.proposals.values()
        if one.id > version and f"{one.action}.proposed" in spec.stops
    ]
    since = sorted([*acts, *waiting])
    return replace(run, stopped=since[0].date(), stopped_at=since[0]) if since else run


def unmark(state: State, proposal: Proposal, procedure: RunnableProcedure) -> State:
    """Let clocks run on that the dropped proposal had stopped or paused; drop those it started."""
    mark = f"{proposal.action}.proposed"
    clocks = dict(state.clocks)
    for name, spec in procedure.spec.clocks.items():
        runs = clocks.get(name, ())
        if not runs:
            continue
        last = runs[-1]
        if mark in spec.stops and last.stopped_at == proposal.at:
            clocks[name] = (*runs[:-1], replace(last, stopped=None, stopped_at=None))
        elif mark in spec.starts and last.moment == proposal.at:
            clocks[name] = runs[:-1]
        elif any(pause.from_ == mark for pause in spec.pauses) and last.is_paused:
            clocks[name] = (*runs[:-1], replace(last, pauses=last.pauses[:-1]))
    return state.changed(clocks=clocks)
