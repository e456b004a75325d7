"""How many queries and bytes a page costs, however many matters there are."""

from __future__ import annotations

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paizhu.casework import desk, rulebook
from tests.desk.test_searching import WIDE_RAW
from tests.world import ROOT, inquiry

GATES = {"/": 15, "/matters/": 10, "/matters/{ref}/": 20}
NATIONAL = ROOT / "packs" / "cn-discipline"
STAGES = ("registered", "proposed", "triage", "in_work", "held", "closed")


def cost(client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.mark.parametrize("name", ["head", "keeper", "one"])
def test_pages_cost_the_same_few_queries_for_few_and_many_matters(world, as_, name):
    client = as_(name)
    refs = [inquiry(world, stage).ref for stage in STAGES]
    rulebook.current()
    for path in GATES:
        client.get(path.format(ref=refs[2]))
    few = {path: cost(client, path.format(ref=refs[2])) for path in GATES}
    for stage in STAGES * 4:
        inquiry(world, stage)
    many = {path: cost(client, path.format(ref=refs[2])) for path in GATES}
    assert many == few
    assert all(many[path] <= gate for path, gate in GATES.items()), many


def test_rules_no_longer_in_use_are_read_at_once_and_once_a_process(world, as_, settings):
    client = as_("keeper")
    desk.open(
        actor=world.who("keeper"), procedure="everything", body="WJ", raw=WIDE_RAW, now=world.now()
    )
    inquiry(world, "triage")
    client.get("/matters/")
    usual = cost(client, "/matters/")
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    assert cost(client, "/matters/") == usual + 1, "two procedures, and the texts of both"
    assert cost(client, "/matters/") == usual


def test_a_list_of_fifty_is_small(world, as_):
    for number in range(50):
        inquiry(world, "triage" if number % 2 else "registered")
    page = as_("head").get("/matters/")
    assert page.content.decode().count("data-row") == 50
    assert len(page.content) <= 200 * 1024
    assert len(gzip.compress(page.content)) <= 60 * 1024


def test_a_page_of_a_matter_is_small(world, as_):
    ref = inquiry(world, "triage").ref
    assert len(gzip.compress(as_("one").get(f"/matters/{ref}/").content)) <= 60 * 1024
