"""Register a source, have another person approve it, and say which may be read on a day.

No import and no query without purpose, plan item or matter, approver and expiry (refusal 4).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from paizhu.analysis import permits, store
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Load, Source
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.tables import table_named
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import reads
from paizhu.registry.models import Body
from paizhu.registry.principals import Who
from paizhu.rules.spec import SourceField

#: Longer than this, a purpose has become a collection.
LONGEST_YEARS = 3
#: So long a file that was sent waits to be taken in.
WAITS_FOR = timedelta(hours=12)


def day_of(now: datetime) -> date:
    """Give the day on which `now` falls where the office is."""
    return localtime(now).date()


def register(  # noqa: PLR0913 - what a source says of itself, and nothing else
    *,
    actor: Who,
    key: str,
    table: str,
    body: str,
    purpose: str,
    plan_ref: str,
    expires_date: date,
    now: datetime,
    period: tuple[date | None, date | None] = (None, None),
) -> Source:
    """Register a source; it gives nothing until another person approves it."""
    table_named(tables(), table)
    holder = _body_within(actor, body, now)
    _check_claims({"key": key, "purpose": purpose, "plan_ref": plan_ref}, expires_date, now)
    _check_period(period)
    claims: dict[SourceField, str] = {
        "key": key, "table": table, "body": body, "purpose": purpose.strip(),
        "plan_ref": plan_ref.strip(), "expires_date": expires_date.isoformat(),
        "period_from": _iso(period[0]), "period_until": _iso(period[1]),
    }  # fmt: skip
    try:
        with transaction.atomic():
            if Source.objects.filter(key=key).exists():
                raise IntegrityError(key)
            return Source.objects.create(
                key=key, table=table, body=holder, purpose=claims["purpose"],
                plan_ref=claims["plan_ref"], expires_date=expires_date,
                period_from=period[0], period_until=period[1],
                registered_by_id=actor.person, registered_at=now,
                matter=permits.ask(claims, actor=actor, body=holder.pk, now=now),
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(Text(f"数据源“{key}”已登记。请换一个名称。",
                            f"The source “{key}” is already registered. Choose another key.")) from None  # fmt: skip


def approve(key: str, *, actor: Who, now: datetime) -> Source:
    """Approve a source that somebody else registered."""
    source = source_for(actor, key, now=now)
    if source.registered_by_id == actor.person:
        raise NotAllowed(Text("数据源不能由登记人自己批准。请由其他负责人批准。",
                              "A source cannot be approved by the one who registered it."))  # fmt: skip
    if source.approved_by_id is not None:
        raise Conflict(Text(f"数据源“{key}”已经批准。", f"The source “{key}” is already approved."))
    with transaction.atomic():
        permits.approve(source, actor=actor, now=now)
        source.approved_by_id = actor.person
        source.approved_at = now
        source.save(update_fields=["approved_by", "approved_at"])
    return source


def source_for(who: Who, key: str, *, now: datetime) -> Source:
    """Give a source of a body within reach; unknown and forbidden are one answer."""
    permits.follow()
    within = bodies_within(who, on=day_of(now))
    found = Source.objects.filter(key=key, body_id__in=within).first()
    if found is None:
        raise NotFound(Text(f"没有数据源“{key}”，或者不归您使用。请核对名称。",
                            f"There is no source “{key}”, or it is not yours to use. Check the key."))  # fmt: skip
    return found


def sources_for(who: Who, *, now: datetime, table: str = "") -> list[Source]:
    """Give the approved and unexpired sources of the bodies within a person's reach."""
    permits.follow()
    found = Source.objects.filter(
        permits.in_use(),
        body_id__in=bodies_within(who, on=day_of(now)),
        approved_by__isnull=False,
        expires_date__gte=day_of(now),
    )
    return list((found.filter(table=table) if table else found).order_by("key"))


def check_usable(source: Source, *, on: date) -> None:
    """Raise NotAllowed unless the source is approved and not expired."""
    if source.approved_by_id is None:
        raise NotAllowed(Text(f"数据源“{source.key}”还没有批准。请由登记人以外的负责人批准后再用。",
                              f"The source “{source.key}” is not approved yet. Have another person "
                              "approve it first."))  # fmt: skip
    if source.expires_date < on:
        raise NotAllowed(Text(
            f"数据源“{source.key}”已于 {source.expires_date} 到期。如仍有需要，请重新登记并说明用途。",
            f"The source “{source.key}” expired on {source.expires_date}. If it is still needed, "
            "register a new one and say what for."))  # fmt: skip
    if not is_readable(source, on=on):
        raise NotAllowed(Text(
            f"数据源“{source.key}”已停止使用（{source.matter}）。如仍有需要，请重新登记并说明用途。",
            f"The use of the source “{source.key}” has ended ({source.matter}). If it is still needed, "
            "register a new one and say what for."))  # fmt: skip


def is_readable(source: Source, *, on: date) -> bool:
    """Say whether rows of a source may be read on a day."""
    return permits.usable([source], on=on).exists()


def note_reading(sources: Iterable[Source], *, who: Who, what: str, now: datetime) -> None:
    """Write down that somebody read rows of these sources: what is borrowed is read on record."""
    for source in sources:
        reads.record(person=who.key, ref=source.matter or source.key, what=what, at=now)


def withdraw_load(load: Load, *, actor: Who, reasons: str, now: datetime) -> None:
    """Take the rows of one load out again, with reasons; the line about it stays."""
    source_for(actor, load.source.key, now=now)
    later = Load.objects.filter(source=load.source, pk__gt=load.pk, removed_at__isnull=True)
    if later.filter(rests_on_earlier=True).exists():
        raise Conflict(Text(
            "后来的导入以这次的数据为基础（相同的行没有重复保存）。请先撤回后来的导入。",
            "Later files rest on this one: rows they repeat were not stored again. Take the later ones "
            "out first."))  # fmt: skip
    if not reasons.strip():
        raise Invalid(Text("请写明撤回的理由。", "Please give the reasons for taking it out."))
    _remove([load], reasons.strip(), now)


def remove_expired(*, now: datetime) -> int:
    """Delete the rows of every source that expired or whose use has ended, what killed imports left,
    and files that were sent and never taken in; give how many loads went. Run daily.
    """
    _sweep_waiting(now)
    standing = Load.objects.filter(removed_at__isnull=True).values_list("stored_as", flat=True)
    store.sweep(set(standing), before=now - timedelta(days=1))
    there = Load.objects.filter(removed_at__isnull=True).select_related("source")
    expired = list(there.filter(source__expires_date__lt=day_of(now)))
    done = _remove(expired, "expired", now)
    return done + _remove(list(there.filter(source__in=permits.ended())), "ended", now)


def _sweep_waiting(now: datetime) -> None:
    """Throw away files sent long ago: nobody may ever send another, which would sweep them too."""
    waiting = Path(settings.PAIZHU_DATA) / "uploads"
    for folder in waiting.iterdir() if waiting.is_dir() else ():
        if folder.stat().st_mtime < (now - WAITS_FOR).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def damaged_loads() -> list[str]:
    """Name the loads whose stored rows are gone or no longer what was stored. For `paizhu doctor`."""
    standing = Load.objects.filter(removed_at__isnull=True).select_related("source")
    return [
        f"{load.source.key}: {load.file_name}"
        for load in standing
        if not (file := store.folder() / load.stored_as).is_file()
        or store.digest_of(file) != load.stored_digest
    ]


def _remove(loads: Sequence[Load], because: str, now: datetime) -> int:
    for load in loads:
        load.removed_at = now
        load.removed_because = because
        load.save(update_fields=["removed_at", "removed_because"])
        (store.folder() / load.stored_as).unlink(missing_ok=True)
    return len(loads)


def _body_within(actor: Who, code: str, now: datetime) -> Body:
    found = Body.objects.filter(code=code, pk__in=bodies_within(actor, on=day_of(now))).first()
    if found is None:
        raise NotFound(Text(f"没有单位“{code}”，或者不在您的监督范围内。",
                            f"There is no body “{code}”, or you do not supervise it."))  # fmt: skip
    return found


def _check_period(period: tuple[date | None, date | None]) -> None:
    start, end = period
    if start is not None and end is not None and end < start:
        wrong = Text("数据期间的止日早于起日。", "The period ends before it begins.")
        raise Invalid(wrong, fields={"period_until": wrong})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _check_claims(claims: Mapping[str, str], expires: date, now: datetime) -> None:
    wrong: dict[str, Text] = {}
    for name in ("purpose", "plan_ref"):
        if len(claims[name].strip()) < 2:
            wrong[name] = Text("必须填写：没有用途和依据不得查询数据。",
                               "This is required: no data without a purpose and what it is for.")  # fmt: skip
    for name, longest in (("purpose", 400), ("plan_ref", 120)):
        if len(claims[name].strip()) > longest:
            wrong[name] = Text(f"最多 {longest} 字。", f"At most {longest} characters.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,62}", claims["key"]):
        wrong["key"] = Text("只用小写字母、数字和连字符，如 wj-purchases-2025。",
                            "Use lower-case letters, digits and hyphens: wj-purchases-2025.")  # fmt: skip
    today = day_of(now)
    if (
        not today
        <= expires
        <= today.replace(year=today.year + LONGEST_YEARS, day=min(today.day, 28))
    ):
        wrong["expires_date"] = Text(
            f"到期日须在今天之后、{LONGEST_YEARS} 年之内：借来的数据用完即还。",
            f"The expiry must lie ahead, within {LONGEST_YEARS} years: borrowed data go back.")  # fmt: skip
    if wrong:
        raise Invalid(Text("数据源登记不完整，没有保存。", "The source was not registered: some of it is "
                           "wrong or missing."), fields=wrong)  # fmt: skip
