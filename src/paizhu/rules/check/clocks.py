"""Clocks: each rests on a usable rule, has a limit, and is stopped on every way to an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text, Word
from paizhu.rules import flow
from paizhu.rules.check.subject import Subject
from paizhu.rules.law import Basis
from paizhu.rules.mistakes import Mistake
from paizhu.rules.spec import ClockSpec

#: Shown with a mark beside the date; a named person should read the text.
_UNSURE: Final = ("T*", "S", "L", "M+")


def mistakes(subject: Subject) -> Iterator[Mistake]:
    """Report clocks that could not run, rest on nothing sure, or never stop."""
    for name, clock in subject.spec.clocks.items():
        basis = subject.law.basis(clock.basis, subject.spec.effective_from)
        yield from _basis(subject, name, basis)
        if clock.due is None:
            yield from _limits(subject, name, clock, basis)
        else:
            yield from _agreed(subject, name, clock, basis, field=clock.due)
        yield from _extension(subject, name, clock, basis)
        yield from _marks(subject, name, clock)


def _basis(subject: Subject, name: str, basis: Basis) -> Iterator[Mistake]:
    keys = ("clocks", name, "basis")
    if basis.confidence == "M-":
        yield subject.mistake(*keys, say=Text(
            f"依据“{basis.ref}”尚不确定（M-），不得据以计算时限。请先核对原文。",
            f"The basis “{basis.ref}” is uncertain (M-) and may not set a date. Read the text first.",
        ))  # fmt: skip
    elif basis.confidence in _UNSURE:
        yield subject.mistake(*keys, is_warning=True, say=Text(
            f"依据“{basis.ref}”尚未核对原文（{basis.confidence}），日期旁将显示标记。",
            f"The basis “{basis.ref}” was not read in full ({basis.confidence}); the date carries a mark.",
        ))  # fmt: skip
    day = subject.spec.effective_from
    if not basis.in_force:
        yield subject.mistake(*keys, say=Text(
            f"依据“{basis.ref}”在本程序施行日（{day}）不在施行期内。请引用当日有效的条文。",
            f"The basis “{basis.ref}” was not in force on {day}, when this takes effect. Cite one that was.",
        ))  # fmt: skip
    if basis.direction == "before":
        yield subject.mistake(*keys, say=Text(
            f"“{basis.ref}”是倒计的期限，不能作为时限。", f"“{basis.ref}” counts backwards and cannot be a clock."
        ))  # fmt: skip


def _limits(subject: Subject, name: str, clock: ClockSpec, basis: Basis) -> Iterator[Mistake]:
    limits = [*(clock.limit.values if clock.limit else ())]
    if not limits and basis.limit is None:
        phases = tuple(ref for ref in subject.law.refs if ref.startswith(f"{basis.ref}."))
        yield subject.mistake("clocks", name, "limit", allowed=phases, say=Text(
            f"请写 limit：依据“{basis.ref}”没有规定期限。",
            f"Write a limit: the basis “{basis.ref}” sets none.",
        ))  # fmt: skip
    for since, limit in limits:
        day = since or subject.spec.effective_from
        legal = subject.law.basis(clock.basis, day).limit
        if legal is not None and not surely_within(limit, legal):
            yield subject.mistake("clocks", name, "limit", allowed=(str(legal),), say=Text(
                f"limit（{limit.say('zh')}）超过“{basis.ref}”规定的{legal.say('zh')}。",
                f"The limit ({limit}) is longer than the {legal} of “{basis.ref}”.",
            ))  # fmt: skip
    for limit in [limit for _, limit in limits] or ([basis.limit] if basis.limit else []):
        yield from _within(subject, name, clock, limit)


def _within(subject: Subject, name: str, clock: ClockSpec, limit: Period) -> Iterator[Mistake]:
    if clock.target is not None and not surely_within(clock.target, limit):
        yield subject.mistake("clocks", name, "target", allowed=(str(limit),), say=Text(
            f"target（{clock.target.say('zh')}）可能超过 limit（{limit.say('zh')}），只能更短。",
            f"The target ({clock.target}) can be longer than the limit ({limit}); it may only be stricter.",
        ))  # fmt: skip
    for number, warn in enumerate(clock.warn):
        if warn == limit or _days(warn)[0] >= _days(limit)[1]:
            yield subject.mistake("clocks", name, "warn", number, allowed=(str(limit),), say=Text(
                f"提前 {warn.say('zh')}提醒不短于期限（{limit.say('zh')}）。请缩短。",
                f"Warning {warn} ahead is no shorter than the limit ({limit}). Shorten it.",
            ))  # fmt: skip


def _agreed(
    subject: Subject, name: str, clock: ClockSpec, basis: Basis, *, field: str
) -> Iterator[Mistake]:
    """A day that a field holds is not counted, so nothing that counts can go with it."""
    for key in ("limit", "target", "counted_from", "pauses", "extension"):
        if getattr(clock, key):
            yield subject.mistake("clocks", name, key, say=Text(
                f"到期日取自字段“{field}”，不能再写 {key}。改期请用另一动作重填该字段。",
                f"The day is taken from “{field}”, so {key} has no place. To move it, let an action ask for it anew.",
            ))  # fmt: skip
    if basis.limit is not None:
        yield subject.mistake("clocks", name, "due", allowed=(str(basis.limit),), say=Text(
            f"“{basis.ref}”规定了{basis.limit.say('zh')}，不能另行约定日期。",
            f"“{basis.ref}” sets {basis.limit}; no other day can be agreed.",
        ))  # fmt: skip
    actions = subject.spec.actions
    opening = [action for action in actions.values() if action.opens]
    for number, mark in enumerate(clock.starts):
        asks = [actions[mark], *opening] if mark in actions else opening
        if (
            not any(field in action.form for action in asks)
            or not subject.spec.fields[field].required
        ):
            yield subject.mistake("clocks", name, "starts", number, allowed=(field,), say=Text(
                f"“{mark}”时字段“{field}”可能尚未填写。请由该动作或者立件时填写，并设为必填。",
                f"At “{mark}” the field “{field}” may be empty. Ask for it then or at the opening, as required.",
            ))  # fmt: skip


def surely_within(inner: Period, outer: Period) -> bool:
    """Say whether `inner` can never end after `outer`, whatever the months and holidays."""
    if inner.unit == outer.unit:
        return inner.value <= outer.value
    return _days(inner)[1] <= _days(outer)[0]


def _days(period: Period) -> tuple[float, float]:
    """Give the fewest and the most days a period can take; holidays come in weeks at most two."""
    match period.unit:
        case "hour":
            return period.value / 24, period.value / 24
        case "day":
            return period.value, period.value
        case "working_day":
            return period.value, period.value * 1.4 + 11
        case "month":
            return period.value * 30.4 - 2.4, period.value * 30.5 + 1
        case _:
            return period.value * 365, period.value * 366


def _extension(subject: Subject, name: str, clock: ClockSpec, basis: Basis) -> Iterator[Mistake]:
    """The law's own bound on prolonging holds wherever the clock is the law's clock."""
    extension, legal = clock.extension, basis.extension
    if extension is None or legal is None:
        return
    if legal.by is not None and not surely_within(extension.by, legal.by):
        yield subject.mistake("clocks", name, "extension", "by", allowed=(str(legal.by),), say=Text(
            f"“{basis.ref}”每次至多延长{legal.by.say('zh')}。", f"“{basis.ref}” prolongs by at most {legal.by}."
        ))  # fmt: skip
    if legal.times is not None and extension.times > legal.times:
        yield subject.mistake("clocks", name, "extension", "times", allowed=(str(legal.times),), say=Text(
            f"“{basis.ref}”至多延长 {legal.times} 次。", f"“{basis.ref}” may be prolonged {legal.times} {Word(legal.times):time|times} at most."
        ))  # fmt: skip


def _marks(subject: Subject, name: str, clock: ClockSpec) -> Iterator[Mistake]:
    for number, pause in enumerate(clock.pauses):
        if pause.from_ == pause.until:
            yield subject.mistake("clocks", name, "pauses", number, "until", say=Text(
                "中止与恢复不能是同一时点。", "A pause cannot begin and end with the same mark."
            ))  # fmt: skip
    way = flow.way_past(subject.spec, clock)
    if way is not None:
        titles = [subject.spec.actions[action].title for action in way]
        yield subject.mistake("clocks", name, "stops", allowed=tuple(subject.spec.actions), say=Text(
            f"按“{' → '.join(t.zh for t in titles)}”办结时，此时限仍在计算。请补上停止它的动作。",
            f"On the way {' → '.join(way)} the matter ends while this clock runs. Name what stops it.",
        ))  # fmt: skip
