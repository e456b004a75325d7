"""The team's board, the office's teams side by side, and the organ's city: counts, no content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.analysis import flags
from paizhu.analysis.returns import beside
from paizhu.casework import board, overview
from paizhu.casework.areas import procedures_in
from paizhu.casework.overview import UnitNumbers
from paizhu.registry.around import Around, around
from paizhu.registry.models import Body
from paizhu.registry.principals import Who
from paizhu.web.asking import asking
from paizhu.web.drawing import placed
from paizhu.web.policies import nothing_here
from paizhu.web.tallied import whys

#: A unit not looked at for so many days is said so.
LONG_AGO = 365
Made = Sequence[tuple[beside.Choice, tuple[tuple[Body, datetime | None], ...]]]


def team(request: HttpRequest) -> HttpResponse:
    """Show the board of one of the reader's own teams."""
    asked = asking(request)
    teams = {post.body_code: post for post in asked.who.posts if post.body_kind == "team"}
    wanted = request.GET.get("of", next(iter(teams), ""))
    if wanted not in teams:
        raise nothing_here()
    chosen, lang = teams[wanted], request.lang  # type: ignore[attr-defined]
    facts = {
        "area": "team",
        "team": chosen,
        "teams": tuple(teams.values()),
        "board": board.board(asked.who, chosen.body, on=asked.on),
        "pictures": placed(asked.who, "dues", "ageing", now=asked.now, lang=lang, of=wanted),
        "whys": whys(asked, "board", "load"),
    }
    return render(request, "web/team.html", facts)


def _above(who: Who, on: date) -> Around:
    """Give what an office or the organ has below it; for everybody else there is no such page."""
    found = around(who, on=on)
    if not found.organs:
        raise nothing_here()
    return found


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A team in a table of counts, in the order of codes."""

    body: Body
    open: int
    late: int


def office(request: HttpRequest) -> HttpResponse:
    """Show the teams side by side: declared figures, returns handed in, deployments, hand-overs."""
    asked = asking(request)
    found = _above(asked.who, asked.on)
    teams = found.teams
    sides = beside.sides(asked.who, organs=sorted(found.organs), on=asked.on)
    made = beside.handed_in(sides, teams)
    wanted = request.GET.get("return", "") or _most_made(made)
    open_now = overview.open_by_body(asked.who, [team.pk for team in teams], on=asked.on)
    facts = {
        "area": "office",
        "most": overview.MOST,
        "teams": teams,
        "sides": sides,
        "beside": beside.beside(sides, wanted, teams),
        "wanted": wanted,
        "handed_in": made,
        "lines": tuple(BodyLine(team, *open_now[team.pk]) for team in teams),
        "deployments": _rows(asked.who, procedures_in("deployments"), teams, asked.on),
        "hand_overs": _rows(asked.who, overview.hand_overs(), teams, asked.on),
        "pictures": placed(asked.who, "load", now=asked.now, lang=request.lang),  # type: ignore[attr-defined]
        "whys": whys(asked, "sides", "handed", "open", "stages"),
    }
    return render(request, "web/office.html", facts)


def _most_made(made: Made) -> str:
    """Give the return that most teams made; the first where none did."""
    counted = [(sum(at is not None for _, at in those), one.name) for one, those in made]
    best = max((number for number, _ in counted), default=0)
    return next((name for number, name in counted if number == best), "")


def _rows(
    who: Who, procedures: frozenset[str], teams: tuple[Body, ...], on: date
) -> list[tuple[overview.ProcedureCounts, list[tuple[Body, overview.StageCounts]]]]:
    """Give each procedure with the teams that hold matters of it."""
    return [
        (one, rows)
        for one in overview.counts(who, procedures, on=on)
        if (rows := [(t, one.by_body[t.pk]) for t in teams if t.pk in one.by_body])
    ]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the city's table."""

    unit: Body
    numbers: UnitNumbers
    flags: int
    #: Never, or not for a long time.
    is_uncovered: bool


@dataclass(frozen=True, slots=True)
class TeamPart:
    """A team and its units."""

    team: Body
    units: tuple[UnitLine, ...]
    open: int
    late: int
    covered: int


def city(request: HttpRequest) -> HttpResponse:
    """Show every unit under every team: what is open, late, looked at."""
    asked = asking(request)
    found = _above(asked.who, asked.on)
    parts = _parts(request, found)
    facts = {
        "area": "city",
        "most": overview.MOST,
        "parts": parts,
        "units": sum(len(part.units) for part in parts),
        "covered": sum(part.covered for part in parts),
        "open": sum(part.open for part in parts),
        "late": sum(part.late for part in parts),
        "pictures": placed(asked.who, "powers", now=asked.now, lang=request.lang),  # type: ignore[attr-defined]
        "whys": whys(asked, "city"),
    }
    return render(request, "web/city.html", facts)


def _parts(request: HttpRequest, found: Around) -> list[TeamPart]:
    asked = asking(request)
    units = {unit.pk for those in found.units.values() for unit in those}
    numbers = overview.unit_numbers(asked.who, units, on=asked.on)
    raised = flags.new_by_body(asked.who, now=asked.now)
    held = overview.open_by_body(asked.who, [team.pk for team in found.teams], on=asked.on)
    parts = []
    for one in found.teams:
        lines = tuple(
            UnitLine(
                unit,
                numbers[unit.pk],
                raised.get(unit.pk, 0),
                _is_uncovered(numbers[unit.pk].last_look, asked.on),
            )
            for unit in found.units[one.pk]
        )
        covered = sum(not line.is_uncovered for line in lines)
        parts.append(TeamPart(one, lines, *held[one.pk], covered))
    return parts


def _is_uncovered(last: date | None, on: date) -> bool:
    return last is None or (on - last).days > LONG_AGO
