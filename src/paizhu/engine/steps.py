"""What a step writes: drafts out, or a refusal with its reason. Pure.

Whether a step may be taken is asked of `engine.rights`; this module only drafts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from paizhu.engine import words
from paizhu.engine.entries import Entry, Payload, Value
from paizhu.engine.rights import (
    Actor,
    When,
    approvals_of,
    next_approval,
    post_of,
    roles_in,
    target_stage,
    titles_of,
    why_not,
    why_not_sign,
    why_not_verb,
)
from paizhu.engine.state import Proposal, State, apply
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ActionSpec


def opening(
    procedure: RunnableProcedure,
    action: str,
    actor: Actor,
    *,
    payload: Payload,
    when: When,
) -> list[Entry]:
    """Draft the entry that opens a matter; payload holds values, number, parts, perhaps parent."""
    spec = procedure.spec.actions[action]
    if not spec.opens:
        raise NotAllowed(words.does_not_open(spec.title))
    values = _values(payload)
    refuse_what_must_not_be_entered(spec, values)
    check_counted_from(procedure, values, when)
    if "parent" not in payload and not set(spec.by) & set(actor.roles):
        raise NotAllowed(words.not_your_action(titles_of(procedure, spec.by)))
    stage = target_stage(spec, values)
    state = State()
    entry = _entry("enacted", procedure, actor, post_of(spec.by, actor.roles), when)
    return [
        replace(entry, action=action, stage=stage, payload=payload, version=1),
        *_issue(spec, procedure, actor, when, state, version=1),
    ]


def may_act(
    state: State, procedure: RunnableProcedure, actor: Actor, action: str, *, when: When
) -> ActionSpec:
    """Give the action if this actor may take it now, else raise NotAllowed.

    Asked before a form is read: which fields a form asks for may rest on what not all may read.
    """
    spec = procedure.spec.actions.get(action)
    if spec is None or spec.opens:
        raise NotAllowed(words.no_such_action(action))
    if not set(spec.by) & set(roles_in(state, actor)):
        reason = words.RECUSED if actor.person in state.recused else None
        raise NotAllowed(reason or words.not_your_action(titles_of(procedure, spec.by)))
    if state.stage not in spec.from_ or not holds(spec.when, state.values):
        raise NotAllowed(words.not_in_this_stage(spec.title))
    reason = why_not(state, procedure, actor, action, when)
    if reason is not None:
        raise NotAllowed(reason, basis=_basis(spec))
    return spec


def act(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    action: str,
    *,
    values: Mapping[str, Value],
    seats: Sequence[str] = (),
    when: When,
) -> list[Entry]:
    """Draft what taking an action writes: a proposal, or the act itself with what it issues."""
    spec = may_act(state, procedure, actor, action, when=when)
    _check_day(state, when)
    known = {**state.values, **values}
    refuse_what_must_not_be_entered(spec, known)
    check_counted_from(procedure, values, when)
    check_seats(state, procedure, spec.assigns, seats)
    post = post_of(spec.by, roles_in(state, actor))
    payload: dict[str, Value] = {"values": dict(values)}
    if seats:
        payload["seats"] = list(seats)
    if approvals_of(spec, state, values):
        entry = _entry("proposed", procedure, actor, post, when)
        return [replace(entry, action=action, payload=payload, version=state.version + 1)]
    return _enact(state, procedure, actor, action, payload=payload, post=post, when=when)


def may_sign(
    state: State, procedure: RunnableProcedure, actor: Actor, proposal_id: int
) -> Proposal:
    """Give the proposal if this actor may sign or return it now, else raise NotAllowed."""
    proposal = _proposal(state, proposal_id)
    reason = why_not_sign(state, procedure, actor, proposal)
    if reason is not None:
        raise NotAllowed(reason)
    return proposal


def may_withdraw(state: State, actor: Actor, proposal_id: int) -> Proposal:
    """Give the proposal if this actor may withdraw it now, else raise NotAllowed."""
    proposal = _proposal(state, proposal_id)
    if actor.person != proposal.person or actor.person in state.recused:
        raise NotAllowed(words.NOT_YOUR_PROPOSAL)
    return proposal


def approve(
    state: State, procedure: RunnableProcedure, actor: Actor, proposal_id: int, *, when: When
) -> list[Entry]:
    """Draft a signature, and the act itself when it was the last one."""
    proposal = may_sign(state, procedure, actor, proposal_id)
    _check_day(state, when)
    spec = procedure.spec.actions[proposal.action]
    if state.stage not in spec.from_:
        raise NotAllowed(words.STAGE_MOVED_ON)
    approval = next_approval(proposal, state, procedure)
    role = approval.by if approval else ""
    post = roles_in(state, actor)[role]
    entry = replace(
        _entry("approved", procedure, actor, post, when),
        action=proposal.action,
        payload={"proposal": proposal.id, "role": role},
        version=state.version + 1,
    )
    signed = apply(state, entry, procedure)
    if next_approval(signed.proposals[proposal.id], signed, procedure) is not None:
        return [entry]
    check_seats(signed, procedure, spec.assigns, proposal.seats)  # somebody may be recused since
    return [
        entry,
        *_enact(
            signed,
            procedure,
            actor,
            proposal.action,
            payload={"proposal": proposal.id},
            post=post,
            when=when,
        ),
    ]


def give_back(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    proposal_id: int,
    *,
    reasons: str,
    when: When,
) -> list[Entry]:
    """Draft the return of a proposal, with reasons, by whoever would sign next."""
    proposal = may_sign(state, procedure, actor, proposal_id)
    approval = next_approval(proposal, state, procedure)
    post = roles_in(state, actor)[approval.by if approval else ""]
    return _drop("returned", state, procedure, actor, proposal, reasons, post, when)


def withdraw(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    proposal_id: int,
    *,
    reasons: str,
    when: When,
) -> list[Entry]:
    """Draft the withdrawal of one's own proposal."""
    proposal = may_withdraw(state, actor, proposal_id)
    post = post_of(procedure.spec.actions[proposal.action].by, roles_in(state, actor))
    return _drop("withdrawn", state, procedure, actor, proposal, reasons, post, when)


def standing(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    verb: str,
    *,
    kind: str,
    payload: Payload,
    when: When,
) -> list[Entry]:
    """Draft one of the standing verbs: assign, recuse, note, attach, correct, substitute."""
    reason = why_not_verb(state, procedure, actor, verb)
    if reason is not None:
        raise NotAllowed(reason)
    _check_day(state, when)
    allowed: tuple[str, ...] = getattr(procedure.spec.may, verb)
    entry = _entry(kind, procedure, actor, post_of(allowed, roles_in(state, actor)), when)
    return [replace(entry, payload=payload, version=state.version + 1)]


def missed(state: State, procedure: RunnableProcedure, clock: str, *, when: When) -> list[Entry]:
    """Draft the action that a missed clock takes by rule; nothing when it does not fit here."""
    name = procedure.spec.clocks[clock].on_missed
    spec = procedure.spec.actions.get(name or "")
    if name is None or spec is None or state.stage not in spec.from_:
        return []
    actor = Actor("system", "", {})
    return _enact(state, procedure, actor, name, payload={"values": {}}, post="system", when=when)


def by_rule(
    state: State, procedure: RunnableProcedure, kind: str, *, payload: Payload, when: When
) -> Entry:
    """Draft an entry that a rule writes without a person: a warning, a recusal, a link."""
    actor = Actor("system", "", {})
    entry = _entry(kind, procedure, actor, "system", when)
    return replace(entry, payload=payload, version=state.version + 1)


# --- within -------------------------------------------------------------------------------------


def _enact(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    action: str,
    *,
    payload: Payload,
    post: str,
    when: When,
) -> list[Entry]:
    spec = procedure.spec.actions[action]
    proposal = state.proposals.get(payload["proposal"]) if "proposal" in payload else None  # type: ignore[arg-type]
    values = {**state.values, **(proposal.values if proposal else _values(payload))}
    stage = target_stage(spec, values)
    shape = procedure.spec.hand_over
    if shape is not None and action == shape.accept:  # the receipt: exactly what was sent
        payload = {**payload, "received": state.sent}
    entry = replace(
        _entry("enacted", procedure, actor, post, when),
        action=action,
        stage=stage,
        payload=payload,
        version=state.version + 1,
    )
    issued = _issue(spec, procedure, actor, when, state, version=entry.version)
    _check_final(state, procedure, entry)
    return [entry, *issued]


def _issue(
    spec: ActionSpec,
    procedure: RunnableProcedure,
    actor: Actor,
    when: When,
    state: State,
    *,
    version: int,
) -> list[Entry]:
    """Draft one `issued` line per document; the ledger's caller fills in the number."""
    drafts = []
    for offset, document in enumerate(spec.issues, start=1):
        entry = _entry("issued", procedure, actor, post_of(spec.by, roles_in(state, actor)), when)
        payload: dict[str, Value] = {"document": document, "number": "", "digest": ""}
        drafts.append(replace(entry, action=document, payload=payload, version=version + offset))
    return drafts


def _drop(
    kind: str,
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    proposal: Proposal,
    reasons: str,
    post: str,
    when: When,
) -> list[Entry]:
    if not reasons.strip():
        raise Invalid(words.REASONS_NEEDED, fields={"reasons": words.REASONS_NEEDED})
    _check_day(state, when)
    entry = _entry(kind, procedure, actor, post, when)
    payload: dict[str, Value] = {"proposal": proposal.id, "reasons": reasons.strip()}
    return [replace(entry, action=proposal.action, payload=payload, version=state.version + 1)]


def _check_final(state: State, procedure: RunnableProcedure, entry: Entry) -> None:
    """A final stage is entered only when no clock runs and nothing waits to be signed."""
    stage = procedure.spec.stages.get(entry.stage)
    if stage is None or not stage.final:
        return
    after = apply(state, entry, procedure)
    running = [procedure.spec.clocks[run.clock].title for run in after.running()]
    if running:
        raise NotAllowed(words.clocks_still_run(running))
    if after.proposals:
        raise NotAllowed(words.PROPOSALS_STILL_WAIT)


def _check_day(state: State, when: When) -> None:
    if when.day > when.at.date():
        raise Invalid(words.DAY_IN_FUTURE, fields={"day": words.DAY_IN_FUTURE})
    if when.day < state.opened_day:
        raise Invalid(words.DAY_BEFORE_OPENING, fields={"day": words.DAY_BEFORE_OPENING})


def check_counted_from(
    procedure: RunnableProcedure, values: Mapping[str, Value], when: When
) -> None:
    """A day of receipt lies not in the future."""
    names = {spec.counted_from for spec in procedure.spec.clocks.values() if spec.counted_from}
    for name in names & set(values):
        value = values[name]
        if isinstance(value, str) and date.fromisoformat(value) > when.day:
            raise Invalid(words.RECEIVED_IN_FUTURE, fields={name: words.RECEIVED_IN_FUTURE})


def check_seats(
    state: State, procedure: RunnableProcedure, name: str | None, seats: Sequence[str]
) -> None:
    """Raise Invalid unless enough people who are not recused would fill the seats of a role."""
    if name is None:
        return
    role = procedure.spec.roles[name]
    if len(set(seats)) < role.at_least:
        say = words.too_few_seats(role.title, role.at_least)
        raise Invalid(say, fields={"seats": say})
    if state.recused & set(seats):
        raise Invalid(words.SEAT_RECUSED, fields={"seats": words.SEAT_RECUSED})


def refuse_what_must_not_be_entered(spec: ActionSpec, values: Mapping[str, Value]) -> None:
    """Raise NotAllowed, with the article, when an action must not take in these values."""
    for refusal in spec.refuses:
        if holds(refusal.when, values):
            raise NotAllowed(refusal.say, basis=refusal.basis)


def _proposal(state: State, proposal_id: int) -> Proposal:
    proposal = state.proposals.get(proposal_id)
    if proposal is None:
        raise NotAllowed(words.NOTHING_TO_SIGN)
    return proposal


def _entry(kind: str, procedure: RunnableProcedure, actor: Actor, post: str, when: When) -> Entry:
    return Entry(
        kind=kind,
        person=actor.person,
        name=actor.name,
        post=post,
        at=when.at,
        day=when.day,
        rules=procedure.digest,
    )


def _values(payload: Payload) -> Mapping[str, Value]:
    values = payload.get("values")
    return values if isinstance(values, dict) else {}


def _basis(spec: ActionSpec) -> str:
    return next((approval.basis for approval in spec.approvals if approval.basis), "")
