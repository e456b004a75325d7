"""Search finds what one may know of, by what one reads there, and nothing says there is more."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paizhu.casework import access, desk, rebuilding, rulebook, search_index, searching
from paizhu.casework.models import SearchText
from paizhu.kernel.text import Text
from tests import world as worlds
from tests.desk.test_removal import take_out
from tests.world import inquiry

WIDE = Path(__file__).resolve().parents[1] / "web" / "pack"
WIDE_RAW = {
    "a_text": "同类耗材单价差异较大", "a_longtext": "经过", "a_number": 3, "a_money": "1,234.50",
    "a_date": "2025-09-26", "a_choice": "works", "some_choices": ["plan"], "a_yesno": "yes",
    "only_then": "HD-7", "a_person": "外人", "an_organization": "YY",
    "some_lines": [{"what": "核对合同", "who": "周"}],
}  # fmt: skip


def found(world, name, query, **more):
    return searching.search(world.who(name), query, on=world.today, **more)


def refs(world, name, query):
    return [one.ref for one in found(world, name, query).matters]


@pytest.fixture
def matter(world):
    """An inquiry in the hands of two officers."""
    return inquiry(
        world, "triage", summary="反映张三丰在医用耗材采购中收受好处", reporter="赵六"
    ).ref


@pytest.mark.parametrize(
    "word", ["张三", "张三丰", "三丰", "耗材采购", "张", "丰", "采购中收受好处"]
)
def test_chinese_words_of_any_length_are_found(world, matter, word):
    assert refs(world, "head", word) == [matter]


@pytest.mark.parametrize(
    "word", ["张四", "耗购", "丰张", "材采购x", "zsf", "-", "", "%", "\0", "*"]
)
def test_what_does_not_stand_there_is_not_found(world, matter, word):
    assert refs(world, "head", word) == []


def test_each_level_is_found_by_who_reads_it(world, matter):
    assert refs(world, "keeper", "赵六") == [matter]  # identity
    assert refs(world, "head", "赵六") == []
    assert refs(world, "head", "耗材") == [matter]  # content
    assert refs(world, "leader", "耗材") == []
    assert refs(world, "leader", matter) == [matter]  # normal
    assert refs(world, "other_head", matter) == []


def test_words_may_stand_at_different_levels(world, matter):
    assert refs(world, "keeper", f"赵六 耗材 {matter}") == [matter]
    assert refs(world, "keeper", "赵六 挖掘机") == []
    assert refs(world, "head", "耗材 赵六") == []


@pytest.mark.parametrize("part", [str, str.lower, lambda ref: ref[:-1], lambda ref: ref[-9:]])
def test_numbers_are_found_whole_from_their_beginning_and_by_their_parts(world, matter, part):
    assert refs(world, "head", part(matter)) == [matter]


def test_who_is_recused_finds_it_no_more(world, matter):
    assert refs(world, "one", "耗材") == [matter]
    desk.recuse(
        actor=world.who("one"), ref=matter, person=world.key("one"), reasons="亲属关系",
        version=world.card("one", matter).version, now=world.now(),
    )  # fmt: skip
    assert refs(world, "one", "耗材") == []
    assert refs(world, "two", "耗材") == [matter]


def test_content_is_named_and_never_shown(world, matter):
    (one,) = found(world, "head", "张三").matters
    (hit,) = one.hits
    assert (hit.title.zh, hit.level, hit.parts) == ("主要问题", "content", ())


def test_a_holder_of_a_seat_finds_the_matters_assigned_to_them(world, matter):
    assert refs(world, "head", "周经办") == [matter]
    assert refs(world, "head", "zjb") == [matter]
    (hit,) = found(world, "head", "周经").matters[0].hits
    assert (hit.title.zh, hit.name.zh) == ("承办人", "周经办")


def test_units_and_holders_of_posts_are_found_by_name_and_initials(world):
    for word in ("第一医院", "dyyy", "First hosp", "YY"):
        assert [unit.name.zh for unit in found(world, "head", word).units] == ["市第一医院"]
    for word in ("陈院长", "cyz"):
        assert [(one.name.zh, one.title.zh) for one in found(world, "head", word).holders] == [
            ("陈院长", "主要负责人")
        ]
    assert [unit.name.zh for unit in found(world, "unit_head", "第一医院").units] == ["市第一医院"]
    # What is not one's concern has no page for one, so it is not offered.
    assert found(world, "other_head", "第一医院").units == ()
    assert found(world, "other_head", "陈院长").holders == ()


def test_what_may_be_opened_is_found(world):
    titles = [one.title.zh for one in found(world, "keeper", "线索").openable]
    assert titles == [one.title.zh for one in found(world, "keeper", "xs").openable] != []
    assert found(world, "liaison", "线索").openable == ()


@pytest.fixture
def wide(world, settings):
    """A matter with a field of each type, most of them read by everybody who may know of it."""
    settings.PAIZHU_PACKS = [*worlds.PACKS, WIDE]
    rulebook.forget()
    raw = {**WIDE_RAW, "an_organization": f"body:{world.bodies['YY'].pk}"}
    return desk.open(
        actor=world.who("keeper"), procedure="everything", body="WJ", raw=raw, now=world.now()
    ).ref


def test_normal_words_are_shown_with_what_was_found_marked(world, wide):
    (one,) = found(world, "head", "单价差异").matters
    assert one.ref == wide
    assert one.hits[0].parts == (("同类耗材", False), ("单价差异", True), ("较大", False))
    (by_letters,) = found(world, "head", "djcy").matters
    assert by_letters.hits == one.hits


def test_every_kind_of_words_is_found(world, wide):
    for word in ("HD-7", "1234.50", "核对合同", "市第一医院", "dyyy", "QB-WJ", "驻卫健委"):
        assert refs(world, "one", word) == [wide], word
    (by_unit,) = found(world, "head", "第一医院").matters
    assert by_unit.hits[0].name.zh == "市第一医院"


def test_somebody_of_the_staff_is_no_word_in_a_field(world, wide):
    assert refs(world, "head", "周经办") == []
    assert refs(world, "head", "外人") == [wide]


def test_long_texts_are_shown_around_the_hit(world, wide):
    text = "前" * 60 + "要找的话" + "后" * 60
    parts = searching._parts(text, (60, 64))
    assert parts == (("…" + "前" * 24, False), ("要找的话", True), ("后" * 24 + "…", False))


def test_more_is_said_and_never_counted(world):
    made = [inquiry(world, summary="同一件事").ref for _ in range(4)]
    one = found(world, "keeper", "同一件事", most=3)
    assert [matter.ref for matter in one.matters] == made[:0:-1]
    assert one.more
    assert not found(world, "keeper", "同一件事", most=4).more


def test_batches_go_on_until_enough_is_found(world, monkeypatch):
    """Pieces may all be there and the words not: what is proposed is not yet found."""
    monkeypatch.setattr(searching, "BATCH", 2)
    right = inquiry(world, summary="甲乙丙").ref
    for _ in range(5):
        inquiry(world, summary="甲乙，乙丙")
    assert refs(world, "keeper", "甲乙丙") == [right]
    monkeypatch.setattr(searching, "MOST_BATCHES", 2)
    assert refs(world, "keeper", "甲乙丙") == [], "no word makes a search look through everything"


@pytest.mark.parametrize("spans", [(2, 4), (1,), (100,)])
def test_ranges_of_matters_leave_none_out_and_take_none_twice(world, monkeypatch, spans):
    """As PostgreSQL looks for whoever knows of many; SQLite could."""
    made = [inquiry(world, summary="同一件事").ref for _ in range(9)]
    monkeypatch.setattr(search_index, "FEW", -1)
    monkeypatch.setitem(search_index.SPANS, connection.vendor, spans)
    monkeypatch.setattr(searching, "BATCH", 2)
    assert refs(world, "keeper", "同一件事") == made[::-1]
    assert refs(world, "keeper", f"同一件事 {made[0]}") == made[:1]


def test_who_knows_very_many_is_asked_one_by_one_and_finds_the_same(world, matter, monkeypatch):
    words = ("耗材", "赵六", f"耗材 {matter}", "周经办")
    names = ("head", "keeper", "leader", "one", "other_head")
    before = {(name, word): refs(world, name, word) for name in names for word in words}
    monkeypatch.setattr(access, "MANY", -1)
    monkeypatch.setattr(search_index, "FEW", -1)
    assert {(name, word): refs(world, name, word) for name in names for word in words} == before


def test_a_level_somebody_reads_nowhere_is_not_looked_at(world, matter):
    """A word in every record above one's level costs nothing: its rows are not even found."""
    levels = {"sqlite": ".rowid & 3) = {}", "postgresql": "level = '{}'"}[connection.vendor]
    names = {"sqlite": (0, 1, 2), "postgresql": ("normal", "content", "identity")}
    for name, reads in (("leader", 1), ("head", 2), ("keeper", 3)):
        with CaptureQueriesContext(connection) as caught:
            found(world, name, f"赵六 {matter}")
        (asked,) = (one["sql"] for one in caught if "DESC LIMIT 180" in one["sql"])
        looked_at = [levels.format(level) in asked for level in names[connection.vendor]]
        assert looked_at == [place < reads for place in range(3)], name


#: How a statement of each engine names a level, and a range of matters from 11 to 39.
LEVELS_IN = {
    "sqlite": [f".rowid & 3) = {level}" for level in range(3)],
    "postgresql": ["level = 'normal'", "level = 'content'", "level = 'identity'"],
}
RANGES_IN = {"sqlite": ("rowid > 43", "rowid < 160"), "postgresql": ("id > 10", "id < 40")}


@pytest.mark.parametrize("vendor", search_index.STATEMENTS)
@pytest.mark.parametrize("counts", [(9, 0, 0), (9000, 7, 0), (90_000, 90_000, 7)])
def test_each_engine_is_asked_within_what_one_reads_and_for_no_more(world, vendor, counts):
    """The text alone, on any engine: that it finds what it should is tested where it runs."""
    rights = search_index._Rights(world.who("keeper"), counts)
    named = search_index.Word("zjb", {world.key("one"): Text("周经办", "Zhou")})
    words = [search_index.Word("耗材采购"), named]
    for window in ((None, None), (None, 40), (10, 40)):
        sql, given = search_index.STATEMENTS[vendor](rights, words, window)
        assert sql.count("%s") == len(given)
        assert [name in sql for name in LEVELS_IN[vendor]] == [count > 0 for count in counts]
        assert sql.count("casework_recusal") == 1
        edges = [edge in sql for edge in RANGES_IN[vendor]]
        assert edges == [edge is not None for edge in window]
        assert not {"耗材采购", "耗材", "zjb"} & set(sql.split()), "words are given, never written"
    few, many = (any(low < one <= high for one in counts) for low, high in ((0, 5000), (5000, 1e6)))
    if vendor == "postgresql":  # few matters are read through; of many the index is asked
        assert ("LIKE %s" in sql, "%s::tsquery" in sql) == (few, many)
        assert ("% 耗材 %" in given, "('耗材' & '材采' & '采购')" in given) == (few, many)


def test_a_correction_takes_the_old_words_out(world, matter):
    desk.correct(
        actor=world.who("keeper"), ref=matter, field="summary", raw="反映李四旷工",
        reasons="录入有误", version=world.card("keeper", matter).version, now=world.now(),
    )  # fmt: skip
    assert refs(world, "head", "张三丰") == []
    assert refs(world, "head", "李四") == [matter]


def test_removed_content_leaves_the_index(world):
    ref = inquiry(world, "closed", summary="反映张三丰").ref
    take_out(world, "head", "leader", ref)
    assert not SearchText.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE VIRTUAL TABLE temp.left_over USING fts5vocab(main, casework_searchindex, row)"
            )
            cursor.execute("SELECT term FROM left_over")
            assert cursor.fetchall() == []
            cursor.execute("DROP TABLE temp.left_over")


def test_rows_that_somebody_changed_are_noticed_and_rebuilt(world, matter):
    SearchText.objects.filter(level="content").update(pieces="李四", text="summary\t李四")
    assert refs(world, "head", "李四") == [matter]
    assert {one.table for one in rebuilding.check().differences} == {"casework_searchtext"}
    rebuilding.rebuild()
    assert rebuilding.check().differences == ()
    assert refs(world, "head", "李四") == []
    assert refs(world, "head", "张三丰") == [matter]


def test_a_step_that_changes_no_words_writes_none(world, matter):
    before = set(SearchText.objects.values_list("pk", flat=True))
    desk.note(
        actor=world.who("one"), ref=matter, text="已调取台账",
        version=world.card("one", matter).version, now=world.now(),
    )  # fmt: skip
    assert set(SearchText.objects.values_list("pk", flat=True)) == before
