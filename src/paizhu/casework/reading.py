"""One matter as one person may read it: the card of its page, why a date, why somebody may know.

Reading content is itself recorded: each card above the normal level leaves a read line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from paizhu.casework import access, chips, forms_cards, rulebook, writing
from paizhu.casework.cards import (
    ActionCard,
    FieldCard,
    LinkCard,
    MatterCard,
    Option,
    ProposalCard,
    ReaderCard,
    SignatureCard,
    SkippedDay,
    StageStep,
    StuckCard,
    TimelineLine,
    WhyDate,
    WhyLine,
)
from paizhu.casework.models import LinkRow, Reader
from paizhu.casework.projections import title_of
from paizhu.casework.writing import Bench
from paizhu.engine import clocks, rights
from paizhu.engine.entries import KINDS, Entry, Value
from paizhu.engine.rights import When
from paizhu.engine.state import Proposal
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import reads
from paizhu.registry.models import Body, Post
from paizhu.registry.principals import Who, names_of
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.rulebook import RunnableProcedure

Names = Mapping[str, Text]
VERBS = ("assign", "recuse", "note", "attach", "correct", "substitute")


def matter(who: Who, ref: str, *, now: datetime) -> MatterCard:
    """Give the page of a matter. Raises NotFound, the same for unknown and forbidden."""
    reading = access.get_matter(who, ref)
    bench = writing.bench(who, reading)
    when = writing.moment(now, None)
    if reading.level != "normal":
        reads.record(person=who.key, ref=ref, what="matter", at=now)
    names = _names(bench)
    state, procedure = bench.state, bench.procedure
    stage = procedure.spec.stages[state.stage]
    stuck = _stuck(bench, when)
    may = _may(bench)
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
        fields=tuple(fields(state.values, procedure, reading.roles, names)),
        actions=tuple(_actions(bench, when)),
        proposals=tuple(_proposals(bench, reading.roles, names)),
        clocks=tuple(
            chips.from_standing(standing, procedure, ref=ref, start=run.start)
            for standing in clocks.standings(state, procedure, on=when.day)
            if (run := state.run(standing.clock, standing.run)) is not None
        ),
        timeline=tuple(_timeline(bench, reading, names)),
        readers=tuple(_readers(reading.matter, procedure, names)),
        seats=tuple(_seats(bench, names)),
        links=tuple(_links(who, reading.matter)),
        stuck=tuple(stuck),
        may=may,
        candidates=tuple(_candidates(bench, may, stuck)),
    )


def why_date(who: Who, ref: str, clock: str, *, on: date, run: int | None = None) -> WhyDate:
    """Explain why a clock is due on its day."""
    bench = writing.bench(who, access.get_matter(who, ref))
    found = bench.state.run(clock, run)
    if found is None or clock not in bench.procedure.spec.clocks:
        raise NotFound(
            Text(f"事项没有时限「{clock}」。", f"The matter has no time limit “{clock}”.")
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
    names = _names_of_posts(reading.roles.values())
    return tuple(
        WhyLine(title_of(role, procedure), names.get(through, Text(through, through)))
        for role, through in reading.roles.items()
    )


def fields(
    values: Mapping[str, Value],
    procedure: RunnableProcedure,
    roles: Mapping[str, str],
    names: Names,
) -> Iterable[FieldCard]:
    """Give the values this reader may read, in declared order, as shown in each language."""
    shown = access.mask(values, procedure, roles)
    for name, spec in procedure.spec.fields.items():
        value = shown.get(name)
        if value is None or value in ("", []):
            continue
        text = names.get(str(value)) if spec.type in ("person", "organization") else None
        if text is None:
            show = TYPES[spec.type].show
            text = Text(show(value, spec, "zh"), show(value, spec, "en"))
        yield FieldCard(name, spec.title, spec.type, text, spec.level)


# --- parts of the card --------------------------------------------------------------------------


def _stages(bench: Bench) -> Iterable[StageStep]:
    been = {entry.stage for entry in bench.entries if entry.stage}
    for name, stage in bench.procedure.spec.stages.items():
        current = name == bench.state.stage
        state = "current" if current else "past" if name in been else "ahead"
        yield StageStep(name, stage.title, state, stage.final)  # type: ignore[arg-type]


def _actions(bench: Bench, when: When) -> Iterable[ActionCard]:
    found = list(rights.open_to(bench.state, bench.procedure, bench.actor, when))
    open_now = [step.action for step in found if step.reason is None]
    choices = forms_cards.choices_of(bench, open_now, on=when.day)
    for step in found:
        yield forms_cards.action_card(
            bench.procedure, step.action, reason=step.reason, state=bench.state, choices=choices
        )


def _proposals(bench: Bench, roles: Mapping[str, str], names: Names) -> Iterable[ProposalCard]:
    for proposal in bench.state.proposals.values():
        reason = rights.why_not_sign(bench.state, bench.procedure, bench.actor, proposal)
        action = bench.procedure.spec.actions[proposal.action]
        yield ProposalCard(
            proposal=proposal.id,
            action=proposal.action,
            title=action.title,
            proposed_by=proposal.name,
            proposed_at=proposal.at,
            fields=(
                *fields(proposal.values, bench.procedure, roles, names),
                *_proposed_seats(proposal, bench, names),
            ),
            signatures=tuple(_signatures(proposal, bench)),
            may_approve=reason is None,
            reason=reason,
            may_withdraw=proposal.person == bench.actor.person,
            consequences=forms_cards.consequences(
                bench.procedure, proposal.action, {**bench.state.values, **proposal.values}
            ),
        )


def _proposed_seats(proposal: Proposal, bench: Bench, names: Names) -> Iterable[FieldCard]:
    assigns = bench.procedure.spec.actions[proposal.action].assigns
    if assigns and proposal.seats:
        title = bench.procedure.spec.roles[assigns].title
        yield FieldCard("seats", title, "person", _people(proposal.seats, names), "normal")


def _signatures(proposal: Proposal, bench: Bench) -> Iterable[SignatureCard]:
    action = bench.procedure.spec.actions[proposal.action]
    needed = rights.approvals_of(action, bench.state, proposal.values)
    for place, approval in enumerate(needed):
        given = proposal.signatures[place] if place < len(proposal.signatures) else None
        yield SignatureCard(
            role=bench.procedure.spec.roles[approval.by].title,
            basis=forms_cards.cited(bench.procedure, approval.basis),
            signed_by=given.name if given else "",
            signed_at=given.at if given else None,
        )


def _timeline(bench: Bench, reading: access.Reading, names: Names) -> Iterable[TimelineLine]:
    for entry in reversed(bench.entries):
        yield TimelineLine(
            version=entry.version,
            at=entry.at,
            day=entry.day if entry.day != entry.at.date() else None,
            who=entry.name,
            sentence=_sentence(entry, bench.procedure),
            details=tuple(_details(entry, bench, reading.roles, names)),
            text=_free_text(entry, reading.level),
        )


def _sentence(entry: Entry, procedure: RunnableProcedure) -> Text:
    says = KINDS[entry.kind].says
    action = procedure.spec.actions.get(entry.action)
    document = procedure.spec.documents.get(entry.action)
    title = action.title if action else document.title if document else Text("", "")
    payload = entry.payload or {}
    if entry.kind == "warned":
        return _warning(str(payload.get("clock", "")), str(payload.get("threshold")), procedure)
    who = entry.name or ("系统" if entry.person == "system" else entry.person)
    who_en = entry.name or ("The system" if entry.person == "system" else entry.person)
    number = str(payload.get("number", "")) if entry.kind == "issued" else ""
    tail = Text(f"「{title.zh}」{number}", f" “{title.en}” {number}".rstrip()) if document else None
    return Text(
        says.zh.format(who=who, action=title.zh) + (tail.zh if tail else ""),
        says.en.format(who=who_en, action=title.en) + (tail.en if tail else ""),
    )


def _warning(clock: str, threshold: str, procedure: RunnableProcedure) -> Text:
    spec = procedure.spec.clocks.get(clock)
    title = spec.title if spec else Text(clock, clock)
    if threshold == "missed":
        return Text(f"时限「{title.zh}」已过", f"The time limit “{title.en}” has passed")
    return Text(f"时限「{title.zh}」临近", f"The time limit “{title.en}” is near")


def _details(
    entry: Entry, bench: Bench, roles: Mapping[str, str], names: Names
) -> Iterable[FieldCard]:
    payload = entry.payload or {}
    values = payload.get("values")
    if isinstance(values, dict):
        yield from fields(values, bench.procedure, roles, names)
    if entry.kind == "corrected":
        field = str(payload.get("field", ""))
        for key in ("was", "value"):
            yield from fields({field: payload.get(key)}, bench.procedure, roles, names)
    persons = payload.get("persons") or payload.get("seats")
    if isinstance(persons, list) and persons:
        title = Text("人员", "People")
        yield FieldCard(
            "seats", title, "person", _people([str(p) for p in persons], names), "normal"
        )


def _free_text(entry: Entry, level: str) -> str:
    """Notes and reasons are content."""
    if not access.may_read(level, "content"):
        return ""
    payload = entry.payload or {}
    return str(payload.get("text") or payload.get("reasons") or "")


def _readers(matter_id: int, procedure: RunnableProcedure, names: Names) -> Iterable[ReaderCard]:
    rows = list(
        Reader.objects.filter(matter_id=matter_id)
        .order_by("role", "principal")
        .values_list("principal", "role", "level")
    )
    posts = _names_of_posts(principal for principal, _, _ in rows)
    for principal, role, level in rows:
        shown = posts.get(principal) or names.get(principal) or Text(principal, principal)
        through = Text("岗位", "post") if principal.startswith("post:") else Text("承办", "seat")
        yield ReaderCard(shown.zh, title_of(role, procedure), through, level)


def _seats(bench: Bench, names: Names) -> Iterable[WhyLine]:
    for role, persons in bench.state.seats.items():
        if persons:
            yield WhyLine(bench.procedure.spec.roles[role].title, _people(persons, names))


def _links(who: Who, matter_id: int) -> Iterable[LinkCard]:
    """Give only links to matters the reader may know of; of others not even that they exist."""
    links = dict(LinkRow.objects.filter(matter_id=matter_id).values_list("ref", "relation"))
    if not links:
        return
    visible = access.visible_to(who).filter(ref__in=list(links))
    for other in visible.order_by("pk"):
        procedure = rulebook.rules_of(other.rules)
        relation = RELATIONS.get(links[other.ref], Text("关联", "related"))
        yield LinkCard(other.ref, relation, procedure.spec.title)


RELATIONS = {
    "parent": Text("来源事项", "opened from"), "child": Text("由此开启", "opened by this"),
    "related": Text("关联", "related"),
}  # fmt: skip


def _stuck(bench: Bench, when: When) -> list[StuckCard]:
    if not bench.state.proposals:
        return []
    found = rights.stuck(bench.state, bench.procedure, writing.role_holders(bench, when.day))
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
    mine = set(rights.roles_in(bench.state, bench.actor))
    may = bench.procedure.spec.may
    verbs = {verb for verb in VERBS if mine & set(getattr(may, verb))}
    stage = bench.procedure.spec.stages[bench.state.stage]
    return frozenset(verbs & {"note"} if stage.final else verbs)


def _candidates(
    bench: Bench, may: frozenset[str], stuck: Sequence[StuckCard]
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
    people = tuple(Option(key, name) for key, name in writing.candidates(bench).items())
    for name in wanted:
        yield name, roles[name].title, people
    if "recuse" in may:
        yield "recuse", Text("回避人员", "Person to be recused"), people


# --- names --------------------------------------------------------------------------------------


def _names(bench: Bench) -> dict[str, Text]:
    """Give the names of every person and body that occurs in the matter. Two queries."""
    persons: set[int] = set()
    bodies: set[int] = set()
    for value in _keys(bench):
        kind, _, number = value.partition(":")
        if number.isdigit():
            (persons if kind == "person" else bodies).add(int(number))
    found = {f"person:{pk}": name for pk, name in names_of(persons).items()}
    if bodies:
        found |= {f"body:{body.pk}": body.name for body in Body.objects.filter(pk__in=bodies)}
    return found


def _keys(bench: Bench) -> Iterable[str]:
    for persons in (*bench.state.seats.values(), *bench.state.substitutes.values()):
        yield from persons
    yield from bench.state.recused
    for entry in bench.entries:
        payload = entry.payload or {}
        values = payload.get("values")
        for value in values.values() if isinstance(values, dict) else ():
            if isinstance(value, str) and value.startswith(("person:", "body:")):
                yield value
        for key in ("seats", "persons"):
            listed = payload.get(key)
            yield from (str(item) for item in listed) if isinstance(listed, list) else ()


def _names_of_posts(principals: Iterable[str]) -> dict[str, Text]:
    """Give readable names of post principals: body and post. One query."""
    wanted = {}
    for principal in principals:
        key, _, body = principal.removeprefix("post:").partition("@body:")
        if principal.startswith("post:") and body.isdigit():
            wanted[(key, int(body))] = principal
    if not wanted:
        return {}
    posts = Post.objects.filter(
        body_id__in={body for _, body in wanted}, key__in={key for key, _ in wanted}
    ).select_related("body")
    return {
        wanted[(post.key, post.body_id)]: Text(
            f"{post.body.name_zh} {post.title_zh}", f"{post.body.name_en}, {post.title_en}"
        )
        for post in posts
        if (post.key, post.body_id) in wanted
    }


def _people(persons: Sequence[str], names: Names) -> Text:
    shown = [names.get(person, Text(person, person)) for person in persons]
    return Text("、".join(name.zh for name in shown), ", ".join(name.en for name in shown))
