"""The first letters of how Chinese is read: `wjw` finds 卫健委. A character may have several.

Every reading counts, so that names are found whichever is meant: 重庆 by `cq`, 曾 by `z`.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

# The readings of phrases are four fifths of the library, and would choose where we take them all.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin.constants import PINYIN_DICT

#: How a piece of initials is told from a word.
MARK = "0"
#: Of the letters of one character, so many are taken into pieces.
MOST_LETTERS = 2


@lru_cache(maxsize=8192)
def letters(char: str) -> str:
    """Give the letters a character may be read with, commonest first; of a digit, itself."""
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    readings = PINYIN_DICT.get(ord(char), "").split(",")
    plain = (unicodedata.normalize("NFD", reading)[:1] for reading in readings)
    return "".join(dict.fromkeys(letter for letter in plain if letter.isascii()))


def pieces(text: str) -> Iterator[str]:
    """Give each pair and triple of initials in a text, once for each way to read it."""
    options = [letters(char)[:MOST_LETTERS] for char in text]
    read = [option for option in options if option]
    for size in (2, 3):
        for start in range(len(read) - size + 1):
            for one in product(*read[start : start + size]):
                yield MARK + "".join(one)


def sought(word: str) -> list[str]:
    """Give the pieces that a text with these initials has; none when it cannot be initials."""
    if not (word.isascii() and word.isalpha() and len(word) > 1):
        return []
    word = word.lower()
    if len(word) == 2:
        return [MARK + word]
    return [MARK + word[start : start + 3] for start in range(len(word) - 2)]


def find(word: str, text: str) -> tuple[int, int] | None:
    """Give where the characters that a word is the initials of begin and end in a text."""
    read = _read(text)
    word = word.lower()
    for start in range(len(read) - len(word) + 1):
        if all(letter in read[start + n][1] for n, letter in enumerate(word)):
            return read[start][0], read[start + len(word) - 1][0] + 1
    return None


@lru_cache(maxsize=8192)
def _read(text: str) -> tuple[tuple[int, str], ...]:
    """Give the places of a text that are read, each with its letters."""
    places = ((place, letters(char)) for place, char in enumerate(text))
    return tuple((place, options) for place, options in places if options)
