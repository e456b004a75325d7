"""Quartiles and fences, with the arithmetic the field's tool uses, so that the last bit is the same.

Quantiles are of Hyndman and Fan's type 8, not the type 7 of most libraries: two order statistics and
a straight line between them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: How far beyond the quartiles a fence stands, in interquartile ranges.
REACH = 1.5


@dataclass(frozen=True, slots=True)
class Fences:
    """Both quartiles of a population and the fences outside them; not a number where it is empty."""

    count: int
    q1: float
    q3: float

    @property
    def lower(self) -> float:
        return exactly(self.q3 - self.q1, -REACH, self.q1)

    @property
    def upper(self) -> float:
        return exactly(self.q3 - self.q1, REACH, self.q3)


def exactly(a: float, b: float, c: float) -> float:
    """Give a * b + c, rounded once."""
    if not all(map(math.isfinite, (a, b, c))):
        return a * b + c
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def places(count: int, share: float) -> tuple[int, int, float]:
    """Give the two positions (from 0) between which a quantile lies, and how far along."""
    at = (count + 1 / 3) * share + 1 / 3
    whole = int(at)
    if whole <= 0 or share == 0.0:
        return 0, 0, 0.0
    if whole >= count:
        return count - 1, count - 1, 0.0
    return whole - 1, whole, at - whole


def between(low: float, high: float, along: float) -> float:
    """Go along from the lower order statistic to the higher."""
    return low + along * (high - low) if low != high else low


def quantiles(
    connection: Any, *, column: str, of: str, shares: Sequence[float]
) -> tuple[int, list[float]]:
    """Give how many values there are, and these quantiles; positions are picked, nothing is sorted."""
    count = int(connection.execute(f"SELECT count({column}) FROM {of}").fetchone()[0])
    if count == 0:
        return 0, [math.nan] * len(shares)
    wanted = [places(count, share) for share in shares]
    # A discrete quantile at (k + 1/2) / n is the value at position k.
    marks = [(k + 0.5) / count for low, high, _ in wanted for k in (low, high)]
    found = connection.execute(f"SELECT quantile_disc({column}, {marks}) FROM {of}").fetchone()[0]
    values = iter(float(value) for value in found)
    return count, [between(next(values), next(values), along) for _, _, along in wanted]


def fences(connection: Any, *, column: str, of: str) -> Fences:
    """Give the fences of a column."""
    count, (q1, q3) = quantiles(connection, column=column, of=of, shares=(0.25, 0.75))
    return Fences(count, q1, q3)
