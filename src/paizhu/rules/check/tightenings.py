"""Local packs: a tightening may be stricter, add and rename; whatever loosens is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from paizhu.kernel.text import Text
from paizhu.rules.check.clocks import surely_within
from paizhu.rules.check.subject import ACTION, BASIS, CLOCK, FIELD, PROCEDURE, ROLE, Subject
from paizhu.rules.law import LawBook
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shelf import Filed, Shelf
from paizhu.rules.spec import LEVELS, FieldSpec, Procedure, Tightening
from paizhu.rules.tighten import RENAMED, tightened

Whole = Callable[[Subject], list[Mistake]]


def tightening_mistakes(
    over: Filed[Tightening], shelf: Shelf, law: LawBook, *, whole: Whole
) -> Iterator[Mistake]:
    """Check a tightening by itself, then the procedure with it, as `whole` would check that."""
    name, day = over.value.tightens, over.value.effective_from
    versions = sorted(
        (one for one in shelf.procedures if one.value.procedure == name),
        key=lambda one: one.value.effective_from,
    )
    if not versions:
        names = sorted({one.value.procedure for one in shelf.procedures})
        yield over.mistake("tightens", allowed=names, say=unknown_name(PROCEDURE, name, names))
        return
    yield from _owed(over, shelf)
    running = [one for one in versions if one.value.effective_from <= day][-1:]
    touched = [*running, *(one for one in versions if one.value.effective_from > day)]
    for filed in touched:
        found = list(_by_itself(over, filed.value, law))
        yield from found
        if not found:
            yield from _together(over, filed, shelf, law, whole=whole)


def _by_itself(over: Filed[Tightening], spec: Procedure, law: LawBook) -> Iterator[Mistake]:
    value = over.value
    for number, ref in enumerate(value.basis):
        yield from _known(over, ("basis", number), ref, law.refs, BASIS)
    for place in value.titles:
        yield from _known(over, ("titles", place), place, _places(spec), Text("名称位置", "title"))
    for clock in value.targets:
        yield from _known(over, ("targets", clock), clock, spec.clocks, CLOCK)
    for action, approvals in value.approvals.items():
        yield from _known(over, ("approvals", action), action, spec.actions, ACTION)
        for number, approval in enumerate(approvals):
            here = ("approvals", action, number)
            yield from _known(over, (*here, "by"), approval.by, spec.roles, ROLE)
            if approval.basis is not None:
                yield from _known(over, (*here, "basis"), approval.basis, law.refs, BASIS)
    for action, form in value.form.items():
        yield from _known(over, ("form", action), action, spec.actions, ACTION)
        fields = {**spec.fields, **value.fields}
        for number, field in enumerate(form):
            yield from _known(over, ("form", action, number), field, fields, FIELD)
    yield from _looser(over, spec)


def _owed(over: Filed[Tightening], shelf: Shelf) -> Iterator[Mistake]:
    """What is owed periodically cannot be closed."""
    name = over.value.tightens
    if over.value.closes and any(duty.value.procedure == name for duty in shelf.duties):
        yield over.mistake("closes", say=Text(
            f"“{name}”由定期职责开出，不能停用。", f"A duty opens “{name}” periodically; it cannot be closed."
        ))  # fmt: skip


def _known(
    over: Filed[Tightening],
    keys: tuple[object, ...],
    name: str,
    names: Collection[str],
    what: Text,
) -> Iterator[Mistake]:
    if name not in names:
        yield over.mistake(*keys, say=unknown_name(what, name, names), allowed=tuple(names))


def _places(spec: Procedure) -> tuple[str, ...]:
    """Give everything a tightening may rename."""
    return ("procedure", *(f"{part}.{name}" for part in RENAMED for name in getattr(spec, part)))


def _looser(over: Filed[Tightening], spec: Procedure) -> Iterator[Mistake]:
    """Compare what is there already with what would take its place."""
    for clock, target in over.value.targets.items():
        was = spec.clocks[clock].target if clock in spec.clocks else None
        if was is not None and not surely_within(target, was):
            yield over.mistake("targets", clock, allowed=(str(was),), say=Text(
                f"target（{target.say('zh')}）比全国程序的{was.say('zh')}宽。地方只能更严。",
                f"The target ({target}) is looser than the {was} of the procedure. It may only be stricter.",
            ))  # fmt: skip
    for name, field in over.value.fields.items():
        if name in spec.fields:
            for key in _loosened(spec.fields[name], field):
                yield over.mistake("fields", name, key, say=Text(
                    f"字段“{name}”的 {key} 比全国程序宽或不同。地方只能更严、增加或改名。",
                    f"“{key}” of the field “{name}” is looser than in the procedure, or different. "
                    "It may only be stricter, added or renamed.",
                ))  # fmt: skip


def _loosened(was: FieldSpec, now: FieldSpec) -> list[str]:
    """Give the keys in which a field asks for less, shows more, or asks for something else."""
    looser = {
        "type": now.type != was.type,
        "options": set(now.options) != set(was.options),
        "required": was.required and not now.required,
        "level": LEVELS.index(now.level) < LEVELS.index(was.level),
        "when": now.when != was.when and now.when is not None,
        "recuses": was.recuses and not now.recuses,
        "part": now.part != was.part,
        "listed": now.listed and not was.listed,
        "max": was.max is not None and (now.max is None or now.max > was.max),
        "min": was.min is not None and (now.min is None or now.min < was.min),
    }
    return [key for key, is_looser in looser.items() if is_looser]


def _together(
    over: Filed[Tightening], filed: Filed[Procedure], shelf: Shelf, law: LawBook, *, whole: Whole
) -> Iterator[Mistake]:
    """Report in the local file what is wrong only once it is laid over the procedure."""
    before = whole(Subject(filed, filed.value, law, shelf))
    if any(not mistake.is_warning for mistake in before):
        return
    spec = tightened(filed.value, [over.value])
    for mistake in whole(Subject(filed, spec, law, shelf)):
        if mistake not in before:
            keys = _place(mistake.key.split("."))
            found = over.mistake(*keys, say=mistake.say, allowed=mistake.allowed)
            yield replace(found, is_warning=mistake.is_warning)


def _place(keys: list[str]) -> tuple[str, ...]:
    """Give the place in the tightening that stands for a place in the procedure."""
    match keys:
        case ["clocks", clock, "target", *_]:
            return ("targets", clock)
        case ["actions", action, "approvals" | "form" as part, *_]:
            return (part, action)
        case _:
            return tuple(keys)
