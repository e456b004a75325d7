"""Writing down at once what was seen on the spot: what is offered there, and sending it only once.

Which procedures those are is said by the packs (`areas.field_work`), and by the action itself
(`on_the_spot`) which of them a phone offers first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from paizhu.casework import access, desk, queries, rulebook
from paizhu.casework.areas import procedures_in
from paizhu.casework.models import Matter
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.registry.models import Person
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class SpotOffer:
    """A way to write down what was seen: an opening action in one body of one's own."""

    procedure: str
    action: str
    title: Text
    procedure_title: Text
    body: str
    body_name: Text
    is_first: bool

    @property
    def key(self) -> str:
        return f"{self.procedure}.{self.action}.{self.body}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a sending: the matter that was opened, now or by the same sending before."""

    #: Empty where the reader may not know of it any more.
    ref: str
    is_new: bool


def offers(who: Who, *, on: date) -> tuple[SpotOffer, ...]:
    """Give what somebody may write down on the spot, what is meant for it first."""
    area = procedures_in("field_work")
    found = []
    for one in queries.openable(who, on=on):
        if one.procedure not in area:
            continue
        action = rulebook.current().procedure(one.procedure, on=on).spec.actions[one.action]
        found += [
            SpotOffer(
                one.procedure, one.action, action.title, one.title, body.value, body.title,
                action.on_the_spot,
            )
            for body in one.bodies
        ]  # fmt: skip
    return tuple(sorted(found, key=lambda offer: not offer.is_first))


def send(
    *,
    actor: Who,
    procedure: str,
    action: str,
    body: str,
    raw: Mapping[str, object],
    key: str,
    now: datetime,
) -> Sent:
    """Open a matter, unless this key of this person opened one before: then say which.

    A phone sends again whenever it is not sure. The key stands in the entry as its source, and the
    database holds that no two matters have the same one.
    """
    source = f"field:{actor.person}:{key}"
    with transaction.atomic():
        # One sending of one person after the other.
        Person.objects.select_for_update().get(pk=actor.person)
        before = Matter.objects.filter(source=source).first()
        if before is not None:
            return Sent(_known(actor, before.ref), is_new=False)
        receipt = desk.open(
            actor=actor, procedure=procedure, body=body, raw=raw, now=now, action=action,
            source=source,
        )  # fmt: skip
    return Sent(_known(actor, receipt.ref), is_new=True)


def _known(who: Who, ref: str) -> str:
    try:
        return access.get_matter(who, ref).ref
    except NotFound:
        return ""
