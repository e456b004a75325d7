"""The door with a database and the packs of the tests."""

import pytest

from paizhu.casework import rulebook
from tests import world as worlds


@pytest.fixture
def world(db, settings) -> worlds.World:
    settings.PAIZHU_PACKS = worlds.PACKS
    rulebook.forget()
    yield worlds.small_world()
    rulebook.forget()
