"""Whatever the owner of the database changes is found, and the page is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from paizhu.ledger import chain, checkpoints
from paizhu.ledger.verify import Report, verify
from tests.plugins.owner import constraints_off, constraints_on, guards_off
from tests.unit.ledger import books

pytestmark = pytest.mark.usefixtures("whole_book")

TABLES = sorted(model._meta.db_table for model in apps.get_app_config("ledger").get_models())


@contextmanager
def as_owner() -> Iterator[None]:
    """Do to the book what its owner could; afterwards it is as it was."""
    with transaction.atomic():
        constraints_off(connection)
        with guards_off(connection):
            yield
        transaction.set_rollback(True)
    constraints_on(connection)


def sql(query: str, *parameters: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def columns(table: str) -> list[str]:
    """Ask the database itself, so that no column is forgotten when one is added."""
    with connection.cursor() as cursor:
        return [c.name for c in connection.introspection.get_table_description(cursor, table)]


def key_of(table: str) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_primary_key_column(cursor, table)
    assert found is not None
    return found


def other_values(value: object) -> list[object]:
    """Give what could stand there instead: near it, empty, nothing, and of another type."""
    if isinstance(value, int):
        return [value + 1000, value - 1, -5, None, "x"]
    if isinstance(value, bytes | memoryview):
        return [bytes(value) + b"\n", b"", None, "x"]
    if value is None:
        return ["x", "", "{}", 7]
    text = str(value)
    return [text + " ", text[:-1], text.swapcase() if text.swapcase() != text else "x", "", None, 7]


@contextmanager
def changed(
    table: str, name: str, row: tuple[str, object], value: object, other: object
) -> Iterator[bool]:
    """Change one value for a while; False if the database itself does not let it differ."""
    key, number = row
    count = f"SELECT COUNT(*) FROM {table} WHERE {key} = %s AND {name} = %s"
    with transaction.atomic():
        try:
            with transaction.atomic():
                sql(f"UPDATE {table} SET {name} = %s WHERE {key} = %s", other, number)
                is_other = not sql(count, number, value)[0][0]
        except DatabaseError:
            is_other = False
        yield is_other
        transaction.set_rollback(True)


def finds(report: Report) -> bool:
    return not report.is_good


def test_a_whole_book_is_good() -> None:
    report = verify()
    assert report.findings == ()
    assert report.pages == 20


@pytest.mark.parametrize("table", TABLES)
def test_every_changed_column_of_every_row_is_found(table: str) -> None:
    key, names = key_of(table), columns(table)
    rows = sql(f"SELECT {', '.join([key, *names])} FROM {table} ORDER BY {key}")
    assert rows, f"{table} is empty in this test"
    missed, tried = [], 0
    with as_owner():
        for number, *values in rows:
            for name, value in zip(names, values, strict=True):
                for other in other_values(value):
                    with changed(table, name, (key, number), value, other) as is_other:
                        tried += is_other
                        if is_other and verify().is_good:
                            missed.append((table, number, name, other))
    assert missed == []
    assert tried >= 2 * len(names)


@pytest.mark.parametrize("table", TABLES)
def test_every_deleted_row_is_found(table: str) -> None:
    key = key_of(table)
    for (number,) in sql(f"SELECT {key} FROM {table}"):
        with as_owner():
            sql(f"DELETE FROM {table} WHERE {key} = %s", number)
            assert finds(verify()), f"{table} {number}"


@pytest.mark.parametrize("table", TABLES)
def test_an_emptied_table_is_found(table: str) -> None:
    with as_owner():
        sql(f"DELETE FROM {table}")
        assert finds(verify())


def test_a_deleted_page_is_named() -> None:
    with as_owner():
        sql("DELETE FROM ledger_entry WHERE seq = 7")
        (finding, *_) = verify().findings
    assert finding.seq == 8
    assert "Pages 7 to 7 are missing" in finding.say.en
    assert "第 7 至 7 页缺失" in finding.say.zh


def test_a_whole_matter_taken_out_is_found() -> None:
    with as_owner():
        sql("DELETE FROM ledger_entry WHERE matter = 'XS-WJ-2025-003'")
        assert finds(verify())


@pytest.mark.parametrize("seq", [1, 7, 19])
def test_two_pages_put_in_the_other_order_are_found(seq: int) -> None:
    with as_owner():
        sql("UPDATE ledger_entry SET seq = -1 WHERE seq = %s", seq)
        sql("UPDATE ledger_entry SET seq = %s WHERE seq = %s", seq, seq + 1)
        sql("UPDATE ledger_entry SET seq = %s WHERE seq = -1", seq + 1)
        found = {finding.seq for finding in verify().findings}
    assert {seq, seq + 1} <= found


def test_contents_exchanged_between_two_pages_are_found() -> None:
    with as_owner():
        pages = sql("SELECT seq, payload, salt FROM ledger_entry WHERE seq IN (1, 4) ORDER BY seq")
        for (_, payload, salt), seq in zip(pages, (4, 1), strict=True):
            sql("UPDATE ledger_entry SET payload=%s, salt=%s WHERE seq=%s", payload, salt, seq)
        assert {finding.seq for finding in verify().findings} == {1, 4}


def test_pages_cut_off_the_end_are_found_by_the_head() -> None:
    with as_owner():
        sql("DELETE FROM ledger_entry WHERE seq > 18")
        (finding, *_) = verify().findings
    assert (finding.seq, finding.where) == (19, "head.seq")


# --- the owner writes everything anew ------------------------------------------------------------


def rewrite(change: dict[str, str], *, first: int) -> None:
    """Change the header of page `first` and compute every digest after it anew."""
    prev = sql("SELECT prev FROM ledger_entry WHERE seq = %s", first)[0][0]
    rows = sql(
        "SELECT seq, header, payload_digest FROM ledger_entry WHERE seq >= %s ORDER BY seq", first
    )
    for seq, header, content in rows:
        if seq == first:
            for old, new in change.items():
                assert old in header
                header = header.replace(old, new)
        whole = chain.line_digest(prev, chain.digest_of(header, "sha256"), content)
        sql("UPDATE ledger_entry SET header=%s, prev=%s, digest=%s WHERE seq=%s",
            header, prev, whole, seq)  # fmt: skip
        prev = whole
    sql("UPDATE ledger_head SET digest = %s", prev)


def test_a_moment_before_the_page_before_is_found_even_when_all_is_computed_anew() -> None:
    with as_owner():
        rewrite({"T10:00:00.000000+08:00": "T07:00:00.000000+08:00"}, first=18 - 13)
        found = [f for f in verify().findings if "back-dated" in f.say.en]
    assert [f.seq for f in found] == [5]


def test_a_day_after_its_own_recording_is_found() -> None:
    with as_owner():
        rewrite({'"day":"2025-03-03"': '"day":"2025-03-04"'}, first=5)
        assert [f.seq for f in verify().findings if "later than it was recorded" in f.say.en] == [5]


def test_a_moment_in_another_zone_is_compared_as_a_moment() -> None:
    with as_owner():
        rewrite({"T10:00:00.000000+08:00": "T02:00:00.000000+00:00"}, first=5)
        assert not [f for f in verify().findings if "back-dated" in f.say.en]


def test_a_header_that_is_none_is_found_even_when_all_is_computed_anew() -> None:
    changes = [
        {'"kind"': '"sort"'},
        {'{"action"': "{,action"},
        {'"version":2': '"version":"2"'},
        {'"at":"2025-03-03T': '"at":"2025-03-03 '},
        {'"day":"2025-03-03"': '"day":"2025-02-30"'},
    ]
    for change in changes:
        with as_owner():
            rewrite(change, first=5)
            assert [f.seq for f in verify().findings if "cannot be read" in f.say.en] == [5], change


def test_an_unknown_hash_is_found() -> None:
    with as_owner():
        rewrite({'"hash":"sha256"': '"hash":"md5"'}, first=5)
        assert [f.seq for f in verify().findings if "unknown hash" in f.say.en] == [5]


def test_a_rewritten_book_is_found_against_a_checkpoint_kept_elsewhere(
    keys: Path, tmp_path: Path
) -> None:
    checkpoints.write(checkpoints.sign(books.START.replace(month=4), keys=keys), tmp_path / "kept")
    kept = checkpoints.read(tmp_path / "kept")
    with as_owner():
        # An owner with the key of the installation as well: everything is signed anew.
        sql("DELETE FROM ledger_checkpoint")
        sql("DELETE FROM ledger_entry WHERE seq >= 16")
        sql("UPDATE ledger_entry SET payload = '{}', salt = 's' WHERE payload IS NULL")
        sql("DELETE FROM ledger_readseal")
        for seq, salt, payload in sql("SELECT seq, salt, payload FROM ledger_entry"):
            sql("UPDATE ledger_entry SET payload_digest = %s WHERE seq = %s",
                chain.payload_digest(salt, payload, "sha256"), seq)  # fmt: skip
        sql("UPDATE ledger_head SET seq = 15, at = (SELECT %s)", "2025-03-03T13:00:00.000000+08:00")
        rewrite({"张三": "李四"}, first=1)
        checkpoints.sign(books.START.replace(month=5), keys=keys)
        assert verify(key=checkpoints.public_key(keys)).findings == ()
        (finding,) = verify(against=kept).findings
    assert finding.seq == kept.seq
    assert "rewritten or cut off" in finding.say.en


def test_pages_cut_off_before_a_checkpoint_kept_elsewhere_are_found(keys: Path) -> None:
    kept = checkpoints.latest()
    assert kept is not None
    with as_owner():
        sql("DELETE FROM ledger_checkpoint WHERE entry > 18")
        sql("DELETE FROM ledger_entry WHERE seq > 18")
        sql("UPDATE ledger_head SET seq = 18, "
            "digest = (SELECT digest FROM ledger_entry WHERE seq = 18), at = %s",
            sql("SELECT header FROM ledger_entry WHERE seq = 18")[0][0].split('"at":"')[1][:32],
            )  # fmt: skip
        assert verify().findings == ()
        assert [f.seq for f in verify(against=kept).findings] == [kept.seq]
