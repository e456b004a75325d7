"""Sources of business data: who may hold which table, what for, until when, approved by another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import sources as permissions
from paizhu.analysis.catalog import tables
from paizhu.analysis.sourcecards import bodies_to_choose, source_cards
from paizhu.casework.cards import FormField, Option
from paizhu.kernel.errors import Conflict, Invalid
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking
from paizhu.web.forms import NOTHING_ENTERED, Entered, Form, posted, raw, widgets

REGISTERED = Text(
    "已登记。须由登记人以外的人批准后才能导入。",
    "Registered. Somebody else must approve it before anything is taken in.",
)
APPROVED = Text("已批准，可以导入。", "Approved; data may be taken in.")
NO_DATE = Text("请写成 2026-01-05。", "Write it as 2026-01-05.")
NO_DAY = Text("请填写到期日。", "Give the day it expires.")


def sources(request: HttpRequest) -> HttpResponse:
    """List the sources within the reader's reach, and register another."""
    asked = asking(request)
    entered = NOTHING_ENTERED
    if request.method == "POST":
        try:
            _register(request, asked)
        except (Invalid, Conflict) as refusal:
            entered = Entered(posted(request.POST), refusal)
        else:
            messages.success(request, REGISTERED.say(request.lang))  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("sources"))
    choices = bodies_to_choose(asked.who, now=asked.now)
    facts = {
        "area": "imports",
        "cards": source_cards(asked.who, now=asked.now),
        "form": _form(choices, entered) if choices else None,
    }
    return render(request, "web/sources.html", facts, status=422 if entered.refusal else 200)


def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Approve a source that somebody else registered."""
    asked = asking(request)
    permissions.approve(key, actor=asked.who, now=asked.now)
    messages.success(request, APPROVED.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("sources"))


def _register(request: HttpRequest, asked: Asking) -> None:
    given = {name: str(value) for name, value in raw(request).items()}
    expires = _day(given, "expires_date")
    if expires is None:
        raise Invalid(NO_DAY, fields={"expires_date": NO_DAY})
    permissions.register(
        actor=asked.who,
        period=(_day(given, "period_from"), _day(given, "period_until")),
        key=given.get("key", ""),
        table=given.get("table", ""),
        body=given.get("body", ""),
        purpose=given.get("purpose", ""),
        plan_ref=given.get("plan_ref", ""),
        expires_date=expires,
        now=asked.now,
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    """Read a day that may be left out."""
    written = given.get(name, "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Invalid(NO_DATE, fields={name: NO_DATE}) from None


def _form(bodies: tuple[tuple[str, Text], ...], entered: Entered) -> Form:
    kinds = tuple(Option(name, table.title) for name, table in tables().items())
    fields = (
        _field("table", Text("业务表", "Table"), "choice", options=kinds),
        _field(
            "body",
            Text("数据属于", "Whose data"),
            "choice",
            options=tuple(Option(code, name) for code, name in bodies),
        ),
        _field("purpose", Text("用途", "Purpose"), "longtext", longest=400),
        _field(
            "plan_ref",
            Text("依据的计划或事项", "Plan item or matter it is for"),
            "text",
            longest=120,
        ),
        _field("period_from", Text("数据期间自", "Rows from"), "date", required=False),
        _field("period_until", Text("数据期间至", "Rows until"), "date", required=False),
        _field("expires_date", Text("使用到", "Last day of use"), "date"),
        _field(
            "key", Text("名称（如 wj-purchases-2026）", "Key, such as wj-purchases-2026"), "code"
        ),
    )
    return Form(
        key="register",
        title=Text("登记数据源", "Register a source"),
        url=reverse("sources"),
        widgets=widgets(fields, key="register", entered=entered),
        version=None,
        submit=Text("登记，报他人批准", "Register, for another to approve"),
        entered=entered,
    )


def _field(
    name: str,
    title: Text,
    type: str,
    *,
    options: tuple[Option, ...] = (),
    longest: int | None = None,
    required: bool = True,
) -> FormField:
    return FormField(
        field=name,
        title=title,
        help=None,
        type=type,
        required=required,
        options=options,
        max=longest,
        min=None,
        level="normal",
    )
