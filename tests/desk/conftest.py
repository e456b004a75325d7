"""The door with a database and the packs of the tests."""

import pytest

from paizhu.casework import rulebook
from tests import world as worlds
from tests.desk import stories, together


@pytest.fixture
def world(db, settings) -> worlds.World:
    settings.PAIZHU_PACKS = worlds.PACKS
    rulebook.forget()
    yield worlds.small_world()
    rulebook.forget()


@pytest.fixture
def life(db, settings):
    settings.PAIZHU_PACKS = [together.PACK]
    rulebook.forget()
    world = together.whole_world()
    stories.office(world, "SL", "案件审理室")
    stories.office(world, "SS", "申诉复查室")
    worlds.person(world, "WJ_second", "第二干部", ("WJ", "officer"))
    worlds.person(world, "SL_second", "第二审理人员", ("SL", "office_officer"))
    yield world
    rulebook.forget()
