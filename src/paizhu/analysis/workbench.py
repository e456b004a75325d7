"""The workbench: one SELECT over registered sources, for a stated purpose, capped, timed, recorded.

The query is parsed, held against the closed subset of measures, and what runs is written anew from
what was understood: a text that two parsers read differently has no second reading here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import duckdb
import sqlglot
from django.db import transaction

from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Query, Source
from paizhu.analysis.problems import cut
from paizhu.analysis.sources import check_usable, day_of, note_reading, source_for
from paizhu.analysis.sqlcheck import problems_of
from paizhu.analysis.tables import STORED_AS, Table
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

MOST_ROWS: Final = 500
#: A question that takes longer is stopped; a measure is run by itself and may take longer.
MOST_SECONDS: Final = 20.0
LONGEST_QUERY: Final = 10_000
_MEMORY: Final = "512MB"
_SPILL: Final = "2GB"
_LONGEST_CELL: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out: at most `MOST_ROWS` rows, as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_cut: bool
    #: The line that was written about it; a draft is made from that.
    query: int


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A question this person put before."""

    id: int
    at: datetime
    sources: tuple[str, ...]
    purpose: str
    sql: str
    outcome: str
    rows: int
    draft: str


def schema_of(declared: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """Give the tables and columns that may be asked, with the name of each row."""
    return {
        name: {column: STORED_AS[c.type] for column, c in table.columns.items()}
        | {"row_id": "VARCHAR"}
        for name, table in declared.items()
    }


def ask(
    sql: str, *, sources: Sequence[str], purpose: str, actor: Who, now: datetime,
    most_seconds: float = MOST_SECONDS,
) -> Answer:  # fmt: skip
    """Put a question to the rows of these sources, all of one body; it is recorded whatever comes out.

    Raise NotFound and NotAllowed as every use of a source does, Invalid naming the field that is wrong.
    """
    found = _sources(sources, actor, now)
    said = _purpose(purpose)
    there = {source.table: tables()[source.table] for source in found}
    try:
        text = _checked(sql, there)
    except Invalid:
        _record(found, said, sql, actor, now, "refused", rows=0)
        raise
    try:
        columns, rows = _run(text, found, there, now, most_seconds)
    except Invalid:
        _record(found, said, sql, actor, now, "stopped", rows=0)
        raise
    shown = tuple(tuple(_cell(value) for value in row) for row in rows[:MOST_ROWS])
    line = _record(found, said, sql, actor, now, "answered", rows=len(shown))
    return Answer(columns, shown, len(rows) > MOST_ROWS, line.pk)


def _sources(keys: Sequence[str], actor: Who, now: datetime) -> list[Source]:
    found = [source_for(actor, key, now=now) for key in dict.fromkeys(keys)]
    for source in found:
        check_usable(source, on=day_of(now))
    if not found or len({source.body_id for source in found}) > 1:
        wrong = Text(
            "请选择同一单位的数据源，至少一个。", "Choose sources of one body, at least one."
        )
        raise Invalid(wrong, fields={"sources": wrong})
    return found


def _purpose(purpose: str) -> str:
    if not 2 <= len(purpose.strip()) <= 400:
        wrong = Text("必须写明这次查询的用途（2 至 400 字）。", "Say what this question is for (2 to 400 characters).")  # fmt: skip
        raise Invalid(wrong, fields={"purpose": wrong})
    return purpose.strip()


def _checked(sql: str, there: Mapping[str, Table]) -> str:
    """Give the query as it was understood, or say line by line why it may not run."""
    if not sql.strip() or len(sql) > LONGEST_QUERY:
        wrong = Text(f"请写一条查询，最多 {LONGEST_QUERY} 字。", f"Write one query of at most {LONGEST_QUERY} characters.")  # fmt: skip
        raise Invalid(wrong, fields={"sql": wrong})
    problems = problems_of(sql, schema=schema_of(there), parameters=())
    if problems:
        raise _wrong(*problems[0])
    return sqlglot.parse_one(sql, dialect="duckdb").sql(dialect="duckdb", comments=False)


def _wrong(line: int, say: Text) -> Invalid:
    said = Text(f"第 {line} 行：{say.zh}", f"Line {line}: {say.en}")
    return Invalid(said, fields={"sql": said})


def _run(
    sql: str, sources: Sequence[Source], there: Mapping[str, Table], now: datetime, seconds: float
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    query = f"SELECT * FROM (\n{sql}\n) AS asked LIMIT {MOST_ROWS + 1}"
    values = {"run_date": day_of(now)} if "$run_date" in sql else None
    with (
        store.connect(sources, tables=there.values(), on=day_of(now), memory_limit=_MEMORY,
                      spill_limit=_SPILL) as connection,
        _stopped_after(connection, seconds),
    ):  # fmt: skip
        try:
            found = connection.execute(query, values)
            return tuple(column[0] for column in found.description or ()), found.fetchall()
        except duckdb.InterruptException:
            raise _too_long(seconds) from None
        except duckdb.OutOfMemoryException:
            raise _wrong(1, Text("需要的内存过多，已停止。请先筛选再汇总。",
                                 "It needs too much memory and was stopped. Narrow it first.")) from None  # fmt: skip
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise _wrong(1, Text(f"查询未能完成：{first}", f"The query failed: {first}")) from None


def _too_long(seconds: float) -> Invalid:
    return _wrong(1, Text(f"超过 {seconds:g} 秒，已停止。请缩小范围，或做成度量运行。",
                          f"It took more than {seconds:g} seconds and was stopped. Narrow it, or make it a "
                          "measure."))  # fmt: skip


@contextmanager
def _stopped_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _record(
    sources: Sequence[Source], purpose: str, sql: str, actor: Who, now: datetime,
    outcome: Literal["answered", "refused", "stopped"], *, rows: int,
) -> Query:  # fmt: skip
    """Write who asked what, for what; and that these sources were read."""
    with transaction.atomic():
        note_reading(sources, who=actor, what="query", now=now)
        return Query.objects.create(
            body_id=sources[0].body_id, sources=[source.key for source in sources], purpose=purpose,
            sql=sql[:LONGEST_QUERY], at=now, by_id=actor.person, outcome=outcome, rows=rows,
        )  # fmt: skip


def _cell(value: object) -> str:
    return "" if value is None else cut(value, longest=_LONGEST_CELL)


# --- drafts -------------------------------------------------------------------------------------


def asked_before(who: Who, *, most: int = 20) -> tuple[AskedBefore, ...]:
    """Give what this person asked, the latest first; drafts are among them."""
    return tuple(
        AskedBefore(q.pk, q.at, tuple(q.sources), q.purpose, q.sql, q.outcome, q.rows, q.draft)
        for q in Query.objects.filter(by_id=who.person).order_by("-id")[:most]
    )


def keep_as_draft(query: int, name: str, *, actor: Who) -> Query:
    """Keep an answered question of one's own under the name of the measure it may become."""
    found = Query.objects.filter(pk=query, by_id=actor.person, outcome="answered").first()
    if found is None:
        raise NotFound(
            Text("没有这次查询，或者不是您的。", "There is no such query, or it is not yours.")
        )
    if (
        not name.isascii()
        or not name.isidentifier()
        or name != name.lower()
        or not 3 <= len(name) <= 62
    ):
        wrong = Text("只用小写字母、数字和下划线，如 price_above_median。",
                     "Use lower-case letters, digits and underscores: price_above_median.")  # fmt: skip
        raise Invalid(wrong, fields={"name": wrong})
    found.draft = name
    found.save(update_fields=["draft"])
    return found


def draft_file(query: Query) -> str:
    """Write the declaration the draft begins with; what nobody has said yet is left empty."""
    asked = set(Source.objects.filter(key__in=query.sources).values_list("table", flat=True))
    columns = _columns_used(query.sql, {name: tables()[name] for name in sorted(asked)})
    inputs = "\n".join(f"  {name}: [{', '.join(used)}]" for name, used in columns.items())
    return (
        f"# A draft from the workbench. It loads once why, exclusions and cases are written.\n"
        f"measure: {query.draft}\nkind: indicator\ntitle: {{zh: , en: }}\n"
        f"inputs:\n{inputs}\nminimum_rows: 30\nwhy: {{zh: , en: }}\nexclusions: []\n"
        "known_false_alarms: []\n"
    )


def _columns_used(sql: str, there: Mapping[str, Table]) -> dict[str, list[str]]:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    named = {column.name for column in tree.find_all(sqlglot.exp.Column)}
    every = bool(list(tree.find_all(sqlglot.exp.Star)))
    return {
        name: [column for column in table.columns if every or column in named]
        for name, table in there.items()
        if any(found.name == name for found in tree.find_all(sqlglot.exp.Table))
    }
