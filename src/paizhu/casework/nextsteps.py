"""What a unit is asked, one step at a time: what, by when, and what happens after.

For people who come once a month. The steps are those of the procedures; nothing is made up here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models.expressions import RawSQL

from paizhu.casework import access, chips, queries, rulebook, turns
from paizhu.casework.cards import ClockChip, FieldCard, MatterRow, NoticeRow, OpenableProcedure
from paizhu.casework.list_rows import rows_of
from paizhu.casework.models import ClockRow, Matter, Waiting
from paizhu.casework.naming import mentioned, names_of_keys
from paizhu.casework.timeline import fields
from paizhu.casework.today import soonest, waiting_lines
from paizhu.engine.entries import Value
from paizhu.engine.rights import target_stage
from paizhu.engine.state import fold
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.principals import Who
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure


@dataclass(frozen=True, slots=True)
class Button:
    """An action that can be taken now; or a proposal to be signed."""

    action: str
    title: Text
    help: Text | None
    proposal: int = 0


@dataclass(frozen=True, slots=True)
class NextStep:
    """One matter that waits for the unit."""

    row: MatterRow
    #: What stands in the matter that the reader may read at the normal level: what is asked.
    told: tuple[FieldCard, ...]
    #: Who asks: the body that holds the matter; None when that is the unit itself.
    asked_by: Text | None
    clock: ClockChip | None
    is_late: bool
    buttons: tuple[Button, ...]
    #: The stage after the first button, and whose turn it is then.
    after: Text | None
    then: tuple[Text, ...]
    #: It goes to those in `then` for signature first.
    is_to_be_signed: bool


@dataclass(frozen=True, slots=True)
class HostCard:
    """The one page of somebody in a unit."""

    steps: tuple[NextStep, ...]
    #: What the unit keeps itself, with nothing asked now.
    own: tuple[MatterRow, ...]
    #: What the unit has done its part in, and others have in hand.
    elsewhere: tuple[MatterRow, ...]
    closed: tuple[MatterRow, ...]
    openable: tuple[OpenableProcedure, ...]
    notices: tuple[NoticeRow, ...]


def _latest_and(who: Who, waiting: Sequence[int]) -> RawSQL:
    """Give the ids of the latest matters and of those that wait, as one set.

    Not as two joined by OR: for that PostgreSQL goes through all matters there are.
    """
    last = access.in_order(who, most=LATEST)
    if not waiting:
        return last
    marks = ", ".join(["%s"] * len(waiting))
    those = f"SELECT id FROM casework_matter WHERE id IN ({marks})"
    return RawSQL(f"{last.sql} UNION {those}", [*last.params, *waiting])


def host_page(who: Who, *, on: date) -> HostCard:
    """Give the page of somebody whose posts are in units."""
    lines = waiting_lines(who)
    elsewhere = turns.elsewhere(lines, frozenset())
    by_matter: dict[int, list[Waiting]] = defaultdict(list)
    for line in lines:
        if line.kind == "approve" or line.matter_id not in elsewhere:
            by_matter[line.matter_id].append(line)
    clocks = soonest(by_matter)
    wanted = Matter.objects.filter(pk__in=_latest_and(who, sorted(by_matter))).order_by("-pk")
    rows = {row.ref: row for row in rows_of(who, wanted, on=on)}
    own = {post.body for post in who.posts}
    told = _told(list(by_matter.values())[:MOST_TOLD])
    steps = [
        _step(
            those,
            rows[those[0].matter.ref],
            told.get(those[0].matter.ref, _Told()),
            clocks.get(matter),
            own,
            on=on,
        )
        for matter, those in by_matter.items()
    ]
    asked = {step.row.ref for step in steps}
    left = [row for row in rows.values() if row.ref not in asked and not row.final]
    names = {post.body_name for post in who.posts}
    return HostCard(
        steps=tuple(sorted(steps, key=_urgency)),
        own=tuple(row for row in left if row.body in names),
        elsewhere=tuple(row for row in left if row.body not in names),
        closed=tuple(row for row in rows.values() if row.final)[:FEW],
        openable=tuple(queries.openable(who, on=on)),
        notices=tuple(queries.notices_of(who)),
    )


#: So many steps are told in full; more than that nobody reads on one page.
MOST_TOLD = 20
#: So many of the matters last registered are listed below the steps, and so many closed ones.
LATEST = 60
FEW = 12


def _urgency(step: NextStep) -> tuple[date, date]:
    due = step.clock.due_date if step.clock and step.clock.due_date else date.max
    return due, step.row.opened_date


@dataclass(frozen=True, slots=True)
class _Told:
    """What may be read of a matter, and the values that its rules rest on."""

    cards: tuple[FieldCard, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)


def _told(waiting: Sequence[Sequence[Waiting]]) -> dict[str, _Told]:
    """Give what the readers of these lines may read of each matter. Three queries at most.

    Only at the normal level: what lies above is read on the page of the matter, which records it.
    """
    entries = book.entries_of_many([lines[0].matter.ref for lines in waiting])
    found = []
    for lines in waiting:
        ref, procedure = lines[0].matter.ref, rulebook.rules_of(lines[0].matter.rules)
        values = fold(entries[ref], rulebook.rules_of).values
        roles = {line.role: line.principal for line in lines}
        plain = {
            name: value
            for name, value in values.items()
            if name in procedure.spec.fields and procedure.spec.fields[name].level == "normal"
        }
        found.append((ref, procedure, roles, plain, values))
    names = names_of_keys(
        key for *_, plain, _ in found for value in plain.values() for key in mentioned(value)
    )
    return {
        ref: _Told(tuple(fields(plain, procedure, roles, names)), values)
        for ref, procedure, roles, plain, values in found
    }


def _step(
    lines: Sequence[Waiting],
    row: MatterRow,
    told: _Told,
    clock: ClockRow | None,
    own: set[int],
    *,
    on: date,
) -> NextStep:
    matter = lines[0].matter
    procedure = rulebook.rules_of(matter.rules)
    chip = chips.from_row(clock, procedure, ref=matter.ref, on=on) if clock else None
    buttons = tuple(_buttons(lines, procedure))
    first = buttons[0]
    line = next(one for one in lines if one.action == first.action)
    signer = _signer(procedure, line, told.values)
    after, then = (None, (signer,)) if signer else _after(procedure, line.action, told.values)
    return NextStep(
        row=row,
        told=told.cards,
        asked_by=None if matter.body_id in own else row.body,
        clock=chip,
        is_late=chip is not None and chip.status == "late",
        buttons=buttons,
        after=after,
        then=then,
        is_to_be_signed=signer is not None,
    )


def _buttons(lines: Iterable[Waiting], procedure: RunnableProcedure) -> Iterable[Button]:
    """Give what to do first first: to sign, then what leads on, then what ends."""
    order = {name: place for place, name in enumerate(procedure.spec.actions)}
    found = {(line.proposal, line.action): line for line in lines}.values()
    for line in sorted(found, key=lambda one: (not one.proposal, order[one.action])):
        action = procedure.spec.actions[line.action]
        yield Button(line.action, action.title, action.help, line.proposal)


def _signer(
    procedure: RunnableProcedure, line: Waiting, values: Mapping[str, Value]
) -> Text | None:
    """Give whose signature is wanted next: the first of an action, or the one after mine."""
    approvals = procedure.spec.actions[line.action].approvals
    wanted = [approval.by for approval in approvals if holds(approval.when, values)]
    if line.kind == "approve":
        wanted = wanted[wanted.index(line.role) + 1 :] if line.role in wanted else []
    return procedure.spec.roles[wanted[0]].title if wanted else None


def _after(
    procedure: RunnableProcedure, name: str, values: Mapping[str, Value]
) -> tuple[Text | None, tuple[Text, ...]]:
    """Give the stage an action leads to, and who is to move then."""
    spec = procedure.spec
    action = spec.actions[name]
    stage = target_stage(action, values) or next(turns.targets(action), "")
    if not stage:
        return None, ()
    roles = [
        spec.roles[by].title
        for other in spec.actions.values()
        if stage in other.from_ and other.to is not None
        for by in other.by[:1]
    ]
    return spec.stages[stage].title, tuple(dict.fromkeys(roles))
