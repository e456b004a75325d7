"""Text cut into the pieces a search looks up: words, and pairs of Chinese characters.

Chinese has no spaces. Every two neighbors are a piece, so a name of two characters is found by one
look-up and a longer word by its pairs. What is found is compared with the text itself afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import add

_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_CHINESE}]+|[^\\W_{_CHINESE}]+")
_ACCENT = re.compile("[\u0300-\u036f]+")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")
#: So long a name may be.
NAME = 40


@dataclass(frozen=True, slots=True)
class Sought:
    """The pieces a text must have to hold some words; the last may be the beginning of one."""

    whole: tuple[str, ...]
    beginning: str = ""


def folded(text: str) -> str:
    """Give a text without the difference of case, width and accents."""
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold())


#: Characters, words and names come again and again.
_of_one = lru_cache(maxsize=16384)(folded)


def pieces(text: str) -> dict[str, None]:
    """Give every piece of a text once, in the order they come."""
    found: dict[str, None] = {}
    for run in _RUN.findall(folded(text)):
        if _IS_CHINESE.match(run):
            # The last character stands alone too: one is sought as the beginning of a piece.
            found.update(dict.fromkeys(map(add, run, run[1:])))
            found[run[-1]] = None
        else:
            found[run] = None
    return found


def sought(word: str) -> Sought:
    """Give the pieces of what somebody typed."""
    runs = _RUN.findall(folded(word))
    whole: list[str] = []
    for run in runs[:-1]:
        whole += _pairs(run)
    if not runs:
        return Sought(())
    last = runs[-1]
    if _IS_CHINESE.match(last) and len(last) > 1:
        return Sought((*whole, *_pairs(last)))
    return Sought(tuple(whole), last)


def _pairs(run: str) -> list[str]:
    if not _IS_CHINESE.match(run):
        return [run]
    return [run[start : start + 2] for start in range(len(run) - 1)] or [run]


def find(word: str, text: str) -> tuple[int, int] | None:
    """Give where a word begins and ends in a text, case, width and accents aside."""
    wanted = _of_one(word)
    whole = _of_one(text) if len(text) <= NAME else folded(text)
    if not wanted or wanted not in whole:
        return None
    shape = [_of_one(char) for char in text]
    start = "".join(shape).find(wanted)
    if start < 0:  # marks of one sign were put in order: it is there, but no place can be told
        return None
    ends = list(accumulate(map(len, shape)))  # where each character of the text ends, folded
    return bisect(ends, start), bisect(ends, start + len(wanted) - 1) + 1
