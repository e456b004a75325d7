"""Text is cut so that whatever stands in it can be looked up, and found again by its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paizhu.kernel import cutting, initials

CHINESE = st.text("张三丰欧阳医院采购", min_size=1, max_size=12)
MIXED = st.text("张三医院 Ab9-é１。", max_size=24)


def has(text: str, word: str) -> bool:
    """Say whether the pieces of a text are those that a word asks for."""
    pieces, sought = cutting.pieces(text), cutting.sought(word)
    begins = not sought.beginning or any(one.startswith(sought.beginning) for one in pieces)
    return set(sought.whole) <= set(pieces) and begins


def test_chinese_is_cut_into_pairs_and_other_writing_into_words():
    assert list(cutting.pieces("张三丰，XS-WJ-2025 Übung １２")) == [
        "张三", "三丰", "丰", "xs", "wj", "2025", "ubung", "12",
    ]  # fmt: skip
    assert list(cutting.pieces("张三张三")) == ["张三", "三张", "三"]
    assert cutting.pieces("。 -\ue000") == {}


@pytest.mark.parametrize(
    ("word", "whole", "beginning"),
    [
        ("张三", ("张三",), ""),
        ("张三丰", ("张三", "三丰"), ""),
        ("张", (), "张"),
        ("XS-WJ-2", ("xs", "wj"), "2"),
        ("张三2025", ("张三",), "2025"),
        ("2025张", ("2025",), "张"),
        ("张,三", ("张",), "三"),
        ("-", (), ""),
    ],
)
def test_a_word_asks_for_its_pieces(word, whole, beginning):
    assert cutting.sought(word) == cutting.Sought(whole, beginning)


@given(CHINESE, CHINESE, CHINESE)
def test_any_part_of_a_chinese_text_is_looked_up_and_found(before, word, after):
    text = before + word + after
    assert has(text, word)
    start, end = cutting.find(word, text)
    assert text[start:end] == word


@given(MIXED, MIXED)
def test_what_is_found_is_what_was_sought_but_for_case_width_and_accents(text, word):
    place = cutting.find(word, text)
    if place is None:
        assert not cutting.folded(word) or cutting.folded(word) not in cutting.folded(text)
    else:
        assert cutting.folded(word) in cutting.folded(text[slice(*place)])


def test_a_place_is_counted_in_the_text_as_written():
    assert cutting.find("２", "第１２号") == (2, 3)
    assert cutting.find("fi", "oﬃce") == (1, 2)  # one sign of three letters
    assert cutting.find("", "张三") is None
    assert cutting.find("́", "é") is None
    assert cutting.find("x" * 50, "张" * 60) is None
    # Two vowel signs in the wrong order: folding a whole text puts them right, folding one does not.
    assert cutting.find("\u05d1\u05bc\u05b0", "\u05d1\u05bc\u05b0") is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [("重庆市第一医院", "cqsdy"), ("曾小明", "zxm"), ("单于", "sy"), ("驻卫健委组 A2", "zwjwza2")],
)
def test_initials_find_a_name_by_any_of_its_readings(name, typed):
    start, end = initials.find(typed, name)
    assert (start, end) == (0, len(typed) if "A2" not in name else len(name))
    assert initials.find("q" + typed, name) is None


@pytest.mark.parametrize("typed", ["", "z", "张", "z2", "z m", "é"])
def test_what_cannot_be_initials_is_not_looked_up_as_such(typed):
    assert initials.sought(typed) == []


@given(st.text("医疗设备采购问题曾重", min_size=2, max_size=10), st.data())
def test_initials_that_are_found_were_looked_up(name, data):
    """The index knows the first readings; what it knows by them is found in the text too."""
    typed = "".join(initials.letters(char)[0] for char in name)
    start = data.draw(st.integers(0, len(typed) - 2))
    end = data.draw(st.integers(start + 2, len(typed)))
    assert set(initials.sought(typed[start:end])) <= set(initials.pieces(name))
    assert initials.find(typed[start:end], name) is not None


def test_signs_that_are_not_read_have_no_letters():
    assert [initials.letters(char) for char in "。-\ue000A7"] == ["", "", "", "a", "7"]
    assert initials.letters("曾") == "cz"
