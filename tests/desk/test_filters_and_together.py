"""Saved filters, and one step for several matters: within rights, each with its own answer."""

from __future__ import annotations

import pytest

from paizhu.casework import rulebook, saving, ticking, together
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import SavedFilter
from paizhu.kernel.errors import Invalid, NotFound
from tests import world as worlds
from tests.desk.unit_work import counted, finding
from tests.world import inquiry, sign, take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"


@pytest.fixture
def national(world, settings):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


# --- saved filters --------------------------------------------------------------------------------


def test_a_filter_is_kept_counted_and_dropped(world):
    inquiry(world, "triage")
    head = world.who("head")
    number = saving.save(head, name=" 待 处置 ", narrowed=MatterFilter(stage="inquiry.triage"))
    (card,) = saving.saved(head, on=world.today)
    assert (card.name, card.count, card.more, card.threshold) == ("待 处置", 1, False, None)
    assert card.address == "stage=inquiry.triage"
    assert saving.saved(world.who("keeper"), on=world.today) == ()
    with pytest.raises(NotFound):
        saving.drop(world.who("keeper"), number)
    with pytest.raises(NotFound):
        saving.look(world.who("keeper"), number, now=world.now())
    saving.drop(head, number)
    assert saving.saved(head, on=world.today) == ()


def test_a_filter_counts_only_what_its_person_may_know(world):
    inquiry(world, "triage")
    other = world.who("other_head")
    saving.save(other, name="在办", narrowed=MatterFilter(state="open"), threshold="1")
    assert saving.saved(other, on=world.today)[0].count == 0
    assert ticking.tick(world.now()).reached == 0


@pytest.mark.parametrize(
    ("name", "narrowed", "threshold"),
    [
        (" ", MatterFilter(state="open"), ""),
        ("长" * 61, MatterFilter(state="open"), ""),
        ("空", MatterFilter(), ""),
        ("空", MatterFilter(order="due"), ""),
        ("数", MatterFilter(state="open"), "0"),
        ("数", MatterFilter(state="open"), "很多"),
        ("数", MatterFilter(state="open"), "1000"),
        ("已有", MatterFilter(state="open"), ""),
    ],
)
def test_what_cannot_be_kept_says_why(world, name, narrowed, threshold):
    saving.save(world.who("head"), name="已有", narrowed=MatterFilter(state="late"))
    with pytest.raises(Invalid):
        saving.save(world.who("head"), name=name, narrowed=narrowed, threshold=threshold)
    assert SavedFilter.objects.count() == 1


def test_nobody_keeps_more_filters_than_can_be_looked_through(world):
    for number in range(saving.MOST):
        saving.save(world.who("head"), name=f"第 {number} 个", narrowed=MatterFilter(query="采购"))
    with pytest.raises(Invalid):
        saving.save(world.who("head"), name="再一个", narrowed=MatterFilter(query="采购"))


def test_a_tick_tells_once_when_the_threshold_is_reached_and_again_after_it_fell(world):
    head = world.who("head")
    wanted = MatterFilter(stage="inquiry.registered")
    number = saving.save(head, name="刚登记", narrowed=wanted, threshold="2")
    inquiry(world)
    assert ticking.tick(world.now()).reached == 0
    inquiry(world)
    assert ticking.tick(world.now()).reached == 1
    assert ticking.tick(world.now()).reached == 0
    assert saving.reached(head) == ((number, "刚登记"),)
    (card,) = saving.saved(head, on=world.today)
    assert card.is_new
    assert saving.look(head, number, now=world.now(11)) == "stage=inquiry.registered"
    assert saving.reached(head) == ()
    for ref in ("TX-WJ-2025-0001", "TX-WJ-2025-0002"):
        take(world, "keeper", ref, "hand_over", seats=[world.key("one"), world.key("two")])
        sign(world, "head", ref)
    ticking.tick(world.now(12))
    assert SavedFilter.objects.get(pk=number).reached_at is None
    inquiry(world)
    inquiry(world)
    assert ticking.tick(world.now(13)).reached == 1
    assert saving.reached(head) == ((number, "刚登记"),)


def test_a_filter_says_itself_as_an_address_and_back(world):
    wanted = MatterFilter(
        procedure="inquiry",
        stage="inquiry.triage",
        body="3",
        state="late",
        query="采购",
        order="due",
    )
    assert saving.filter_of(saving.wanted_of(wanted)) == wanted


# --- several at once ------------------------------------------------------------------------------


def test_the_shape_of_an_action_says_whether_several_may_be_done_together(national):
    found = {
        (name, action)
        for name, versions in rulebook.current().procedures.items()
        for action in versions[-1].spec.actions
        if together.may_be_together(versions[-1], action)
    }
    for name, action in found:
        spec = rulebook.current().procedure(name, on=national.today).spec.actions[action]
        assert not (spec.approvals)
        assert not (spec.assigns)
        assert not (spec.issues)
        assert not (spec.opens_matter)
        assert not (spec.separate_from)
        assert not (spec.grants)
        assert not (spec.opens)
    assert ("finding", "close") in found
    assert ("question", "answer") not in found, "words are for one matter"
    assert ("decision_task", "confirm") not in found, "a check needs a look"


def test_a_step_that_several_wait_for_is_taken_one_by_one(national):
    keeper = national.who("keeper")
    first, second, third = (counted(national, number) for number in range(3))
    (step,) = together.offered(keeper)
    assert (step.count, step.stage_title.zh) == (3, "已登记")
    card = together.look(keeper, step.rules, step.action, on=national.today)
    assert [row.ref for row in card.rows] == [first, second, third]
    outcomes = together.act(
        keeper,
        step.rules,
        step.action,
        versions={first: 1, second: 0, third: 1, "XF0-JY-2025-001": 1},
        raw={"passed_date": str(national.today)},
        now=national.now(),
    )
    assert [one.is_done for one in outcomes] == [True, False, True, False]
    assert national.card("keeper", first).final
    assert national.card("keeper", second).stage == "registered"
    assert together.offered(keeper) == [], "one alone is not several"


def test_a_form_that_is_wrong_stops_before_anything_is_written(national):
    keeper = national.who("keeper")
    refs = [counted(national, number) for number in range(2)]
    (step,) = together.offered(keeper)
    for versions, raw in (
        (dict.fromkeys(refs, 1), {}),
        ({}, {"passed_date": str(national.today)}),
        ({f"X-{n}": 1 for n in range(together.MOST + 1)}, {"passed_date": str(national.today)}),
    ):
        with pytest.raises(Invalid):
            together.act(
                keeper, step.rules, step.action, versions=versions, raw=raw, now=national.now()
            )
    assert {national.card("keeper", ref).version for ref in refs} == {1}


def test_nobody_takes_together_what_does_not_wait_for_them(national):
    counted(national, 1)
    counted(national, 2)
    (step,) = together.offered(national.who("keeper"))
    for name in ("one", "liaison", "other_keeper"):
        assert together.offered(national.who(name)) == []
        with pytest.raises(NotFound):
            together.look(national.who(name), step.rules, step.action, on=national.today)
        with pytest.raises(NotFound):
            together.act(
                national.who(name), step.rules, step.action, versions={"X": 1}, raw={},
                now=national.now(),
            )  # fmt: skip


def test_what_waits_for_matters_opened_from_it_is_not_offered(national):
    """A finding may be closed only after what was opened from it."""
    assert (
        rulebook.current()
        .procedure("finding", on=national.today)
        .spec.actions["close"]
        .after_children
    )
    for _ in range(2):
        ref = finding(national)
        asked = {"origin": "supervision", "seen": "缺验收单", "asks": "请说明", "unit_signs": "no"}
        take(national, "one", ref, "ask_unit", **asked)
        sign(national, "section_head", ref)
    assert together.offered(national.who("one")) == []
