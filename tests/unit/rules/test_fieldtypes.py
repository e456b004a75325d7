"""Twelve field types: read as people write, shown in both languages, described for machines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paizhu.kernel.digest import canonical
from paizhu.kernel.errors import Invalid
from paizhu.rules.fieldtypes import TYPES, is_empty, possible_values
from paizhu.rules.spec import FieldSpec

OPTIONS = {
    "talk": {"zh": "谈话函询", "en": "Talk"},
    "verify": {"zh": "初步核实", "en": "Verify"},
    "hold": {"zh": "暂存", "en": "Hold"},
}

COLUMNS = {
    "what": {"type": "text", "title": {"zh": "事项", "en": "What"}},
    "until": {"type": "date", "title": {"zh": "期限", "en": "Until"}, "required": False},
    "who": {"type": "organization", "title": {"zh": "单位", "en": "Who"}, "required": False},
}


def spec(kind, **more):
    options = OPTIONS if kind in ("choice", "choices") else {}
    columns = COLUMNS if kind == "lines" else {}
    return FieldSpec.model_validate(
        {"type": kind, "title": {"zh": "字段", "en": "Field"}, "options": options,
         "columns": columns, **more}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "raw", "value", "zh", "en"),
    [
        ("text", "  一  行\n文字 ", "一 行 文字", "一 行 文字", "一 行 文字"),
        ("text", 2025, "2025", "2025", "2025"),
        ("longtext", " 两行\r\n文字\r ", "两行\n文字", "两行\n文字", "两行\n文字"),
        ("longtext", date(2025, 1, 2), "2025-01-02", "2025-01-02", "2025-01-02"),
        ("number", "１２", 12, "12", "12"),
        ("number", "1,234", 1234, "1,234", "1,234"),
        ("number", " -5 ", -5, "-5", "-5"),
        ("number", 7, 7, "7", "7"),
        ("number", 7.0, 7, "7", "7"),
        ("number", Decimal("8.00"), 8, "8", "8"),
        ("money", "１，２３４．５", "1234.50", "1,234.50", "1,234.50"),
        ("money", 1000, "1000.00", "1,000.00", "1,000.00"),
        ("money", Decimal("0.5"), "0.50", "0.50", "0.50"),
        ("date", "2026-01-05", "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", "2026年1月5日", "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", "２０２６年１月５日", "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", "2026/1/5", "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", "2026.12.31", "2026-12-31", "2026年12月31日", "31 December 2026"),
        ("date", "20260105", "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", 20260105, "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", date(2026, 1, 5), "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("date", datetime(2026, 1, 5, tzinfo=UTC), "2026-01-05", "2026年1月5日", "5 January 2026"),
        ("choice", "talk", "talk", "谈话函询", "Talk"),
        ("choice", "谈话函询", "talk", "谈话函询", "Talk"),
        ("choice", " Verify ", "verify", "初步核实", "Verify"),
        ("choices", ["hold", "talk", "hold", ""], ["talk", "hold"], "谈话函询、暂存", "Talk, Hold"),
        ("choices", "暂存、talk", ["talk", "hold"], "谈话函询、暂存", "Talk, Hold"),
        ("yesno", True, True, "是", "Yes"),
        ("yesno", "否", False, "否", "No"),
        ("yesno", "Yes", True, "是", "Yes"),
        ("yesno", "false", False, "否", "No"),
        ("yesno", 1, True, "是", "Yes"),
        ("person", " person:17 ", "person:17", "person:17", "person:17"),
        ("organization", "body:3", "body:3", "body:3", "body:3"),
        ("files", ["a.pdf", "", "b.pdf"], ["a.pdf", "b.pdf"], "a.pdf、b.pdf", "a.pdf, b.pdf"),
        ("files", "a.pdf", ["a.pdf"], "a.pdf", "a.pdf"),
        ("organizations", ["body:3", "body:4", "body:3"], ["body:3", "body:4"], "body:3、body:4", "body:3, body:4"),
        ("organizations", "body:3、body:4", ["body:3", "body:4"], "body:3、body:4", "body:3, body:4"),
        ("lines", "检查 | 2026年1月5日 | body:3\n\n｜｜\n复核", [{"what": "检查", "until": "2026-01-05", "who": "body:3"}, {"what": "复核"}],
         "检查 | 2026年1月5日 | body:3\n复核 |  | ", "检查 | 5 January 2026 | body:3\n复核 |  | "),
        ("lines", [{"what": "a"}, {"until": ""}, ["b"], "c"], [{"what": "a"}, {"what": "b"}, {"what": "c"}],
         "a |  | \nb |  | \nc |  | ", "a |  | \nb |  | \nc |  | "),
        ("code", " Ａ－１　号 ", "A-1 号", "A-1 号", "A-1 号"),
    ],
)  # fmt: skip
def test_a_value_is_read_as_people_write_it_and_shown_in_both_languages(kind, raw, value, zh, en):
    row = TYPES[kind]
    read = row.read(raw, spec(kind))
    assert read == value
    assert type(read) is type(value)
    assert row.show(read, spec(kind), "zh") == zh
    assert row.show(read, spec(kind), "en") == en
    assert row.read(read, spec(kind)) == read, "what is stored reads as itself"


@pytest.mark.parametrize(
    ("kind", "raw", "more", "words"),
    [
        ("text", True, {}, "words"),
        ("text", ["a"], {}, "words"),
        ("text", "a\x00b", {}, "U+0000"),
        ("text", "a\ud800", {}, "U+D800"),
        ("text", "长" * 501, {}, "at most 500"),
        ("text", "abc", {"max": 2}, "at most 2"),
        ("longtext", "abc", {"min": 4}, "at least 4"),
        ("number", "十二", {}, "whole number"),
        ("number", "1.5", {}, "whole number"),
        ("number", 1.5, {}, "whole number"),
        ("number", float("nan"), {}, "whole number"),
        ("number", Decimal("Infinity"), {}, "whole number"),
        ("number", 10**50, {}, "whole number"),
        ("number", True, {}, "whole number"),
        ("number", None, {}, "whole number"),
        ("number", 3, {"max": 2}, "above 2"),
        ("number", 1, {"min": 2}, "below 2"),
        ("money", "1万", {}, "not an amount"),
        ("money", "1.005", {}, "decimal places"),
        ("money", "5", {"max": 4}, "above 4"),
        ("date", "2026-02-30", {}, "not a date"),
        ("date", "5.1.2026", {}, "not a date"),
        ("date", datetime(2026, 1, 5, 8, tzinfo=UTC), {}, "not a date"),
        ("date", True, {}, "not a date"),
        ("choice", "other", {}, "Talk (talk)"),
        ("choice", ["talk"], {}, "Choose from"),
        ("choices", ["talk", "other"], {}, "Choose from"),
        ("choices", 5, {}, "Choose from"),
        ("yesno", "maybe", {}, "yes or no"),
        ("yesno", [], {}, "yes or no"),
        ("code", "x" * 65, {}, "at most 64"),
        ("code", 12.5, {}, "words"),
        ("files", [{"a": 1}], {}, "words"),
        ("organizations", [True], {}, "words"),
        ("lines", 5, {}, "Write one line each"),
        ("lines", [{}], {}, "at least one line"),
        ("lines", "a|2026-01-05|b|c", {}, "Line 1 has 4 cells for 3 columns"),
        ("lines", ["a", {"untill": "x"}], {}, "Line 2: There is no column named “untill”; did you mean “until”"),
        ("lines", "a|soon", {}, "Line 1: “soon” is not a date"),
        ("lines", "|2026-01-05", {}, "Line 1 lacks “What”"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_both_languages(kind, raw, more, words):
    with pytest.raises(Invalid) as refused:
        TYPES[kind].read(raw, spec(kind, **more))
    assert words in refused.value.say.en
    assert refused.value.say.zh


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_is_shown_for_no_answer(kind):
    assert TYPES[kind].show(None, spec(kind), "zh") == ""


def test_an_option_that_is_gone_is_still_shown_by_its_key():
    assert TYPES["choice"].show("gone", spec("choice"), "zh") == "gone"


@pytest.mark.parametrize(
    ("kind", "more", "schema"),
    [
        ("text", {}, {"type": "string", "minLength": 1, "maxLength": 500}),
        ("longtext", {"min": 4, "max": 9}, {"type": "string", "minLength": 4, "maxLength": 9}),
        ("number", {"min": 0}, {"type": "integer", "minimum": 0}),
        ("number", {"max": 9}, {"type": "integer", "maximum": 9}),
        ("date", {}, {"type": "string", "format": "date"}),
        ("choice", {}, {"type": "string", "enum": ["talk", "verify", "hold"]}),
        ("yesno", {}, {"type": "boolean"}),
        (
            "lines",
            {},
            {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["what"],
                    "additionalProperties": False,
                    "properties": {
                        "what": {"type": "string", "minLength": 1, "maxLength": 500},
                        "until": {"type": "string", "format": "date"},
                        "who": {"type": "string", "minLength": 1, "maxLength": 200},
                    },
                },
            },
        ),
    ],
)
def test_a_type_is_described_by_json_schema(kind, more, schema):
    assert TYPES[kind].schema(spec(kind, **more)) == schema


def test_the_registry_is_closed_and_each_row_complete():
    assert set(TYPES) == set(FieldSpec.model_fields["type"].annotation.__args__)
    for name, row in TYPES.items():
        assert row.name == row.widget == name
        assert row.title.zh
        assert row.schema(spec(name))["type"]
        assert row.longest >= 0
        assert row.cell in ("text", "number", "date", "list")
    with pytest.raises(TypeError):
        TYPES["thirteenth"] = TYPES["text"]


def test_only_choices_of_one_and_yes_or_no_can_be_listed_beforehand():
    assert [name for name, row in TYPES.items() if row.is_finite] == ["choice", "yesno"]
    assert possible_values(spec("yesno")) == (True, False)
    assert possible_values(spec("choice")) == ("talk", "verify", "hold")


@pytest.mark.parametrize(
    ("raw", "empty"),
    [(None, True), ("", True), (" \n", True), ([], True), (["", None], True), (("",), True),
     (False, False), (0, False), ("0", False), (["a", ""], False), ({}, False)],
)  # fmt: skip
def test_false_and_nought_are_answers(raw, empty):
    assert is_empty(raw) is empty


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", TYPES)
@given(raw=JSON)
def test_any_input_is_read_or_refused_and_what_is_read_can_be_stored(kind, raw):
    try:
        value = TYPES[kind].read(raw, spec(kind))
    except Invalid:
        return
    canonical(value)
    assert isinstance(TYPES[kind].show(value, spec(kind), "en"), str)
    if not is_empty(value):
        assert TYPES[kind].read(value, spec(kind)) == value
