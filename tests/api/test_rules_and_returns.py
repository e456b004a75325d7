"""Legal dates, duties and returns for programs."""

from __future__ import annotations

import pytest
from django.utils import timezone

from paizhu.casework import rulebook
from tests.returns.conftest import PACKS
from tests.world import ROOT, inquiry


@pytest.fixture
def national(world, settings):
    settings.PAIZHU_PACKS = [ROOT / "packs" / "cn-discipline"]
    rulebook.forget()
    return world


def test_a_legal_date_is_counted_as_on_the_command_line(national, program):
    head = program("head")
    limits = head.get("/api/due/", clock="C-040", start="2025-09-26").json()
    (phase,) = limits["phases"]
    assert phase["ref"] == "C-040"
    assert phase["due_date"] > "2025-09-26"
    assert phase["article"]
    assert limits["law_on"] == limits["counted_from"] == "2025-09-26"
    received = head.get(
        "/api/due/", clock="C-040", start="2025-09-01", receipt="2025-09-26", on="2025-10-20"
    ).json()
    assert received["phases"][0]["due_date"] == phase["due_date"]
    assert received["phases"][0]["days_left"] is not None
    pause = {"clock": "C-040", "start": "2025-09-26", "pause": "2025-10-09.."}
    (held,) = head.get("/api/due/", **pause).json()["phases"]
    assert (held["held"], held["due_date"]) == (True, None)
    pause["pause"] = ["2025-10-09..2025-10-13", "2025-10-14..2025-10-15"]
    assert head.get("/api/due/", **pause).json()["phases"][0]["due_date"] > phase["due_date"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"clock": "C-999"}, 404),
        ({"clock": "C-040", "start": "soon"}, 422),
        ({"clock": "C-040", "pause": "2025-10-09"}, 422),
        ({"clock": "C-040", "pause": "x..y"}, 422),
        ({"clock": "C-040", "pause": "2025-10-09..2025-10-01"}, 422),
    ],
)
def test_a_date_that_can_not_be_counted_is_refused(national, program, asked, status):
    answer = program("head").get("/api/due/", **{"start": "2025-09-26", **asked})
    assert answer.status_code == status


def test_without_a_calendar_no_date_is_counted(world, program, settings):
    settings.PAIZHU_PACKS = []
    rulebook.forget()
    answer = program("head").get("/api/due/", clock="C-040", start="2025-09-26")
    assert answer.status_code == 404


def test_what_my_bodies_owe(national, program):
    owed = program("head").get("/api/duties/").json()
    assert {one["body"] for one in owed} == {"WJ"}
    assert program("liaison").get("/api/duties/").json() == []


@pytest.fixture
def counted(world, settings):
    settings.PAIZHU_PACKS = PACKS
    rulebook.forget()
    world.today = timezone.localdate()
    for subject in ("乙", "丙", "丁"):
        inquiry(world, source="found", received_date=str(world.today), subject=subject)
    return f"/api/returns/inquiries/WJ/{world.today:%Y-%m}/"


def test_a_return_is_offered_computed_read_and_drilled_into(counted, program):
    head = program("head")
    (offered,) = [one for one in head.get("/api/returns/").json() if one["name"] == "inquiries"]
    assert offered["bodies"][0][0] == "WJ"
    assert head.get(counted).status_code == 404
    card = head.post(counted, {}).json()
    assert head.get(counted).json()["id"] == card["id"]
    assert head.get(f"/api/computations/{card['id']}/").json()["rows"] == card["rows"]
    cells = [cell for row in card["rows"] for cell in row["cells"]]
    (three, *_) = [cell for cell in cells if cell["figure"]["shown"]["en"] == "3"]
    records = head.get(f"/api/computations/{card['id']}/{three['key']}/").json()
    assert (records["total"], len(records["rows"])) == (3, 3)


def test_a_return_that_is_not_mine_is_not_there(counted, program):
    number = program("head").post(counted, {}).json()["id"]
    stranger = program("one")
    for path in (counted, f"/api/computations/{number}/", f"/api/computations/{number}/a.b/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(counted, {}).status_code == 404
    hidden, unknown = (stranger.get(f"/api/computations/{n}/") for n in (number, number + 99))
    assert hidden.content == unknown.content
