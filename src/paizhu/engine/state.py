"""A matter as its entries leave it: `fold(entries)` and `apply(state, entry)`. Pure.

State keeps facts (when a clock started, what paused it), never results (when it is due): due days
come from `engine.clocks`, so that they can always be explained and never drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from paizhu.engine import marks
from paizhu.engine.entries import Entry, Value
from paizhu.engine.shapes import (
    ClockRun,
    Done,
    Grant,
    Link,
    Proposal,
    Signature,
    State,
)
from paizhu.kernel.digest import canonical, digest
from paizhu.rules.rulebook import RunnableProcedure

__all__ = [
    "ClockRun", "Done", "Grant", "Link", "Proposal", "RulesOf", "Signature", "State", "apply",
    "fold", "sent_digest",
]  # fmt: skip
RulesOf = Callable[[str], RunnableProcedure]
_NONE: Mapping[str, Value] = MappingProxyType({})


def fold(entries: Iterable[Entry], rules_of: RulesOf) -> State:
    """Give the state after all entries, each applied under the text it names."""
    state = State()
    for entry in entries:
        state = apply(state, entry, rules_of(entry.rules))
    return state


def apply(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """Give the state after one more entry."""
    state = state.changed(
        version=entry.version,
        stage=entry.stage or state.stage,
        rules=entry.rules,
        stage_day=entry.day if entry.stage not in ("", state.stage) else state.stage_day,
        opened_day=entry.day if state.version == 0 else state.opened_day,
    )
    if entry.payload is None:
        return state.changed(is_shredded=True)
    change = _CHANGES.get(entry.kind)
    return change(state, entry, procedure) if change else state


# --- what each kind does ------------------------------------------------------------------------


def _enacted(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    proposal = state.proposals.get(_int(payload.get("proposal")))
    values = proposal.values if proposal else _mapping(payload.get("values"))
    seats = proposal.seats if proposal else _texts(payload.get("seats"))
    action = procedure.spec.actions.get(entry.action)
    state = marks.take_agreed_days(state.changed(values={**state.values, **values}), procedure)
    if proposal:
        left = {k: p for k, p in state.proposals.items() if k != proposal.id}
        state = state.changed(proposals=left)
    if action and action.assigns and seats:
        state = state.changed(seats={**state.seats, action.assigns: seats})
    if action and action.opens:
        state = _opened(state, payload)
    if action and action.excuses:
        excused = {str(state.values.get(action.excuses)): "excused"}
        state = state.changed(children={**state.children, **excused})
    state = _with_parts(state, values, procedure)
    if procedure.spec.hand_over and entry.action == procedure.spec.hand_over.offer:
        state = state.changed(sent=sent_digest(state.values, procedure))
    # The person who acted is the proposer: signing is not acting.
    actor = proposal.person if proposal else entry.person
    signers = tuple(signature.person for signature in proposal.signatures) if proposal else ()
    done = Done(entry.action, actor, entry.day, entry.version, entry.at, signers)
    state = state.changed(done=(*state.done, done))
    return marks.mark(state, entry, entry.action, procedure)


def _opened(state: State, payload: Mapping[str, Value]) -> State:
    parts = {part: _ints(bodies) for part, bodies in _mapping(payload.get("parts")).items()}
    parent = payload.get("parent")
    links = state.links
    if isinstance(parent, str) and parent:
        links = (*links, Link(parent, "parent", ""))
    return state.changed(
        ref=str(payload.get("number", "")),
        source=str(payload.get("source", "")),
        parts=parts,
        links=links,
    )


def _with_parts(state: State, values: Mapping[str, Value], procedure: RunnableProcedure) -> State:
    """Let bodies that fields name take, prolong or leave a part."""
    parts, ends = dict(state.parts), dict(state.part_ends)
    for name, spec in procedure.spec.fields.items():
        for body in _bodies(values.get(name)) if name in values else ():
            if spec.part:
                parts[spec.part] = tuple(dict.fromkeys((*parts.get(spec.part, ()), body)))
                until = values.get(spec.part_until) if spec.part_until else None
                ends.pop(f"{spec.part}:{body}", None)
                if isinstance(until, str):
                    ends[f"{spec.part}:{body}"] = date.fromisoformat(until)
            if spec.ends_part:
                left = tuple(b for b in parts.get(spec.ends_part, ()) if b != body)
                parts[spec.ends_part] = left
    return state.changed(parts=parts, part_ends=ends)


def sent_digest(values: Mapping[str, Value], procedure: RunnableProcedure) -> str:
    """Give the digest of exactly what a hand-over sends: the receipt both sides hold."""
    hand_over = procedure.spec.hand_over
    sent = {name: values.get(name) for name in hand_over.sends} if hand_over else {}
    return digest(canonical(sent))


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
    state = state.changed(proposals={**state.proposals, proposal.id: proposal})
    return marks.mark(state, entry, f"{entry.action}.proposed", procedure)


def _approved(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    proposal = state.proposals.get(_int(payload.get("proposal")))
    if proposal is None:
        return state
    signature = Signature(str(payload.get("role", "")), entry.person, entry.name, entry.at)
    signed = replace(proposal, signatures=(*proposal.signatures, signature))
    return state.changed(proposals={**state.proposals, proposal.id: signed})


def _dropped(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """A proposal was returned or withdrawn: clocks it had stopped run on."""
    number = _int((entry.payload or _NONE).get("proposal"))
    proposal = state.proposals.get(number)
    if proposal is None:
        return state
    rest = {key: other for key, other in state.proposals.items() if key != number}
    return marks.unmark(state.changed(proposals=rest), proposal, procedure)


def _assigned(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    role, persons = str(payload.get("role", "")), _texts(payload.get("persons"))
    until = payload.get("until")
    if isinstance(until, str):
        grants = tuple(Grant(person, datetime.fromisoformat(until)) for person in persons)
        return state.changed(grants=(*state.grants, *grants))
    if payload.get("substitute"):
        return state.changed(substitutes={**state.substitutes, role: persons})
    return state.changed(seats={**state.seats, role: persons})


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
    state = state.changed(
        recused=state.recused | {person},
        seats=_without(state.seats, person),
        substitutes=_without(state.substitutes, person),
        grants=tuple(grant for grant in state.grants if grant.person != person),
        proposals=others,
    )
    for proposal in mine:
        state = marks.unmark(state, proposal, procedure)
    return state


def _issued(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    line = (str(payload.get("document", "")), str(payload.get("number", "")))
    return state.changed(issued=(*state.issued, line))


def _linked(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    ref, relation = str(payload.get("ref", "")), str(payload.get("relation", "related"))
    if relation == "closed":  # a matter opened from here came to its end
        return state.changed(children={**state.children, ref: "closed"})
    link = Link(ref, relation, str(payload.get("procedure", "")))
    children = {**state.children, ref: "open"} if relation == "child" else state.children
    return state.changed(links=(*state.links, link), children=children)


def _warned(state: State, entry: Entry, _procedure: RunnableProcedure) -> State:
    payload = entry.payload or _NONE
    clock, number = str(payload.get("clock", "")), _int(payload.get("run"))
    threshold = str(payload.get("threshold", ""))
    runs = tuple(
        replace(run, warned=(*run.warned, threshold)) if run.run == number else run
        for run in state.clocks.get(clock, ())
    )
    return state.changed(clocks={**state.clocks, clock: runs})


def _corrected(state: State, entry: Entry, procedure: RunnableProcedure) -> State:
    """A corrected day of receipt moves the start of the clocks that count from it.

    What is corrected may also be the recusal of a namesake: then `field` is the person.
    """
    payload = entry.payload or _NONE
    name, value = str(payload.get("field", "")), payload.get("value")
    if name in state.recused:  # a namesake; no field is called like the key of a person
        return state.changed(recused=state.recused - {name})
    clocks = dict(state.clocks)
    for clock, spec in procedure.spec.clocks.items():
        runs = clocks.get(clock, ())
        if spec.counted_from == name and runs and runs[-1].is_running and isinstance(value, str):
            clocks[clock] = (*runs[:-1], replace(runs[-1], start=date.fromisoformat(value)))
    state = state.changed(values={**state.values, name: value}, clocks=clocks)
    return marks.start_after_all(marks.take_agreed_days(state, procedure), procedure)


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


def _bodies(raw: Value) -> list[int]:
    """Give the ids in a field that names bodies: one key or several."""
    keys = raw if isinstance(raw, list) else [raw]
    return [
        int(key.removeprefix("body:"))
        for key in keys
        if isinstance(key, str) and key.startswith("body:")
    ]


def _int(raw: Value) -> int:
    return raw if isinstance(raw, int) else 0
