"""The packs the generated worlds live by, read once."""

from pathlib import Path

import pytest

from paizhu.casework import rulebook
from tests import world as worlds

PACK = Path(__file__).resolve().parent / "pack"


@pytest.fixture(autouse=True)
def _packs(settings):
    settings.PAIZHU_PACKS = [*worlds.PACKS, worlds.ROOT / "tests" / "packs" / "powers", PACK]


@pytest.fixture
def world(db) -> worlds.World:
    return worlds.small_world()


@pytest.fixture
def rules_of():
    return rulebook.rules_of
