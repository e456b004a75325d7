"""The rules: what procedures there are, what their actions ask for, and a legal date counted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router

from paizhu.api.asking import asking, language_of
from paizhu.api.doors import reads
from paizhu.api.shapes import Limits, ListedAction, ListedProcedure, Pause, Procedures
from paizhu.casework import forms_cards, rulebook
from paizhu.casework.cards import ActionCard
from paizhu.kernel.calendars import Calendar
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.rules.reckoning import Law, PauseDates, facts, limits_of, reckon
from paizhu.rules.rulebook import Rulebook, RunnableProcedure
from paizhu.rules.schema import action_schema

router = Router(tags=["rules"])
NO_CALENDAR = Text("规则包中没有日历，无法计算日期。", "No pack has a calendar to count by.")
PAUSE = Text("请写成 2025-11-03..2025-11-10。", "Write it like 2025-11-03..2025-11-10.")


@reads(router, "procedures/", Procedures, needs="")
def procedures(request: HttpRequest) -> Procedures:
    """List the procedures in force today with their actions."""
    today = timezone.localdate()
    found = [
        versions
        for versions in rulebook.current().procedures.values()
        if versions[0].effective_from <= today
    ]
    return Procedures(tuple(_listed(rulebook.current().procedure(v[0].name, today)) for v in found))


def _listed(procedure: RunnableProcedure) -> ListedProcedure:
    spec = procedure.spec
    return ListedProcedure(
        procedure=procedure.name,
        title=spec.title,
        effective_from=procedure.effective_from,
        digest=procedure.digest,
        stages={name: stage.title for name, stage in spec.stages.items()},
        actions=tuple(
            ListedAction(name, action.title, action.opens, _schema_at(procedure.name, name))
            for name, action in spec.actions.items()
        ),
    )


def _schema_at(procedure: str, action: str) -> str:
    return reverse("api_action_input", kwargs={"procedure": procedure, "action": action})


@reads(router, "procedures/{slug:procedure}/actions/{slug:action}/", dict[str, Any], needs="")
def action_input(request: HttpRequest, procedure: str, action: str) -> HttpResponse:
    """Give the JSON Schema (2020-12) of an action's input, in the language asked for."""
    rules = rulebook.current().procedure(procedure, timezone.localdate())
    schema = action_schema(rules, action, language_of(request))
    return JsonResponse(schema, content_type="application/schema+json")


@reads(router, "procedures/{slug:procedure}/open/{slug:body}/", ActionCard)
def opening(request: HttpRequest, procedure: str, body: str, action: str = "") -> ActionCard:
    """Give the form that opens a matter in one of my bodies, with the bodies it may name."""
    asked = asking(request)
    return forms_cards.opening_form(asked.who, procedure, body, on=asked.on, action=action)


@reads(router, "due/", Limits, needs="")
def due(
    request: HttpRequest,
    clock: str,
    start: date,
    receipt: date | None = None,
    on: date | None = None,
    pause: Annotated[list[str], Query()] = [],  # noqa: B006 - read by the framework, never changed
) -> Limits:
    """Count a legal limit: the day it ends and why that day, as `paizhu due` does.

    `clock` is a law id (C-040, C-112.decide, E-01); `receipt` the day it counts from instead of
    `start`; `pause` is `A..B`, or `A..` while it stands; `on` the day of the law and of `days_left`.
    """
    counted_from = receipt or start
    spans = [_pause(raw) for raw in pause]
    book = rulebook.current()
    law = Law(book.law, _calendar(book), book.counting)
    stood = on or counted_from
    return Limits(
        clock=clock,
        start=start,
        counted_from=counted_from,
        law_on=stood,
        pauses=tuple(Pause(*span) for span in spans),
        phases=tuple(
            facts(reckon(one, law, start=counted_from, stood=stood, pauses=spans, on=on))
            for one in limits_of(clock, law)
        ),
    )


def _calendar(book: Rulebook) -> Calendar:
    for calendar in book.calendars.values():
        return calendar
    raise NotFound(NO_CALENDAR)


def _pause(raw: str) -> PauseDates:
    first, dots, last = raw.partition("..")
    try:
        since, until = date.fromisoformat(first), date.fromisoformat(last) if last else None
    except ValueError:
        since, until, dots = date.max, None, ""
    if not dots or (until is not None and until < since):
        raise Invalid(PAUSE, fields={"pause": PAUSE})
    return since, until
