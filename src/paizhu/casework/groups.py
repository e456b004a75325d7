"""Procedures by kind of work, as the packs group them; for choosing, never for deciding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from paizhu.casework import rulebook
from paizhu.kernel.text import Text

T = TypeVar("T")
OTHER = Text("其他", "Other")


@dataclass(frozen=True, slots=True)
class Grouped(Generic[T]):
    """One kind of work and what belongs to it."""

    title: Text
    items: tuple[T, ...]


def grouped(items: Iterable[T], procedure_of: Callable[[T], str]) -> tuple[Grouped[T], ...]:
    """Put things that each belong to a procedure under their kinds of work, in the packs' order."""
    titles: dict[str, Text] = {}
    places: dict[str, tuple[str, int]] = {}
    for pack in rulebook.current().packs.values():
        for group in pack.groups:
            titles.setdefault(group.group, group.title)
            for name in group.procedures:
                places.setdefault(name, (group.group, len(places)))
    listed = sorted(items, key=lambda item: places.get(procedure_of(item), ("", len(places)))[1])
    found: dict[str, list[T]] = {group: [] for group in [*titles, ""]}
    for item in listed:
        found[places.get(procedure_of(item), ("", 0))[0]].append(item)
    return tuple(
        Grouped(titles.get(group, OTHER), tuple(those)) for group, those in found.items() if those
    )
