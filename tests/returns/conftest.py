"""A small institution with an office, under a pack of returns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from paizhu.analysis.returns import computing, reading
from paizhu.registry.models import Post, Tie
from tests import world as worlds

PACKS = [
    *worlds.PACKS,
    worlds.ROOT / "tests" / "packs" / "powers",
    Path(__file__).resolve().parent / "pack",
]


@pytest.fixture
def world(db, settings) -> worlds.World:
    settings.PAIZHU_PACKS = PACKS
    made = worlds.small_world()
    office = worlds.body(made, "XF", "office", "信访室", "Intake office")
    Tie.objects.create(
        source=office, target=made.bodies["OR"], kind="part_of", since=date(2024, 1, 1)
    )
    Post.objects.create(body=office, key="office_head", title_zh="主任", title_en="Head")
    worlds.person(made, "office", "沈主任", ("XF", "office_head"))
    worlds.person(made, "case_office", "蒋案管", ("OR", "case_office"))
    return made


@pytest.fixture
def compute(world):
    """Compute a return as somebody, and give the kept computation."""

    def run(name="inquiries", *, body="WJ", period="2025-09", actor="head"):
        return computing.compute(
            name, body=body, period=period, actor=world.who(actor), now=world.now(18)
        )

    return run


@pytest.fixture
def shown(world):
    """Give what a reader sees of a computation: text of each cell by its key, in a language."""

    def show(kept, reader="head", lang="en"):
        card = reading.card_of(kept, reader=world.who(reader), now=world.now(18))
        return {c.key: c.figure.shown.say(lang) for row in card.rows for c in row.cells}

    return show
