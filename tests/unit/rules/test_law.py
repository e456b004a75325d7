"""What a rule says on a day: article, version, limit, whether it was in force, how surely read."""

from __future__ import annotations

from datetime import date

import pytest

from paizhu.kernel.errors import NotFound
from paizhu.kernel.periods import Period

NEW, OLD = date(2025, 6, 1), date(2025, 5, 31)


def test_a_renumbered_article_is_cited_by_the_version_of_the_day(rulebook):
    before = rulebook.law.basis("sample-law/clue-disposal", OLD)
    after = rulebook.law.basis("sample-law/clue-disposal", NEW)
    assert (before.article, before.version) == ("第三十七条", date(2018, 3, 20))
    assert (after.article, after.version) == ("第四十条", NEW)
    assert after.cited.zh == "《样例法》第四十条"
    assert after.cited.en == "Sample Law, Article 40"
    assert before.in_force
    assert after.confidence == "T"


def test_an_article_that_never_moved_belongs_to_the_version_of_the_day(rulebook):
    basis = rulebook.law.basis("sample-law/own-head", date(2026, 1, 1))
    assert basis.version == NEW
    assert basis.says.en.startswith("What is about")
    assert rulebook.law.basis("sample-rules/work", NEW).cited.zh == "《样例规则》第六条"


def test_before_its_first_version_a_rule_is_named_but_not_in_force(rulebook):
    early = rulebook.law.basis("sample-law/clue-disposal", date(2017, 1, 1))
    assert (early.article, early.version, early.in_force) == ("第三十七条", None, False)


def test_after_its_repeal_a_rule_is_named_but_not_in_force(rulebook):
    assert rulebook.law.basis("old-rules/work", date(2018, 12, 31)).in_force
    assert not rulebook.law.basis("old-rules/work", date(2019, 1, 1)).in_force


def test_a_legal_clock_gives_its_limit_and_rests_on_the_article_of_another_instrument(rulebook):
    basis = rulebook.law.basis("C-901", NEW)
    assert basis.limit == Period(15, "working_day")
    assert (basis.instrument, basis.article) == ("sample-rules", "第八条")
    assert basis.extension.times == 1
    assert basis.roll
    assert rulebook.law.instruments_of("C-901") == {"sample-law", "sample-rules"}
    assert rulebook.law.instrument_of("C-901") == "sample-law"


def test_a_phase_has_a_limit_of_its_own_from_its_own_day(rulebook):
    assert rulebook.law.basis("C-902", NEW).limit is None
    first = rulebook.law.basis("C-902.first", OLD)
    assert (first.limit, first.title.en, first.roll) == (
        Period(3, "month"),
        "Detention: first",
        False,
    )
    assert rulebook.law.basis("C-902.longer", OLD).limit is None
    assert rulebook.law.basis("C-902.longer", NEW).limit == Period(2, "month")


def test_a_clock_without_a_number_says_why(rulebook):
    basis = rulebook.law.basis("C-903", NEW)
    assert (basis.limit, basis.no_number) == (None, "promptly")
    assert rulebook.law.basis("C-904", NEW).direction == "before"


def test_an_effect_period_is_dated_and_ends(rulebook):
    assert rulebook.law.basis("E-901", OLD).limit == Period(6, "month")
    basis = rulebook.law.basis("E-901", NEW)
    assert (basis.limit, basis.roll, basis.in_force) == (Period(1, "year"), False, True)
    assert basis.says.en == "no promotion"
    assert not rulebook.law.basis("E-901", date(2031, 1, 1)).in_force
    assert not rulebook.law.basis("E-901", date(2018, 1, 1)).in_force


@pytest.mark.parametrize("ask", ["basis", "instrument_of", "instruments_of"])
def test_what_is_not_there_is_answered_with_what_was_probably_meant(rulebook, ask):
    arguments = ("C-991", NEW) if ask == "basis" else ("C-991",)
    with pytest.raises(NotFound) as missing:
        getattr(rulebook.law, ask)(*arguments)
    assert "did you mean “C-901”" in missing.value.say.en
    assert "是否想写“C-901”" in missing.value.say.zh


def test_everything_that_can_be_cited_is_listed_once(rulebook):
    refs = rulebook.law.refs
    assert len(set(refs)) == len(refs)
    assert {"sample-rules/work", "C-902", "C-902.first", "E-901"} <= set(refs)
