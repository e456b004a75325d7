"""Lay a local pack's stricter rules over a national procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from paizhu.rules.spec import Procedure, Tightening

#: Parts of a procedure that a local pack may rename, as `actions.register`; `procedure` is itself.
RENAMED: Final = ("roles", "stages", "fields", "actions", "clocks", "documents")


def tightened(procedure: Procedure, tightenings: Sequence[Tightening]) -> Procedure:
    """Give the procedure as it runs where these tightenings apply, one laid over the other."""
    for tightening in tightenings:
        procedure = _one(procedure, tightening)
    return procedure


def _one(procedure: Procedure, tightening: Tightening) -> Procedure:
    parts: dict[str, dict[str, Any]] = {part: dict(getattr(procedure, part)) for part in RENAMED}
    parts["fields"].update(tightening.fields)
    for name, target in tightening.targets.items():
        _change(parts["clocks"], name, {"target": target})
    for name, approvals in tightening.approvals.items():
        action = parts["actions"].get(name)
        _change(
            parts["actions"], name, {"approvals": (*action.approvals, *approvals)} if action else {}
        )
    for name, added in tightening.form.items():
        action = parts["actions"].get(name)
        _change(parts["actions"], name, {"form": (*action.form, *added)} if action else {})
    if tightening.closes:
        for name in [name for name, action in procedure.actions.items() if action.opens]:
            _change(parts["actions"], name, {"by": ()})
    changed: dict[str, Any] = dict(parts)
    for place, title in tightening.titles.items():
        part, _, name = place.partition(".")
        if place == "procedure":
            changed["title"] = title
        elif part in parts:
            _change(parts[part], name, {"title": title})
    return procedure.model_copy(update=changed)


def _change(part: dict[str, Any], name: str, update: Mapping[str, Any]) -> None:
    """Change one declared item; an unknown name is the checker's to report."""
    if name in part:
        part[name] = part[name].model_copy(update=update)
