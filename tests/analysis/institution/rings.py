"""Rings of cover bidders among honest tenders of several kinds: what the screens tell apart, and what not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tests.analysis.institution.world import World

#: Honest markets: independent costs, a tight market, and a ceiling just above which nobody bids.
HONEST = ("independent", "tight", "ceiling")
#: Rings: a bunch well above the winner, a loose bunch, and cover prices in even steps.
RINGS = ("bunched", "loose", "stepped")


def tenders(*, seed: int, rings: int, honest: int) -> tuple[World, dict[str, str]]:
    """Make so many of each kind; give the books and the kind of each tender."""
    w, kinds = World(seed), {}
    for kind, number in [*((k, rings) for k in RINGS), *((k, honest) for k in HONEST)]:
        for n in range(number):
            key = f"{kind}-{n}"
            kinds[key] = kind
            for b, price in enumerate(prices(w, kind)):
                w.bid(key, f"{key}-{b}", round(price, 2))
    return w, kinds


def prices(w: World, kind: str) -> list[float]:
    """Give the prices of one tender."""
    rng, cost, number = w.rng, w.price(30_000, 900_000), w.rng.randint(5, 9)
    cover = cost * (1 + rng.uniform(0.035, 0.08))
    if kind == "bunched":
        return [cost, *(cover * (1 + rng.uniform(-0.005, 0.005)) for _ in range(number - 1))]
    if kind == "loose":
        return [cost, *(cover * (1 + rng.uniform(-0.02, 0.02)) for _ in range(number - 1))]
    if kind == "stepped":
        return [cost * (1 + 0.02 * n + rng.uniform(0, 0.0001)) for n in range(number)]
    if kind == "independent":
        return [cost * (1 + abs(rng.gauss(0.08, 0.09))) for _ in range(number)]
    if kind == "tight":
        return [cost * (1 + rng.gauss(0, 0.025)) for _ in range(number)]
    return [
        min(cost * (1 + rng.gauss(0, 0.06)), cost * (1.03 - rng.uniform(0, 0.01)))
        for _ in range(number)
    ]


@dataclass(frozen=True)
class Told:
    """How well a rule tells rings from honest tenders."""

    precision: float
    recall: float


def told(named: Collection[str], kinds: Mapping[str, str]) -> Told:
    """Score a rule by the tenders it names."""
    right = sum(kinds[tender] in RINGS for tender in named)
    return Told(right / max(1, len(named)), right / sum(kind in RINGS for kind in kinds.values()))


#: figure: whether it is a sign, at the value of a parameter of the flag.
SIGNS: dict[str, tuple[str, Callable[[Decimal, Decimal], bool]]] = {
    "cv": ("cv", lambda figure, line: figure <= line),
    "relative_distance": ("distance", lambda figure, line: figure >= line),
    "skewness": ("skew", lambda figure, line: figure <= -line),
    "kurtosis": ("kurt", lambda figure, line: figure >= line),
    "uniform_distance": ("uniform", lambda figure, line: figure >= line),
}


def signs(facts: Mapping[str, object], lines: Mapping[str, Decimal]) -> set[str]:
    """Give the figures of a tender that are signs at these lines."""
    return {
        name for name, (line, is_sign) in SIGNS.items()
        if is_sign(Decimal(str(facts[name])), lines[line])
    }  # fmt: skip
