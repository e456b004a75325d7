"""What only the owner of the database can do: take the guards of the ledger off.

The tests use it to change what must not change; and emptying all tables between two tests that
commit would otherwise be refused, rightly, as tampering.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

triggers = importlib.import_module("paizhu.ledger.migrations.0002_triggers")


def run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    """Run statements as they stand, without parameters."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def guards_off(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers off for a while."""
    put_on, take_off = triggers.STATEMENTS[connection.vendor]
    run(connection, take_off())
    yield
    run(connection, put_on())


def constraints_off(connection: BaseDatabaseWrapper) -> None:
    """Take the check constraints of the ledger off, for the rest of the transaction."""
    if connection.vendor == "sqlite":
        run(connection, ["PRAGMA ignore_check_constraints = ON"])
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid::regclass::text LIKE 'ledger_%'"
        )
        found = cursor.fetchall()
    run(connection, [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in found])


def constraints_on(connection: BaseDatabaseWrapper) -> None:
    """Put them on again where the end of the transaction does not."""
    if connection.vendor == "sqlite":
        run(connection, ["PRAGMA ignore_check_constraints = OFF"])


@pytest.fixture(autouse=True, scope="session")
def _a_flush_may_empty_the_book() -> Iterator[None]:
    """Let Django empty the tables after a test that committed."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def guarded_flush(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        if not any("ledger_" in statement for statement in sql_list):
            return flush(self, sql_list)
        with guards_off(self.connection):
            return flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", guarded_flush)
        yield
