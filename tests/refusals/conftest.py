"""A small institution under the test packs."""

import pytest

from tests import world as worlds


@pytest.fixture
def world(db, settings) -> worlds.World:
    settings.PAIZHU_PACKS = worlds.PACKS
    return worlds.small_world()
