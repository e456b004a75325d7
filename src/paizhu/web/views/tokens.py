"""One's own tokens for programs: make one, see the secret once, end one."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from paizhu.casework.cards import FormField, Option
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry import tokens as kept
from paizhu.registry.tokens import LONGEST_NAME, SCOPES, TokenCard
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import NOTHING_ENTERED, Entered, Form, posted, raw, widgets

ENDED = Text("令牌已停用。", "The token is ended.")
NAME = Text("用途", "What it is for")
NAME_HELP = Text("哪个程序、在哪台机器上用", "Which program, on which machine")
SCOPE = Text("范围", "Scope")
EXPIRES = Text("有效至", "Last day")
EXPIRES_HELP = Text("最长一年", "A year from now at most")


def tokens(request: HttpRequest) -> HttpResponse:
    """List my tokens; make one and show its secret this once."""
    asked, entered = asking(request), NOTHING_ENTERED
    made: tuple[TokenCard, str] | None = None
    if request.method == "POST":
        try:
            made = _issue(request, asked)
        except Invalid as refusal:
            entered = Entered(posted(request.POST), refusal)
    facts = {
        "area": "account",
        "cards": kept.mine(request.user),  # type: ignore[arg-type]
        "scopes": SCOPES,
        "now": asked.now,
        "made": made,
        "form": _form(entered),
    }
    return render(request, "web/tokens.html", facts, status=422 if entered.refusal else 200)


def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End one of my tokens."""
    kept.revoke(request.user, number, now=asking(request).now)  # type: ignore[arg-type]
    messages.success(request, ENDED.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("tokens"))


def _issue(request: HttpRequest, asked: Asking) -> tuple[TokenCard, str]:
    given = raw(request)
    scopes = given.get("scopes", [])
    return kept.issue(
        request.user,  # type: ignore[arg-type]
        name=str(given.get("name", "")),
        scopes=[str(one) for one in scopes] if isinstance(scopes, list) else [],
        expires_at=_end_of(str(given.get("expires", "")), asked.now),
        now=asked.now,
    )


def _end_of(words: str, now: datetime) -> datetime:
    """Give the end of a day; what is no day is over already, and refused as that."""
    try:
        day = parse_date(words.strip())
    except ValueError:
        day = None
    return timezone.make_aware(datetime.combine(day, time.max)) if day else now


def _form(entered: Entered) -> Form:
    options = tuple(Option(name, title) for name, title in SCOPES.items())
    fields = (
        _field("name", NAME, "text", help=NAME_HELP, max=LONGEST_NAME),
        _field("scopes", SCOPE, "choices", options=options),
        _field("expires", EXPIRES, "date", help=EXPIRES_HELP),
    )
    return Form(
        key="token",
        title=Text("新建令牌", "Make a token"),
        url=reverse("tokens"),
        widgets=widgets(fields, key="token", entered=entered),
        version=None,
        submit=Text("新建", "Make it"),
        entered=entered,
    )


def _field(
    name: str,
    title: Text,
    type: str,
    *,
    help: Text | None = None,
    options: tuple[Option, ...] = (),
    max: int | None = None,
) -> FormField:
    return FormField(
        field=name,
        title=title,
        help=help,
        type=type,
        required=True,
        options=options,
        max=max,
        min=None,
        level="normal",
    )
