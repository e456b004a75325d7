"""Names and addresses of companies: what may be one, why, and that persons are never matched so."""

from __future__ import annotations

import pytest

from paizhu.analysis.matching import (
    address_core,
    company_likeness,
    core,
    folded,
    key_of,
    same_person,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江康泰医疗器械有限公司", "康泰医疗器械股份有限公司"),
        ("杭州市康泰医疗器械有限公司", "康泰医疗器械有限责任公司"),
        ("浙江省杭州市康泰医疗器械有限公司", "康泰医疗器械公司"),
        ("Kangtai Medical Co., Ltd.", "KANGTAI MEDICAL LIMITED"),
    ],
)
def test_place_and_legal_form_do_not_tell_two_names_apart(one: str, other: str) -> None:
    likeness = company_likeness(one, "", other, "")
    assert likeness is not None
    assert not likeness.certain, "a person confirms it"
    assert likeness.because[0].en == "the same name without place and legal form"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("康泰（杭州）医疗器械有限公司", "康泰(杭州)医疗器械有限公司"),
        ("ＡＢＣ 医疗有限公司", "abc医疗有限公司"),
        ("【康泰】医疗 有限公司", "康泰医疗有限公司"),
    ],
)
def test_width_brackets_and_spaces_make_one_spelling(one: str, other: str) -> None:
    likeness = company_likeness(one, "", other, "")
    assert likeness is not None
    assert likeness.certain
    assert key_of(one) == key_of(other)


def test_one_wrong_character_is_offered_with_how_like_it_is() -> None:
    likeness = company_likeness(
        "杭州新康泰医疗器械科技有限公司", "", "杭州新康秦医疗器械科技有限公司", ""
    )
    assert likeness is not None
    assert not likeness.certain
    assert "%" in likeness.because[0].en


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("康泰医疗有限公司", "安泰商贸有限公司"), ("甲公司", "乙公司"), ("大华贸易行", "大化贸易行二店"),
        ("康泰（杭州）医疗器械有限公司", "康泰（宁波）医疗器械有限公司"),
    ],
)  # fmt: skip
def test_other_names_and_branches_elsewhere_are_not_offered(one: str, other: str) -> None:
    likeness = company_likeness(one, "", other, "")
    assert likeness is None or not likeness.certain


def test_numbers_decide_where_both_have_one() -> None:
    same = company_likeness("甲公司", "91330100X", "完全不同", "91330100x")
    assert same is not None
    assert same.certain
    assert company_likeness("甲公司", "91330100X", "甲公司", "91330100Y") is None


def test_the_same_seat_is_a_further_reason_and_never_one_alone() -> None:
    seats = ("浙江省杭州市西湖区文三路一二号3楼", "杭州市西湖区文三路12号3")
    assert address_core(seats[0]) == address_core(seats[1])
    both = company_likeness("浙江康泰医疗有限公司", "", "康泰医疗公司", "", addresses=seats)
    assert both is not None
    assert [say.en for say in both.because][-1] == "the same registered address"
    assert company_likeness("康泰医疗", "", "宏远物流", "", addresses=seats) is None


def test_a_person_is_known_by_a_declared_identifier_and_never_by_a_name() -> None:
    assert same_person("d:1", "d:1")
    assert not same_person("", "")
    assert not same_person("d:1", "d:2")
    assert not same_person("", "d:1")


def test_a_name_that_is_all_form_stays_itself() -> None:
    assert core("有限公司") == folded("有限公司")
    assert core("北京市公司") != ""
