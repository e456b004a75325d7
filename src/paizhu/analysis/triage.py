"""Triage: put together what is one thing, and look again at what somebody else left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from paizhu.analysis.explaining import sentence
from paizhu.analysis.flags import (
    NOT_FOUND,
    already,
    close,
    flags_visible_to,
    given,
    locked,
    record,
    told_of,
)
from paizhu.analysis.measures import measures
from paizhu.analysis.models import Flag, FlagStep, SecondLook
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sources import day_of
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: Columns of an answer that name a supplier or a contract, by what two flags have in common.
_COMMON: Mapping[str, Text] = {
    "supplier_id": Text("同一供应商", "the same supplier"),
    "supplier": Text("同一供应商", "the same supplier"),
    "company_id": Text("同一企业", "the same company"),
    "contract_no": Text("同一合同", "the same contract"),
    "project_no": Text("同一项目", "the same project"),
}
_SUBJECT = Text("同一对象", "the same subject")
_ROWS = Text("有相同的数据行", "rows in common")
#: So many flags of a unit are compared with one; the newest first.
MOST_COMPARED = 400


@dataclass(frozen=True, slots=True)
class RelatedFlag:
    """A flag that has something in common with another, and what."""

    id: int
    measure: str
    title: Text
    subject: str
    sentence: Text
    status: str
    because: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """What a person did with a flag."""

    kind: str
    by: Text
    at: datetime
    reasons: str


@dataclass(frozen=True, slots=True)
class WaitingLook:
    """A dismissed flag that waits for another person's look."""

    flag: int
    title: Text
    body: Text
    subject: str
    reasons: str
    drawn_at: datetime


# --- what belongs together ----------------------------------------------------------------------


def related(flag: Flag, *, who: Who, now: datetime) -> tuple[RelatedFlag, ...]:
    """Give the flags on the same unit, of those the reader may see, that share supplier, contract,
    subject or rows with this one. One query.
    """
    within = bodies_within(who, on=day_of(now))
    others = (
        flags_visible_to(who, now=now, within=within).filter(body=flag.body_id).exclude(pk=flag.pk)
    )
    found = []
    for one in others.select_related("body", "run").order_by("-last_seen", "-id")[:MOST_COMPARED]:
        because = in_common(flag, one)
        if because:
            found.append(RelatedFlag(one.pk, one.measure, _title(one.measure), one.subject,
                                     sentence(one), told_of(one, within), because))  # fmt: skip
    return tuple(found)


def in_common(one: Flag, other: Flag) -> tuple[Text, ...]:
    """Say what two flags share."""
    found = [
        say for name, say in _COMMON.items()
        if one.facts.get(name) not in (None, "") and one.facts.get(name) == other.facts.get(name)
    ]  # fmt: skip
    if one.subject.casefold() == other.subject.casefold() and not found:
        found.append(_SUBJECT)
    if _rows(one) & _rows(other):
        found.append(_ROWS)
    return tuple(dict.fromkeys(found))


def _rows(flag: Flag) -> set[str]:
    return {str(row["line"]) for row in flag.evidence}


def _title(measure: str) -> Text:
    known = measures().get(measure)
    return known.spec.title if known else Text(measure, measure)


# --- one thing seen twice -----------------------------------------------------------------------


def merge(flag: int, *, into: int, reasons: str, actor: Who, now: datetime) -> None:
    """Put a flag to another one of the same unit, with reasons; it goes the way of that one."""
    with transaction.atomic():
        # Always in one order, so that two who merge crosswise do not wait for each other.
        both = {pk: locked(pk, actor, now) for pk in sorted({flag, into})}
        found, lead = both[flag], both[into]
        if found.status != "new":
            raise already(found)
        _check_lead(found, lead)
        found.merged_into = lead
        close(found, "merged", reasons, actor, now)
        Flag.objects.filter(merged_into=found).update(merged_into=lead)


def put_later(lead: Flag) -> tuple[int, ...]:
    """Give the flags put to one after its question was asked: their rows are not in the question."""
    if lead.asked_at is None:
        return ()
    later = Flag.objects.filter(merged_into=lead, closed_at__gt=lead.asked_at)
    return tuple(later.order_by("pk").values_list("pk", flat=True))


def supervises(flag: Flag, who: Who, now: datetime) -> bool:
    """Say whether a reader supervises the unit of a flag, or is of the unit that was asked."""
    return flag.body_id in bodies_within(who, on=day_of(now))


def _check_lead(flag: Flag, lead: Flag) -> None:
    if flag.pk == lead.pk or flag.body_id != lead.body_id:
        say = Text(
            "只能并入同一单位的另一条预警。", "It can only be put to another flag of the same unit."
        )
        raise Invalid(say, fields={"into": say})
    if lead.status not in ("new", "asked"):
        raise Conflict(Text("要并入的预警已经办结，请选择仍在办理的一条。",
                            "The flag to put it to is closed; choose one that is still open."))  # fmt: skip


# --- the second look ----------------------------------------------------------------------------


def waiting_looks(who: Who, *, now: datetime, size: int = 50) -> tuple[WaitingLook, ...]:
    """Give the dismissed flags that wait for a look by somebody else than who left them."""
    visible = flags_visible_to(who, now=now).filter(status="dismissed")
    found = SecondLook.objects.filter(looked_by__isnull=True, flag__in=visible.values("pk"))
    others = found.exclude(dismissed_by=who.person).select_related("flag__body", "flag__run")
    return tuple(
        WaitingLook(
            look.flag_id, _title(look.flag.measure), look.flag.body.name, look.flag.subject,
            look.flag.reasons, look.drawn_at,
        )
        for look in others.order_by("drawn_at", "id")[:size]
    )  # fmt: skip


def look_waits(flag: Flag, *, who: Who) -> bool:
    """Say whether this person may give the second look at a flag."""
    if flag.status != "dismissed" or flag.closed_by_id == who.person:
        return False
    return SecondLook.objects.filter(flag=flag, looked_by__isnull=True).exists()


def look_again(
    flag: int, *, outcome: Literal["upheld", "reopened"], reasons: str, actor: Who, now: datetime
) -> None:  # fmt: skip
    """Write down what another person found of a dismissed flag; `reopened` makes it open again."""
    with transaction.atomic():
        found = locked(flag, actor, now)
        look = SecondLook.objects.select_for_update().filter(flag=found, looked_by=None).first()
        if found.status != "dismissed" or look is None:
            raise NotFound(NOT_FOUND)
        if look.dismissed_by_id == actor.person:
            raise NotAllowed(Text("抽中复看的，须由不予询问的人以外的人看。",
                                  "A second look is given by somebody else than who left it."))  # fmt: skip
        look.outcome, look.reasons = outcome, given(reasons)
        look.looked_by_id, look.looked_at = actor.person, now
        look.save()
        record(found, outcome, look.reasons, actor, now)
        if outcome == "reopened":
            found.status, found.reasons, found.closed_by, found.closed_at = "new", "", None, None
            found.save(update_fields=["status", "reasons", "closed_by", "closed_at"])


def history(flag: Flag, *, who: Who, now: datetime) -> tuple[StepLine, ...]:
    """Give what was done with a flag, to those who supervise its unit; to others nothing."""
    if not supervises(flag, who, now):
        return ()
    steps = FlagStep.objects.filter(flag=flag).select_related("by")
    return tuple(StepLine(step.kind, step.by.name, step.at, step.reasons) for step in steps)


__all__ = [
    "RelatedFlag", "StepLine", "WaitingLook", "history", "in_common", "look_again",
    "look_waits", "merge", "related", "waiting_looks",
]  # fmt: skip
