"""Writing down on the spot, on a phone: with or without a line, with or without scripts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import forms_cards, on_the_spot
from paizhu.casework.on_the_spot import Sent, SpotOffer
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.web import sealing
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import Entered, Form, Widget, action_form, posted, raw
from paizhu.web.policies import nothing_here

WORKER = Path(__file__).resolve().parents[1] / "static" / "web" / "field-worker.js"
#: A key of sending: made by the page, one for each record.
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: So many choices stand open, one tap each; more are a list to type in.
MOST_OPEN = 60
OPEN_TYPES = frozenset({"choice", "organization"})
NO_KEY = Text("页面已过期，请重新打开后再存。", "The page is too old. Open it again, then save.")
SENT = Text("已记录。", "Recorded.")
SENT_BEFORE = Text(
    "这条记录先前已经送达，没有重复登记。", "This had arrived before; nothing was recorded twice."
)


@dataclass(frozen=True, slots=True)
class Tapped:
    """A field of which one thing is chosen by one tap."""

    widget: Widget

    @property
    def is_open(self) -> bool:
        field = self.widget.field
        return field.type in OPEN_TYPES and 0 < len(field.options) <= MOST_OPEN


def field(request: HttpRequest) -> HttpResponse:
    """Ask what was seen; record it. A record kept on the phone that was refused is mended here."""
    asked = asking(request)
    offers = on_the_spot.offers(asked.who, on=asked.on)
    if not offers:
        raise nothing_here()
    if request.method != "POST":
        offer = _chosen(offers, request.GET.get("do", ""))
        return _page(request, offers, offer, Entered(), str(uuid.uuid4()))
    given, key = _given(request, asked)
    offer = _chosen(offers, given.get("do", ""))
    if "envelope" in request.POST and "mend" in request.POST:
        return _page(request, offers, offer, Entered(posted(given)), key)
    try:
        sent = _send(asked, offer, given, key)
    except Invalid as refusal:
        return _page(request, offers, offer, Entered(posted(given), refusal), key)
    said = SENT if sent.is_new else SENT_BEFORE
    messages.success(request, said.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(_where(sent))


def send(request: HttpRequest) -> HttpResponse:
    """Take what a phone kept: recorded, recorded before, or to be mended. Sent twice, it is one."""
    asked = asking(request)
    lang = request.lang  # type: ignore[attr-defined]
    try:
        given, key = _given(request, asked)
        offer = _chosen(on_the_spot.offers(asked.who, on=asked.on), given.get("do", ""))
        sent = _send(asked, offer, given, key)
    except (Invalid, NotAllowed, NotFound) as refusal:
        return JsonResponse({"state": "conflict", "say": _why(refusal, lang)}, status=422)
    return JsonResponse({"state": "sent", "ref": sent.ref, "url": _where(sent)})


def ready(request: HttpRequest) -> HttpResponse:
    """Say that somebody is signed in, who, and with what a form is sent."""
    return JsonResponse({"person": asking(request).who.person, "csrf": get_token(request)})


def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that keeps this one page, and no other, for when there is no line."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def _given(request: HttpRequest, asked: Asking) -> tuple[QueryDict, str]:
    """Give what was filled in and its key, sealed or not."""
    key = request.POST.get("key", "")
    if not KEY.fullmatch(key):
        raise Invalid(NO_KEY)
    if "envelope" not in request.POST:
        return request.POST, key
    opened = sealing.unseal(request.POST["envelope"], person=asked.who.person, key=key)
    return QueryDict(opened), key


def _chosen(offers: tuple[SpotOffer, ...], wanted: str) -> SpotOffer:
    """Give the way to record that was asked for; the first when none was."""
    found = next((offer for offer in offers if wanted in ("", offer.key)), None)
    if found is None:
        raise nothing_here()
    return found


def _send(asked: Asking, offer: SpotOffer, given: Mapping[str, object], key: str) -> Sent:
    typed = HttpRequest()
    typed.POST = given  # type: ignore[assignment]
    return on_the_spot.send(
        actor=asked.who, procedure=offer.procedure, action=offer.action, body=offer.body,
        raw=raw(typed), key=key, now=asked.now,
    )  # fmt: skip


def _where(sent: Sent) -> str:
    return reverse("matter", kwargs={"ref": sent.ref}) if sent.ref else reverse("field")


def _why(refusal: Refused, lang: str) -> str:
    """Say what is wrong, by field where it is."""
    by_field = getattr(refusal, "fields", {}).values()
    return " ".join(text.say(lang) for text in by_field) or refusal.say.say(lang)


def _page(
    request: HttpRequest,
    offers: tuple[SpotOffer, ...],
    offer: SpotOffer,
    entered: Entered,
    key: str,
) -> HttpResponse:
    asked = asking(request)
    card = forms_cards.opening_form(
        asked.who, offer.procedure, offer.body, on=asked.on, action=offer.action
    )
    form = _today(action_form(card, url=reverse("field"), version=None, entered=entered), asked)
    facts = {
        "offers": offers,
        "offer": offer,
        "form": form,
        "asks": [Tapped(widget) for widget in form.widgets],
        "key": key,
        "person": asked.who.person,
        "public_key": sealing.public_key(),
        "is_again": bool(entered.values),
    }
    return render(request, "web/field.html", facts, status=422 if entered.refusal else 200)


def _today(form: Form, asked: Asking) -> Form:
    """Fill in today where a day is asked for and none was given: one writes down what is now."""
    today = (asked.on.isoformat(),)
    return replace(
        form,
        widgets=tuple(
            replace(w, values=today) if w.field.type == "date" and not form.entered.values else w
            for w in form.widgets
        ),
    )
