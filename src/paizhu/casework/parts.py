"""Which bodies take part in a matter: who holds it, who sends the holder, and those that fields name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from paizhu.engine.entries import Entry, Value
from paizhu.engine.state import State
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import superior_of, supervised_by
from paizhu.rules.rulebook import RunnableProcedure


def of_opening(
    rules: RunnableProcedure, holder: Body, values: Mapping[str, Value], on: date
) -> dict[str, Value]:
    """Give the bodies with a part from the beginning: holder, who sends it, and those named."""
    parts: dict[str, Value] = {"holder": [holder.pk]}
    superior = superior_of(holder.pk, on=on)
    if superior is not None:
        parts["superior"] = [superior]
    return {**parts, **_named(rules, [holder.pk], values, on)}


def of_act(rules: RunnableProcedure, state: State, draft: Entry) -> dict[str, Value]:
    """Give the bodies that an act brings in, which have their part from that act on.

    So a unit learns of a letter when it is sent, and not while it is being drafted.
    """
    payload = draft.payload or {}
    number = payload.get("proposal")
    proposal = state.proposals.get(number) if isinstance(number, int) else None
    values = proposal.values if proposal else payload.get("values")
    if not isinstance(values, Mapping):
        return {}
    return _named(rules, state.parts.get("holder", ()), values, draft.day)


def _named(
    rules: RunnableProcedure, holders: Sequence[int], values: Mapping[str, Value], on: date
) -> dict[str, Value]:
    parts: dict[str, Value] = {}
    for name, spec in rules.spec.fields.items():
        value = values.get(name)
        if spec.part and isinstance(value, str):
            body = _body_id(name, value)
            if spec.part == "respondent" and body not in supervised_by(holders, on=on):
                raise _no_such_body(name, value)
            parts[spec.part] = [body]
    return parts


def _body_id(name: str, value: str) -> int:
    key = value.removeprefix("body:")
    found = Body.objects.filter(pk=int(key)) if key.isdigit() else Body.objects.filter(code=value)
    body = found.first()
    if body is None:
        raise _no_such_body(name, value)
    return int(body.pk)


def _no_such_body(name: str, value: str) -> Invalid:
    """Say the same of a body that is not there and of one the team does not supervise."""
    say = Text(
        f"没有可选的单位「{value}」，请从名单中选择。",
        f"There is no body “{value}” to choose; take one from the list.",
    )
    return Invalid(say, fields={name: say})
