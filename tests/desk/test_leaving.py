"""A seat does not outlive the posts of whoever sat in it."""

from datetime import timedelta

import pytest

from paizhu.casework import desk, leaving, posts, rebuilding, ticking
from paizhu.casework.models import Matter, Seat
from paizhu.kernel.errors import NotFound
from paizhu.ledger import book
from paizhu.registry.models import Post, Tenure
from tests.world import inquiry, sign, take


def gone(world, name):
    """Let somebody leave every post today; tomorrow has come."""
    for tenure in Tenure.objects.filter(person=world.people[name]):
        posts.leave(actor=None, tenure=tenure, until=world.today, now=world.now())
    world.today += timedelta(days=1)


def test_who_left_every_post_reads_and_acts_no_more_and_the_other_stays(world):
    ref, closed = inquiry(world, "triage").ref, inquiry(world, "closed").ref
    gone(world, "two")
    ticking.tick(world.now())
    for one in (ref, closed):
        with pytest.raises(NotFound):
            world.card("two", one)
    card = world.card("one", ref)
    assert [line.text.zh for line in card.seats] == ["周经办"]
    entry = book.entries_of(ref)[-1]
    assert (entry.kind, entry.person) == ("assigned", "system")
    assert entry.payload == {"role": "handler", "persons": [world.key("one")]}
    assert card.timeline[0].sentence.en == "Somebody seated here left their posts; the seat is free"
    assert rebuilding.check().differences == ()


def test_a_second_tick_finds_nobody(world):
    ref = inquiry(world, "triage").ref
    assert leaving.end_seats(world.now()) == 0
    gone(world, "two")
    assert leaving.end_seats(world.now()) == 1
    before = Matter.objects.get(ref=ref).version
    assert leaving.end_seats(world.now(11)) == 0
    assert Matter.objects.get(ref=ref).version == before


def test_who_goes_to_another_team_leaves_the_matters_of_the_first(world):
    ref = inquiry(world, "triage").ref
    gone(world, "two")
    officer = Post.objects.get(body=world.bodies["JY"], key="officer")
    posts.appoint(
        actor=None, person=world.people["two"], post=officer, since=world.today, now=world.now()
    )
    leaving.end_seats(world.now())
    assert not Seat.objects.filter(person=world.people["two"]).exists()
    with pytest.raises(NotFound):
        world.card("two", ref)


def test_another_post_in_the_same_body_keeps_the_seat(world):
    inquiry(world, "triage")
    gone(world, "two")
    deputy = Post.objects.get(body=world.bodies["WJ"], key="deputy")
    posts.appoint(
        actor=None, person=world.people["two"], post=deputy, since=world.today, now=world.now()
    )
    assert leaving.end_seats(world.now()) == 0


def test_who_signs_in_place_of_a_role_leaves_it_too(world):
    ref = inquiry(world, "proposed").ref
    desk.recuse(
        actor=world.who("head"), ref=ref, person=world.key("head"), reasons="近亲属",
        version=world.card("head", ref).version, now=world.now(),
    )  # fmt: skip
    desk.substitute(
        actor=world.who("leader"), ref=ref, role="head", person=world.key("three"),
        reasons="组长回避", version=world.card("leader", ref).version, now=world.now(),
    )  # fmt: skip
    sign(world, "three", ref)
    gone(world, "two")
    assert leaving.end_seats(world.now()) == 1
    (line,) = [e for e in book.entries_of(ref) if e.person == "system" and e.kind == "assigned"]
    assert line.payload["role"] == "handler", "who stays in place of a role is not written anew"
    take(world, "one", ref, "dispose", disposal="hold", reasons="理由")
    sign(world, "section_head", ref)
    gone(world, "three")
    assert leaving.end_seats(world.now()) == 1
    with pytest.raises(NotFound):
        sign(world, "three", ref)
    (stuck,) = world.card("leader", ref).stuck
    assert stuck.may_appoint
    with pytest.raises(NotFound):
        take(world, "three", ref, "hand_over")
