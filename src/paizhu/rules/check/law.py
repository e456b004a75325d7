"""Law files and calendars: every row rests on an article, every date on a version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shelf import Filed, Shelf
from paizhu.rules.spec import CalendarFile, Declared, EffectPeriod, Instrument, LegalClock

S = TypeVar("S", bound=Declared)

_ARTICLE = Text("条文", "provision")


def mistakes(shelf: Shelf) -> Iterator[Mistake]:
    """Report rows that cannot be cited, cited twice, or counted."""
    yield from _twice(shelf.instruments, lambda i: [(("instrument",), i.instrument)])
    yield from _twice(
        shelf.instruments,
        lambda i: [
            *((("clocks", ref), ref) for ref in i.clocks),
            *((("effects", ref), ref) for ref in i.effects),
        ],
    )
    yield from _twice(shelf.calendars, lambda c: [(("calendar",), c.calendar)])
    articles = {
        f"{one.value.instrument}/{slug}"
        for one in shelf.instruments
        for slug in one.value.provisions
    }
    for filed in shelf.instruments:
        yield from _versions(filed)
        yield from _rows(filed, articles)
    for calendar in shelf.calendars:
        yield from _calendar(calendar)


def _twice(
    files: Iterable[Filed[S]], names: Callable[[S], Iterable[tuple[tuple[str, ...], str]]]
) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for filed in files:
        for keys, name in names(filed.value):
            if name in first:
                yield filed.mistake(*keys, say=Text(
                    f"“{name}”已在 {first[name]} 中声明。请保留一处。",
                    f"“{name}” is declared already in {first[name]}. Keep one.",
                ))  # fmt: skip
            first.setdefault(name, filed.file)


def _versions(filed: Filed[Instrument]) -> Iterator[Mistake]:
    instrument = filed.value
    allowed = tuple(str(day) for day in instrument.versions)
    if list(instrument.versions) != sorted(set(instrument.versions)):
        yield filed.mistake("versions", say=Text(
            "版本日期请由早到晚排列，不重复。", "List the versions from the earliest, each once."
        ))  # fmt: skip
    for slug, provision in instrument.provisions.items():
        for since, _ in provision.cites.values:
            if since is not None and since not in instrument.versions:
                yield filed.mistake("provisions", slug, "cites", since, allowed=allowed, say=Text(
                    f"{since} 不是此规定的版本日期。", f"{since} is not a version of this instrument."
                ))  # fmt: skip


def _rows(filed: Filed[Instrument], articles: set[str]) -> Iterator[Mistake]:
    instrument = filed.value
    rows: list[tuple[str, str, LegalClock | EffectPeriod]] = [*(("clocks", ref, clock) for ref, clock in instrument.clocks.items()),
            *(("effects", ref, effect) for ref, effect in instrument.effects.items())]  # fmt: skip
    for part, ref, row in rows:
        article = (
            row.provision if "/" in row.provision else f"{instrument.instrument}/{row.provision}"
        )
        if article not in articles:
            near = tuple(
                sorted(one for one in articles if one.startswith(article.split("/")[0] + "/"))
            )
            yield filed.mistake(part, ref, "provision", allowed=near,
                                say=unknown_name(_ARTICLE, article, articles))  # fmt: skip
        since, until = row.in_force.since, row.in_force.until
        if since and until and until < since:
            yield filed.mistake(part, ref, "in_force", "until", say=Text(
                f"失效日（{until}）早于施行日（{since}）。", f"It ends ({until}) before it begins ({since})."
            ))  # fmt: skip
        if isinstance(row, LegalClock):
            yield from _one_limit(filed, ref, row)


def _one_limit(filed: Filed[Instrument], ref: str, clock: LegalClock) -> Iterator[Mistake]:
    given = [clock.limit is not None, bool(clock.phases), clock.no_number is not None]
    if sum(given) != 1:
        yield filed.mistake("clocks", ref, allowed=("limit", "phases", "no_number"), say=Text(
            f"时限“{ref}”请写 limit、phases、no_number 三者之一，且只写一个。",
            f"Write exactly one of limit, phases and no_number for “{ref}”.",
        ))  # fmt: skip


def _calendar(filed: Filed[CalendarFile]) -> Iterator[Mistake]:
    days = tuple(str(number) for number in range(1, 8))
    for number, weekday in enumerate(filed.value.weekend):
        if str(weekday) not in days:
            yield filed.mistake("weekend", number, allowed=days, say=Text(
                "星期用 1（周一）至 7（周日）。", "A weekday is 1 (Monday) to 7 (Sunday)."
            ))  # fmt: skip
    for year, one in filed.value.years.items():
        for part, listed in (("off", one.off), ("work", one.work)):
            for day in listed:
                if day.year not in (year, year - 1):
                    yield filed.mistake("years", year, part, day, say=Text(
                        f"{day} 不属于 {year} 年的安排。", f"{day} is no part of the notice for {year}."
                    ))  # fmt: skip
        for day in set(one.off) & set(one.work):
            yield filed.mistake("years", year, "work", day, say=Text(
                f"{day} 不能既放假又上班。", f"{day} cannot be both off and worked."
            ))  # fmt: skip
