"""How lists and desk are looked up: by index, with no statistics, as in a fresh installation."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paizhu.casework import access, queries
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import ClockRow, Matter, Reader, Waiting
from tests.world import inquiry

STAGES = ("registered", "proposed", "triage", "in_work", "held", "closed")
COPIES = 600
PAGES = ("/", "/matters/", "/matters/?order=oldest", "/matters/?stage=inquiry.triage",
         "/matters/?state=waiting", "/search/?q=TX", "/search/?q=卫健 TX")  # fmt: skip
#: A table, or its alias in a sub-query, looked through from end to end.
LARGE = {"casework_matter", "casework_reader", "casework_clockrow", "casework_waiting"}


@pytest.fixture
def thousands(world):
    """Copy the rows of six matters; plans do not depend on what the book says."""
    made = [Matter.objects.get(ref=inquiry(world, stage).ref) for stage in STAGES]
    for matter in made:
        known = {
            model: list(model.objects.filter(matter=matter))
            for model in (Reader, ClockRow, Waiting)
        }
        copies = Matter.objects.bulk_create(
            _copy(matter, pk=None, ref=f"{matter.ref}-{number}") for number in range(COPIES)
        )
        for model, rows in known.items():
            model.objects.bulk_create(
                _copy(row, pk=None, matter_id=copy.pk) for copy in copies for row in rows
            )
    return world


def _copy(row, **changed):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{name: value for name, value in values.items() if name != "id"} | {
        name: value for name, value in changed.items() if name != "pk"
    })  # fmt: skip


def scanned(sql: str) -> set[str]:
    """Give the tables a statement looks through whole, by the plan of SQLite."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        plan = [row[3] for row in cursor.fetchall()]
    aliases = dict(re.findall(r'"?(casework_\w+)"?(?: AS)? "?([A-Za-z]\d*)"?\b', sql))
    names = {alias: table for table, alias in aliases.items()}
    # Through an index from end to end is as far as through the table.
    whole = [re.fullmatch(r"SCAN (\w+)(?: USING COVERING INDEX \w+)?", line) for line in plan]
    return {names.get(found[1], found[1]) for found in whole if found} & LARGE


def test_a_plan_that_looks_through_a_table_is_seen(db):
    if connection.vendor == "sqlite":
        assert scanned('SELECT * FROM "casework_clockrow" WHERE run = 2') == {"casework_clockrow"}
        assert scanned("SELECT r.id FROM casework_reader r WHERE r.level = 'x'") == LARGE & {
            "casework_reader"
        }
        assert not scanned('SELECT * FROM "casework_matter" WHERE id = 2')


@pytest.mark.parametrize("many", [False, True])
def test_lists_and_desk_look_through_no_large_table(thousands, as_, monkeypatch, many):
    monkeypatch.setattr(access, "MANY", 0 if many else 50_000)
    client = as_("head")
    for path in PAGES:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        if connection.vendor == "sqlite":  # the other engine plans by statistics it gathers itself
            for query in caught:
                if query["sql"].startswith("SELECT"):
                    assert not scanned(query["sql"]), (path, query["sql"])


def test_a_count_and_the_pages_stop_at_a_limit_and_say_so(thousands, as_, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 100)
    who, on = thousands.who("head"), thousands.today
    page = queries.matters(who, MatterFilter(), on=on, page=999, size=50)
    assert (page.total, page.more, page.number, len(page.rows)) == (100, True, 2, 50)
    few = queries.matters(who, MatterFilter(query="-7"), on=on)
    assert few.total == Matter.objects.filter(words__icontains="-7").count() or few.more
    assert "多于 100 件" in as_("head").get("/matters/").content.decode()


def test_both_ways_of_asking_give_one_answer(thousands):
    for name in ("head", "keeper", "one", "two", "liaison", "other_head"):
        who = thousands.who(name)
        whole = set(access.visible_to(who).values_list("pk", flat=True))
        assert set(access.visible_to(who, one_by_one=True).values_list("pk", flat=True)) == whole
        known = access.in_order(who, most=10_000)
        assert set(Matter.objects.filter(pk__in=known).values_list("pk", flat=True)) == whole
        assert access.how_many(who, most=10_000) == len(whole)
        assert access.how_many(who, most=7) == min(7, len(whole))
