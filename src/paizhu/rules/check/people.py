"""Roles, access and signatures: who acts may read what he writes, and somebody can always sign."""

from __future__ import annotations

from collections.abc import Iterator

from paizhu.kernel.text import Text
from paizhu.rules.check.subject import Subject
from paizhu.rules.mistakes import Mistake
from paizhu.rules.spec import LEVELS, ActionSpec, Procedure


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report roles that could not do their part."""
    yield from _access(subject)
    yield from _seats(subject)
    for name, action in subject.spec.actions.items():
        yield from _levels(subject, name, action)
        yield from _signatures(subject, name, action)
    yield from _parts(subject)


def _access(subject: Subject) -> Iterator[Mistake]:
    """Whoever acts, signs, reads higher levels or is told of events must know of the matter."""
    spec = subject.spec
    uses: list[tuple[tuple[object, ...], str]] = []
    for level in ("content", "identity"):
        uses += [(("access", level, n), role) for n, role in enumerate(getattr(spec.access, level))]
    for name, action in spec.actions.items():
        uses += [(("actions", name, "by", n), role) for n, role in enumerate(action.by)]
        uses += [
            (("actions", name, "approvals", n, "by"), one.by)
            for n, one in enumerate(action.approvals)
        ]
    for verb, roles in spec.may:
        uses += [(("may", verb, n), role) for n, role in enumerate(roles)]
    for number, notice in enumerate(spec.notices):
        uses += [(("notices", number, "to", n), role) for n, role in enumerate(notice.to)]
    for keys, role in uses:
        if role not in spec.access.normal:
            yield subject.mistake(*keys, allowed=spec.access.normal, say=Text(
                f"角色“{role}”不在 access.normal 内，无从知悉事项。请列入，或改用可知悉的角色。",
                f"The role “{role}” is not in access.normal and could not know of the matter. "
                "Put it there, or name a role that is.",
            ))  # fmt: skip


def level_of(spec: Procedure, role: str) -> int:
    """Give the highest level a role reads, as its place in LEVELS."""
    return max(
        (n for n, level in enumerate(LEVELS) if role in getattr(spec.access, level)), default=0
    )


def _levels(subject: Subject, name: str, action: ActionSpec) -> Iterator[Mistake]:
    """Whoever signs must be able to read what is signed.

    Whoever fills in need not: a keeper may take down what only others read from then on.
    """
    spec = subject.spec
    for field in action.form:
        level = spec.fields[field].level
        able = [role for role in spec.roles if level_of(spec, role) >= LEVELS.index(level)]
        for number, approval in enumerate(action.approvals):
            if approval.by not in able:
                yield subject.mistake(
                    "actions", name, "approvals", number, "by", allowed=able, say=Text(
                    f"“{approval.by}”要签署“{name}”，其中“{field}”为 {level} 级，但该角色无权阅看。"
                    f"请把该角色列入 access.{level}，或改由他人签署。",
                    f"“{approval.by}” signs “{name}” with “{field}” in it, but may not read {level}. "
                    f"Put the role into access.{level}, or let another sign.",
                ))  # fmt: skip


def _seats(subject: Subject) -> Iterator[Mistake]:
    """A seat must be given by somebody, and a matter is opened by a post: seats come later."""
    spec = subject.spec
    given = {action.assigns for action in spec.actions.values()}
    for name, role in spec.roles.items():
        if role.held_by == "assignment" and name not in given and not spec.may.assign:
            yield subject.mistake("roles", name, say=Text(
                f"没有动作指定“{name}”（assigns），也无人可以指定（may.assign）。",
                f"No action assigns “{name}”, and nobody may (may.assign).",
            ))  # fmt: skip
        if role.held_by == "post" and role.at_least != 1:
            yield subject.mistake("roles", name, "at_least", say=Text(
                "at_least 只用于由指定产生的角色。", "at_least is for roles held by assignment."
            ))  # fmt: skip
    posts = tuple(name for name, role in spec.roles.items() if role.held_by == "post")
    for name, action in spec.actions.items():
        if action.opens and action.by and not set(action.by) & set(posts):
            yield subject.mistake("actions", name, "by", allowed=posts, say=Text(
                "事项开始前无人有席位，开始动作须由岗位办理。",
                "Nobody has a seat before a matter begins; name a role held by post.",
            ))  # fmt: skip


def _signatures(subject: Subject, name: str, action: ActionSpec) -> Iterator[Mistake]:
    """After any one recusal a signature must still be possible, or somebody able to appoint.

    Nobody signs what he proposed, nobody signs twice, and who is recused appoints nobody.
    """
    spec = subject.spec
    for number, approval in enumerate(action.approvals):
        keys = ("actions", name, "approvals", number)
        role = spec.roles[approval.by]
        appointers = [
            one for one in spec.may.substitute if _post(spec, one) != _post(spec, approval.by)
        ]
        if not appointers:
            others = [one for one, r in spec.roles.items()
                      if r.held_by == "post" and _post(spec, one) != _post(spec, approval.by)]  # fmt: skip
            yield subject.mistake(*keys, "by", allowed=others, say=Text(
                f"“{approval.by}”回避后无人可签，也无人可指定代签。请在 may.substitute 列入另一岗位。",
                f"Once “{approval.by}” is recused nobody may sign or appoint a substitute. "
                "Put another post into may.substitute.",
            ))  # fmt: skip
        if role.held_by == "assignment" and approval.by in action.by and role.at_least < 2:
            yield subject.mistake(*keys, "by", say=Text(
                f"“{approval.by}”只有一席，而本人不能审批自己所提。请设 at_least: 2，或换人审批。",
                f"“{approval.by}” has one seat, and nobody signs what he proposed. Set at_least: 2, "
                "or let another role sign.",
            ))  # fmt: skip
        earlier = action.approvals[:number]
        if approval.when is None and any(e.by == approval.by and e.when is None for e in earlier):
            yield subject.mistake(*keys, "by", say=Text(
                f"“{approval.by}”须签两次，而同一人不能签两次。",
                f"“{approval.by}” would sign twice, and nobody signs twice.",
            ))  # fmt: skip


def _post(spec: Procedure, name: str) -> tuple[str, str]:
    role = spec.roles[name]
    return role.at, (role.post or name) if role.held_by == "post" else f"seat:{name}"


def _parts(subject: Subject) -> Iterator[Mistake]:
    """A role in another body needs a field that says which body."""
    named = {field.part for field in subject.spec.fields.values()}
    for name, role in subject.spec.roles.items():
        if role.at not in ("holder", "superior") and role.at not in named:
            yield subject.mistake("roles", name, "at", is_warning=True, say=Text(
                f"没有字段（part: {role.at}）说明哪个单位是“{role.at}”，“{name}”将一直无人。",
                f"No field (part: {role.at}) says which body is the {role.at}; nobody would be “{name}”.",
            ))  # fmt: skip
