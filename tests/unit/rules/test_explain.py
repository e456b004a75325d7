"""Manual pages say in both languages what the files declare."""

from __future__ import annotations

from datetime import date

import pytest

from paizhu.rules.explain import diagram, manual
from paizhu.rules.lawpage import law_page
from paizhu.rules.spec import AllOf, AnyOf, FieldIs, Stage
from paizhu.rules.wording import condition_text

DAY = date(2025, 6, 1)


@pytest.fixture
def clue(rulebook):
    return rulebook.procedure("clue", DAY)


def test_the_page_of_a_procedure_says_what_an_officer_asks(clue):
    page = manual(clue, "en")
    for said in (
        "# Clue handling",
        "A sample.",
        "Matters opened from 2025-06-01 follow this version.",
        "- Sample Law, Article 40 (1 June 2025)",
        "| Handler | `handler` | assigned, at least 2 | content |",
        "| Superior organ | `superior` | post | normal |",
        "### Propose disposal (`dispose`)",
        "- In stage: Awaiting disposal, Held",
        "- Leads to: Held, when “Disposal” is “Hold”",
        "- Signed by: Head of the team (Sample Rules, Article 3 (1 January 2019))",
        "- Signed by: Head of the team, when “Source” is “Forwarded from above”",
        "- Refused: Send it to the superior organ. (Sample Law, Article 10 (1 June 2025))",
        "- Assigns: Handler",
        "- Issues: Approval sheet",
        "- Opens a linked matter: `verification`, when “Disposal” is “Initial verification”",
        "| Intake number | `intake_number` | Number on a paper | yes | normal | See the envelope.;"
        " only when: “Named” is “Yes” |",
        "this person is recused",
        "- Limit: 1 month from 2019-01-01",
        "- Own aim: 15 days",
        "- Limit: 15 working days",
        "- Counted from: Date received",
        "- Starts: “Propose disposal” done",
        "- Stops: “Hand over” proposed",
        "- Pauses: “Ask the superior organ” done until “The superior answers” done (Sample Rules,",
        "- Prolonged: by “Prolong”, 10 working days each time, at most 1",
        "- Warns ahead: 2 working days, 1 working day",
        "| Approval sheet | — | content |",
        "- done (Conclude): Head of the team",
        clue.digest,
    ):
        assert said in page


def test_the_page_is_chinese_for_chinese_readers(clue):
    page = manual(clue, "zh")
    for said in (
        "# 问题线索处置",
        "- 依据：《样例规则》第四条（2019年1月1日版）",
        "- 止：提请“分办”",
        "## 通知",
    ):
        assert said in page
    assert "Signed by" not in page


def test_the_stages_are_drawn_with_every_move(clue):
    drawn = [line.en for line in diagram(clue.spec)]
    assert drawn[0] == "stateDiagram-v2"
    assert '    state "Awaiting disposal" as triage' in drawn
    assert "    [*] --> registered: Register" in drawn
    assert "    triage --> held: Propose disposal" in drawn
    assert "    in_work --> in_work: Prolong" in drawn
    assert "    closed --> [*]" in drawn


def test_signs_of_the_drawing_in_a_title_do_not_break_it(clue):
    stage = Stage.model_validate({"title": {"zh": '甲:"乙"', "en": 'A: "b"; #1'}, "final": True})
    spec = clue.spec.model_copy(update={"stages": {**clue.spec.stages, "closed": stage}})
    (line,) = [one for one in diagram(spec) if one.en.endswith("as closed")]
    assert line.en == '    state "A： ”b”； ＃1" as closed'


def test_the_local_pack_is_cited_where_it_tightens(rulebook):
    page = manual(rulebook.procedure("clue", date(2025, 9, 1)), "en")
    assert "Matters opened from 2025-09-01" in page
    assert "- Sample Rules, Article 4 (1 January 2019)" in page


def test_a_short_procedure_has_a_short_page(rulebook):
    page = manual(rulebook.procedure("verification", DAY), "en")
    assert "## Documents" not in page
    assert "## Notices" not in page
    assert "| Urgent | `urgent` | Yes or no | – | normal | – |" in page


def test_a_rule_that_was_not_read_in_full_shows_its_mark(packs):
    packs.edit(
        "national/procedures/clue/2025-06-01.yaml",
        "basis: sample-rules/work\n",
        "basis: sample-rules/second-hand\n    roll: false\n",
    )
    packs.edit(
        "national/procedures/clue/2025-06-01.yaml",
        "    from: in_work\n    to: feedback",
        "    from: in_work\n    when: {field: disposal, is: verify}\n    to: feedback",
    )
    packs.edit(
        "national/procedures/clue/2025-06-01.yaml",
        "      when: {field: disposal, is: verify}\n      carries",
        "      carries",
    )
    page = manual(packs.load().procedure("clue", DAY), "en")
    assert (
        "- Basis: Sample Rules, Article 11 (1 January 2019) [S second-hand, to be checked]" in page
    )
    assert "- The last day is never moved to a working day" in page
    assert "- When: “Disposal” is “Initial verification”" in page
    assert "- Opens a linked matter: `verification`\n" in page


def test_conditions_are_said_in_words(clue):
    named = FieldIs(field="named", **{"is": True})
    found = FieldIs(field="source", **{"is": "found"})
    both = condition_text(AllOf(all=(named, found)), clue.spec)
    assert both.en == "“Named” is “Yes” and “Source” is “Found in daily supervision”"
    assert both.zh == "“实名”为“是”，且“线索来源”为“日常监督发现”"
    assert " or " in condition_text(AnyOf(any=(named, found)), clue.spec).en


def test_the_page_of_an_instrument_lists_what_is_cited_and_how_surely_it_was_read(rulebook):
    page = law_page(rulebook.law, "sample-law", "en")
    assert "# Sample Law" in page
    assert "- Versions: 2018-03-20, 2025-06-01" in page
    assert (
        "| `clue-disposal` | 2018-03-20: 第三十七条; 2025-06-01: 第四十条 | T read in the text | – |"
        in page
    )
    assert "| `C-902.longer` | Detention: longer | 2 months |" in page
    assert "| `C-903` | Report promptly | promptly, no figure |" in page
    assert "| `E-901` | Effect period | 1 year |" in page
    assert law_page(rulebook.law, "C-903", "en") == page
    assert law_page(rulebook.law, "sample-law/own-head", "en") == page


def test_an_instrument_says_who_issued_it_and_when_it_ended(packs):
    packs.edit(
        "national/law/old-rules.yaml",
        "rank: party-rule\n",
        "rank: party-rule\nissuer: {zh: 样例机关, en: Sample Organ}\nnote: {zh: 注, en: A note}\n",
    )
    page = law_page(packs.load().law, "old-rules", "en")
    assert "- Issued by: Sample Organ" in page
    assert "- In force until: 2018-12-31" in page
    assert "- A note" in page
    assert "| key | name |" not in page
