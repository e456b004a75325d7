"""Approvals, one after the other: look, sign or return with reasons, and the next comes up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from paizhu.casework import approvals, desk
from paizhu.casework.approvals import ApprovalCard, Stacked
from paizhu.casework.cards import Receipt
from paizhu.kernel.errors import Conflict, Invalid, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import Entered, Form, posted, proposal_form, raw, version

SIGNED = Text("已签批", "Signed")
RETURNED = Text("已退回", "Returned")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is in the stack: the proposal looked at, and the ones beside it."""

    number: int
    total: int
    before: str
    after: str


def stack(request: HttpRequest) -> HttpResponse:
    """Show the stack, and one proposal of it in full."""
    asked = asking(request)
    rows = approvals.stack(asked.who, on=asked.on)
    wanted = request.GET.get("at", "")
    keys = [one.key for one in rows]
    if wanted and wanted not in keys:
        messages.info(request, approvals.DECIDED.say(request.lang))  # type: ignore[attr-defined]
    chosen = wanted if wanted in keys else keys[0] if keys else ""
    return _page(request, asked, rows, chosen)


def _page(
    request: HttpRequest,
    asked: Asking,
    rows: Sequence[Stacked],
    chosen: str,
    refusal: Refused | None = None,
) -> HttpResponse:
    card, form = None, None
    entered = Entered(posted(request.POST), refusal)
    if chosen:
        ref, _, number = chosen.rpartition(":")
        card = approvals.look(asked.who, ref, int(number), now=asked.now)
        form = _return_form(card, entered)
    facts = {
        "area": "approvals",
        "rows": rows,
        "chosen": chosen,
        "card": card,
        "form": form,
        "place": _place([one.key for one in rows], chosen),
        "refusal": refusal,
        "conflict": isinstance(refusal, Conflict),
    }
    status = 409 if isinstance(refusal, Conflict) else 422 if refusal else 200
    return render(request, "web/approvals.html", facts, status=status)


def _return_form(card: ApprovalCard, entered: Entered) -> Form:
    place = {"ref": card.ref, "proposal": card.proposal}
    url = reverse("stack_return", kwargs=place)
    name = str(card.proposal)
    return proposal_form("give_back", url=url, name=name, version=card.version, entered=entered)


def _place(keys: Sequence[str], chosen: str) -> Place | None:
    if chosen not in keys:
        return None
    now = keys.index(chosen)
    return Place(
        number=now + 1,
        total=len(keys),
        before=keys[now - 1] if now else "",
        after=keys[now + 1] if now + 1 < len(keys) else "",
    )


def sign(request: HttpRequest, ref: str, proposal: int) -> HttpResponse:
    """Sign the proposal that is looked at, and bring up the next."""

    def call(asked: Asking) -> Receipt:
        return desk.approve(
            actor=asked.who, ref=ref, proposal=proposal, version=version(request), now=asked.now
        )

    return _decide(request, f"{ref}:{proposal}", call, SIGNED)


def give_back(request: HttpRequest, ref: str, proposal: int) -> HttpResponse:
    """Return the proposal that is looked at, and bring up the next."""

    def call(asked: Asking) -> Receipt:
        return desk.give_back(
            actor=asked.who,
            ref=ref,
            proposal=proposal,
            reasons=str(raw(request).get("reasons", "")),
            version=version(request),
            now=asked.now,
        )

    return _decide(request, f"{ref}:{proposal}", call, RETURNED)


def _decide(
    request: HttpRequest, key: str, call: Callable[[Asking], Receipt], done: Text
) -> HttpResponse:
    """Make the call; then the next of the stack, or this one again with what was wrong."""
    asked = asking(request)
    rows = approvals.stack(asked.who, on=asked.on)
    place = _place([one.key for one in rows], key)
    try:
        receipt = call(asked)
    except (Invalid, Conflict) as refusal:
        if place is None:
            raise NotFound(approvals.DECIDED) from None
        return _page(request, asked, rows, key, refusal)
    lang = request.lang  # type: ignore[attr-defined]
    page = Text(f"台账第 {receipt.seq} 页", f"page {receipt.seq} of the ledger")
    messages.success(request, f"{done.say(lang)} · {receipt.ref} · {page.say(lang)}")
    following = (place.after or place.before) if place else ""
    query = f"?{urlencode({'at': following})}" if following else ""
    return HttpResponseRedirect(reverse("approvals") + query)
