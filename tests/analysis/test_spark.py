"""The same measures on Spark: the same answers, row by row, and what cannot be the same is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from paizhu.analysis import running
from paizhu.analysis.assessing import Assessment, assess
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import (
    load_measures,
    measure_named,
    measures,
    written_for_spark,
)
from paizhu.analysis.models import Flag
from paizhu.analysis.spark import session as spark
from paizhu.analysis.spark.dialect import translated
from paizhu.analysis.spark.store import SparkRows, SparkStore
from paizhu.analysis.tables import STORED_AS
from paizhu.cli.checking import checked
from paizhu.kernel.errors import Invalid
from tests.analysis.conftest import HEADERS, NOW, SPLIT, World, book, write_xlsx
from tests.analysis.institution.judging import hospital
from tests.world import ROOT

MASTER = "local-cluster[2,1,1500]"
#: A machine that is soon gone need not warm up. How it works, never what it answers.
_BRIEF = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=256m -Xmn300m"
    # Nor look again whether Spark's own classes are well formed.
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)
QUICKLY = {
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false", "spark.executor.memory": "1g",
    "spark.driver.defaultJavaOptions": _BRIEF, "spark.executor.defaultJavaOptions": _BRIEF,
}  # fmt: skip
WHY_NOT = spark.missing()
SCHEMA = {"t": {"amount": "DECIMAL(19,4)", "share": "DECIMAL(24,6)", "rate": "DOUBLE", "word": "VARCHAR",
                "day": "DATE", "other": "DATE"}}  # fmt: skip


@pytest.mark.parametrize("name", measures())
def test_every_measure_can_be_written_for_spark(name: str) -> None:
    assert "`row_id`" in written_for_spark(measure_named(name), tables())


@pytest.mark.parametrize(
    ("words", "written"),
    [("amount / share", "CAST(`t`.`amount` AS DOUBLE) / CAST(`t`.`share` AS DOUBLE)"),
     ("avg(amount)", "CAST(SUM(`t`.`amount`) * 10000 AS DOUBLE)"),
     ("try_cast(word AS DECIMAL(9, 0))", "TRY_CAST("),
     ("row_number() OVER (ORDER BY day DESC)", "ORDER BY `t`.`day` DESC"),
     ("lag(day) OVER (ORDER BY day)", "`t`.`day` NULLS LAST"),
     ("day - other", "DATEDIFF(DAY, `t`.`other`, `t`.`day`)")],
)  # fmt: skip
def test_what_the_engines_do_differently_is_written_out(words: str, written: str) -> None:
    assert written in translated(f"SELECT {words} AS x FROM t", SCHEMA)


@pytest.mark.parametrize(
    "words",
    ["CAST(rate AS VARCHAR)", "CAST(word AS DOUBLE)", "CAST(word AS DATE)", "word || rate", "rate % 2",
     "substring(word, 0, 2)", "date_diff('week', day, other)", "extract(epoch FROM day)",
     "median($share)", "count(DISTINCT word) OVER ()", "CAST(amount AS HUGEINT)", "round(rate, length(word))",
     "avg(DISTINCT amount)", "count(DISTINCT word, day)", "avg(word)"],
)  # fmt: skip
def test_what_cannot_be_the_same_is_refused_in_both_languages(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        translated(f"SELECT {words} AS x FROM t", SCHEMA)
    assert "Spark" in refused.value.say.zh
    assert "Spark" in refused.value.say.en


def test_what_is_no_sql_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot be turned"):
        translated("SELECT nothing FROM t", SCHEMA)


def test_what_spark_would_answer_otherwise_is_told_before_it_is_asked(tmp_path: Path) -> None:
    """A warning: such a measure is good here, and not everybody has a cluster."""
    folder, pack = tmp_path / "measures" / SPLIT, ROOT / "packs" / "cn-discipline"
    shutil.copytree(pack / "measures" / SPLIT, folder)
    shutil.copytree(pack / "tables", tmp_path / "tables")
    (tmp_path / "pack.yaml").write_text(
        'pack: own\ntitle: {zh: 自有, en: Own}\nversion: "1"\nlicence: AGPL-3.0-or-later\n', "utf-8"
    )
    query = folder / "query.sql"
    assert checked([tmp_path]).warnings == []
    query.write_text(query.read_text("utf-8") + "    , substring(grounds.row_id, 0, 2)\n", "utf-8")
    report = checked([tmp_path])
    assert report.is_good
    (warning,) = report.warnings
    assert (warning.file, warning.is_warning) == (str(query), True)
    assert "Spark" in warning.say.zh
    assert "needs a start of 1 or more" in warning.say.en
    declared = tables()
    with pytest.raises(Invalid, match="needs a start of 1 or more"):
        written_for_spark(load_measures([tmp_path], declared)[SPLIT], declared)


# --- what is missing ----------------------------------------------------------------------------


def test_without_java_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert spark.missing() is not None
    with pytest.raises(Invalid, match=r"scripts/spark|Java 17 or later"), spark.session("local[1]"):
        pass


def test_an_old_java_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_382\"' >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    why = spark.missing()
    assert why is not None
    assert "scripts/spark" in why.en or "This is Java 8" in why.en


# --- the same answers ---------------------------------------------------------------------------

#: What an expression gives must be the same value, digits behind the point among them.
WORDS = (
    "amount / share", "1 / (amount - amount)", "sum(amount) OVER (PARTITION BY word)",
    "CAST(rate AS DECIMAL(19, 4))", "round(rate, 3)", "CAST(rate AS INTEGER)", "CAST(amount AS BIGINT)",
    "round(amount, 2)", "floor(rate)", "ceil(amount)", "amount % 3", "amount * share", "amount * 1.5 - 2",
    "trim(word)", "try_cast(word AS DECIMAL(19, 4))", "try_cast(word AS INTEGER)", "word LIKE '%\\%'",
    "word LIKE word", "concat(word, NULL, amount)", "word || day", "length(word)", "substring(word, 2, 3)",
    "date_diff('day', day, other)", "date_diff('month', day, other)", "date_diff('year', day, other)",
    "day - other", "extract(dow FROM day)", "extract(isodow FROM day)", "extract(week FROM day)",
    "row_number() OVER (ORDER BY word DESC, n)", "lag(day) OVER (ORDER BY day, n)",
    "avg(amount) OVER (PARTITION BY n % 3)", "median(amount) OVER (PARTITION BY n % 3)",
    "greatest(amount, share)", "coalesce(amount, rate)", "nullif(n, 3)", "CAST(amount AS VARCHAR)",
    "CAST(day AS VARCHAR)", "CASE WHEN n > 3 THEN n ELSE amount END",
)  # fmt: skip
ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "1.0001", "0.3", 651.59305, " 1 ", "2025-01-31", "2025-02-01"),
    (2, "-2.5", "7", 2.5, "１２", "2024-12-31", "2025-01-05"),
    (3, "1.0002", "0.000001", 3.5, "　字　", "2024-02-29", "2025-02-28"),
    (4, "99999999999.9999", "12.5", -0.00005, "a\\b\\", "2025-01-05", "2025-01-04"),
    (5, "0.5", "3", 721.54005, "1_000", "2025-01-06", "2025-01-06"),
    (6, None, "1", 1.0, None, None, "2025-01-06"),
    (7, "1.0004", "2", 233.08454999999998, "2.5", "2025-03-09", "2025-12-31"),
)


def same_words(connection: SparkRows, folder: Path) -> Iterator[str]:
    """Say every expression whose value differs."""
    file = folder / "words.parquet"
    kinds = {"n": "BIGINT"} | SCHEMA["t"]
    kinds = {name: kinds[name] for name in ("n", "amount", "share", "rate", "word", "day", "other")}
    with duckdb.connect() as ours:
        ours.execute(f"CREATE TABLE t ({', '.join(f'{n} {k}' for n, k in kinds.items())})")
        ours.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
        ours.execute(f"COPY t TO '{file}' (FORMAT parquet)")
        connection.show("t", connection.session.read.parquet(str(file)), kinds)
        query = (
            f"SELECT n, {', '.join(f'{w} AS x{i}' for i, w in enumerate(WORDS))} FROM t ORDER BY n"
        )
        one, other = ours.execute(query).fetchall(), connection.execute(query).fetchall()
    for mine, theirs in zip(one, other, strict=True):
        for word, a, b in zip(WORDS, mine[1:], theirs[1:], strict=True):
            # An amount is the same only with the same digits behind the point.
            if type(a) is not type(b) or a != b or (isinstance(a, Decimal) and str(a) != str(b)):
                yield f"{word}: {a!r} here, {b!r} on Spark, in row {mine[0]}"


def different_measures(connection: SparkRows, folder: Path) -> Iterator[str]:
    """Say every measure that finds something else in the planted institution."""
    declared = tables()
    with hospital().connect(folder, declared) as ours:
        for name, table in declared.items():
            file = folder / f"{name}.parquet"
            ours.execute(f"COPY \"{name}\" TO '{file}' (FORMAT parquet)")
            kinds = {n: STORED_AS[c.type] for n, c in table.columns.items()} | {"row_id": "VARCHAR"}
            connection.show(name, connection.session.read.parquet(str(file)), kinds)
        for name, one in measures().items():

            def judged(on: Any, one: Any = one) -> Assessment:
                return assess(one.spec, one.sql, connection=on, tables=declared,
                              on=date(2025, 12, 31), calendar=one.calendar)  # fmt: skip

            here, there = judged(ours), judged(connection)
            assert one.spec.kind != "flag" or here.found, f"{name}: nothing planted"
            if here != there:
                yield f"{name}: {len(here.found)} here, {len(there.found)} on Spark"


@pytest.mark.slow
@pytest.mark.skipif(WHY_NOT is not None, reason=f"not run on Spark: {WHY_NOT and WHY_NOT.en}")
def test_the_answers_are_the_same_on_a_cluster(
    world: World, bring_in: Callable[..., Any], tmp_path: Path
) -> None:
    """One session for all of it, since starting one costs more than what it is asked."""
    bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, book(3, 14)))
    bring_in(write_xlsx(tmp_path / "more.xlsx", HEADERS, book(3, 14, 20)))
    with spark.session(MASTER, QUICKLY) as one:
        with SparkRows(one) as connection:
            assert list(same_words(connection, tmp_path)) == []
            assert list(different_measures(connection, tmp_path)) == []
            with pytest.raises(Invalid, match="could not answer"):
                connection.execute("SELECT CAST(word AS INTEGER) AS x FROM t")
        (there,) = running.run(SPLIT, actor=world.officer, now=NOW, engine=SparkStore(one))
    flag = Flag.objects.get()
    seen = (flag.key, flag.value, flag.facts, flag.evidence)
    (here,) = running.run(SPLIT, actor=world.officer, now=NOW)
    assert there.assessment == here.assessment
    assert (there.new, here.again) == ((flag.pk,), (flag.pk,)), "one finding, one flag"
    flag.refresh_from_db()
    assert (flag.key, flag.value, flag.facts, flag.evidence) == seen
    assert flag.value == Decimal(630_000)
    assert not _left_running()


def _left_running() -> list[str]:
    """Give the Java processes of this one that are still there."""
    said = subprocess.run(["ps", "-eo", "ppid=,args="], capture_output=True, text=True, check=True)
    mine = [line.split(None, 1) for line in said.stdout.splitlines()]
    return [args for parent, args in mine if int(parent) == os.getpid() and "java" in args]
