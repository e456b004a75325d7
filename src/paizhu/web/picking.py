"""What is picked from a list: the page shows a name, the door is given the key it stands for.

A form says with each such list which name stands for which key, in a hidden input beside it, so that
no key stands among the words. A name in the list twice keeps its key: `王岚 · person:17`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from paizhu.casework.cards import Option
from paizhu.kernel.text import Text

#: `k.<field>`, or `k.<field>[].<column>` for a column of lines.
PREFIX = "k."
PICKED = re.compile(r".* · ((?:person|body):[0-9]+)")


@dataclass(frozen=True, slots=True)
class Picks:
    """The keys that stand behind the names of a form as it was posted, by field."""

    by_field: Mapping[str, Mapping[str, object]]

    def key(self, field: str, value: str) -> str:
        """Give the key a value stands for; what is no name of the list stays as it was typed."""
        found = self.by_field.get(field, {}).get(value.strip())
        if isinstance(found, str):
            return found
        picked = PICKED.fullmatch(value.strip())
        return picked[1] if picked else value


def picks(data: QueryDict) -> Picks:
    """Read which names stand for which keys; what a form of ours never sent names nothing."""
    named = (name for name in data if name.startswith(PREFIX))
    return Picks({name.removeprefix(PREFIX): sent(data[name]) for name in named})


def names(options: Iterable[Option]) -> tuple[Text, ...]:
    """Give the names of a list, with the key behind those that stand in it twice."""
    listed = tuple(options)
    zh, en = (Counter(one.title.say(lang) for one in listed) for lang in ("zh", "en"))
    return tuple(
        one.title
        if zh[one.title.zh] == en[one.title.en] == 1
        else Text(f"{one.title.zh} · {one.value}", f"{one.title.en} · {one.value}")
        for one in listed
    )


def keys(options: Iterable[Option]) -> str:
    """Give as JSON which name stands for which key, in both languages: a draft outlives a switch."""
    listed = tuple(options)
    said = zip(names(listed), listed, strict=True)
    return json.dumps(
        {words: one.value for name, one in said for words in (name.zh, name.en)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def sent(text: str) -> Mapping[str, object]:
    """Give what a form of ours sent as JSON by name; what none of ours ever sent is empty."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
