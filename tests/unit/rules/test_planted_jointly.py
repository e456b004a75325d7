"""What is wrong with hand-over, parts, many from one and duties is found before use, too."""

from __future__ import annotations

import pytest

from tests.unit.rules.planted import Planted

HANDING = "national/procedures/transfer/2025-06-01.yaml"
ERRAND = "national/procedures/errand/2025-06-01.yaml"
DUTY = "national/duties/half-year.yaml"

# fmt: off
PLANTED = [
    Planted("limited view of no role", HANDING, "only: {receiver:", "only: {receivers:",
            at="only:", key="access.only.receivers", allowed=("receiver",)),
    Planted("limited view of no field", HANDING, "[topic, ground]}", "[topic, grounds]}",
            at="only:", key="access.only.receiver.1", allowed=("ground",)),
    Planted("part until no day", HANDING, "part_until: to_day", "part_until: topic",
            at="to_body: {", key="fields.to_body.part_until", allowed=("to_day",)),
    Planted("part ended by a text", HANDING, "leaving: {type: organization", "leaving: {type: text",
            at="leaving: {", key="fields.leaving.ends_part", allowed=("organization",)),
    Planted("lines without columns", HANDING, "excused: {type: code", "excused: {type: lines",
            at="excused: {", key="fields.excused.columns", allowed=("lines",)),
    Planted("separate from nothing", HANDING, "separate_from: [draft, offer]", "separate_from: [draft, accept]",
            at="accept: {", key="actions.accept.separate_from.1", allowed=("offer",)),
    Planted("excuses nothing", HANDING, "excuses: excused", "excuses: excuse",
            at="excuse: {", key="actions.excuse.excuses", allowed=("excused",)),
    Planted("grants nothing", HANDING, "matter: about", "matter: abouts",
            at="look: {", key="actions.look.grants.matter", allowed=("about",)),
    Planted("nobody may take it", HANDING, "to: drafted, by: receiver}", "to: drafted, by: []}",
            at="give_back: {", key="actions.give_back.by", allowed=("receiver",)),
    Planted("missed clock takes nothing", HANDING, "on_missed: expire", "on_missed: expires",
            at="on_missed", key="clocks.answer.on_missed", allowed=("expire",)),
    Planted("missed clock would have to answer", HANDING, "on_missed: expire", "on_missed: offer",
            at="on_missed", key="clocks.answer.on_missed"),
    Planted("hand-over by nothing", HANDING, "  offer: offer", "  offer: offers",
            at="offers", key="hand_over.offer", allowed=("offer",)),
    Planted("hand-over without a clock", HANDING, "  answer: answer", "  answer: reply",
            at="reply", key="hand_over.answer", allowed=("answer",)),
    Planted("hand-over without a basis", HANDING, "  basis: ground", "  basis: grounds",
            at="grounds", key="hand_over.basis", allowed=("ground",)),
    Planted("hand-over of nothing", HANDING, "sends: [topic, ground]", "sends: [topics, ground]",
            at="sends", key="hand_over.sends.0", allowed=("topic",)),
    Planted("hand-over to nobody", HANDING, "  sends: [", "  to: adviser\n  sends: [",
            at="to: adviser", key="hand_over.to"),
    Planted("one matter each for no list", HANDING, "for_each: units", "for_each: topic",
            at="for_each: topic", key="actions.spread.opens_matter.1.for_each", allowed=("plan", "units")),
    Planted("column that is none", HANDING, "topic: plan.what", "topic: plan.where",
            at="plan.where", key="actions.spread.opens_matter.0.carries.topic", allowed=("plan.what", "topic")),
    Planted("column of another type", HANDING, "topic: plan.what", "topic: plan.until",
            at="plan.until", key="actions.spread.opens_matter.0.carries.topic"),
    Planted("duty without a rule", DUTY, "basis: sample-rules/work", "basis: sample-rules/works",
            at="basis", key="basis", allowed=("sample-rules/work",)),
    Planted("duty of no procedure", DUTY, "procedure: errand", "procedure: errands",
            at="procedure", key="procedure", allowed=("errand",)),
    Planted("duty that opens nothing", DUTY, "action: begin", "action: finish",
            at="action", key="action", allowed=("begin",)),
    Planted("duty that fills no field", DUTY, "by_day:", "by_days:",
            at="fills", key="fills.by_days", allowed=("by_day",)),
    Planted("duty that leaves a required field open", DUTY, "topic: \"{period} 报告\", ", "",
            at="fills", key="fills", allowed=("topic",)),
    Planted("duty with a stranger", DUTY, "{ends}", "{end}",
            at="fills", key="fills.by_day", allowed=("{ends}",)),
    Planted("duty with a broken text", DUTY, "{ends}", "{ends",
            at="fills", key="fills.by_day", allowed=("{ends}",)),
    Planted("duty with an unknown key", DUTY, "bodies: team", "body: team",
            at="body: team", key="body", allowed=("bodies",)),
]
# fmt: on


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.what for planted in PLANTED])
def test_a_planted_mistake_is_found_with_file_line_key_and_what_is_allowed(packs, planted):
    packs.edit(planted.file, planted.old, planted.new)
    mistakes = packs.mistakes()
    shown = "\n".join(mistake.show("en") for mistake in mistakes)
    found = [mistake for mistake in mistakes if mistake.key == planted.key]
    assert found, shown
    assert found[0].file.endswith(planted.file), shown
    assert found[0].line == packs.line_of(planted.file, planted.at), shown
    assert set(planted.allowed) <= set(found[0].allowed), shown


def test_a_duty_is_declared_once_and_may_leave_the_opening_to_the_procedure(packs):
    text = (packs.folder / DUTY).read_text("utf-8").replace("action: begin\n", "")
    packs.write("national/duties/half-year.yaml", text)
    assert [duty.duty for duty in packs.load().duties] == ["half-year-report"]
    packs.write("national/duties/more.yaml", text)
    assert any("declared already" in mistake.say.en for mistake in packs.mistakes())


def test_a_carried_column_that_may_be_empty_is_not_enough_for_a_required_field(packs):
    packs.edit(ERRAND, "topic: {type: text,", "topic: {type: date,")
    packs.edit(HANDING, "carries: {topic: topic}", "carries: {topic: to_day}")
    packs.edit(HANDING, "topic: plan.what", "topic: plan.until")
    packs.edit(DUTY, 'topic: "{period} 报告"', 'topic: "{starts}"')
    said = {one.key: one.say.en for one in packs.mistakes()}
    key = "actions.spread.opens_matter.1.carries.topic"
    assert "may not be answered yet" in said[key]
