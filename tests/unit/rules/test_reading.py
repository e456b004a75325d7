"""YAML is read strictly: what could be misread is refused, and every key keeps its line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paizhu.rules.reading import Unreadable, read_yaml


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("007", "007"),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("1.50", Decimal("1.50")),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2025-06-01", date(2025, 6, 1)),
        ("2025-06-31", "2025-06-31"),
        ("'2025-06-01'", "2025-06-01"),
        ("'true'", "true"),
        ("5 working days", "5 working days"),
        ("[]", []),
        ("{}", {}),
        ("[a, [b]]", ["a", ["b"]]),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_a_plain_word_keeps_its_plain_meaning(written, value):
    read = read_yaml(f"key: {written}".encode()).data["key"]
    assert read == value
    assert type(read) is type(value)


def test_keys_may_be_words_days_and_numbers_and_keep_their_lines():
    source = read_yaml(b"a:\n  2025-01-01: x\n  2026:\n    - y\n    - {z: 1}\n")
    assert source.data == {"a": {date(2025, 1, 1): "x", 2026: ["y", {"z": 1}]}}
    assert source.line(("a", "2025-01-01")) == 2
    assert source.line(("a", "2026", "1", "z")) == 5
    assert source.line(("a", "2026", "1", "missing", "deeper")) == 5
    assert source.line(("nothing",)) == 1


def test_a_number_in_a_path_is_left_out_where_one_item_stands_alone():
    source = read_yaml(b"one: x\nmany: [x]\n")
    assert source.written(("one", "0")) == ("one",)
    assert source.written(("many", "0")) == ("many", "0")
    assert source.written(("new", "key")) == ("new", "key")


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a: 1\nb: \xff\n", 2, "UTF-8"),
        (b"", 1, "empty"),
        (b"# only a comment\n", 1, "empty"),
        (b"a: 1\na: 2\n", 2, "stands twice, first on line 1"),
        (b"a: 1\n---\nb: 1\n", 2, "one declaration"),
        (b"a: &x 1\n", 1, "Anchors"),
        (b"&x a: 1\n", 1, "Anchors"),
        (b"a: *x\n", 1, "Anchors"),
        (b"a: !t 1\n", 1, "Tags"),
        (b"a: 1\n[b]: 2\n", 2, "one word"),
        (b"a: [1\nb: 2\n", 2, "not YAML"),
        (b"a: 1\nb: \x07\n", 1, "not YAML"),
        (b"a: " + b"[" * 60 + b"]" * 60, 1, "deeply"),
    ],
)
def test_what_could_be_misread_is_refused_on_its_line(data, line, words):
    with pytest.raises(Unreadable) as refused:
        read_yaml(data)
    assert words in refused.value.say.en
    mistake = refused.value.mistake("pack/file.yaml")
    assert mistake.file == "pack/file.yaml"
    assert mistake.line == line


def test_a_byte_order_mark_is_no_content():
    assert read_yaml(b"\xef\xbb\xbfa: 1").data == {"a": 1}


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_and_never_crash(data):
    try:
        source = read_yaml(data)
    except Unreadable:
        return
    assert all(line >= 1 for line in source.lines.values())
