"""Every hand on the rows is found by folding again, and mended by it."""

import pytest
from django.db import IntegrityError, connection, transaction

from paizhu.casework import desk, projections, queries, rebuilding, removal
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid
from paizhu.ledger import book
from tests import world as worlds
from tests.plugins import owner
from tests.world import inquiry, sign, take

#: What another hand might write instead; a foreign key needs somebody who is there.
OTHER = {"person_id": "SELECT MAX(id) FROM registry_person", "body_id": "SELECT MAX(id) FROM registry_body"}  # fmt: skip
COLUMNS = [("casework_matter", column) for column in ("ref", *projections.MATTER_COLUMNS)] + [
    (table.name, column) for table in projections.TABLES for column in table.columns
]


#: Columns that a constraint holds to each other; on SQLite it is taken off for the test.
GUARDED = {"is_final", "closed_date", "stopped_date", "is_kept"}


@pytest.fixture
def full(world, settings):
    """Give a world whose matters fill every table."""
    settings.PAIZHU_PACKS = [*worlds.PACKS, worlds.ROOT / "tests" / "packs" / "powers"]
    worlds.person(world, "office", "蒋案管", ("OR", "case_office"))
    inquiry(world, "proposed")
    ref = inquiry(world, "in_work").ref
    desk.recuse(
        actor=world.who("head"), ref=ref, person=world.key("three"), reasons="x",
        version=world.card("head", ref).version, now=world.now(),
    )  # fmt: skip
    closed = inquiry(world, "triage").ref
    take(world, "one", closed, "dispose", disposal="close", reasons="x")
    sign(world, "section_head", closed)
    sign(world, "head", closed)
    campaign = desk.open(
        actor=world.who("office"), procedure="campaign", body="OR",
        raw={"topic": "专项", "teams": ["WJ"]}, now=world.now(),
    ).ref  # fmt: skip
    take(world, "leader", campaign, "launch")
    assert rebuilding.check().differences == ()
    return world


def test_rows_that_are_all_gone_are_each_missed_and_written_again(world):
    made = {inquiry(world).ref for _ in range(2)}
    Matter.objects.all().delete()
    assert {(one.ref, one.table) for one in rebuilding.check().differences} == {
        (ref, "casework_matter") for ref in made
    }
    rebuilding.rebuild()
    assert rebuilding.check().differences == ()
    assert set(Matter.objects.values_list("ref", flat=True)) == made


def execute(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def value_of(table: str, column: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY id LIMIT 1")
        return cursor.fetchone()[0]


def other(table: str, column: str) -> str:
    """Give another value of the kind that stands there."""
    found = value_of(table, column)
    if column in OTHER:
        return f"({OTHER[column]})"
    if column.startswith("is_"):
        return f"NOT {column}" if found is not None else "(1 = 1)"
    if column.endswith("date") or column == "since":
        return "'2001-01-01'"
    if isinstance(found, int):
        return "77"
    return "'x'"


def change(table: str, column: str) -> int:
    new = other(table, column)
    first = f"(SELECT MIN(id) FROM {table})"
    return execute(f"UPDATE {table} SET {column} = {new} WHERE id = {first}")


def mend() -> None:
    rebuilding.rebuild()
    assert rebuilding.check().differences == ()


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_value_is_found_in_every_column_of_every_table(full, table, column):
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = ON")
    try:
        with transaction.atomic():
            assert change(table, column) == 1
    except IntegrityError:
        assert column in GUARDED  # the database refuses it by itself
        return
    found = rebuilding.check().differences
    assert found, (table, column)
    assert table in {one.table for one in found}
    assert all(one.say.zh and one.ref in one.say.en for one in found)
    mend()
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("table", [table.name for table in projections.TABLES])
def test_a_row_taken_out_is_found(full, table):
    assert execute(f"DELETE FROM {table} WHERE id = (SELECT MIN(id) FROM {table})") == 1
    assert {one.table for one in rebuilding.check().differences} == {table}
    mend()


def test_a_reader_put_in_by_hand_is_found(full):
    ref = Matter.objects.order_by("pk").first().ref
    execute(
        "INSERT INTO casework_reader (matter_id, principal, role, level, until) "
        f"SELECT id, '{full.key('other_head')}', 'head', 'identity', '' FROM casework_matter"
        f" WHERE ref = '{ref}'"
    )
    assert full.card("other_head", ref), "so it would work, which is why it is looked for"
    (found,) = rebuilding.check().differences
    assert (found.ref, found.table) == (ref, "casework_reader")
    mend()


def test_a_matter_gone_from_the_rows_is_found_and_written_again(full):
    ref = Matter.objects.order_by("pk").first().ref
    before = full.card("head", ref)
    Matter.objects.filter(ref=ref).delete()
    found = [one for one in rebuilding.check().differences if one.ref == ref]
    assert [one.table for one in found] == ["casework_matter"]
    mend()
    assert full.card("head", ref).fields == before.fields


def test_a_matter_the_ledger_does_not_know_is_found_and_removed(full):
    first = Matter.objects.order_by("pk").first()
    execute(
        "INSERT INTO casework_matter (ref, procedure, rules, body_id, stage, is_final, opened_date,"
        " version, listed, words, source) SELECT 'TX-WJ-2025-7777', procedure, rules, body_id,"
        f" stage, is_final, opened_date, version, listed, words, '' FROM casework_matter"
        f" WHERE id = {first.pk}"
    )
    (found,) = rebuilding.check().differences
    assert found.ref == "TX-WJ-2025-7777"
    mend()
    assert not Matter.objects.filter(ref="TX-WJ-2025-7777").exists()


def test_removed_content_leaves_rows_that_still_agree(full):
    ref = Matter.objects.get(is_final=True, procedure="inquiry").ref
    removal.remove(
        actor=full.who("head"), approved_by=full.who("leader"), ref=ref,
        reasons="保存期满", now=full.now(),
    )  # fmt: skip
    assert rebuilding.check().differences == ()
    assert queries.count(full.who("head"), MatterFilter(query=ref), on=full.today) == 0
    execute(f"UPDATE casework_matter SET words = 'x' WHERE ref = '{ref}'")
    (found,) = rebuilding.check().differences
    assert found.ref == ref
    mend()
    Matter.objects.filter(ref=ref).delete()
    rebuilding.rebuild()
    assert not rebuilding.check().differences


def test_no_row_changes_without_an_entry_in_the_same_transaction(full):
    """Every statement on the rows stands between the begin and the commit that hold an entry."""
    seen: list[str] = []

    def watch(execute, sql, *given):
        seen.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(watch):
        ref = inquiry(full, "in_work").ref
        desk.note(
            actor=full.who("head"), ref=ref, text="x", version=full.card("head", ref).version,
            now=full.now(),
        )  # fmt: skip
    pending: list[str] = []
    written = 0
    for sql in seen:
        head = sql.lstrip().upper()
        if head.startswith(("SAVEPOINT", "BEGIN")):
            pending = []
        if " CASEWORK_" in head.split("WHERE")[0] and head.startswith(
            ("INSERT", "UPDATE", "DELETE")
        ):
            pending.append(sql)
        if head.startswith("INSERT INTO LEDGER_ENTRY"):
            written += 1
        if head.startswith(("RELEASE", "COMMIT")) and pending:
            assert written, pending
            written, pending = 0, []
    assert book.entries_of(ref)[-1].kind == "noted"


@pytest.mark.parametrize("payload", ["{}", "[]", "no JSON"])
def test_content_that_can_no_longer_be_read_is_named_and_the_rest_is_still_compared(full, payload):
    lines = book.entries_of_many(Matter.objects.values_list("ref", flat=True))
    ref = next(one for one in lines if any(entry.kind == "recused" for entry in lines[one]))
    beside = next(one for one in lines if one != ref)
    Matter.objects.filter(ref=beside).update(words="x")
    with owner.guards_off(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_entry SET payload = %s WHERE matter = %s AND header LIKE %s",
            [payload, ref, '%"kind":"recused"%'],
        )
        assert cursor.rowcount
    found = {(one.ref, one.table) for one in rebuilding.check().differences}
    assert found == {(ref, "ledger_entry"), (beside, "casework_matter")}
    with pytest.raises(Invalid) as refused:
        rebuilding.rebuild()
    assert ref in refused.value.say.zh
