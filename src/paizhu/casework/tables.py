"""Rows into the tables: a new matter, what a step changed, or everything anew.

Plain SQL on purpose, as in `ledger.book`: it stands in every step, in the transaction of its entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection
from django.db.backends.utils import CursorWrapper

from paizhu.casework.projections import (
    LEFT_COLUMNS,
    MATTER_COLUMNS,
    TABLES,
    Held,
    Row,
    Rows,
    Table,
    held,
    matter_row,
    shown,
    standing,
)
from paizhu.engine.state import State
from paizhu.rules.rulebook import RunnableProcedure


def insert_matter(new: Held) -> int:
    """Write the row of a new matter and all its rows; give its id."""
    columns = ("ref", *MATTER_COLUMNS)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO casework_matter ({', '.join(columns)}) VALUES ({marks}) RETURNING id",
            [new.state.ref, *matter_row(new.state, new.procedure)],
        )
        matter = int(cursor.fetchone()[0])
        _write(cursor, matter, {}, new.rows)
    return matter


def update_matter(
    matter: int, before: tuple[State, RunnableProcedure], after: tuple[State, RunnableProcedure]
) -> None:
    """Write what changed between two states of a matter."""
    change_matter(matter, held(*before), held(*after))


def change_matter(matter: int, before: Held, now: Held) -> None:
    """Write what a later state changes in the rows that were there, and nothing else.

    Not even the same value again: a column written is an index written, if one stands on it.
    """
    row = _changed(before, now)
    with connection.cursor() as cursor:
        if row:
            _update(cursor, matter, row, is_shredded=now.state.is_shredded)
        _write(cursor, matter, before.rows, now.rows)


def rewrite_matter(matter: int, now: Held) -> None:
    """Write every column and row of a matter anew, whatever stands there."""
    row = dict(zip(MATTER_COLUMNS, matter_row(now.state, now.procedure), strict=True))
    if now.state.is_shredded:
        row = {column: row[column] for column in LEFT_COLUMNS}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table.name} WHERE matter_id = %s", [matter])
        _update(cursor, matter, row, is_shredded=now.state.is_shredded)
        _write(cursor, matter, {}, now.rows)


def _changed(before: Held, now: Held) -> dict[str, object]:
    """Give the columns of the row of a matter that are others than before."""
    row = standing(now.state, now.procedure)
    if now.state.is_shredded:
        row |= {"listed": shown(now.state, now.procedure)["listed"]}
        return {column: row[column] for column in LEFT_COLUMNS}
    was = standing(before.state, before.procedure)
    found = {column: value for column, value in row.items() if value != was[column]}
    is_same = before.state.values is now.state.values or before.state.values == now.state.values
    if not is_same or before.procedure != now.procedure or before.state.ref != now.state.ref:
        found |= shown(now.state, now.procedure)
    return found


def _update(
    cursor: CursorWrapper, matter: int, row: Mapping[str, object], *, is_shredded: bool
) -> None:
    columns = ", ".join(f"{column} = %s" for column in row)
    words = ", words = ref" if is_shredded else ""
    cursor.execute(
        f"UPDATE casework_matter SET {columns}{words} WHERE id = %s", [*row.values(), matter]
    )


def _write(cursor: CursorWrapper, matter: int, before: Rows, now: Rows) -> None:
    for table in TABLES:
        was, are = before.get(table.name, set()), now[table.name]
        if was is are or was == are:
            continue
        if was and not was & are:
            cursor.execute(f"DELETE FROM {table.name} WHERE matter_id = %s", [matter])
        elif gone := was - are:
            _delete(cursor, table, matter, gone)
        if new := are - was:
            _insert(cursor, table, matter, new)


def _insert(cursor: CursorWrapper, table: Table, matter: int, rows: set[Row]) -> None:
    columns = ", ".join(("matter_id", *table.columns))
    group = "(" + ", ".join(["%s"] * (len(table.columns) + 1)) + ")"
    values = [value for row in sorted(rows, key=repr) for value in (matter, *row)]
    cursor.execute(
        f"INSERT INTO {table.name} ({columns}) VALUES {', '.join([group] * len(rows))}", values
    )


def _delete(cursor: CursorWrapper, table: Table, matter: int, rows: set[Row]) -> None:
    for row in rows:
        same = [
            f"{c} = %s" if v is not None else f"{c} IS NULL"
            for c, v in zip(table.columns, row, strict=False)
        ]
        cursor.execute(
            f"DELETE FROM {table.name} WHERE matter_id = %s AND {' AND '.join(same)}",
            [matter, *(value for value in row if value is not None)],
        )
