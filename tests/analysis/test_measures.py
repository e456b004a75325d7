"""Measures as declared: cases pass, mistakes are named, SQL keeps to its subset, planted truth is found."""

from __future__ import annotations

import random
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from paizhu.analysis.assessing import Assessment, assess
from paizhu.analysis.catalog import folders, tables
from paizhu.analysis.measures import (
    LoadedMeasure,
    check_measures,
    load_measures,
    measure_named,
)
from paizhu.analysis.sqlcheck import problems_of
from paizhu.analysis.tables import STORED_AS
from paizhu.kernel.errors import NotFound
from paizhu.rules.mistakes import PackErrors

SPLIT = "split_below_tender_line"
PACK = Path(__file__).resolve().parents[2] / "packs" / "cn-discipline"


# --- the declaration ----------------------------------------------------------------------------


def test_every_case_of_every_measure_passes() -> None:
    wrong = check_measures(folders())
    assert [(one.file, one.key, one.say.en) for one in wrong] == []


@pytest.mark.parametrize(
    ("old", "new", "case"),
    [
        ("amount < tender_line", "amount < tender_line * 2", "one-at-the-line"),
        ("amount < tender_line", "amount <= tender_line", "one-at-the-line"),
        ("WHERE amount >= tender_line * $supplier_share", "WHERE true", "many-small-orders"),
        ("<= $days", "< $days", "exactly-the-line-on-the-last-day"),
        ("<= $days", "<= $days + 1", "one-day-too-far-apart"),
        (">= max(within.tender_line)", "> max(within.tender_line)", "exactly-the-line-on-the-last-day"),
        (">= max(within.tender_line)", "> 0", "together-below-the-line"),
        ("LIKE '%公开招标%'", "LIKE '%无此方式%'", "openly-tendered"),
        ("tender_line * $supplier_share", "0", "many-small-orders"),
        ("tender_line * $class_share", "0", "one-class-well-below"),
        ("ON within.unit = opening.unit", "ON within.unit IS NOT NULL", "two-units"),
        ("supplier_id, max(supplier_id) OVER (PARTITION BY supplier), supplier", "supplier", "same-number-other-name"),
        ("ELSE 1", "ELSE 0", "two-findings-far-apart"),
    ],
)  # fmt: skip
def test_each_condition_of_the_query_is_held_by_a_case(
    tmp_path: Path, old: str, new: str, case: str
) -> None:
    change(copied(tmp_path) / "query.sql", old, new)
    failed = {mistake.key for mistake in check_measures([tmp_path])}
    assert case in failed


def copied(pack: Path) -> Path:
    shutil.copytree(PACK / "measures" / SPLIT, pack / "measures" / SPLIT)
    shutil.copytree(PACK / "tables", pack / "tables")
    return pack / "measures" / SPLIT


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


MISTAKES: tuple[tuple[str, str, str, str], ...] = (
    ("measure.yaml", "kind: flag", "kind: alarm", "kind"),
    ("measure.yaml", "minimum_rows: 20", "minimum_rows: 0", "minimum_rows"),
    ("measure.yaml", "minimum_rows: 20", "minimum: 20", "minimum"),
    ("measure.yaml", "measure: split_below_tender_line", "measure: split", "measure"),
    ("measure.yaml", "  purchases:", "  purchase_book:", "inputs.purchase_book"),
    ("measure.yaml", "[unit, supplier, supplier_id,", "[unit, seller, supplier_id,", "inputs.purchases"),
    ("measure.yaml", "    currency: CNY\n", "", "parameters.tender_line"),
    ("measure.yaml", "dated_by: purchases.signed_date", "dated_by: purchases.amount", "parameters.tender_line.dated_by"),
    ("measure.yaml", "procedure: question\n", "", ""),
    ("measure.yaml", "known_false_alarms:", "known_alarms:", "known_false_alarms"),
    ("measure.yaml", "  value: total", "  value: sum_of_all", "sum_of_all"),
    ("measure.yaml", "{purchases} 笔", "{count} 笔", "count"),
    ("measure.yaml", "en: Purchases that may have been split", "fr: Achats", "title.fr"),
    ("measure.yaml", "confidence: S", "confidence: sure", "basis.0.confidence"),
    ("query.sql", "FROM purchases", "FROM payments", ""),
    ("query.sql", "$days", "$weeks", ""),
    ("query.sql", "row_id, unit, supplier, item_class,", "row_id, unit, seller, item_class,", ""),
    ("query.sql", "WITH below", "DELETE FROM x; WITH below", ""),
    ("cases.yaml", "kind: clean", "kind: fine", "cases.5.kind"),
    ("cases.yaml", "      - {subject: 甲公司, rows: [1, 2, 3]}", "      - {subject: 甲公司, rows: [1, 2]}", "three-with-one-supplier"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "key"), MISTAKES)
def test_a_planted_mistake_is_named_with_file_line_and_key(
    tmp_path: Path, file: str, old: str, new: str, key: str
) -> None:
    change(copied(tmp_path) / file, old, new)
    mistakes = check_measures([tmp_path])
    assert mistakes
    assert any(
        Path(m.file).parent.name == SPLIT and m.line >= 1 and m.key == key for m in mistakes
    ), [m.show("en") for m in mistakes]
    assert all(m.say.zh and m.say.en for m in mistakes)


def test_missing_files_and_missing_kinds_of_case_are_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "cases.yaml").read_text("utf-8")
    (folder / "cases.yaml").write_text(text[: text.index("  - case: together-below")], "utf-8")
    assert "clean look-alike" in check_measures([tmp_path])[0].say.en
    (folder / "query.sql").unlink()
    with pytest.raises(PackErrors) as refused:
        load_measures([tmp_path], tables())
    assert [Path(m.file).name for m in refused.value.mistakes] == ["cases.yaml", "query.sql"]


def test_an_unknown_measure_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFound, match=f"did you mean “{SPLIT}”"):
        measure_named("split_below_tenderline")


def test_the_digest_changes_with_the_declaration_and_with_the_query(tmp_path: Path) -> None:
    before = measure_named(SPLIT)
    folder = copied(tmp_path)
    same = load_measures([tmp_path], tables())[SPLIT]
    assert (same.digest, same.sql_digest) == (before.digest, before.sql_digest)
    change(folder / "measure.yaml", "400000", "500000")
    limit = load_measures([tmp_path], tables())[SPLIT]
    change(folder / "query.sql", "-- Purchases", "-- The purchases")
    query = load_measures([tmp_path], tables())[SPLIT]
    assert limit.sql_digest == before.sql_digest != query.sql_digest
    assert len({before.digest, limit.digest, query.digest}) == 3


# --- the SQL subset -----------------------------------------------------------------------------

SCHEMA = {"purchases": {"unit": "VARCHAR", "amount": "DECIMAL(19,4)", "row_id": "VARCHAR"}}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM 'other.parquet'",
        "SELECT unit FROM main.purchases",
        "SELECT unit FROM _every_purchases",
        "SELECT unit FROM purchases; SELECT 1",
        "DROP TABLE purchases",
        "COPY purchases TO 'x.csv'",
        "ATTACH 'x.db'",
        "PRAGMA database_list",
        "INSERT INTO purchases SELECT * FROM purchases",
        "SELECT random() FROM purchases",
        "SELECT current_date FROM purchases",
        "SELECT now() FROM purchases",
        "SELECT getenv('HOME') FROM purchases",
        "SELECT list_sort([unit]) FROM purchases",
        "SELECT unnest([1, 2]) FROM purchases",
        "SELECT list(unit) FROM purchases",
        "SELECT {'a': unit} FROM purchases",
        "SELECT string_agg(unit) FROM purchases",
        "SELECT regexp_extract(unit, 'a') FROM purchases",
        "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a) SELECT n FROM a",
        "WITH purchases AS (SELECT 1 AS unit) SELECT unit FROM purchases",
        "SELECT unit FROM purchases TABLESAMPLE 10%",
        "SELECT x.unit FROM purchases AS x, LATERAL (SELECT 1) AS y",
        "SELECT unit FROM purchases WHERE amount > $limit",
        "SELECT nothing FROM purchases",
        "SELECT unit FROM elsewhere",
        "SELECT (SELECT count(*) FROM elsewhere) FROM purchases",
        "SELECT unit FROM",
        "",
    ],
)
def test_what_is_outside_the_subset_is_refused(sql: str) -> None:
    problems = problems_of(sql, schema=SCHEMA, parameters=["days"])
    assert problems
    assert all(line >= 1 and say.zh and say.en for line, say in problems)


def test_ordinary_queries_pass_and_run_on_the_engine() -> None:
    sql = """
        WITH by_unit AS (
            SELECT unit, sum(amount) AS total, count(DISTINCT row_id) AS n FROM purchases GROUP BY unit
        )
        SELECT unit, CASE WHEN n > $days THEN round(total / n, 2) ELSE 0 END AS mean,
            rank() OVER (ORDER BY total DESC) AS place
        FROM by_unit WHERE lower(unit) LIKE '%a%' OR unit IN ('b') ORDER BY unit
    """
    assert problems_of(sql, schema=SCHEMA, parameters=["days"]) == []
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE purchases (unit VARCHAR, amount DECIMAL(19,4), row_id VARCHAR)"
        )
        connection.execute(
            "INSERT INTO purchases VALUES ('a', 1, '1'), ('a', 2, '2'), ('b', 9, '3')"
        )
        assert connection.execute(sql, {"days": 1}).fetchall() == [("a", 1.5, 2), ("b", 0.0, 1)]


# --- a generated book with planted truth --------------------------------------------------------

Book = list[dict[str, Any]]


def planted_book(rng: random.Random) -> tuple[Book, set[frozenset[int]], set[frozenset[int]]]:
    """Make a purchase book with 40 splits and 80 clean look-alikes; give rows and their numbers."""
    book: Book = []
    splits, lookalikes = set(), set()

    def put(**row: Any) -> int:
        book.append(
            {"unit": f"医院{rng.randrange(20)}", "currency": "CNY", "method": "询价", **row}
        )
        return len(book) - 1

    start = date(2024, 7, 1)
    for n in range(6000):
        day = start + timedelta(days=rng.randrange(540))
        put(
            supplier=f"日常{n % 900}",
            item_class=f"类{n % 60}",
            signed_date=day,
            amount=rng.randrange(50, 30_000),
        )
    for n in range(40):
        place = {"unit": f"医院{n % 20}", "supplier": f"拆分{n}", "item_class": f"拆{n}"}
        parts = rng.choice([2, 3, 4])
        first = start + timedelta(days=rng.randrange(500))
        total = rng.randrange(400_000, 400_000 * parts - parts)
        amounts = [Decimal(total // parts)] * parts
        amounts[0] += total - sum(amounts)
        days = sorted([0, *(rng.randrange(31) for _ in range(parts - 1))])
        splits.add(frozenset(
            put(**place, signed_date=first + timedelta(days=d), amount=a)
            for d, a in zip(days, amounts, strict=True)
        ))  # fmt: skip
    for n in range(20):
        first = start + timedelta(days=rng.randrange(400))
        base = {"unit": f"医院{n}", "item_class": f"像{n}", "signed_date": first}
        near, open_tender = {"signed_date": first + timedelta(days=9)}, {"method": "公开招标"}
        far = {"signed_date": first + timedelta(days=31 + rng.randrange(20))}
        two = {"unit": f"医院{(n + 1) % 20}", "signed_date": first + timedelta(days=2)}
        for name, second, amount in (
            ("低", near, 199_999), ("远", far, 390_000), ("招", near | open_tender, 390_000), ("院", two, 390_000)
        ):  # fmt: skip
            pair = {"supplier": f"{name}{n}", "amount": amount, "item_class": f"{name}像{n}"}
            lookalikes.add(frozenset({put(**(base | pair)), put(**(base | pair | second))}))
    return book, splits, lookalikes


def judged(book: Book, *, measure: LoadedMeasure | None = None, **options: Any) -> Assessment:
    """Run the measure over rows that are numbered from 0."""
    loaded = measure or measure_named(SPLIT)
    table = tables()["purchases"]
    with duckdb.connect() as connection:
        kinds = {n: STORED_AS[c.type] for n, c in table.columns.items()} | {"row_id": "VARCHAR"}
        columns = ", ".join(f'"{n}" {kind}' for n, kind in kinds.items())
        connection.execute(f"CREATE TABLE purchases ({columns})")
        given = [[*(row.get(n) for n in table.columns), str(i)] for i, row in enumerate(book)]
        for part in (given[at : at + 500] for at in range(0, len(given), 500)):
            marks = ", ".join(f"({', '.join('?' * len(kinds))})" for _ in part)
            values = [value for row in part for value in row]
            connection.execute(f"INSERT INTO purchases VALUES {marks}", values)
        return assess(loaded.spec, loaded.sql, connection=connection, tables=tables(),
                      on=date(2025, 12, 31), **options)  # fmt: skip


def test_planted_splits_are_found_and_clean_look_alikes_are_not() -> None:
    book, splits, lookalikes = planted_book(random.Random(20250701))
    found = {frozenset(map(int, one.row_ids)) for one in judged(book).found}
    recall = len(found & splits) / len(splits)
    assert recall >= 0.95
    assert len(found & lookalikes) <= 0.05 * len(lookalikes)
    assert len(found - splits) <= 0.05 * len(found)


def test_the_answer_does_not_depend_on_the_order_of_rows() -> None:
    book, _, _ = planted_book(random.Random(7))
    mixed = list(enumerate(book))
    random.Random(8).shuffle(mixed)
    one = {frozenset(map(int, f.row_ids)) for f in judged(book).found}
    other = {
        frozenset(mixed[int(i)][0] for i in f.row_ids) for f in judged([r for _, r in mixed]).found
    }
    assert one == other


# --- what cannot be judged ----------------------------------------------------------------------


def rows(number: int, **changes: Any) -> Book:
    ordinary = {
        "unit": "院",
        "supplier": "甲",
        "signed_date": date(2025, 1, 6),
        "amount": 300_000,
        "currency": "CNY",
    }
    return [ordinary | changes for _ in range(number)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"currency": "EUR"}, "never converted"),
        ({"currency": None}, "no currency given"),
        ({"signed_date": None}, "no “Date signed”"),
        ({"signed_date": date(2019, 12, 31)}, "not in force on the day"),
    ],
)
def test_rows_that_cannot_be_judged_are_counted_with_the_reason(
    changes: dict[str, Any], reason: str
) -> None:
    result = judged(rows(30, **changes))
    assert result.outcome == "not_assessable"
    assert result.found == ()
    assert (result.population.rows, result.population.assessable) == (30, 0)
    assert reason in result.reasons[0].en
    mixed = judged(rows(30, **changes) + rows(25))
    assert mixed.outcome == "raised"
    assert [count for _, count in mixed.population.left_out] == [30]


def test_fewer_rows_than_the_minimum_are_not_judged() -> None:
    assert judged(rows(19)).outcome == "not_assessable"
    assert judged(rows(20)).outcome == "raised"
    assert judged(rows(20, method="公开招标")).outcome == "clear"


def test_a_row_is_judged_by_the_line_in_force_on_its_own_day(tmp_path: Path) -> None:
    change(
        copied(tmp_path) / "measure.yaml",
        "{2020-01-01: 400000}",
        "{2020-01-01: 400000, 2025-07-01: 1000000}",
    )
    loaded = load_measures([tmp_path], tables())[SPLIT]
    before = rows(2, signed_date=date(2025, 6, 2))
    after = rows(2, signed_date=date(2025, 8, 1), supplier="乙")
    result = judged(before + after, measure=loaded, minimum_rows=1)
    assert [one.subject for one in result.found] == ["甲"]
    assert result.parameters["tender_line"] == (
        (date(2020, 1, 1), Decimal(400_000)), (date(2025, 7, 1), Decimal(1_000_000))
    )  # fmt: skip


def test_a_parameter_of_the_day_of_the_run_must_be_in_force(tmp_path: Path) -> None:
    change(copied(tmp_path) / "measure.yaml", "value: 30", "value: {2026-01-01: 30}")
    loaded = load_measures([tmp_path], tables())[SPLIT]
    result = judged(rows(30), measure=loaded)
    assert (result.outcome, "Span in days" in result.reasons[0].en) == ("not_assessable", True)
