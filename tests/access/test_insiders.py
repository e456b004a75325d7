"""The curious insider, the reported head, the one who would sign for himself: what each may try."""

from datetime import date, timedelta

import pytest

from paizhu.casework import desk, queries
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.registry.models import Post, Tenure
from tests import world as worlds
from tests.world import INQUIRY, inquiry, sign, take


def verb(world, name: str, call, ref: str, **given):
    version = Matter.objects.get(ref=ref).version
    return call(actor=world.who(name), ref=ref, version=version, now=world.now(), **given)


def recuse(world, by: str, ref: str, person: str):
    return verb(world, by, desk.recuse, ref, person=person, reasons="近亲属")


def assign(world, by: str, ref: str, role: str, *names: str):
    keys = [world.key(name) for name in names]
    return verb(world, by, desk.assign, ref, role=role, persons=keys)


# --- who would do for himself -------------------------------------------------------------------


def test_nobody_seats_himself_or_anybody_in_a_post(world):
    ref = inquiry(world, "triage").ref
    for role, names in [("head", ("section_head",)), ("no such role", ("one", "two"))]:
        with pytest.raises(Invalid):
            assign(world, "section_head", ref, role, *names)
    with pytest.raises(NotAllowed):
        assign(world, "section_head", ref, "handler", "section_head", "one")
    with pytest.raises(Invalid):
        assign(world, "section_head", ref, "handler", "one")
    assign(world, "section_head", ref, "handler", "one", "three")
    assert world.card("three", ref).level == "identity"
    with pytest.raises(NotFound):
        world.card("two", ref)


def test_a_head_recuses_neither_his_overseer_nor_signs_in_the_place_of_who_is_left_out(world):
    ref = inquiry(world, "triage").ref
    take(world, "one", ref, "dispose", disposal="hold", reasons="x")
    with pytest.raises(NotAllowed):
        recuse(world, "head", ref, world.key("leader"))
    recuse(world, "head", ref, world.key("section_head"))
    given = {"role": "section_head", "reasons": "回避"}
    for person in ("head", "one"):
        with pytest.raises(NotAllowed):
            verb(world, "head", desk.substitute, ref, person=world.key(person), **given)
    verb(world, "head", desk.substitute, ref, person=world.key("three"), **given)
    sign(world, "three", ref)
    sign(world, "head", ref)
    assert world.card("head", ref).stage == "held"


def test_a_substitute_is_only_for_where_nobody_is_left(world):
    ref = inquiry(world, "proposed").ref
    with pytest.raises(NotAllowed):
        verb(world, "leader", desk.substitute, ref, role="head", person=world.key("three"),
             reasons="x")  # fmt: skip


def test_a_matter_whose_one_keeper_is_named_in_it_says_so_and_goes_on(world):
    ref = inquiry(world, subject=world.key("keeper")).ref
    with pytest.raises(NotFound):
        world.card("keeper", ref)
    (stuck,) = world.card("leader", ref).stuck
    assert stuck.action.en == "Hand over"
    verb(world, "leader", desk.substitute, ref, role="keeper", person=world.key("three"),
         reasons="回避")  # fmt: skip
    take(world, "three", ref, "hand_over", seats=[world.key("one"), world.key("two")])
    assert not world.card("leader", ref).stuck


def test_somebody_recused_while_proposed_for_a_seat_takes_none(world):
    ref = inquiry(world, "proposed").ref
    recuse(world, "head", ref, world.key("two"))
    with pytest.raises(Invalid):
        sign(world, "head", ref)


# --- corrections and days -----------------------------------------------------------------------


def correct(world, name: str, ref: str, field: str, raw: object):
    return verb(world, name, desk.correct, ref, field=field, raw=raw, reasons="笔误")


def test_a_correction_dodges_no_refusal_no_recusal_no_signature_and_no_clock(world):
    ref = inquiry(world).ref
    with pytest.raises(NotAllowed) as refused:
        correct(world, "keeper", ref, "concerns", "own_head")
    assert refused.value.basis == "test-rules/two"
    with pytest.raises(Invalid):
        correct(world, "keeper", ref, "received_date", str(world.today + timedelta(days=1)))
    correct(world, "keeper", ref, "subject", world.key("section_head"))
    with pytest.raises(NotFound):
        world.card("section_head", ref)
    held = inquiry(world, "held").ref
    with pytest.raises(NotAllowed):
        correct(world, "keeper", held, "disposal", "close")


def test_what_one_may_not_read_one_cannot_correct_nor_learn_that_it_is_there(world):
    answers = set()
    open_still = inquiry_asked(world)
    answered = inquiry_asked(world)
    take(world, "liaison", answered, "reply", answer="答复")
    sign(world, "unit_head", answered)
    take(world, "one", answered, "accept", reasons="不成立")
    for ref in (open_still, answered):
        for field in ("reasons", "allegation", "no such field"):
            with pytest.raises(Invalid) as refused:
                correct(world, "liaison", ref, field, "x")
            answers.add((refused.value.say, tuple(refused.value.fields)))
    assert len(answers) == 1
    correct(world, "liaison", open_still, "asks", "另一问题")


def inquiry_asked(world) -> str:
    return desk.open(
        actor=world.who("one"), procedure="ask", body="WJ",
        raw={"unit": "YY", "asks": "请说明"}, now=world.now(),
    ).ref  # fmt: skip


def test_a_corrected_value_is_read_like_any_other(world):
    ref = inquiry(world).ref
    for field, raw in [("received_date", "昨天"), ("summary", ""), ("source", "nowhere")]:
        with pytest.raises(Invalid) as refused:
            correct(world, "keeper", ref, field, raw)
        assert field in refused.value.fields


def test_back_dating_reaches_neither_before_the_opening_nor_into_the_future(world):
    ref = inquiry(world).ref
    raw = {"seats": [world.key("one"), world.key("two")]}
    for day in (world.today - timedelta(days=1), world.today + timedelta(days=1)):
        with pytest.raises(Invalid):
            verb(world, "keeper", desk.act, ref, action="hand_over", raw=raw, day=day)
    with pytest.raises(Invalid):
        desk.open(
            actor=world.who("keeper"), procedure="inquiry", body="WJ", raw=INQUIRY,
            now=world.now(), day=world.today + timedelta(days=1),
        )  # fmt: skip
    with pytest.raises(NotFound):
        desk.open(
            actor=world.who("keeper"), procedure="inquiry", body="WJ", raw=INQUIRY,
            now=world.now(), day=date(2020, 1, 1),
        )  # fmt: skip


def test_a_closed_matter_takes_a_note_and_a_recusal_and_keeps_its_day(world):
    ref = inquiry(world, "closed").ref
    closed = Matter.objects.get(ref=ref).closed_date
    world.today += timedelta(days=9)
    assert world.card("head", ref).may == {"note", "recuse"}
    verb(world, "head", desk.note, ref, text="已归档")
    for refused in (
        lambda: assign(world, "section_head", ref, "handler", "one", "three"),
        lambda: correct(world, "keeper", ref, "summary", "x"),
        lambda: verb(world, "leader", desk.substitute, ref, role="head",
                     person=world.key("three"), reasons="x"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            refused()
    recuse(world, "head", ref, world.key("section_head"))
    assert Matter.objects.get(ref=ref).closed_date == closed
    with pytest.raises(NotFound):
        world.card("section_head", ref)


# --- recusal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["孙主任", " 孙主任 ", "孙 主任", "孙　主任", "section_head", "SECTION_HEAD", "王某、孙主任", "王某；孙主任"],
)  # fmt: skip
def test_a_name_keeps_its_bearer_out_however_it_is_written(world, written):
    ref = inquiry(world, subject=written).ref
    with pytest.raises(NotFound):
        world.card("section_head", ref)


def test_whoever_is_recused_is_kept_out_of_what_grows_from_the_matter_too(world):
    ref = inquiry(world, "triage").ref
    recuse(world, "head", ref, world.key("three"))
    take(world, "one", ref, "dispose", disposal="letter", reasons="可查")
    sign(world, "section_head", ref)
    (child,) = sign(world, "head", ref).opened
    recuse(world, "head", ref, world.key("section_head"))
    for name in ("section_head", "three"):
        with pytest.raises(NotFound):
            world.card(name, child)
    assert child not in repr(queries.desk_page(world.who("section_head"), on=world.today))
    assert world.card("head", child)


def test_a_recusal_in_what_grew_does_not_tell_the_one_who_only_answers(world):
    """From the child to the parent nothing goes: losing sight of it would be the tip-off."""
    ref, _ = asked_and_escalated(world, subject=world.key("liaison"))
    with pytest.raises(NotFound):
        world.card("liaison", ref)
    ref, child = asked_and_escalated(world, subject="某乙")
    recuse(world, "head", child, world.key("liaison"))
    assert world.card("liaison", ref).final


# --- the unit that is asked ---------------------------------------------------------------------


def asked_and_escalated(world, subject: str, *, sign_it: bool = True):
    receipt = desk.open(
        actor=world.who("one"), procedure="ask", body="WJ",
        raw={"unit": "YY", "asks": "请说明"}, now=world.now(),
    )  # fmt: skip
    raw = {"subject": subject, "allegation": "涉嫌规避招标", "reasons": "数据不符"}
    take(world, "one", receipt.ref, "escalate", **raw)
    opened = sign(world, "head", receipt.ref).opened if sign_it else ()
    return receipt.ref, opened[0] if opened else ""


SECRETS = ("函询", "letter", "某乙", "规避招标", "数据不符", "Letter", "关联了", "TH-")


def test_the_unit_learns_nothing_of_what_grew_from_its_answer(world):
    for signed in (False, True):
        ref, _ = asked_and_escalated(world, "某乙", sign_it=signed)
        for name in ("liaison", "unit_head"):
            shown = repr(world.card(name, ref))
            assert not [word for word in SECRETS if word in shown], (name, signed)
    ref, _ = asked_and_escalated(world, "某乙", sign_it=False)
    assert "Test letter" in repr(world.card("head", ref)), "whoever signs it is told what follows"


def test_what_others_may_do_is_said_without_what_it_asks_for(world):
    ref, _ = asked_and_escalated(world, "某乙", sign_it=False)
    refused = [card for card in world.card("liaison", ref).actions if not card.allowed]
    assert refused
    for card in refused:
        assert card.reason
        assert (card.form, card.approvals, card.consequences) == ((), (), ())


def test_a_form_one_may_not_fill_in_tells_nothing_by_its_mistakes(world):
    """What a form asks for may rest on content, so the right is asked for first."""
    answers = set()
    for raw in ({}, {"strange": "x"}, {"subject": "x"}, {"seats": ["nobody"]}):
        ref, _ = asked_and_escalated(world, "某乙", sign_it=False)
        with pytest.raises(NotAllowed) as refused:
            verb(world, "liaison", desk.act, ref, action="accept", raw=raw)
        answers.add(refused.value.say)
    assert len(answers) == 1


def test_only_units_of_ones_own_may_be_asked_and_others_answer_like_none(world):
    said = set()
    worlds.body(world, "XX", "unit", "别处医院", "Elsewhere")
    for unit in (
        "XX",
        "NO",
        f"body:{world.bodies['XX'].pk}",
        "body:99999",
        "body:²",
        "body:" + "9" * 40,
    ):
        with pytest.raises(Invalid) as refused:
            desk.open(
                actor=world.who("one"), procedure="ask", body="WJ",
                raw={"unit": unit, "asks": "x"}, now=world.now(),
            )  # fmt: skip
        said.add(refused.value.say.en.replace(unit, "…"))
    assert len(said) == 1


# --- raw input ----------------------------------------------------------------------------------


def test_raw_input_reaches_no_link_no_part_and_no_number(world):
    for key in ("parent", "source_matter", "parts", "number", "proposal", "version"):
        with pytest.raises(Invalid) as refused:
            inquiry(world, **{key: "TX-WJ-2025-0001"})
        assert key in refused.value.fields
    ref = inquiry(world, seats=["person:1"]).ref
    assert world.card("head", ref).seats == ()


@pytest.mark.parametrize(
    "person", ["person:99999", "person:²", "person:" + "9" * 40, "person:", "person:-1", "nobody", ""]
)  # fmt: skip
def test_a_person_who_is_not_there_is_refused_everywhere(world, person):
    ref = inquiry(world, "triage").ref
    for attempt in (
        lambda: recuse(world, "head", ref, person),
        lambda: verb(world, "section_head", desk.assign, ref, role="handler",
                     persons=[person, world.key("one")]),
        lambda: take(world, "keeper", inquiry(world).ref, "hand_over",
                     seats=[person, world.key("one")]),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            attempt()
    if person.startswith("person:"):
        with pytest.raises(Invalid):
            inquiry(world, subject=person)


@pytest.mark.parametrize("text", ["", "  ", "x" * 20_001, "a\0b", "a\ud800b", "a\x07b"])
def test_notes_and_reasons_are_read_like_any_long_text(world, text):
    ref = inquiry(world, "triage").ref
    for attempt in (
        lambda: verb(world, "head", desk.note, ref, text=text),
        lambda: verb(world, "head", desk.recuse, ref, person=world.key("three"), reasons=text),
        lambda: verb(world, "keeper", desk.correct, ref, field="summary", raw="x", reasons=text),
    ):
        with pytest.raises(Invalid):
            attempt()
    take(world, "one", ref, "dispose", disposal="hold", reasons="x")
    number = world.card("section_head", ref).proposals[0].proposal
    for name, call in [("section_head", desk.give_back), ("one", desk.withdraw)]:
        with pytest.raises(Invalid):
            verb(world, name, call, ref, proposal=number, reasons=text)


@pytest.mark.parametrize("odd", ["²", "9" * 60, "-1", "\0", "%", "' OR 1=1 --", "x" * 5000, "🙂"])
def test_odd_searches_and_references_find_nothing_and_break_nothing(world, odd):
    inquiry(world)
    who = world.who("head")
    for narrowed in (
        MatterFilter(query="no " + odd), MatterFilter(body=odd), MatterFilter(procedure=odd),
        MatterFilter(stage=odd), MatterFilter(stage=f"inquiry.{odd}"),
    ):  # fmt: skip
        if "\0" in odd and (narrowed.procedure or narrowed.stage):
            continue
        assert queries.count(who, narrowed, on=world.today) == 0, narrowed
    with pytest.raises(NotFound):
        world.card("head", odd)


def test_a_matter_opens_only_by_an_action_that_opens(world):
    for action in ("hand_over", "no such action"):
        with pytest.raises(NotAllowed):
            desk.open(
                actor=world.who("keeper"), procedure="inquiry", body="WJ", raw=INQUIRY,
                now=world.now(), action=action,
            )  # fmt: skip


# --- posts --------------------------------------------------------------------------------------


def test_only_whoever_holds_a_post_today_may_be_seated(world):
    post = Post.objects.get(body=world.bodies["WJ"], key="officer")
    made = {}
    for name, since, until in [
        ("left", date(2024, 1, 1), date(2025, 9, 1)),
        ("comes", date(2026, 1, 1), None),
        ("until_later", date(2024, 1, 1), date(2026, 1, 1)),
        ("until_today", date(2024, 1, 1), world.today),
    ]:
        made[name] = worlds.person(world, name, name)
        Tenure.objects.create(person=made[name], post=post, since=since, until=until)
    ref = inquiry(world).ref
    for name in ("left", "comes"):
        with pytest.raises(Invalid):
            take(world, "keeper", ref, "hand_over", seats=[world.key(name), world.key("one")])
    able = [world.key("until_later"), world.key("until_today")]
    assert take(world, "keeper", ref, "hand_over", seats=able).proposal


def test_a_post_opens_what_it_reads_from_its_first_day_to_its_last(world):
    ref = inquiry(world).ref
    tenure = Tenure.objects.get(person=world.people["head"])
    tenure.until = world.today
    tenure.save()
    assert world.card("head", ref)
    world.today += timedelta(days=1)
    with pytest.raises(NotFound):
        world.card("head", ref)
    assert queries.count(world.who("head"), MatterFilter(), on=world.today) == 0
