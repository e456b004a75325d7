"""The standing verbs: whom one may seat, let sign instead or keep out, and what one may correct. Pure.

They need no signature, so each has a rule against using it for oneself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from paizhu.engine import words
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When, next_approval, roles_in
from paizhu.engine.shapes import Done, State
from paizhu.engine.steps import check_seats, refuse_what_must_not_be_entered, standing
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.rules.rulebook import RunnableProcedure

NO_NAMESAKE = Text(
    "此人不是因同名而回避，其回避不能撤销。点名选错的，请先更正该字段。",
    "Not a name alone keeps this person out, so it cannot be lifted. Where the wrong person was"
    " chosen, correct the field first.",
)


def assign(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    *,
    role: str,
    persons: Sequence[str],
    when: When,
) -> list[Entry]:
    """Draft who fills the seats of a role from now on, in place of those before."""
    payload: dict[str, Value] = {"role": role, "persons": list(persons)}
    drafts = standing(
        state, procedure, actor, "assign", kind="assigned", payload=payload, when=when
    )
    spec = procedure.spec.roles.get(role)
    if spec is None or spec.held_by != "assignment":
        raise Invalid(words.NO_SEATS, fields={"role": words.NO_SEATS})
    if actor.person in persons and actor.person not in state.seats.get(role, ()):
        raise NotAllowed(words.NOT_YOURSELF)
    check_seats(state, procedure, role, persons)
    return drafts


def substitute(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    *,
    role: str,
    person: str,
    reasons: str,
    when: When,
) -> list[Entry]:
    """Draft who signs in place of a role that nobody may fill; the caller knows that nobody may."""
    payload: dict[str, Value] = {
        "role": role, "persons": [person], "substitute": True, "reasons": reasons,
    }  # fmt: skip
    drafts = standing(
        state, procedure, actor, "substitute", kind="assigned", payload=payload, when=when
    )
    if person == actor.person:
        raise NotAllowed(words.NOT_YOURSELF)
    for proposal in state.proposals.values():
        approval = next_approval(proposal, state, procedure)
        if approval is None or approval.by != role:
            continue
        if proposal.person == actor.person:
            raise NotAllowed(words.NOT_FOR_YOUR_PROPOSAL)
        if person in (proposal.person, *(one.person for one in proposal.signatures)):
            raise NotAllowed(words.CANNOT_SIGN_EITHER)
    return drafts


def recuse(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    *,
    person: str,
    reasons: str,
    above: Collection[str],
    when: When,
) -> list[Entry]:
    """Draft a recusal of someone else. `above` are those who oversee the matter from above.

    Nobody keeps his own overseer out of a matter.
    """
    payload: dict[str, Value] = {"person": person, "reasons": reasons, "cause": "declared"}
    drafts = standing(state, procedure, actor, "recuse", kind="recused", payload=payload, when=when)
    roles = procedure.spec.roles
    from_above = any(
        role in roles and roles[role].at == "superior" for role in roles_in(state, actor)
    )
    if person in above and not from_above:
        raise NotAllowed(words.FROM_ABOVE)
    return drafts


def namesakes(
    entries: Iterable[Entry], state: State, procedure: RunnableProcedure
) -> tuple[str, ...]:
    """Give who is kept out by a name alone: by rule, and chosen by key in no field that recuses."""
    waiting = [proposal.values for proposal in state.proposals.values()]
    recusing = [name for name, spec in procedure.spec.fields.items() if spec.recuses]
    chosen = {values.get(name) for values in (state.values, *waiting) for name in recusing}
    causes = {
        str(payload.get("person", "")): payload.get("cause")
        for entry in entries
        if entry.kind == "recused" and (payload := entry.payload or {})
    }
    return tuple(
        person
        for person, cause in causes.items()
        if cause == "named" and person in state.recused and person not in chosen
    )


def lift_recusal(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    *,
    person: str,
    among: Collection[str],
    reasons: str,
    when: When,
) -> list[Entry]:
    """Draft that a recusal hit a namesake: the correction of a line that a name alone brought in.

    The right is that to recuse, which nobody who is recused has. `among` are the namesakes.
    """
    payload: dict[str, Value] = {
        "field": person, "was": "recused", "value": None, "reasons": reasons,
    }  # fmt: skip
    drafts = standing(
        state, procedure, actor, "recuse", kind="corrected", payload=payload, when=when
    )
    if person not in among:
        raise NotAllowed(NO_NAMESAKE)
    return drafts


def correct(
    state: State,
    procedure: RunnableProcedure,
    actor: Actor,
    *,
    field: str,
    value: Value,
    reasons: str,
    when: When,
) -> list[Entry]:
    """Draft the correction of a value; what could not have been entered cannot be corrected to."""
    was = state.values.get(field)
    payload: dict[str, Value] = {
        "field": field, "was": was, "value": value, "reasons": reasons,
    }  # fmt: skip
    drafts = standing(
        state, procedure, actor, "correct", kind="corrected", payload=payload, when=when
    )
    if was is None:
        raise Invalid(words.NOTHING_RECORDED, fields={"field": words.NOTHING_RECORDED})
    if was == value:
        raise Invalid(words.NO_CHANGE, fields={field: words.NO_CHANGE})
    spec = procedure.spec.fields[field]
    if spec.part or spec.ends_part:
        raise NotAllowed(words.NAMES_A_BODY)
    for done in _entered_by(state, procedure, field):
        _check_against(done, state, procedure, field, value)
    return drafts


def _entered_by(state: State, procedure: RunnableProcedure, field: str) -> list[Done]:
    """Give the acts that asked for the field."""
    actions = procedure.spec.actions
    return [
        done for done in state.done if done.action in actions and field in actions[done.action].form
    ]


def _check_against(
    done: Done, state: State, procedure: RunnableProcedure, field: str, value: Value
) -> None:
    """Hold a corrected value against the act that took in the first one."""
    spec = procedure.spec.actions[done.action]
    if done.signers:
        raise NotAllowed(words.signed_already(spec.title))
    refuse_what_must_not_be_entered(spec, {**state.values, field: value})
    counted = {clock.counted_from for clock in procedure.spec.clocks.values()}
    if field in counted and isinstance(value, str) and date.fromisoformat(value) > done.day:
        say = words.RECEIVED_AFTER_ENTRY
        raise Invalid(say, fields={field: say})
