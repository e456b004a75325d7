"""Programs read what the pages show, no more, within few queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import inquiry


def refs(answer) -> list[str]:
    return [row["ref"] for row in answer["rows"]]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_reading_on_gives_each_matter_once_though_others_are_added(world, program, order):
    opened = [inquiry(world).ref for _ in range(5)]
    head, found, cursor = program("head"), [], ""
    for _ in range(3):
        leaf = head.get("/api/matters/", size=2, cursor=cursor, order=order).json()
        found += refs(leaf)
        cursor = leaf["next"]
        if order == "newest":
            inquiry(world)
    assert found == (opened if order == "oldest" else opened[::-1])
    assert cursor is None


def test_a_cursor_of_a_hidden_matter_is_as_good_as_one_of_none(world, program):
    ref = inquiry(world).ref
    stranger = program("other_head")
    answers = [stranger.get("/api/matters/", cursor=one) for one in (ref, "XX-1", "a\0b")]
    assert {one.status_code for one in answers} == {422}
    assert len({one.content for one in answers}) == 1


def test_the_list_is_narrowed(world, program):
    inquiry(world)
    waiting = inquiry(world, "proposed").ref
    closed = inquiry(world, "closed").ref
    head = program("head")
    assert refs(head.get("/api/matters/", state="closed").json()) == [closed]
    assert refs(head.get("/api/matters/", state="waiting").json()) == [waiting]
    assert refs(head.get("/api/matters/", stage="inquiry.closed").json()) == [closed]
    assert refs(head.get("/api/matters/", query=closed).json()) == [closed]
    assert refs(head.get("/api/matters/", procedure="letter").json()) == []
    body = f"body:{world.bodies['WJ'].pk}"
    assert len(refs(head.get("/api/matters/", body=body).json())) == 3
    for wrong in ({"state": "odd"}, {"size": 0}, {"size": 201}, {"colour": "red"}):
        assert head.get("/api/matters/", **wrong).status_code == 422, wrong


def test_a_field_above_my_level_is_in_no_answer(world, program):
    ref = inquiry(world, "triage", reporter="举报人丙").ref
    assert "举报人丙" in program("keeper").get(f"/api/matters/{ref}/").content.decode()
    for path in ("", "timeline/", "actions/"):
        answer = program("head").get(f"/api/matters/{ref}/{path}")
        assert answer.status_code == 200
        assert "举报人丙" not in answer.content.decode(), path


def test_why_a_date_and_why_me(world, program):
    ref = inquiry(world, "triage").ref
    head = program("head")
    card = head.get(f"/api/matters/{ref}/").json()
    why = head.get(f"/api/matters/{ref}/clocks/{card['clocks'][0]['clock']}/").json()
    assert why["lines"]
    assert why["clock"]["due_date"] == card["clocks"][0]["due_date"]
    assert head.get(f"/api/matters/{ref}/clocks/nothing/").status_code == 404
    through = head.get(f"/api/matters/{ref}/access/").json()
    assert through[0]["label"]["en"] == "Head of the team"
    assert head.get(f"/api/matters/{ref}/hand-over/").status_code == 404


def test_my_own_side_of_things(world, program):
    inquiry(world, "proposed")
    head = program("head")
    me = head.get("/api/me/").json()
    assert (me["username"], me["posts"][0]["body"]) == ("head", "WJ")
    assert me["token"]["scopes"] == ["read", "act", "returns"]
    assert "digest" not in str(me)
    desk = head.get("/api/desk/").json()
    assert [row["kind"] for row in head.get("/api/waiting/").json()] == ["approve"]
    assert desk["running"] == head.get("/api/clocks/").json()["running"]
    assert {one["code"] for one in head.get("/api/bodies/").json()} >= {"WJ", "YY", "OR"}
    assert head.get("/api/duties/").json() == []
    assert head.get("/api/returns/").json() == []
    form = program("keeper").get("/api/procedures/inquiry/open/WJ/").json()
    assert {"source", "summary"} <= {field["field"] for field in form["form"]}


@pytest.mark.parametrize(
    "path", ["/api/nothing/", "/api/", "/api/matters", "/api/matters/a/b/c/d/"]
)
def test_what_does_not_exist_is_a_problem_too(program, path):
    answer = program("head").get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_the_list_costs_few_queries_however_many_there_are(world, program):
    stages = ("registered", "proposed", "triage", "closed")
    for stage in stages:
        inquiry(world, stage)
    for name in ("head", "keeper", "one"):
        asks = program(name)
        asks.get("/api/matters/")
        cost = {}
        for path in ("/api/matters/", "/api/matters/?state=waiting", "/api/desk/", "/api/waiting/"):
            with CaptureQueriesContext(connection) as few:
                assert asks.get(path).status_code == 200
            cost[path] = len(few)
        assert all(count <= 10 for path, count in cost.items() if path != "/api/desk/"), cost
        assert cost["/api/desk/"] <= 15
        for stage in stages * 2:
            inquiry(world, stage)
        with CaptureQueriesContext(connection) as many:
            asks.get("/api/matters/")
        assert len(many) <= cost["/api/matters/"]
