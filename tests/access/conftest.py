"""The packs the generated worlds live by, read once."""

from pathlib import Path

import pytest
from django.db import connection

from paizhu.casework import rulebook
from tests import world as worlds
from tests.access.outside import command_line_at

PACK = Path(__file__).resolve().parent / "pack"


@pytest.fixture(scope="session", autouse=True)
def _statistics(django_db_setup, django_db_blocker):
    """Let there be statistics, as in any installation that has ticked.

    If the first tick of a world made their table, SQLite would read its whole schema anew after
    each refusal in that world, for as long as the transaction of the test lasts.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.fixture(scope="session")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("access")


@pytest.fixture(autouse=True)
def _packs(settings, monkeypatch, _folder):
    settings.PAIZHU_PACKS = [*worlds.PACKS, worlds.ROOT / "tests" / "packs" / "powers", PACK]
    settings.PAIZHU_DATA = _folder
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.access.moments.At"]
    monkeypatch.setenv("PAIZHU_DATA", str(_folder))
    command_line_at(_folder)


@pytest.fixture
def world(db) -> worlds.World:
    return worlds.small_world()


@pytest.fixture
def rules_of():
    return rulebook.rules_of
