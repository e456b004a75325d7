"""Every name in a procedure is declared; nothing is misspelled, nothing is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import Formatter
from typing import Final

from paizhu.kernel.text import Text
from paizhu.rules.check.subject import (
    ACTION,
    BASIS,
    CALENDAR,
    DOCUMENT,
    FIELD,
    ROLE,
    STAGE,
    Subject,
)
from paizhu.rules.conditions import fields_of
from paizhu.rules.law import citations
from paizhu.rules.mistakes import Mistake
from paizhu.rules.spec import ActionSpec, ClockSpec, Condition

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: Words that an input form or a step uses beside the fields.
_RESERVED: Final = ("seats", "version")
_NUMBER: Final = ("body", "year", "serial")


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report names that are not declared, or that cannot serve as names."""
    spec = subject.spec
    yield from _spelling(subject)
    yield from subject.known(
        ("calendar",), spec.calendar, (c.value.calendar for c in subject.shelf.calendars), what=CALENDAR
    )  # fmt: skip
    for keys, ref in citations(spec):
        yield from subject.known(keys, ref, subject.law.refs, what=BASIS)
    for level in ("normal", "content", "identity"):
        roles = getattr(spec.access, level)
        yield from subject.all_known(("access", level), roles, spec.roles, what=ROLE)
    for verb, roles in spec.may:
        yield from subject.all_known(("may", verb), roles, spec.roles, what=ROLE)
    for name, field in spec.fields.items():
        yield from conditions(subject, ("fields", name, "when"), field.when)
    for name, action in spec.actions.items():
        yield from _action(subject, ("actions", name), action)
    for name, clock in spec.clocks.items():
        yield from _clock(subject, ("clocks", name), clock)
    for number, notice in enumerate(spec.notices):
        yield from subject.all_known(("notices", number, "to"), notice.to, spec.roles, what=ROLE)
        if notice.action is not None:
            keys = ("notices", number, "action")
            yield from subject.known(keys, notice.action, spec.actions, what=ACTION)
    yield from _numbers(subject)


def _spelling(subject: Subject) -> Iterator[Mistake]:
    spec = subject.spec
    parts = ("roles", "fields", "stages", "actions", "clocks", "documents")
    named = [((part, name), name) for part in parts for name in getattr(spec, part)]
    for keys, name in [(("procedure",), spec.procedure), *named]:
        if not _NAME.fullmatch(name):
            yield subject.mistake(*keys, say=Text(
                f"“{name}”不能作名称。名称用小写英文字母、数字和下划线，以字母开头。",
                f"“{name}” cannot be a name. Use small letters, digits and underscores; begin with a letter.",
            ))  # fmt: skip
        elif keys[0] == "fields" and name in _RESERVED:
            yield subject.mistake(*keys, say=Text(
                f"“{name}”另有用途，请换一个字段名。", f"“{name}” is used for something else; name the field otherwise."
            ))  # fmt: skip


def _action(subject: Subject, keys: tuple[str, ...], action: ActionSpec) -> Iterator[Mistake]:
    spec = subject.spec
    yield from subject.all_known((*keys, "from"), action.from_, spec.stages, what=STAGE)
    if isinstance(action.to, str):
        yield from subject.known((*keys, "to"), action.to, spec.stages, what=STAGE)
    elif action.to is not None:
        for number, target in enumerate(action.to):
            here = (*keys, "to", number)
            yield from subject.known((*here, "stage"), target.stage, spec.stages, what=STAGE)
            yield from conditions(subject, (*here, "when"), target.when)
    yield from subject.all_known((*keys, "by"), action.by, spec.roles, what=ROLE)
    yield from subject.all_known((*keys, "form"), action.form, spec.fields, what=FIELD)
    yield from subject.all_known((*keys, "issues"), action.issues, spec.documents, what=DOCUMENT)
    yield from conditions(subject, (*keys, "when"), action.when)
    for number, refusal in enumerate(action.refuses):
        yield from conditions(subject, (*keys, "refuses", number, "when"), refusal.when)
    for number, approval in enumerate(action.approvals):
        here = (*keys, "approvals", number)
        yield from subject.known((*here, "by"), approval.by, spec.roles, what=ROLE)
        yield from conditions(subject, (*here, "when"), approval.when)
    for number, opened in enumerate(action.opens_matter):
        yield from conditions(subject, (*keys, "opens_matter", number, "when"), opened.when)
    if action.assigns is not None:
        seats = [name for name, role in spec.roles.items() if role.held_by == "assignment"]
        yield from subject.known(
            (*keys, "assigns"), action.assigns, seats,
            what=Text("由指定产生（held_by: assignment）的角色", "role held by assignment"),
        )  # fmt: skip


def _clock(subject: Subject, keys: tuple[str, ...], clock: ClockSpec) -> Iterator[Mistake]:
    spec = subject.spec
    yield from marks(subject, (*keys, "starts"), clock.starts)
    yield from marks(subject, (*keys, "stops"), clock.stops)
    yield from conditions(subject, (*keys, "when"), clock.when)
    for number, pause in enumerate(clock.pauses):
        yield from marks(subject, (*keys, "pauses", number, "from"), (pause.from_,), one=True)
        yield from marks(subject, (*keys, "pauses", number, "until"), (pause.until,), one=True)
    if clock.extension is not None:
        here = (*keys, "extension", "action")
        yield from subject.known(here, clock.extension.action, spec.actions, what=ACTION)
    days = [name for name, field in spec.fields.items() if field.type == "date"]
    for key, name in (("counted_from", clock.counted_from), ("due", clock.due)):
        if name is not None:
            yield from subject.known((*keys, key), name, days, what=Text("日期字段", "date field"))


def marks(
    subject: Subject, keys: tuple[object, ...], given: Sequence[str], *, one: bool = False
) -> Iterator[Mistake]:
    """Report marks that are neither an action nor `action.proposed` of one that needs signatures."""
    allowed = list(subject.spec.actions)
    allowed += [f"{name}.proposed" for name, a in subject.spec.actions.items() if a.approvals]
    for number, mark in enumerate(given):
        here = keys if one else (*keys, number)
        action = subject.spec.actions.get(mark.removesuffix(".proposed"))
        if action is not None and mark.endswith(".proposed") and not action.approvals:
            yield subject.mistake(*here, allowed=allowed, say=Text(
                f"“{action.title.zh}”不需审批，没有“提请”这一刻。请写“{mark.removesuffix('.proposed')}”。",
                f"“{action.title.en}” needs no signature, so it is never proposed. Write “{mark.removesuffix('.proposed')}”.",
            ))  # fmt: skip
        else:
            yield from subject.known(here, mark, allowed, what=Text("时点", "mark"))


def conditions(
    subject: Subject, keys: tuple[object, ...], condition: Condition | None
) -> Iterator[Mistake]:
    """Report fields that a condition compares and that are not declared."""
    for one in fields_of(condition):
        yield from subject.known((*keys, "field"), one.field, subject.spec.fields, what=FIELD)


def _numbers(subject: Subject) -> Iterator[Mistake]:
    yield from _number(subject, ("number",), subject.spec.number, _NUMBER)
    for name, document in subject.spec.documents.items():
        if document.number is not None:
            keys = ("documents", name, "number")
            yield from _number(subject, keys, document.number, (*_NUMBER, "number"))


def _number(
    subject: Subject, keys: tuple[str, ...], pattern: str, allowed: Sequence[str]
) -> Iterator[Mistake]:
    shown = tuple(f"{{{name}}}" for name in allowed)
    try:
        used = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        pattern.format(**dict.fromkeys(used, 1))
    except (ValueError, KeyError, IndexError, AttributeError):
        used = ["?"]
    for name in used:
        if name not in allowed:
            yield subject.mistake(*keys, allowed=shown, say=Text(
                f"编号格式“{pattern}”中有不认识的占位。", f"The number “{pattern}” holds an unknown placeholder."
            ))  # fmt: skip
    if used != ["?"] and "serial" not in used:
        yield subject.mistake(*keys, allowed=shown, say=Text(
            f"编号格式“{pattern}”缺少 {{serial}}，各件编号将相同。",
            f"The number “{pattern}” has no {{serial}}; every matter would have the same.",
        ))  # fmt: skip
