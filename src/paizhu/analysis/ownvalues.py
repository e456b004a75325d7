"""An institution's own values of measures, from acts in the ledger: asked for, approved, in force.

Which procedure such an act is, what its fields are called and in which stages its value holds is
said by the packs. What was not approved there, is out of the bounds of the measure, or was set by a
body that did not supervise the unit, has no effect; the page of the measure says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from paizhu.analysis import permits
from paizhu.analysis.measures import LoadedMeasure, measures
from paizhu.analysis.measurespec import Parameter
from paizhu.analysis.overrides import Act, Piece, fits, laid_over
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sources import day_of
from paizhu.casework import desk, rulebook, stages
from paizhu.casework.stages import Standing
from paizhu.kernel.digest import canonical, digest
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.models import Body, Tie
from paizhu.registry.principals import Who
from paizhu.rules.spec import MeasureValues, ValueField

NO_POST = Text(
    "您的岗位不能提出参数调整。请由派驻机构的干部提出。",
    "Your posts may not ask for another value. Have an officer of the team do it.",
)
NOT_HERE = Text(
    "本部署的规则包没有声明以何种程序调整参数。",
    "The packs in use declare no procedure by which values are set.",
)
_WATCHING = ("sits_in", "supervises")


@dataclass(frozen=True, slots=True)
class OwnValue:
    """An approved act, and the body whose books it is for."""

    act: Act
    body: int


def declared() -> MeasureValues | None:
    """Give what the packs say of own values; the last pack that says anything counts."""
    said = [pack.measure_values for pack in rulebook.current().packs.values()]
    return next((one for one in reversed(said) if one is not None), None)


# --- in force -----------------------------------------------------------------------------------


def approved(measure: str) -> tuple[OwnValue, ...]:
    """Give every approved act on a measure that its holder could set, the earliest first."""
    way = declared()
    if way is None:
        return ()
    said = [(one, _claims(way, one.listed)) for one in stages.said_in(way.procedure, way.holds)]
    mine = [(one, claims) for one, claims in said if claims.get("measure") == measure]
    if not mine:
        return ()
    codes = {claims.get("body", "") for _, claims in mine}
    bodies = dict(Body.objects.filter(code__in=codes).values_list("code", "pk"))
    ties = _ties()
    found = ((_act(one, claims), bodies.get(claims.get("body", "")), one) for one, claims in mine)
    return tuple(
        OwnValue(act, body)
        for act, body, one in found
        if act and body is not None and body in _watched(one.holder, one.opened_date, ties)
    )


def in_force(
    loaded: LoadedMeasure, body: int, *, on: date
) -> tuple[LoadedMeasure, Mapping[str, tuple[Piece, ...]]]:
    """Give a measure with the values that hold for the books of a body, and where they come from.

    What was set for the body goes before what was set for one it is part of. The values are dated:
    the day of the run, or of the row, says which counts.
    """
    own = approved(loaded.name)
    if not own:
        return loaded, {}
    above = _above(body, on)
    acts = [replace(one.act, above=above[one.body]) for one in own if one.body in above]
    spec, changed = laid_over(loaded.spec, acts)
    if not changed:
        return loaded, {}
    by = [[one.ref, one.parameter, str(one.value), str(one.since), str(one.until)] for one in acts]
    return replace(loaded, spec=spec, digest=digest(canonical([loaded.digest, by]))), changed


def _claims(way: MeasureValues, listed: Mapping[str, str]) -> Mapping[ValueField, str]:
    return {key: listed[name] for key, name in way.fields.items() if name in listed}


def _act(one: Standing, claims: Mapping[ValueField, str]) -> Act | None:
    """Read an act; one that lacks what it needs sets nothing, and what is no number fits nowhere."""
    try:
        until = claims.get("until_date")
        since = date.fromisoformat(claims["from_date"])
        last = date.fromisoformat(until) if until else None
        named = claims["measure"], claims["parameter"], _number(claims["value"])
    except (KeyError, ValueError):
        return None
    return Act(one.ref, *named, since, last, number=one.number)


def _number(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")


_Tied = tuple[int, int, str, date, date | None]


def _ties() -> list[_Tied]:
    kinds = ("sends", *_WATCHING)
    found = Tie.objects.filter(kind__in=kinds)
    return list(found.values_list("source_id", "target_id", "kind", "since", "until"))


def _watched(holder: int, on: date, ties: Iterable[_Tied]) -> set[int]:
    """Give the bodies that one supervised on a day, directly or through whom it sends."""
    then = [tie for tie in ties if tie[3] <= on and (tie[4] is None or tie[4] >= on)]
    sent = {holder} | {to for source, to, kind, *_ in then if source == holder and kind == "sends"}
    return {to for source, to, kind, *_ in then if source in sent and kind in _WATCHING}


def _above(body: int, on: date) -> dict[int, int]:
    """Give a body and what it is part of, with how far above each lies."""
    ties = Tie.objects.filter(kind="part_of", since__lte=on)
    whole: dict[int, list[int]] = {}
    for part, of, until in ties.values_list("source_id", "target_id", "until"):
        if until is None or until >= on:
            whole.setdefault(part, []).append(of)
    found, edge, far = {body: 0}, [body], 0
    while edge:
        far += 1
        edge = [of for part in edge for of in whole.get(part, ()) if of not in found]
        found |= dict.fromkeys(edge, far)
    return found


# --- asked for ----------------------------------------------------------------------------------


def ask(measure: str, claims: Mapping[str, str], *, actor: Who, now: datetime) -> str:
    """Ask for a value of a measure for the books of a unit; give the number of the matter.

    `claims` holds body, parameter, value, from_date, and the other fields of the act's form.
    """
    way = declared()
    if way is None:
        raise NotAllowed(NOT_HERE)
    loaded = measures().get(measure)
    body = Body.objects.filter(
        code=claims.get("body", ""), pk__in=bodies_within(actor, on=day_of(now))
    ).first()
    if loaded is None or body is None:
        raise NotFound(Text("没有这条规则或这个单位。", "There is no such measure or unit."))
    _check(loaded.spec.parameters, claims)
    named = {**claims, "measure": measure}
    fields: Mapping[str, str] = {str(key): name for key, name in way.fields.items()}
    raw = {fields.get(name, name): value for name, value in named.items() if value}
    holder = permits.holder(actor, way.procedure, body.pk, now, refusal=NO_POST)
    try:
        return desk.open(actor=actor, procedure=way.procedure, body=holder, raw=raw, now=now).ref
    except Invalid as refused:
        back = {field: name for name, field in fields.items()}
        wrong = {back.get(name, name): say for name, say in refused.fields.items()}
        raise Invalid(refused.say, fields=wrong) from refused


def approve(ref: str, *, actor: Who, now: datetime) -> None:
    """Approve an act that somebody else asked for; raise what the door raises."""
    way = declared()
    if way is None:
        raise NotAllowed(NOT_HERE)
    version = stages.version_of(ref)
    desk.act(actor=actor, ref=ref, action=way.approves, raw={}, version=version, now=now)


def may_ask(who: Who, *, now: datetime) -> bool:
    """Say whether somebody's posts may ask for a value, so that a page need not offer it in vain."""
    way = declared()
    return way is not None and bool(permits.posts_to_open(who, way.procedure, now))


def _check(parameters: Mapping[str, Parameter], claims: Mapping[str, str]) -> None:
    parameter = parameters.get(claims.get("parameter", ""))
    if parameter is None or parameter.least is None:
        say = Text("这个数值不能由本单位调整。", "This value may not be set by an institution.")
        raise Invalid(say, fields={"parameter": say})
    if not fits(parameter, _number(claims.get("value", ""))):
        say = outside(parameter)
        raise Invalid(say, fields={"value": say})


def outside(parameter: Parameter) -> Text:
    """Say between which values an institution may choose."""
    return Text(
        f"须是 {parameter.least} 至 {parameter.most} 之间的数（比例写成小数）。",
        f"It must be a number from {parameter.least} to {parameter.most} (a share as a fraction).")  # fmt: skip
