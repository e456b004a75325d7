"""Linked matters: what an action opens exists, and gets everything it must know."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from paizhu.kernel.text import Text
from paizhu.rules import flow
from paizhu.rules.check.subject import FIELD, PROCEDURE, Subject
from paizhu.rules.conditions import Value, fields_of, outcomes
from paizhu.rules.fieldtypes import TYPES, possible_values
from paizhu.rules.mistakes import Mistake
from paizhu.rules.spec import LEVELS, FieldSpec, OpensMatter, Procedure


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report linked matters that could not be opened, or would show more than their parent."""
    for name, action in subject.spec.actions.items():
        for number, opened in enumerate(action.opens_matter):
            keys = ("actions", name, "opens_matter", number)
            children = sorted({one.value.procedure for one in subject.shelf.procedures})
            found = list(
                subject.known((*keys, "procedure"), opened.procedure, children, what=PROCEDURE)
            )
            found += _for_each(subject, keys, opened)
            yield from found or _carried(subject, name, keys, opened)


def _for_each(subject: Subject, keys: tuple[object, ...], opened: OpensMatter) -> Iterator[Mistake]:
    """One matter each: for bodies, or for lines."""
    if opened.for_each is None:
        return
    fields = subject.spec.fields
    able = [name for name, spec in fields.items() if spec.type in ("organizations", "lines")]
    yield from subject.known((*keys, "for_each"), opened.for_each, able, what=FIELD)


def _source(subject: Subject, ours: str) -> FieldSpec | None:
    """Give the field, or the column of a lines field, that is carried."""
    name, _, column = ours.partition(".")
    field = subject.spec.fields.get(name)
    if field is None or not column:
        return field
    found = field.columns.get(column)
    if found is None:
        return None
    return FieldSpec(type=found.type, title=found.title, required=found.required, level=field.level)


def _sources(subject: Subject) -> list[str]:
    fields = subject.spec.fields
    columns = [f"{name}.{column}" for name, spec in fields.items() for column in spec.columns]
    return [*fields, *columns]


def _child(subject: Subject, name: str) -> Procedure:
    """Give the version that will be in force: that of the parent's first day, else the first after."""
    versions = sorted(
        (one.value for one in subject.shelf.procedures if one.value.procedure == name),
        key=lambda spec: spec.effective_from,
    )
    started = [one for one in versions if one.effective_from <= subject.spec.effective_from]
    return started[-1] if started else versions[0]


def _carried(
    subject: Subject, action: str, keys: tuple[object, ...], opened: OpensMatter
) -> Iterator[Mistake]:
    child = _child(subject, opened.procedure)
    opening = next((one for one in child.actions.values() if one.opens), None)
    form = [name for name in (opening.form if opening else ()) if name in child.fields]
    for theirs, ours in opened.carries.items():
        here = (*keys, "carries", theirs)
        source = _source(subject, ours)
        wrong = [] if theirs in form else list(subject.known(here, theirs, form, what=FIELD))
        if source is None:
            wrong += subject.known(here, ours, _sources(subject), what=FIELD)
        yield from wrong
        if wrong or source is None:
            continue
        yield from _fits(subject, here, child.fields[theirs], source, ours)
        required = child.fields[theirs].required
        name, _, column = ours.partition(".")
        if column and name == opened.for_each:  # a matter is opened for a line that is there
            required = required and not source.required
        way = flow.way_without(subject.spec, action, name) if required else None
        if way is not None:
            yield subject.mistake(*here, say=Text(
                f"“{theirs}”必填，而“{ours}”可能尚未填写（{' → '.join(way)}）。",
                f"“{theirs}” is required, but “{ours}” may not be answered yet (on {' → '.join(way)}).",
            ))  # fmt: skip
    for needed in form:
        field = child.fields[needed]
        if not field.required or needed in opened.carries:
            continue
        if _can_be_asked(subject, field, opened):
            yield subject.mistake(*keys, "carries", allowed=tuple(subject.spec.fields), say=Text(
                f"“{opened.procedure}”开始时必填“{needed}”，请写明由哪个字段带入。",
                f"“{opened.procedure}” asks for “{needed}” when it opens; say which field it comes from.",
            ))  # fmt: skip


def _can_be_asked(subject: Subject, field: FieldSpec, opened: OpensMatter) -> bool:
    """Say whether a field can be asked for, whatever the carried fields come to hold."""
    compared = dict.fromkeys(one.field for one in fields_of(field.when))
    sources = {name: _source(subject, ours) for name, ours in opened.carries.items()}
    finite: dict[str, tuple[Value, ...]] = {
        name: possible_values(source)
        for name in compared
        if (source := sources.get(name)) is not None and TYPES[source.type].is_finite
    }
    unknown = sources.keys() - finite.keys()
    return any(
        True in outcomes(field.when, dict(zip(finite, chosen, strict=True)), unknown=unknown)
        for chosen in product(*finite.values())
    )


def _fits(
    subject: Subject, keys: tuple[object, ...], there: FieldSpec, here: FieldSpec, ours: str
) -> Iterator[Mistake]:
    theirs = keys[-1]
    if there.type != here.type:
        yield subject.mistake(*keys, say=Text(
            f"“{ours}”是 {here.type}，“{theirs}”是 {there.type}，类型须相同。",
            f"“{ours}” is {here.type}, “{theirs}” is {there.type}; the types must be the same.",
        ))  # fmt: skip
    lost = [option for option in here.options if option not in there.options]
    if lost and there.type == here.type:
        yield subject.mistake(*keys, allowed=tuple(there.options), say=Text(
            f"“{theirs}”没有选项 {'、'.join(lost)}。", f"“{theirs}” has no option {', '.join(lost)}."
        ))  # fmt: skip
    if LEVELS.index(there.level) < LEVELS.index(here.level):
        yield subject.mistake(*keys, allowed=LEVELS[LEVELS.index(here.level):], say=Text(
            f"“{ours}”是 {here.level} 级，带入后（{there.level} 级）会被更多人看到。",
            f"“{ours}” is {here.level}; carried into “{theirs}” ({there.level}) more people would read it.",
        ))  # fmt: skip
