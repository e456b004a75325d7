"""An action as a card: its form, its signatures, what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from paizhu.casework import bodies, rulebook
from paizhu.casework.cards import ActionCard, FormColumn, FormField, Option, SignatureCard
from paizhu.casework.openings import body_of
from paizhu.casework.persons import candidates
from paizhu.casework.writing import Bench
from paizhu.engine import rights
from paizhu.engine.entries import Value
from paizhu.engine.state import State
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules import wording
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import AllOf, Condition, FieldIn, FieldIs, FieldSpec


def opening_form(who: Who, procedure: str, body: str, *, on: date, action: str = "") -> ActionCard:
    """Give the form that opens a matter. Raises NotFound or NotAllowed."""
    rules = rulebook.current().procedure(procedure, on=on)
    name = action or next(n for n, a in rules.spec.actions.items() if a.opens)
    if name not in rules.spec.actions or not rules.spec.actions[name].opens:
        raise NotFound(Text(f"没有登记动作“{name}”。", f"There is no opening action “{name}”."))
    holder = body_of(who, body, rules, name)
    choices = Choices(bodies=bodies_for(rules, [name], [holder], on=on))
    return action_card(rules, name, reason=None, state=State(), choices=choices)


@dataclass(frozen=True, slots=True)
class Choices:
    """Whom and what a form may choose from: people to be seated, bodies to be named."""

    people: tuple[Option, ...] = ()
    #: By field.
    bodies: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)


def choices_of(bench: Bench, actions: Iterable[str], *, on: date) -> Choices:
    """Give whom and what the forms of these actions may choose from; no query where none asks."""
    names = list(actions)
    seats = any(bench.procedure.spec.actions[name].assigns for name in names)
    people = candidates(bench.state, on=on) if seats else {}
    holders = bench.state.parts.get("holder", ())
    return Choices(
        people=tuple(Option(key, name) for key, name in people.items()),
        bodies=bodies_for(bench.procedure, names, holders, on=on),
    )


def bodies_for(
    procedure: RunnableProcedure, actions: Iterable[str], holders: Iterable[int], *, on: date
) -> dict[str, tuple[Option, ...]]:
    """Give the bodies each field of these forms may name; no query where none asks for a body."""
    spec = procedure.spec
    asked = {
        wanted: spec.fields[wanted]
        for name in actions
        for wanted in spec.actions[name].form
        if _names_bodies(spec.fields[wanted])
    }
    named = list(holders)
    found: dict[bool, tuple[Option, ...]] = {}
    for wanted in asked.values():
        own = wanted.part == "respondent"
        if own not in found:
            chosen = bodies.choices(wanted, named, on=on)
            found[own] = tuple(Option(f"body:{body.pk}", body.name) for body in chosen)
    return {name: found[wanted.part == "respondent"] for name, wanted in asked.items()}


def _names_bodies(field: FieldSpec) -> bool:
    columns = {column.type for column in field.columns.values()}
    return field.type in ("organization", "organizations") or "organization" in columns


def action_card(
    procedure: RunnableProcedure,
    name: str,
    *,
    reason: Text | None,
    state: State,
    choices: Choices = Choices(),
) -> ActionCard:
    """Make the card of an action; `reason` says why not, None that it may be taken."""
    action = procedure.spec.actions[name]
    if reason is not None:  # what it asks for and leads to is for those who may take it
        return ActionCard(
            action=name,
            title=action.title,
            help=None,
            allowed=False,
            reason=reason,
            form=(),
            approvals=(),
            consequences=(),
            basis=rests_on(procedure, name),
        )
    approvals = rights.approvals_of(action, state, {})
    return ActionCard(
        action=name,
        title=action.title,
        help=action.help,
        allowed=True,
        reason=None,
        form=(
            *_form(procedure, action.form, state, choices),
            *_seats(procedure, action.assigns, choices),
        ),
        approvals=tuple(
            SignatureCard(
                procedure.spec.roles[approval.by].title,
                cited(procedure, approval.basis),
                None,
                None,
            )
            for approval in approvals
        ),
        consequences=consequences(procedure, name, None, state),
        basis=rests_on(procedure, name),
    )


def rests_on(procedure: RunnableProcedure, name: str) -> tuple[Text, ...]:
    """Cite what an action rests on: its refusals, its signatures, the clocks it moves.

    An action that names no article of its own rests on those of the whole procedure. All of it
    stands in the manual, so it is told to whoever may not take the action too.
    """
    action, refs = procedure.spec.actions[name], []
    refs += [refusal.basis for refusal in action.refuses]
    refs += [approval.basis for approval in action.approvals if approval.basis]
    for clock in procedure.spec.clocks.values():
        if {name, f"{name}.proposed"} & {*clock.starts, *clock.stops}:
            refs.append(clock.basis)
        refs += [pause.basis for pause in clock.pauses if name in (pause.from_, pause.until)]
    if not refs:
        refs += [*procedure.spec.basis, *(r for one in procedure.tightenings for r in one.basis)]
    return tuple(dict.fromkeys(wording.cited(procedure.basis_of(ref)) for ref in refs))


def consequences(
    procedure: RunnableProcedure,
    name: str,
    values: Mapping[str, Value] | None,
    state: State | None = None,
) -> tuple[Text, ...]:
    """Say what follows: the stage it leads to, clocks that start and stop, matters it opens.

    Without values every possible target is named, without a state every clock it may end.
    """
    spec = procedure.spec
    action = spec.actions[name]
    said: list[Text] = []
    stages = _targets(procedure, name, values)
    if stages:
        what = _joined(spec.stages[stage].title for stage in stages)
        said.append(Text(f"进入“{what.zh}”", f"leads to: {what.en}"))
    for key, clock in spec.clocks.items():
        if name in clock.starts and (values is None or holds(clock.when, values)):
            said.append(Text(f"开始计算“{clock.title.zh}”", f"starts the clock: {clock.title.en}"))
        if state and all(run.stopped for run in state.clocks.get(key, ())):
            continue
        if name in clock.stops or f"{name}.proposed" in clock.stops:
            said.append(Text(f"结束“{clock.title.zh}”", f"stops the clock: {clock.title.en}"))
        if any(pause.from_ == name for pause in clock.pauses):
            said.append(Text(f"中止“{clock.title.zh}”", f"pauses the clock: {clock.title.en}"))
        if any(pause.until == name for pause in clock.pauses):
            said.append(Text(f"恢复“{clock.title.zh}”", f"resumes the clock: {clock.title.en}"))
        if clock.extension and clock.extension.action == name:
            more = clock.extension.by.text
            said.append(
                Text(
                    f"“{clock.title.zh}”延长{more.zh}",
                    f"extends the clock by {more.en}: {clock.title.en}",
                )
            )
    for opens in action.opens_matter:
        if values is None or holds(opens.when, values):
            title = title_of_procedure(opens.procedure)
            said.append(Text(f"开启“{title.zh}”", f"opens a matter: {title.en}"))
    for document in action.issues:
        title = spec.documents[document].title
        said.append(Text(f"制发《{title.zh}》", f"issues: {title.en}"))
    return tuple(said)


def cited(procedure: RunnableProcedure, basis: str | None) -> Text | None:
    """Give the article a signature rests on, as an official letter cites it."""
    return procedure.basis_of(basis).cited if basis else None


# --- within -------------------------------------------------------------------------------------


def _targets(
    procedure: RunnableProcedure, name: str, values: Mapping[str, Value] | None
) -> list[str]:
    action = procedure.spec.actions[name]
    if action.to is None:
        return []
    if values is not None:
        stage = rights.target_stage(action, values)
        return [stage] if stage else []
    if isinstance(action.to, str):
        return [action.to]
    return list(dict.fromkeys(target.stage for target in action.to))


def title_of_procedure(procedure: str) -> Text:
    """Give the title of a procedure as it is now."""
    versions = rulebook.current().procedures.get(procedure)
    return versions[-1].spec.title if versions else Text(procedure, procedure)


def _form(
    procedure: RunnableProcedure, names: Iterable[str], state: State, choices: Choices
) -> Iterable[FormField]:
    asked = list(names)
    for name in asked:
        spec = procedure.spec.fields[name]
        if not _may_apply(spec.when, asked, state.values):
            continue
        yield FormField(
            field=name,
            title=spec.title,
            help=spec.help,
            type=spec.type,
            required=spec.required,
            options=choices.bodies.get(name)
            or tuple(Option(value, title) for value, title in spec.options.items()),
            max=spec.max,
            min=spec.min,
            level=spec.level,
            columns=tuple(
                FormColumn(key, column.title, column.type, column.required)
                for key, column in spec.columns.items()
            ),
            shown_when=_shown_when(spec.when, asked),
        )


def _seats(procedure: RunnableProcedure, role: str | None, choices: Choices) -> Iterable[FormField]:
    """Ask for the people an action seats, after everything else."""
    if role is None:
        return
    seats = procedure.spec.roles[role]
    yield FormField(
        field="seats",
        title=seats.title,
        help=Text(f"至少 {seats.at_least} 人。", f"At least {seats.at_least}."),
        type="persons",
        required=True,
        options=choices.people,
        max=None,
        min=seats.at_least,
        level="normal",
    )


def _may_apply(condition: Condition | None, asked: list[str], values: Mapping[str, Value]) -> bool:
    """Leave a field out whose condition rests on earlier answers alone, and fails."""
    if condition is None or any(name in asked for name in _fields_of(condition)):
        return True
    return holds(condition, values)


def _fields_of(condition: Condition) -> list[str]:
    if isinstance(condition, FieldIs | FieldIn):
        return [condition.field]
    parts = condition.all if isinstance(condition, AllOf) else condition.any
    return [name for part in parts for name in _fields_of(part)]


def _shown_when(
    condition: Condition | None, asked: list[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give what a page can check by itself; an `any` is left to the reader of the form."""
    if isinstance(condition, FieldIs):
        pairs = [(condition.field, (_plain(condition.is_),))]
    elif isinstance(condition, FieldIn):
        pairs = [(condition.field, tuple(_plain(value) for value in condition.in_))]
    elif isinstance(condition, AllOf):
        pairs = [pair for part in condition.all for pair in _shown_when(part, asked)]
    else:
        return ()
    return tuple(pair for pair in pairs if pair[0] in asked)


def _plain(value: str | bool | int) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _joined(titles: Iterable[Text]) -> Text:
    listed = list(titles)
    return Text(" / ".join(t.zh for t in listed), " / ".join(t.en for t in listed))
