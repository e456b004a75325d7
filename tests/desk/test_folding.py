"""What a process remembers of a matter is what the book says of it, and nothing else."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import transaction

from paizhu.casework import desk, folding, projections, rebuilding, tables
from paizhu.casework.models import Matter
from paizhu.engine.state import State
from paizhu.kernel.errors import NotAllowed
from paizhu.ledger import book
from tests import world as worlds

pytestmark = pytest.mark.django_db
STAGES = ("registered", "proposed", "triage", "in_work", "held", "closed")


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_remembered_is_what_reading_anew_gives(world, stage):
    ref = worlds.inquiry(world, stage).ref
    remembered = folding.folded(ref)
    folding.forget()
    assert folding.folded(ref) == remembered
    assert list(remembered.entries) == book.entries_of(ref)
    held = remembered.held
    assert held.rows == projections.rows_of(held.state, held.procedure)


def test_a_step_that_was_undone_is_not_remembered(world):
    ref = worlds.inquiry(world, "triage").ref
    before = folding.folded(ref)
    with transaction.atomic():
        worlds.take(world, "one", ref, "dispose", disposal="hold", reasons="理由")
        assert folding.folded(ref) != before
        transaction.set_rollback(True)
    assert folding.folded(ref) == before
    with pytest.raises(NotAllowed):
        worlds.take(world, "keeper", ref, "dispose", disposal="hold", reasons="理由")
    worlds.take(world, "one", ref, "dispose", disposal="close", reasons="理由")
    assert rebuilding.check().differences == ()


def test_rows_follow_from_the_moment_recorded_when_two_clocks_differ(world):
    """The second writer's clock is behind, across midnight: its page bears the moment before it."""
    midnight = worlds.at(worlds.DAY + timedelta(days=1), 0)
    first, second = worlds.inquiry(world, "triage").ref, worlds.inquiry(world, "triage").ref
    for ref, now in ((first, midnight), (second, midnight - timedelta(seconds=1))):
        desk.act(
            actor=world.who("one"), ref=ref, action="dispose", version=4, now=now,
            raw={"disposal": "hold", "reasons": "理由"},
        )  # fmt: skip
    assert book.entries_of(second)[-1].at == midnight
    assert rebuilding.check().differences == ()


def test_where_nothing_changed_nothing_is_written(world, django_assert_num_queries):
    ref = worlds.inquiry(world, "triage").ref
    held, matter = folding.folded(ref).held, Matter.objects.get(ref=ref).pk
    with django_assert_num_queries(0):
        tables.change_matter(matter, held, projections.held(held.state, held.procedure))


class Watched(State):
    """A state that notes which of its values were looked at."""

    def __getattribute__(self, name: str) -> object:
        own = object.__getattribute__(self, "__dict__")
        if name in _VALUES:
            own["looked_at"].add(name)
        return object.__getattribute__(self, name)


_VALUES = {field.name for field in fields(State)}


@pytest.mark.parametrize("table", projections.TABLES, ids=lambda table: table.name)
def test_a_table_rests_on_what_it_says_it_rests_on(world, table):
    said = set(table.rests_on.__reduce__()[1])
    for stage in STAGES:
        held = folding.folded(worlds.inquiry(world, stage).ref).held
        state = object.__new__(Watched)
        state.__dict__.update(held.state.__dict__, looked_at=set())
        assert set(table.rows(state, held.procedure)) == held.rows[table.name]
        assert state.__dict__["looked_at"] <= said
