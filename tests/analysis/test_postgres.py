"""A table of a PostgreSQL database comes in by an account that can only read, and never else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from paizhu.analysis import postgres, store
from paizhu.analysis.models import Source
from paizhu.analysis.postgres import Place
from paizhu.kernel.errors import Invalid, NotAllowed
from tests.analysis.conftest import World, stored
from tests.plugins.postgres import NAME, cluster

Run = Callable[..., Any]

TABLES = """
CREATE ROLE reader LOGIN;
CREATE TABLE book ("采购单位" text, "供应商名称" text, "签订日期" date, "合同金额" numeric, "备注" text);
INSERT INTO book SELECT '市第一医院', '甲公司', date '2025-03-01' + i, i + 0.25, E'a\\nb\\\\c'
  FROM generate_series(1, 30) i;
CREATE TABLE wards ("采购单位" text, "患者姓名" text);
INSERT INTO wards VALUES ('市第一医院', '不得带出');
CREATE TABLE open_to_all (a int);
GRANT SELECT ON book, wards, open_to_all TO reader;
GRANT INSERT ON open_to_all TO reader;
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[str]:
    with cluster({"fsync": "off"}) as owner:
        with psycopg.connect(owner, autocommit=True) as made:
            made.execute(TABLES)
        yield owner.replace(f"{NAME}@", "reader@")


def test_a_table_comes_in_and_no_copy_of_it_stays(
    reader: str, world: World, source: Source, bring_in: Run
) -> None:
    with postgres.snapshot(Place(reader, "public", "book")) as path:
        report = bring_in(path)
    assert (report.stored, report.kept, report.file) == (True, 30, "public.book.jsonl")
    assert min(str(row[0]) for row in stored(source, "amount")) == "1.2500"
    assert not path.exists()
    assert not list(store.folder().glob(".parts/*"))


def test_a_forbidden_column_is_refused_before_a_row_is_fetched(
    reader: str, world: World, source: Source, bring_in: Run
) -> None:
    with postgres.snapshot(Place(reader, "public", "wards")) as path:
        assert "不得带出" not in path.read_text("utf-8")
        report = bring_in(path)
    assert [one.kind.key for one in report.forbidden] == ["patient"]


def test_an_account_that_could_write_is_refused(reader: str, world: World) -> None:
    owner = reader.replace("reader@", f"{NAME}@")
    for place in (Place(reader, "public", "open_to_all"), Place(owner, "public", "book")):
        with pytest.raises(NotAllowed, match="only read"), postgres.snapshot(place):
            pass


def test_what_is_not_there_is_said_without_more(reader: str, world: World) -> None:
    for table in ("nothing", 'book"; DROP TABLE book; --'):
        with pytest.raises(Invalid), postgres.snapshot(Place(reader, "public", table)):
            pass
    with postgres.snapshot(Place(reader, "public", "book")) as path:
        assert len(path.read_text("utf-8").splitlines()) == 31


@pytest.mark.parametrize(
    "said",
    [
        "[]", "{", '{"address": "postgresql://a/b"}', '{"address": 3, "table": "a.b"}',
        '{"address": "postgresql://reader:secret@host/db", "table": "public.book"}',
    ],
)  # fmt: skip
def test_a_place_is_an_address_and_a_table_and_no_password(tmp_path: Path, said: str) -> None:
    path = tmp_path / "book.postgres"
    path.write_text(said, "utf-8")
    with pytest.raises(Invalid):
        postgres.read_place(path)


def test_a_place_is_read(tmp_path: Path) -> None:
    path = tmp_path / "book.postgres"
    path.write_text(json.dumps({"address": "postgresql://reader@host/db", "table": "his.orders"}))
    assert postgres.read_place(path) == Place("postgresql://reader@host/db", "his", "orders")
