"""Search: a page of what was found, and the short answers of the palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import searching
from paizhu.casework.searching import Found, FoundMatter
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking
from paizhu.web.navigation import Shown, places_for
from paizhu.web.speech import say_day

LONGEST = 80
MOST, MOST_QUICK = 20, 6
MATTERS, UNITS = Text("事项", "Matters"), Text("监督单位", "Units")
HOLDERS, OPENABLE = Text("岗位人员", "Holders of posts"), Text("新办", "Open a new matter")


def cut(looked_at: int) -> Text:
    """Say that older matters were not looked at. Whether there are any is nobody's business."""
    return Text(
        f"含有这些字的事项，只比对了最近登记的 {looked_at} 件；更早的没有看。请加词，或写上编号、年份。",
        f"Of the matters that hold these pieces only the {looked_at} last registered were compared; older "
        "ones were not looked at. Add a word, or part of a number, such as its year.",
    )


#: Of any search of whoever knows of that many, whatever was found or ended it.
LAST_ONLY = Text(
    "含有这些字的事项很多时，只比对最近登记的一部分。要找更早的，请加词，或写上编号、年份。",
    "Where very many matters hold these pieces, only the last registered are compared. To find older "
    "ones add a word, or part of a number, such as its year.",
)
Item = dict[str, str]


def search(request: HttpRequest) -> HttpResponse:
    """Show what was found of what the reader may know of."""
    asked, query = asking(request), _query(request)
    found = searching.search(asked.who, query, on=asked.on, most=MOST)
    places = [shown for _, group in places_for(asked.who) for shown in group]
    places = [shown for shown in places if found.words and _is_called(shown, found)]
    facts = {
        "area": "search",
        "query": query,
        # Also shown in the field at the top of the page.
        "filter": {"query": query},
        "found": found,
        "cut": _told(asked, found),
        "places": places,
        "beside": found.units or found.holders or found.openable or places,
    }
    return render(request, "web/search.html", facts)


def quick(request: HttpRequest) -> JsonResponse:
    """Answer the palette: a few of each kind, in the language of the page."""
    asked = asking(request)
    lang: str = request.lang  # type: ignore[attr-defined]
    found = searching.search(asked.who, _query(request), on=asked.on, most=MOST_QUICK)
    groups = (
        (MATTERS, [_matter(one, lang) for one in found.matters]),
        (UNITS, [_item(one.name.say(lang), one.code, "unit", one.code) for one in found.units]),
        (HOLDERS, [
            _item(
                one.name.say(lang), f"{one.body_name.say(lang)} · {one.title.say(lang)}",
                "post", one.body_code, one.post,
            )
            for one in found.holders
        ]),
        (OPENABLE, [
            _item(one.title.say(lang), body.title.say(lang), "open_new", one.procedure, body.value)
            for one in found.openable
            for body in one.bodies
        ]),
    )  # fmt: skip
    told = [{"title": title.say(lang), "items": items} for title, items in groups if items]
    answer: dict[str, object] = {"groups": told}
    if found.looked_at:
        answer["note"] = cut(found.looked_at).say(lang)
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _told(asked: Asking, found: Found) -> Text | None:
    if found.looked_at:
        return cut(found.looked_at)
    return LAST_ONLY if found.words and searching.leaves_out(asked.who) else None


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST]


def _is_called(shown: Shown, found: Found) -> bool:
    return searching.is_called(found.words, shown.place.title)


def _matter(one: FoundMatter, lang: str) -> Item:
    said = (one.procedure_title, one.stage_title, one.body)
    detail = " · ".join([*(text.say(lang) for text in said), say_day(one.opened_date, lang)])
    return _item(one.ref, detail, "matter", one.ref)


def _item(title: str, detail: str, address: str, *parts: str) -> Item:
    return {"title": title, "detail": detail, "url": reverse(address, args=parts)}
