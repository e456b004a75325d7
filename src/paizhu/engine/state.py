"""A matter as its entries leave it: `fold(entries)` and `apply(state, entry)`. Pure.

State keeps facts (when a clock started, what paused it), never results (when it is due): due days
come from `engine.clocks`, so that they can always be explained and never drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from paizhu.engine.entries import Entry, Value
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ClockSpec

RulesOf = Callable[[str], RunnableProcedure]
_NONE: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under a proposal."""

    role: str
    person: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action somebody proposed; `id` is the version of the entry that proposed it."""

    id: int
    action: str
    values: Mapping[str, Value]
    seats: tuple[str, ...]
    person: str
    name: str
    at: datetime
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of a clock; the same clock may run again later in the same matter."""

    clock: str
    run: int
    #: The day the counting starts from; may be the day of receipt, before the entry.
    start: date
    #: The moment it started, for limits in hours.
    moment: datetime
    pauses: tuple[tuple[date, date | None], ...] = ()
    extensions: int = 0
    stopped: date | None = None
    stopped_at: datetime | None = None
    warned: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        return self.stopped is None

    @property
    def is_paused(self) -> bool:
        return self.is_running and bool(self.pauses) and self.pauses[-1][1] is None


@dataclass(frozen=True, slots=True)
class Link:
    """Another matter this one is tied to; `relation` is parent, child or related."""

    ref: str
    relation: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Done:
    """An action that took effect: who, when, with which entry."""

    action: str
    person: str
    day: date
    version: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything the engine knows of a matter."""

    ref: str = ""
    rules: str = ""
    stage: str = ""
    version: int = 0
    opened_day: date = date.min
    values: Mapping[str, Value] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    seats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recused: frozenset[str] = frozenset()
    proposals: Mapping[int, Proposal] = field(default_factory=dict)
    clocks: Mapping[str, tuple[ClockRun, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    issued: tuple[tuple[str, str], ...] = ()
    done: tuple[Done, ...] = ()
    last_day: date = date.min
    #: The content was lawfully removed; only what stands in headers is known.
    is_shredded: bool = False

    def running(self) -> Iterable[ClockRun]:
        """Give the runs that have not been stopped."""
        return (runs[-1] for runs in self.clocks.values() if runs and runs[-1].is_running)

    def run(self, clock: str, number: int | None = None) -> ClockRun | None:
        """Give a run of a clock, the last one by default."""
        runs = self.clocks.get(clock, ())
        if number is None:
            return runs[-1] if runs else None
        return next((run for run in runs if run.run == number), None)


def fold(entries: Iterable[Entry], rules_of: RulesOf) -> State:
    """Give the state after all entries, each applied under the text it names."""
    state = State()
    for entry in entries:
        state = apply(state, entry, rules_of(entry.rules))
    return state


def apply(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """Give the state after one more entry."""
    state = replace(
        state,
        version=entry.version,
        stage=entry.stage or state.stage,
        rules=entry.rules,
        last_day=entry.day,
        opened_day=entry.day if state.version == 0 else state.opened_day,
    )
    if entry.payload is None:
        return replace(state, is_shredded=True)
    change = _CHANGES.get(entry.kind)
    return change(state, entry, procedure) if change else state


# --- what each kind does ------------------------------------------------------------------------


def _enacted(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    proposal = state.proposals.get(_int(payload.get("proposal")))
    values = proposal.values if proposal else _mapping(payload.get("values"))
    seats = proposal.seats if proposal else _texts(payload.get("seats"))
    action = procedure.spec.actions.get(entry.action)
    changed: dict[str, object] = {"values": {**state.values, **values}}
    if proposal:
        changed["proposals"] = {k: p for k, p in state.proposals.items() if k != proposal.id}
    if action and action.assigns and seats:
        changed["seats"] = {**state.seats, action.assigns: seats}
    named = {part: _ints(bodies) for part, bodies in _mapping(payload.get("parts")).items()}
    changed["parts"] = {**state.parts, **named}
    if action and action.opens:
        changed["ref"] = str(payload.get("number", ""))
        parent = payload.get("parent")
        if isinstance(parent, str) and parent:
            changed["links"] = (*state.links, Link(parent, "parent", ""))
    # The person who acted is the proposer: signing is not acting.
    actor = proposal.person if proposal else entry.person
    changed["done"] = (*state.done, Done(entry.action, actor, entry.day, entry.version))
    state = replace(state, **changed)  # type: ignore[arg-type]
    return _mark(state, entry, entry.action, procedure)


def _proposed(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    proposal = Proposal(
        id=entry.version,
        action=entry.action,
        values=_mapping(payload.get("values")),
        seats=_texts(payload.get("seats")),
        person=entry.person,
        name=entry.name,
        at=entry.at,
    )
    state = replace(state, proposals={**state.proposals, proposal.id: proposal})
    return _mark(state, entry, f"{entry.action}.proposed", procedure)


def _approved(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    proposal = state.proposals.get(_int(payload.get("proposal")))
    if proposal is None:
        return state
    signature = Signature(str(payload.get("role", "")), entry.person, entry.name, entry.at)
    signed = replace(proposal, signatures=(*proposal.signatures, signature))
    return replace(state, proposals={**state.proposals, proposal.id: signed})


def _dropped(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """A proposal was returned or withdrawn: clocks it had stopped run on."""
    number = _int((entry.payload or _NONE).get("proposal"))
    proposal = state.proposals.get(number)
    if proposal is None:
        return state
    rest = {key: other for key, other in state.proposals.items() if key != number}
    return _unmark(replace(state, proposals=rest), proposal, procedure)


def _assigned(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    role, persons = str(payload.get("role", "")), _texts(payload.get("persons"))
    if payload.get("substitute"):
        return replace(state, substitutes={**state.substitutes, role: persons})
    return replace(state, seats={**state.seats, role: persons})


def _recused(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """Whoever is recused loses seats, open proposals and open signatures."""
    person = str((entry.payload or _NONE).get("person", ""))
    mine = [p for p in state.proposals.values() if p.person == person]
    others = {
        key: replace(
            proposal, signatures=tuple(s for s in proposal.signatures if s.person != person)
        )
        for key, proposal in state.proposals.items()
        if proposal.person != person
    }
    state = replace(
        state,
        recused=state.recused | {person},
        seats=_without(state.seats, person),
        substitutes=_without(state.substitutes, person),
        proposals=others,
    )
    for proposal in mine:
        state = _unmark(state, proposal, procedure)
    return state


def _issued(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    line = (str(payload.get("document", "")), str(payload.get("number", "")))
    return replace(state, issued=(*state.issued, line))


def _linked(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    link = Link(
        str(payload.get("ref", "")),
        str(payload.get("relation", "related")),
        str(payload.get("procedure", "")),
    )
    return replace(state, links=(*state.links, link))


def _warned(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    clock, number = str(payload.get("clock", "")), _int(payload.get("run"))
    threshold = str(payload.get("threshold", ""))
    runs = tuple(
        replace(run, warned=(*run.warned, threshold)) if run.run == number else run
        for run in state.clocks.get(clock, ())
    )
    return replace(state, clocks={**state.clocks, clock: runs})


def _corrected(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """A corrected day of receipt moves the start of the clocks that count from it."""
    payload = entry.payload or _NONE
    name, value = str(payload.get("field", "")), payload.get("value")
    clocks = dict(state.clocks)
    for clock, spec in procedure.spec.clocks.items():
        runs = clocks.get(clock, ())
        if spec.counted_from == name and runs and runs[-1].is_running and isinstance(value, str):
            clocks[clock] = (*runs[:-1], replace(runs[-1], start=date.fromisoformat(value)))
    return replace(state, values={**state.values, name: value}, clocks=clocks)


_CHANGES: Mapping[str, Callable[[State, Entry, RunnableProcedure], State]] = {
    "enacted": _enacted,
    "proposed": _proposed,
    "approved": _approved,
    "returned": _dropped,
    "withdrawn": _dropped,
    "assigned": _assigned,
    "recused": _recused,
    "issued": _issued,
    "linked": _linked,
    "warned": _warned,
    "corrected": _corrected,
}


# --- clocks -------------------------------------------------------------------------------------


def _mark(state: State, entry: Entry, mark: str, procedure: RunnableProcedure) -> State:
    """Stop, pause, resume, prolong and start the clocks this mark concerns, in that order.

    A day entered afterwards may only be against the one who enters it: starts and ends of pauses
    count from the day claimed, stops and beginnings of pauses from the day recorded.
    """
    clocks = None
    for name, spec in procedure.spec.clocks.items():
        runs = state.clocks.get(name, ())
        after = _marked(runs, spec, entry, mark)
        if mark in spec.starts and not (after and after[-1].is_running):
            after = _started(name, after, spec, entry, state, procedure)
        if after is not runs:
            clocks = {**(clocks or state.clocks), name: after}
    return replace(state, clocks=clocks) if clocks else state


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
    spec: ClockSpec,
    entry: Entry,
    state: State,
    procedure: RunnableProcedure,
) -> tuple[ClockRun, ...]:
    if not holds(spec.when, state.values):
        return runs
    start = entry.day
    counted = state.values.get(spec.counted_from) if spec.counted_from else None
    if isinstance(counted, str):
        start = date.fromisoformat(counted)
    if procedure.limit_of(name, start) is None:  # no figure in force on that day
        return runs
    return (*runs, ClockRun(name, len(runs) + 1, start, entry.at))


def _unmark(state: State, proposal: Proposal, procedure: RunnableProcedure) -> State:
    """Let clocks run on that the dropped proposal had stopped, and drop those it had started."""
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
    return replace(state, clocks=clocks)


# --- reading payloads ---------------------------------------------------------------------------


def _without(seats: Mapping[str, tuple[str, ...]], person: str) -> dict[str, tuple[str, ...]]:
    return {role: tuple(p for p in persons if p != person) for role, persons in seats.items()}


def _mapping(raw: Value) -> Mapping[str, Value]:
    return raw if isinstance(raw, dict) else _NONE


def _texts(raw: Value) -> tuple[str, ...]:
    return tuple(str(item) for item in raw) if isinstance(raw, list) else ()


def _ints(raw: Value) -> tuple[int, ...]:
    return (
        tuple(int(item) for item in raw if isinstance(item, int)) if isinstance(raw, list) else ()
    )


def _int(raw: Value) -> int:
    return raw if isinstance(raw, int) else 0
