"""Build the demonstration: people, then eighteen months in the order of time, up to now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from paizhu.casework import rulebook, ticking
from paizhu.demo import books, clues, content, institution, plan, questions, showcase, tenders
from paizhu.demo.hours import Hours
from paizhu.demo.player import Player
from paizhu.demo.purchases import purchases, suppliers
from paizhu.demo.scripts import Library
from paizhu.demo.size import Size
from paizhu.demo.stage import Case, Scene, Stage, Story
from paizhu.kernel.calendars import ONE_DAY
from paizhu.kernel.counting import months_on
from paizhu.registry.models import Person

#: Called with the share done so far, from 0 to 1.
Progress = Callable[[float], None]
#: So many days before the end a tick begins each working day; before, each Monday.
_DAILY = 60


@dataclass(frozen=True, slots=True)
class Built:
    """What was made."""

    accounts: int
    people: int
    acts: int
    since: date
    until: datetime
    #: What the door refused; nothing, unless the rules have changed since the stories were written.
    refused: tuple[str, ...] = ()


def build(size: Size, *, now: datetime, password: str, progress: Progress | None = None) -> Built:
    """Fill an empty installation. Not safe against a crash; whoever calls starts over."""
    _write_fast()
    zone = ZoneInfo(settings.TIME_ZONE)
    until = now.astimezone(zone)
    book = rulebook.current()
    hours = Hours(next(iter(book.calendars.values())), zone)
    since = hours.calendar.next_working_day(months_on(until.date(), -size.months))
    start = hours.at(since, 7)
    rulebook.publish(start)
    made = institution.make(size, since=since, now=start, password=password)
    stage = Stage(made, hours, until, start)
    player = Player(stage, Library(book), plan.BY_HAND)
    stage.follow = player.follow
    for story, at, dice in _stories(stage, player, size, since):
        stage.begin(story, at, dice)
    _play(stage, player, since, progress)
    _write_safely()
    ticking.tick(now)
    people = sum(map(len, made.holders.values()))
    return Built(len(made.accounts), people, stage.acts, since, until, tuple(stage.refused))


def _play(stage: Stage, player: Player, since: date, progress: Progress | None) -> None:
    """Go on from act to act; there is a tick each Monday, and in the last weeks each working day."""
    ticked, whole = since, (stage.until.date() - since).days or 1
    daily = stage.until.date() - timedelta(days=_DAILY)
    while (upcoming := stage.upcoming) is not None:
        while ticked < upcoming.date():
            ticked += ONE_DAY
            is_due = (
                stage.hours.calendar.is_working_day(ticked)
                if ticked > daily
                else ticked.weekday() == 0
            )
            if is_due:
                stage.now = stage.hours.at(ticked, 7, 30)
                ticking.tick(stage.now)
                player.take_up_duties()
                if progress:
                    progress((ticked - since).days / whole)
        stage.step()


# --- what happens -------------------------------------------------------------------------------


def _stories(
    stage: Stage, player: Player, size: Size, since: date
) -> Iterator[tuple[Story, datetime, Random]]:
    days = [
        day
        for number in range((stage.until.date() - since).days + 1)
        if stage.hours.calendar.is_working_day(day := since + timedelta(days=number))
    ]
    # More in recent months: the desk of today should not be empty.
    weights = [1.0 + number / len(days) for number in range(len(days))]
    for kind, count in (("question", size.questions), ("clue", size.clues)):
        for number in range(count):
            dice = size.dice(kind, number)
            day = dice.choices(days, weights)[0]
            scene = Scene(stage, _team(stage, dice), dice)
            unit = dice.choice(stage.institution.units[scene.team])
            story = (
                clues.clue(scene, unit)
                if kind == "clue"
                else questions.question(scene, unit, escalated=clues.escalated)
            )
            yield story, stage.hours.moment(day, dice), dice
    for kind, count in plan.counts(size.scale):
        for number in range(count):
            dice = size.dice(kind, number)
            day = dice.choices(days, weights)[0]
            story = player.whole(kind, _team(stage, dice), dice)
            yield story, stage.hours.moment(day, dice), dice
    for kind, acts, days_ago in plan.UNFINISHED:
        dice = size.dice("unfinished", kind)
        day = stage.hours.working_day_before(stage.until.date(), days_ago)
        story = player.begun(kind, stage.institution.teams[0], acts, dice=dice)
        yield story, stage.hours.moment(day, dice), dice
    for story_of, days_ago in showcase.STORIES:
        dice = size.dice(story_of.__name__)
        day = stage.hours.working_day_before(stage.until.date(), days_ago)
        yield (
            story_of(Scene(stage, stage.institution.teams[0], dice)),
            stage.hours.moment(day, dice),
            dice,
        )
    yield from _deliveries(stage, size, since, days)


def _team(stage: Stage, dice: Random) -> str:
    teams = stage.institution.teams
    return dice.choices(teams, [5] + [1] * (len(teams) - 1))[0]


def _deliveries(
    stage: Stage, size: Size, since: date, days: list[date]
) -> Iterator[tuple[Story, datetime, Random]]:
    """Deliver the purchases in three books; the last arrives two weeks ago."""
    team = stage.institution.teams[0]
    hospitals = stage.institution.units[team][1:]
    names = [stage.institution.bodies[code].name_zh for code in hospitals]
    rows = purchases(
        names, rows=size.purchases, since=since, until=days[-12], dice=size.dice("purchases")
    )
    marks = [days[len(days) // 3], days[2 * len(days) // 3], days[-12]]
    first, before = 1, date.min
    for number, mark in enumerate(marks):
        part = [one for one in rows if before <= one.day < mark]
        dice = size.dice("book", number)
        scene = Scene(stage, team, dice)
        book = books.Book(
            f"采购台账-{mark.isoformat()}.csv", part, first, asks=2, is_last=number == 2
        )
        story = books.deliveries(scene, book, _folder(), asked=_asked_about)
        yield story, stage.hours.moment(mark, dice), dice
        first, before = first + len(part), mark
    dice, arrival = size.dice("linked books"), days[-40]
    # The companies are those of the purchases, and so are their numbers.
    linked = tenders.books(
        names, suppliers(size.dice("purchases")), since=since, until=arrival, dice=dice
    )
    story = books.linked(Scene(stage, team, dice), linked, _folder(), asked=_asked_about)
    yield story, stage.hours.moment(arrival, dice), dice


def _asked_about(
    scene: Scene, case: Case, unit: str, officer: Person, topic: content.Topic
) -> Story:
    yield from questions.going_on(
        scene, case, unit, officer, topic=topic, escalated=clues.escalated
    )


def _folder() -> Path:
    return Path(settings.PAIZHU_DATA) / "received"


# --- speed --------------------------------------------------------------------------------------


def _write_fast() -> None:
    """A demonstration that is cut off is made anew, so nothing need reach the disk before the end."""
    _tell_sqlite("PRAGMA synchronous=OFF")


def _write_safely() -> None:
    _tell_sqlite("PRAGMA wal_checkpoint(TRUNCATE)")
    _tell_sqlite("PRAGMA synchronous=FULL")


def _tell_sqlite(pragma: str) -> None:
    """Inside a transaction SQLite takes no such word; there is nothing to gain there either."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(pragma)
