"""A kept figure is what the ledger gives at its page, always; a correction stands beside it."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paizhu.analysis.models import Computation
from paizhu.analysis.returns import computing, reading
from paizhu.casework import desk, removal, views
from paizhu.kernel.errors import Invalid, NotFound, Refused
from tests.world import inquiry, sign, take


def outcomes():
    return [(one.outcome, one.cells) for one in computing.check()]


def correct(world, ref, field, value):
    desk.correct(
        actor=world.who("keeper"), ref=ref, field=field, raw=value, reasons="登记有误",
        version=world.card("keeper", ref).version, now=world.now(),
    )  # fmt: skip


def test_the_same_page_is_kept_once(world, compute):
    inquiry(world)
    assert compute().pk == compute().pk
    assert outcomes() == [("same", ())]


def test_a_correction_gives_another_computation_beside_the_old_one(world, compute, shown):
    ref = inquiry(world).ref
    before = compute()
    correct(world, ref, "source", "found")
    after = compute()
    assert before.pk != after.pk
    assert shown(before)["by-forwarded.received"] == "1"
    assert shown(after)["by-forwarded.received"] == "0"
    assert shown(after)["by-found.received"] == "1"
    assert outcomes() == [("same", ()), ("same", ())]
    card = reading.card_of(after, reader=world.who("head"), now=world.now(18))
    assert [version.id for version in card.versions] == [after.pk, before.pk]
    assert card.versions[0].changed > 0
    assert card.versions[1].changed == 0


def test_a_correction_reaches_back_to_the_step_that_wrote_the_field_and_no_further(world):
    office, leader = world.who("case_office"), world.who("leader")
    ref = desk.open(
        actor=office, procedure="campaign", body="OR", now=world.now(),
        raw={"topic": "专项", "teams": ["WJ"], "tasks": "汇总 | 2025-10-31"},
    ).ref  # fmt: skip
    errand = take(world, "leader", ref, "launch").opened[0]
    for number, reasons in enumerate(("已办", "另有安排")):
        desk.act(
            actor=leader, ref=ref, action="excuse", now=world.now(11 + number),
            raw={"excused": errand, "reasons": reasons}, version=world.card("leader", ref).version,
        )  # fmt: skip
    desk.correct(
        actor=office, ref=ref, field="reasons", raw="任务取消", reasons="登记有误",
        version=world.card("case_office", ref).version, now=world.now(15),
    )  # fmt: skip
    steps = views.views(["campaign"], seq=10_000).steps
    assert [step.values.get("reasons") for step in steps] == [None, None, "已办", "任务取消"]


def test_a_changed_row_shows(world, compute):
    inquiry(world)
    kept = compute()
    kept.cells["cells"]["all.received"]["count"] = []
    Computation.objects.filter(pk=kept.pk).update(cells=kept.cells)
    assert outcomes()[0][0] == "altered"


def test_figures_a_forger_digested_anew_still_differ_from_the_ledger(world, compute):
    inquiry(world)
    kept = compute()
    kept.cells["cells"]["all.received"]["count"] = []
    kept.digest = computing.digest_of(kept)
    kept.save()
    assert outcomes() == [("differs", ("cells.all.received",))]


def test_lawful_removal_is_told_from_a_difference(world, compute, shown):
    ref = inquiry(world, "closed").ref
    inquiry(world, subject="丙")
    kept = compute()
    removal.remove(
        actor=world.who("head"),
        approved_by=world.who("leader"),
        ref=ref,
        reasons="期满",
        now=world.now(17),
    )
    assert outcomes()[0][0] == "removed"
    assert shown(kept)["by-forwarded.received"] == "2"
    again = shown(compute())
    assert [again["all.received"], again["by-forwarded.received"]] == ["2", "1"]
    assert again["all.disposed"] == "1"


def test_a_period_that_has_not_begun_is_refused(world, compute):
    with pytest.raises(Invalid, match="has not begun"):
        compute(period="2025-10")
    with pytest.raises(Invalid, match="write it like 2025-10"):
        compute(period="September")
    with pytest.raises(NotFound):
        compute("no_such_return")


def test_the_views_for_a_reader_hold_only_what_he_may_know(world):
    inquiry(world)
    seq = 10_000
    assert len(views.views(["inquiry"], seq=seq, known_to=world.who("head")).matters) == 1
    assert views.views(["inquiry"], seq=seq, known_to=world.who("other_head")).matters == ()
    assert views.views(["inquiry"], seq=0).matters == ()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["open", "closed", "held", "proposed", "sign", "correct", "dispose", "day", "count"]),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=14,
)  # fmt: skip


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS)
def test_counting_again_gives_the_kept_figures_whatever_happened_since(world, compute, acts):
    world.today += timedelta(days=1)
    refs = [inquiry(world).ref]
    for act, number in acts:
        try:
            live(world, compute, refs, act, number)
        except Refused:
            continue
    compute(period=f"{world.today:%Y-%m}")
    assert {outcome for outcome, _ in outcomes()} == {"same"}


def live(world, compute, refs, act, number):
    """Let one thing happen."""
    ref = refs[number % len(refs)]
    if act in ("closed", "held", "proposed"):
        refs.append(inquiry(world, act, received_date=str(world.today)).ref)
    elif act == "open":
        refs.append(inquiry(world, source="found", received_date=str(world.today)).ref)
    elif act == "sign" and world.card("head", ref).proposals:
        sign(world, "head", ref)
    elif act == "correct":
        correct(world, ref, "source", "found" if number % 2 else "forwarded")
    elif act == "dispose":
        take(world, "one", ref, "dispose", disposal="hold", reasons="暂存")
    elif act == "day":
        world.today += timedelta(days=number)
    elif act == "count":
        compute(period=f"{world.today:%Y-%m}")
        compute("cohorts", period=str(world.today.year))
