"""Puts the forms of a matter together with its card, for the page and for a form sent back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from paizhu.casework.cards import MatterCard, ProposalCard
from paizhu.web.forms import (
    NOTHING_ENTERED,
    Entered,
    Form,
    action_form,
    proposal_form,
    standing_form,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a posted form was: a declared action, a word on a proposal, or a standing verb.

    `name` is the action, the number of the proposal, or the role.
    """

    verb: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChildCounts:
    """How many of the matters opened from here, of those the reader may know of."""

    late: int
    open: int
    closed: int
    excused: int


@dataclass(frozen=True, slots=True)
class ProposalPart:
    """A proposal with the forms to return or withdraw it."""

    card: ProposalCard
    forms: tuple[Form, ...]


def form_of(card: MatterCard, stated: Stated, entered: Entered = NOTHING_ENTERED) -> Form | None:
    """Give one form of a matter, or None when it is not open to the reader now."""
    if stated.verb == "act":
        return _action(card, stated.name, entered)
    if stated.verb in ("give_back", "withdraw"):
        return _proposal(card, stated, entered)
    url = reverse(stated.verb, kwargs={"ref": card.ref})
    return standing_form(card, stated.verb, url=url, role=stated.name, entered=entered)


def _action(card: MatterCard, name: str, entered: Entered) -> Form | None:
    for action in card.actions:
        if action.action == name and action.allowed:
            url = reverse("act", kwargs={"ref": card.ref, "action": name})
            return action_form(action, url=url, version=card.version, entered=entered)
    return None


def _proposal(card: MatterCard, stated: Stated, entered: Entered) -> Form | None:
    for proposal in card.proposals:
        open_to_me = {"give_back": proposal.may_approve, "withdraw": proposal.may_withdraw}
        if str(proposal.proposal) == stated.name and open_to_me[stated.verb]:
            url = reverse(stated.verb, kwargs={"ref": card.ref, "proposal": proposal.proposal})
            return proposal_form(
                stated.verb, url=url, name=stated.name, version=card.version, entered=entered
            )
    return None


def _proposals(card: MatterCard) -> tuple[ProposalPart, ...]:
    parts = []
    for proposal in card.proposals:
        found = (
            form_of(card, Stated(v, str(proposal.proposal))) for v in ("give_back", "withdraw")
        )
        parts.append(ProposalPart(proposal, tuple(form for form in found if form)))
    return tuple(parts)


def _standing(card: MatterCard) -> tuple[Form, ...]:
    stuck = {part.role for part in card.stuck if part.may_appoint}
    seats = [
        ("substitute" if title in stuck else "assign", role)
        for role, title, _ in card.candidates
        if role != "recuse"
    ]
    found = (
        form_of(card, Stated(*said))
        for said in [("note", ""), *seats, ("correct", ""), ("recuse", "")]
    )
    return tuple(form for form in found if form)


def _counts(card: MatterCard) -> ChildCounts:
    status = Counter(child.status for child in card.children)
    late = sum(child.is_late for child in card.children)
    return ChildCounts(late, status["open"], status["closed"], status["excused"])


def page_of(card: MatterCard) -> dict[str, object]:
    """Give everything the matter page draws."""
    doable = (form_of(card, Stated("act", action.action)) for action in card.actions)
    return {
        "card": card,
        "area": "matters",
        "forms": tuple(form for form in doable if form),
        "blocked": tuple(action for action in card.actions if not action.allowed),
        "proposals": _proposals(card),
        "standing": _standing(card),
        "parents": tuple(link for link in card.links if link.kind == "parent"),
        "links": tuple(link for link in card.links if link.kind == "related"),
        "counts": _counts(card),
    }
