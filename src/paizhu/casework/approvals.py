"""Approvals in one stack: what changed, who asks, and what follows from signing or returning.

What follows is not described but tried: the entries that signing would write are drafted and
applied to the matter as it stands, without storing anything, and the difference is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from paizhu.casework import access, chips, forms_cards, projections, today, writing
from paizhu.casework.access import Reading
from paizhu.casework.cards import ClockChip, FieldCard, SignatureCard, WaitingRow
from paizhu.casework.naming import Names, known_as, names_in, names_of_posts, people, shown
from paizhu.casework.reading import signatures
from paizhu.casework.timeline import fields
from paizhu.casework.writing import Bench
from paizhu.engine import rights, steps
from paizhu.engine.clocks import standing
from paizhu.engine.entries import Entry
from paizhu.engine.rights import When
from paizhu.engine.state import Proposal, State, apply
from paizhu.kernel.errors import NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.ledger import reads
from paizhu.registry.principals import Who, names_of

DECIDED = Text(
    "这件提请已不在等您签批：可能已由他人签署、退回或撤回。请看下一件。",
    "This proposal no longer waits for you: it was signed, returned or withdrawn. Go to the next.",
)
#: Stands for the reasons in a trial that is never stored.
TRIAL = "-"


@dataclass(frozen=True, slots=True)
class Stacked:
    """One proposal in the stack."""

    row: WaitingRow
    body: Text

    @property
    def key(self) -> str:
        return f"{self.row.ref}:{self.row.proposal}"


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field of the proposal, beside what stands in the matter now."""

    field: FieldCard
    #: None when nothing stood there, or the same.
    before: Text | None


@dataclass(frozen=True, slots=True)
class ClockChanges:
    """What a decision does to the clocks."""

    started: tuple[ClockChip, ...] = ()
    stopped: tuple[ClockChip, ...] = ()
    paused: tuple[ClockChip, ...] = ()
    resumed: tuple[ClockChip, ...] = ()
    extended: tuple[ClockChip, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a decision: the next stage, clocks, papers, new readers, who is next."""

    #: Why it cannot be done now; None when it can.
    reason: Text | None = None
    stage: Text | None = None
    clocks: ClockChanges = ClockChanges()
    papers: tuple[Text, ...] = ()
    opens: tuple[Text, ...] = ()
    readers: tuple[Text, ...] = ()
    #: Whose signature is still missing after this one.
    then: Text | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalCard:
    """One proposal as its signer needs it, and nothing more."""

    ref: str
    proposal: int
    version: int
    title: Text
    procedure_title: Text
    stage_title: Text
    body: Text
    proposed_by: Text
    proposed_at: datetime
    fields: tuple[ChangedField, ...]
    #: The rest of the matter, as far as the reader reads it.
    known: tuple[FieldCard, ...]
    signatures: tuple[SignatureCard, ...]
    clocks: tuple[ClockChip, ...]
    if_signed: Outcome
    if_returned: Outcome


def stack(who: Who, *, on: date) -> list[Stacked]:
    """Give what waits for a person's signature: what is due first, then what waits longest."""
    lines = today.once(today.waiting_lines(who, kind="approve"))
    clocks = today.soonest(line.matter_id for line in lines)
    names = names_of(proposer for line in lines if (proposer := today.proposer_of(line)))
    found = [
        Stacked(
            today.waiting_row(line, clocks.get(line.matter_id), names, on=on),
            line.matter.body.name,
        )
        for line in lines
    ]
    return sorted(found, key=lambda one: (_due(one.row), one.row.since, one.key))


def _due(row: WaitingRow) -> date:
    clock = row.next_clock
    return clock.due_date if clock and clock.due_date else date.max


def look(who: Who, ref: str, proposal: int, *, now: datetime) -> ApprovalCard:
    """Give one proposal for a decision. Raises NotFound: unknown, hidden, or not to be signed."""
    reading = access.get_matter(who, ref)
    bench = writing.bench(who, reading)
    found = bench.state.proposals.get(proposal)
    state, procedure = bench.state, bench.procedure
    if found is None or rights.why_not_sign(state, procedure, bench.actor, found) is not None:
        raise NotFound(DECIDED)
    if reading.level != "normal":
        reads.record(person=who.key, ref=ref, what="matter", at=now)
    when, names = writing.moment(now, None), names_in(bench)
    running = [run for run in state.running() if run is not None]
    return ApprovalCard(
        ref=ref,
        proposal=proposal,
        version=state.version,
        title=procedure.spec.actions[found.action].title,
        procedure_title=procedure.spec.title,
        stage_title=procedure.spec.stages[state.stage].title,
        body=reading.body,
        proposed_by=known_as(found.person, found.name, names),
        proposed_at=found.at,
        fields=tuple(_changed(found, bench, reading, names)),
        known=tuple(
            card
            for card in fields(state.values, procedure, reading.roles, names)
            if card.field not in found.values
        ),
        signatures=tuple(signatures(found, bench, names)),
        clocks=tuple(_chip(state, bench, run.clock, run.run, on=when.day) for run in running),
        if_signed=_outcome(bench, proposal, when, names, _signed),
        if_returned=_outcome(bench, proposal, when, names, _returned),
    )


# --- what is asked ------------------------------------------------------------------------------


def _changed(
    proposal: Proposal, bench: Bench, reading: Reading, names: Names
) -> Iterable[ChangedField]:
    spec = bench.procedure.spec
    for card in fields(proposal.values, bench.procedure, reading.roles, names):
        before = bench.state.values.get(card.field)
        stood = shown(before, spec.fields[card.field], names) if before not in (None, "", []) else None  # fmt: skip
        yield ChangedField(card, stood if stood != card.shown else None)
    assigns = spec.actions[proposal.action].assigns
    if assigns and proposal.seats:
        seated = bench.state.seats.get(assigns, ())
        title = spec.roles[assigns].title
        card = FieldCard("seats", title, "person", people(proposal.seats, names), "normal")
        yield ChangedField(card, people(seated, names) if seated else None)


# --- what follows -------------------------------------------------------------------------------


def _signed(bench: Bench, proposal: int, when: When) -> list[Entry]:
    return steps.approve(bench.state, bench.procedure, bench.actor, proposal, when=when)


def _returned(bench: Bench, proposal: int, when: When) -> list[Entry]:
    return steps.give_back(
        bench.state, bench.procedure, bench.actor, proposal, reasons=TRIAL, when=when
    )


def _outcome(
    bench: Bench,
    proposal: int,
    when: When,
    names: Names,
    draft: Callable[[Bench, int, When], list[Entry]],
) -> Outcome:
    """Draft a decision, apply it to a copy, and tell the difference. Nothing is stored."""
    try:
        drafts = draft(bench, proposal, when)
    except Refused as refused:
        return Outcome(reason=refused.say)
    after = bench.state
    for entry in drafts:
        after = apply(after, entry, bench.procedure)
    spec = bench.procedure.spec
    moved = after.stage != bench.state.stage
    done = [entry for entry in drafts if entry.kind == "enacted"]
    return Outcome(
        stage=spec.stages[after.stage].title if moved else None,
        clocks=_clocks(bench, after, on=when.day),
        papers=tuple(
            spec.documents[entry.action].title for entry in drafts if entry.kind == "issued"
        ),
        opens=tuple(
            forms_cards.title_of_procedure(opened.procedure)
            for entry in done
            for opened in rights.opens_now(spec.actions[entry.action], after.values)
        ),
        readers=_new_readers(bench, after, names),
        then=_then(after, bench, proposal),
        is_closed=moved and spec.stages[after.stage].final,
    )


def _clocks(bench: Bench, after: State, *, on: date) -> ClockChanges:
    before = {(run.clock, run.run): run for run in bench.state.running()}
    later = {(run.clock, run.run): run for run in after.running()}
    both = before.keys() & later.keys()
    held = [key for key in both if later[key].is_paused != before[key].is_paused]

    def chip_of(keys: Iterable[tuple[str, int]]) -> tuple[ClockChip, ...]:
        return tuple(_chip(after, bench, *key, on=on) for key in sorted(keys))

    return ClockChanges(
        started=chip_of(later.keys() - before.keys()),
        stopped=chip_of(before.keys() - later.keys()),
        paused=chip_of(key for key in held if later[key].is_paused),
        resumed=chip_of(key for key in held if not later[key].is_paused),
        extended=chip_of(key for key in both if later[key].extensions > before[key].extensions),
    )


def _chip(state: State, bench: Bench, clock: str, number: int, *, on: date) -> ClockChip:
    run = state.run(clock, number)
    assert run is not None
    found = standing(run, bench.procedure, on=on)
    return chips.from_standing(found, bench.procedure, ref=state.ref, start=run.start)


def _new_readers(bench: Bench, after: State, names: Names) -> tuple[Text, ...]:
    """Give who would come to know of the matter, by post or by name."""
    before, later = _readers(bench.state, bench), _readers(after, bench)
    added = sorted(later - before)
    posts = names_of_posts(added)
    return tuple(
        posts.get(principal) or names.get(principal, Text(principal, principal))
        for principal in added
        if principal in posts or principal.startswith("person:")
    )


def _readers(state: State, bench: Bench) -> set[str]:
    rows = projections.rows_of(state, bench.procedure)["casework_reader"]
    return {str(principal) for principal, *_ in rows}


def _then(after: State, bench: Bench, number: int) -> Text | None:
    """Give whose signature would still be missing."""
    proposal = after.proposals.get(number)
    approval = proposal and rights.next_approval(proposal, after, bench.procedure)
    return bench.procedure.spec.roles[approval.by].title if approval else None
