"""The only validator: conditions, what is required, what is not asked for, what is a stranger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paizhu.kernel.errors import Invalid
from paizhu.rules import forms
from paizhu.rules.spec import FieldSpec

YES = {"type": "yesno", "required": True}
FIELDS = {
    name: FieldSpec.model_validate({"title": {"zh": f"{name}题", "en": name.title()}, **raw})
    for name, raw in {
        "named": YES,
        "number": {"type": "code", "required": True, "when": {"field": "named", "is": True}},
        "kind": {"type": "choice", "options": {"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}},
                 "when": {"field": "number", "in": ["A-1", "A-2"]}, "required": True},
        "note": {"type": "text"},
        "outside": {"type": "text", "when": {"field": "source", "is": "found"}, "required": True},
    }.items()
}  # fmt: skip
NAMES = ["named", "number", "kind", "note"]


def read(raw, names=NAMES, **known):
    return forms.read(FIELDS, names, raw, known=known)


def refused(raw, names=NAMES, **known):
    with pytest.raises(Invalid) as invalid:
        read(raw, names, **known)
    return invalid.value


def test_values_come_back_in_the_order_of_the_form():
    raw = {"note": "x", "kind": "乙", "number": "A-1", "named": "是"}
    values = read(raw)
    assert list(values.items()) == [
        ("named", True),
        ("number", "A-1"),
        ("kind", "b"),
        ("note", "x"),
    ]


def test_a_field_whose_condition_fails_is_dropped_with_whatever_rests_on_it():
    assert read({"named": False, "number": "A-1", "kind": "a"}) == {"named": False}


def test_a_mistake_in_a_dropped_field_is_no_mistake():
    assert read({"named": False, "number": "x" * 100}) == {"named": False}


def test_what_is_required_is_required_only_when_asked_for():
    assert set(refused({"named": True}).fields) == {"number"}
    assert set(refused({"named": True, "number": "A-1"}).fields) == {"kind"}
    assert read({"named": True, "number": "B-9"}) == {"named": True, "number": "B-9"}


def test_no_answer_is_not_no():
    assert set(refused({}).fields) == {"named"}
    assert read({"named": False}) == {"named": False}


def test_a_condition_may_rest_on_what_is_known_of_the_matter():
    assert read({}, ["outside"], source="forwarded") == {}
    assert set(refused({}, ["outside"], source="found").fields) == {"outside"}


def test_what_is_entered_now_counts_and_not_what_was_known_before():
    assert read({"named": False}, named=True, number="A-1") == {"named": False}
    assert set(refused({"number": "A-1", "kind": "a"}, named=True).fields) == {"named"}


def test_an_answer_taken_back_is_none_and_one_never_given_is_left_out():
    assert read({"named": False, "note": " "}, note="before") == {"named": False, "note": None}
    assert read({"named": False, "note": " "}) == {"named": False}


def test_a_stranger_is_named_with_what_the_form_asks_for():
    invalid = refused({"named": False, "notes": "x"})
    assert "did you mean “note”" in invalid.fields["notes"].en
    assert "named, number, kind, note" in invalid.fields["notes"].en
    assert "是否想写“note”" in invalid.fields["notes"].zh
    assert "nothing" in refused({"x": 1}, []).fields["x"].en


def test_every_mistake_is_reported_at_once_in_both_languages():
    invalid = refused({"named": "maybe", "note": "x" * 501, "zzz": 1})
    assert set(invalid.fields) == {"named", "note", "zzz"}
    assert "3 to mend" in invalid.say.en
    assert "named题、note题、zzz" in invalid.say.zh


def test_the_fields_asked_for_now_can_be_listed():
    assert forms.asked_now(FIELDS, NAMES, {"named": True}) == ["named", "number", "note"]


RAW = st.dictionaries(
    st.sampled_from([*NAMES, "stranger", ""]),
    st.none() | st.booleans() | st.integers() | st.text() | st.floats() | st.lists(st.text()),
)


@given(RAW, RAW)
def test_any_raw_input_is_read_or_refused_and_reading_again_changes_nothing(raw, known):
    try:
        values = forms.read(FIELDS, NAMES, raw, known={k: str(v) for k, v in known.items()})
    except Invalid:
        return
    assert set(values) <= set(NAMES)
    assert forms.read(FIELDS, NAMES, values) == {k: v for k, v in values.items() if v is not None}
