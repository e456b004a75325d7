"""The database itself refuses what the book must not suffer."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from paizhu.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("whole_book")

TABLES = ("entry", "head", "checkpoint", "readline", "readseal", "ruletext")
COLUMNS = {
    "entry": "seq matter version header payload salt payload_digest prev digest",
    "head": "id seq digest at",
    "checkpoint": "entry seq digest at key signature",
    "readline": "id at day person ref what",
    "readseal": "day entry lines digest",
    "ruletext": "digest data",
}
NUMBERS = {"seq", "version", "id", "entry", "lines"}


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_deleted(table: str) -> None:
    refused(f"DELETE FROM ledger_{table}")
    assert verify().is_good


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t, names in COLUMNS.items() for c in names.split()]
)
def test_no_column_is_changed(table: str, column: str) -> None:
    value = f"{column} + 500" if column in NUMBERS else "NULL" if column == "data" else "'x'"
    refused(f"UPDATE ledger_{table} SET {column} = {value}")
    assert verify().is_good


def test_content_goes_only_together_with_its_salt_and_never_from_a_line_about_the_book() -> None:
    refused("UPDATE ledger_entry SET payload = NULL WHERE seq = 1")
    refused("UPDATE ledger_entry SET salt = NULL WHERE seq = 1")
    refused("UPDATE ledger_entry SET payload = NULL, salt = NULL, version = 9 WHERE seq = 1")
    refused("UPDATE ledger_entry SET payload = NULL, salt = NULL WHERE matter IS NULL")


def test_removed_content_does_not_come_back() -> None:
    refused("UPDATE ledger_entry SET payload = '{}', salt = 's' WHERE payload IS NULL")


@pytest.mark.parametrize(
    "values",
    [
        "22, 'A', 1, '{}', '{}', 's', 'd', 'p', 'x'",  # leaves a page out
        "21, 'A', 1, '{}', '{}', 's', 'd', 'p', 'x'",  # does not follow the last one
        "1, 'A', 1, '{}', '{}', 's', 'd', '', 'x'",  # is there already
    ],
)
def test_a_page_that_does_not_follow_is_not_inserted(values: str) -> None:
    refused(f"INSERT INTO ledger_entry VALUES ({values})")


def test_a_page_is_not_born_without_content() -> None:
    refused(
        "INSERT INTO ledger_entry SELECT seq + 1, 'A', 1, header, NULL, NULL, payload_digest, "
        "digest, digest FROM ledger_entry WHERE seq = 20"
    )


def test_the_head_moves_forward_onto_a_page_that_is_there() -> None:
    refused("UPDATE ledger_head SET seq = seq - 1")
    refused("UPDATE ledger_head SET seq = seq + 1")
    refused("INSERT INTO ledger_head (id, seq, digest, at) VALUES (2, 0, '', '')")


def test_a_sealed_day_takes_no_more_read_lines() -> None:
    refused(
        "INSERT INTO ledger_readline (at, day, person, ref, what) "
        "SELECT at, day, person, ref, what FROM ledger_readline"
    )


def test_a_row_is_not_slipped_in_over_another() -> None:
    """`INSERT OR REPLACE` deletes without a word to the delete trigger; TRUNCATE likewise."""
    if connection.vendor == "sqlite":
        for table, names in COLUMNS.items():
            columns = ", ".join(names.split())
            refused(f"INSERT OR REPLACE INTO ledger_{table} SELECT {columns} FROM ledger_{table}")
    else:
        for table in TABLES:
            refused(f"TRUNCATE ledger_{table}")
    assert verify().is_good
