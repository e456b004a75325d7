"""Doing something with a matter: each view makes one call at the door."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import access, desk, forms_cards, queries, reading, rulebook
from paizhu.casework.cards import MatterCard, Receipt
from paizhu.kernel.errors import Conflict, Invalid, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.web import drafts
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import Entered, action_form, posted, raw, version
from paizhu.web.matter_page import Stated, changed_since, clocks_of, form_of, typed
from paizhu.web.policies import nothing_here

Call = Callable[[Asking], Receipt]


def stored(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Say what was stored and where, on the page of the matter, or on the desk.

    Who has just recused himself may no longer see the matter he acted on.
    """
    done = (
        Text(
            f"已提请签批，记入台账第 {receipt.seq} 页。",
            f"Proposed for signature; recorded on page {receipt.seq} of the ledger.",
        )
        if receipt.proposal is not None
        else Text(
            f"已办理，记入台账第 {receipt.seq} 页。",
            f"Done; recorded on page {receipt.seq} of the ledger.",
        )
    )
    messages.success(request, done.say(request.lang))  # type: ignore[attr-defined]
    try:
        access.get_matter(asking(request).who, receipt.ref)
    except NotFound:
        return HttpResponseRedirect(reverse("desk"))
    return HttpResponseRedirect(reverse("matter", kwargs={"ref": receipt.ref}))


def _send(request: HttpRequest, ref: str, call: Call, stated: Stated | None) -> HttpResponse:
    """Make the call; show the matter, or the form again with what was typed."""
    asked = asking(request)
    try:
        receipt = call(asked)
    except (Invalid, Conflict) as refusal:
        if stated:
            # Whatever happens to this page, what was typed is not lost.
            drafts.rescue(asked.who, ref, stated.key, request.POST, now=asked.now)
        return _form_page(request, ref, stated, refusal)
    if stated:
        drafts.drop(asked.who, ref, stated.key)
    return stored(request, receipt)


def _must_be_declared(card: MatterCard, action: str) -> None:
    """Refuse an address of no action; one that is declared but not possible now is told why."""
    rules = rulebook.current().procedure(card.procedure, on=card.procedure_version)
    if action not in rules.spec.actions:
        raise nothing_here()


def _form_page(
    request: HttpRequest, ref: str, stated: Stated | None, refusal: Refused | None
) -> HttpResponse:
    """Draw one form alone: asked for, with its errors, or beside what others did since."""
    asked = asking(request)
    card = reading.matter(asked.who, ref, now=asked.now)
    if stated and stated.verb == "act" and refusal is None:
        _must_be_declared(card, stated.name)
    entered = Entered(posted(request.POST), refusal)
    conflict = isinstance(refusal, Conflict)
    shown = version(request)
    since = tuple(line for line in card.timeline if line.version > shown) if conflict else ()
    form = form_of(card, stated, entered) if stated else None
    if form and stated:
        kept = drafts.of_step(asked.who, ref, stated.key, now=asked.now) if not refusal else None
        form = drafts.into(form, ref, kept).beside(changed_since(since))
    facts = {
        "card": card,
        "area": "matters",
        "form": form,
        "entered": entered,
        "conflict": conflict,
        "refused": refusal is not None,
        "since": since,
        "typed": typed(card, entered) if not form else (),
        "blocked": next((a for a in card.actions if stated and a.action == stated.name), None),
        "clocks": clocks_of(card),
    }
    status = 409 if conflict else 422 if refusal else 200
    return render(request, "web/form_again.html", facts, status=status)


def act(request: HttpRequest, ref: str, action: str) -> HttpResponse:
    """Take a declared action, or propose it where it needs signatures; asked for, show its form."""
    if request.method != "POST":
        return _form_page(request, ref, Stated("act", action), None)

    def call(asked: Asking) -> Receipt:
        return desk.act(
            actor=asked.who,
            ref=ref,
            action=action,
            raw=raw(request),
            version=version(request),
            now=asked.now,
        )

    return _send(request, ref, call, Stated("act", action))


def open_new(request: HttpRequest, procedure: str, body: str) -> HttpResponse:
    """Ask for the opening form, and open a matter."""
    asked = asking(request)
    entered = Entered()
    if request.method == "POST":
        try:
            receipt = desk.open(
                actor=asked.who, procedure=procedure, body=body, raw=raw(request), now=asked.now
            )
        except Invalid as refusal:
            entered = Entered(posted(request.POST), refusal)
        else:
            drafts.drop(asked.who, "", drafts.opening(procedure, body))
            return stored(request, receipt)
    card = forms_cards.opening_form(asked.who, procedure, body, on=asked.on)
    form = drafts.into_opening(
        action_form(card, url=request.path, version=None, entered=entered),
        asked.who, procedure, body, now=asked.now,
    )  # fmt: skip
    offers = queries.openable(asked.who, on=asked.on)
    offer = next((offer for offer in offers if offer.procedure == procedure), None)
    facts = {"form": form, "card": card, "offer": offer, "body": body, "area": "desk"}
    return render(request, "web/open_new.html", facts, status=422 if entered.refusal else 200)


def approve(request: HttpRequest, ref: str, proposal: int) -> HttpResponse:
    """Sign a proposal."""

    def call(asked: Asking) -> Receipt:
        return desk.approve(
            actor=asked.who, ref=ref, proposal=proposal, version=version(request), now=asked.now
        )

    return _send(request, ref, call, None)


def _with_reasons(verb: str) -> Callable[..., HttpResponse]:
    """Make a view for a verb on a proposal that needs reasons."""

    def view(request: HttpRequest, ref: str, proposal: int) -> HttpResponse:
        def call(asked: Asking) -> Receipt:
            return VERBS[verb](
                actor=asked.who,
                ref=ref,
                proposal=proposal,
                reasons=str(raw(request).get("reasons", "")),
                version=version(request),
                now=asked.now,
            )

        return _send(request, ref, call, Stated(verb, str(proposal)))

    return view


VERBS: dict[str, Callable[..., Receipt]] = {"give_back": desk.give_back, "withdraw": desk.withdraw}
give_back = _with_reasons("give_back")
withdraw = _with_reasons("withdraw")


def note(request: HttpRequest, ref: str) -> HttpResponse:
    """Write a note."""

    def call(asked: Asking) -> Receipt:
        text = str(raw(request).get("text", ""))
        return desk.note(
            actor=asked.who, ref=ref, text=text, version=version(request), now=asked.now
        )

    return _send(request, ref, call, Stated("note"))


def correct(request: HttpRequest, ref: str) -> HttpResponse:
    """Correct an entry; a value that cannot be read is marked where it was typed."""
    given = raw(request)
    field = str(given.get("field", ""))

    def call(asked: Asking) -> Receipt:
        try:
            return desk.correct(
                actor=asked.who,
                ref=ref,
                field=field,
                raw=given.get("value", ""),
                reasons=str(given.get("reasons", "")),
                version=version(request),
                now=asked.now,
            )
        except Invalid as wrong:
            said = wrong.fields.get(field)
            raise Invalid(said, fields={"value": said}) if said else wrong from None

    return _send(request, ref, call, Stated("correct"))


def assign(request: HttpRequest, ref: str) -> HttpResponse:
    """Fill the seats of a role."""
    role = request.POST.get("role", "")

    def call(asked: Asking) -> Receipt:
        seats = raw(request).get("seats", [])
        return desk.assign(
            actor=asked.who,
            ref=ref,
            role=role,
            persons=seats,
            version=version(request),
            now=asked.now,
        )

    return _send(request, ref, call, Stated("assign", role))


def recuse(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that somebody must not handle or see the matter."""
    given = raw(request)

    def call(asked: Asking) -> Receipt:
        return desk.recuse(
            actor=asked.who,
            ref=ref,
            person=given.get("person", ""),
            reasons=str(given.get("reasons", "")),
            version=version(request),
            now=asked.now,
        )

    return _send(request, ref, call, Stated("recuse"))


def lift_recusal(request: HttpRequest, ref: str) -> HttpResponse:
    """Record that a name kept out somebody else than was meant."""
    given = raw(request)

    def call(asked: Asking) -> Receipt:
        return desk.lift_recusal(
            actor=asked.who,
            ref=ref,
            person=str(given.get("person", "")),
            reasons=str(given.get("reasons", "")),
            version=version(request),
            now=asked.now,
        )

    return _send(request, ref, call, Stated("lift_recusal"))


def substitute(request: HttpRequest, ref: str) -> HttpResponse:
    """Appoint who signs where nobody else may."""
    given, role = raw(request), request.POST.get("role", "")

    def call(asked: Asking) -> Receipt:
        return desk.substitute(
            actor=asked.who,
            ref=ref,
            role=role,
            person=given.get("person", ""),
            reasons=str(given.get("reasons", "")),
            version=version(request),
            now=asked.now,
        )

    return _send(request, ref, call, Stated("substitute", role))
