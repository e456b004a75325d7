"""Fields: each is asked for, each key fits its type, each comparison can come true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from paizhu.kernel.text import Text
from paizhu.rules.check.subject import Subject
from paizhu.rules.conditions import fields_of
from paizhu.rules.fieldtypes import possible_values
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.spec import Condition, FieldIs, FieldSpec

_CHOICES: Final = ("choice", "choices")
_BOUNDED: Final = ("text", "longtext", "code", "number", "money", "person", "organization")
_COMPARED: Final = ("choice", "choices", "yesno", "number", "text", "code")


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report fields nobody is asked for, and keys or comparisons that do not fit their type."""
    spec = subject.spec
    asked = {name for action in spec.actions.values() for name in action.form}
    for name, field in spec.fields.items():
        if name not in asked:
            yield subject.mistake("fields", name, allowed=tuple(spec.actions), say=Text(
                f"没有动作询问字段“{name}”。请列入某个动作的 form，或删去。",
                f"No action asks for the field “{name}”. Put it into the form of one, or delete it.",
            ))  # fmt: skip
        yield from _keys(subject, name, field)
    for action_name, action in spec.actions.items():
        for number, name in enumerate(action.form):
            if name in action.form[:number]:
                yield subject.mistake("actions", action_name, "form", number, say=Text(
                    f"表单中“{name}”重复。", f"The form asks for “{name}” twice."
                ))  # fmt: skip
    for keys, condition in _conditions(subject):
        yield from _comparable(subject, keys, condition)


def _keys(subject: Subject, name: str, field: FieldSpec) -> Iterator[Mistake]:
    has_choice = field.type in _CHOICES
    if has_choice and not field.options:
        yield subject.mistake("fields", name, "options", say=Text(
            f"“{name}”是选择字段，请列出 options。", f"“{name}” is a choice; list its options."
        ))  # fmt: skip
    fits = (
        ("options", bool(field.options), _CHOICES),
        ("recuses", field.recuses, ("person",)),
        ("part", field.part is not None, ("organization", "organizations")),
        ("max", field.max is not None, _BOUNDED),
        ("min", field.min is not None, _BOUNDED),
    )
    for key, is_set, types in fits:
        if is_set and field.type not in types:
            yield subject.mistake("fields", name, key, allowed=types, say=Text(
                f"“{key}”不适用于 {field.type} 类型的字段。", f"“{key}” does not fit a field of type {field.type}."
            ))  # fmt: skip
    if field.max is not None and field.min is not None and field.min > field.max:
        yield subject.mistake("fields", name, "min", say=Text(
            f"min（{field.min}）大于 max（{field.max}）。", f"min ({field.min}) is above max ({field.max})."
        ))  # fmt: skip
    if any(one.field == name for one in fields_of(field.when)):
        yield subject.mistake("fields", name, "when", say=Text(
            f"“{name}”是否询问不能取决于自身。", f"Whether “{name}” is asked for cannot rest on itself."
        ))  # fmt: skip


def _conditions(subject: Subject) -> Iterator[tuple[tuple[object, ...], Condition | None]]:
    """Walk every `when` of the procedure."""
    for name, field in subject.spec.fields.items():
        yield ("fields", name, "when"), field.when
    for name, action in subject.spec.actions.items():
        keys = ("actions", name)
        yield (*keys, "when"), action.when
        targets = () if action.to is None or isinstance(action.to, str) else action.to
        yield from (((*keys, "to", n, "when"), t.when) for n, t in enumerate(targets))
        yield from (((*keys, "refuses", n, "when"), r.when) for n, r in enumerate(action.refuses))
        yield from (
            ((*keys, "approvals", n, "when"), a.when) for n, a in enumerate(action.approvals)
        )
        yield from (
            ((*keys, "opens_matter", n, "when"), o.when) for n, o in enumerate(action.opens_matter)
        )
    for name, clock in subject.spec.clocks.items():
        yield ("clocks", name, "when"), clock.when


def _comparable(
    subject: Subject, keys: tuple[object, ...], condition: Condition | None
) -> Iterator[Mistake]:
    for one in fields_of(condition):
        field = subject.spec.fields[one.field]
        wanted = (one.is_,) if isinstance(one, FieldIs) else one.in_
        if field.type not in _COMPARED:
            yield subject.mistake(*keys, allowed=_COMPARED, say=Text(
                f"条件不能比较 {field.type} 类型的字段“{one.field}”。",
                f"A condition cannot compare the field “{one.field}” of type {field.type}.",
            ))  # fmt: skip
            continue
        for value in wanted:
            yield from _fits(subject, keys, one.field, field, value)


def _fits(
    subject: Subject, keys: tuple[object, ...], name: str, field: FieldSpec, value: str | bool | int
) -> Iterator[Mistake]:
    if field.type in (*_CHOICES, "yesno"):
        possible = possible_values(field)
        if not any(type(value) is type(one) and value == one for one in possible):
            allowed = tuple(
                str(one).lower() if field.type == "yesno" else str(one) for one in possible
            )
            what = Text(f"字段“{name}”的选项", f"option of “{name}”")
            yield subject.mistake(
                *keys, allowed=allowed, say=unknown_name(what, str(value), allowed)
            )
    elif (field.type == "number") != (type(value) is int):
        yield subject.mistake(*keys, say=Text(
            f"“{value}”与字段“{name}”的类型（{field.type}）不符，条件永远不成立。",
            f"“{value}” does not fit “{name}”, a {field.type}; the condition would never hold.",
        ))  # fmt: skip
