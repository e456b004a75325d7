"""Notices: the inbox, what is sent out of the house, and the calendar of due days."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from paizhu.casework import duefeed, mailing
from paizhu.casework import inbox as kept
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry import feeds, principals
from paizhu.registry.models import Account
from paizhu.web.asking import asking
from paizhu.web.policies import nothing_here
from paizhu.web.speech import short

MAIL_ON = Text("已设置每日邮件提醒。", "A daily letter will be sent.")
MAIL_OFF = Text("不再发送邮件提醒。", "No more letters will be sent.")
FEED_OFF = Text("订阅地址已停用。", "The calendar address is ended.")


def inbox(request: HttpRequest) -> HttpResponse:
    """Show what I was told, by matter."""
    asked, only_unread = asking(request), request.GET.get("show") == "unread"
    digits = request.GET.get("page", "")
    page = int(digits) if digits.isascii() and digits.isdigit() and 0 < len(digits) < 4 else 1
    facts = {
        "area": "notices",
        "box": kept.inbox(asked.who, only_unread=only_unread, page=page),
        "page": page,
        "only_unread": only_unread,
    }
    return render(request, "web/inbox.html", facts)


def mark(request: HttpRequest) -> HttpResponse:
    """Mark notices read, or unread again."""
    asked, given = asking(request), request.POST.getlist("id")
    ids = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
    kept.mark(asked.who, ids, read=request.POST.get("as") != "unread", now=asked.now)
    query = "?show=unread" if request.POST.get("show") == "unread" else ""
    return HttpResponseRedirect(reverse("inbox") + query)


def out(request: HttpRequest) -> HttpResponse:
    """Show and change what is sent to me outside the pages: letters, and a calendar."""
    mine: Account = request.user  # type: ignore[assignment]
    facts: dict[str, object] = {"area": "notices"}
    status = 200
    if request.method == "POST":
        try:
            secret = _change(request, mine)
        except Invalid as refusal:
            facts |= {"refusal": refusal, "entered": request.POST.get("address", "")}
            status = 422
        else:
            if not secret:
                return HttpResponseRedirect(reverse("notices_out"))
            path = reverse("due_feed", kwargs={"secret": secret})
            facts["address"] = request.build_absolute_uri(path)
    facts |= {"can_mail": bool(settings.PAIZHU_MAIL)}
    facts |= {"wish": mailing.wish(mine), "feed": feeds.mine(mine)}
    return render(request, "web/notices_out.html", facts, status=status)


def _change(request: HttpRequest, mine: Account) -> str:
    """Do what was asked; give the secret of a calendar that was just made."""
    what, lang = request.POST.get("what", ""), short(request.lang)  # type: ignore[attr-defined]
    if what == "feed":
        return feeds.make(mine, now=asking(request).now)
    if what == "feed-end":
        feeds.end(mine)
        messages.success(request, FEED_OFF.say(lang))
    elif what in ("mail", "mail-end"):
        address = request.POST.get("address", "") if what == "mail" else ""
        mailing.want(mine, address)
        messages.success(request, (MAIL_ON if address.strip() else MAIL_OFF).say(lang))
    return ""


def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give a calendar program the due days of whose secret this is."""
    now = timezone.now()
    account = feeds.of_secret(secret, now=now)
    on = timezone.localdate(now)
    who = principals.who(account, on=on, now=now) if account else None
    if account is None or who is None or who.administers:
        raise nothing_here()
    data = duefeed.due_days(who, lang=short(account.language), now=now, on=on)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="paizhu-due.ics"'
    return response
