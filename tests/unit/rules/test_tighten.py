"""A local pack is stricter, adds and renames; the rest stays the national procedure."""

from __future__ import annotations

from datetime import date

from paizhu.kernel.periods import Period
from paizhu.rules.spec import Tightening
from paizhu.rules.tighten import tightened

SUMMER, AUTUMN = date(2025, 6, 1), date(2025, 9, 1)


def test_what_a_local_pack_tightens_is_stricter_and_nothing_else_changes(rulebook):
    national = rulebook.procedure("clue", SUMMER).spec
    local = rulebook.procedure("clue", AUTUMN).spec
    assert local.title.en == "Local clue handling"
    assert local.stages["triage"].title.en == "Awaiting study"
    assert local.clocks["opinion"].target == Period(10, "day")
    assert [one.by for one in local.actions["prolong"].approvals] == ["head", "section_head"]
    assert local.actions["conclude"].form == ("reasons", "site")
    assert local.fields["reasons"].min == 4
    assert "site" not in national.fields
    assert local.clocks["work"] == national.clocks["work"]
    assert local.actions["register"] == national.actions["register"]
    assert local.access == national.access


def test_names_that_do_not_exist_are_left_to_the_checker(rulebook):
    national = rulebook.procedure("clue", SUMMER).spec
    nothing = Tightening.model_validate(
        {
            "tightens": "clue",
            "effective_from": SUMMER,
            "basis": [],
            "titles": {
                "stages.none": {"zh": "无", "en": "None"},
                "none.x": {"zh": "无", "en": "None"},
            },
            "targets": {"none": "1 day"},
            "approvals": {"none": [{"by": "head"}]},
            "form": {"none": ["reasons"]},
        }
    )
    assert tightened(national, [nothing]) == national


def test_without_tightenings_a_procedure_is_itself(rulebook):
    national = rulebook.procedure("clue", SUMMER).spec
    assert tightened(national, []) is national
