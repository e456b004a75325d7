"""Lists, counts and the desk. Everything starts from what the reader may know of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery

from paizhu.casework import access, chips, notices, rulebook
from paizhu.casework.cards import (
    ClockChip,
    DeskCard,
    MatterFilter,
    MatterRow,
    NoticeRow,
    OpenableProcedure,
    Option,
    Page,
    WaitingRow,
    WhyLine,
)
from paizhu.casework.models import ClockRow, Matter, Notice, Waiting
from paizhu.casework.naming import Names, mentioned, names_of_keys, shown
from paizhu.engine.entries import Value
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import Who, names_of
from paizhu.rules.rulebook import RunnableProcedure

#: How far ahead "due soon" looks, in natural days.
SOON = timedelta(days=14)
EXPORT_LIMIT = 5000
#: Words of a search that are looked at.
MOST_WORDS = 10


def matters(
    who: Who, narrowed: MatterFilter, *, on: date, page: int = 1, size: int = 50
) -> Page[MatterRow]:
    """Give one page of the matters a person may know of, with the true total."""
    found = _narrowed(who, narrowed, on=on)
    total = found.count()
    number = min(max(1, page), max(1, -(-total // size)))
    start = (number - 1) * size
    chosen = list(_ordered(found, narrowed)[start : start + size].select_related("body"))
    return Page(tuple(_rows(who, chosen, on=on)), total, number, size)


def export(who: Who, narrowed: MatterFilter, *, on: date) -> list[MatterRow]:
    """Give the same list whole, for a file; at most `EXPORT_LIMIT` rows, newest first."""
    found = _ordered(_narrowed(who, narrowed, on=on), narrowed)[:EXPORT_LIMIT]
    return list(_rows(who, list(found.select_related("body")), on=on))


def known(who: Who, refs: Iterable[str], *, on: date) -> list[MatterRow]:
    """Give those of some matters that a person may know of, by reference; at most `EXPORT_LIMIT`."""
    found = access.visible_to(who).filter(ref__in=sorted(set(refs))[:EXPORT_LIMIT])
    return list(_rows(who, list(found.order_by("ref").select_related("body")), on=on))


def count(who: Who, narrowed: MatterFilter, *, on: date) -> int:
    """Count the matters a person may know of."""
    return _narrowed(who, narrowed, on=on).count()


def facets(who: Who, *, on: date) -> dict[str, tuple[Option, ...]]:
    """Give the choices of the filters: only what occurs in matters the person may know of."""
    columns = ("procedure", "stage", "body_id", "rules")
    found = list(access.visible_to(who).order_by().values_list(*columns).distinct())
    bodies = {post.body: post.body_name for post in who.posts}
    missing = {body for _, _, body, _ in found} - set(bodies)
    if missing:
        bodies |= {body.pk: body.name for body in Body.objects.filter(pk__in=missing)}
    procedures: dict[str, Text] = {}
    stages: dict[str, Text] = {}
    for name, stage, _, rules in found:  # by the rules of each: a pack may be gone by now
        spec = rulebook.rules_of(rules).spec
        procedures[name] = spec.title
        stages[f"{name}.{stage}"] = spec.stages[stage].title
    return {
        "procedure": tuple(Option(name, title) for name, title in sorted(procedures.items())),
        "stage": tuple(Option(name, title) for name, title in sorted(stages.items())),
        "body": tuple(
            Option(str(body), bodies[body]) for body in sorted({row[2] for row in found})
        ),
    }


def desk_page(who: Who, *, on: date) -> DeskCard:
    """Give everything the first page of the day shows."""
    running = ClockRow.objects.filter(access.may_know(who, "matter_id"), stopped_date__isnull=True)
    near = list(
        running.filter(due_date__lte=on + SOON)
        .select_related("matter")
        .order_by("due_date", "matter_id")[:60]
    )
    cards = [_chip(row, row.matter, on=on) for row in near]
    waiting = _waiting_rows(who, on=on)
    return DeskCard(
        waiting=tuple(waiting),
        late=tuple(card for card in cards if card.status == "late"),
        due_soon=tuple(card for card in cards if card.status != "late"),
        running=running.count(),
        notices=tuple(_notices(who)),
        openable=tuple(openable(who, on=on)),
    )


def waiting(who: Who, *, on: date) -> list[WaitingRow]:
    """Give everything that waits for this person, longest first."""
    return _waiting_rows(who, on=on)


def openable(who: Who, *, on: date) -> Iterable[OpenableProcedure]:
    """Give the procedures a person may open, and in which bodies. No query."""
    for versions in rulebook.current().procedures.values():
        in_force = [version for version in versions if version.effective_from <= on]
        if not in_force:
            continue
        procedure = in_force[-1]
        for name, action in procedure.spec.actions.items():
            if not action.opens:
                continue
            posts = {
                spec.post or role
                for role, spec in procedure.spec.roles.items()
                if role in action.by and spec.held_by == "post" and spec.at == "holder"
            }
            bodies = {p.body_code: p.body_name for p in who.posts if p.post in posts}
            if bodies:
                yield OpenableProcedure(
                    procedure.name,
                    name,
                    procedure.spec.title,
                    procedure.spec.summary,
                    tuple(Option(code, title) for code, title in sorted(bodies.items())),
                )


def mark_notices_read(who: Who, ids: Sequence[int], *, now: datetime) -> int:
    """Mark one's own notices as read; others' are not touched."""
    mine = Notice.objects.filter(person_id=who.person, pk__in=list(ids), read_at__isnull=True)
    return mine.update(read_at=now)


# --- within -------------------------------------------------------------------------------------


def _narrowed(who: Who, narrowed: MatterFilter, *, on: date) -> QuerySet[Matter]:
    found = access.visible_to(who)
    if narrowed.procedure:
        found = found.filter(procedure=narrowed.procedure)
    if narrowed.stage:
        procedure, _, stage = narrowed.stage.rpartition(".")
        found = found.filter(stage=stage, **({"procedure": procedure} if procedure else {}))
    if narrowed.body:
        found = found.filter(body_id=narrowed.body) if _is_id(narrowed.body) else found.none()
    for word in narrowed.query.replace("\0", " ").split()[:MOST_WORDS]:
        found = found.filter(words__icontains=word)
    return _in_state(who, found, narrowed.state, on=on)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _in_state(who: Who, found: QuerySet[Matter], state: str, *, on: date) -> QuerySet[Matter]:
    if state == "open":
        return found.filter(is_final=False)
    if state == "closed":
        return found.filter(is_final=True)
    if state == "late":
        late = ClockRow.objects.filter(stopped_date__isnull=True, due_date__lt=on)
        return found.filter(pk__in=late.values("matter_id"))
    if state == "waiting":
        return found.filter(pk__in=_mine(who).values("matter_id"))
    return found


def _ordered(found: QuerySet[Matter], narrowed: MatterFilter) -> QuerySet[Matter]:
    if narrowed.order == "oldest":
        return found.order_by("opened_date", "pk")
    if narrowed.order == "due":
        running = ClockRow.objects.filter(matter=OuterRef("pk"), stopped_date__isnull=True)
        soonest = running.order_by("due_date").values("due_date")[:1]
        return found.annotate(due=Subquery(soonest)).order_by(F("due").asc(nulls_last=True), "pk")
    return found.order_by("-opened_date", "-pk")


def _rows(who: Who, chosen: Sequence[Matter], *, on: date) -> Iterable[MatterRow]:
    ids = [matter.pk for matter in chosen]
    clocks: dict[int, ClockRow] = {}
    running = ClockRow.objects.filter(matter_id__in=ids, stopped_date__isnull=True)
    for row in running.order_by("due_date", "pk"):
        clocks.setdefault(row.matter_id, row)
    mine = set(_mine(who).filter(matter_id__in=ids).values_list("matter_id", flat=True))
    listed = {matter.pk: json.loads(matter.listed) for matter in chosen}
    names = names_of_keys(
        key for pairs in listed.values() for _, value in pairs for key in mentioned(value)
    )
    for matter in chosen:
        procedure = rulebook.rules_of(matter.rules)
        stage = procedure.spec.stages[matter.stage]
        clock = clocks.get(matter.pk)
        yield MatterRow(
            ref=matter.ref,
            procedure=matter.procedure,
            procedure_title=procedure.spec.title,
            stage=matter.stage,
            stage_title=stage.title,
            final=matter.is_final,
            body=matter.body.name,
            opened_date=matter.opened_date,
            listed=tuple(_listed(listed[matter.pk], procedure, names)),
            next_clock=_chip(clock, matter, on=on) if clock else None,
            waiting_for_me=matter.pk in mine,
            version=matter.version,
        )


def _listed(
    pairs: Sequence[tuple[str, Value]], procedure: RunnableProcedure, names: Names
) -> Iterable[WhyLine]:
    for name, value in pairs:
        spec = procedure.spec.fields.get(name)
        if spec is not None:
            yield WhyLine(spec.title, shown(value, spec, names))


def _chip(row: ClockRow, matter: Matter, *, on: date) -> ClockChip:
    return chips.from_row(row, rulebook.rules_of(matter.rules), ref=matter.ref, on=on)


def _mine(who: Who) -> QuerySet[Waiting]:
    """Give what waits for one of my principals, that I may know of, and may sign."""
    return Waiting.objects.filter(
        access.may_know(who, "matter_id"), principal__in=sorted(who.principals)
    ).exclude(not_for__contains=f",{who.person},")


def _waiting_rows(who: Who, *, on: date) -> list[WaitingRow]:
    rows = list(_mine(who).select_related("matter").order_by("since", "pk")[:100])
    clocks: dict[int, ClockRow] = {}
    ids = {row.matter_id for row in rows}
    if ids:
        running = ClockRow.objects.filter(matter_id__in=ids, stopped_date__isnull=True)
        for clock in running.order_by("due_date", "pk"):
            clocks.setdefault(clock.matter_id, clock)
    proposers = {row.not_for.split(",")[1] for row in rows if row.not_for}
    names = names_of(int(person) for person in proposers if person)
    seen: Mapping[tuple[int, str, int], Waiting] = {
        (row.matter_id, row.kind, row.proposal): row for row in reversed(rows)
    }
    return [
        _waiting_row(row, clocks.get(row.matter_id), names, on=on)
        for row in rows
        if seen[(row.matter_id, row.kind, row.proposal)] is row
    ]


def _waiting_row(
    row: Waiting, clock: ClockRow | None, names: Mapping[int, Text], *, on: date
) -> WaitingRow:
    procedure = rulebook.rules_of(row.matter.rules)
    proposer = row.not_for.split(",")[1] if row.not_for else ""
    what = procedure.spec.stages[row.matter.stage].title
    if row.kind == "approve":
        what = procedure.spec.actions[row.action].title
    return WaitingRow(
        ref=row.matter.ref,
        kind="approve" if row.kind == "approve" else "act",
        proposal=row.proposal or None,
        what=what,
        procedure_title=procedure.spec.title,
        who=names.get(int(proposer)) if proposer else None,
        since=row.since,
        next_clock=_chip(clock, row.matter, on=on) if clock else None,
    )


def _notices(who: Who) -> Iterable[NoticeRow]:
    mine = Notice.objects.filter(access.may_know(who, "matter_id"), person_id=who.person)
    for notice in mine.select_related("matter").order_by("-at", "-pk")[:12]:
        yield NoticeRow(
            id=notice.pk,
            ref=notice.matter.ref,
            text=notices.EVENTS[notice.event],
            at=notice.at,
            read=notice.read_at is not None,
        )


def has_notices(who: Who) -> bool:
    """Say whether anything unread is there for this person."""
    return Notice.objects.filter(
        access.may_know(who, "matter_id"), person_id=who.person, read_at__isnull=True
    ).exists()


__all__ = [
    "EXPORT_LIMIT", "count", "desk_page", "export", "facets", "has_notices", "known", "mark_notices_read",
    "matters", "openable", "waiting",
]  # fmt: skip
