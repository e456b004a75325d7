"""The manual page of a procedure as HTML, from the markdown that the rules write of themselves.

Only the few forms that `rules.explain` writes are read: heads, lists, tables, code; everything is
escaped before it is drawn. The diagram is drawn by `web.diagram` and left out here. The keys that
the reference gives to whoever writes rules are left out too: an officer has no use for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

from paizhu.kernel.text import Text
from paizhu.web.speech import say_day

CODE = re.compile(r"`([^`]+)`")
CELLS = re.compile(r"(?<!\\)\|")
RULER = re.compile(r"\|( --- \|)+")
KEY_IN_HEAD = re.compile(r"(?<=\S) ?[（(]`[^`]+`[）)]$", re.MULTILINE)
#: Only lines of a list name other procedures; elsewhere a key may be that of a field or an action.
LINKED = re.compile(r"^- .*$", re.MULTILINE)
KEY_COLUMNS = ("键", "key")
DIGEST = re.compile(r"`(?:sha256|sm3):[0-9a-f]+`")
THIS_TEXT = Text("本版摘要", "Digest of this version")
PLACE = re.compile(r"\{(body|year|serial)(?::0?(\d+))?\}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
IN_CHINESE = re.compile(r"(?<=[一-鿿]) (?=\d+年)|(?<=\d日) (?=[一-鿿])")


def html(
    markdown: str, *, lang: str = "zh", titles: Mapping[str, Text] | None = None
) -> SafeString:
    """Draw the page without its first head and without the diagram; name procedures by title."""
    named = {key: title.say(lang) for key, title in (titles or {}).items()}
    markdown = PLACE.sub(_blank, DAY.sub(lambda day: _day(day[0], lang), markdown))
    markdown = IN_CHINESE.sub("", KEY_IN_HEAD.sub("", markdown))
    markdown = LINKED.sub(
        lambda line: CODE.sub(lambda key: named.get(key[1], key[0]), line[0]), markdown
    )
    markdown = DIGEST.sub(lambda digest: f"{THIS_TEXT.say(lang)} {digest[0]}", markdown, count=1)
    lines = [line for line in _without_fences(markdown.splitlines()[1:]) if line.strip()]
    kept = [line for line, after in pairwise([*lines, "# "]) if not _is_empty_part(line, after)]
    return mark_safe("\n".join(_blocks(kept)))


def _day(day: str, lang: str) -> str:
    """Say a day as everywhere; what only looks like one stays."""
    try:
        return say_day(date.fromisoformat(day), lang)
    except ValueError:
        return day


def _blank(place: re.Match[str]) -> str:
    """Write the blank of a number the way an office writes it: ×纪部〔××××〕×号."""
    return "×" * (4 if place[1] == "year" else int(place[2] or 1))


def _is_empty_part(line: str, after: str) -> bool:
    """Say whether a head has nothing below it: that of the diagram, which is drawn elsewhere."""
    return line.startswith("## ") and after.startswith(("# ", "## "))


def _without_fences(lines: Sequence[str]) -> Iterator[str]:
    is_in = False
    for line in lines:
        if line.startswith("```"):
            is_in = not is_in
        elif not is_in:
            yield line


def _blocks(kept: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(kept):
        sign = kept[at][:1]
        end = at + 1
        while sign in "-|" and sign and end < len(kept) and kept[end][:1] == sign:
            end += 1
        yield from _block(kept[at:end])
        at = end


def _block(lines: Sequence[str]) -> Iterator[str]:
    first = lines[0]
    if first.startswith("#"):
        level = len(first) - len(first.lstrip("#"))
        yield f"<h{level}>{_words(first.lstrip('# '))}</h{level}>"
    elif first.startswith("- "):
        yield "<ul>" + "".join(f"<li>{_words(line[2:])}</li>" for line in lines) + "</ul>"
    elif first.startswith("|"):
        yield _table(lines)
    else:
        yield f"<p>{_words(first)}</p>"


def _table(lines: Sequence[str]) -> str:
    head, *rest = [_cells(line) for line in lines if not RULER.fullmatch(line)]
    shown = [at for at, cell in enumerate(head) if cell not in KEY_COLUMNS]
    head, rest = [head[at] for at in shown], [[row[at] for at in shown] for row in rest]
    heads = "".join(f'<th scope="col">{_words(cell)}</th>' for cell in head)
    rows = "".join("<tr>" + "".join(f"<td>{_words(c)}</td>" for c in row) + "</tr>" for row in rest)
    return (
        '<div class="scroll" tabindex="0"><table class="sheet">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in CELLS.split(line)[1:-1]]


def _words(words: str) -> str:
    return CODE.sub(r"<code>\1</code>", escape(words))
