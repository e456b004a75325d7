"""A complaint about a team: held above it, and closed by rule when nobody asks for a re-check."""

from datetime import date, timedelta

from paizhu.casework import rebuilding, ticking
from paizhu.ledger import book
from tests.desk.stories import signed, stage, unseen
from tests.desk.together import opened
from tests.world import World, take


def told(world: World) -> str:
    """Decide a complaint and tell the complainant; a month to ask for a re-check begins."""
    ref = opened(
        world, "SJ_office_officer", "complaint_about_team", team="WJ", about="delay",
        complainant="来访人某", accepted_on="2026-03-02", facts="两个月没有答复",
    )  # fmt: skip
    signed(
        world, ref, ("SJ_office_head", "OR_duty_leader"), "SJ_office_officer", "decide",
        seen="办理及时", decision="unfounded", decision_reasons="期限内办结",
    )  # fmt: skip
    take(world, "SJ_office_officer", ref, "tell", told_on="2026-03-02")
    return ref


def test_silence_for_a_month_closes_it_by_rule_and_by_nobody(life: World) -> None:
    ref = told(life)
    (apply,) = [c for c in life.card("SJ_office_head", ref).clocks if c.clock == "apply"]
    assert apply.due_date == date(2026, 4, 2)
    life.today = date(2026, 4, 2)
    ticking.tick(life.now())
    assert stage(life, "SJ_office_head", ref) == "told"
    life.today += timedelta(days=1)
    for _ in range(2):
        ticking.tick(life.now())
    card = life.card("SJ_office_head", ref)
    assert card.stage == "closed"
    assert {clock.clock: clock.status for clock in card.clocks}["apply"] == "missed"
    (closed,) = [entry for entry in book.entries_of(ref) if entry.action == "no_recheck"]
    assert (closed.person, closed.post) == ("system", "system")
    assert rebuilding.check().differences == ()


def test_a_complainant_who_asks_in_time_stops_the_rule(life: World) -> None:
    ref = told(life)
    life.today = date(2026, 4, 1)
    take(life, "SJ_office_officer", ref, "ask_recheck", recheck_asked="2026-04-01")
    life.today = date(2026, 4, 20)
    ticking.tick(life.now())
    assert stage(life, "SJ_office_head", ref) == "recheck"


def test_the_team_complained_of_never_learns_of_it(life: World) -> None:
    unseen(life, "WJ_head", told(life))
