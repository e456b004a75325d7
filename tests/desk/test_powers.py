"""The general powers of working together: parts, hand-over, one to many, duties, emergency."""

from datetime import date, timedelta

import pytest

from paizhu.casework import desk, duties, queries, reading, rebuilding, rulebook, ticking
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import Matter
from paizhu.engine import words
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from tests import world as worlds
from tests.world import inquiry, take


@pytest.fixture
def together(db, settings):
    settings.PAIZHU_PACKS = [*worlds.PACKS, worlds.ROOT / "tests" / "packs" / "powers"]
    rulebook.forget()
    world = worlds.small_world()
    worlds.person(world, "office", "蒋案管", ("OR", "case_office"))
    worlds.person(world, "self", "沈监督", ("WJ", "self_supervision"))
    worlds.person(world, "other_self", "韩监督", ("JY", "self_supervision"))
    yield world
    rulebook.forget()


def opened(world, name, procedure, body, **raw):
    return desk.open(
        actor=world.who(name), procedure=procedure, body=body, raw=raw, now=world.now()
    ).ref


def campaign(world):
    ref = opened(
        world,
        "office",
        "campaign",
        "OR",
        topic="医用耗材专项",
        teams=["WJ", "JY"],
        tasks="汇总情况 | 2025-10-31\n起草通报 | 2025-11-30",
    )
    return ref, take(world, "leader", ref, "launch").opened


def test_a_campaign_opens_one_matter_in_each_team_and_for_each_line(together):
    ref, children = campaign(together)
    rows = {row.ref: row for row in Matter.objects.filter(ref__in=children)}
    assert sorted(row.body.code for row in rows.values()) == ["JY", "OR", "OR", "WJ"]
    assert together.card("head", children[0]).fields[0].shown.zh == "医用耗材专项"
    with pytest.raises(NotFound):
        together.card("head", children[1])
    with pytest.raises(NotFound):
        together.card("head", ref)
    assert rebuilding.check().differences == ()


def test_it_closes_only_when_all_are_closed_or_excused(together):
    ref, children = campaign(together)
    with pytest.raises(NotAllowed) as refused:
        take(together, "office", ref, "close")
    assert refused.value.say == words.CHILDREN_OPEN
    take(together, "head", children[0], "report", result="已查")
    for child in children[2:]:
        take(together, "office", child, "report", result="已办")
    take(together, "leader", ref, "excuse", excused=children[1], reasons="机构撤并")
    take(together, "office", ref, "close")
    assert together.card("office", ref).final
    assert rebuilding.check().differences == ()


def offer(world, to="JY"):
    ref = opened(
        world, "keeper", "transfer", "WJ", subject_matter="采购问题线索", basis="第二条",
        remarks="不外传",
    )  # fmt: skip
    take(world, "keeper", ref, "offer", recipient=to)
    return ref


def test_a_hand_over_is_offered_and_accepted_with_a_receipt_of_what_was_sent(together):
    ref = offer(together)
    card = together.card("other_head", ref)
    assert {field.field for field in card.fields} == {"subject_matter", "basis", "recipient"}
    take(together, "other_head", ref, "accept")
    take(together, "other_head", ref, "finish", reasons="已办结")
    assert together.card("keeper", ref).final
    assert rebuilding.check().differences == ()


def test_the_sender_never_accepts_for_the_receiver(together):
    worlds.person(together, "both", "杨双岗", ("WJ", "keeper"), ("JY", "head"))
    ref = opened(together, "both", "transfer", "WJ", subject_matter="事由", basis="第二条")
    take(together, "both", ref, "offer", recipient="JY")
    with pytest.raises(NotAllowed) as refused:
        take(together, "both", ref, "accept")
    assert "receiver" in refused.value.say.en


def test_what_is_accepted_is_what_was_sent(together):
    ref = offer(together)
    card = together.card("keeper", ref)
    desk.correct(
        actor=together.who("keeper"),
        ref=ref,
        field="subject_matter",
        raw="另一事由",
        reasons="笔误",
        version=card.version,
        now=together.now(),
    )
    with pytest.raises(NotAllowed) as refused:
        take(together, "other_head", ref, "accept")
    assert "receipt" in refused.value.say.en
    take(together, "keeper", ref, "recall", reasons="更正后重发")
    take(together, "keeper", ref, "offer", recipient="JY")
    take(together, "other_head", ref, "accept")


def test_nothing_is_offered_without_basis_or_to_a_body_where_nobody_can_accept(together):
    ref = opened(together, "keeper", "transfer", "WJ", subject_matter="事由")
    with pytest.raises(Invalid) as wrong:
        take(together, "keeper", ref, "offer", recipient="JY")
    assert "basis" in wrong.value.fields
    worlds.body(together, "KJ", "team", "驻科技局纪检监察组", "Team in the science bureau")
    worlds.Tie.objects.create(
        source=together.bodies["OR"], target=together.bodies["KJ"], kind="sends",
        since=date(2024, 1, 1),
    )  # fmt: skip
    ref = opened(together, "keeper", "transfer", "WJ", subject_matter="事由", basis="第二条")
    with pytest.raises(NotAllowed):
        take(together, "keeper", ref, "offer", recipient="KJ")


def test_an_offer_nobody_answers_expires_by_rule(together):
    ref = offer(together)
    together.today = date(2025, 10, 20)
    ticking.tick(together.now())
    card = together.card("keeper", ref)
    assert card.stage == "given_back"
    assert card.clocks[0].status == "missed"
    take(together, "keeper", ref, "drop", reasons="不再移交")
    assert rebuilding.check().differences == ()


def test_periodic_duties_over_three_years_miss_none_and_double_none(together):
    day, seen = date(2025, 1, 2), 0
    while day < date(2028, 1, 10):
        together.today = day
        ticking.tick(together.now())
        seen += 1
        day += timedelta(days=1 + (seen * 37) % 23)
    found = Matter.objects.filter(source__startswith="duty:").values_list("source", flat=True)
    wanted = {
        f"duty:half-year-report:{code}:{year}H{half}"
        for code in ("WJ", "JY")
        for year in (2025, 2026, 2027)
        for half in (1, 2)
    }
    assert sorted(found) == sorted(wanted)


def test_a_period_begins_only_within_the_time_before_its_end(together):
    (duty,) = rulebook.current().duties
    assert [one.name for one in duties.periods(duty, until=date(2025, 5, 30))] == []
    assert [one.name for one in duties.periods(duty, until=date(2025, 5, 31))] == ["2025H1"]


def ask(world, ref):
    return opened(world, "three", "emergency", "WJ", matter_ref=ref, reasons="紧急安全事件")


def test_emergency_access_opens_one_matter_for_four_hours_and_tells_self_supervision(together):
    ref = inquiry(together, "triage").ref
    with pytest.raises(NotFound):
        together.card("three", ref)
    asked = ask(together, ref)
    take(together, "head", asked, "grant")
    soon, late = together.now(13), together.now(14, 1)
    person = together.people["three"]
    within = worlds.who_is(person, on=together.today, now=soon)
    assert "summary" in {f.field for f in reading.matter(within, ref, now=soon).fields}
    after = worlds.who_is(person, on=together.today, now=late)
    with pytest.raises(NotFound):
        reading.matter(after, ref, now=late)
    assert queries.count(after, MatterFilter(procedure="inquiry"), on=together.today) == 0
    notices = queries.desk_page(together.who("self"), on=together.today).notices
    assert asked in [notice.ref for notice in notices]


def test_emergency_access_granted_again_is_open_until_the_later_end(together):
    ref = inquiry(together, "triage").ref
    take(together, "head", ask(together, ref), "grant")
    again = ask(together, ref)
    card = together.card("head", again)
    desk.act(
        actor=together.who("head"),
        ref=again,
        action="grant",
        raw={},
        version=card.version,
        now=together.now(12),
    )
    for hour, is_open in ((15, True), (16, False)):
        asked = together.now(hour, 1)
        who = worlds.who_is(together.people["three"], on=together.today, now=asked)
        assert queries.count(who, MatterFilter(query=ref), on=together.today) == is_open
    assert rebuilding.check().differences == ()


def test_emergency_access_is_never_for_the_recused_nor_signed_by_the_asker(together):
    ref = inquiry(together, "triage", subject=together.key("three")).ref
    asked = ask(together, ref)
    with pytest.raises(NotAllowed):
        take(together, "head", asked, "grant")
    own = opened(together, "head", "emergency", "WJ", matter_ref=ref, reasons="自批")
    with pytest.raises(NotAllowed):
        take(together, "head", own, "grant")


def test_asking_for_a_matter_that_is_not_there_tells_nothing(together):
    unknown, hidden = ask(together, "TX-WJ-2025-9999"), ask(together, inquiry(together).ref)
    cards = [together.card("three", ref) for ref in (unknown, hidden)]
    assert [card.stage for card in cards] == ["asked", "asked"]
    with pytest.raises(NotFound):
        take(together, "head", unknown, "grant")
