"""Live through a matter of any procedure: who may do what next is asked of the engine, as a page does."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from paizhu.casework import access, desk, rulebook, writing
from paizhu.casework.cards import Receipt
from paizhu.demo.filling import PLACE_OF, Place, filled
from paizhu.demo.scripts import Beat, Library, is_open
from paizhu.demo.stage import Stage, Story
from paizhu.engine import rights
from paizhu.engine.rights import Actor
from paizhu.engine.state import Proposal, State, fold
from paizhu.ledger import book
from paizhu.registry.models import Person
from paizhu.rules.rulebook import RunnableProcedure

#: How often a matter is taken up again after its script has ended, and waited with for others.
_AGAIN, _WAITS = 3, 45
#: In a hundred matters, how many stay where their script leaves them.
_LEFT = 8


@dataclass(frozen=True, slots=True)
class Player:
    """Plays scripts on the stage."""

    stage: Stage
    library: Library
    #: Procedures whose matters, opened from others, are told elsewhere.
    told: frozenset[str]
    #: The door people come through: its verbs, whether called or asked for from outside.
    door: Any = desk

    def follow(self, ref: str, dice: Random) -> None:
        """Go on with a matter that another act or a duty opened, unless it is told elsewhere."""
        state, rules = _look(ref)
        if rules.name not in self.told:
            self._follow(state, rules, dice)

    def _follow(self, state: State, rules: RunnableProcedure, dice: Random) -> None:
        """Begin the story of a matter that is open already."""
        own = Random(f"{state.ref}/{dice.random()}")
        place = self.place(self._team(state, own), own, state)
        scripts = self.library.of(rules.spec)
        beats = own.choice(scripts).beats[1:] if scripts else ()
        self.stage.refs.setdefault(place.team, []).append(state.ref)
        self.stage.spawn(self.on(state.ref, place, beats), own.randint(0, 2), own)

    def take_up_duties(self) -> None:
        """Begin the stories of matters that a duty has opened since the last time."""
        known, made = self.stage.duties, self.stage.institution
        for team in made.teams:
            sees = access.visible_to(self.stage.who(made.holder(team, "head")))
            owed = sees.filter(source__startswith="duty:").order_by("pk")
            for ref, source in owed.values_list("ref", "source"):
                if ref not in known:
                    known.add(ref)
                    self._follow(*_look(ref), Random(source))

    def place(self, team: str, dice: Random, state: State | None = None) -> Place:
        """Give where a story of a team is set; in the unit its matter names already, if any."""
        made = self.stage.institution
        named = (*state.parts.get("respondent", ()), *_body_ids(state)) if state else ()
        units = [made.codes[one] for one in named if one in made.codes]
        unit = next((code for code in units if code in made.units[team]), "")
        known = self.stage.refs.get(team, [])
        return Place(made, team, unit or dice.choice(made.units[team]), dice, known)

    def _team(self, state: State, dice: Random) -> str:
        """Give the team a matter is about: its holder, or one that has a part, or watches it."""
        made = self.stage.institution
        ordered = sorted(state.parts.items(), key=lambda part: part[0] != "holder")
        parts = [made.codes.get(body, "") for _, bodies in ordered for body in bodies]
        for code in parts:
            if code in made.units:
                return code
            for team, units in made.units.items():
                if code in units:
                    return team
        return dice.choice(made.teams)

    # --- from the first act to the last ---------------------------------------------------------

    def begun(self, procedure: str, team: str, acts: int, *, dice: Random) -> Story:
        """Open a matter as its first whole script does, and leave it after some acts."""
        rules = rulebook.current().procedure(procedure, on=self.stage.today)
        beats = next(one for one in self.library.of(rules.spec) if one.is_whole).beats
        place = self.place(team, dice)
        ref = self._open(procedure, place, rules, beats[0])
        yield from self.on(ref, place, beats[1:acts], goes_on=False)

    def whole(self, procedure: str, team: str, dice: Random) -> Story:
        """Open a matter and live through it."""
        stage = self.stage
        rules = rulebook.current().procedure(procedure, on=stage.today)
        scripts = [
            s for s in self.library.of(rules.spec) if rules.spec.actions[s.beats[0].action].opens
        ]
        weights = [3 if script.is_whole else 1 for script in scripts]
        beats = dice.choices(scripts, weights)[0].beats
        place = self.place(team, dice)
        ref = self._open(procedure, place, rules, beats[0])
        yield from self.on(ref, place, beats[1:])

    def _open(self, procedure: str, place: Place, rules: RunnableProcedure, first: Beat) -> str:
        """Open a matter with the first act of a script; give its reference."""
        stage = self.stage
        by, body = self._opener(place, rules, first)
        receipt = self.door.open(
            actor=stage.who(by),
            procedure=procedure,
            body=body,
            raw=filled(place, rules.spec, first, State(), stage.today),
            now=stage.now,
            action=first.action,
        )
        stage.acts += 1
        stage.refs.setdefault(place.team, []).append(receipt.ref)
        return receipt.ref

    def _opener(self, place: Place, rules: RunnableProcedure, beat: Beat) -> tuple[Person, str]:
        roles = rules.spec.roles
        allowed = rules.spec.actions[beat.action].by
        role = beat.by if beat.by in allowed else allowed[0]
        post = roles[role].post or role
        body = place.body(PLACE_OF[post], rules.name)
        return place.dice.choice(self.stage.institution.holders[(body, post)]), body

    def on(self, ref: str, place: Place, beats: tuple[Beat, ...], *, goes_on: bool = True) -> Story:
        """Play beats on a matter; at their end go on as other scripts do, until it is closed."""
        again, waits = (0 if goes_on else _AGAIN), 0
        while True:
            if not beats:
                state, rules = _look(ref)
                again += 1
                onward = self.library.onward(rules.spec, state)
                is_left = again > _AGAIN or not onward or place.dice.randrange(100) < _LEFT
                if _is_final(state, rules) or is_left:
                    return
                beats = place.dice.choice(onward)
            beat = beats[0]
            yield round(beat.days * place.dice.uniform(0.7, 1.1))
            state, rules = _look(ref)
            if _is_final(state, rules):
                return
            if state.proposals:
                yield from self._signed(ref, Beat(0, beat.day, "", "", {}), place)
                state, rules = _look(ref)
            done = yield from self._played(ref, state, rules, beat, place)
            if done == "wait" and waits < _WAITS:
                waits += 1
                yield 6
                continue
            beats = beats[1:]

    def _played(
        self, ref: str, state: State, rules: RunnableProcedure, beat: Beat, place: Place
    ) -> Generator[int, None, str]:
        """Take the act of a beat, if it belongs here and somebody may; say whether to wait."""
        if not beat.action:
            self._stand_aside(state, rules, beat, place)
            return ""
        if not is_open(rules.spec, beat, state):
            return ""
        spec, is_open_child = rules.spec.actions[beat.action], "open" in state.children.values()
        if spec.excuses and not is_open_child:
            return ""
        by = self._who_may(state, rules, beat, place)
        if by is None:
            return "wait" if spec.after_children and is_open_child else ""
        raw = filled(place, rules.spec, beat, state, self.stage.today)
        raw.update(self._seats(state, rules, beat, place, by))
        self._done(
            self.door.act(
                actor=self.stage.who(by), ref=ref, action=beat.action, raw=raw,
                version=state.version, now=self.stage.now,
            ), place,
        )  # fmt: skip
        yield from self._signed(ref, beat, place)
        return ""

    # --- signing --------------------------------------------------------------------------------

    def _signed(self, ref: str, beat: Beat, place: Place) -> Story:
        """Sign what waits until it takes effect, is returned, or nobody may sign."""
        signed, stage = 0, self.stage
        while True:
            state, rules = _look(ref)
            if not state.proposals:
                return
            yield place.dice.choice((0, 0, 1, 1, 2))
            state, rules = _look(ref)
            proposal = next(iter(state.proposals.values()), None)
            if proposal is None:
                return
            given: dict[str, Any] = {
                "ref": ref,
                "proposal": proposal.id,
                "version": state.version,
                "now": stage.now,
            }
            if beat.fate == "withdrawn":
                author = stage.institution.people[proposal.person]
                self._done(
                    self.door.withdraw(
                        actor=stage.who(author), reasons="重新核对后再报。", **given
                    ),
                    place,
                )
                return
            by = self._signer(state, rules, proposal, place)
            if by is None:
                if not self._substituted(state, rules, proposal, place):
                    return
                continue
            if beat.fate == "returned" and signed >= beat.signed:
                self._done(
                    self.door.give_back(actor=stage.who(by), reasons=beat.reasons, **given), place
                )
                return
            self._done(self.door.approve(actor=stage.who(by), **given), place)
            signed += 1

    def _signer(
        self, state: State, rules: RunnableProcedure, proposal: Proposal, place: Place
    ) -> Person | None:
        approval = rights.next_approval(proposal, state, rules)
        if approval is None:
            return None
        able = (
            one
            for one in self._people(approval.by, state, rules, place)
            if rights.why_not_sign(state, rules, _as(one, approval.by, state), proposal) is None
        )
        return next(able, None)

    def _substituted(
        self, state: State, rules: RunnableProcedure, proposal: Proposal, place: Place
    ) -> bool:
        """Name somebody to sign where nobody may; give whether that could be done."""
        approval = rights.next_approval(proposal, state, rules)
        kept = state.recused | {proposal.person, *(one.person for one in proposal.signatures)}
        kept |= {person for done in state.done for person in (done.person, *done.signers)}
        for role in rules.spec.may.substitute:
            for by in self._people(role, state, rules, place):
                if (
                    approval is None
                    or by.key == proposal.person
                    or rights.why_not_verb(state, rules, _as(by, role, state), "substitute")
                ):
                    continue
                free = [one for one in self._colleagues(state) if one.key not in kept | {by.key}]
                if not free:
                    return False
                self._done(
                    self.door.substitute(
                        actor=self.stage.who(by), ref=state.ref, role=approval.by,
                        person=free[0].key, reasons="该岗位人员回避，由其代为审签。",
                        version=state.version, now=self.stage.now,
                    ), place,
                )  # fmt: skip
                return True
        return False

    def _stand_aside(
        self, state: State, rules: RunnableProcedure, beat: Beat, place: Place
    ) -> None:
        """Let whoever holds a role recuse himself."""
        for one in self._people(beat.by.partition(":")[0], state, rules, place):
            self._done(
                self.door.recuse(
                    actor=self.stage.who(one), ref=state.ref, person=one.key,
                    reasons=beat.reasons, version=state.version, now=self.stage.now,
                ), place,
            )  # fmt: skip
            return

    # --- people ---------------------------------------------------------------------------------

    def _who_may(
        self, state: State, rules: RunnableProcedure, beat: Beat, place: Place
    ) -> Person | None:
        """Give who takes an act: of the role of the script, else of another that may."""
        when = writing.moment(self.stage.now, None)
        allowed = rules.spec.actions[beat.action].by
        first = beat.by.partition(":")[0]
        for role in sorted(allowed, key=lambda one: one != first):
            for one in self._people(role, state, rules, place):
                reason = rights.why_not(state, rules, _as(one, role, state), beat.action, when)
                if reason is None and self._may_let_in(one, state, rules, beat):
                    return one
        return None

    def _may_let_in(self, one: Person, state: State, rules: RunnableProcedure, beat: Beat) -> bool:
        """Say whether somebody knows the matter an act opens to others, and the asker may too."""
        grants = rules.spec.actions[beat.action].grants
        if grants is None:
            return True
        ref = str(state.values.get(grants.matter, ""))
        knows = access.visible_to(self.stage.who(one)).filter(ref=ref).exists()
        return knows and state.done[0].person not in _look(ref)[0].recused

    def _people(
        self, role: str, state: State, rules: RunnableProcedure, place: Place
    ) -> Iterable[Person]:
        """Give who is in a role, whoever has acted here before first."""
        spec, made = rules.spec.roles.get(role), self.stage.institution
        keys = [*state.seats.get(role, ()), *state.substitutes.get(role, ())]
        if spec is not None and spec.held_by == "post":
            for body in state.parts.get(spec.at, ()):
                held = made.holders.get((made.codes[body], spec.post or role), [])
                keys += [one.key for one in held]
        known = {done.person for done in state.done}
        place.dice.shuffle(keys)
        keys.sort(key=lambda key: key not in known)
        return [made.people[key] for key in keys if key not in state.recused]

    def _seats(
        self, state: State, rules: RunnableProcedure, beat: Beat, place: Place, by: Person
    ) -> dict[str, object]:
        """Name who is to fill the seats an act fills: colleagues who are free of the matter."""
        assigns = rules.spec.actions[beat.action].assigns
        if not assigns:
            return {}
        acted = {done.person for done in state.done} | {by.key}
        free = [one.key for one in self._colleagues(state)]
        place.dice.shuffle(free)
        free.sort(key=lambda key: key in acted)
        return {"seats": free[: rules.spec.roles[assigns].at_least]}

    def _colleagues(self, state: State) -> list[Person]:
        """Give the officers, else anybody, of the bodies that hold a matter."""
        made = self.stage.institution
        codes = [made.codes[body] for body in state.parts.get("holder", ())]
        posts = ("officer", "office_officer", "deputy", "deputy_director", "section_head")
        held = [
            one for post in posts for code in codes for one in made.holders.get((code, post), ())
        ]
        return [one for one in held if one.key not in state.recused]

    def _done(self, receipt: Receipt, place: Place) -> None:
        self.stage.acts += 1
        for ref in receipt.opened:
            self._follow(*_look(ref), place.dice)


def _as(one: Person, role: str, state: State) -> Actor:
    is_seated = one.key in (*state.seats.get(role, ()), *state.substitutes.get(role, ()))
    return Actor(one.key, one.name_zh, {} if is_seated else {role: role})


def _look(ref: str) -> tuple[State, RunnableProcedure]:
    state = fold(book.entries_of(ref), rulebook.rules_of)
    return state, rulebook.rules_of(state.rules)


def _is_final(state: State, rules: RunnableProcedure) -> bool:
    return rules.spec.stages[state.stage].final


def _body_ids(state: State) -> list[int]:
    """Give the bodies that the values of a matter name."""
    words = [str(value) for value in state.values.values()]
    return [int(word[5:]) for word in words if word.startswith("body:") and word[5:].isdigit()]
