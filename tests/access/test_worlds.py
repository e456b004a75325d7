"""Every channel of every generated world agrees with the brute-force oracle.

The method is SpiceDB's: compute who may know what in the plainest way, then ask each channel.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from django.db import transaction

from paizhu.casework import desk, notices, queries, reading
from paizhu.casework.cards import DeskCard, MatterCard, MatterFilter
from paizhu.casework.models import Notice
from paizhu.cli import dossiers
from paizhu.kernel.errors import NotFound, Refused
from paizhu.ledger import book
from tests.access.oracle import LEVELS, SOON, Oracle
from tests.access.outside import Outside
from tests.access.seen import MARK, Seen
from tests.access.worlds import World, generate

WORLDS = 200
CHUNK = 20


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(0, WORLDS, CHUNK))
def test_each_channel_shows_exactly_what_the_oracle_allows(first, rules_of):
    tally: Counter = Counter()
    for seed in range(first, first + CHUNK):
        with transaction.atomic():
            world = generate(seed)
            assert world.refs
            has_ticked = seed % 4 == 0
            if has_ticked:
                world.let_pass(world.random.choice([1, 10, 40]))
            oracle = Oracle(world.refs, world.today, rules_of)
            if has_ticked:
                settled(world, oracle, tally)
            for person in world.people:
                compare(Seen(world, oracle, person, world.who(person), tally))
            if seed % 5 == 0:
                person = world.random.choice(world.people)
                seen = Seen(world, oracle, person, world.who(person), tally)
                seen.known = oracle.may_know(person.pk)
                Outside(seen).compare()
            tally["steps"] += world.done
            transaction.set_rollback(True)
    # A generator that had stopped to reach these would make the test worth nothing.
    reached = ("known", "hidden", "links hidden", "waiting", "late",
               "settled", "warned", "shown outside", "hidden outside")  # fmt: skip
    assert min(tally[k] for k in reached) > 0, tally
    assert tally["steps"] >= 8 * CHUNK


def compare(seen: Seen) -> None:
    """Ask every channel as one person."""
    seen.known = seen.oracle.may_know(seen.person.pk)
    cards = {}
    for ref in seen.oracle.matters:
        if ref in seen.known:
            cards[ref] = _page(seen, ref)
        else:
            seen.tally["hidden"] += 1
            _hidden(seen, ref)
    _lists(seen)
    _search(seen, cards)
    card = queries.desk_page(seen.who, on=seen.on)
    _desk(seen, card)
    _notices(seen, card)


# --- what time brings ---------------------------------------------------------------------------


def settled(world: World, oracle: Oracle, tally: Counter) -> None:
    """After a tick nothing stands that time has ended; a second tick writes nothing."""
    for known in oracle.matters.values():
        assert not oracle.overdue_offer(known), (world.seed, known.ref)
        assert not oracle.left_behind(known), (world.seed, known.ref)
        tally["settled"] += 1
        tally["warned"] += any(run.warned for runs in known.state.clocks.values() for run in runs)
    before = book.last()
    world.let_pass(0)
    assert book.last() == before, world.seed


# --- one matter ---------------------------------------------------------------------------------


def _page(seen: Seen, ref: str) -> MatterCard:
    seen.tally["known"] += 1
    known, level = seen.oracle.matters[ref], seen.oracle.level(seen.person.pk, ref)
    card = reading.matter(seen.who, ref, now=seen.now())
    assert (card.level, card.stage) == (level, known.stage), (seen.case, ref)
    assert {one.field for one in card.fields} == seen.oracle.shown(seen.person.pk, ref), seen.case
    seen.says_nothing_above(card, level, ref)
    is_limited = seen.oracle.is_limited(seen.person.pk, ref)
    for line in card.timeline:
        assert is_limited or all(LEVELS[one.level] <= LEVELS[level] for one in line.details)
        assert level != "normal" or not line.text
    linked = {link.ref for link in card.links}
    assert linked == set(known.links) & set(seen.known), (seen.case, ref)
    for other in set(known.links) - linked:
        seen.tally["links hidden"] += 1
        assert other not in repr(card), (seen.case, ref)
        assert not any("关联" in line.sentence.zh for line in card.timeline), (seen.case, ref)
    for name, runs in known.state.clocks.items():
        for run in runs:
            why = reading.why_date(seen.who, ref, name, on=seen.on, run=run.run)
            seen.says_nothing_above(why, level, ref)
    assert reading.why_access(seen.who, ref)
    if seen.world.random.random() < 0.2:
        _dossier(seen, ref, level)
    return card


def _dossier(seen: Seen, ref: str, level: str) -> None:
    """What is taken out holds no field the reader may not read, and no words above his level."""
    may = seen.oracle.fields(seen.person.pk, ref)
    for entry in dossiers.readable(seen.who, ref, now=seen.now()):
        payload = dict(entry.payload or {})
        values = payload.pop("values", None) or {}
        assert set(values) <= may, (seen.case, ref, entry.kind)
        if entry.kind == "corrected" and payload:
            assert payload["field"] in may, (seen.case, ref)
        elif level == "normal":
            assert not re.search(MARK, repr(payload)), (seen.case, ref, entry.kind)


def _hidden(seen: Seen, ref: str) -> None:
    """Every way to a hidden matter ends exactly as for a number that was never given."""
    for call in seen.world.random.sample(CALLS, 4):
        if call not in seen.unknown:  # asked once a person, whatever is hidden from him
            seen.unknown[call] = _refusal(call, seen, "TX-TA-2025-9999")
        answer = _refusal(call, seen, ref)
        assert answer == seen.unknown[call], (seen.case, ref)
        assert answer[0] is NotFound, (seen.case, ref)


def _refusal(call, seen: Seen, ref: str) -> tuple:
    try:
        call(seen, ref)
    except Refused as refused:
        return type(refused), refused.args, vars(refused), refused.__cause__
    pytest.fail(f"{seen.case}: {ref} was answered")


def _verb(verb, **given):
    def call(seen: Seen, ref: str) -> None:
        verb(actor=seen.who, ref=ref, version=1, now=seen.now(), **given)

    return call


CALLS = [
    lambda seen, ref: reading.matter(seen.who, ref, now=seen.now()),
    lambda seen, ref: reading.why_date(seen.who, ref, "take_in", on=seen.on),
    lambda seen, ref: reading.why_access(seen.who, ref),
    _verb(desk.act, action="hand_over", raw={"seats": ["person:1"]}),
    _verb(desk.act, action="no such action", raw={"strange": 1}),
    _verb(desk.approve, proposal=2),
    _verb(desk.give_back, proposal=2, reasons=""),
    _verb(desk.withdraw, proposal=2, reasons="x"),
    _verb(desk.assign, role="handler", persons=["nobody"]),
    _verb(desk.substitute, role="head", person="person:1", reasons=""),
    _verb(desk.recuse, person="person:1", reasons="x"),
    _verb(desk.note, text=""),
    _verb(desk.correct, field="summary", raw="x", reasons="x"),
]


# --- many matters -------------------------------------------------------------------------------


def _lists(seen: Seen) -> None:
    expected = set(seen.known)
    pages = [queries.matters(seen.who, MatterFilter(), on=seen.on, page=1, size=2)]
    for number in range(2, pages[0].pages + 1):
        pages.append(queries.matters(seen.who, MatterFilter(), on=seen.on, page=number, size=2))
    rows = [row for page in pages for row in page.rows]
    assert sorted(row.ref for row in rows) == sorted(expected), seen.case
    assert {page.total for page in pages} == {len(expected)}, seen.case
    assert all(a.opened_date >= b.opened_date for a, b in pairwise(rows))
    exported = queries.export(seen.who, MatterFilter(order="due"), on=seen.on)
    assert {row.ref for row in exported} == expected, seen.case
    seen.says_nothing_above([rows, exported], "normal", "list")
    waiting = {ref for ref, _, _ in seen.oracle.waits(seen.person.pk)}
    assert {row.ref for row in rows if row.waiting_for_me} == waiting, seen.case
    # Two filters a person: over all worlds each is asked some hundreds of times.
    for narrowed, refs in seen.world.random.sample(list(_filters(seen, waiting)), 2):
        assert queries.count(seen.who, narrowed, on=seen.on) == len(refs), (seen.case, narrowed)
    if seen.world.random.random() < 0.5:
        _facets(seen)


def _filters(seen: Seen, waiting: set[str]):
    matters = {ref: seen.oracle.matters[ref] for ref in seen.known}
    late = {r for r, k in matters.items() if any(d and d < seen.on for d in k.running())}
    seen.tally["late"] += len(late)
    closed = {ref for ref, known in matters.items() if known.final}
    yield MatterFilter(state="open"), set(matters) - closed
    yield MatterFilter(state="closed"), closed
    yield MatterFilter(state="late"), late
    yield MatterFilter(state="waiting"), waiting
    # One at a time is enough: they are joined by AND.
    of = seen.world.random.choice([*seen.oracle.matters.values()])
    name, stage, holder = of.procedure.name, of.stage, of.parts["holder"][0]
    yield (
        MatterFilter(procedure=name),
        {r for r, k in matters.items() if k.procedure.name == name},
    )
    yield (
        MatterFilter(stage=f"{name}.{stage}"),
        {r for r, k in matters.items() if (k.procedure.name, k.stage) == (name, stage)},
    )
    yield (
        MatterFilter(body=str(holder)),
        {r for r, k in matters.items() if holder in k.parts["holder"]},
    )


def _facets(seen: Seen) -> None:
    matters = [seen.oracle.matters[ref] for ref in seen.known]
    facets = {
        name: {one.value for one in options}
        for name, options in queries.facets(seen.who, on=seen.on).items()
    }
    assert facets == {
        "procedure": {known.procedure.name for known in matters},
        "stage": {f"{known.procedure.name}.{known.stage}" for known in matters},
        "body": {str(known.parts["holder"][0]) for known in matters},
    }, seen.case


def _search(seen: Seen, cards: dict[str, MatterCard]) -> None:
    """The search box knows what everybody who may know may read, and nothing more."""
    ref = seen.world.random.choice(list(seen.oracle.matters))
    if seen.world.random.random() < 0.5:
        hits = queries.count(seen.who, MatterFilter(query=ref), on=seen.on)
        assert hits == (ref in cards), (seen.case, ref)
    else:  # every mark of content holds this sign, and nothing else does
        assert queries.count(seen.who, MatterFilter(query="§"), on=seen.on) == 0, seen.case


def _desk(seen: Seen, card: DeskCard) -> None:
    expected = seen.oracle.waits(seen.person.pk)
    seen.tally["waiting"] += len(expected)
    is_asked = seen.world.random.random() < 0.5
    for rows in (card.waiting, *([queries.waiting(seen.who, on=seen.on)] if is_asked else [])):
        found = Counter((row.ref, row.kind, row.proposal) for row in rows)
        assert set(found) == expected, seen.case
        assert set(found.values()) <= {1}, seen.case
    due = [
        (ref, day) for ref in seen.known for day in seen.oracle.matters[ref].running()
    ]  # every clock that runs
    assert card.running == len(due), seen.case
    late = sorted((ref, day) for ref, day in due if day and day < seen.on)
    soon = sorted((ref, day) for ref, day in due if day and seen.on <= day <= seen.on + SOON)
    assert sorted((chip.ref, chip.due_date) for chip in card.late) == late, seen.case
    assert sorted((chip.ref, chip.due_date) for chip in card.due_soon) == soon, seen.case
    seen.says_nothing_above(card, "normal", "desk")


def _notices(seen: Seen, card: DeskCard) -> None:
    rows = Notice.objects.filter(person_id=seen.person.pk).select_related("matter")
    mine = [row for row in rows if row.matter.ref in seen.known]
    assert len(card.notices) == min(12, len(mine)), seen.case
    assert {row.ref for row in card.notices} <= set(seen.known), seen.case
    assert {row.text for row in card.notices} <= set(notices.EVENTS.values())
    assert queries.has_notices(seen.who) == bool(mine), seen.case


def test_a_world_is_a_function_of_its_seed(db):
    told = []
    for _ in range(2):
        with transaction.atomic():
            world = generate(7)
            first = world.people[0].pk
            told.append([(p.name_zh, p.pk - first) for p in world.people] + world.refs)
            transaction.set_rollback(True)
    assert told[0] == told[1]
