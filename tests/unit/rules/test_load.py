"""From folders to a rulebook: digests, versions by day, and rules that outlive their pack."""

from __future__ import annotations

import json
import shutil
from datetime import date

import pytest

from paizhu.kernel.counting import Counting
from paizhu.kernel.digest import digest
from paizhu.kernel.errors import NotFound
from paizhu.kernel.periods import Period
from paizhu.rules.load import load, runnable_from_texts
from paizhu.rules.mistakes import PackErrors

SUMMER, AUTUMN = date(2025, 6, 1), date(2025, 9, 1)
CLUE = "national/procedures/clue/2025-06-01.yaml"


def test_a_matter_follows_the_version_of_the_day_it_is_opened(rulebook):
    assert [one.effective_from for one in rulebook.procedures["clue"]] == [SUMMER, AUTUMN]
    assert rulebook.procedure("clue", SUMMER).title.en == "Clue handling"
    assert rulebook.procedure("clue", date(2025, 8, 31)).effective_from == SUMMER
    assert rulebook.procedure("clue", AUTUMN).title.en == "Local clue handling"
    assert rulebook.procedure("clue", date(2030, 1, 1)).effective_from == AUTUMN


def test_a_procedure_that_is_not_there_or_not_yet_is_answered_in_both_languages(rulebook):
    with pytest.raises(NotFound) as missing:
        rulebook.procedure("clues", SUMMER)
    assert "did you mean “clue”" in missing.value.say.en
    with pytest.raises(NotFound) as early:
        rulebook.procedure("clue", date(2025, 5, 31))
    assert "takes effect on 2025-06-01" in early.value.say.en
    assert "尚未施行" in early.value.say.zh


def test_a_procedure_is_named_by_the_digest_of_everything_it_rests_on(rulebook):
    procedure = rulebook.procedure("clue", AUTUMN)
    assert procedure.digest == digest(procedure.manifest)
    named = json.loads(procedure.manifest)
    kinds = {key: rulebook.texts[named[key]].kind for key in ("procedure", "calendar")}
    assert kinds == {"procedure": "procedure", "calendar": "calendar"}
    assert [rulebook.texts[one].name for one in named["tightenings"]] == ["clue"]
    assert set(named["instruments"]) == {"sample-law", "sample-rules"}, "only what it cites"
    assert named["counting"]["start_day"] == "excluded"
    assert set(procedure.law.instruments) == set(named["instruments"])
    for key, text in rulebook.texts.items():
        assert digest(text.data) == key == text.digest


def test_a_procedure_is_rebuilt_from_stored_texts_alone(rulebook):
    stored = {key: text.data for key, text in rulebook.texts.items()}
    for versions in rulebook.procedures.values():
        for procedure in versions:
            again = runnable_from_texts(procedure.digest, stored.__getitem__)
            assert again == procedure
            assert hash(again) == hash(procedure)
            assert again.spec == procedure.spec
            assert again.calendar == procedure.calendar
            assert again.counting == procedure.counting
            assert again.law.refs == procedure.law.refs
    assert rulebook.procedure("clue", SUMMER) != rulebook.procedure("clue", AUTUMN)
    assert rulebook.procedure("clue", SUMMER) != "clue"


def test_the_same_files_give_the_same_digests_and_any_change_another(packs):
    before = packs.load()
    assert packs.load().digest == before.digest
    packs.edit("national/law/sample-rules.yaml", "work: {cites: 第六条", "work: {cites: 第六条之一")
    after = packs.load()
    assert after.digest != before.digest
    clue, verification = (after.procedures[n][0] for n in ("clue", "verification"))
    assert clue.digest != before.procedures["clue"][0].digest
    assert verification.digest != before.procedures["verification"][0].digest, (
        "counting is cited there"
    )


def test_a_new_procedure_dropped_into_a_folder_just_works(packs):
    packs.load()
    source = (packs.folder / "national/procedures/verification/2025-06-01.yaml").read_text("utf-8")
    packs.write(
        "national/procedures/talk/2025-06-01.yaml",
        source.replace("procedure: verification", "procedure: talk"),
    )
    assert packs.load().procedure("talk", SUMMER).name == "talk"


def test_a_new_version_takes_over_on_its_day_and_keeps_the_local_rules(packs):
    source = (packs.folder / CLUE).read_text("utf-8")
    newer = source.replace(
        "effective_from: 2025-06-01", "effective_from: 2026-01-01\ncorrects: 2025-06-01"
    )
    packs.write("national/procedures/clue/2026-01-01.yaml", newer)
    versions = packs.load().procedures["clue"]
    assert [one.effective_from for one in versions] == [SUMMER, AUTUMN, date(2026, 1, 1)]
    assert versions[-1].title.en == "Local clue handling"
    assert versions[-1].spec.corrects == SUMMER


def test_a_day_has_one_version(packs):
    shutil.copytree(packs.folder / "national/procedures", packs.folder / "local/procedures")
    mistakes = [one for one in packs.mistakes() if one.key == "effective_from"]
    assert mistakes
    assert all("A day has one version" in one.say.en for one in mistakes)


def test_a_clock_has_its_own_limit_or_the_laws(rulebook):
    procedure = rulebook.procedure("clue", SUMMER)
    assert procedure.limit_of("take_in", SUMMER) == Period(5, "working_day")
    assert procedure.limit_of("tell_reporter", SUMMER) == Period(15, "working_day")
    assert procedure.limit_of("opinion", SUMMER) == Period(1, "month")
    assert procedure.limit_of("opinion", date(2018, 12, 31)) is None
    with pytest.raises(NotFound) as missing:
        procedure.limit_of("take_on", SUMMER)
    assert "did you mean “take_in”" in missing.value.say.en


def test_a_basis_is_given_for_the_day_or_for_the_first_day_of_the_rules(rulebook):
    procedure = rulebook.procedure("clue", SUMMER)
    assert procedure.basis_of("sample-law/clue-disposal").article == "第四十条"
    assert procedure.basis_of("sample-law/clue-disposal", date(2020, 1, 1)).article == "第三十七条"


def test_counting_is_that_of_the_pack_or_of_the_first_that_declares_it(packs):
    assert packs.load().counting == Counting(start_day="excluded", roll=True)
    packs.edit("local/pack.yaml", "needs: [national]", "needs: [national]\ncounting: {roll: false}")
    book = packs.load()
    assert book.counting.roll, "the first pack speaks for all"
    assert book.procedure("clue", SUMMER).counting.roll, "and each procedure follows its own pack"
    packs.edit(
        "national/pack.yaml",
        "counting:\n  basis: sample-rules/counting\n  start_day: excluded\n",
        "",
    )
    assert not packs.load().counting.roll
    packs.edit("local/pack.yaml", "\ncounting: {roll: false}", "")
    assert packs.load().counting == Counting()


def test_calendars_and_packs_are_there_by_name(rulebook):
    assert set(rulebook.packs) == {"national", "local"}
    assert rulebook.calendars["cn"].is_working_day(date(2025, 9, 28))
    assert not rulebook.calendars["cn"].is_working_day(date(2025, 10, 1))


def test_scenarios_come_with_their_place(rulebook):
    (filed,) = rulebook.scenarios
    assert filed.file.endswith("scenarios/forwarded.yaml")
    assert filed.pack == "national"
    assert len(filed.lines) == len(filed.scenario.steps) == 13
    assert filed.lines[:2] == (4, 5)


def test_a_later_tightening_of_a_pack_takes_the_place_of_the_earlier(packs):
    earlier = (packs.folder / "local/tightenings/clue.yaml").read_text("utf-8")
    packs.write(
        "local/tightenings/later.yaml",
        earlier.replace("2025-09-01", "2026-01-01").replace("10 days", "8 days"),
    )
    packs.write("local/tightenings/early.yaml", earlier.replace("2025-09-01", "2020-01-01"))
    versions = packs.load().procedures["clue"]
    assert [one.effective_from for one in versions] == [SUMMER, AUTUMN, date(2026, 1, 1)]
    assert [str(one.spec.clocks["opinion"].target) for one in versions] == [
        "10 days",
        "10 days",
        "8 days",
    ]


def test_no_pack_and_strange_folders_are_named(packs):
    with pytest.raises(PackErrors) as nothing:
        load([packs.folder / "nowhere"])
    assert "There is no pack here" in str(nothing.value)
    packs.write("national/procedure/a.yaml", "x: 1")
    packs.write("national/stuff/a.yaml", "x: 1")
    packs.write("national/law/more.yml", "x: 1")
    packs.write("national/.cache/x", "")
    said = {mistake.say.en: mistake.allowed for mistake in packs.mistakes()}
    assert any("did you mean “procedures”" in words for words in said)
    assert any("no folder “stuff”." in words for words in said)
    assert ("more.yaml",) in said.values()


def test_mistakes_are_shown_in_both_languages_the_way_an_editor_can_jump_to(packs):
    packs.edit(CLUE, "calendar: cn", "calender: cn")
    with pytest.raises(PackErrors) as errors:
        packs.load()
    (mistake,) = errors.value.mistakes
    place = f"{mistake.file}:6: calender: "
    assert mistake.show("en").startswith(f"{place}There is no key “calender”")
    assert mistake.show("zh").startswith(f"{place}这里没有“calender”这个键")
    assert "Allowed: procedure, " in mistake.show("en")
    assert "允许：procedure, " in mistake.show("zh")
    assert "规则包有 1 处错误" in errors.value.say.zh


def test_a_mistake_without_a_key_is_shown_with_its_line(packs):
    packs.write(CLUE, "")
    (mistake,) = packs.mistakes()
    assert mistake.show("en") == f"{mistake.file}:1: The file is empty."


@pytest.mark.parametrize("data", [b"- a\n", b"text\n", b"a: [1\n", b"\xff"])
def test_a_file_that_holds_something_else_is_named(packs, data):
    packs.write("national/law/strange.yaml", data)
    mistakes = packs.mistakes()
    assert mistakes
    assert all(mistake.file.endswith("strange.yaml") for mistake in mistakes)
