"""Who plays and what time it is: each story acts through the door, in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from random import Random

from paizhu.casework import desk, reading, rulebook
from paizhu.casework.cards import Receipt
from paizhu.demo.hours import Hours
from paizhu.demo.institution import Institution
from paizhu.kernel.errors import Conflict, Refused
from paizhu.registry.models import Person
from paizhu.registry.principals import Who, who_is

#: A story does something at the moment it is given, and yields how many working days it then waits.
Story = Generator[int, None, None]


@dataclass(slots=True)
class Stage:
    """The stories under way, and the moment they have reached."""

    institution: Institution
    hours: Hours
    until: datetime
    now: datetime
    acts: int = 0
    #: What the door refused, in words. The matter then stays as it is, as it would.
    refused: list[str] = field(default_factory=list)
    #: References of matters held by each team, as people there know them.
    refs: dict[str, list[str]] = field(default_factory=dict)
    #: Matters opened by duties whose stories have begun.
    duties: set[str] = field(default_factory=set)
    #: Goes on with a matter that an act opened and whose story nobody else tells.
    follow: Callable[[str, Random], None] = field(default=lambda ref, dice: None)
    _waiting: list[tuple[datetime, int, Story, Random]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _known: dict[int, Who] = field(default_factory=dict)

    def begin(self, story: Story, at: datetime, dice: Random) -> None:
        """Let a story begin at a moment."""
        if at < self.until:
            heapq.heappush(self._waiting, (at, next(self._order), story, dice))

    def spawn(self, story: Story, days: int, dice: Random) -> None:
        """Let a story begin some working days from now."""
        self.begin(story, self.hours.later(self.now, days, dice), dice)

    @property
    def upcoming(self) -> datetime | None:
        """Give the moment of the next act; None when none is left before the end."""
        return self._waiting[0][0] if self._waiting else None

    def step(self) -> None:
        """Go on with the story whose turn it is."""
        self.now, _, story, dice = heapq.heappop(self._waiting)
        try:
            days = next(story, None)
        except Refused as refused:
            self.refused.append(f"{self.now:%Y-%m-%d}: {refused}")
            return
        if days is not None:
            self.spawn(story, days, dice)

    @property
    def today(self) -> date:
        return self.now.date()

    def who(self, person: Person) -> Who:
        """Give a person with their posts; nobody changes posts in this city."""
        if person.pk not in self._known:
            self._known[person.pk] = who_is(person, on=self.today)
        return self._known[person.pk]


@dataclass(frozen=True, slots=True)
class Case:
    """A matter as the story knows it."""

    ref: str
    procedure: str
    opened: date
    version: int
    proposal: int = 0
    children: tuple[str, ...] = ()
    #: Who signs instead of whoever holds a post.
    instead: Mapping[str, Person] = field(default_factory=dict)

    def after(self, receipt: Receipt) -> Case:
        """Give it as it is after an act."""
        return replace(
            self,
            version=receipt.version,
            proposal=receipt.proposal or self.proposal,
            children=(*self.children, *receipt.opened),
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """One story's view of the stage: its team, its dice, and the acts it may take."""

    stage: Stage
    team: str
    dice: Random

    def one(self, post: str, body: str = "") -> Person:
        """Give somebody on a post of the team or of another body."""
        return self.dice.choice(self.stage.institution.holders[(body or self.team, post)])

    def open(self, procedure: str, by: Person, raw: Mapping[str, object]) -> Case:
        """Open a matter."""
        stage = self.stage
        receipt = desk.open(
            actor=stage.who(by),
            procedure=procedure,
            body=self.team,
            raw=_asked(procedure, stage.today, "", raw),
            now=stage.now,
        )
        stage.acts += 1
        stage.refs.setdefault(self.team, []).append(receipt.ref)
        return Case(receipt.ref, procedure, stage.today, receipt.version)

    def act(self, case: Case, by: Person, action: str, **raw: object) -> Case:
        """Take an action."""
        asked = _asked(case.procedure, case.opened, action, raw)
        return self._do(desk.act, replace(case, proposal=0), by, action=action, raw=asked)

    def sign(self, case: Case, by: Person) -> Case:
        """Sign what waits."""
        return self._do(desk.approve, case, by, proposal=case.proposal)

    def give_back(self, case: Case, by: Person, reasons: str) -> Case:
        """Return what waits to its author."""
        return self._do(desk.give_back, case, by, proposal=case.proposal, reasons=reasons)

    def note(self, case: Case, by: Person, text: str) -> Case:
        """Write a note."""
        return self._do(desk.note, case, by, text=text)

    def recuse(self, case: Case, by: Person, person: Person, reasons: str) -> Case:
        """Record that somebody stands aside."""
        return self._do(desk.recuse, case, by, person=person.key, reasons=reasons)

    def assign(self, case: Case, by: Person, role: str, persons: list[Person]) -> Case:
        """Appoint who handles it from now on."""
        keys = [person.key for person in persons]
        return self._do(desk.assign, case, by, role=role, persons=keys)

    def substitute(
        self, case: Case, by: Person, person: Person, *, role: str, reasons: str
    ) -> Case:
        """Appoint who signs in place of somebody who may not."""
        done = self._do(desk.substitute, case, by, role=role, person=person.key, reasons=reasons)
        return replace(done, instead={**done.instead, role: person})

    def signer(self, case: Case, post: str) -> Person:
        """Give who signs for a post in this matter."""
        return case.instead.get(post) or self.one(post)

    def _do(self, door: Callable[..., Receipt], case: Case, by: Person, **given: object) -> Case:
        """Act; where somebody acted meanwhile, look again first, as people do."""
        stage = self.stage
        stage.acts += 1
        actor = stage.who(by)
        try:
            receipt = door(actor=actor, ref=case.ref, version=case.version, now=stage.now, **given)
        except Conflict:
            version = reading.matter(actor, case.ref, now=stage.now).version
            receipt = door(actor=actor, ref=case.ref, version=version, now=stage.now, **given)
        for opened in receipt.opened:
            stage.follow(opened, self.dice)
        return case.after(receipt)

    def look(self, ref: str, procedure: str, by: Person) -> Case:
        """Open the page of a matter, as one does before going on with it."""
        stage = self.stage
        card = reading.matter(stage.who(by), ref, now=stage.now)
        return Case(ref, procedure, card.opened_date, card.version)

    def able(self, ref: str, by: Person, people: Sequence[Person]) -> list[Person]:
        """Give those of some people whom `by` may appoint here: nobody who is recused."""
        card = reading.matter(self.stage.who(by), ref, now=self.stage.now)
        offered = {option.value for _, _, options in card.candidates for option in options}
        return [one for one in people if one.key in offered]

    def maybe(self, percent: int) -> bool:
        """Throw the dice."""
        return self.dice.randrange(100) < percent

    def days(self, least: int, most: int) -> int:
        """Give a number of working days."""
        return self.dice.randint(least, most)

    def day_before(self, most: int) -> str:
        """Give a working day shortly before today, or today."""
        stage = self.stage
        back = self.dice.randint(0, most)
        return stage.hours.working_day_before(stage.today, back).isoformat()


def _asked(
    procedure: str, opened: date, action: str, raw: Mapping[str, object]
) -> dict[str, object]:
    """Keep what the version of that day asks for: forms have grown over the years."""
    actions = rulebook.current().procedure(procedure, on=opened).spec.actions
    spec = actions[action] if action else next(a for a in actions.values() if a.opens)
    return {key: value for key, value in raw.items() if key in spec.form or key == "seats"}
