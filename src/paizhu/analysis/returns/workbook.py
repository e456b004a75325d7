"""A return as an .xlsx file: what the reader's page shows, no more, in one language."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter

from paizhu.analysis.returns.reading import Cell, ReturnCard
from paizhu.kernel.days import say
from paizhu.kernel.text import Lang, Text

_FORMS = {"count": "0", "percent": '0.0"%"', "days": "0.#", "rate": "0.00"}


def workbook(card: ReturnCard, lang: Lang) -> bytes:
    """Write a computed return, figures as numbers, with what it was computed from below."""
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet(card.span.name)
    heading = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    plain = book.add_format({"border": 1, "text_wrap": True})
    forms = {
        unit: book.add_format({"border": 1, "num_format": how}) for unit, how in _FORMS.items()
    }
    width = len(card.columns)
    page.merge_range(0, 0, 0, max(1, width), card.title.say(lang), heading)
    page.write_string(1, 0, f"{card.body.say(lang)}  {card.span.title.say(lang)}")
    page.write_row(3, 0, ["", *(title.say(lang) for title in card.columns)], head)
    for number, row in enumerate(card.rows, start=4):
        page.write_string(number, 0, row.title.say(lang), plain)
        for place, cell in enumerate(row.cells, start=1):
            _write(page, (number, place), cell, lang, forms.get(cell.figure.unit, plain))
    for number, note in enumerate(_notes(card), start=5 + len(card.rows)):
        page.write_string(number, 0, note.say(lang))
    page.set_column(0, 0, 32)
    page.set_column(1, max(1, width), 14)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    book.close()
    return held.getvalue()


def _write(page: Any, place: tuple[int, int], cell: Cell, lang: Lang, form: Any) -> None:
    figure = cell.figure
    if figure.number is None:
        page.write_string(*place, figure.shown.say(lang), form)
    else:
        page.write_number(*place, float(figure.number), form)
    if figure.interval:
        page.write_comment(*place, figure.interval.say(lang))


def _notes(card: ReturnCard) -> list[Text]:
    """Give what stands under the table: notes, and what the figures rest on."""
    why = [cell.why for row in card.rows for cell in row.cells if cell.why]
    found = [*card.notes, *dict.fromkeys(why)]
    if card.withholds:
        found.append(FEW)
    return [*found, rests_on(card)]


FEW = Text(
    "※ 涉及人员的小数目及可据以推算的数字不予显示。",
    "※ Small numbers about persons, and figures they could be worked out from, are not shown.",
)


def rests_on(card: ReturnCard, *, short: bool = False) -> Text:
    """Say what a computed return rests on, so that it can be counted again; a page needs no more
    of the digest than tells two texts apart.
    """
    on = say(card.on)
    text = card.text.rpartition(":")[2][:12] if short else card.text
    return Text(
        f"依据台账第 {card.seq} 页，状态截至{on.zh}；报表文本的摘要 {text}。",
        f"From page {card.seq} of the ledger, as things stood on {on.en};"
        f" digest of the text of the return {text}.",
    )
