"""The door. Whoever acts on a matter comes through here: pages, API, command line, import.

Every function is keyword-only, takes the actor and the moment, stores everything or nothing, and
answers with a `Receipt` or one of the four refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from paizhu.casework import bodies, emergency, hand_over, rulebook, writing
from paizhu.casework.access import get_matter
from paizhu.casework.cards import Receipt
from paizhu.casework.writing import Bench
from paizhu.engine import steps
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import When
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.principals import Who
from paizhu.rules import forms

Raw = Mapping[str, object]

CONFLICT = Text(
    "在您填写期间，别人已对本事项有新的办理。您的内容没有提交，请查看最新情况后再决定。",
    "Someone acted on this matter while you were filling this in. Nothing of yours was stored;"
    " look at what changed, then decide.",
)


def open(
    *,
    actor: Who,
    procedure: str,
    body: str,
    raw: Raw,
    now: datetime,
    day: date | None = None,
    action: str = "",
    source: str = "",
) -> Receipt:
    """Open a matter of a procedure in a body. Raises NotAllowed, Invalid, NotFound."""
    when = writing.moment(now, day)
    rules = rulebook.current().procedure(procedure, on=when.day)
    name = action or writing.opening_action(rules)
    holder = writing.body_of(actor, body, rules, name)
    values = forms.read(rules.spec.fields, rules.spec.actions[name].form, writing.plain(raw))
    values = bodies.settled(values, rules, [holder.pk], on=when.day)
    new = writing.Opening(
        rules,
        name,
        writing.opening_actor(actor, rules, holder.pk),
        holder,
        values,
        extra={"source": source} if source else {},
        parts={},
    )
    with book.writing() as pen:
        return writing.open_matter(pen, new, when)


def act(
    *,
    actor: Who,
    ref: str,
    action: str,
    raw: Raw,
    version: int,
    now: datetime,
    day: date | None = None,
) -> Receipt:
    """Take an action: it takes effect, or waits for the signatures its rule asks for."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        spec = bench.procedure.spec.actions.get(action)
        values: dict[str, Value] = {}
        if spec is not None:
            values = forms.read(
                bench.procedure.spec.fields,
                spec.form,
                writing.plain(raw),
                known=dict(bench.state.values),
            )
        values = bodies.settled(
            values, bench.procedure, bench.state.parts.get("holder", ()), on=when.day
        )
        seats = writing.seats_of(raw, bench, spec.assigns if spec else None)
        hand_over.check_offer(bench, action, values, when)
        return steps.act(
            bench.state,
            bench.procedure,
            bench.actor,
            action,
            values=values,
            seats=seats,
            when=when,
        )

    return _change(actor, ref, version, now, day, draft)


def approve(
    *, actor: Who, ref: str, proposal: int, version: int, now: datetime, day: date | None = None
) -> Receipt:
    """Sign a proposal; with the last signature it takes effect."""
    return _change(
        actor,
        ref,
        version,
        now,
        day,
        lambda bench, when: steps.approve(
            bench.state, bench.procedure, bench.actor, proposal, when=when
        ),
    )


def give_back(
    *, actor: Who, ref: str, proposal: int, reasons: str, version: int, now: datetime
) -> Receipt:
    """Return a proposal to its author, with reasons."""
    return _change(
        actor,
        ref,
        version,
        now,
        None,
        lambda bench, when: steps.give_back(
            bench.state, bench.procedure, bench.actor, proposal, reasons=reasons, when=when
        ),
    )


def withdraw(
    *, actor: Who, ref: str, proposal: int, reasons: str, version: int, now: datetime
) -> Receipt:
    """Withdraw one's own proposal, with reasons."""
    return _change(
        actor,
        ref,
        version,
        now,
        None,
        lambda bench, when: steps.withdraw(
            bench.state, bench.procedure, bench.actor, proposal, reasons=reasons, when=when
        ),
    )


def assign(
    *, actor: Who, ref: str, role: str, persons: Sequence[str], version: int, now: datetime
) -> Receipt:
    """Appoint who fills the seats of a role, in place of those before."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        payload: dict[str, Value] = {
            "role": role,
            "persons": list(writing.seats_of({"seats": list(persons)}, bench, role)),
        }
        return _standing(bench, when, "assign", "assigned", payload)

    return _change(actor, ref, version, now, None, draft)


def substitute(
    *,
    actor: Who,
    ref: str,
    role: str,
    person: str,
    reasons: str,
    version: int,
    now: datetime,
) -> Receipt:
    """Appoint someone to sign in place of a role that nobody may fill any more."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _need_reasons(reasons)
        if role not in writing.stuck_roles(bench, when):
            raise NotAllowed(
                Text(
                    "这一岗位仍有人可以签署，无需指定代为审批人员。",
                    "Someone can still sign for this role, so no substitute is needed.",
                )
            )
        chosen = writing.person_key(person)
        writing.check_person(bench, chosen)
        payload: dict[str, Value] = {
            "role": role,
            "persons": [chosen],
            "substitute": True,
            "reasons": reasons.strip(),
        }
        return _standing(bench, when, "substitute", "assigned", payload)

    return _change(actor, ref, version, now, None, draft)


def recuse(
    *, actor: Who, ref: str, person: str, reasons: str, version: int, now: datetime
) -> Receipt:
    """Record that a person takes no part and may not know; anybody may recuse himself."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _need_reasons(reasons)
        payload: dict[str, Value] = {
            "person": writing.person_key(person),
            "reasons": reasons.strip(),
            "cause": "declared",
        }
        if payload["person"] == bench.actor.person:
            return writing.own_recusal(bench, when, payload)
        return _standing(bench, when, "recuse", "recused", payload)

    return _change(actor, ref, version, now, None, draft)


def note(*, actor: Who, ref: str, text: str, version: int, now: datetime) -> Receipt:
    """Write a note into the matter."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        if not text.strip():
            raise Invalid(_EMPTY, fields={"text": _EMPTY})
        return _standing(bench, when, "note", "noted", {"text": text.strip()})

    return _change(actor, ref, version, now, None, draft)


def correct(
    *, actor: Who, ref: str, field: str, raw: object, reasons: str, version: int, now: datetime
) -> Receipt:
    """Correct a value that was entered wrongly; what stood there stays in the ledger."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _need_reasons(reasons)
        if bench.state.values.get(field) is None:
            say = Text("这一项还没有登记内容，无从更正。", "Nothing is recorded in this field yet.")
            raise Invalid(say, fields={"field": say})
        known = {k: v for k, v in bench.state.values.items() if k != field}
        values = forms.read(bench.procedure.spec.fields, [field], {field: raw}, known=known)
        payload: dict[str, Value] = {
            "field": field,
            "was": bench.state.values[field],
            "value": values[field],
            "reasons": reasons.strip(),
        }
        return _standing(bench, when, "correct", "corrected", payload)

    return _change(actor, ref, version, now, None, draft)


# --- within -------------------------------------------------------------------------------------

_EMPTY = Text("请填写内容。", "Please write something.")


def _change(
    actor: Who,
    ref: str,
    version: int,
    now: datetime,
    day: date | None,
    draft: Callable[[Bench, When], list[Entry]],
) -> Receipt:
    """Take the book, load the matter under the one access rule, draft, write, answer."""
    when = writing.moment(now, day)
    with book.writing() as pen:
        bench = writing.bench(actor, get_matter(actor, ref))
        if not writing.is_current(bench, version):
            raise Conflict(CONFLICT)
        drafts = draft(bench, when)
        receipt = writing.write(pen, bench, drafts, when)
        for entry in drafts:
            if entry.kind == "enacted":
                emergency.grant(
                    pen,
                    approver=actor,
                    asked=bench.state,
                    rules=bench.procedure,
                    action=entry.action,
                    when=when,
                )
        return receipt


def _standing(
    bench: Bench, when: When, verb: str, kind: str, payload: dict[str, Value]
) -> list[Entry]:
    return steps.standing(
        bench.state, bench.procedure, bench.actor, verb, kind=kind, payload=payload, when=when
    )


def _need_reasons(reasons: str) -> None:
    if not reasons.strip():
        say = Text("请写明理由。", "Please give the reasons.")
        raise Invalid(say, fields={"reasons": say})
