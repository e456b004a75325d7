"""Pieces of a markdown page in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from paizhu.kernel.text import Text

_AND: Final = Text("、", ", ")
_SIGNS: Final = str.maketrans('":;#', "”：；＃")


def said(what: Text, value: Text) -> Text:
    """Say what it is: `Limit: 5 working days`."""
    return Text(f"{what.zh}：{value.zh}", f"{what.en}: {value.en}")


def with_remark(one: Text, other: Text) -> Text:
    """Put a remark in brackets."""
    return Text(f"{one.zh}（{other.zh}）", f"{one.en} ({other.en})")


def only_when(one: Text, condition: Text) -> Text:
    """Add the condition."""
    return Text(f"{one.zh}，当{condition.zh}", f"{one.en}, when {condition.en}")


def joined(texts: Iterable[Text], between: Text = _AND) -> Text:
    """Put texts in a row."""
    each = list(texts)
    return Text(between.zh.join(t.zh for t in each), between.en.join(t.en for t in each))


def bullets(texts: Iterable[Text]) -> Iterator[Text]:
    """Give a list and the blank line after it."""
    yield from (Text(f"- {text.zh}", f"- {text.en}") for text in texts)
    yield same("")


def table(heads: Sequence[Text], rows: Iterable[Sequence[Text]]) -> Iterator[Text]:
    """Give a table and the blank line after it."""
    yield _row(heads)
    yield same("|" + " --- |" * len(heads))
    yield from (_row(row) for row in rows)
    yield same("")


def _row(cells: Sequence[Text]) -> Text:
    zh = (cell.zh.replace("|", "\\|").replace("\n", " ") for cell in cells)
    en = (cell.en.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return Text(f"| {' | '.join(zh)} |", f"| {' | '.join(en)} |")


def same(words: str) -> Text:
    """Give words that are the same in both languages: keys, dates."""
    return Text(words, words)


def plain(words: str) -> str:
    """Keep what mermaid takes for its own signs out of a label."""
    return words.translate(_SIGNS)
