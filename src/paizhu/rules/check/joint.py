"""Working together: hand-over, parts with ends, many matters from one, what time alone does."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Final

from paizhu.kernel.text import Text
from paizhu.rules.check.subject import ACTION, BASIS, CLOCK, FIELD, PROCEDURE, ROLE, Subject
from paizhu.rules.law import LawBook
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shelf import Filed, Shelf
from paizhu.rules.spec import ActionSpec, Duty, FieldSpec, HandOver

_BODIES: Final = ("organization", "organizations")
#: What the text a duty fills in may hold.
_PERIOD: Final = ("period", "period_zh", "period_en", "starts", "ends")
_DATE_FIELD = Text("日期字段", "date field")


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report names that are not declared, and actions nobody could take."""
    spec = subject.spec
    for role, fields in spec.access.only.items():
        keys = ("access", "only", role)
        yield from subject.known(keys, role, spec.roles, what=ROLE)
        yield from subject.all_known(keys, fields, spec.fields, what=FIELD)
    for name, field in spec.fields.items():
        yield from _field(subject, ("fields", name), field)
    by_rule = {clock.on_missed for clock in spec.clocks.values()}
    for name, action in spec.actions.items():
        yield from _action(subject, ("actions", name), action)
        if not action.by and not action.opens and name not in by_rule:
            yield subject.mistake("actions", name, "by", allowed=tuple(spec.roles), say=Text(
                f"无人可办“{name}”，也没有时限到期时由规则办理（on_missed）。",
                f"Nobody may take “{name}”, and no clock takes it when missed (on_missed).",
            ))  # fmt: skip
    for name, clock in spec.clocks.items():
        if clock.on_missed is not None:
            yield from _on_missed(subject, ("clocks", name, "on_missed"), clock.on_missed)
    if spec.hand_over is not None:
        yield from _hand_over(subject, spec.hand_over)


def _field(subject: Subject, keys: tuple[str, ...], field: FieldSpec) -> Iterator[Mistake]:
    if field.part_until is not None:
        days = [name for name, one in subject.spec.fields.items() if one.type == "date"]
        yield from subject.known((*keys, "part_until"), field.part_until, days, what=_DATE_FIELD)
    if field.ends_part is not None and field.type not in _BODIES:
        yield subject.mistake(*keys, "ends_part", allowed=_BODIES, say=Text(
            "只有单位字段能结束某单位的参与。", "Only a field that names a body can end its part."
        ))  # fmt: skip
    if bool(field.columns) != (field.type == "lines"):
        yield subject.mistake(*keys, "columns", allowed=("lines",), say=Text(
            "columns 用于且必须用于 lines 类型的字段。", "A field of type lines, and no other, has columns."
        ))  # fmt: skip


def _action(subject: Subject, keys: tuple[str, ...], action: ActionSpec) -> Iterator[Mistake]:
    spec = subject.spec
    others = [name for name in spec.actions if name != keys[1]]
    yield from subject.all_known(
        (*keys, "separate_from"), action.separate_from, others, what=ACTION
    )
    if action.excuses is not None:
        yield from subject.known((*keys, "excuses"), action.excuses, spec.fields, what=FIELD)
    if action.grants is not None:
        here = (*keys, "grants", "matter")
        yield from subject.known(here, action.grants.matter, spec.fields, what=FIELD)


def _on_missed(subject: Subject, keys: tuple[str, ...], name: str) -> Iterator[Mistake]:
    """A rule signs nothing and fills in nothing."""
    spec = subject.spec
    found = list(subject.known(keys, name, spec.actions, what=ACTION))
    yield from found
    if found:
        return
    action = spec.actions[name]
    if action.approvals or any(
        spec.fields[one].required for one in action.form if one in spec.fields
    ):
        yield subject.mistake(*keys, say=Text(
            f"“{name}”需要审批或填写，不能由规则自动办理。",
            f"“{name}” needs a signature or an answer, so a rule cannot take it.",
        ))  # fmt: skip


def _hand_over(subject: Subject, shape: HandOver) -> Iterator[Mistake]:
    spec = subject.spec
    for key in ("offer", "accept", "give_back", "recall", "expire", "done"):
        name = getattr(shape, key)
        if name is not None:
            yield from subject.known(("hand_over", key), name, spec.actions, what=ACTION)
    yield from subject.known(("hand_over", "answer"), shape.answer, spec.clocks, what=CLOCK)
    yield from subject.known(("hand_over", "basis"), shape.basis, spec.fields, what=FIELD)
    yield from subject.all_known(("hand_over", "sends"), shape.sends, spec.fields, what=FIELD)
    if shape.to not in {field.part for field in spec.fields.values()}:
        yield subject.mistake("hand_over", "to", say=Text(
            f"没有字段（part: {shape.to}）说明移交给哪个单位。",
            f"No field (part: {shape.to}) says which body it is handed to.",
        ))  # fmt: skip


# --- duties -------------------------------------------------------------------------------------


def duty_mistakes(shelf: Shelf, law: LawBook) -> Iterator[Mistake]:
    """Report recurring duties that could not be opened by time alone."""
    names = [filed.value.duty for filed in shelf.duties]
    procedures = sorted({one.value.procedure for one in shelf.procedures})
    for number, filed in enumerate(shelf.duties):
        duty = filed.value
        if duty.duty in names[:number]:
            yield filed.mistake("duty", say=Text(
                f"“{duty.duty}”已有声明。", f"“{duty.duty}” is declared already."
            ))  # fmt: skip
        if duty.basis not in law.refs:
            say = unknown_name(BASIS, duty.basis, law.refs)
            yield filed.mistake("basis", say=say, allowed=law.refs)
        if duty.procedure not in procedures:
            say = unknown_name(PROCEDURE, duty.procedure, procedures)
            yield filed.mistake("procedure", say=say, allowed=procedures)
        else:
            yield from _opens(filed, shelf)
        for field, text in duty.fills.items():
            yield from _filled(filed, field, text)


def _opens(filed: Filed[Duty], shelf: Shelf) -> Iterator[Mistake]:
    """Each version must be opened by the action, with what the duty fills in."""
    duty = filed.value
    for one in shelf.procedures:
        spec = one.value
        if spec.procedure != duty.procedure:
            continue
        opening = [name for name, action in spec.actions.items() if action.opens]
        name = duty.action or next(iter(opening), "")
        if name not in opening:
            say = unknown_name(Text("开始动作", "opening action"), name, opening)
            yield filed.mistake("action", say=say, allowed=opening)
            continue
        form = spec.actions[name].form
        for field in duty.fills:
            if field not in form:
                say = unknown_name(FIELD, field, form)
                yield filed.mistake("fills", field, say=say, allowed=form)
        for field in form:
            asked = spec.fields.get(field)
            if asked and asked.required and asked.when is None and field not in duty.fills:
                yield filed.mistake("fills", allowed=form, say=Text(
                    f"开始时必填“{field}”，请在 fills 中写明。",
                    f"“{field}” is required when it opens; say in fills what it holds.",
                ))  # fmt: skip


def _filled(filed: Filed[Duty], field: str, text: str) -> Iterator[Mistake]:
    shown = tuple(f"{{{name}}}" for name in _PERIOD)
    try:
        used = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        used = [""]
    for name in used:
        if name not in _PERIOD:
            yield filed.mistake("fills", field, allowed=shown, say=Text(
                f"“{text}”中有不认识的占位。", f"“{text}” holds an unknown placeholder."
            ))  # fmt: skip
