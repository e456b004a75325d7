"""From kept facts to a figure as it is shown: number, interval, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from statistics import median

from paizhu.analysis.returns.counting import Facts, Records
from paizhu.kernel.text import Text, Word

#: Counts about persons below this are withheld from readers who are not entitled.
SMALL = 3
_Z = 1.959963984540054

NOT_RECORDED = Text("未登记", "not recorded")
NOTHING = Text("—", "—")
WITHHELD = Text("※", "※")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; `number` is what a spreadsheet gets, `shown` what a reader sees."""

    number: Decimal | None
    shown: Text
    #: The 95 % interval of a share, in percent, and how many among how many.
    low: Decimal | None = None
    high: Decimal | None = None
    of: int | None = None
    among: int | None = None
    unit: str = "count"

    @property
    def interval(self) -> Text | None:
        """Give the interval in words."""
        if self.low is None or self.high is None:
            return None
        return Text(
            f"{self.of}/{self.among}，95% 区间 {self.low}–{self.high}%",
            f"{self.of} of {self.among}; 95 % interval {self.low}–{self.high} %",
        )


def groups(records: Records | int) -> int:
    """Count the groups among records."""
    return records if isinstance(records, int) else len({number for _, number in records})


def figure(facts: Facts) -> Figure:
    """Give the figure that facts say."""
    if "among" in facts:
        return _share(groups(facts["of"]), groups(facts["among"]))
    if "days" in facts:
        return _median(facts["days"])
    if "posts" in facts:
        return _rate(groups(facts["count"]), groups(facts["posts"]))
    if "count" in facts:
        count = groups(facts["count"])
        return Figure(Decimal(count), Text(str(count), str(count)))
    return Figure(None, NOT_RECORDED, unit="none")


def wilson(of: int, among: int) -> tuple[Decimal, Decimal]:
    """Give the Wilson 95 % interval of a share, in percent with one decimal.

    Wilson (1927): it never leaves 0–100 % and stays honest for the small numbers of a team.
    """
    share, z2 = of / among, _Z * _Z
    middle = (share + z2 / (2 * among)) / (1 + z2 / among)
    half = _Z * sqrt(share * (1 - share) / among + z2 / (4 * among * among)) / (1 + z2 / among)
    return _percent(max(0.0, middle - half)), _percent(min(1.0, middle + half))


def is_small(facts: Facts) -> bool:
    """Say whether a cell counts so few that persons could be recognised."""
    counted = [groups(facts[key]) for key in ("count", "of", "among") if key in facts]
    days = facts.get("days", [])
    counted += [0 if isinstance(days, int) else len(days)]
    return any(0 < count < SMALL for count in counted)


def _share(of: int, among: int) -> Figure:
    if not among:
        return Figure(None, NOTHING, of=0, among=0, unit="percent")
    low, high = wilson(of, among)
    share = _percent(of / among)
    return Figure(share, Text(f"{share}%", f"{share} %"), low, high, of, among, "percent")


def _median(records: Records | int) -> Figure:
    days = [] if isinstance(records, int) else [int(number) for _, number in records]
    if not days:
        return Figure(None, NOTHING, among=0, unit="days")
    middle = Decimal(str(median(days))).quantize(Decimal("0.1"))
    short = middle.to_integral_value() if middle == middle.to_integral_value() else middle
    return Figure(
        short, Text(f"{short} 天", f"{short} {Word(short):day|days}"), among=len(days), unit="days"
    )


def _rate(count: int, posts: int) -> Figure:
    if not posts:
        return Figure(None, NOTHING, of=count, among=0, unit="rate")
    rate = (Decimal(count) * 100 / posts).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Figure(rate, Text(str(rate), str(rate)), of=count, among=posts, unit="rate")


def _percent(share: float) -> Decimal:
    return Decimal(str(share * 100)).quantize(Decimal("0.1"), ROUND_HALF_UP)
