"""Lists, counts and the desk. Everything starts from what the reader may know of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window

from paizhu.casework import access, chips, inbox, rulebook
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
)
from paizhu.casework.list_rows import rows_of, to_sign
from paizhu.casework.models import ClockRow, Matter, Notice, Waiting
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry.principals import HeldPost, Who, names_of

#: How far ahead "due soon" looks, in natural days.
SOON = timedelta(days=14)
EXPORT_LIMIT = 5000
#: A list is counted and leafed through as far as it is exported; beyond, one narrows it.
MOST_COUNTED = EXPORT_LIMIT
#: The choices of the filters come from so many of the matters last registered.
CHOICES_FROM = 1000
#: Words of a search that are looked at.
MOST_WORDS = 10
BEGIN_AGAIN = Text("翻页标记已失效，请从头读取。", "This cursor no longer holds; begin again.")


def matters(
    who: Who, narrowed: MatterFilter, *, on: date, page: int = 1, size: int = 50
) -> Page[MatterRow]:
    """Give one page of the matters a person may know of, with the true total up to a limit."""
    in_order = _is_whole(narrowed) and narrowed.order != "due"
    if in_order:
        total = access.how_many(who, most=MOST_COUNTED + 1)
    else:
        found = narrowed_to(who, narrowed, on=on, one_by_one=access.knows_many(who))
        total = found.order_by()[: MOST_COUNTED + 1].count()
    counted = min(total, MOST_COUNTED)
    number = min(max(1, page), max(1, -(-counted // size)))
    start = (number - 1) * size
    if in_order:
        oldest = narrowed.order == "oldest"
        ids = access.in_order(who, most=size, skip=start, oldest=oldest)
        rows = _ordered(Matter.objects.filter(pk__in=ids), narrowed)
    else:
        rows = _ordered(found, narrowed)[start : start + size]
    return Page(tuple(rows_of(who, rows, on=on)), counted, number, size, total > counted)


def export(who: Who, narrowed: MatterFilter, *, on: date) -> list[MatterRow]:
    """Give the same list whole, for a file; at most `EXPORT_LIMIT` rows, newest first."""
    found = _ordered(narrowed_to(who, narrowed, on=on), narrowed)[:EXPORT_LIMIT]
    return list(rows_of(who, found, on=on))


def known(who: Who, refs: Iterable[str], *, on: date) -> list[MatterRow]:
    """Give those of some matters that a person may know of, by reference; at most `EXPORT_LIMIT`."""
    found = access.visible_to(who).filter(ref__in=sorted(set(refs))[:EXPORT_LIMIT])
    return list(rows_of(who, found.order_by("ref"), on=on))


def leaf(
    who: Who, narrowed: MatterFilter, *, on: date, after: str = "", size: int = 50
) -> tuple[tuple[MatterRow, ...], bool]:
    """Give the matters registered next before `after` (or after it), and whether there are more.

    For programs that read on and on: unlike pages, nothing is given twice when matters are added.
    Raise Invalid when `after` is nothing the person may know of; unknown and hidden are the same.
    """
    found = narrowed_to(who, narrowed, on=on, one_by_one=access.knows_many(who))
    if after:
        last = None if "\0" in after else access.visible_to(who).filter(ref=after).first()
        if last is None:
            raise Invalid(BEGIN_AGAIN, fields={"cursor": BEGIN_AGAIN})
        place = {"pk__gt": last.pk} if narrowed.order == "oldest" else {"pk__lt": last.pk}
        found = found.filter(**place)
    rows = tuple(rows_of(who, _ordered(found, narrowed)[: size + 1], on=on))
    return rows[:size], len(rows) > size


def count(who: Who, narrowed: MatterFilter, *, on: date) -> int:
    """Count the matters a person may know of."""
    return narrowed_to(who, narrowed, on=on).count()


def facets(who: Who, *, on: date) -> dict[str, tuple[Option, ...]]:
    """Give the choices of the filters: only what occurs in matters the person may know of.

    They are those of the `CHOICES_FROM` last registered, so that they cost the same however many
    there are. A filter takes any value, offered or not.
    """
    columns = ("procedure", "stage", "rules", "body_id", "body__name_zh", "body__name_en")
    latest = Matter.objects.filter(pk__in=access.in_order(who, most=CHOICES_FROM))
    found = list(latest.order_by().values_list(*columns).distinct())
    bodies = {body: Text(zh, en) for _, _, _, body, zh, en in found}
    procedures: dict[str, Text] = {}
    stages: dict[str, Text] = {}
    for name, stage, rules, *_ in found:  # by the rules of each: a pack may be gone by now
        spec = rulebook.rules_of(rules).spec
        procedures[name] = spec.title
        stages[f"{name}.{stage}"] = spec.stages[stage].title
    return {
        "procedure": tuple(Option(name, title) for name, title in sorted(procedures.items())),
        "stage": tuple(Option(name, title) for name, title in sorted(stages.items())),
        "body": tuple(Option(str(body), name) for body, name in sorted(bodies.items())),
    }


def desk_page(who: Who, *, on: date) -> DeskCard:
    """Give everything the first page of the day shows."""
    known = access.may_know(who, "matter_id", one_by_one=access.knows_many(who))
    running = ClockRow.objects.filter(known, stopped_date__isnull=True).select_related("matter")
    soonest = F("due_date").asc(nulls_last=True)
    # Counted in the same breath: what one may know of is looked through once.
    first = list(running.annotate(all=Window(Count("*"))).order_by(soonest, "matter_id")[:60])
    near = [row for row in first if row.due_date is not None and row.due_date <= on + SOON]
    cards = [_chip(row, row.matter, on=on) for row in near]
    waiting = _waiting_rows(who, on=on)
    return DeskCard(
        waiting=tuple(waiting),
        late=tuple(card for card in cards if card.status == "late"),
        due_soon=tuple(card for card in cards if card.status != "late"),
        running=first[0].all if first else 0,
        notices=tuple(notices_of(who)),
        openable=tuple(openable(who, on=on)),
    )


def waiting(who: Who, *, on: date) -> list[WaitingRow]:
    """Give everything that waits for this person, longest first."""
    return _waiting_rows(who, on=on)


def openable(who: Who, *, on: date) -> Iterable[OpenableProcedure]:
    """Give the procedures a person may open, and in which bodies. No query."""
    return _openable(who.posts, on, rulebook.current().digest)


@lru_cache(maxsize=256)
def _openable(held: tuple[HeldPost, ...], on: date, _rules: str) -> tuple[OpenableProcedure, ...]:
    """Look through all procedures; every page asks, so once for the same posts, day and rules."""
    found = []
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
            bodies = {p.body_code: p.body_name for p in held if p.post in posts}
            if bodies:
                found.append(
                    OpenableProcedure(
                        procedure.name,
                        name,
                        procedure.spec.title,
                        procedure.spec.summary,
                        tuple(Option(code, title) for code, title in sorted(bodies.items())),
                    )
                )
    return tuple(found)


def mark_notices_read(who: Who, ids: Sequence[int], *, now: datetime) -> int:
    """Mark one's own notices as read; others' are not touched."""
    mine = Notice.objects.filter(person_id=who.person, pk__in=list(ids), read_at__isnull=True)
    return mine.update(read_at=now)


# --- within -------------------------------------------------------------------------------------


def _is_whole(narrowed: MatterFilter) -> bool:
    """Say whether nothing is narrowed."""
    return narrowed == MatterFilter(order=narrowed.order)


def narrowed_to(
    who: Who, narrowed: MatterFilter, *, on: date, one_by_one: bool = False
) -> QuerySet[Matter]:
    """Give what a filter leaves of the matters a person may know of, in no order."""
    found = access.visible_to(who, one_by_one=one_by_one)
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
        # `found` holds only what one may know of. Asked a second time inside, PostgreSQL without
        # statistics looks at each pair of rows: minutes for some thousands.
        return found.filter(pk__in=to_sign(who).values("matter_id"))
    return found


def _ordered(found: QuerySet[Matter], narrowed: MatterFilter) -> QuerySet[Matter]:
    if narrowed.order == "oldest":
        return found.order_by("pk")
    if narrowed.order == "due":
        running = ClockRow.objects.filter(matter=OuterRef("pk"), stopped_date__isnull=True)
        soonest = running.order_by("due_date").values("due_date")[:1]
        return found.annotate(due=Subquery(soonest)).order_by(F("due").asc(nulls_last=True), "pk")
    return found.order_by("-pk")


def _chip(row: ClockRow, matter: Matter, *, on: date) -> ClockChip:
    return chips.from_row(row, rulebook.rules_of(matter.rules), ref=matter.ref, on=on)


def _mine(who: Who) -> QuerySet[Waiting]:
    """Give what waits for one of my principals, that I may know of, and may sign."""
    return to_sign(who).filter(_known_each(who))


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


def notices_of(who: Who) -> Iterable[NoticeRow]:
    """Give the last notices to a person of matters they may know of."""
    mine = Notice.objects.filter(_known_each(who), person_id=who.person)
    yield from map(inbox.row_of, mine.select_related("matter").order_by("-at", "-pk")[:12])


def _known_each(who: Who) -> Q:
    """What hangs on a few rows of one's own is asked row by row."""
    return access.may_know(who, "matter_id", one_by_one=True)


def has_notices(who: Who) -> bool:
    """Say whether anything unread is there for this person."""
    return Notice.objects.filter(
        _known_each(who), person_id=who.person, read_at__isnull=True
    ).exists()


__all__ = [
    "EXPORT_LIMIT", "count", "desk_page", "export", "facets", "has_notices", "known", "leaf", "mark_notices_read",
    "matters", "narrowed_to", "notices_of", "openable", "waiting",
]  # fmt: skip
