"""The four forms of `when`, and whether one holds for what has been answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from paizhu.rules.spec import AllOf, Condition, FieldIn, FieldIs

#: What a field may hold: the shape of a JSON value without fractions.
Value = str | int | bool | None | list["Value"] | dict[str, "Value"]


def holds(condition: Condition | None, values: Mapping[str, Value]) -> bool:
    """Say whether `condition` holds; no condition always holds, an unanswered field never."""
    return condition is None or True in outcomes(condition, values)


def outcomes(
    condition: Condition | None,
    values: Mapping[str, Value],
    *,
    unknown: Collection[str] = (),
) -> frozenset[bool]:
    """Give every outcome `condition` can have while the fields in `unknown` may hold anything."""
    if condition is None:
        return frozenset({True})
    if isinstance(condition, FieldIs | FieldIn):
        if condition.field in unknown:
            return frozenset({True, False})
        wanted = (condition.is_,) if isinstance(condition, FieldIs) else condition.in_
        return frozenset({_is_one_of(values.get(condition.field), wanted)})
    parts = condition.all if isinstance(condition, AllOf) else condition.any
    each = [outcomes(part, values, unknown=unknown) for part in parts]
    if isinstance(condition, AllOf):
        can_hold, can_fail = all(True in one for one in each), any(False in one for one in each)
    else:
        can_hold, can_fail = any(True in one for one in each), all(False in one for one in each)
    return frozenset(({True} if can_hold else set()) | ({False} if can_fail else set()))


def fields_of(condition: Condition | None) -> Iterator[FieldIs | FieldIn]:
    """Walk the comparisons inside `condition`."""
    if condition is None:
        return
    if isinstance(condition, FieldIs | FieldIn):
        yield condition
        return
    for part in condition.all if isinstance(condition, AllOf) else condition.any:
        yield from fields_of(part)


def _is_one_of(value: Value, wanted: Collection[str | bool | int]) -> bool:
    """Compare without taking 1 for true; of several choices one is enough."""
    answers = value if isinstance(value, list) else [value]
    return any(type(a) is type(w) and a == w for a in answers for w in wanted)
