"""What ends by itself: a part on its last day with the seats it brought, and emergency access."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paizhu.casework import desk, ticking
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.ledger import book
from tests import world as worlds
from tests.world import sign, take

JOINT = {
    "topic": "联合",
    "facts": "事实",
    "inside": "内部",
    "reporter": "检举人",
    "subject": "某甲",
}


@pytest.fixture
def joint(world):
    """Give a matter in which another team has its part for three days, and one of theirs a seat."""
    worlds.person(world, "self", "尤监督", ("WJ", "self_supervision"))
    worlds.person(world, "guest", "褚经办", ("JY", "officer"))
    ref = opened(world, "keeper", "joint", **JOINT)
    until = str(world.today + timedelta(days=3))
    take(
        world, "section_head", ref, "join", partner=f"body:{world.bodies['JY'].pk}", until_day=until
    )
    let_in(world, ref)
    assert world.card("guest", ref).level == "identity"
    return ref


def opened(world, name: str, procedure: str, **raw: object) -> str:
    return desk.open(
        actor=world.who(name), procedure=procedure, body="WJ", raw=raw, now=world.now()
    ).ref


def let_in(world, ref: str) -> None:
    seats = [world.key("guest")]
    take(world, "section_head", ref, "let_in", why="须当面核实", seats=seats)
    sign(world, "self", ref)


def test_a_seat_does_not_outlive_the_part_of_the_body_it_came_with(world, joint):
    world.today += timedelta(days=3)
    ticking.tick(world.now())
    assert world.card("guest", joint).level == "identity", "the last day counts"
    world.today += timedelta(days=1)
    ticking.tick(world.now())
    with pytest.raises(NotFound):
        world.card("guest", joint)
    before = book.last()
    ticking.tick(world.now(11))
    assert book.last() == before, "a second tick finds nobody"


def test_nobody_of_a_body_whose_part_is_over_takes_a_seat(world, joint):
    world.today += timedelta(days=4)
    with pytest.raises(Invalid):
        let_in(world, joint)


def test_emergency_access_is_told_as_that_and_its_request_only_to_who_knows_of_it(world, joint):
    asked = opened(world, "one", "emergency", matter_ref=joint, reasons="紧急")
    take(world, "head", asked, "grant")
    for name, text in (("head", asked), ("keeper", "")):
        (line, *_) = world.card(name, joint).timeline
        assert (line.sentence.en, line.text) == ("Emergency access was approved", text), name
        assert (asked in repr(world.card(name, joint))) == bool(text), name
