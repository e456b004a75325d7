"""The national pack at the real door: from a question to a clue to a letter answered by the unit."""

import pytest

from paizhu.casework import desk, rebuilding, rulebook
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from tests.world import ROOT, sign, small_world, take

ASKED = {
    "unit": "YY",
    "origin": "supervision",
    "seen": "三笔采购低于限额",
    "asks": "请说明未合并的原因",
    "unit_signs": "no",
}
ESCALATED = {
    "subject": "某乙",
    "concerns": "staff",
    "competence": "own",
    "named": "no",
    "found_date": "2025-09-26",
    "allegation": "涉嫌规避招标",
    "reasons": "答复与数据不符",
}
REQUEST = {
    "way": "letter",
    "position": "member",
    "matters": "请说明",
    "plan": "方案",
    "precautions": "预案",
}


@pytest.fixture
def national(db, settings):
    settings.PAIZHU_PACKS = [ROOT / "packs" / "cn-discipline"]
    rulebook.forget()
    yield small_world()
    rulebook.forget()


def opened(world, name, procedure, **raw):
    return desk.open(
        actor=world.who(name), procedure=procedure, body="WJ", raw=raw, now=world.now()
    )


def escalated(world, **other):
    question = opened(world, "one", "question", **ASKED)
    take(world, "liaison", question.ref, "answer", answer="分属不同科室")
    take(world, "one", question.ref, "escalate", **ESCALATED | other)
    receipt = sign(world, "head", question.ref)
    return question.ref, receipt.opened[0]


def letter_of(world):
    _, clue = escalated(world)
    seats = {"seats": [world.key("one"), world.key("two")]}
    take(world, "keeper", clue, "hand_over", related="no", **seats)
    sign(world, "head", clue)
    take(
        world, "one", clue, "dispose",
        disposal="talk", studied_date="2025-09-28", plan="方案", reasons="一般性问题",
    )  # fmt: skip
    sign(world, "section_head", clue)
    receipt = sign(world, "head", clue)
    (letter,) = receipt.opened
    take(world, "section_head", letter, "name_handlers", related="no", **seats)
    take(world, "one", letter, "request", **REQUEST)
    sign(world, "section_head", letter)
    sign(world, "head", letter)
    return letter


def test_the_unit_is_not_told_that_somebody_of_it_was_named(national):
    """The step is called neutrally, so the line beside it must not say that a name was written."""
    question, _ = escalated(national, subject="陈院长")
    read = {name: national.card(name, question).timeline for name in ("one", "liaison")}
    said = {name: [line.sentence.zh for line in lines] for name, lines in read.items()}
    assert any("回避" in line for line in said["one"])
    assert not any("回避" in line for line in said["liaison"])
    assert any("转内部程序办理" in line for line in said["liaison"])


def test_a_question_becomes_a_clue_that_carries_what_was_written(national):
    question, clue = escalated(national)
    assert national.card("one", question).stage == "closed"
    card = national.card("keeper", clue)
    assert card.stage == "registered"
    shown = {field.field: field.shown.zh for field in card.fields}
    assert shown["summary"] == "涉嫌规避招标"
    assert shown["source"] == "日常监督发现"


def test_the_unit_learns_nothing_of_the_clue_made_of_its_answer(national):
    question, clue = escalated(national)
    with pytest.raises(NotFound):
        national.card("liaison", clue)
    card = national.card("liaison", question)
    assert not card.links
    assert clue not in str(card)
    assert "规避招标" not in str(card)
    assert "线索" not in str(card)


def test_the_unit_takes_part_only_from_the_letter_on(national):
    letter = letter_of(national)
    with pytest.raises(NotFound):
        national.card("unit_head", letter)
    with pytest.raises(Invalid):
        take(national, "one", letter, "send_letter", addressee="不存在", letter_text="正文")
    take(national, "one", letter, "send_letter", addressee="YY", letter_text="请说明")
    assert national.card("unit_head", letter).stage == "sent"
    with pytest.raises(NotFound):
        national.card("liaison", letter)
    take(national, "one", letter, "record_receipt", letter_received_date="2025-09-26")
    (clock,) = national.card("unit_head", letter).clocks
    assert str(clock.due_date) == "2025-10-23"
    take(national, "unit_head", letter, "answer", reply="说明", head_opinion="属实")
    assert national.card("one", letter).stage == "answered"
    assert rebuilding.check().differences == ()


def test_a_head_of_unit_who_is_asked_himself_never_sees_the_letter(national):
    receipt = opened(
        national, "section_head", "inquiry_letter",
        subject=national.key("unit_head"), unit="YY", summary="示例",
    )  # fmt: skip
    seats = {"seats": [national.key("one"), national.key("two")]}
    take(national, "section_head", receipt.ref, "name_handlers", related="no", **seats)
    take(national, "one", receipt.ref, "request", **REQUEST)
    sign(national, "section_head", receipt.ref)
    sign(national, "head", receipt.ref)
    take(national, "one", receipt.ref, "send_letter", addressee="YY", letter_text="请说明")
    with pytest.raises(NotFound):
        national.card("unit_head", receipt.ref)


def test_what_is_about_the_head_of_the_team_stores_nothing(national):
    raw = {
        "source": "petition", "concerns": "own_head", "competence": "superior",
        "received_date": "2025-09-26", "named": "no", "subject": "李组长", "unit": "WJ",
        "summary": "示例",
    }  # fmt: skip
    with pytest.raises(NotAllowed) as refused:
        opened(national, "keeper", "clue", **raw)
    assert refused.value.basis == "reports-rules/own-head"
