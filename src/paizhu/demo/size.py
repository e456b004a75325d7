"""How large the demonstration is, and from which seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Size:
    """Everything is a share of the full institution; the same size and seed give the same one."""

    scale: float = 1.0
    seed: str = "青屿"
    months: int = 18

    @property
    def hospitals(self) -> int:
        return max(3, round(20 * self.scale))

    @property
    def teams(self) -> int:
        return max(2, round(6 * self.scale))

    @property
    def purchases(self) -> int:
        return max(300, round(60_000 * self.scale))

    @property
    def questions(self) -> int:
        return max(8, round(98 * self.scale))

    @property
    def clues(self) -> int:
        return max(8, round(85 * self.scale))

    def dice(self, *about: object) -> Random:
        """Give dice of their own for each purpose, so that one more throw here changes nothing there."""
        return Random("/".join([self.seed, *map(str, about)]))
