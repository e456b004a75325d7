"""Numbers of articles as an English reader reads them: 第十四条至第十七条, Articles 14 to 17.

A law is cited in Chinese; its number is a number in any language. What is not wholly understood
stays as it was written: a wrong number would be worse than a foreign one.
"""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_NUMBER: Final = rf"[{_DIGITS}十百]+"
_ONE: Final = re.compile(
    rf"第({_NUMBER})条(之({_NUMBER}))?(?:第({_NUMBER})款)?(?:第({_NUMBER})项)?"
)
_TO_CHECK: Final = "（待核）"
_SAID: Final = {
    "全文": "the whole text",
    "附件": "annex",
    "条号未见": "number of the article not seen",
    "条号未读": "number of the article not read",
}


def english(article: str) -> str:
    """Say in English which articles are meant."""
    if article in _SAID:
        return _SAID[article]
    bare = article.removesuffix(_TO_CHECK)
    parts = [_part(part) for part in bare.split("、")]
    if any(part is None for part in parts):
        return article
    known = [part for part in parts if part is not None]
    head = "Articles" if len(known) > 1 or " to " in known[0] else "Article"
    said = known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"
    return f"{head} {said}{' (to be checked)' if bare != article else ''}"


def _part(part: str) -> str | None:
    """Say one article or a row of them; None when it is not understood."""
    ends = [_ONE.fullmatch(end) for end in part.split("至")]
    if len(ends) > 2 or any(end is None for end in ends):
        return None
    return " to ".join(_one(end) for end in ends if end is not None)


def _one(found: re.Match[str]) -> str:
    number, _, beside, paragraph, item = found.groups()
    said = str(_value(number)) + (f"-{_value(beside)}" if beside else "")
    inner = [
        f"{name} {_value(which)}"
        for name, which in (("paragraph", paragraph), ("item", item))
        if which
    ]
    return ", ".join((said, *inner))


def _value(number: str) -> int:
    """Read a Chinese number below a thousand."""
    total = digit = 0
    for sign in number:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
    return total + digit
