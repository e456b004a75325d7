"""What pages show of an institution's own values: which holds, since when, by whose act.

Only of the bodies within a reader's reach; the act itself is named to those who may know of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from paizhu.analysis import ownvalues
from paizhu.analysis.explaining import acts_of, say_value
from paizhu.analysis.measures import LoadedMeasure
from paizhu.analysis.models import Flag
from paizhu.analysis.overrides import Act, fits, pieces
from paizhu.analysis.ownvalues import OwnValue
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sources import day_of
from paizhu.casework.access import visible_to
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Body
from paizhu.registry.principals import Who, names_of

State = Literal["in_force", "ahead", "replaced", "ended", "no_effect"]


@dataclass(frozen=True, slots=True)
class ValueCard:
    """One act on a value: for whose books, since when, by whom, and what the packs say instead."""

    body: Text
    title: Text
    value: Text
    since: date
    until: date | None
    state: State
    #: Why it has no effect.
    wrong: Text | None
    packs_say: Text | None
    #: The act and who approved it when; empty when the reader may not know of it.
    act: str
    approved_by: Text | None
    approved_at: datetime | None


def value_cards(
    measure: LoadedMeasure, who: Who, *, now: datetime, within: Collection[int] | None = None
) -> tuple[ValueCard, ...]:
    """Give the acts on a measure for the bodies within a person's reach, the latest first."""
    today, approved = day_of(now), ownvalues.approved(measure.name)
    if within is None:
        within = bodies_within(who, on=today) if approved else ()
    mine = [one for one in approved if one.body in within]
    if not mine:
        return ()
    known = known_acts((one.act.ref for one in mine), who)
    signed = _signed(known)
    names = {body.pk: body.name for body in Body.objects.filter(pk__in={one.body for one in mine})}
    cards = [_card(measure, one, mine, names[one.body], signed, today) for one in mine]
    return tuple(sorted(cards, key=lambda card: card.since, reverse=True))


def known_acts(refs: Iterable[str], who: Who) -> frozenset[str]:
    """Give those of the acts that a person may know of; no query for none."""
    named = sorted(set(refs))
    if not named:
        return frozenset()
    return frozenset(visible_to(who).filter(ref__in=named).values_list("ref", flat=True))


def known_acts_of(flag: Flag, who: Who) -> frozenset[str]:
    """Give the acts by whose values a flag was raised, as far as a person may know of them."""
    return known_acts(acts_of(flag), who)


def _signed(refs: Collection[str]) -> Mapping[str, tuple[Text, datetime]]:
    """Give who approved each act, and when. Two queries."""
    way = ownvalues.declared()
    if way is None:
        return {}
    found = {
        ref: entry
        for ref, entries in book.entries_of_many(refs).items()
        for entry in entries
        if entry.kind == "enacted" and entry.action == way.approves
    }
    persons = {ref: int(entry.person.removeprefix("person:")) for ref, entry in found.items()}
    names = names_of(persons.values())
    return {ref: (names[persons[ref]], entry.at) for ref, entry in found.items()}


def _card(
    measure: LoadedMeasure, one: OwnValue, mine: Sequence[OwnValue], body: Text,
    signed: Mapping[str, tuple[Text, datetime]], today: date,
) -> ValueCard:  # fmt: skip
    act, parameter = one.act, measure.spec.parameters.get(one.act.parameter)
    wrong = None
    if parameter is None:
        wrong = Text("该规则没有这个参数。", "The measure has no such parameter.")
    elif not fits(parameter, act.value):
        wrong = ownvalues.outside(parameter)
    same = [o.act for o in mine if (o.body, o.act.parameter) == (one.body, act.parameter)]
    packs = parameter.value.at(today) if parameter else None
    written = Text(str(act.value), str(act.value))
    by, at = signed.get(act.ref, (None, None))
    return ValueCard(
        body=body,
        title=parameter.title if parameter else Text(act.parameter, act.parameter),
        value=written if wrong or parameter is None else say_value(parameter, act.value),
        since=act.since,
        until=act.until,
        state="no_effect" if wrong or parameter is None else _state(
            act, [piece.act for piece in pieces(parameter, same) if _begun(piece.since, today)], today
        ),
        wrong=wrong,
        packs_say=say_value(parameter, packs) if parameter and packs is not None else None,
        act=act.ref if by else "",
        approved_by=by,
        approved_at=at,
    )  # fmt: skip


def _begun(since: date | None, today: date) -> bool:
    return since is None or since <= today


def _state(act: Act, begun: Sequence[str], today: date) -> State:
    """Say how an act stands today, from the acts of the pieces that have begun."""
    if act.since > today:
        return "ahead"
    if act.until is not None and act.until < today:
        return "ended"
    return "in_force" if begun and begun[-1] == act.ref else "replaced"
