"""Who holds which post, body by body, for whoever says so by the pack: put on a post, take off it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date

from paizhu.casework import posts
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry import holding, known
from paizhu.registry.models import Body
from paizhu.web.asking import Asking, asking
from paizhu.web.policies import nothing_here

APPOINTED = Text("已任职，记入台账。", "Put on the post; it stands in the book.")
LEFT = Text("已办理离任，记入台账。", "Taken off the post; it stands in the book.")
NO_PERSON = Text("没有这个人员编号或账号。", "There is no such staff code or account.")
NO_DAY = Text("请填写日期。", "Give a day.")
NO_POST = Text("没有这个岗位或任职。", "There is no such post, or nobody holds it so.")


def bodies(request: HttpRequest) -> HttpResponse:
    """List the bodies whose posts I say the holders of."""
    asked = asking(request)
    below = posts.bodies_below(asked.who, on=asked.on)
    facts = {"area": "posts", "bodies": holding.bodies(below)}
    return render(request, "web/post_lists.html", facts)


def body(request: HttpRequest, code: str) -> HttpResponse:
    """Show the posts of one body; appoint, or end a tenure."""
    asked = asking(request)
    below = posts.bodies_below(asked.who, on=asked.on)
    found = next((one for one in holding.bodies(below) if one.code == code), None)
    if found is None:
        raise nothing_here()
    refusal = None
    if request.method == "POST":
        try:
            said = _change(request, asked, found)
        except (Invalid, NotAllowed) as refused:
            refusal = refused
        else:
            messages.success(request, said.say(request.lang))  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("post_list", kwargs={"code": code}))
    facts = {
        "area": "posts",
        "body": found,
        "posts": holding.posts_of(found, on=asked.on),
        "today": asked.on,
        "refusal": refusal,
        "entered": request.POST if refusal else {},
    }
    return render(request, "web/post_list.html", facts, status=422 if refusal else 200)


def _change(request: HttpRequest, asked: Asking, found: Body) -> Text:
    given = request.POST
    day = _day(given.get("day", ""))
    if given.get("what") == "leave":
        tenure = holding.tenure(found, given.get("tenure", ""))
        if tenure is None:
            raise Invalid(NO_POST)
        posts.leave(actor=asked.who, tenure=tenure, until=day, now=asked.now)
        return LEFT
    post, person = holding.post(found, given.get("post", "")), known.one(given.get("person", ""))
    if post is None:
        raise Invalid(NO_POST)
    if person is None:
        raise Invalid(NO_PERSON)
    posts.appoint(actor=asked.who, person=person, post=post, since=day, now=asked.now)
    return APPOINTED


def _day(given: str) -> date:
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(NO_DAY)
    return day
