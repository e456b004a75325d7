"""The rows of the list of matters, drawn in one go."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from paizhu.casework.cards import MatterRow
from paizhu.kernel.text import Text
from paizhu.web import marks

FOR_ME = Text("等我", "for me")
OPENED = Text("登记", "Opened")
BETWEEN = '<span class="soft"> · </span>'
#: A value of so many bytes, such as a date, is not broken over two lines.
SHORT = 18


def matter_rows(rows: Iterable[MatterRow], lang: str) -> SafeString:
    """Draw the rows of a list of matters."""
    return mark_safe("\n".join(_row(row, lang) for row in rows))


def _row(row: MatterRow, lang: str) -> str:
    for_me = f' <span class="stamp calm">{FOR_ME.say(lang)}</span>' if row.waiting_for_me else ""
    listed = BETWEEN.join(
        f'<span class="nowrap soft small">{escape(line.label.say(lang))}</span>'
        f' <span class="{_wrapped(line.text.say(lang))}">{escape(line.text.say(lang))}</span>'
        for line in row.listed
    )
    return (
        f'<tr><td class="nowrap"><a class="ref" data-row'
        f' href="{marks.address("matter", ref=row.ref)}">{escape(row.ref)}</a>{for_me}'
        f'<div class="small soft">{escape(row.procedure_title.say(lang))}</div></td>'
        f"<td>{listed}</td>"
        f'<td><span class="stamp {"final" if row.final else "stage"}">'
        f"{escape(row.stage_title.say(lang))}</span></td>"
        f'<td class="body">{escape(row.body.say(lang))}</td>'
        f'<td class="nowrap" data-head="{OPENED.say(lang)}">{marks.day(row.opened_date, lang)}</td>'
        f"<td>{_clock(row, lang)}</td></tr>"
    )


def _wrapped(said: str) -> str:
    return "wrap nowrap" if len(said.encode()) <= SHORT else "wrap"


def _clock(row: MatterRow, lang: str) -> str:
    clock = row.next_clock
    if clock is None:
        return ""
    due = marks.day(clock.due_date, lang) if clock.due_date else ""
    return f'{marks.chip(clock, lang)} <span class="small soft nowrap">{due}</span>'
