"""A value has one form of bytes, and a digest names how it was made."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paizhu.kernel.digest import ALGORITHMS, canonical, digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_the_canonical_form_is_this_very_text():
    value = {"b": [1, True, None], "a": {"说明": "派驻", "A": 'quote " and \\'}, "": "\n"}
    assert canonical(value) == (
        r'{"":"\n","a":{"A":"quote \" and \\","说明":"派驻"},"b":[1,true,null]}'.encode()
    )


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON, max_size=6))
def test_the_order_of_keys_changes_nothing(value):
    keys = list(value)
    random.Random(1).shuffle(keys)
    assert canonical({key: value[key] for key in keys}) == canonical(value)


@given(JSON)
def test_canonical_bytes_read_back_give_the_same_bytes(value):
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_has_not_are_refused(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"amount": [number]})


@pytest.mark.parametrize("value", [date(2025, 1, 1), b"bytes", {1, 2}, object()])
def test_what_json_has_no_form_for_is_refused(value):
    with pytest.raises(TypeError, match="not JSON serializable"):
        canonical({"value": value})


def test_text_that_is_no_text_is_refused():
    with pytest.raises(ValueError, match="surrogates not allowed"):
        canonical("\ud800")


@pytest.mark.parametrize(
    ("data", "algorithm", "expected"),
    [
        # FIPS 180-2, appendix B.1; the empty message.
        (b"abc", "sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (b"", "sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        # GB/T 32905-2016, appendix A.1 and A.2.
        (b"abc", "sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "sm3", "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_digests_are_those_of_the_standards(data, algorithm, expected):
    assert digest(data, algorithm) == f"{algorithm}:{expected}"
    assert algorithm in ALGORITHMS


def test_sha256_is_used_when_nothing_is_said():
    assert digest(b"abc").startswith("sha256:ba7816bf")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "SHA256", ""])
def test_an_algorithm_that_is_not_listed_is_refused(algorithm):
    with pytest.raises(ValueError, match="use sha256 or sm3"):
        digest(b"abc", algorithm)
