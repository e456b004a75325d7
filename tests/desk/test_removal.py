"""Removing content needs two persons and a closed matter, and leaves chain and rows sound."""

from datetime import timedelta

import pytest

from paizhu.casework import rebuilding, removal
from paizhu.casework.models import Matter
from paizhu.kernel.errors import NotAllowed, NotFound
from paizhu.ledger import book
from tests.world import inquiry, sign, take


def take_out(world, one, two, ref):
    return removal.remove(
        actor=world.who(one),
        approved_by=world.who(two),
        ref=ref,
        reasons="保管期限届满",
        now=world.now(15),
    )


def test_two_persons_remove_the_content_of_a_closed_matter(world):
    ref = inquiry(world, "closed").ref
    take_out(world, "head", "leader", ref)
    held = [entry.payload for entry in book.entries_of(ref) if entry.kind == "enacted"]
    assert held == [None] * len(held)
    row = Matter.objects.get(ref=ref)
    assert (row.stage, row.listed, row.words) == ("closed", "[]", ref)
    with pytest.raises(NotFound):
        world.card("head", ref)


@pytest.mark.parametrize("has_row", [True, False])
def test_what_came_from_a_removed_matter_ends_all_the_same(world, has_row):
    """Rows lost with the content cannot be written again: only the headers are left to fold."""
    ref = inquiry(world, "in_work").ref
    take(world, "one", ref, "conclude", reasons="查清")
    sign(world, "section_head", ref)
    sign(world, "head", ref)
    take_out(world, "head", "leader", ref)
    if not has_row:
        Matter.objects.get(ref=ref).delete()
        rebuilding.rebuild()
    world.today += timedelta(days=1)
    child = Matter.objects.get(procedure="letter").ref
    take(world, "section_head", child, "finish", outcome="已答复")
    assert Matter.objects.get(ref=child).is_final
    assert rebuilding.check().differences == ()


@pytest.mark.parametrize(
    ("one", "two", "stage"),
    [("head", "head", "closed"), ("head", "one", "closed"), ("head", "leader", "triage")],
)
def test_anything_less_removes_nothing(world, one, two, stage):
    ref = inquiry(world, stage).ref
    with pytest.raises(NotAllowed):
        take_out(world, one, two, ref)
    assert all(entry.payload is not None for entry in book.entries_of(ref))
