"""The door. Whoever acts on a matter comes through here: pages, API, command line, import.

Every function is keyword-only, takes the actor and the moment, stores everything or nothing, and
answers with a `Receipt` or one of the four refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from paizhu.casework import bodies, emergency, hand_over, knowing, openings, rulebook, writing
from paizhu.casework import persons as people
from paizhu.casework.access import get_matter
from paizhu.casework.cards import Receipt
from paizhu.casework.writing import Bench
from paizhu.engine import rights, standing, steps, words
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import When
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.principals import Who
from paizhu.rules import forms
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.spec import FieldSpec

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
    name = action or openings.opening_action(rules)
    if name not in rules.spec.actions or not rules.spec.actions[name].opens:
        raise NotAllowed(words.no_such_action(name))
    holder = openings.body_of(actor, body, rules, name)
    values = forms.read(rules.spec.fields, rules.spec.actions[name].form, writing.plain(raw))
    values = people.settled(values, rules)
    values = bodies.settled(values, rules, [holder], on=when.day)
    new = openings.Opening(
        rules,
        name,
        openings.opening_actor(actor, rules, holder),
        holder,
        body,
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
        spec = steps.may_act(bench.state, bench.procedure, bench.actor, action, when=when)
        values = forms.read(
            bench.procedure.spec.fields,
            spec.form,
            writing.plain(raw),
            known=dict(bench.state.values),
        )
        holders = bench.state.parts.get("holder", ())
        values = bodies.settled(values, bench.procedure, holders, on=when.day)
        values = people.settled(values, bench.procedure)
        seats = people.seats_of(raw, bench.state, spec.assigns, on=when.day)
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

    def draft(bench: Bench, when: When) -> list[Entry]:
        state, rules, me = bench.state, bench.procedure, bench.actor
        steps.may_sign(state, rules, me, proposal)  # the right comes before what was typed
        said = _said(reasons, "reasons")
        return steps.give_back(state, rules, me, proposal, reasons=said, when=when)

    return _change(actor, ref, version, now, None, draft)


def withdraw(
    *, actor: Who, ref: str, proposal: int, reasons: str, version: int, now: datetime
) -> Receipt:
    """Withdraw one's own proposal, with reasons."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        state, rules, me = bench.state, bench.procedure, bench.actor
        steps.may_withdraw(state, me, proposal)
        said = _said(reasons, "reasons")
        return steps.withdraw(state, rules, me, proposal, reasons=said, when=when)

    return _change(actor, ref, version, now, None, draft)


def assign(
    *, actor: Who, ref: str, role: str, persons: Sequence[str], version: int, now: datetime
) -> Receipt:
    """Appoint who fills the seats of a role, in place of those before."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _may(bench, "assign")
        seats = people.seats_of({"seats": list(persons)}, bench.state, role, on=when.day)
        return standing.assign(
            bench.state, bench.procedure, bench.actor, role=role, persons=seats, when=when
        )

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
        _may(bench, "substitute")
        if role not in writing.stuck_roles(bench, when):
            raise NotAllowed(words.STILL_SOMEBODY)
        return standing.substitute(
            bench.state,
            bench.procedure,
            bench.actor,
            role=role,
            person=people.check_person(bench.state, person, on=when.day),
            reasons=_said(reasons, "reasons"),
            when=when,
        )

    return _change(actor, ref, version, now, None, draft)


def recuse(
    *, actor: Who, ref: str, person: str, reasons: str, version: int, now: datetime
) -> Receipt:
    """Record that a person takes no part and may not know; anybody may recuse himself."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        if person == bench.actor.person:
            payload: dict[str, Value] = {
                "person": person,
                "reasons": _said(reasons, "reasons"),
                "cause": "declared",
            }
            return writing.own_recusal(bench, when, payload)
        _may(bench, "recuse")
        return standing.recuse(
            bench.state,
            bench.procedure,
            bench.actor,
            person=people.key_of(person),
            reasons=_said(reasons, "reasons"),
            above=writing.overseers(bench, when),
            when=when,
        )

    return _change(actor, ref, version, now, None, draft)


def lift_recusal(
    *, actor: Who, ref: str, person: str, reasons: str, version: int, now: datetime
) -> Receipt:
    """Say that a name kept out the wrong person; who declared, or was chosen, stays out."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _may(bench, "recuse")
        return standing.lift_recusal(
            bench.state,
            bench.procedure,
            bench.actor,
            person=people.key_of(person),
            among=knowing.namesakes(bench),
            reasons=_said(reasons, "reasons"),
            when=when,
        )

    return _change(actor, ref, version, now, None, draft)


def note(*, actor: Who, ref: str, text: str, version: int, now: datetime) -> Receipt:
    """Write a note into the matter."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _may(bench, "note")
        payload: dict[str, Value] = {"text": _said(text, "text")}
        return steps.standing(
            bench.state,
            bench.procedure,
            bench.actor,
            "note",
            kind="noted",
            payload=payload,
            when=when,
        )

    return _change(actor, ref, version, now, None, draft)


def correct(
    *, actor: Who, ref: str, field: str, raw: object, reasons: str, version: int, now: datetime
) -> Receipt:
    """Correct a value that was entered wrongly; what stood there stays in the ledger."""

    def draft(bench: Bench, when: When) -> list[Entry]:
        _may(bench, "correct")
        return standing.correct(
            bench.state,
            bench.procedure,
            bench.actor,
            field=field,
            value=writing.corrected(bench, field, raw),
            reasons=_said(reasons, "reasons"),
            when=when,
        )

    return _change(actor, ref, version, now, None, draft)


# --- within -------------------------------------------------------------------------------------

#: Notes and reasons are read like any long text: of a decent length, without invisible signs.
_FREE = FieldSpec(type="longtext", title=Text("文字", "Words"))


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


def _may(bench: Bench, verb: str) -> None:
    """Ask for the right before anything else is looked at."""
    reason = rights.why_not_verb(bench.state, bench.procedure, bench.actor, verb)
    if reason is not None:
        raise NotAllowed(reason)


def _said(text: str, field: str) -> str:
    if not text.strip():
        say = words.REASONS_NEEDED if field == "reasons" else words.EMPTY
        raise Invalid(say, fields={field: say})
    try:
        return str(TYPES["longtext"].read(text, _FREE))
    except Invalid as invalid:
        raise Invalid(invalid.say, fields={field: invalid.say}) from None
