"""Every word exists in both languages, and every refusal says what and why."""

from __future__ import annotations

import pytest

from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from paizhu.kernel.text import Text, Word

SAY = Text("不可以：回避。请换人办理。", "Not allowed: recusal. Let someone else act.")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("zh", "问题线索"), ("zh-hans", "问题线索"), ("", "问题线索"), ("fr", "问题线索"),
     ("en", "clue"), ("en-gb", "clue")],
)  # fmt: skip
def test_a_text_is_chinese_unless_english_is_asked_for(lang, expected):
    assert Text("问题线索", "clue").say(lang) == expected


@pytest.mark.parametrize("given", [{"zh": "线索"}, {"en": "clue"}, {}])
def test_a_text_with_one_language_cannot_be_made(given):
    with pytest.raises(TypeError, match="missing"):
        Text(**given)


@pytest.mark.parametrize("kind", [NotAllowed, Invalid, NotFound, Conflict])
def test_a_refusal_carries_its_words_and_the_rule_that_refuses(kind):
    with pytest.raises(Refused, match="Let someone else act") as refused:
        raise kind(SAY, basis="supervision-rules/recusal")
    assert refused.value.say == SAY
    assert refused.value.basis == "supervision-rules/recusal"
    assert kind(SAY).basis == ""


def test_an_invalid_form_says_which_fields_are_wrong():
    wrong = {"amount": Text("不是金额", "not an amount")}
    refused = Invalid(SAY, fields=wrong)
    wrong.clear()
    assert list(refused.fields) == ["amount"]
    assert Invalid(SAY).fields == {}


def test_a_place_in_a_sentence_chooses_the_word_that_goes_with_its_number():
    sentence = "{n} {n:row is|rows are} left, {n:>3}"
    said = [sentence.format(n=Word(n)) for n in (0, 1, 2)]
    assert said == ["0 rows are left,   0", "1 row is left,   1", "2 rows are left,   2"]
