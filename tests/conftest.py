"""What every test needs."""

from __future__ import annotations

import gc

import pytest
from django.db import connections

from tests.plugins.hashing import _passwords_with_the_least_labour
from tests.plugins.owner import _a_flush_may_empty_the_book

__all__ = ["_a_flush_may_empty_the_book", "_passwords_with_the_least_labour"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the tables of the tests in a file, as an installation does.

    In memory, the connections of a live server share locks on single tables and fail at once
    instead of waiting their turn, so a page still being read ended the test after it.
    """
    described = connections["default"].settings_dict
    if described["ENGINE"] == "paizhu.project.sqlite":
        described["TEST"]["NAME"] = str(tmp_path_factory.mktemp("tables") / "tests.sqlite3")


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not again and again among five thousand tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
