"""Who holds which post leaves a page in the book, and opens and closes what it reads."""

from datetime import date, timedelta

import pytest

from paizhu.casework import posts
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.ledger import book
from paizhu.registry.models import Post, Tenure
from tests.world import inquiry


def last_entry():
    return list(book.iter_all())[-1].entry


def test_an_appointment_stands_in_the_book_and_opens_what_the_post_reads(world):
    ref = inquiry(world).ref
    head = Post.objects.get(body=world.bodies["WJ"], key="head")
    with pytest.raises(NotFound):
        world.card("three", ref)
    posts.appoint(
        actor=world.who("leader"), person=world.people["three"], post=head, since=world.today,
        now=world.now(),
    )  # fmt: skip
    entry = last_entry()
    assert (entry.kind, entry.person, entry.version) == ("posts_changed", world.key("leader"), 0)
    assert entry.payload == {
        "what": "appointed", "person": world.key("three"),
        "post": f"post:head@body:{world.bodies['WJ'].pk}", "since": "2025-09-28", "until": None,
    }  # fmt: skip
    assert world.card("three", ref)


def test_leaving_ends_with_its_last_day(world):
    ref = inquiry(world).ref
    tenure = Tenure.objects.get(person=world.people["head"])
    posts.leave(actor=None, tenure=tenure, until=world.today, now=world.now())
    assert last_entry().person == "system"
    assert last_entry().payload["until"] == "2025-09-28"
    assert world.card("head", ref)
    world.today += timedelta(days=1)
    with pytest.raises(NotFound):
        world.card("head", ref)


def test_what_cannot_be_is_refused_and_leaves_no_page(world):
    before = book.last()
    head = Post.objects.get(body=world.bodies["WJ"], key="head")
    with pytest.raises(Invalid):
        posts.appoint(
            actor=None, person=world.people["head"], post=head, since=world.today, now=world.now()
        )
    tenure = Tenure.objects.get(person=world.people["head"])
    with pytest.raises(Invalid):
        posts.leave(actor=None, tenure=tenure, until=date(2023, 1, 1), now=world.now())
    tenure.refresh_from_db()
    assert tenure.until is None
    assert book.last() == before


@pytest.mark.parametrize("name", ["head", "section_head", "other_head", "unit_head"])
def test_only_the_post_named_for_it_in_the_body_above_appoints_and_dismisses(world, name):
    before = book.last()
    deputy = Post.objects.get(body=world.bodies["WJ"], key="deputy")
    with pytest.raises(NotAllowed):
        posts.appoint(
            actor=world.who(name), person=world.people["three"], post=deputy, since=world.today,
            now=world.now(),
        )  # fmt: skip
    tenure = Tenure.objects.get(person=world.people["three"])
    with pytest.raises(NotAllowed):
        posts.leave(actor=world.who(name), tenure=tenure, until=world.today, now=world.now())
    assert book.last() == before


def test_nobody_appoints_himself_nor_beyond_the_bodies_of_his_own(world):
    team = Post.objects.get(body=world.bodies["WJ"], key="head")
    unit = Post.objects.get(body=world.bodies["YY"], key="unit_head")
    for person, post in (("leader", team), ("three", unit)):
        with pytest.raises(NotAllowed):
            posts.appoint(
                actor=world.who("leader"), person=world.people[person], post=post,
                since=world.today, now=world.now(),
            )  # fmt: skip


def test_whoever_appoints_may_also_end_it(world):
    tenure = Tenure.objects.get(person=world.people["head"])
    posts.leave(actor=world.who("leader"), tenure=tenure, until=world.today, now=world.now())
    assert last_entry().person == world.key("leader")
