"""Leave to hold business data is a matter: asked for, approved by another, ended by rule.

Which procedure that is, what its fields are called and in which stage rows may be read is said by
the packs. A source of packs that say nothing is approved without a matter, by its row alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Q, QuerySet

from paizhu.analysis.models import Source
from paizhu.casework import desk, openings, rulebook, stages
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Tie
from paizhu.registry.principals import HeldPost, Who, in_force
from paizhu.rules.spec import DataSources, SourceField

NO_POST = Text(
    "您的岗位不能登记数据源。请由派驻机构的干部登记。",
    "Your posts may not register a source. Have an officer of the team do it.",
)


def declared() -> DataSources | None:
    """Give what the packs say of sources; the last pack that says anything counts."""
    said = [pack.data_sources for pack in rulebook.current().packs.values()]
    return next((one for one in reversed(said) if one is not None), None)


def ask(claims: Mapping[SourceField, str], *, actor: Who, body: int, now: datetime) -> str:
    """Open the matter in which leave is asked for; give its number, or nothing where there is none."""
    way = declared()
    if way is None:
        return ""
    raw = {way.fields[name]: value for name, value in claims.items() if value}
    try:
        holds = holder(actor, way.procedure, body, now, refusal=NO_POST)
        return desk.open(actor=actor, procedure=way.procedure, body=holds, raw=raw, now=now).ref
    except Invalid as refused:
        by_field = {field: name for name, field in way.fields.items()}
        fields = {by_field.get(name, name): say for name, say in refused.fields.items()}
        raise Invalid(refused.say, fields=fields) from refused


def posts_to_open(actor: Who, procedure: str, now: datetime) -> list[HeldPost]:
    """Give the actor's posts that may open a procedure."""
    rules = rulebook.current().procedure(procedure, on=now.date())
    may = rules.spec.actions[openings.opening_action(rules)].by
    posts = {rules.spec.roles[name].post or name for name in may}
    return [one for one in actor.posts if one.post in posts]


def holder(actor: Who, procedure: str, body: int, now: datetime, *, refusal: Text) -> str:
    """Choose the body that will hold a matter about another: one of the actor's posts that may open
    it, nearest first; without one, refuse with these words.
    """
    held = posts_to_open(actor, procedure, now)
    if not held:
        raise NotAllowed(refusal)
    near = set(
        Tie.objects.filter(in_force(now.date()), target_id=body).values_list("source_id", flat=True)
    )
    held.sort(key=lambda one: (one.body not in near, one.body_code))
    return held[0].body_code


def approve(source: Source, *, actor: Who, now: datetime) -> None:
    """Approve in the matter; raise what the door raises."""
    way = declared()
    if way is None or not source.matter:
        return
    version = stages.version_of(source.matter)
    desk.act(actor=actor, ref=source.matter, action=way.approves, raw={}, version=version, now=now)


def in_use() -> Q:
    """Say which sources the book lets be read: those whose matter stands where rows may be read."""
    way = declared()
    if way is None:
        return Q(matter="")
    there = stages.standing_in(way.procedure, way.in_use)
    return Q(matter="") | Q(matter__in=there)


def usable(sources: Iterable[Source], *, on: date) -> QuerySet[Source]:
    """Give those of the sources that are approved, in use, and not expired on a day."""
    keys = [source.pk for source in sources]
    return Source.objects.filter(
        in_use(), pk__in=keys, approved_by__isnull=False, expires_date__gte=on
    )


def ended() -> QuerySet[Source]:
    """Give the sources whose matter is closed, by rule or by a person: their rows are to go."""
    return Source.objects.filter(matter__in=stages.closed())


def follow() -> None:
    """Write into the rows of sources what was approved at the matter itself."""
    way = declared()
    if way is None:
        return
    waiting = Source.objects.filter(in_use(), approved_by__isnull=True).exclude(matter="")
    for source in waiting:
        signed = next(
            entry
            for entry in reversed(book.entries_of(source.matter))
            if entry.kind == "enacted" and entry.action == way.approves
        )
        source.approved_by_id = int(signed.person.removeprefix("person:"))
        source.approved_at = signed.at
        source.save(update_fields=["approved_by", "approved_at"])
