"""The board of a team: its open matters by stage and by whoever has them in hand; counts only.

Counted is what the reader may know of. Who has a matter in hand is read off its seats, else off
whoever took the last step; a number per person is a load, never a mark, and leads nowhere.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from paizhu.casework import access, rulebook
from paizhu.casework.cards import ClockChip
from paizhu.casework.groups import Grouped, grouped
from paizhu.casework.models import ClockRow, Matter, Seat
from paizhu.casework.today import SOON, chip_of
from paizhu.kernel.text import Text
from paizhu.ledger.models import Entry as Page
from paizhu.registry.models import Tenure
from paizhu.registry.principals import Who, in_force

#: Counted are so many of the open matters last registered.
MOST = 2000
MOST_CLOCKS = 60
#: What somebody writes who has a matter in hand; signing and returning is not having it in hand.
STEPS = frozenset({"enacted", "proposed", "noted"})
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a post of the team, with the load: counts of open matters."""

    person: int
    name: Text
    posts: tuple[Text, ...]
    open: int
    late: int
    soon: int


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage of a procedure: how many matters stand there, and in whose hands."""

    procedure: str
    stage: str
    title: Text
    stage_title: Text
    total: int
    late: int
    #: In the order of the members; the last is what nobody has in hand.
    hands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A team at a glance."""

    members: tuple[Member, ...]
    #: Those of the members who have something in hand: the columns.
    columns: tuple[Member, ...]
    groups: tuple[Grouped[StageLine], ...]
    late: tuple[ClockChip, ...]
    soon: tuple[ClockChip, ...]
    total: int
    late_matters: int
    soon_matters: int
    more: bool


def board(who: Who, team: int, *, on: date) -> Board:
    """Give the board of a team as far as the reader may know. Seven queries."""
    known = access.visible_to(who, one_by_one=True)
    held = known.filter(body_id=team, is_final=False).order_by("-pk")
    matters = list(held.only("pk", "ref", "procedure", "stage", "rules")[: MOST + 1])
    more, matters = len(matters) > MOST, matters[:MOST]
    late, soon = _clocks(matters, on=on)
    people = _people(team, on=on)
    hands = _hands(matters, set(people))
    members = tuple(_members(people, matters, hands, set(late), set(soon)))
    columns = tuple(member for member in members if member.open)
    lines = _lines(matters, hands, set(late), [member.person for member in columns])
    return Board(
        members=members,
        columns=columns,
        groups=grouped(lines, lambda line: line.procedure),
        late=tuple(late.values())[:MOST_CLOCKS],
        soon=tuple(soon.values())[:MOST_CLOCKS],
        total=len(matters),
        late_matters=len(late),
        soon_matters=len(soon),
        more=more,
    )


def _clocks(
    matters: Sequence[Matter], *, on: date
) -> tuple[dict[int, ClockChip], dict[int, ClockChip]]:
    """Give of each matter the clock that is late, or else soon to be, the first due first."""
    ids = [matter.pk for matter in matters]
    rows = ClockRow.objects.filter(matter_id__in=ids, stopped_date__isnull=True)
    near = rows.filter(due_date__lte=on + SOON).select_related("matter")
    late: dict[int, ClockChip] = {}
    soon: dict[int, ClockChip] = {}
    for row in near.order_by("due_date", "pk"):
        chip = chip_of(row, on=on)
        if chip.status == "late":
            late.setdefault(row.matter_id, chip)
        elif row.matter_id not in late:
            soon.setdefault(row.matter_id, chip)
    return late, soon


def _people(team: int, *, on: date) -> dict[int, tuple[Text, tuple[Text, ...]]]:
    """Give who is on a post of the team today, with the posts."""
    rows = Tenure.objects.filter(in_force(on), post__body_id=team)
    names: dict[int, Text] = {}
    posts: dict[int, list[Text]] = defaultdict(list)
    for tenure in rows.select_related("person", "post").order_by("post_id", "person_id"):
        names[tenure.person_id] = tenure.person.name
        posts[tenure.person_id].append(tenure.post.title)
    return {person: (name, tuple(posts[person])) for person, name in names.items()}


def _hands(matters: Sequence[Matter], members: set[int]) -> dict[int, frozenset[int]]:
    """Give which members have each matter in hand: those seated, else who took the last step."""
    seated: dict[int, set[int]] = defaultdict(set)
    seats = Seat.objects.filter(matter_id__in=[matter.pk for matter in matters])
    for matter, person in seats.values_list("matter_id", "person_id"):
        seated[matter].add(person)
    last = _last_steps([m.ref for m in matters if not seated[m.pk] & members], members)
    return {
        matter.pk: frozenset(seated[matter.pk] & members)
        or frozenset([last[matter.ref]] if matter.ref in last else [])
        for matter in matters
    }


def _last_steps(refs: Sequence[str], members: set[int]) -> dict[str, int]:
    """Give the member who took the last step of each matter; the last signer took none."""
    keys = {f"person:{member}": member for member in members}
    found: dict[str, int] = {}
    before: dict[str, tuple[str, str]] = {}
    lines = Page.objects.filter(matter__in=sorted(refs)).order_by("seq")
    for ref, header in lines.values_list("matter", "header"):
        said = json.loads(header)
        kind, person = said["kind"], said["person"]
        signed = kind == "enacted" and before.get(str(ref)) == ("approved", person)
        before[str(ref)] = (kind, person)
        if kind in STEPS and not signed and person in keys:
            found[str(ref)] = keys[person]
    return found


def _members(
    people: Mapping[int, tuple[Text, tuple[Text, ...]]],
    matters: Sequence[Matter],
    hands: Mapping[int, frozenset[int]],
    late: set[int],
    soon: set[int],
) -> Iterable[Member]:
    load: dict[str, Counter[int]] = {"open": Counter(), "late": Counter(), "soon": Counter()}
    for matter in matters:
        for person in hands[matter.pk]:
            load["open"][person] += 1
            load["late"][person] += matter.pk in late
            load["soon"][person] += matter.pk in soon
    for person, (name, posts) in people.items():
        counts = {key: counter[person] for key, counter in load.items()}
        yield Member(person, name, posts, **counts)


def _lines(
    matters: Sequence[Matter],
    hands: Mapping[int, frozenset[int]],
    late: set[int],
    columns: Sequence[int],
) -> Iterable[StageLine]:
    found: dict[tuple[str, str], list[Matter]] = defaultdict(list)
    for matter in matters:
        found[(matter.procedure, matter.stage)].append(matter)
    for (procedure, stage), those in found.items():
        spec = rulebook.rules_of(those[0].rules).spec
        held = Counter(person for matter in those for person in hands[matter.pk])
        free = sum(not hands[matter.pk] for matter in those)
        yield StageLine(
            procedure=procedure,
            stage=stage,
            title=spec.title,
            stage_title=spec.stages[stage].title,
            total=len(those),
            late=sum(matter.pk in late for matter in those),
            hands=(*(held[person] for person in columns), free),
        )
