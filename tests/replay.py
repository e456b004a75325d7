"""Live through a procedure as its scenario tells it, through any door; no procedure is named here.

For each procedure the shortest scenario is taken that takes the good path to its end. People, bodies
and days are those of a small demonstration institution; everything happens at the present moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from paizhu.casework import access, reading, rulebook
from paizhu.casework.cards import MatterCard, Receipt
from paizhu.demo import institution
from paizhu.demo.hours import Hours
from paizhu.demo.institution import Institution
from paizhu.demo.player import Player
from paizhu.demo.scripts import Library
from paizhu.demo.size import Size
from paizhu.demo.stage import Stage, Story
from paizhu.engine.state import fold
from paizhu.ledger import book
from paizhu.registry.models import Account
from paizhu.registry.principals import who_is
from paizhu.rules.rulebook import FiledScenario, Rulebook
from paizhu.rules.spec import (
    DoesStep,
    ExpectRefusedStep,
    ExpectStep,
    RecusesStep,
    ReturnsStep,
    WithdrawsStep,
)
from tests.world import ROOT

PACK = ROOT / "packs" / "cn-discipline"
#: So many acts, of all matters of a story together, are enough for any of them.
PATIENCE = 400


@dataclass(frozen=True)
class Told:
    """A scenario that ends well, and the stage it ends in."""

    filed: FiledScenario
    stage: str
    #: How often it tries what is refused.
    refusals: int


class Moment(Hours):
    """Office hours in which no time passes."""

    def later(self, moment: datetime, days: int, dice: Random) -> datetime:
        return moment


def good_paths(book: Rulebook) -> dict[str, list[Told]]:
    """Give the scenarios of each procedure that may be told, shortest first."""
    found: dict[str, list[Told]] = {}
    for filed in book.scenarios:
        told = _told(filed, book)
        if told is not None:
            found.setdefault(filed.scenario.procedure, []).append(told)
    for some in found.values():
        some.sort(key=lambda one: (one.refusals, len(one.filed.scenario.steps)))
    return found


def _told(filed: FiledScenario, book: Rulebook) -> Told | None:
    steps = filed.scenario.steps
    if any(isinstance(step, RecusesStep | ReturnsStep | WithdrawsStep) for step in steps):
        return None
    acts = [place for place, step in enumerate(steps) if isinstance(step, DoesStep)]
    expected = [
        step.expect.stage
        for step in steps[acts[-1] :]
        if isinstance(step, ExpectStep) and step.expect.stage
    ]
    spec = book.procedures[filed.scenario.procedure][-1].spec
    opens = spec.actions.get(steps[acts[0]].does)
    if not expected or expected[-1] not in spec.stages or opens is None or not opens.by:
        return None
    refusals = sum(isinstance(step, ExpectRefusedStep) for step in steps)
    is_final = spec.stages[expected[-1]].final
    return Told(filed, expected[-1], refusals) if is_final else None


def peopled() -> Institution:
    """Make the institution, with an account for everybody."""
    now = datetime.now(UTC)
    began = date(2024, 1, 2)
    made = institution.make(Size(scale=0.1), since=began, now=now, password="a word for all")
    with_one = set(Account.objects.values_list("person_id", flat=True))
    left = [one for one in made.people.values() if one.pk not in with_one]
    Account.objects.bulk_create(Account(username=f"p{one.pk}", person=one) for one in left)
    return made


def lived(made: Institution, told: Told, door: Any) -> str:
    """Play a scenario to its end; give the stage its matter came to.

    Some procedures have their partners only from the matter they come from: these are lived through
    as what another procedure opens.
    """
    rules = rulebook.current()
    name = told.filed.scenario.procedure
    paths = {one: some[0] for one, some in good_paths(rules).items()} | {name: told}
    library = Library(replace(rules, scenarios=tuple(one.filed for one in paths.values())))
    stage = _played(name, name, _player(made, library, door))
    for parent in _parents(name, rules):
        if stage != told.stage:
            stage = _played(parent, name, _player(made, library, door))
    return stage


def _player(made: Institution, library: Library, door: Any) -> Player:
    zone = ZoneInfo(settings.TIME_ZONE)
    now = datetime.now(UTC).astimezone(zone)
    hours = Moment(next(iter(rulebook.current().calendars.values())), zone)
    return Player(Stage(made, hours, now + timedelta(days=1), now), library, frozenset(), door)


def _played(first: str, wanted: str, player: Player) -> str:
    """Begin with a matter of one procedure; give the stage of the first of the one wanted."""
    stage = player.stage
    dice = Random(first)
    ended: list[bool] = []
    story = _until(player.whole(first, stage.institution.teams[0], dice), ended)
    stage.begin(story, stage.now, dice)
    for _ in range(PATIENCE):
        if stage.upcoming is None or (ended and first == wanted):
            break
        stage.step()
    assert stage.refused == []
    refs = [ref for some in stage.refs.values() for ref in some]
    cards = (_card(stage.institution, ref) for ref in refs)
    return next((card.stage for card in cards if card.procedure == wanted), "")


def _until(story: Story, ended: list[bool]) -> Story:
    yield from story
    ended.append(True)


@dataclass
class Followed:
    """Finds the matters an act opened, so that their stories are told too.

    Whoever acted is told only of those he may know of.
    """

    known: set[str] = field(default_factory=set)

    def __call__(self, receipt: Receipt) -> Receipt:
        children = fold(book.entries_of(receipt.ref), rulebook.rules_of).children
        new = tuple(ref for ref in children if ref not in self.known)
        self.known.update(new)
        assert set(receipt.opened) <= set(new)
        return replace(receipt, opened=new)


def _parents(name: str, book: Rulebook) -> list[str]:
    """Give the procedures with an action that opens matters of this one."""
    return [
        parent
        for parent, versions in book.procedures.items()
        if parent != name
        and any(
            opened.procedure == name
            for action in versions[-1].spec.actions.values()
            for opened in action.opens_matter
        )
    ]


def _card(made: Institution, ref: str) -> MatterCard:
    """Ask whoever may know of it."""
    now = datetime.now(UTC)
    for one in made.people.values():
        who = who_is(one, on=now.date(), now=now)
        if access.visible_to(who).filter(ref=ref).exists():
            return reading.matter(who, ref, now=now)
    raise AssertionError(f"nobody may know of {ref}")
