"""The workbench answers questions over registered sources, and an attacker gets nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection

from paizhu.analysis import store, workbench
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Query, Source
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from tests.analysis.conftest import NOW, World, make_source, purchase, write_csv

Asked = Callable[..., workbench.Answer]


@pytest.fixture
def ask(world: World, source: Source, bring_in: Any, tmp_path: Path) -> Asked:
    bring_in(write_csv(tmp_path / "book.csv", [purchase(n) for n in range(1, 601)]))

    def run(sql: str, **options: Any) -> workbench.Answer:
        given = {
            "sources": [source.key],
            "purpose": "核对供应商",
            "actor": world.officer,
            "now": NOW,
        }
        return workbench.ask(sql, **{**given, **options})

    return run


def read_lines() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, ref, what FROM ledger_readline ORDER BY id")
        return list(cursor.fetchall())


def test_a_question_is_answered_and_leaves_its_trace(
    ask: Asked, world: World, source: Source
) -> None:
    answer = ask(
        "select supplier, sum(amount) as total from purchases group by supplier order by 1"
    )
    assert answer.columns == ("supplier", "total")
    assert len(answer.rows) == 40
    assert not answer.is_cut
    line = Query.objects.get()
    assert (line.purpose, line.outcome, line.rows, line.by_id) == (
        "核对供应商", "answered", 40, world.officer.person,
    )  # fmt: skip
    assert read_lines() == [(world.officer.key, source.matter, "query")]
    assert [one.sql for one in workbench.asked_before(world.officer)] == [line.sql]
    assert workbench.asked_before(world.head) == ()


def test_the_answer_is_capped(ask: Asked) -> None:
    answer = ask("select * from purchases")
    assert (len(answer.rows), answer.is_cut) == (workbench.MOST_ROWS, True)


ATTACKS = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    "select content from read_blob('paizhu.sqlite3')",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from information_schema.tables",
    "select * from sqlite_master",
    "select * from _every_purchases",
    # A part that is named as something of the engine's, and meant where there is no such part.
    "with _every_purchases as (select * from _every_purchases) select * from _every_purchases",
    "with a as (select * from duckdb_views), duckdb_views as (select 1) select * from a",
    "select b.sql from (with duckdb_views as (select 1 as sql) select sql from duckdb_views) a, duckdb_views b",
    "select b._file from (with _every_purchases as (select 1 as _file) select _file from _every_purchases) a,"
    " _every_purchases b",
    "select * from main.purchases",
    "select getenv('PATH') from purchases",
    "select current_setting('memory_limit') from purchases",
    "copy purchases to '/tmp/out.csv'",
    "install httpfs",
    "load httpfs",
    "attach '/tmp/x.db' as x",
    "set lock_configuration = false",
    "pragma database_list",
    "create table t as select 1",
    "insert into purchases select * from purchases",
    "delete from purchases",
    "drop view purchases",
    "select 1; select 2",
    "select 1) as asked; copy purchases to '/tmp/out.csv'; select * from (select 1",
    "select 1 /* ; */ ) ; select 1",
    "with recursive t as (select 1 as n union all select n + 1 from t) select count(*) from t",
    "select repeat('a', 1000000000) from purchases",
    "select random() from purchases",
    "select now() from purchases",
    "select list(supplier) from purchases",
    "select * from range(1000000000000)",
    "select * from query('select 1')",
    "select * from (values (1)) v(x), lateral (select * from read_text('/etc/hosts')) h",
    "select $secret from purchases",
    "",
    "select " + "1+" * 6000 + "1",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_nothing_but_the_rows_of_the_source_is_reached(ask: Asked, sql: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(sql)
    assert list(refused.value.fields) == ["sql"]
    assert "root:" not in refused.value.say.en
    assert Query.objects.get().outcome == "refused"
    assert not Path("/tmp/out.csv").exists()


def test_what_runs_is_what_was_understood(ask: Asked) -> None:
    answer = ask("select count(*) as n from purchases -- ) as asked; copy purchases to 'x'\n")
    assert answer.rows == (("600",),)


@pytest.mark.parametrize(
    "sql",
    [
        "with a as (select supplier from purchases), b as (select supplier from a) select supplier from b",
        "with a as (select supplier from purchases) select supplier from a union all select supplier from a",
        "with a as (select supplier from purchases)"
        " select supplier from purchases where supplier in (select supplier from a)",
        "select supplier from (with a as (select supplier from purchases) select supplier from a) b",
        "with a as (with b as (select supplier from purchases) select supplier from b), c as (select 1 as n)"
        " select a.supplier from a, c",
    ],
)
def test_parts_are_asked_for_where_they_stand(ask: Asked, sql: str) -> None:
    assert ask(sql).rows


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from read_parquet('https://example.org/x.parquet')",
        "attach '/tmp/x.db' as x",
        "install httpfs",
        "set enable_external_access = true",
        "set memory_limit = '64GB'",
        "copy purchases to '/tmp/out.csv'",
    ],
)
def test_the_engine_itself_has_nothing_else_to_give(ask: Asked, source: Source, sql: str) -> None:
    """The second lock: should the check of the grammar ever miss something."""
    opened = store.connect([source], tables=tables().values(), on=NOW.date())
    with opened as rows, pytest.raises(duckdb.Error):
        rows.execute(sql)
    assert not Path("/tmp/out.csv").exists()


def test_a_question_that_takes_too_long_is_stopped(ask: Asked) -> None:
    with pytest.raises(Invalid, match="seconds and was stopped"):
        ask(
            "select count(*) from purchases a, purchases b, purchases c, purchases d "
            "where a.amount + b.amount < c.amount + d.amount",
            most_seconds=0.5,
        )
    assert Query.objects.get().outcome == "stopped"


def test_only_ones_own_sources_in_use_and_for_a_purpose(
    ask: Asked, world: World, source: Source
) -> None:
    sql = "select count(*) from purchases"
    for actor in (world.stranger, world.liaison):
        with pytest.raises(NotFound):
            ask(sql, actor=actor)
    with pytest.raises(Invalid) as refused:
        ask(sql, purpose=" ")
    assert list(refused.value.fields) == ["purpose"]
    with pytest.raises(NotAllowed):
        ask(sql, now=datetime(2026, 2, 1, tzinfo=UTC))
    other = make_source(world, "yy1-purchases", body="YY1")
    with pytest.raises(Invalid) as refused:
        ask(sql, sources=[source.key, other.key])
    assert list(refused.value.fields) == ["sources"]
    with pytest.raises(Invalid):
        ask(sql, sources=[])
    # A table whose source was not chosen is not there.
    with pytest.raises(Invalid):
        ask("select count(*) from contracts")
    assert {one.outcome for one in Query.objects.all()} == {"refused"}


def test_an_answered_question_of_ones_own_is_kept_as_a_draft(ask: Asked, world: World) -> None:
    answer = ask("select supplier, sum(amount) as s from purchases group by supplier")
    with pytest.raises(NotFound):
        workbench.keep_as_draft(answer.query, "large_suppliers", actor=world.head)
    with pytest.raises(Invalid):
        workbench.keep_as_draft(answer.query, "Large Suppliers", actor=world.officer)
    kept = workbench.keep_as_draft(answer.query, "large_suppliers", actor=world.officer)
    assert "purchases: [supplier, amount]" in workbench.draft_file(kept)
    assert workbench.asked_before(world.officer)[0].draft == "large_suppliers"


def test_the_day_may_be_asked_for(ask: Asked) -> None:
    answer = ask("select count(*) as n from purchases where signed_date <= $run_date")
    assert answer.rows == (("600",),)
    assert date(2025, 7, 1) == NOW.date()
