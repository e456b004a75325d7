"""The pages by role agree with the brute-force oracle, too: what they list, and what they count."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from paizhu.casework import approvals, board, nextsteps, overview, saving, today, unitfile
from paizhu.casework.cards import MatterFilter
from paizhu.kernel.errors import Conflict, NotAllowed
from paizhu.registry.models import Body
from tests.access.oracle import SOON, Oracle
from tests.access.seen import Seen
from tests.access.worlds import generate

WORLDS = 16
CHUNK = 8


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(1000, 1000 + WORLDS, CHUNK))
def test_pages_by_role_list_and_count_what_the_oracle_allows(first, rules_of):
    tally: Counter = Counter()
    for seed in range(first, first + CHUNK):
        with transaction.atomic():
            world = generate(seed)
            oracle = Oracle(world.refs, world.today, rules_of, moment=world.moment if world.has_clock else None)  # fmt: skip
            for person in world.people:
                seen = Seen(world, oracle, person, world.who(person), tally)
                seen.known = oracle.may_know(person.pk)
                _today(seen)
                _stack(seen)
                _boards(seen)
                _units(seen)
                _host(seen)
                _filters(seen)
            transaction.set_rollback(True)
    assert tally["waiting"] > CHUNK
    assert tally["counted"] > CHUNK


def _today(seen: Seen) -> None:
    card = today.today(seen.who, on=seen.on)
    offers = [*card.mine.waiting, *card.team.waiting]
    found = Counter((one.row.ref, one.row.kind, one.row.proposal) for one in offers)
    assert set(found) == seen.oracle.waits(seen.person.pk), seen.case
    assert set(found.values()) <= {1}, seen.case
    seen.tally["waiting"] += len(found)
    chips = [*card.mine.late, *card.team.late, *card.mine.due_soon, *card.team.due_soon]
    due = [
        (ref, day)
        for ref in seen.known
        for day in seen.oracle.matters[ref].running()
        if day and day <= seen.on + SOON
    ]
    assert sorted((chip.ref, chip.due_date) for chip in chips) == sorted(due), seen.case
    seen.says_nothing_above(card, "normal", "today")


def _stack(seen: Seen) -> None:
    rows = approvals.stack(seen.who, on=seen.on)
    expected = {
        (ref, number)
        for ref, kind, number in seen.oracle.waits(seen.person.pk)
        if kind == "approve"
    }
    assert {(one.row.ref, one.row.proposal) for one in rows} == expected, seen.case
    for one in rows[:2]:
        try:
            card = approvals.look(seen.who, one.row.ref, one.row.proposal, now=seen.now())
        except (NotAllowed, Conflict):  # pragma: no cover
            raise AssertionError(seen.case) from None
        shown = {field.field.field for field in card.fields} | {field.field for field in card.known}
        allowed = seen.oracle.fields(seen.person.pk, one.row.ref) | {"seats"}
        assert shown <= allowed, (seen.case, one.row.ref)


def _boards(seen: Seen) -> None:
    known = [seen.oracle.matters[ref] for ref in seen.known]
    for post in seen.who.posts:
        found = board.board(seen.who, post.body, on=seen.on)
        held = [one for one in known if post.body in one.parts["holder"] and not one.final]
        assert found.total == len(held), seen.case
        assert sum(line.total for group in found.groups for line in group.items) == len(held)
        seen.says_nothing_above(found, "normal", "board")
        seen.tally["counted"] += len(held)
        counted = overview.open_by_body(seen.who, [post.body], on=seen.on)
        assert counted[post.body][0] == len(held), seen.case
    names = {one.procedure.name for one in known}
    counts = overview.counts(seen.who, names | {"question", "inquiry"}, on=seen.on)
    total = sum(body.open + body.closed for one in counts for body in one.by_body.values())
    assert total == len(known), seen.case


def _units(seen: Seen) -> None:
    units = Body.objects.filter(kind="unit")
    numbers = overview.unit_numbers(seen.who, [unit.pk for unit in units], on=seen.on)
    for unit in units:
        here = [
            ref
            for ref in seen.known
            if any(unit.pk in bodies for bodies in seen.oracle.matters[ref].parts.values())
        ]
        found = unitfile.unit_file(seen.who, unit.pk, on=seen.on)
        rows = [*found.open, *found.closed, *found.repairs]
        assert {row.ref for row in rows} == set(here), seen.case
        assert {line.ref for line in found.course} <= set(here), seen.case
        still = sum(not seen.oracle.matters[ref].final for ref in here)
        assert numbers[unit.pk].open == still, seen.case
        seen.says_nothing_above(found, "normal", "unit")


def _host(seen: Seen) -> None:
    page = nextsteps.host_page(seen.who, on=seen.on)
    steps = [step.row for step in page.steps]
    rows = {row.ref for row in (*steps, *page.own, *page.elsewhere, *page.closed)}
    assert rows <= set(seen.known), seen.case
    assert {row.ref for row in steps} <= {ref for ref, *_ in seen.oracle.waits(seen.person.pk)}
    seen.says_nothing_above(page, "normal", "host")


def _filters(seen: Seen) -> None:
    saving.save(seen.who, name="在办", narrowed=MatterFilter(state="open"), threshold="1")
    (card,) = saving.saved(seen.who, on=seen.on)
    still = sum(not seen.oracle.matters[ref].final for ref in seen.known)
    assert card.count == still, seen.case
