"""One letter a day to whoever wants it: how many notices are unread, of which kind, and what is due.

No number, title or name stands in it: a letter leaves the house.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone

from paizhu.casework import access, notices
from paizhu.casework.models import ClockRow, Notice, Seat, Waiting
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry.models import Account, MailWish
from paizhu.registry.principals import Who, who

#: Not before this, local time.
FROM_HOUR = time(7)
SOON = timedelta(days=3)
BAD_ADDRESS = Text("请填写有效的邮箱地址。", "Give an e-mail address that can be one.")
SUBJECT = Text("派驻监督：今日提醒", "Paizhu: your day")
HEAD = Text("您有未读通知 {n} 条：", "Unread notices: {n}")
NO_NOTICES = Text("没有未读通知。", "No unread notices.")
DUE = Text("三日内到期的时限：{n} 个；已超期：{late} 个。",
           "Time limits due within three days: {n}; late: {late}.")  # fmt: skip
FOOT = Text(
    "详情请登录工作平台查看。本信不含任何事项内容；不想再收到，请在“通知”页停用。",
    "Sign in to see more. This letter holds nothing of any matter; end it on the page of notices.",
)


def wish(account: Account) -> MailWish | None:
    """Give where an account wants its letters."""
    return MailWish.objects.filter(account=account).first()


def want(account: Account, address: str) -> None:
    """Send letters to this address from now on; to none when it is empty."""
    given = address.strip()
    if not given:
        MailWish.objects.filter(account=account).delete()
        return
    try:
        validate_email(given)
    except ValidationError:
        raise Invalid(BAD_ADDRESS, fields={"address": BAD_ADDRESS}) from None
    MailWish.objects.update_or_create(
        account=account, defaults={"address": given, "sent_at": None, "failed": False}
    )


def send_due(now: datetime) -> int:
    """Send today's letters that were not sent yet; give how many went out.

    A letter counts as sent before it goes: rather none than two. One that cannot be handed over is
    marked, and tried again tomorrow.
    """
    local = timezone.localtime(now)
    if not settings.PAIZHU_MAIL or local.time() < FROM_HOUR:
        return 0
    since = local.replace(hour=FROM_HOUR.hour, minute=0, second=0, microsecond=0)
    wishes = MailWish.objects.filter(Q(sent_at=None) | Q(sent_at__lt=since))
    wishes = wishes.filter(account__is_active=True).select_related("account__person")
    return sum(_send(one, now, local.date()) for one in wishes.order_by("pk"))


def _send(one: MailWish, now: datetime, on: date) -> bool:
    asked = who(one.account, on=on, now=now)
    body = _body(asked, on=on, lang=one.account.language)
    own = MailWish.objects.filter(pk=one.pk)
    if not own.filter(sent_at=one.sent_at).update(sent_at=now, failed=False) or not body:
        return False
    message = EmailMessage(SUBJECT.say(one.account.language), body, to=[one.address])
    try:
        return message.send() == 1
    except OSError:  # what smtplib raises is one, too
        own.update(failed=True)
        return False


def _body(asked: Who, *, on: date, lang: str) -> str:
    """Give the words of a letter; none when there is nothing to say."""
    mine = Notice.objects.filter(
        access.may_know(asked, "matter_id", one_by_one=True),
        person_id=asked.person,
        read_at__isnull=True,
    )
    kinds = Counter(mine.order_by("event").values_list("event", flat=True))
    due, late = _due(asked, on=on)
    if not kinds and not due and not late:
        return ""
    head = HEAD.say(lang).format(n=sum(kinds.values())) if kinds else NO_NOTICES.say(lang)
    lines = [f"- {notices.EVENTS[kind].say(lang)} × {kinds[kind]}" for kind in sorted(kinds)]
    dues = DUE.say(lang).format(n=due, late=late)
    return "\n".join([head, *lines, "", dues, "", FOOT.say(lang), ""])


def _due(asked: Who, *, on: date) -> tuple[int, int]:
    waiting = Waiting.objects.filter(principal__in=sorted(asked.principals)).values("matter_id")
    seats = Seat.objects.filter(person_id=asked.person).values("matter_id")
    rows = ClockRow.objects.filter(
        access.may_know(asked, "matter_id", one_by_one=access.knows_many(asked)),
        Q(matter_id__in=waiting) | Q(matter_id__in=seats),
        stopped_date__isnull=True,
        due_date__lte=on + SOON,
    )
    days = list(rows.values_list("due_date", flat=True))
    late = sum(day is not None and day < on for day in days)
    return len(days) - late, late
