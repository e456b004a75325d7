"""Puts the forms of a matter together with its card, for the page and for a form sent back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.urls import reverse

from paizhu.casework.cards import ClockChip, MatterCard, ProposalCard, TimelineLine
from paizhu.kernel.text import Text
from paizhu.web import drafts
from paizhu.web.drafts import Kept
from paizhu.web.forms import (
    CORRECTED,
    NOTE,
    NOTHING_ENTERED,
    REASONS,
    Entered,
    Form,
    Meanwhile,
    action_form,
    proposal_form,
    standing_form,
)

NOTHING_KEPT: Mapping[str, Kept] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Stated:
    """What a posted form was: a declared action, a word on a proposal, or a standing verb.

    `name` is the action, the number of the proposal, or the role.
    """

    verb: str
    name: str = ""

    @property
    def key(self) -> str:
        """Give the key of its form on the page."""
        verb = "do" if self.verb == "act" else self.verb
        return f"{verb}-{self.name}" if self.name else verb


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


def _drawn(
    card: MatterCard, stated: Iterable[Stated], kept: Mapping[str, Kept]
) -> tuple[Form, ...]:
    """Give the forms that are open to the reader, with the drafts that were kept of them."""
    found = (form_of(card, one) for one in stated)
    return tuple(drafts.into(form, card.ref, kept.get(form.key)) for form in found if form)


def _proposals(card: MatterCard, kept: Mapping[str, Kept]) -> tuple[ProposalPart, ...]:
    """Give the proposals: first what the reader may sign."""
    parts = [
        ProposalPart(
            proposal,
            _drawn(
                card, (Stated(v, str(proposal.proposal)) for v in ("give_back", "withdraw")), kept
            ),
        )
        for proposal in card.proposals
    ]
    return tuple(sorted(parts, key=lambda part: not part.card.may_approve))


def _standing(card: MatterCard, kept: Mapping[str, Kept]) -> tuple[Form, ...]:
    stuck = {part.role for part in card.stuck if part.may_appoint}
    seats = [
        ("substitute" if title in stuck else "assign", role)
        for role, title, _ in card.candidates
        if role not in ("recuse", "lift_recusal")
    ]
    said = [("note", ""), *seats, ("correct", ""), ("recuse", ""), ("lift_recusal", "")]
    return _drawn(card, (Stated(*one) for one in said), kept)


def _counts(card: MatterCard) -> ChildCounts:
    status = Counter(child.status for child in card.children)
    late = sum(child.is_late for child in card.children)
    return ChildCounts(late, status["open"], status["closed"], status["excused"])


def _missing(card: MatterCard) -> tuple[Text, ...]:
    """Name whose signatures the matter waits for."""
    waited = (
        signature.role
        for proposal in card.proposals
        for signature in proposal.signatures
        if signature.signed_at is None
    )
    return tuple(dict.fromkeys(waited))


def changed_since(lines: Sequence[TimelineLine]) -> dict[str, Meanwhile]:
    """Give what others wrote into each field, the newest of it; lines come newest first."""
    found: dict[str, Meanwhile] = {}
    for line in lines:
        for field in line.details:
            found.setdefault(field.field, Meanwhile(field.shown, line.who, line.at))
    return found


def typed(card: MatterCard, entered: Entered) -> tuple[tuple[Text, tuple[str, ...]], ...]:
    """Give what was typed under the titles of its fields, where the step itself is gone."""
    titles = {field.field: field.title for field in card.fields}
    titles |= {field.field: field.title for action in card.actions for field in action.form}
    titles |= {"text": NOTE.title, "reasons": REASONS.title, "value": CORRECTED.title}
    return tuple(
        (titles.get(name, Text(name, name)), tuple(values))
        for name, values in entered.values.items()
    )


def page_of(card: MatterCard, kept: Mapping[str, Kept] = NOTHING_KEPT) -> dict[str, object]:
    """Give everything the matter page draws."""
    doable = (Stated("act", action.action) for action in card.actions)
    return {
        "card": card,
        "area": "matters",
        "forms": _drawn(card, doable, kept),
        "blocked": tuple(action for action in card.actions if not action.allowed),
        "proposals": _proposals(card, kept),
        "missing": _missing(card),
        "is_signer": any(proposal.may_approve for proposal in card.proposals),
        "standing": _standing(card, kept),
        "parents": tuple(link for link in card.links if link.kind == "parent"),
        "links": tuple(link for link in card.links if link.kind == "related"),
        "counts": _counts(card),
        "clocks": clocks_of(card),
    }


def clocks_of(card: MatterCard) -> dict[str, tuple[ClockChip, ...]]:
    """Tell clocks that still matter from those that ended."""
    open_now = ("running", "late", "paused")
    return {
        "open": tuple(clock for clock in card.clocks if clock.status in open_now),
        "ended": tuple(clock for clock in card.clocks if clock.status not in open_now),
    }
