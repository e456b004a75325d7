"""Fold every matter again and compare with the rows, or write the rows anew.

Rows are outside the chain: this is how a hand-edited row is found, and mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from paizhu.casework import projections, rulebook, tables
from paizhu.casework.models import Matter
from paizhu.engine.entries import Entry
from paizhu.engine.state import State, fold
from paizhu.kernel.errors import Invalid, Refused
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.rules.rulebook import RunnableProcedure

BATCH = 500
#: What folding raises of content that no engine wrote.
NO_CONTENT = (AttributeError, LookupError, Refused, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the entries say."""

    ref: str
    table: str
    say: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """How many matters were folded, and what differed."""

    matters: int
    differences: tuple[Difference, ...]


def check() -> Checked:
    """Fold all matters and compare every row of every table. Changes nothing."""
    found: list[Difference] = []
    folded = 0
    known = set()
    for refs in _batches(_refs()):
        ids = dict(Matter.objects.filter(ref__in=refs).values_list("ref", "pk"))
        stored = {table.name: _stored(table, ids.values()) for table in projections.TABLES}
        heads = _stored_matters(ids.values())
        known.update(ids.values())
        for ref, entries in _entries(refs):
            folded += 1
            try:
                found += _held_against(ref, entries, ids.get(ref), stored, heads)
            except NO_CONTENT:
                found.append(Difference(ref, "ledger_entry", _unreadable(ref)))
    extra = Matter.objects.exclude(pk__in=known) if folded < 5000 else Matter.objects.none()
    counted = Matter.objects.count()
    if counted != len(known):
        found += [_without_entries(matter.ref) for matter in extra] or [
            _without_entries(f"{counted - len(known)}")
        ]
    return Checked(folded, tuple(found))


def rebuild() -> int:
    """Write the rows of every matter anew from its entries; give how many.

    Raise Invalid if the entries of a matter were changed so that they cannot be read.
    """
    folded = 0
    for refs in _batches(_refs()):
        with transaction.atomic():
            for ref, entries in _entries(refs):
                try:
                    _rewrite(ref, *_folded(entries))
                except NO_CONTENT as error:
                    raise Invalid(_unreadable(ref)) from error
                folded += 1
    Matter.objects.exclude(ref__in=list(_refs())).delete()
    return folded


def _rewrite(ref: str, state: State, procedure: RunnableProcedure) -> None:
    matter = Matter.objects.filter(ref=ref).values_list("pk", flat=True).first()
    if matter is None:
        if not state.is_shredded:
            tables.insert_matter(projections.held(state, procedure))
        return
    tables.rewrite_matter(matter, projections.held(state, procedure))


def _entries(refs: list[str]) -> Iterator[tuple[str, list[Entry]]]:
    """Give the entries of each matter; none for one whose content is no longer even JSON."""
    try:
        yield from book.entries_of_many(refs).items()
        return
    except NO_CONTENT:
        pass
    for ref in refs:
        try:
            yield ref, book.entries_of(ref)
        except NO_CONTENT:
            yield ref, []


def _folded(entries: list[Entry]) -> tuple[State, RunnableProcedure]:
    state = fold(entries, rulebook.rules_of)
    return state, rulebook.rules_of(state.rules)


def _held_against(
    ref: str,
    entries: list[Entry],
    matter: int | None,
    stored: dict[str, dict[int, set[projections.Row]]],
    heads: dict[int, projections.Row],
) -> list[Difference]:
    """Hold the rows of one matter against its entries."""
    state, procedure = _folded(entries)
    if matter is None:
        # Of removed content nobody can know but from headers: no row is no loss.
        return [] if state.is_shredded else [_missing(ref)]
    return list(_compare(ref, matter, state, procedure, stored, heads))


def _compare(
    ref: str,
    matter: int,
    state: State,
    procedure: RunnableProcedure,
    stored: dict[str, dict[int, set[projections.Row]]],
    heads: dict[int, projections.Row],
) -> Iterator[Difference]:
    if _head(heads[matter], state, ref) != _head(
        _plain(projections.matter_row(state, procedure)), state, ref
    ):
        yield _differs(ref, "casework_matter")
    for name, rows in projections.rows_of(state, procedure).items():
        if {_plain(row) for row in rows} != stored[name].get(matter, set()):
            yield _differs(ref, name)


def _head(row: projections.Row, state: State, ref: str) -> projections.Row:
    """Give what of the row of a matter can be held against the ledger."""
    if not state.is_shredded:
        return row
    named = dict(zip(projections.MATTER_COLUMNS, row, strict=True))
    words = named["words"] or ref  # folded from no content there are none; stored, the reference
    return (words, *(named[column] for column in projections.LEFT_COLUMNS))


def _stored(table: projections.Table, ids: Iterable[int]) -> dict[int, set[projections.Row]]:
    found: dict[int, set[projections.Row]] = {}
    for row in _select(table.name, ("matter_id", *table.columns), "matter_id", ids):
        found.setdefault(int(str(row[0])), set()).add(_plain(row[1:]))
    return found


def _stored_matters(ids: Iterable[int]) -> dict[int, projections.Row]:
    columns = ("id", *projections.MATTER_COLUMNS)
    rows = _select("casework_matter", columns, "id", ids)
    return {int(str(row[0])): _plain(row[1:]) for row in rows}


def _select(
    table: str, columns: tuple[str, ...], key: str, ids: Iterable[int]
) -> list[projections.Row]:
    wanted = list(ids)
    if not wanted:
        return []
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {key} IN ({marks})", wanted)
        return list(cursor.fetchall())


def _plain(row: projections.Row) -> projections.Row:
    """Give a row as both engines and the fold say it: days as text, yes and no as 1 and 0."""
    return tuple(
        value.isoformat()
        if hasattr(value, "isoformat")
        else int(value)
        if isinstance(value, bool)
        else value
        for value in row
    )


def _refs() -> list[str]:
    """Give every matter the book knows, in the order it was opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT matter FROM ledger_entry WHERE version = 1 ORDER BY seq")
        return [str(row[0]) for row in cursor.fetchall()]


def _batches(refs: Iterable[str]) -> Iterator[list[str]]:
    left = iter(refs)
    while chunk := list(islice(left, BATCH)):
        yield chunk


def _differs(ref: str, table: str) -> Difference:
    return Difference(
        ref,
        table,
        Text(
            f"事项 {ref} 在表 {table} 中的内容与台账不符；请查明何人改动，再运行 paizhu rebuild。",
            f"Matter {ref}: table {table} is not what the ledger says; find out who changed it,"
            " then run paizhu rebuild.",
        ),
    )


def _unreadable(ref: str) -> Text:
    return Text(
        f"事项 {ref} 的台账内容被改动，已无法读出；请运行 paizhu verify 查明是哪一页。",
        f"What the ledger holds of matter {ref} was changed and cannot be read any more; run"
        " paizhu verify to learn which page.",
    )


def _missing(ref: str) -> Difference:
    return Difference(
        ref,
        "casework_matter",
        Text(
            f"台账中有事项 {ref}，表中没有。请运行 paizhu rebuild。",
            f"Matter {ref} is in the ledger but not in the tables. Run paizhu rebuild.",
        ),
    )


def _without_entries(ref: str) -> Difference:
    return Difference(
        ref,
        "casework_matter",
        Text(
            f"表中的事项 {ref} 在台账中没有记录。",
            f"The tables hold a matter that the ledger does not know: {ref}.",
        ),
    )
