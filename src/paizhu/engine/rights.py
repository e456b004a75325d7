"""What is open to whom, and why not. Pure; the same answers drive buttons, API and scenarios.

Separation of duties is here, once, and cannot be switched off: nobody signs what he proposed,
nobody signs twice, nobody recused does anything (监督执纪工作规则 on approvals; 监察法 on recusal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from paizhu.engine import words
from paizhu.engine.clocks import due_of
from paizhu.engine.entries import Value
from paizhu.engine.shapes import Signature
from paizhu.engine.state import Proposal, State, sent_digest
from paizhu.kernel.text import Text
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ActionSpec, ApprovalSpec, OpensMatter


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: their key and name, and the roles their posts give them in this matter."""

    person: str
    name: str
    #: Role to the post it comes through, as text: `{"head": "head@WJ"}`. Seats are added here.
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class When:
    """The moment recorded (in local time), and the day it counts for."""

    at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Step:
    """An action in the present stage, and the reason when this actor may not take it."""

    action: str
    reason: Text | None

    @property
    def is_allowed(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Stuck:
    """A signature or a seat that nobody can fill any more, and the roles that may appoint."""

    action: str
    role: str
    appointers: tuple[str, ...]


def roles_in(state: State, actor: Actor) -> dict[str, str]:
    """Give every role of the actor in this matter: posts, seats, substitutions; none if recused."""
    if actor.person in state.recused:
        return {}
    roles = dict(actor.roles)
    for role, persons in state.seats.items():
        if actor.person in persons:
            roles.setdefault(role, f"seat:{role}")
    for role, persons in state.substitutes.items():
        if actor.person in persons:
            roles.setdefault(role, f"substitute:{role}")
    return roles


def open_to(state: State, procedure: RunnableProcedure, actor: Actor, when: When) -> list[Step]:
    """Give the actions of the present stage in declared order, each with why not, if not."""
    return [
        Step(name, why_not(state, procedure, actor, name, when))
        for name, action in procedure.spec.actions.items()
        if state.stage in action.from_ and holds(action.when, state.values)
    ]


def next_approval(
    proposal: Proposal, state: State, procedure: RunnableProcedure
) -> ApprovalSpec | None:
    """Give the signature a proposal waits for; None when all are there."""
    paired = signatures_of(proposal, state, procedure)
    return next((approval for approval, given in paired if given is None), None)


def signatures_of(
    proposal: Proposal, state: State, procedure: RunnableProcedure
) -> list[tuple[ApprovalSpec, Signature | None]]:
    """Pair each signature needed, in order, with the one given for it.

    By role and not by place: when an earlier signer is recused, his signature is missing again.
    """
    left = list(proposal.signatures)
    paired: list[tuple[ApprovalSpec, Signature | None]] = []
    for approval in approvals_of(procedure.spec.actions[proposal.action], state, proposal.values):
        given = next((one for one in left if one.role == approval.by), None)
        if given is not None:
            left.remove(given)
        paired.append((approval, given))
    return paired


def approvals_of(
    action: ActionSpec, state: State, values: Mapping[str, Value]
) -> list[ApprovalSpec]:
    """Give the signatures an action needs with these values, in order."""
    known = {**state.values, **values}
    return [approval for approval in action.approvals if holds(approval.when, known)]


def why_not_sign(
    state: State, procedure: RunnableProcedure, actor: Actor, proposal: Proposal
) -> Text | None:
    """Say why the actor may not sign; None when they may."""
    approval = next_approval(proposal, state, procedure)
    if actor.person in state.recused:
        return words.RECUSED
    if approval is None:
        return words.NOTHING_TO_SIGN
    if approval.by not in roles_in(state, actor):
        return words.not_your_signature(procedure.spec.roles[approval.by].title)
    if actor.person == proposal.person:
        return words.OWN_PROPOSAL
    if any(signature.person == actor.person for signature in proposal.signatures):
        return words.SIGNED_BEFORE
    return _why_separate(state, procedure, actor, proposal.action)


def stuck(
    state: State, procedure: RunnableProcedure, holders: Mapping[str, frozenset[str]]
) -> list[Stuck]:
    """Give the signatures nobody may give, after recusals and separation of duties.

    And, where nothing waits for a signature, the act that would lead on, if nobody is left to take
    any. `holders` names the persons who hold each role by post today.
    """
    found = [] if state.proposals else _nobody_acts(state, procedure, holders)
    for proposal in state.proposals.values():
        approval = next_approval(proposal, state, procedure)
        if approval is None:
            continue
        may = _persons_in(state, approval.by, holders) - {proposal.person}
        may -= {signature.person for signature in proposal.signatures}
        may -= _separated(state, procedure.spec.actions[proposal.action])
        if not may:
            found.append(Stuck(proposal.action, approval.by, procedure.spec.may.substitute))
    return found


def _nobody_acts(
    state: State, procedure: RunnableProcedure, holders: Mapping[str, frozenset[str]]
) -> list[Stuck]:
    """Give the first act out of the present stage when recusals left nobody for any of them."""
    if not state.recused:
        return []
    leading = [
        (name, action)
        for name, action in procedure.spec.actions.items()
        if action.to is not None
        and state.stage in action.from_
        and holds(action.when, state.values)
    ]
    if any(
        _persons_in(state, role, holders) - _separated(state, action)
        for _, action in leading
        for role in action.by
    ):
        return []
    may, roles = procedure.spec.may, procedure.spec.roles
    return [
        Stuck(name, role, may.assign if roles[role].held_by == "assignment" else may.substitute)
        for name, action in leading[:1]
        for role in action.by[:1]
    ]


def _persons_in(state: State, role: str, holders: Mapping[str, frozenset[str]]) -> set[str]:
    persons = set(holders.get(role, ()))
    persons |= set(state.seats.get(role, ())) | set(state.substitutes.get(role, ()))
    return persons - state.recused


def target_stage(action: ActionSpec, values: Mapping[str, Value]) -> str:
    """Give the stage an action leads to with these values; empty when it stays."""
    if action.to is None:
        return ""
    if isinstance(action.to, str):
        return action.to
    return next((to.stage for to in action.to if holds(to.when, values)), "")


def opens_now(action: ActionSpec, values: Mapping[str, Value]) -> list[OpensMatter]:
    """Give the linked matters an action opens with these values."""
    return [opens for opens in action.opens_matter if holds(opens.when, values)]


def why_not(
    state: State, procedure: RunnableProcedure, actor: Actor, action: str, when: When
) -> Text | None:
    """Say why this actor may not take this action now; None when they may."""
    spec = procedure.spec.actions[action]
    if actor.person in state.recused:
        return words.RECUSED
    if not set(spec.by) & set(roles_in(state, actor)):
        return words.not_your_action(titles_of(procedure, spec.by))
    for proposal in state.proposals.values():
        if proposal.action == action:
            return words.ALREADY_PROPOSED
        if spec.to is not None:
            return words.another_waits(procedure.spec.actions[proposal.action].title)
    return (
        _why_separate(state, procedure, actor, action)
        or _why_children(state, spec)
        or _why_not_hand_over(state, procedure, actor, action)
        or _why_not_prolong(state, procedure, action, when)
        or _why_not_resume(state, procedure, action)
    )


def _why_separate(
    state: State, procedure: RunnableProcedure, actor: Actor, action: str
) -> Text | None:
    """Whoever did the one may not do the other: proposer and verifier, examiner and trier."""
    spec = procedure.spec.actions[action]
    if actor.person in _separated(state, spec):
        actions = [procedure.spec.actions[name].title for name in spec.separate_from]
        return words.separate_from(actions)
    return None


def _separated(state: State, spec: ActionSpec) -> set[str]:
    return {
        person
        for done in state.done
        if done.action in spec.separate_from
        for person in (done.person, *done.signers)
    }


def _why_children(state: State, spec: ActionSpec) -> Text | None:
    """Wait for what was opened from here. Not how many: the actor may not know of each of them."""
    is_open = "open" in state.children.values()
    return words.CHILDREN_OPEN if spec.after_children and is_open else None


def _why_not_hand_over(
    state: State, procedure: RunnableProcedure, actor: Actor, action: str
) -> Text | None:
    """The sender never accepts for the receiver, and what is accepted is what was sent."""
    shape = procedure.spec.hand_over
    if shape is None or action not in (shape.accept, shape.give_back):
        return None
    offered = [done for done in state.done if done.action == shape.offer]
    senders = {person for done in offered[-1:] for person in (done.person, *done.signers)}
    if actor.person in senders:
        return words.SENDER_NEVER_ACCEPTS
    if action == shape.accept and state.sent != sent_digest(state.values, procedure):
        return words.SENT_HAS_CHANGED
    return None


#: What may still be done to a closed matter: say something, and keep somebody out of it.
ON_CLOSED = frozenset({"note", "recuse"})


def why_not_verb(
    state: State, procedure: RunnableProcedure, actor: Actor, verb: str
) -> Text | None:
    """Say why this actor may not use a standing verb now; None when they may."""
    allowed: tuple[str, ...] = getattr(procedure.spec.may, verb)
    if actor.person in state.recused:
        return words.RECUSED
    if not set(allowed) & set(roles_in(state, actor)):
        return words.not_your_action(titles_of(procedure, allowed))
    stage = procedure.spec.stages.get(state.stage)
    return words.CLOSED if stage and stage.final and verb not in ON_CLOSED else None


def _why_not_prolong(
    state: State, procedure: RunnableProcedure, action: str, when: When
) -> Text | None:
    """An extension needs a running clock, in time, and no more often than the rule allows."""
    clocks = [
        (name, spec.extension)
        for name, spec in procedure.spec.clocks.items()
        if spec.extension and spec.extension.action == action
    ]
    if not clocks:
        return None
    for name, extension in clocks:
        run = state.run(name)
        if run is None or not run.is_running:
            continue
        due = due_of(run, procedure).date
        if run.extensions >= extension.times:
            return words.prolonged_enough(extension.times)
        if due is not None and when.at.date() > due:
            return words.TOO_LATE_TO_PROLONG
        return None
    return words.NO_CLOCK_TO_PROLONG


def _why_not_resume(state: State, procedure: RunnableProcedure, action: str) -> Text | None:
    """What ends a pause needs a paused clock; what begins one needs a clock that runs."""
    pauses = [
        (name, action == pause.until)
        for name, spec in procedure.spec.clocks.items()
        for pause in spec.pauses
        if action in (pause.from_, pause.until)
    ]
    for name, ends in pauses:
        run = state.run(name)
        if run is not None and run.is_running and run.is_paused == ends:
            return None
    if not pauses:
        return None
    return words.NOT_PAUSED if any(ends for _, ends in pauses) else words.PAUSED_ALREADY


def titles_of(procedure: RunnableProcedure, roles: Sequence[str]) -> list[Text]:
    """Give the titles of roles."""
    return [procedure.spec.roles[role].title for role in roles]


def post_of(by: Sequence[str], roles: Mapping[str, str]) -> str:
    """Give the post acted in: that of the first declared role the actor has."""
    return next((roles[role] for role in by if role in roles), "")
