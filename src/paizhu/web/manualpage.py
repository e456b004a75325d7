"""The manual page of a procedure as HTML, from the markdown that the rules write of themselves.

Only the few forms that `rules.explain` writes are read: heads, lists, tables, code; everything is
escaped before it is drawn. The diagram is drawn by `web.diagram` and left out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

CODE = re.compile(r"`([^`]+)`")
CELLS = re.compile(r"(?<!\\)\|")
RULER = re.compile(r"\|( --- \|)+")


def html(markdown: str) -> SafeString:
    """Draw the page without its first head and without the diagram."""
    lines = [line for line in _without_fences(markdown.splitlines()[1:]) if line.strip()]
    kept = [line for line, after in pairwise([*lines, "# "]) if not _is_empty_part(line, after)]
    return mark_safe("\n".join(_blocks(kept)))


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
