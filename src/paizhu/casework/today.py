"""Today: what waits for one person, what is late or due, apart from what colleagues took up.

Every officer of a team is offered what the team's post may do. Mine is where I have a seat, where
I acted, or what nobody has taken up; the rest is my team's and stands folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from paizhu.casework import access, chips, queries, rulebook, turns
from paizhu.casework.areas import procedures_in
from paizhu.casework.cards import ClockChip, NoticeRow, OpenableProcedure, WaitingRow
from paizhu.casework.models import ClockRow, Waiting
from paizhu.casework.taking import Taken, taken
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: How far ahead "due soon" looks, in natural days.
SOON = timedelta(days=14)
#: So many waiting lines and running clocks are looked at.
MOST = 400
MOST_CLOCKS = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that waits, with what the page needs to put it in its place."""

    row: WaitingRow
    #: Who holds the matter; None when that is a body of one's own posts.
    body: Text | None
    is_mine: bool
    #: Somebody on another side acted last: an answer, a report, a hand-over came in.
    is_answer: bool
    is_field_work: bool
    #: The next step is another side's, or that of matters opened from here; mine would end it.
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Heap:
    """One person's share of the day, or the team's."""

    waiting: tuple[Offer, ...]
    late: tuple[ClockChip, ...]
    due_soon: tuple[ClockChip, ...]

    @property
    def turns(self) -> tuple[Offer, ...]:
        """Give what is this side's to move."""
        return tuple(one for one in self.waiting if not one.is_elsewhere)

    @property
    def elsewhere(self) -> tuple[Offer, ...]:
        return tuple(one for one in self.waiting if one.is_elsewhere)

    @property
    def approvals(self) -> tuple[Offer, ...]:
        return tuple(one for one in self.turns if one.row.kind == "approve")

    @property
    def answers(self) -> tuple[Offer, ...]:
        return tuple(one for one in self.turns if one.is_answer and not one.is_field_work)

    @property
    def field_work(self) -> tuple[Offer, ...]:
        return tuple(one for one in self.turns if one.is_field_work)

    @property
    def rest(self) -> tuple[Offer, ...]:
        """Give what waits and stands under no heading of its own."""
        return tuple(
            one
            for one in self.turns
            if one.row.kind != "approve" and not one.is_answer and not one.is_field_work
        )


@dataclass(frozen=True, slots=True)
class TodayCard:
    """Everything the first page of the day shows."""

    mine: Heap
    team: Heap
    notices: tuple[NoticeRow, ...]
    openable: tuple[OpenableProcedure, ...]
    #: More waits than was looked at.
    more: bool


def today(who: Who, *, on: date) -> TodayCard:
    """Give the day of one person."""
    lines = waiting_lines(who)
    known = access.may_know(who, "matter_id", one_by_one=access.knows_many(who))
    near = ClockRow.objects.filter(known, stopped_date__isnull=True, due_date__lte=on + SOON)
    clocks = list(near.select_related("matter").order_by("due_date", "matter_id")[:MOST_CLOCKS])
    matters = {line.matter_id: line.matter.ref for line in lines}
    matters |= {row.matter_id: row.matter.ref for row in clocks}
    proposers = {proposer for line in lines if (proposer := proposer_of(line))}
    share = taken(who, matters, named=proposers, on=on)
    offers = _offers(who, lines, share, on=on)
    mine = {one.row.ref for one in offers if one.is_mine}
    cards = [
        (row.matter.ref in mine or share.is_mine(row.matter.ref), chip_of(row, on=on))
        for row in clocks
    ]
    return TodayCard(
        mine=_heap(offers, cards, is_mine=True),
        team=_heap(offers, cards, is_mine=False),
        notices=tuple(queries.notices_of(who)),
        openable=tuple(queries.openable(who, on=on)),
        more=len(lines) == MOST,
    )


def waiting_lines(who: Who, *, kind: str = "") -> list[Waiting]:
    """Give the lines that wait for one of a person's principals, longest first. One query."""
    lines = Waiting.objects.filter(principal__in=sorted(who.principals))
    if kind:
        lines = lines.filter(kind=kind)
    lines = lines.exclude(not_for__contains=f",{who.person},")
    lines = lines.filter(access.may_know(who, "matter_id", one_by_one=True))
    return list(lines.select_related("matter__body").order_by("since", "pk")[:MOST])


def once(lines: Iterable[Waiting]) -> list[Waiting]:
    """Give one line for each thing that waits: a matter, or a proposal in it."""
    found: dict[tuple[int, str, int], Waiting] = {}
    for line in lines:
        found.setdefault((line.matter_id, line.kind, line.proposal), line)
    return list(found.values())


def soonest(matters: Iterable[int]) -> dict[int, ClockRow]:
    """Give the clock of each matter that ends first. One query."""
    rows = ClockRow.objects.filter(matter_id__in=sorted(set(matters)), stopped_date__isnull=True)
    found: dict[int, ClockRow] = {}
    for row in rows.order_by(F("due_date").asc(nulls_last=True), "pk"):
        found.setdefault(row.matter_id, row)
    return found


def chip_of(row: ClockRow, *, on: date) -> ClockChip:
    """Make a chip from a row whose matter is at hand."""
    return chips.from_row(row, rulebook.rules_of(row.matter.rules), ref=row.matter.ref, on=on)


def waiting_row(
    line: Waiting, clock: ClockRow | None, names: Mapping[int, Text], *, on: date
) -> WaitingRow:
    """Make the row of something that waits."""
    procedure = rulebook.rules_of(line.matter.rules)
    proposer = proposer_of(line)
    is_approval = line.kind == "approve"
    action = procedure.spec.actions[line.action]
    stage = procedure.spec.stages[line.matter.stage]
    chip = chips.from_row(clock, procedure, ref=line.matter.ref, on=on) if clock else None
    return WaitingRow(
        ref=line.matter.ref,
        kind="approve" if is_approval else "act",
        proposal=line.proposal or None,
        what=action.title if is_approval else stage.title,
        procedure_title=procedure.spec.title,
        who=names.get(proposer) if proposer else None,
        since=line.since,
        next_clock=chip,
    )


def proposer_of(line: Waiting) -> int:
    """Give who proposed what waits to be signed; 0 when it is no proposal."""
    return int(line.not_for.split(",")[1]) if line.not_for else 0


# --- within -------------------------------------------------------------------------------------


def _offers(who: Who, lines: Sequence[Waiting], share: Taken, *, on: date) -> list[Offer]:
    field_work, own = procedures_in("field_work"), {post.body for post in who.posts}
    mine = {line.pk for line in lines if share.is_mine(line.matter.ref, line.principal)}
    singles = once([*(line for line in lines if line.pk in mine), *lines])
    clocks = soonest(line.matter_id for line in singles)
    elsewhere = turns.elsewhere(lines, share.has_open_children)
    offers = []
    for line in singles:
        procedure, is_act = rulebook.rules_of(line.matter.rules), line.kind == "act"
        offers.append(
            Offer(
                row=waiting_row(line, clocks.get(line.matter_id), share.names, on=on),
                body=None if line.matter.body_id in own else line.matter.body.name,
                is_mine=line.pk in mine,
                is_answer=is_act and turns.came_in(procedure, line.matter.stage, line.role),
                is_field_work=is_act and procedure.name in field_work,
                is_elsewhere=is_act and line.matter_id in elsewhere,
            )
        )
    return sorted(offers, key=_urgency)


def _urgency(one: Offer) -> tuple[date, date, str]:
    clock = one.row.next_clock
    return (clock.due_date if clock and clock.due_date else date.max, one.row.since, one.row.ref)


def _heap(offers: Iterable[Offer], cards: Iterable[tuple[bool, ClockChip]], *, is_mine: bool) -> Heap:  # fmt: skip
    chosen = [chip for mine, chip in cards if mine is is_mine]
    return Heap(
        waiting=tuple(one for one in offers if one.is_mine is is_mine),
        late=tuple(chip for chip in chosen if chip.status == "late"),
        due_soon=tuple(chip for chip in chosen if chip.status != "late"),
    )
