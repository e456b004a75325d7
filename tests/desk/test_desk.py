"""What the door stores, refuses, and lets nobody see."""

from datetime import date, timedelta

import pytest

from paizhu.casework import desk, queries, reading, rebuilding, ticking
from paizhu.casework.cards import MatterFilter
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.world import INQUIRY, inquiry, sign, take


def test_a_matter_runs_from_intake_to_closure(world):
    receipt = inquiry(world)
    assert receipt.ref == "TX-WJ-2025-0001"
    card = world.card("keeper", receipt.ref)
    assert card.stage == "registered"
    assert [(chip.clock, chip.due_date) for chip in card.clocks] == [
        ("take_in", date(2025, 10, 10))
    ]
    second = inquiry(world, "closed")
    assert second.ref == "TX-WJ-2025-0002"
    closed = world.card("head", second.ref)
    assert closed.final
    assert not closed.actions
    assert rebuilding.check().differences == ()


def test_the_letter_is_opened_as_a_linked_matter_that_carries_the_named_fields(world):
    receipt = inquiry(world, "in_work")
    (child,) = receipt.opened
    card = world.card("head", child)
    assert {field.field: field.shown.zh for field in card.fields} == {
        "subject": "乙",
        "matter_text": "采购中收受好处",
    }
    assert [link.ref for link in card.links] == [receipt.ref]
    assert [link.ref for link in world.card("head", receipt.ref).links] == [child]


def test_what_must_not_be_entered_is_refused_with_its_article_and_nothing_is_stored(world):
    with pytest.raises(NotAllowed) as refused:
        inquiry(world, concerns="own_head")
    assert refused.value.basis == "test-rules/two"
    assert "本平台不登记" in refused.value.say.zh
    assert queries.count(world.who("keeper"), MatterFilter(), on=world.today) == 0


def test_input_that_is_wrong_is_refused_field_by_field(world):
    with pytest.raises(Invalid) as refused:
        inquiry(world, received_date="昨天", summary="")
    assert set(refused.value.fields) == {"received_date", "summary"}
    with pytest.raises(Invalid) as refused:
        inquiry(world, received_date=str(world.today + timedelta(days=1)))
    assert "received_date" in refused.value.fields


def test_unknown_and_hidden_matters_give_one_answer(world):
    ref = inquiry(world).ref
    answers = set()
    for name, asked in [("other_head", ref), ("liaison", ref), ("head", "TX-WJ-2025-9999")]:
        with pytest.raises(NotFound) as refused:
            world.card(name, asked)
        answers.add((refused.value.say, refused.value.basis))
    assert len(answers) == 1


def test_the_reported_person_never_sees_the_matter_whatever_the_post(world):
    ref = inquiry(world, subject=world.key("section_head")).ref
    with pytest.raises(NotFound):
        world.card("section_head", ref)
    assert queries.count(world.who("section_head"), MatterFilter(), on=world.today) == 0
    by_name = inquiry(world, subject="李组长").ref
    with pytest.raises(NotFound):
        world.card("head", by_name)
    assert world.card("head", ref).stage == "registered"


def test_fields_above_the_readers_level_are_not_in_the_card(world):
    ref = inquiry(world, "triage").ref
    seen = {name: {f.field for f in world.card(name, ref).fields} for name in ("leader", "one")}
    assert "summary" not in seen["leader"]
    assert "subject" not in seen["leader"]
    assert {"summary", "reporter"} <= seen["one"]
    assert "reporter" not in {f.field for f in world.card("head", ref).fields}
    timeline = world.card("leader", ref).timeline
    assert not any("收受" in str(line) for line in timeline)


def test_nobody_signs_his_own_proposal_or_twice(world):
    ref = inquiry(world, "triage").ref
    take(world, "one", ref, "dispose", disposal="hold", reasons="理由")
    with pytest.raises(NotAllowed):
        sign(world, "one", ref)
    sign(world, "section_head", ref)
    with pytest.raises(NotAllowed):
        sign(world, "section_head", ref)
    sign(world, "head", ref)
    assert world.card("head", ref).stage == "held"


def test_a_returned_proposal_lets_the_clock_run_on(world):
    ref = inquiry(world, "proposed").ref
    card = world.card("head", ref)
    assert {chip.clock: chip.status for chip in card.clocks}["take_in"] == "met"
    desk.give_back(
        actor=world.who("head"),
        ref=ref,
        proposal=card.proposals[0].proposal,
        reasons="人选不当",
        version=card.version,
        now=world.now(),
    )
    card = world.card("keeper", ref)
    assert {chip.clock: chip.status for chip in card.clocks}["take_in"] == "running"
    assert not card.proposals
    assert rebuilding.check().differences == ()


def test_a_page_that_is_out_of_date_stores_nothing(world):
    ref = inquiry(world, "triage").ref
    stale = world.card("one", ref).version
    desk.note(actor=world.who("two"), ref=ref, text="已调阅", version=stale, now=world.now())
    with pytest.raises(Conflict):
        desk.note(actor=world.who("one"), ref=ref, text="重复", version=stale, now=world.now())
    assert [line.text for line in world.card("one", ref).timeline if line.text] == ["已调阅"]


def test_a_warning_alone_makes_no_page_out_of_date(world):
    ref = inquiry(world).ref
    shown = world.card("keeper", ref).version
    world.today = date(2025, 10, 9)
    assert ticking.tick(world.now()).warned == 2
    assert ticking.tick(world.now(11)).warned == 0
    raw = {"seats": [world.key("one"), world.key("two")]}
    receipt = desk.act(
        actor=world.who("keeper"),
        ref=ref,
        action="hand_over",
        raw=raw,
        version=shown,
        now=world.now(12),
    )
    assert receipt.proposal


def test_a_late_clock_is_told_to_the_head_once(world):
    ref = inquiry(world).ref
    world.today = date(2025, 10, 13)
    ticking.tick(world.now())
    ticking.tick(world.now(11))
    card = queries.desk_page(world.who("head"), on=world.today)
    assert [notice.ref for notice in card.notices] == [ref]
    assert [chip.ref for chip in card.late] == [ref]
    # Saturday 11 October was a working day that year, so Monday is the second day late.
    assert card.late[0].days_left == -2
    assert card.late[0].working_days


def test_a_recusal_that_leaves_a_signature_nobody_may_give_names_who_appoints(world):
    ref = inquiry(world, "proposed").ref
    card = world.card("head", ref)
    desk.recuse(
        actor=world.who("head"),
        ref=ref,
        person=world.key("head"),
        reasons="近亲属",
        version=card.version,
        now=world.now(),
    )
    with pytest.raises(NotFound):
        world.card("head", ref)
    card = world.card("leader", ref)
    (stuck,) = card.stuck
    assert stuck.role.en == "Head of the team"
    assert stuck.may_appoint
    assert [title.en for title in stuck.appointers] == ["Head of the team", "Leader on duty"]
    desk.substitute(
        actor=world.who("leader"),
        ref=ref,
        role="head",
        person=world.key("three"),
        reasons="组长回避",
        version=card.version,
        now=world.now(),
    )
    sign(world, "three", ref)
    assert world.card("leader", ref).stage == "triage"
    assert rebuilding.check().differences == ()


def test_a_seat_may_only_go_to_somebody_of_the_team_who_is_not_recused(world):
    ref = inquiry(world).ref
    for seats in (
        [world.key("one")],
        [world.key("one"), world.key("liaison")],
        [world.key("one"), "person:99999"],
        ["周经办", world.key("two")],
    ):
        with pytest.raises(Invalid):
            take(world, "keeper", ref, "hand_over", seats=seats)
    assert world.card("keeper", ref).version == 1 or not world.card("keeper", ref).proposals


def test_a_correction_moves_the_start_and_keeps_what_stood_there(world):
    ref = inquiry(world).ref
    card = world.card("keeper", ref)
    desk.correct(
        actor=world.who("keeper"),
        ref=ref,
        field="received_date",
        raw="2025-09-25",
        reasons="登记错误",
        version=card.version,
        now=world.now(),
    )
    card = world.card("keeper", ref)
    assert card.clocks[0].due_date == date(2025, 10, 9)
    assert {f.shown.zh for f in card.timeline[0].details} >= {"2025年9月26日", "2025年9月25日"}


def test_the_list_counts_filters_and_exports_only_what_one_may_know(world):
    for stage in ("registered", "triage", "closed"):
        inquiry(world, stage)
    who = world.who("head")
    page = queries.matters(who, MatterFilter(), on=world.today)
    assert page.total == 3
    assert len(page.rows) == 3
    assert queries.count(who, MatterFilter(state="closed"), on=world.today) == 1
    assert queries.count(who, MatterFilter(stage="inquiry.triage"), on=world.today) == 1
    assert queries.count(who, MatterFilter(query="0001"), on=world.today) == 1
    assert queries.count(who, MatterFilter(query="收受"), on=world.today) == 0
    assert len(queries.export(who, MatterFilter(), on=world.today)) == 3
    assert queries.matters(world.who("other_head"), MatterFilter(), on=world.today).total == 0


def test_why_a_date_names_rule_article_version_and_the_days_skipped(world):
    ref = inquiry(world).ref
    why = reading.why_date(world.who("keeper"), ref, "take_in", on=world.today)
    said = {line.label.en: line.text.en for line in why.lines}
    assert said["Rule"] == "Test rules"
    assert said["Article"] == "2"
    assert said["Limit"] == "5 working days"
    assert date(2025, 10, 1) in {day.date for day in why.skipped}


def test_whoever_may_open_nothing_is_offered_nothing_and_refused(world):
    assert not [p for p in queries.openable(world.who("head"), on=world.today)
                if p.procedure == "inquiry"]  # fmt: skip
    with pytest.raises(NotAllowed):
        desk.open(
            actor=world.who("other_keeper"),
            procedure="inquiry",
            body="WJ",
            raw=INQUIRY,
            now=world.now(),
        )
