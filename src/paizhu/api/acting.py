"""Acting on matters: each address makes one call at the door, on the version the program saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status
from pydantic import TypeAdapter

from paizhu.api import once
from paizhu.api.asking import asking
from paizhu.api.doors import writes
from paizhu.api.problems import refused
from paizhu.api.reading import router
from paizhu.api.shapes import (
    Act,
    Assignment,
    Correction,
    Note,
    Opening,
    RecusalOf,
    Substitution,
    Versioned,
    WithReasons,
)
from paizhu.casework import desk, reading, receipts
from paizhu.casework.cards import Receipt, TimelineLine
from paizhu.kernel.errors import Conflict

Stored = Receipt | HttpResponse
LINES = TypeAdapter(tuple[TimelineLine, ...])


def _changed(
    request: HttpRequest, ref: str, sent: Versioned, door: Callable[..., Receipt], **given: Any
) -> Stored:
    """Make the call; when somebody acted first, say what changed since."""
    asked = asking(request)

    def call() -> Receipt:
        receipt = door(actor=asked.who, ref=ref, version=sent.version, now=asked.now, **given)
        return receipts.for_reader(asked.who, receipt)

    try:
        return once.only(request, asked, call)
    except Conflict as conflict:
        card = reading.matter(asked.who, ref, now=asked.now)
        since = tuple(line for line in card.timeline if line.version > sent.version)
        more = {"version": card.version, "changes": LINES.dump_python(since, mode="json")}
        return refused(request, conflict, more)


@writes(router, "", Receipt, status=201)
def open_matter(request: HttpRequest, sent: Opening) -> Status[Receipt]:
    """Open a matter in a body where I hold a post that may."""
    asked = asking(request)

    def call() -> Receipt:
        receipt = desk.open(
            actor=asked.who,
            procedure=sent.procedure,
            body=sent.body,
            raw=sent.values,
            now=asked.now,
            action=sent.action,
        )
        return receipts.for_reader(asked.who, receipt)

    return Status(201, once.only(request, asked, call))


@writes(router, "{str:ref}/actions/{slug:action}/", Receipt)
def act(request: HttpRequest, ref: str, action: str, sent: Act) -> Stored:
    """Take an action: it takes effect, or waits for the signatures its rule asks for."""
    return _changed(request, ref, sent, desk.act, action=action, raw=sent.values)


@writes(router, "{str:ref}/proposals/{int:proposal}/approve/", Receipt)
def approve(request: HttpRequest, ref: str, proposal: int, sent: Versioned) -> Stored:
    """Sign a proposal; with the last signature it takes effect."""
    return _changed(request, ref, sent, desk.approve, proposal=proposal)


@writes(router, "{str:ref}/proposals/{int:proposal}/return/", Receipt)
def give_back(request: HttpRequest, ref: str, proposal: int, sent: WithReasons) -> Stored:
    """Return a proposal to its author, with reasons."""
    given = {"proposal": proposal, "reasons": sent.reasons}
    return _changed(request, ref, sent, desk.give_back, **given)


@writes(router, "{str:ref}/proposals/{int:proposal}/withdraw/", Receipt)
def withdraw(request: HttpRequest, ref: str, proposal: int, sent: WithReasons) -> Stored:
    """Withdraw my own proposal, with reasons."""
    given = {"proposal": proposal, "reasons": sent.reasons}
    return _changed(request, ref, sent, desk.withdraw, **given)


@writes(router, "{str:ref}/assign/", Receipt)
def assign(request: HttpRequest, ref: str, sent: Assignment) -> Stored:
    """Appoint who fills the seats of a role, in place of those before."""
    return _changed(request, ref, sent, desk.assign, role=sent.role, persons=sent.persons)


@writes(router, "{str:ref}/recuse/", Receipt)
def recuse(request: HttpRequest, ref: str, sent: RecusalOf) -> Stored:
    """Record that a person takes no part and may not know; anybody may recuse himself."""
    return _changed(request, ref, sent, desk.recuse, person=sent.person, reasons=sent.reasons)


@writes(router, "{str:ref}/substitute/", Receipt)
def substitute(request: HttpRequest, ref: str, sent: Substitution) -> Stored:
    """Appoint someone to sign in place of a role that nobody may fill any more."""
    given = {"role": sent.role, "person": sent.person, "reasons": sent.reasons}
    return _changed(request, ref, sent, desk.substitute, **given)


@writes(router, "{str:ref}/note/", Receipt)
def note(request: HttpRequest, ref: str, sent: Note) -> Stored:
    """Write a note into the matter."""
    return _changed(request, ref, sent, desk.note, text=sent.text)


@writes(router, "{str:ref}/correct/", Receipt)
def correct(request: HttpRequest, ref: str, sent: Correction) -> Stored:
    """Correct a value that was entered wrongly; what stood there stays in the ledger."""
    given = {"field": sent.field, "raw": sent.value, "reasons": sent.reasons}
    return _changed(request, ref, sent, desk.correct, **given)
