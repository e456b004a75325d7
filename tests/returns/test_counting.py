"""Figures come out of the ledger: real matters, brought to their stages through the door."""

from datetime import date, timedelta

from paizhu.analysis.returns import reading
from paizhu.casework import desk
from tests.world import inquiry, sign, take


def test_each_rule_counts_what_it_says(world, compute, shown):
    inquiry(world)
    inquiry(world, "closed", source="found", subject="丙")
    inquiry(world, "held", subject="丁")
    got = shown(compute())
    assert {k.removeprefix("all."): said for k, said in got.items() if k.startswith("all.")} == {
        "received": "3", "dated": "3", "disposed": "2", "held": "1", "open": "2", "stands_held": "1",
        "late": "0", "kept": "1", "started": "2", "running": "1", "falls_due": "0", "returned": "0", "year": "3", "ever": "3",
        "share": "33.3 %", "days": "0 days", "posts": "150.00", "contact": "not recorded",
    }  # fmt: skip
    assert got["by-forwarded.received"] == "2"
    assert got["by-found.received"] == "1"
    assert got["by-found.share"] == "100.0 %"
    assert got["by-found.held"] == "0"


def test_a_matter_falls_to_the_period_of_its_day_and_stands_as_it_stood_at_the_end(
    world, compute, shown
):
    ref = inquiry(world, "triage").ref
    world.today = date(2025, 11, 20)
    take(world, "one", ref, "dispose", disposal="close", reasons="查否")
    sign(world, "section_head", ref)
    sign(world, "head", ref)
    september, november = shown(compute()), shown(compute(period="2025-11"))
    october = shown(compute(period="2025-10"))
    assert [september["all.received"], september["all.open"], september["all.late"]] == [
        "1"
    ] * 2 + ["0"]
    assert [october["all.received"], october["all.open"], october["all.late"]] == ["0", "1", "1"]
    assert [november["all.open"], november["all.disposed"], november["all.days"]] == [
        "0",
        "1",
        "53 days",
    ]
    assert november["all.year"] == "1"


def test_a_clock_is_late_only_while_it_runs_past_its_day(world, compute, shown):
    inquiry(world)
    world.today = date(2025, 10, 31)
    assert shown(compute(period="2025-10"))["all.late"] == "1"
    assert shown(compute(period="2025-10"))["all.falls_due"] == "1"
    assert shown(compute(period="2025-09"))["all.late"] == "0"


def test_a_returned_proposal_is_an_activity_and_no_step(world, compute, shown):
    ref = inquiry(world, "proposed").ref
    card = world.card("head", ref)
    desk.give_back(
        actor=world.who("head"), ref=ref, proposal=card.proposals[0].proposal, reasons="另选",
        version=card.version, now=world.now(11),
    )  # fmt: skip
    got = shown(compute())
    assert [got["all.returned"], got["all.disposed"]] == ["1", "0"]


def test_persons_are_counted_once_each(world, compute, shown):
    for subject in ("乙", "乙", "丙"):
        inquiry(world, subject=subject)
    inquiry(world, subject="丙", named="no", reporter="")
    got = shown(compute("persons", period="2025Q3"))
    assert got == {
        "all.persons": "2", "all.year": "2", "named.persons": "2", "named.year": "2",
        "unnamed.persons": "1", "unnamed.year": "1",
    }  # fmt: skip


def test_a_table_of_teams_stands_in_the_order_of_bodies_with_intervals(world, compute, shown):
    launched = desk.open(
        actor=world.who("case_office"), procedure="campaign", body="OR", now=world.now(),
        raw={"topic": "专项", "teams": ["WJ", "JY"], "tasks": "汇总 | 2025-10-31"},
    ).ref  # fmt: skip
    children = take(world, "leader", launched, "launch").opened
    take(world, "head", children[0], "report", result="已查")
    take(world, "leader", launched, "excuse", excused=children[1], reasons="已办")
    by_year = shown(compute("cohorts", body="OR", period="2025", actor="leader"), "leader")
    assert [by_year["year-2025.sent"], by_year["year-2025.excused"]] == ["3", "1"]
    kept = compute("errands", body="OR", actor="leader")
    card = reading.card_of(kept, reader=world.who("leader"), now=world.now(18))
    assert [row.title.zh for row in card.rows] == ["驻教育局纪检监察组", "驻卫健委纪检监察组"]
    assert [[c.figure.shown.zh for c in row.cells] for row in card.rows] == [
        ["1", "0", "0.0%"],
        ["0", "0", "100.0%"],
    ]
    assert card.rows[1].cells[2].figure.interval.en == "1 of 1; 95 % interval 20.7–100.0 %"


def test_a_year_keeps_its_matters_whenever_they_are_closed(world, compute, shown):
    ref = inquiry(world, "triage").ref
    world.today = date(2026, 1, 15)
    inquiry(world, subject="丙", received_date="2026-01-14")
    take(world, "one", ref, "dispose", disposal="close", reasons="查否")
    sign(world, "section_head", ref)
    sign(world, "head", ref)
    got = shown(compute("cohorts", period="2026"))
    assert {k: got[f"year-{k}.all"] + got[f"year-{k}.closed"] for k in (2024, 2025, 2026)} == {
        2024: "00", 2025: "11", 2026: "10",
    }  # fmt: skip
    assert got["year-2024.share"] == "—"
    assert [got["year-2025.share"], got["year-2026.parts"]] == ["100.0 %", "1"]
    assert shown(compute("cohorts", period="2025"))["year-2025.closed"] == "0"


def test_an_organ_counts_its_teams_and_a_team_only_itself(world, compute, shown):
    inquiry(world)
    assert shown(compute(body="OR", actor="leader"), "leader")["all.received"] == "1"
    assert shown(compute(body="JY", actor="other_head"), "other_head")["all.received"] == "0"


def test_figures_that_do_not_fit_each_other_ask_the_team(world, compute):
    for day in range(3):
        inquiry(world, received_date=str(date(2025, 9, 20) + timedelta(days=day)))
    card = reading.card_of(compute(), reader=world.who("head"), now=world.now(18))
    assert [ask.en for ask in card.asks] == ["3 received but 0 disposed of; please explain."]
    assert [ask.zh for ask in card.asks] == ["收到 3 件，处置 0 件，请说明原因。"]
