"""What programs are given from the door: leaves of a list, schemas, duties, bodies, receipts."""

from __future__ import annotations

from datetime import date

import pytest

from paizhu.casework import asked, bodies, duties, owed, queries, receipts, rulebook
from paizhu.casework.cards import MatterFilter, Receipt
from paizhu.kernel.errors import Invalid, NotFound
from tests.world import ROOT, inquiry, small_world


def leaf(world, name, **given):
    return queries.leaf(world.who(name), MatterFilter(), on=world.today, **given)


def test_a_leaf_goes_on_from_the_last_matter_read(world):
    refs = [inquiry(world).ref for _ in range(3)]
    rows, more = leaf(world, "head", size=2)
    assert ([row.ref for row in rows], more) == ([refs[2], refs[1]], True)
    rows, more = leaf(world, "head", size=2, after=refs[1])
    assert ([row.ref for row in rows], more) == ([refs[0]], False)


@pytest.mark.parametrize("after", ["{hidden}", "XX-1", "a\0"])
def test_a_leaf_goes_on_from_nothing_one_may_not_know(world, after):
    hidden = inquiry(world).ref
    with pytest.raises(Invalid) as refused:
        leaf(world, "other_head", after=after.format(hidden=hidden))
    assert refused.value.say == queries.BEGIN_AGAIN


def test_schemas_are_given_for_what_may_be_done_only(world):
    ref = inquiry(world).ref
    found = asked.schemas(world.who("keeper"), ref, now=world.now(), lang="en")
    assert found["hand_over"]["properties"]["seats"]["minItems"] == 2
    assert "dispose" not in found
    with pytest.raises(NotFound):
        asked.schemas(world.who("other_head"), ref, now=world.now(), lang="en")


def test_bodies_are_those_ones_own_work_with(world):
    found = {one.code: one for one in bodies.worked_with(world.who("head"), on=world.today)}
    assert {"WJ", "OR", "YY"} <= set(found)
    assert found["YY"].kind == "unit"
    assert found["YY"].key == f"body:{world.bodies['YY'].pk}"


def test_a_receipt_names_no_matter_its_reader_may_not_know(world):
    mine, whole = inquiry(world).ref, inquiry(world).ref
    receipt = Receipt(mine, 1, 1, opened=(whole,))
    assert receipts.for_reader(world.who("head"), receipt) == receipt
    assert receipts.for_reader(world.who("other_head"), receipt).opened == ()
    bare = Receipt(mine, 1, 1)
    assert receipts.for_reader(world.who("head"), bare) is bare


@pytest.fixture
def national(db, settings):
    settings.PAIZHU_PACKS = [ROOT / "packs" / "cn-discipline"]
    rulebook.forget()
    made = small_world()
    yield made
    rulebook.forget()


def test_duties_are_those_of_ones_own_bodies_with_their_matter(national):
    from paizhu.casework import desk

    raw = {"unit": "YY", "origin": "supervision", "seen": "x", "asks": "y", "unit_signs": "no"}
    desk.open(
        actor=national.who("one"), procedure="question", body="WJ", raw=raw, now=national.now()
    )
    before = owed.owed(national.who("head"), on=national.today)
    assert before
    assert all(card.ref == "" for card in before)
    duties.open_due(national.now())
    found = owed.owed(national.who("head"), on=national.today)
    assert {card.body for card in found} == {"WJ"}
    assert [card.last_date for card in found] == sorted(card.last_date for card in found)
    assert any(card.ref for card in found)
    assert all(card.first_date <= card.opens_date <= card.last_date for card in found)
    assert owed.owed(national.who("liaison"), on=national.today) == ()


def test_before_a_duty_begins_its_first_period_is_named(national):
    found = owed.owed(national.who("head"), on=date(2024, 6, 1))
    assert found
    assert all(card.opens_date > date(2024, 6, 1) for card in found)
