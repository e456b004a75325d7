"""The teams and units that somebody's posts are concerned with, for the pages that set them out.

Bodies, posts and their ties are public inside the institution; what may be known of matters is
decided by readers and nowhere here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from paizhu.registry.models import Body, Tie
from paizhu.registry.principals import Who, in_force

_LOOKS_AFTER = frozenset({"sits_in", "supervises"})


@dataclass(frozen=True, slots=True)
class Around:
    """Who looks after whom, as far as one's posts reach."""

    #: Organs one holds a post in, or in an office of.
    organs: frozenset[int]
    #: In the order of their codes.
    teams: tuple[Body, ...]
    #: By team; the host first, then in the order of codes.
    units: Mapping[int, tuple[Body, ...]]
    #: Units one holds a post in.
    own_units: tuple[Body, ...]

    def unit(self, code: str) -> Body | None:
        """Find a unit among these."""
        found = (*self.own_units, *(unit for units in self.units.values() for unit in units))
        return next((unit for unit in found if unit.code == code), None)

    def teams_of(self, unit: int) -> tuple[Body, ...]:
        """Give the teams that look after a unit."""
        return tuple(
            team for team in self.teams if any(one.pk == unit for one in self.units[team.pk])
        )


def around(who: Who, *, on: date) -> Around:
    """Give what somebody's posts reach: a team its units; an organ and its offices all teams.

    One query.
    """
    held: dict[str, set[int]] = defaultdict(set)
    for post in who.posts:
        held[post.body_kind].add(post.body)
    ties = Tie.objects.filter(in_force(on)).select_related("source", "target")
    kept = list(ties.order_by("kind", "target__code", "pk"))
    organs = held["organ"] | {
        tie.target_id for tie in kept if tie.kind == "part_of" and tie.source_id in held["office"]
    }
    teams = {tie.target for tie in kept if tie.kind == "sends" and tie.source_id in organs}
    teams |= {tie.source for tie in kept if tie.source_id in held["team"]}
    teams |= {tie.target for tie in kept if tie.target_id in held["team"]}
    ids = {team.pk for team in teams}
    units: dict[int, list[Body]] = {team: [] for team in ids}
    for tie in kept:  # `sits_in` comes before `supervises`
        if (
            tie.kind in _LOOKS_AFTER
            and tie.source_id in ids
            and tie.target not in units[tie.source_id]
        ):
            units[tie.source_id].append(tie.target)
    return Around(
        organs=frozenset(organs),
        teams=tuple(sorted(teams, key=lambda body: body.code)),
        units={team: tuple(found) for team, found in units.items()},
        own_units=_own(held["unit"], kept),
    )


def _own(bodies: set[int], ties: list[Tie]) -> tuple[Body, ...]:
    found = {body for tie in ties for body in (tie.source, tie.target) if body.pk in bodies}
    return tuple(sorted(found, key=lambda body: body.code))
