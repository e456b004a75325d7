"""A clock due on the day of a field: what cannot go with it is found before use."""

from __future__ import annotations

import pytest

from paizhu.rules import explain
from tests.unit.rules.planted import CLUE, LOCAL, Planted

#: The clock of the sample that may be due on an agreed day instead of a month.
COUNTED = """    limit: {2019-01-01: 1 month}
    target: 15 days
    starts: hand_over
    stops: dispose
"""
AGREED = """    due: received_date
    starts: hand_over
    stops: dispose
"""

# fmt: off
PLANTED = [
    Planted("due on no date", CLUE, "due: received_date", "due: subject",
            at="due:", key="clocks.opinion.due", allowed=("received_date", "told_date")),
    Planted("due and a limit", CLUE, "due: received_date", "due: received_date\n    limit: 5 days",
            at="limit: 5 days", key="clocks.opinion.limit"),
    Planted("due and an aim", CLUE, "due: received_date", "due: received_date\n    target: 5 days",
            at="target: 5 days", key="clocks.opinion.target"),
    Planted("due and a day to count from", CLUE, "due: received_date", "due: received_date\n    counted_from: told_date",
            at="counted_from: told_date", key="clocks.opinion.counted_from"),
    Planted("due and prolonged", CLUE, "due: received_date",
            "due: received_date\n    extension: {action: prolong, by: 5 days}",
            at="by: 5 days", key="clocks.opinion.extension"),
    Planted("due and paused", CLUE, "due: received_date",
            "due: received_date\n    pauses: [{from: ask_superior, until: superior_answers, basis: sample-rules/pause}]",
            at="pauses: [{", key="clocks.opinion.pauses"),
    Planted("due on a day not asked for yet", CLUE, "due: received_date", "due: told_date",
            at="starts: hand_over", key="clocks.opinion.starts", allowed=("told_date",)),
    Planted("due on a day that may be left out", CLUE, "en: Date received}, required: true,", "en: Date received},",
            at="starts: hand_over", key="clocks.opinion.starts", allowed=("received_date",)),
    Planted("due on another day than the law's", CLUE, "basis: sample-rules/opinion", "basis: C-901",
            at="due: received_date", key="clocks.opinion.due"),
]
# fmt: on


@pytest.fixture
def agreeing(packs):
    """The sample packs, in which one clock is due on an agreed day."""
    packs.edit(CLUE, COUNTED, AGREED)
    packs.edit(LOCAL, "targets:\n  opinion: 10 days\n", "")
    return packs


def test_an_agreed_day_is_a_right_declaration_and_the_manual_names_its_field(agreeing):
    (procedure, *_) = agreeing.load().procedures["clue"]
    assert procedure.spec.clocks["opinion"].due == "received_date"
    assert "the day in “Date received”" in explain.manual(procedure, "en")
    assert "“收到日期”所载之日" in explain.manual(procedure, "zh")


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.what for planted in PLANTED])
def test_a_planted_mistake_is_found_with_its_line(agreeing, planted):
    agreeing.edit(planted.file, planted.old, planted.new)
    mistakes = agreeing.mistakes()
    shown = "\n".join(mistake.show("en") for mistake in mistakes)
    found = [mistake for mistake in mistakes if mistake.key == planted.key]
    assert found, shown
    assert found[0].line == agreeing.line_of(planted.file, planted.at), shown
    assert set(planted.allowed) <= set(found[0].allowed), shown


def test_a_day_asked_for_by_the_act_that_starts_the_clock_is_enough(agreeing):
    agreeing.edit(CLUE, "due: received_date", "due: told_date")
    agreeing.edit(CLUE, "    assigns: handler\n", "    assigns: handler\n    form: [told_date]\n")
    (procedure, *_) = agreeing.load().procedures["clue"]
    assert procedure.spec.clocks["opinion"].due == "told_date"


def test_a_proposal_alone_has_not_answered_its_own_questions(agreeing):
    agreeing.edit(CLUE, "due: received_date", "due: told_date")
    agreeing.edit(CLUE, "    assigns: handler\n", "    assigns: handler\n    form: [told_date]\n")
    agreeing.edit(
        CLUE,
        "    starts: hand_over\n    stops: dispose",
        "    starts: hand_over.proposed\n    stops: dispose",
    )
    assert "clocks.opinion.starts" in {mistake.key for mistake in agreeing.mistakes()}


def test_a_local_pack_sets_no_aim_where_the_day_is_agreed(agreeing):
    agreeing.edit(LOCAL, "approvals:", "targets:\n  opinion: 10 days\napprovals:")
    (mistake,) = agreeing.mistakes()
    assert mistake.key == "targets.opinion"
    assert mistake.file.endswith(LOCAL)
