"""Packs, files and versions: each file says in its name what it says inside."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import get_args

from paizhu.kernel.text import Text
from paizhu.rules.check.subject import ACTION, BASIS, FIELD, STAGE, Subject
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shelf import Shelf
from paizhu.rules.spec import MeasureValues, Procedure, SourceField, ValueField

PROCEDURE = Text("程序", "procedure")
POST = Text("岗位", "post")
#: Looks after accounts; no role of a procedure, and a pack may let it keep the lists of posts.
SECURITY_POST = "security_admin"


def mistakes(shelf: Shelf) -> Iterator[Mistake]:
    """Report packs that are there twice or lack another, and counting without a rule."""
    names = [filed.value.pack for filed in shelf.packs]
    refs = {
        f"{one.value.instrument}/{slug}"
        for one in shelf.instruments
        for slug in one.value.provisions
    }
    for number, filed in enumerate(shelf.packs):
        if filed.value.pack in names[:number]:
            yield filed.mistake("pack", say=Text(
                f"规则包“{filed.value.pack}”载入了两次。", f"The pack “{filed.value.pack}” is loaded twice."
            ))  # fmt: skip
        for place, needed in enumerate(filed.value.needs):
            if needed not in names:
                yield filed.mistake("needs", place, allowed=names, say=Text(
                    f"缺少规则包“{needed}”，请一并载入。", f"The pack “{needed}” is needed; load it as well."
                ))  # fmt: skip
        basis = filed.value.counting.basis
        if basis is not None and basis not in refs:
            yield filed.mistake("counting", "basis", say=unknown_name(BASIS, basis, refs))
    yield from _groups(shelf)
    yield from _areas(shelf)
    yield from _appoints(shelf)
    yield from _data_sources(shelf)
    yield from _measure_values(shelf)


def _data_sources(shelf: Shelf) -> Iterator[Mistake]:
    """Report a way to approve sources that names what its procedure does not have."""
    procedures = {one.value.procedure: one.value for one in shelf.procedures}
    for filed in shelf.packs:
        said = filed.value.data_sources
        if said is None:
            continue
        if (spec := procedures.get(said.procedure)) is None:
            say = unknown_name(PROCEDURE, said.procedure, procedures)
            yield filed.mistake("data_sources", "procedure", allowed=sorted(procedures), say=say)
            continue
        named: list[tuple[str, str, Collection[str], Text]] = [
            ("in_use", said.in_use, spec.stages, STAGE),
            ("approves", said.approves, spec.actions, ACTION),
        ]
        for key, name, there, what in named:
            if name not in there:
                say = unknown_name(what, name, there)
                yield filed.mistake("data_sources", key, allowed=sorted(there), say=say)
        for key in get_args(SourceField):
            name = said.fields.get(key, "")
            if name not in spec.fields:
                say = unknown_name(FIELD, name or key, spec.fields)
                yield filed.mistake(
                    "data_sources", "fields", key, allowed=sorted(spec.fields), say=say
                )


def _measure_values(shelf: Shelf) -> Iterator[Mistake]:
    """Report a way to set values that names what is not there, or lets somebody approve alone."""
    procedures = {one.value.procedure: one.value for one in shelf.procedures}
    for filed in shelf.packs:
        said = filed.value.measure_values
        if said is None:
            continue
        if (spec := procedures.get(said.procedure)) is None:
            say = unknown_name(PROCEDURE, said.procedure, procedures)
            yield filed.mistake("measure_values", "procedure", allowed=sorted(procedures), say=say)
            continue
        for path, allowed, say in _of_values(said, spec):
            yield filed.mistake("measure_values", *path, allowed=allowed, say=say)


def _of_values(
    said: MeasureValues, spec: Procedure
) -> Iterator[tuple[tuple[str | int, ...], list[str], Text]]:
    approves = spec.actions.get(said.approves)
    opening = [name for name, action in spec.actions.items() if action.opens]
    if approves is None:
        yield ("approves",), sorted(spec.actions), unknown_name(ACTION, said.approves, spec.actions)
    elif not set(opening) <= set(approves.separate_from):
        yield ("approves",), opening, Text(
            "批准人须与提出人分开（separate_from）。",
            "Who approves must not be who asked (separate_from).")  # fmt: skip
    for number, stage in enumerate(said.holds):
        if stage not in spec.stages:
            yield ("holds", number), sorted(spec.stages), unknown_name(STAGE, stage, spec.stages)
    listed = sorted(name for name, field in spec.fields.items() if field.listed)
    for key in get_args(ValueField):
        name = said.fields.get(key, "")
        if name not in listed:
            yield ("fields", key), listed, unknown_name(FIELD, name or key, listed)
    if spec.may.correct:
        yield ("procedure",), [], Text(
            "该程序的记录不得更正：更正会绕过批准改变数值。",
            "Nothing in this procedure may be corrected: that would change the value without approval.")  # fmt: skip


def _appoints(shelf: Shelf) -> Iterator[Mistake]:
    """Report an appointing post that no procedure knows: nobody would hold it."""
    posts = {SECURITY_POST} | {
        role.post or name
        for one in shelf.procedures
        for name, role in one.value.roles.items()
        if role.held_by == "post"
    }
    for filed in shelf.packs:
        for number, name in enumerate(filed.value.appoints):
            if name not in posts:
                say = unknown_name(POST, name, posts)
                yield filed.mistake("appoints", number, allowed=sorted(posts), say=say)


def _areas(shelf: Shelf) -> Iterator[Mistake]:
    """Report an area that lists a procedure nobody has."""
    names = {one.value.procedure for one in shelf.procedures}
    for filed in shelf.packs:
        for area, listed in filed.value.areas.items():
            for number, name in enumerate(listed):
                if name not in names:
                    yield filed.mistake(
                        "areas", area, number,
                        allowed=sorted(names), say=unknown_name(PROCEDURE, name, names),
                    )  # fmt: skip


def _groups(shelf: Shelf) -> Iterator[Mistake]:
    """Report a kind of work that lists a procedure nobody has, or one that stands elsewhere."""
    names = {one.value.procedure for one in shelf.procedures}
    seen: dict[str, str] = {}
    for filed in shelf.packs:
        for place, group in enumerate(filed.value.groups):
            for number, name in enumerate(group.procedures):
                where = ("groups", place, "procedures", number)
                if name not in names:
                    yield filed.mistake(
                        *where, allowed=sorted(names), say=unknown_name(PROCEDURE, name, names)
                    )
                elif name in seen:
                    yield filed.mistake(*where, say=Text(
                        f"程序“{name}”已列在“{seen[name]}”组。", f"“{name}” is in the group “{seen[name]}” already."
                    ))  # fmt: skip
                seen.setdefault(name, group.group)


def version(subject: Subject) -> Iterator[Mistake]:
    """Report a procedure file whose name or day is not its own."""
    spec, filed = subject.spec, subject.filed
    day = str(spec.effective_from)
    if filed.path.stem != day:
        yield subject.mistake("effective_from", allowed=(filed.path.stem,), say=Text(
            f"施行日（{day}）与文件名（{filed.path.name}）不同。",
            f"It takes effect on {day}, but the file is named {filed.path.name}.",
        ))  # fmt: skip
    if filed.path.parent.name != spec.procedure:
        yield subject.mistake("procedure", allowed=(filed.path.parent.name,), say=Text(
            f"程序名（{spec.procedure}）与文件夹名（{filed.path.parent.name}）不同。",
            f"The procedure is “{spec.procedure}”, but its folder is “{filed.path.parent.name}”.",
        ))  # fmt: skip
    same = [one for one in subject.shelf.procedures if one.value.procedure == spec.procedure]
    first = next(one for one in same if one.value.effective_from == spec.effective_from)
    if first.file != filed.file:
        yield subject.mistake("effective_from", say=Text(
            f"同一天（{day}）已有 {first.file}。每天只能有一个版本。",
            f"{first.file} takes effect on {day} already. A day has one version.",
        ))  # fmt: skip
    earlier = [
        one.value.effective_from for one in same if one.value.effective_from < spec.effective_from
    ]
    if spec.corrects is not None and spec.corrects not in earlier:
        yield subject.mistake("corrects", allowed=[str(one) for one in sorted(earlier)], say=Text(
            f"没有 {spec.corrects} 的更早版本可更正。", f"There is no earlier version of {spec.corrects} to correct."
        ))  # fmt: skip
