"""Flags as people meet them: who may see which, ask, dismiss, settle, and how often they hit.

A flag opens nothing by itself: a named person asks, and the question is a matter like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Case, Count, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce

from paizhu.analysis.explaining import prefilled, sentence
from paizhu.analysis.measures import measure_named, measures
from paizhu.analysis.models import Flag, FlagStep
from paizhu.analysis.reach import bodies_within, supervised_within
from paizhu.analysis.sampling import Draw, draw_second_look, fair
from paizhu.analysis.sources import day_of
from paizhu.casework import access, desk
from paizhu.casework.cards import Page, Receipt
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who, supervised_by

NOT_FOUND = Text(
    "没有这个标志，或者它不归您查看。请回到标志列表。",
    "There is no such flag, or it is not yours to see. Go back to the list of flags.",
)


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag in a list."""

    id: int
    measure: str
    title: Text
    body: Text
    subject: str
    sentence: Text
    status: str
    matter: str
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class HitRate:
    """What became of the flags of a measure, among those the reader may see."""

    measure: str
    title: Text
    raised: int
    waiting: int
    asked: int
    dismissed: int
    explained: int
    confirmed: int

    @property
    def settled(self) -> int:
        return self.explained + self.confirmed


def flags_visible_to(
    who: Who, *, now: datetime, within: frozenset[int] | None = None
) -> QuerySet[Flag]:
    """Give the flags a person may see.

    Not asked yet: only those of bodies his posts supervise. Once asked, the flag belongs to its
    matter: whoever may know of the matter sees it, and nobody else; so a liaison sees nothing
    before the question, and a recused person nothing after it. `within` is what `bodies_within`
    gave, for a page that has asked already.
    """
    if within is None:
        within = bodies_within(who, on=day_of(now))
    known = access.visible_to(who).values("ref")
    #: A merged flag goes the way of the one it was put to.
    asked_by_no_one = Q(merged_into__isnull=True) | Q(merged_into__matter="")
    return Flag.objects.filter(
        Q(asked_by_no_one, matter="", body_id__in=within)
        | Q(matter__in=known)
        | Q(merged_into__matter__in=known)
    )


def flag_for(who: Who, flag: int, *, now: datetime) -> Flag:
    """Give one flag; unknown and forbidden are one answer."""
    found = (
        flags_visible_to(who, now=now)
        .select_related("body", "run", "source")
        .filter(pk=flag)
        .first()
    )
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def list_flags(
    who: Who, *, now: datetime, measure: str = "", status: str = "", body: str = "",
    page: int = 1, size: int = 50,
) -> Page[FlagRow]:  # fmt: skip
    """Give one page of the flags a person may see, the newest first."""
    within = bodies_within(who, on=day_of(now))
    found = flags_visible_to(who, now=now, within=within)
    for name, value in (("measure", measure), ("body__code", body)):
        found = found.filter(**{name: value}) if value else found
    if status:
        told = Q(status=status, body_id__in=within)
        found = found.filter(told | ~Q(body_id__in=within) if status == "asked" else told)
    total = found.count()
    start = (max(1, page) - 1) * size
    rows = found.select_related("body").order_by("-last_seen", "-id")[start : start + size]
    shown = (_row(flag, told=told_of(flag, within)) for flag in rows)
    return Page(tuple(shown), total, max(1, page), size)


def newest(who: Who, *, now: datetime, size: int) -> Page[FlagRow]:
    """Give the last flags not asked yet of bodies a person's posts supervise. One query."""
    bodies = supervised_within(who, on=day_of(now))
    found = Flag.objects.filter(status="new", matter="", body_id__in=bodies)
    counted = found.annotate(all=Window(Count("*"))).select_related("body")
    rows = list(counted.order_by("-last_seen", "-id")[:size])
    shown = (_row(flag, told=flag.status) for flag in rows)
    return Page(tuple(shown), rows[0].all if rows else 0, 1, size)


def new_by_body(who: Who, *, now: datetime) -> dict[int, int]:
    """Count the flags not asked yet by the body they are about. One query."""
    bodies = supervised_within(who, on=day_of(now))
    found = Flag.objects.filter(status="new", matter="", body_id__in=bodies)
    return dict(found.order_by().values_list("body_id").annotate(flags=Count("pk")))


def asked_in(who: Who, ref: str, *, now: datetime) -> tuple[tuple[int, Text], ...]:
    """Give the flags that a matter asks about with the titles of their measures. One query."""
    # Within no body: a flag that was asked about goes with its matter alone.
    found = flags_visible_to(who, now=now, within=frozenset()).filter(matter=ref)
    named = found.order_by("id").values_list("pk", "measure")
    return tuple((pk, _title(measure)) for pk, measure in named)


def told_of(flag: Flag, within: Collection[int]) -> str:
    """Say where a flag stands. Whoever does not supervise the unit, so the unit itself, reads only
    that it was asked: what the answer showed is for those who asked.
    """
    return flag.status if flag.body_id in within else "asked"


def _row(flag: Flag, *, told: str) -> FlagRow:
    return FlagRow(
        flag.pk, flag.measure, _title(flag.measure), flag.body.name, flag.subject, sentence(flag),
        told, flag.matter, flag.first_seen, flag.last_seen,
    )  # fmt: skip


def _title(measure: str) -> Text:
    known = measures().get(measure)
    return known.spec.title if known else Text(measure, measure)


# --- what a person does with it -----------------------------------------------------------------


def ask(
    flag: int, *, actor: Who, now: datetime, raw: Mapping[str, object] | None = None, body: str = ""
) -> Receipt:
    """Open the question that the measure declares; raise what the door raises.

    `raw` is the form; what it leaves out is filled from the flag. `body` is the body that asks,
    by default the one of the actor's posts that supervises.
    """
    with transaction.atomic():
        found = locked(flag, actor, now)
        if found.status != "new":
            raise already(found)
        spec = measure_named(found.measure).spec
        if spec.procedure is None:
            raise NotAllowed(
                Text(
                    "该度量没有声明以何种程序询问。", "The measure declares no procedure to ask by."
                )
            )
        receipt = desk.open(
            actor=actor,
            procedure=spec.procedure,
            body=body or _asking_body(actor, found, now),
            raw={**prefilled(found, language=actor.language, now=now), **(raw or {})},
            now=now,
            source=f"flag:{found.pk}",
        )
        found.status, found.matter = "asked", receipt.ref
        found.asked_by_id, found.asked_at = actor.person, now
        found.save(update_fields=["status", "matter", "asked_by", "asked_at"])
        record(found, "asked", receipt.ref, actor, now)
    return receipt


def dismiss(
    flag: int, *, reasons: str, actor: Who, now: datetime, draw: Draw = fair
) -> None:  # fmt: skip
    """Leave a flag without asking, with reasons; it stays on record, and may be drawn for another
    person to look at.
    """
    with transaction.atomic():
        found = locked(flag, actor, now)
        if found.status != "new":
            raise already(found)
        close(found, "dismissed", reasons, actor, now)
        draw_second_look(found, now=now, draw=draw)


def settle(
    flag: int, *, outcome: Literal["explained", "confirmed"], reasons: str, actor: Who, now: datetime
) -> None:  # fmt: skip
    """Say what the answer showed: explained, or confirmed as something to be mended."""
    with transaction.atomic():
        found = locked(flag, actor, now)
        if found.status != "asked":
            raise already(found)
        close(found, outcome, reasons, actor, now)


def close(flag: Flag, status: str, reasons: str, actor: Who, now: datetime) -> None:
    """Write down who closed a locked flag, how and why."""
    flag.status, flag.reasons = status, given(reasons)
    flag.closed_by_id, flag.closed_at = actor.person, now
    flag.save(update_fields=["status", "reasons", "closed_by", "closed_at", "merged_into"])
    record(flag, status, flag.reasons, actor, now)


def given(reasons: str) -> str:
    """Give the reasons as they are kept; raise Invalid when there are none."""
    if not reasons.strip():
        say = Text("请写明理由。", "Please give the reasons.")
        raise Invalid(say, fields={"reasons": say})
    return reasons.strip()[:2000]


def record(flag: Flag, kind: str, reasons: str, actor: Who, now: datetime) -> None:
    """Add a line to what was done with a flag."""
    FlagStep.objects.create(flag=flag, kind=kind, by_id=actor.person, at=now, reasons=reasons)


def locked(flag: int, actor: Who, now: datetime) -> Flag:
    """Give a flag the actor may see, for changing. The unit that was asked changes nothing, and is
    not told by a refusal how far others are with it.
    """
    visible = flag_for(actor, flag, now=now)
    if visible.body_id not in bodies_within(actor, on=day_of(now)):
        raise NotAllowed(Text("标志由监督方处理和认定，被询问单位不能自行认定。",
                              "Whoever supervises deals with a flag and says what the answer showed, "
                              "not the unit asked."))  # fmt: skip
    return (
        Flag.objects.select_for_update(of=("self",))
        .select_related("body", "run")
        .get(pk=visible.pk)
    )


def already(flag: Flag) -> Conflict:
    """Say that a flag is past what was wanted."""
    return Conflict(Text(
        f"这个标志的状态已是“{flag.status}”，不能再这样处理。请查看最新情况。",
        f"This flag is already “{flag.status}”, so this can no longer be done. Look at it again."))  # fmt: skip


def _asking_body(actor: Who, flag: Flag, now: datetime) -> str:
    """Give the body of the actor's that supervises the flag's body."""
    day = day_of(now)
    for post in actor.posts:
        if flag.body_id in supervised_by([post.body], on=day):
            return post.body_code
    raise NotAllowed(Text("您的岗位所在机构不直接监督该单位，不能由您询问，请转相应派驻机构。",
                          "No body of yours supervises this unit directly, so it is not yours to ask. "
                          "Turn to the team that does."))  # fmt: skip


# --- how often it hits --------------------------------------------------------------------------


def hit_rate(
    measure: str, *, who: Who, now: datetime, within: frozenset[int] | None = None
) -> HitRate:
    """Count what became of a measure's flags, among those the reader may see.

    A merged flag counts as the one it was put to.
    """
    if within is None:
        within = bodies_within(who, on=day_of(now))
    found = flags_visible_to(who, now=now, within=within).filter(measure=measure)
    own = When(body_id__in=sorted(within), then=Coalesce("merged_into__status", "status"))
    ended = found.values_list(Case(own, default=Value("asked")))
    counts = dict(ended.annotate(flags=Count("pk")).order_by())
    given = [counts.get(status, 0) for status in Flag.STATUSES]
    waiting, asked, dismissed, explained, confirmed, _ = given
    return HitRate(
        measure, _title(measure), sum(given), waiting, asked + explained + confirmed, dismissed,
        explained, confirmed,
    )  # fmt: skip
