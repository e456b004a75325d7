"""The stages of a procedure as a small drawing of layers: no library, no script, no inline style.

Stages stand below each other in the order they are first reached. An arrow to the next layer goes
straight down; all others go round on tracks of their own, back ones to the left, ahead to the right. Arrows bear
numbers, and the list beside the drawing says which action each is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paizhu.kernel.text import Text
from paizhu.rules.flow import NOWHERE, moves
from paizhu.rules.spec import Procedure

WIDTH, HEIGHT, GAP, TRACK, TOP = 240, 40, 44, 22, 34
BADGE = 10


@dataclass(frozen=True, slots=True)
class Box:
    """A stage."""

    title: Text
    is_final: bool
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def line(self) -> int:
        """Give where the words stand."""
        return self.y + self.height // 2 + 5


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way between two stages, with the numbers of the actions that lead along it."""

    path: str
    label: str
    x: int
    y: int
    half: int

    @property
    def left(self) -> int:
        return self.x - self.half

    @property
    def wide(self) -> int:
        return 2 * self.half

    @property
    def above(self) -> int:
        return self.y - BADGE

    @property
    def line(self) -> int:
        """Give where the number stands."""
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Numbered:
    """An action under its number: from where, to where."""

    number: int
    title: Text
    source: Text | None
    target: Text


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing of stages, with the list of what its numbers mean."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    numbered: tuple[Numbered, ...]
    start: tuple[int, int]


def diagram(spec: Procedure) -> Diagram:
    """Draw the stages of a procedure and the actions between them; actions that stay are listed."""
    ordered = _ordered(spec)
    place = {name: number for number, name in enumerate(ordered)}
    numbered, ways = _numbered(spec)
    moving = {way: those for way, those in ways.items() if way[0] != way[1]}
    left = _tracks([w for w in moving if w[0] != NOWHERE and place[w[1]] < place[w[0]]], place)
    right = _tracks([w for w in moving if w[0] != NOWHERE and place[w[1]] > place[w[0]] + 1], place)
    start = 24 + TRACK * (max(left.values(), default=-1) + 1)
    boxes = {
        name: Box(
            spec.stages[name].title, spec.stages[name].final, start,
            TOP + number * (HEIGHT + GAP), WIDTH, HEIGHT,
        )
        for name, number in place.items()
    }  # fmt: skip
    arrows = [
        _arrow(boxes, way, those, left.get(way), right.get(way)) for way, those in moving.items()
    ]
    far = TRACK * (max(right.values(), default=-1) + 1)
    return Diagram(
        width=start + WIDTH + far + 24,
        height=TOP + len(ordered) * (HEIGHT + GAP) - GAP + 12,
        boxes=tuple(boxes.values()),
        arrows=tuple(arrows),
        numbered=tuple(numbered),
        start=(start + WIDTH // 2, 10),
    )


def _ordered(spec: Procedure) -> list[str]:
    """Give the stages in the order they are first reached, those that end a matter last."""
    found: list[str] = []
    along, waiting = moves(spec), deque([NOWHERE])
    while waiting:
        stage = waiting.popleft()
        for move in along:
            if move.source == stage and move.target not in found:
                found.append(move.target)
                waiting.append(move.target)
    found += [name for name in spec.stages if name not in found]
    return sorted(found, key=lambda name: spec.stages[name].final)


def _numbered(spec: Procedure) -> tuple[list[Numbered], dict[tuple[str, str], list[int]]]:
    listed: list[Numbered] = []
    ways: dict[tuple[str, str], list[int]] = {}
    numbers: dict[str, int] = {}
    for move in moves(spec):
        number = numbers.setdefault(move.action, len(numbers) + 1)
        ways.setdefault((move.source, move.target), []).append(number)
        source = spec.stages[move.source].title if move.source != NOWHERE else None
        title = spec.actions[move.action].title
        listed.append(Numbered(number, title, source, spec.stages[move.target].title))
    return listed, ways


def _tracks(
    ways: Sequence[tuple[str, str]], place: Mapping[str, int]
) -> dict[tuple[str, str], int]:
    """Give each way a track on its side, the shortest innermost; two that overlap never share one."""
    held: list[list[tuple[int, int]]] = []
    found: dict[tuple[str, str], int] = {}
    for way in sorted(ways, key=lambda w: (abs(place[w[0]] - place[w[1]]), place[w[0]])):
        low, high = sorted((place[way[0]], place[way[1]]))
        free = next(
            (n for n, spans in enumerate(held) if all(high < a or b < low for a, b in spans)),
            len(held),
        )
        if free == len(held):
            held.append([])
        held[free].append((low, high))
        found[way] = free
    return found


def _arrow(
    boxes: Mapping[str, Box],
    way: tuple[str, str],
    numbers: Sequence[int],
    left: int | None,
    right: int | None,
) -> Arrow:
    label = " ".join(str(number) for number in numbers)
    half = 6 + 4 * len(label)
    source, target = way
    there = boxes[target]
    if source == NOWHERE and there.y == TOP:
        return Arrow(f"M{there.middle} 14V{there.y - 4}", label, there.middle + half + 6, 22, half)
    if source == NOWHERE:
        return Arrow(
            f"M{there.middle} {there.y - 26}V{there.y - 4}", label, there.middle + half + 26,
            there.y - 14, half,
        )  # fmt: skip
    here = boxes[source]
    if left is None and right is None:
        y = here.y + here.height
        return Arrow(
            f"M{here.middle} {y}V{there.y - 4}", label, here.middle, y + GAP // 2 - 2, half
        )
    out, into = here.y + here.height // 2 + 6, there.y + there.height // 2 - 6
    if left is not None:
        edge, x, tip = here.x, here.x - TRACK * (left + 1), here.x - 4
        turn = -1
    else:
        edge, x, tip = here.x + here.width, here.x + here.width + TRACK * ((right or 0) + 1), (
            here.x + here.width + 4
        )  # fmt: skip
        turn = 1
    bend = 8 if into > out else -8
    path = f"M{edge} {out}H{x - turn * 8}Q{x} {out} {x} {out + bend}V{into - bend}Q{x} {into} {x - turn * 8} {into}H{tip}"
    return Arrow(path, label, x, (out + into) // 2, half)
