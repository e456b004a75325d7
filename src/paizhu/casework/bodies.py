"""Bodies in a matter: what a form names is settled to keys, and must be a body it may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from paizhu.engine.entries import Value
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import (
    Who,
    partners_of,
    superior_of,
    supervised_by,
)
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import FieldSpec


@dataclass(frozen=True, slots=True)
class BodyCard:
    """A body as a form names it: by `key`, or by `code`."""

    key: str
    code: str
    name: Text
    kind: str


def worked_with(who: Who, *, on: date) -> tuple[BodyCard, ...]:
    """Give the bodies somebody's own bodies may name in a form, their own among them."""
    ids = partners_of((post.body for post in who.posts), on=on)
    found = Body.objects.filter(pk__in=ids).order_by("code")
    return tuple(BodyCard(f"body:{b.pk}", b.code, b.name, b.kind) for b in found)


def standing_parts(holder: int, *, on: date) -> dict[str, Value]:
    """Give the parts a matter has from the start: who holds it, and who sends the holder."""
    superior = superior_of(holder, on=on)
    parts: dict[str, Value] = {"holder": [holder]}
    return parts if superior is None else {**parts, "superior": [superior]}


def settled(
    values: Mapping[str, Value],
    rules: RunnableProcedure,
    holders: Iterable[int],
    *,
    on: date,
) -> dict[str, Value]:
    """Give the values with each body that takes or leaves a part as `body:3`; raise Invalid.

    A body that is not there and one that may not be named give the same answer.
    """
    found = dict(values)
    named = list(holders)
    for name, spec in rules.spec.fields.items():
        value = values.get(name)
        if value is None or not (spec.part or spec.ends_part or spec.type == "organizations"):
            continue
        if isinstance(value, list):
            found[name] = [_key(name, str(one), spec, named, on=on) for one in value]
        else:
            found[name] = _key(name, str(value), spec, named, on=on)
    return found


def choices(spec: FieldSpec, holders: Iterable[int], *, on: date) -> list[Body]:
    """Give the bodies a field may name: units of one's own, else those one works with."""
    ids = nameable(spec, list(holders), on=on)
    return list(Body.objects.filter(pk__in=ids))


def nameable(spec: FieldSpec, holders: list[int], *, on: date) -> frozenset[int]:
    """Give the ids of the bodies a field may name.

    A respondent is a unit the holder sits in or supervises. Other parts go to bodies that are tied
    to the holder: teams it sends, its offices, its superior, sister teams and partners.
    """
    own = supervised_by(holders, on=on)
    return own if spec.part == "respondent" else own | partners_of(holders, on=on)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12


def _key(name: str, value: str, spec: FieldSpec, holders: list[int], *, on: date) -> str:
    key = value.removeprefix("body:")
    body = int(key) if _is_id(key) else _of_code(value)
    if body not in nameable(spec, holders, on=on):
        say = Text(
            f"没有可选的单位“{value}”，请从名单中选择。",
            f"There is no body “{value}” to choose; take one from the list.",
        )
        raise Invalid(say, fields={name: say})
    return f"body:{body}"


def _of_code(code: str) -> int | None:
    return Body.objects.filter(code=code).values_list("pk", flat=True).first()
