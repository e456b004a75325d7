"""How a measure does: how often it hits, how much it flags, how old its flags are, who carries them.

Counts are of signals and rows. What a person carries is a load, given by name and never ordered by
number: nobody is measured by it (refusal 5). Where chance explains a difference, the interval says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import sqrt
from statistics import median

from django.db.models import Count, QuerySet

from paizhu.analysis.flags import HitRate, flags_visible_to, hit_rate
from paizhu.analysis.models import Flag, Run, SecondLook
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sources import day_of
from paizhu.analysis.watching import Watching, watching_of
from paizhu.kernel.text import Text, Word
from paizhu.registry.models import Tenure
from paizhu.registry.principals import Who, in_force

#: Of a normal distribution, for an interval of 95 in 100.
_Z = 1.96
#: Kinds of bodies whose members carry signals.
_CARRYING = ("team", "office")


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole, with its interval (Wilson, 95 %); without a whole there is none."""

    part: int
    whole: int
    low: Decimal
    high: Decimal

    @property
    def percent(self) -> str:
        return _percent(Decimal(self.part) / self.whole) if self.whole else "–"

    @property
    def interval(self) -> str:
        return f"{_percent(self.low)} – {_percent(self.high)}" if self.whole else "–"

    @property
    def said(self) -> Text:
        return spaced(self.percent)

    @property
    def between(self) -> Text:
        return spaced(self.interval)


@dataclass(frozen=True, slots=True)
class Load:
    """How many open signals a member of the reader's own team carries. A load, never a score."""

    name: Text
    asked: int


@dataclass(frozen=True, slots=True)
class Looks:
    """What second looks at dismissed flags found."""

    drawn: int
    waiting: int
    upheld: int
    reopened: int


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last run over the books of a body came out, and why not everything was judged."""

    body: Text
    at: datetime
    outcome: str
    rows: int
    assessable: int
    reasons: tuple[Text, ...]
    left_out: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MeasureRates:
    """All figures of a measure's page, among what the reader may see."""

    rate: HitRate
    hits: Share
    flagged: Share
    runs: int
    #: The last run over each body within the reader's reach.
    last: tuple[LastRun, ...]
    #: Days since they were first seen, of those nobody has looked at; None without any.
    oldest_days: int | None
    median_days: int | None
    old: int
    looks: Looks
    loads: tuple[Load, ...]
    #: Signals nobody has looked at yet, over the members of the reader's own teams.
    waiting_per_member: str
    warnings: tuple[Text, ...]
    watching: Watching


def share(part: int, whole: int) -> Share:
    """Give a share with its interval."""
    if not whole:
        return Share(part, whole, Decimal(0), Decimal(1))
    p, z = part / whole, _Z * _Z
    middle = (p + z / (2 * whole)) / (1 + z / whole)
    width = _Z * sqrt(p * (1 - p) / whole + z / (4 * whole * whole)) / (1 + z / whole)
    low, high = max(0.0, middle - width), min(1.0, middle + width)
    return Share(part, whole, Decimal(str(round(low, 6))), Decimal(str(round(high, 6))))


def rates_of(
    measure: str, *, who: Who, now: datetime, within: frozenset[int] | None = None
) -> MeasureRates:
    """Give the figures of a measure's page."""
    watching = watching_of(measure)
    if within is None:
        within = bodies_within(who, on=day_of(now))
    visible = flags_visible_to(who, now=now, within=within).filter(measure=measure)
    rate = hit_rate(measure, who=who, now=now, within=within)
    hits = share(rate.confirmed, rate.settled)
    runs = Run.objects.filter(measure=measure, body_id__in=within)
    latest = list(_latest(runs))
    flagged = _flagged(visible, latest)
    ages = _ages(visible, now)
    members = _members(who, now)
    return MeasureRates(
        rate=rate, hits=hits, flagged=flagged, runs=runs.count(),
        last=tuple(_last(run) for run in latest),
        oldest_days=max(ages, default=None),
        median_days=round(median(ages)) if ages else None,
        old=sum(age > watching.old_days for age in ages),
        looks=_looks(visible),
        loads=_loads(visible, members),
        waiting_per_member=_each(rate.waiting, len(members)),
        warnings=tuple(warnings(watching, rate=rate, hits=hits, flagged=flagged, quiet=_quiet(runs, watching))),
        watching=watching,
    )  # fmt: skip


def warnings(
    watching: Watching, *, rate: HitRate, hits: Share, flagged: Share, quiet: bool
) -> Iterator[Text]:
    """Say where a measure fires too often, or too rarely, by what is declared."""
    if flagged.whole and Decimal(flagged.part) / flagged.whole > watching.too_often:
        yield Text(
            f"提示过多：可评估的行中 {flagged.said.zh} 被提示，超过 {spaced(_percent(watching.too_often)).zh}。请核对参数和例外。",
            f"It fires too often: {flagged.percent} of the rows judged are flagged, more than "
            f"{_percent(watching.too_often)}. Look at its parameters and exclusions.",
        )
    if rate.settled >= watching.least_settled and hits.high < watching.too_few_hits:
        yield Text(
            f"命中过少：已核 {rate.settled} 条，属实比例区间 {hits.between.zh}，低于 {spaced(_percent(watching.too_few_hits)).zh}。",
            f"It hits too rarely: of {rate.settled} settled, the interval of what was so is "
            f"{hits.interval}, below {_percent(watching.too_few_hits)}.",
        )
    if quiet:
        yield Text(
            f"从无提示：最近 {watching.quiet_runs} 次运行、不少于 {watching.quiet_rows} 行，没有一条提示。请核对是否仍有意义。",
            f"It never fires: not one flag in the last {watching.quiet_runs} runs over at least "
            f"{watching.quiet_rows} rows. Is it still the right question?",
        )


def _latest(runs: QuerySet[Run]) -> Iterator[Run]:
    """Give the last run over each body."""
    seen: set[int] = set()
    for run in runs.select_related("body").order_by("-at", "-id")[:2000]:
        if run.body_id not in seen:
            seen.add(run.body_id)
            yield run


def _last(run: Run) -> LastRun:
    return LastRun(
        run.body.name, run.at, run.outcome, run.rows, run.assessable,
        tuple(Text(one["zh"], one["en"]) for one in run.reasons),
        tuple(Text(f"{one['zh']}：{one['rows']} 行", f"{one['en']}: {one['rows']} {Word(one['rows']):row|rows}")
              for one in run.left_out),
    )  # fmt: skip


def _flagged(visible: QuerySet[Flag], latest: Sequence[Run]) -> Share:
    """Give the share of the rows judged last that a flag rests on, of those the reader may see."""
    flags = visible.filter(run__in=[run.pk for run in latest])
    rows = {
        (one["load"], one["row"])
        for evidence in flags.values_list("evidence", flat=True)
        for one in evidence
    }
    judged = sum(run.assessable for run in latest)
    return share(min(len(rows), judged), judged)


def _quiet(runs: QuerySet[Run], watching: Watching) -> bool:
    last = list(
        runs.order_by("-at", "-id").values_list("findings", "assessable")[: watching.quiet_runs]
    )
    rows = sum(assessable for _, assessable in last)
    return (
        len(last) == watching.quiet_runs
        and rows >= watching.quiet_rows
        and not any(findings for findings, _ in last)
    )


def _ages(visible: QuerySet[Flag], now: datetime) -> list[int]:
    waiting = visible.filter(status="new")
    return [
        (now - seen) // timedelta(days=1) for seen in waiting.values_list("first_seen", flat=True)
    ]


def _looks(visible: QuerySet[Flag]) -> Looks:
    found = SecondLook.objects.filter(flag__in=visible.values("pk")).order_by()
    counts = dict(found.values_list("outcome").annotate(looks=Count("pk")))
    waiting, upheld, reopened = (counts.get(name, 0) for name in ("", "upheld", "reopened"))
    return Looks(waiting + upheld + reopened, waiting, upheld, reopened)


def _members(who: Who, now: datetime) -> dict[int, Text]:
    """Give who serves today in the teams and offices the reader serves in, by name."""
    own = {post.body for post in who.posts if post.body_kind in _CARRYING}
    serving = Tenure.objects.filter(in_force(day_of(now)), post__body_id__in=own)
    names = {one.person_id: one.person.name for one in serving.select_related("person")}
    return dict(sorted(names.items(), key=lambda item: item[1].zh))


def _loads(visible: QuerySet[Flag], members: dict[int, Text]) -> tuple[Load, ...]:
    """Count the signals each member has asked about and not settled, in the order of names."""
    asked = visible.filter(status="asked")
    counts = dict(
        asked.filter(asked_by__in=members)
        .values_list("asked_by")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return tuple(Load(name, counts.get(person, 0)) for person, name in members.items())


def _each(signals: int, members: int) -> str:
    return f"{signals / members:.1f}" if members else "–"


def spaced(shares: str) -> Text:
    """Say shares in both languages: Chinese sets no space before the sign, English does."""
    return Text(shares.replace(" ", ""), shares)


def _percent(value: Decimal) -> str:
    if 0 < value < Decimal("0.0005"):
        return "< 0.1 %"
    return f"{(value * 100).quantize(Decimal('0.1')).normalize():f} %"


__all__ = ["Load", "Looks", "MeasureRates", "Share", "rates_of", "share", "spaced", "warnings"]
