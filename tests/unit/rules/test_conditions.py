"""The four forms of `when`, with what is known and with what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from paizhu.rules.conditions import fields_of, holds, outcomes
from paizhu.rules.spec import AllOf, AnyOf, Condition, FieldIn, FieldIs

READER: TypeAdapter[Condition] = TypeAdapter(Condition)
BOTH = frozenset({True, False})


def read(raw):
    return READER.validate_python(raw)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "color", "is": "red"}, True),
        ({"field": "color", "is": "blue"}, False),
        ({"field": "unanswered", "is": "red"}, False),
        ({"field": "color", "in": ["blue", "red"]}, True),
        ({"field": "color", "in": []}, False),
        ({"field": "yes", "is": True}, True),
        ({"field": "yes", "is": 1}, False),
        ({"field": "one", "is": True}, False),
        ({"field": "some", "is": "b"}, True),
        ({"field": "some", "in": ["c", "d"]}, False),
        ({"all": [{"field": "color", "is": "red"}, {"field": "yes", "is": True}]}, True),
        ({"all": [{"field": "color", "is": "red"}, {"field": "yes", "is": False}]}, False),
        ({"any": [{"field": "color", "is": "blue"}, {"field": "yes", "is": True}]}, True),
        ({"any": [{"field": "color", "is": "blue"}, {"field": "yes", "is": False}]}, False),
        ({"all": []}, True),
        ({"any": []}, False),
    ],
)
def test_a_condition_holds_for_the_values(condition, expected):
    values = {"color": "red", "yes": True, "one": 1, "some": ["a", "b"]}
    assert holds(read(condition), values) is expected


def test_no_condition_always_holds():
    assert holds(None, {})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"field": "free", "is": "x"}, BOTH),
        ({"all": [{"field": "free", "is": "x"}, {"field": "a", "is": "no"}]}, frozenset({False})),
        ({"all": [{"field": "free", "is": "x"}, {"field": "a", "is": "yes"}]}, BOTH),
        ({"any": [{"field": "free", "is": "x"}, {"field": "a", "is": "yes"}]}, frozenset({True})),
        ({"any": [{"field": "free", "is": "x"}, {"field": "a", "is": "no"}]}, BOTH),
    ],
)
def test_an_unknown_field_leaves_open_only_what_depends_on_it(condition, expected):
    assert outcomes(read(condition), {"a": "yes"}, unknown={"free"}) == expected


NAMES = st.sampled_from(["a", "b", "c"])
ANSWERS = st.sampled_from(["x", "y", True, False, 1])
LEAVES = st.builds(lambda f, v: FieldIs(field=f, **{"is": v}), NAMES, ANSWERS) | st.builds(
    lambda f, v: FieldIn(field=f, **{"in": tuple(v)}), NAMES, st.lists(ANSWERS, max_size=3)
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda p: AllOf(all=tuple(p)), st.lists(inner, max_size=3))
        | st.builds(lambda p: AnyOf(any=tuple(p)), st.lists(inner, max_size=3))
    ),
    max_leaves=8,
)
VALUES = st.dictionaries(NAMES, ANSWERS | st.none() | st.lists(ANSWERS, max_size=2))


@given(CONDITIONS, VALUES)
def test_with_everything_known_there_is_one_outcome_and_it_is_whether_it_holds(condition, values):
    assert outcomes(condition, values) == {holds(condition, values)}


@given(CONDITIONS, VALUES, ANSWERS)
def test_whatever_an_unknown_field_turns_out_to_be_was_among_the_outcomes(
    condition, values, answer
):
    possible = outcomes(condition, values, unknown={"a"})
    assert holds(condition, {**values, "a": answer}) in possible


@given(CONDITIONS)
def test_only_the_compared_fields_matter(condition):
    named = {one.field for one in fields_of(condition)}
    assert len(outcomes(condition, {}, unknown={"a", "b", "c"} - named)) == 1


def test_nothing_is_compared_without_a_condition():
    assert list(fields_of(None)) == []


@pytest.mark.parametrize("raw", ["source", {"field": "a"}, {"field": "a", "matches": "x"}, [1]])
def test_there_is_no_fifth_form(raw):
    with pytest.raises(ValueError):
        read(raw)
