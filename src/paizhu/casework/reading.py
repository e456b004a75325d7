"""One matter as one person may read it: the card of its page, why a date, why somebody may know.

Reading content is itself recorded: each card above the normal level leaves a read line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from paizhu.casework import access, chips, forms_cards, knowing, linked, persons, receipts, writing
from paizhu.casework.cards import (
    ActionCard,
    FieldCard,
    MatterCard,
    Option,
    ProposalCard,
    SignatureCard,
    SkippedDay,
    StageStep,
    StuckCard,
    WhyDate,
    WhyLine,
)
from paizhu.casework.naming import (
    Names,
    known_as,
    names_in,
    names_of_keys,
    names_of_posts,
    people,
)
from paizhu.casework.projections import title_of
from paizhu.casework.timeline import fields, timeline
from paizhu.casework.writing import Bench
from paizhu.engine import clocks, rights
from paizhu.engine.rights import When
from paizhu.engine.state import Proposal
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import reads
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ActionSpec

IN_PERSON = Text("您本人", "You in person")
VERBS = ("assign", "recuse", "note", "attach", "correct", "substitute")


def matter(who: Who, ref: str, *, now: datetime) -> MatterCard:
    """Give the page of a matter. Raises NotFound, the same for unknown and forbidden."""
    reading = access.get_matter(who, ref)
    bench = writing.bench(who, reading)
    when = writing.moment(now, None)
    if reading.level != "normal":
        reads.record(person=who.key, ref=ref, what="matter", at=now)
    names = names_in(bench)
    state, procedure = bench.state, bench.procedure
    stage = procedure.spec.stages[state.stage]
    stuck = _stuck(bench, when)
    may = _may(bench)
    links = tuple(linked.links(who, reading.matter))
    told = {link.ref for link in links} | linked.requests(who, bench.entries)
    return MatterCard(
        ref=ref,
        version=state.version,
        procedure=procedure.name,
        procedure_title=procedure.spec.title,
        procedure_version=procedure.spec.effective_from,
        stage=state.stage,
        stage_title=stage.title,
        final=stage.final,
        body=reading.body,
        opened_date=state.opened_day,
        level=reading.level,
        stages=tuple(_stages(bench)),
        fields=tuple(_explained(fields(state.values, procedure, reading.roles, names), procedure)),
        actions=tuple(_actions(bench, when)),
        proposals=tuple(_proposals(bench, reading, names)),
        clocks=tuple(
            chips.from_standing(standing, procedure, ref=ref, start=run.start)
            for standing in clocks.standings(state, procedure, on=when.day)
            if (run := state.run(standing.clock, standing.run)) is not None
        ),
        timeline=tuple(timeline(bench, reading, names, linked=told)),
        readers=tuple(knowing.readers(who, reading.matter, procedure, names)),
        seats=tuple(_seats(bench, names)),
        links=links,
        stuck=tuple(stuck),
        may=may,
        candidates=tuple(_candidates(bench, may, stuck, on=when.day)),
        children=linked.children(who, state, on=when.day),
        hand_over=receipts.hand_over(bench, reading, names),
        emergency_until=knowing.emergency_until(bench, reading),
        is_limited=knowing.is_limited(reading, procedure),
    )


def why_date(who: Who, ref: str, clock: str, *, on: date, run: int | None = None) -> WhyDate:
    """Explain why a clock is due on its day."""
    bench = writing.bench(who, access.get_matter(who, ref))
    found = bench.state.run(clock, run)
    if found is None or clock not in bench.procedure.spec.clocks:
        there = ", ".join(n for n in bench.state.clocks if n in bench.procedure.spec.clocks) or "–"
        raise NotFound(
            Text(
                f"事项没有时限“{clock}”。现有：{there}。",
                f"The matter has no time limit “{clock}”. There are: {there}.",
            )
        )
    standing = clocks.standing(found, bench.procedure, on=on)
    chip = chips.from_standing(standing, bench.procedure, ref=ref, start=found.start)
    lines = tuple(WhyLine(e.label, e.text) for e in clocks.why(found, bench.procedure))
    skipped = tuple(SkippedDay(day.date, day.why) for day in standing.due.skipped)
    return WhyDate(chip, lines, skipped)


def why_access(who: Who, ref: str) -> tuple[WhyLine, ...]:
    """Say through what this person may know of a matter."""
    reading = access.get_matter(who, ref)
    procedure = writing.bench(who, reading).procedure
    names = {**names_of_posts(reading.roles.values()), who.key: IN_PERSON}
    return tuple(
        WhyLine(title_of(role, procedure), names.get(through, Text(through, through)))
        for role, through in reading.roles.items()
    )


# --- parts of the card --------------------------------------------------------------------------


def _stages(bench: Bench) -> Iterable[StageStep]:
    here, spec = bench.state.stage, bench.procedure.spec
    been = {entry.stage for entry in bench.entries if entry.stage}
    reached = {
        to for action in spec.actions.values() if here in action.from_ for to in _ends(action)
    }
    for name, stage in spec.stages.items():
        ahead = "past" if name in been else "next" if name in reached else "ahead"
        state = "current" if name == here else ahead
        yield StageStep(name, stage.title, state, stage.final, is_next=name in reached)  # type: ignore[arg-type]


def _explained(cards: Iterable[FieldCard], procedure: RunnableProcedure) -> Iterable[FieldCard]:
    """Add what the pack says of each field, and which actions ask for it."""
    for card in cards:
        spec = procedure.spec.fields[card.field]
        asked_by = (a.title for a in procedure.spec.actions.values() if card.field in a.form)
        yield replace(card, help=spec.help, asked_by=tuple(dict.fromkeys(asked_by)))


def _ends(action: ActionSpec) -> tuple[str, ...]:
    """Give the stages an action may lead to."""
    if isinstance(action.to, str):
        return (action.to,)
    return tuple(target.stage for target in action.to or ())


def _actions(bench: Bench, when: When) -> Iterable[ActionCard]:
    actions = bench.procedure.spec.actions
    open_to = rights.open_to(bench.state, bench.procedure, bench.actor, when)
    # What only time or another matter takes is for nobody to be refused.
    found = [step for step in open_to if actions[step.action].by]
    open_now = [step.action for step in found if step.reason is None]
    choices = forms_cards.choices_of(bench, open_now, on=when.day)
    for step in found:
        yield forms_cards.action_card(
            bench.procedure, step.action, reason=step.reason, state=bench.state, choices=choices
        )


def _proposals(bench: Bench, reading: access.Reading, names: Names) -> Iterable[ProposalCard]:
    for proposal in bench.state.proposals.values():
        reason = rights.why_not_sign(bench.state, bench.procedure, bench.actor, proposal)
        action = bench.procedure.spec.actions[proposal.action]
        is_mine = proposal.person == bench.actor.person
        # What will follow rests on all values, so it is told to whoever signs, proposed or reads.
        told = reason is None or is_mine or reading.level != "normal"
        known = {**bench.state.values, **proposal.values}
        yield ProposalCard(
            proposal=proposal.id,
            action=proposal.action,
            title=action.title,
            proposed_by=known_as(proposal.person, proposal.name, names),
            proposed_at=proposal.at,
            fields=(
                *fields(proposal.values, bench.procedure, reading.roles, names),
                *_proposed_seats(proposal, bench, names),
            ),
            signatures=tuple(signatures(proposal, bench, names)),
            may_approve=reason is None,
            reason=reason,
            may_withdraw=is_mine,
            consequences=forms_cards.consequences(
                bench.procedure, proposal.action, known, bench.state
            )
            if told
            else (),
        )


def _proposed_seats(proposal: Proposal, bench: Bench, names: Names) -> Iterable[FieldCard]:
    assigns = bench.procedure.spec.actions[proposal.action].assigns
    if assigns and proposal.seats:
        title = bench.procedure.spec.roles[assigns].title
        yield FieldCard("seats", title, "person", people(proposal.seats, names), "normal")


def signatures(proposal: Proposal, bench: Bench, names: Names) -> Iterable[SignatureCard]:
    """Give each signature a proposal needs, and who gave it."""
    for approval, given in rights.signatures_of(proposal, bench.state, bench.procedure):
        yield SignatureCard(
            role=bench.procedure.spec.roles[approval.by].title,
            basis=forms_cards.cited(bench.procedure, approval.basis),
            signed_by=known_as(given.person, given.name, names) if given else None,
            signed_at=given.at if given else None,
        )


def _seats(bench: Bench, names: Names) -> Iterable[WhyLine]:
    for role, seated in bench.state.seats.items():
        if seated:
            yield WhyLine(bench.procedure.spec.roles[role].title, people(seated, names))


def _stuck(bench: Bench, when: When) -> list[StuckCard]:
    if not (bench.state.proposals or bench.state.recused):
        return []
    found = rights.stuck(
        bench.state,
        bench.procedure,
        persons.role_holders(bench.state, bench.procedure, on=when.day),
    )
    roles = bench.procedure.spec.roles
    mine = rights.roles_in(bench.state, bench.actor)
    return [
        StuckCard(
            action=bench.procedure.spec.actions[stuck.action].title,
            role=roles[stuck.role].title,
            appointers=tuple(roles[role].title for role in stuck.appointers),
            may_appoint=bool(set(stuck.appointers) & set(mine)),
        )
        for stuck in found
    ]


def _may(bench: Bench) -> frozenset[str]:
    state, procedure, actor = bench.state, bench.procedure, bench.actor
    may = {verb for verb in VERBS if rights.why_not_verb(state, procedure, actor, verb) is None}
    if "recuse" in may and knowing.namesakes(bench):
        may.add("lift_recusal")
    return frozenset(may)


def _candidates(
    bench: Bench, may: frozenset[str], stuck: Sequence[StuckCard], *, on: date
) -> Iterable[tuple[str, Text, tuple[Option, ...]]]:
    """Give whom the reader may appoint, per assignment role and per stuck role."""
    roles = bench.procedure.spec.roles
    mine = rights.roles_in(bench.state, bench.actor)
    actions = [
        action.assigns
        for action in bench.procedure.spec.actions.values()
        if action.assigns and bench.state.stage in action.from_ and set(action.by) & set(mine)
    ]
    wanted = [name for name in dict.fromkeys(actions) if name]
    if "assign" in may:
        wanted += [n for n, r in roles.items() if r.held_by == "assignment" and n not in wanted]
    wanted += [
        n for n, r in roles.items() if any(s.may_appoint and s.role == r.title for s in stuck)
    ]
    if not wanted and "recuse" not in may:
        return
    choices = tuple(
        Option(key, name) for key, name in persons.candidates(bench.state, on=on).items()
    )
    for name in wanted:
        yield name, roles[name].title, choices
    if "recuse" in may:
        yield "recuse", Text("回避人员", "Person to be recused"), choices
    if "lift_recusal" in may:
        kept_out = knowing.namesakes(bench)
        names = names_of_keys(kept_out)
        listed = tuple(Option(key, names[key]) for key in kept_out)
        yield "lift_recusal", Text("同名人员", "Namesake"), listed
