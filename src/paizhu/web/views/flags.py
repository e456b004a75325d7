"""Flags: the list, why one was raised, and what a named person does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import explaining, flags, measures, screens, sources, triage, valuecards
from paizhu.analysis.models import Flag
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.screens import ScreenCard
from paizhu.casework import forms_cards, queries
from paizhu.casework.cards import OpenableProcedure, Option
from paizhu.kernel.errors import Invalid, NotAllowed, Refused
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import NOTHING_ENTERED, Entered, Form, action_form, outcome_form, posted, raw
from paizhu.web.views.acting import stored
from paizhu.web.views.matters import number_of

STATUSES = (
    Option("new", Text("待处理", "New")),
    Option("asked", Text("已询问", "Asked")),
    Option("dismissed", Text("不予询问", "Left, with reasons")),
    Option("explained", Text("已说明", "Explained")),
    Option("confirmed", Text("属实", "Confirmed")),
    Option("merged", Text("已并入", "Put to another")),
)
STATUS_WORDS = {option.value: option.title for option in STATUSES}
STEP_WORDS = STATUS_WORDS | {
    "upheld": Text("复看同意", "Second look: rightly left"),
    "reopened": Text("复看重新打开", "Second look: opened again"),
}
ABOVE = Text("高出最低价 %", "% above the lowest")
NO_POST = Text(
    "您的岗位不能就此提问，由直接监督该单位的派驻机构的承办干部提问。",
    "Your posts do not ask this. The officers of the team that supervises the unit do.",
)


def flag_list(request: HttpRequest) -> HttpResponse:
    """List the flags the reader may see."""
    asked, given = asking(request), request.GET
    status = given.get("status", "new")
    page = flags.list_flags(
        asked.who,
        now=asked.now,
        measure=given.get("measure", ""),
        status=status if status in STATUS_WORDS else "",
        page=number_of(given.get("page", "1")[:7]),
    )
    known = measures.measures()
    facts = {
        "page": page,
        "area": "flags",
        "status": status,
        "measure": given.get("measure", ""),
        "statuses": STATUSES,
        "measures": [Option(name, one.spec.title) for name, one in sorted(known.items())],
        "status_words": STATUS_WORDS,
        "looks": triage.waiting_looks(asked.who, now=asked.now),
    }
    return render(request, "web/flags.html", facts)


def flag(request: HttpRequest, flag: int) -> HttpResponse:
    """Say why a flag was raised, show its rows, and offer what may be done."""
    asked = asking(request)
    return _page(request, asked, flags.flag_for(asked.who, flag, now=asked.now))


def _page(
    request: HttpRequest, asked: Asking, found: Flag, *, refusal: Refused | None = None
) -> HttpResponse:
    acts = valuecards.known_acts_of(found, asked.who)
    within = bodies_within(asked.who, on=asked.on)
    own = found.body_id in within
    card = explaining.why(found, now=asked.now, known=acts, for_unit=not own)
    if card.rows:
        sources.note_reading([found.source], who=asked.who, what="flag", now=asked.now)
    verb = request.resolver_match.url_name if request.resolver_match else ""
    entered = Entered(posted(request.POST), refusal)
    related = triage.related(found, who=asked.who, now=asked.now)
    open_ones = tuple(
        Option(str(one.id), Text(f"{one.title.zh} · {one.subject} ({one.id})",
                                 f"{one.title.en} · {one.subject} ({one.id})"))
        for one in related
        if one.status in ("new", "asked")
    )  # fmt: skip
    facts = {
        "card": card,
        "area": "flags",
        "rate": flags.hit_rate(card.measure, who=asked.who, now=asked.now, within=within) if own else None,
        "status_words": STATUS_WORDS,
        "step_words": STEP_WORDS,
        "related": related,
        "may_ask": found.status == "new" and _offer(found.measure, asked) is not None,
        "no_post": NO_POST,
        "merged_into": found.merged_into_id if own else None,
        "screens": tuple(
            (one, _drawing(one, request.lang))  # type: ignore[attr-defined]
            for one in (screens.beside(found, now=asked.now) if own else ())
        ),
        "put_later": triage.put_later(found) if own else (),
        "done": triage.history(found, who=asked.who, now=asked.now),
        "quiet_since": found.closed_at if own and found.closed_at and found.last_seen > found.closed_at else None,
        "forms": tuple(
            _form(name, card.id, open_ones, entered if name == verb else NOTHING_ENTERED)
            for name in (_offered(found, asked) if own else ())
            if name != "merge_flag" or open_ones
        ),
    }  # fmt: skip
    return render(request, "web/flag.html", facts, status=422 if refusal else 200)


def _drawing(card: ScreenCard, lang: str) -> dict[str, object]:
    """Give what the script draws: each price as far above the lowest as it stands."""
    return {
        "id": f"screen-data-{card.measure}",
        "kind": "prices",
        "title": card.title.say(lang),
        "counts": ABOVE.say(lang),
        "rows": [[point.label, float(point.above), point.amount] for point in card.points],
    }


def _offered(found: Flag, asked: Asking) -> tuple[str, ...]:
    """Say which forms a flag offers this person."""
    if triage.look_waits(found, who=asked.who):
        return ("uphold_flag", "reopen_flag")
    offered = {"new": ("dismiss_flag", "merge_flag"), "asked": ("explain_flag", "confirm_flag")}
    return offered.get(found.status, ())


def _form(verb: str, flag: int, into: tuple[Option, ...], entered: Entered) -> Form:
    url = reverse(verb, kwargs={"flag": flag})
    return outcome_form(verb, url=url, into=into if verb == "merge_flag" else (), entered=entered)


def ask(request: HttpRequest, flag: int) -> HttpResponse:
    """Show the question filled in from the flag, and open it."""
    asked = asking(request)
    found = flags.flag_for(asked.who, flag, now=asked.now)
    entered = Entered(_filled(found, request, asked))
    if request.method == "POST":
        try:
            receipt = flags.ask(found.pk, actor=asked.who, now=asked.now, raw=raw(request))
        except Invalid as refusal:
            entered = Entered(posted(request.POST), refusal)
        else:
            return stored(request, receipt)
    if sources.is_readable(found.source, on=asked.on):
        sources.note_reading([found.source], who=asked.who, what="flag", now=asked.now)
    offer = _offer(found.measure, asked)
    if offer is None:
        raise NotAllowed(NO_POST)
    procedure = offer.procedure
    body = offer.bodies[0].value
    card = forms_cards.opening_form(asked.who, procedure, body, on=asked.on)
    form = action_form(card, url=request.path, version=None, entered=entered)
    facts = {
        "form": form,
        "card": card,
        "offer": offer,
        "body": body,
        "flag": found,
        "area": "flags",
    }
    status = 422 if entered.refusal else 200
    return render(request, "web/open_new.html", facts, status=status)


def _offer(measure: str, asked: Asking) -> OpenableProcedure | None:
    """Give what the reader may open to ask about a flag of this measure; None where nothing."""
    procedure = measures.measure_named(measure).spec.procedure or ""
    offers = queries.openable(asked.who, on=asked.on)
    return next((offer for offer in offers if offer.procedure == procedure), None)


def _filled(found: Flag, request: HttpRequest, asked: Asking) -> dict[str, tuple[str, ...]]:
    """Give what the flag fills in, the unit as its list names it."""
    lang = request.lang  # type: ignore[attr-defined]
    filled = explaining.prefilled(found, language=lang, now=asked.now)
    unit = found.body.name.say(lang)
    return {
        name: (unit if value == found.body.code else str(value),) for name, value in filled.items()
    }


Given = dict[str, object]


def _closing(close: Callable[[Asking, int, Given], None]) -> Callable[..., HttpResponse]:
    """Make a view that says with reasons what becomes of a flag."""

    def view(request: HttpRequest, flag: int) -> HttpResponse:
        asked = asking(request)
        try:
            close(asked, flag, raw(request))
        except Invalid as refusal:
            found = flags.flag_for(asked.who, flag, now=asked.now)
            return _page(request, asked, found, refusal=refusal)
        return HttpResponseRedirect(reverse("flag", kwargs={"flag": flag}))

    return view


def _reasons(given: Given) -> str:
    return str(given.get("reasons", ""))


def _dismiss(asked: Asking, flag: int, given: Given) -> None:
    flags.dismiss(flag, reasons=_reasons(given), actor=asked.who, now=asked.now)


def _settle(outcome: Literal["explained", "confirmed"]) -> Callable[[Asking, int, Given], None]:
    def close(asked: Asking, flag: int, given: Given) -> None:
        flags.settle(flag, outcome=outcome, reasons=_reasons(given), actor=asked.who, now=asked.now)

    return close


def _merge(asked: Asking, flag: int, given: Given) -> None:
    into = str(given.get("into", ""))
    if not (into.isascii() and into.isdigit() and len(into) < 18):
        say = Text("请选择并入哪一条。", "Please choose the flag to put it to.")
        raise Invalid(say, fields={"into": say})
    triage.merge(flag, into=int(into), reasons=_reasons(given), actor=asked.who, now=asked.now)


def _look(outcome: Literal["upheld", "reopened"]) -> Callable[[Asking, int, Given], None]:
    def close(asked: Asking, flag: int, given: Given) -> None:
        triage.look_again(
            flag, outcome=outcome, reasons=_reasons(given), actor=asked.who, now=asked.now
        )

    return close


dismiss = _closing(_dismiss)
explain = _closing(_settle("explained"))
confirm = _closing(_settle("confirmed"))
merge = _closing(_merge)
uphold = _closing(_look("upheld"))
reopen = _closing(_look("reopened"))
