"""Pattern matters: each played step by step through the engine, as the door would, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from paizhu.casework import numbers, persons, rulebook
from paizhu.demo import content
from paizhu.demo.bulk.cast import Cast
from paizhu.demo.hours import Hours
from paizhu.engine import steps
from paizhu.engine.clocks import thresholds
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When, next_approval
from paizhu.engine.state import State, apply
from paizhu.registry.models import Person
from paizhu.rules import forms
from paizhu.rules.rulebook import RunnableProcedure

#: Stands for the number of the matter in a pattern; no text of people holds this sign.
REF = "\ue000"
#: Stands, with the series after it, for the serial of a document.
SERIAL = "\ue001"
#: How often each kind of matter is played, once its rules hold; before that it is a clue.
KINDS = (("repeat_check", 60), ("question", 25), ("clue", 15))


@dataclass(frozen=True, slots=True)
class Do:
    """One step of a course: after so many working days, whoever holds the role acts."""

    days: int
    role: str
    action: str
    seats: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A matter as it stands today: its entries and its state, with `REF` for its number."""

    rules: RunnableProcedure
    body: str
    year: int
    entries: tuple[Entry, ...]
    state: State


class _LaterError(Exception):
    """The next step lies after today."""


def play(cast: Cast, hours: Hours, day: date, *, until: datetime, dice: Random) -> Pattern:
    """Play one matter from its opening day up to now."""
    kind = dice.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0]
    known = rulebook.current().procedures
    if known[kind][0].effective_from > day:
        kind = "clue"
    rules = rulebook.current().procedure(kind, on=day)
    course = list(_course(kind, dice))
    matter = _Matter(cast, rules, hours, hours.moment(day, dice), until, dice)
    matter.answers = _answers(kind, cast, matter.at.date(), dice)
    try:
        matter.open(course[0])
        for step in course[1:]:
            matter.do(step)
    except _LaterError:
        pass
    matter.warn(until)
    return Pattern(rules, cast.code, day.year, tuple(matter.entries), matter.state)


def _course(kind: str, dice: Random) -> Iterator[Do]:
    if kind == "repeat_check":
        yield Do(0, "officer", "begin")
        yield Do(dice.randint(80, 115), "officer", "check")
    elif kind == "question":
        yield Do(0, "officer", "ask")
        yield Do(8 if dice.randrange(100) < 10 else dice.randint(1, 4), "liaison", "answer")
        yield Do(dice.randint(1, 8), "officer", "accept")
    else:
        yield Do(0, "keeper", "register")
        if dice.randrange(100) < 60:
            yield Do(dice.randint(0, 4), "keeper", "transfer")
            return
        yield Do(dice.randint(0, 4), "keeper", "hand_over", seats=True)
        yield Do(dice.randint(4, 16), "handler", "dispose")


def _answers(kind: str, cast: Cast, today: date, dice: Random) -> dict[str, object]:
    """Give an answer for every field the courses come to; `today` is put in as one goes."""
    topic = dice.choice(content.GENERAL)
    unit = f"body:{cast.unit}"
    shared = {"unit": unit, "subject": cast.one("finance").key, "reasons": "情况已核实。"}
    if kind == "repeat_check":
        return {**shared, "was": topic.seen, "looked_at": topic.asks, "result": "held"}
    if kind == "question":
        return {
            **shared, "origin": "supervision", "seen": topic.seen, "asks": topic.asks,
            "unit_signs": "no", "answer": topic.answer,
        }  # fmt: skip
    return {
        **shared, "source": dice.choice(("forwarded", "supervision", "inspection")),
        "concerns": "staff", "competence": "own", "named": "no", "summary": topic.seen,
        "related": "no", "receiver": dice.choice(content.TRANSFER_TO),
        "disposal": dice.choice(("close", "verify", "hold")), "plan": content.PLANS[0],
        "received_date": (today - timedelta(days=dice.randint(0, 3))).isoformat(),
    }  # fmt: skip


class _Matter:
    """A matter while it is played."""

    def __init__(
        self, cast: Cast, rules: RunnableProcedure, hours: Hours, at: datetime, until: datetime,
        dice: Random,
    ) -> None:  # fmt: skip
        self.cast, self.rules, self.hours = cast, rules, hours
        self.at, self.until, self.dice = at, until, dice
        self.answers: Mapping[str, object] = {}
        self.state = State()
        self.entries: list[Entry] = []

    @property
    def when(self) -> When:
        return When(self.at, self.at.date())

    def open(self, step: Do) -> None:
        """Take the first step; the number is given when it is copied."""
        parts: dict[str, Value] = {"holder": [self.cast.team], "superior": [self.cast.organ]}
        payload: dict[str, Value] = {
            "values": self._values(step.action), "number": REF, "parts": parts,
        }  # fmt: skip
        actor = self._actor(self.cast.one(step.role))
        self._write(steps.opening(self.rules, step.action, actor, payload=payload, when=self.when))

    def do(self, step: Do) -> None:
        """Take a step, and let each who must sign it sign."""
        self._go_on(step.days)
        person = self.cast.one("officer" if step.role == "handler" else step.role)
        seats = [one.key for one in self.cast.people["officer"]] if step.seats else []
        drafts = steps.act(
            self.state, self.rules, self._actor(person), step.action,
            values=self._values(step.action), seats=seats, when=self.when,
        )  # fmt: skip
        self._write(drafts)
        while proposal := next(iter(self.state.proposals.values()), None):
            approval = next_approval(proposal, self.state, self.rules)
            assert approval is not None
            self._go_on(self.dice.randint(0, 2))
            signer = self._actor(self.cast.one(approval.by))
            self._write(steps.approve(self.state, self.rules, signer, proposal.id, when=self.when))

    def warn(self, until: datetime) -> None:
        """Write what the tick of each morning would have written up to `until`."""
        days = sorted(
            (day, run.clock, run.run, threshold)
            for run in self.state.running()
            for threshold, day in thresholds(run, self.rules)
            if threshold not in run.warned
        )
        for day, clock, run, threshold in days:
            at = max(self.hours.at(day, 7, 30), self.entries[-1].at)
            if at > until:
                continue
            due = next(d for d, c, r, t in days if (c, r, t) == (clock, run, "missed"))
            payload: dict[str, Value] = {
                "clock": clock, "run": run, "threshold": threshold,
                "due": (due - timedelta(days=1)).isoformat(),
            }  # fmt: skip
            when = When(at, at.date())
            self._write(
                [steps.by_rule(self.state, self.rules, "warned", payload=payload, when=when)]
            )

    def _go_on(self, days: int) -> None:
        upcoming = self.hours.later(self.at, days, self.dice)
        if upcoming > self.until:
            raise _LaterError
        self.warn(upcoming)
        self.at = upcoming

    def _values(self, action: str) -> dict[str, Value]:
        form = self.rules.spec.actions[action].form
        today = self.at.date().isoformat()
        raw = {
            name: self.answers.get(name, today if name.endswith("_date") else None) for name in form
        }
        fields = self.rules.spec.fields
        return forms.read(fields, form, raw, known=dict(self.state.values))

    def _actor(self, person: Person) -> Actor:
        """Give a person with the roles their posts give them here."""
        roles = {}
        for name, spec in self.rules.spec.roles.items():
            post = spec.post or name
            if spec.held_by == "post" and person in self.cast.people.get(post, ()):
                roles[name] = f"{post}@body:{self.cast.body_at(spec.at)}"
        return Actor(person.key, person.name_zh, roles)

    def _write(self, drafts: list[Entry]) -> None:
        for draft in drafts:
            self._append(draft)
            if draft.kind in ("enacted", "proposed"):
                for person in persons.named(draft, self.rules):
                    if person not in self.state.recused:
                        self._append(self._kept_out(person))

    def _append(self, draft: Entry) -> None:
        entry = replace(draft, version=self.state.version + 1)
        if entry.kind == "issued" and entry.payload is not None:
            pattern = self.rules.spec.documents[entry.action].number or ""
            digest = numbers.content_digest(self.state.values)
            payload = {**entry.payload, "number": SERIAL + pattern, "digest": digest}
            entry = replace(entry, payload=payload)
        self.entries.append(entry)
        self.state = apply(self.state, entry, self.rules)

    def _kept_out(self, person: str) -> Entry:
        payload: dict[str, Value] = {"person": person, "reasons": "", "cause": "named"}
        return steps.by_rule(self.state, self.rules, "recused", payload=payload, when=self.when)
