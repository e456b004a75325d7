"""The file of a unit: its matters, repairs, looks and course, as far as the reader may know.

It is a file of a unit and of its posts. A person of the staff stands in it as the holder of a post
and in no other way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from paizhu.casework import access, rulebook
from paizhu.casework.areas import procedures_in
from paizhu.casework.cards import MatterRow
from paizhu.casework.list_rows import rows_of
from paizhu.casework.models import Matter, Part
from paizhu.kernel.text import Text
from paizhu.registry.models import Post, Tenure
from paizhu.registry.principals import Who

#: So many matters of a unit are looked through, and so many rows drawn.
MOST = 500
MOST_ROWS = 40
MOST_LINES = 30


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on a post, for its time."""

    name: Text
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post of a body and who holds it, or held it."""

    key: str
    title: Text
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How often and how lately the unit was looked at, by kind of field work."""

    title: Text
    year: int
    last: date


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A line of the course: a matter was opened, or closed."""

    day: date
    ref: str
    title: Text
    is_end: bool


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What one page says of a unit."""

    open: tuple[MatterRow, ...]
    closed: tuple[MatterRow, ...]
    repairs: tuple[MatterRow, ...]
    open_total: int
    closed_total: int
    looks: tuple[Look, ...]
    course: tuple[CourseLine, ...]
    more: bool


def unit_file(who: Who, unit: int, *, on: date) -> UnitFile:
    """Give the file of a unit. Six queries, however many matters."""
    mine = Part.objects.filter(body_id=unit).values("matter_id")
    # Whoever holds a matter has a part in it too.
    found = access.visible_to(who, one_by_one=True).filter(pk__in=mine).order_by("-pk")
    matters = list(found[: MOST + 1])
    more, matters = len(matters) > MOST, matters[:MOST]
    mending = procedures_in("repairs")
    groups = {
        "open": [m for m in matters if not m.is_final and m.procedure not in mending],
        "closed": [m for m in matters if m.is_final and m.procedure not in mending],
        "repairs": [m for m in matters if m.procedure in mending],
    }
    wanted = Matter.objects.filter(
        pk__in=[m.pk for those in groups.values() for m in those[:MOST_ROWS]]
    )
    rows = {row.ref: row for row in rows_of(who, wanted.order_by("-pk"), on=on)}

    def shown(key: str) -> tuple[MatterRow, ...]:
        return tuple(rows[m.ref] for m in groups[key][:MOST_ROWS])

    return UnitFile(
        open=shown("open"),
        closed=shown("closed"),
        repairs=shown("repairs"),
        open_total=len(groups["open"]),
        closed_total=len(groups["closed"]),
        looks=tuple(_looks(matters, on)),
        course=tuple(_course(matters)),
        more=more,
    )


def posts_of(body: int, *, on: date, key: str = "", all_times: bool = False) -> list[PostCard]:
    """Give the posts of a body with their holders; with `all_times` also those before."""
    posts = Post.objects.filter(body_id=body).order_by("pk")
    tenures = Tenure.objects.filter(post__body_id=body).select_related("person")
    if key:
        posts, tenures = posts.filter(key=key), tenures.filter(post__key=key)
    held: dict[int, list[Holder]] = {}
    for tenure in tenures.order_by("-since", "person_id"):
        now = tenure.since <= on and (tenure.until is None or tenure.until >= on)
        if now or all_times:
            holder = Holder(tenure.person.name, tenure.since, tenure.until)
            held.setdefault(tenure.post_id, []).append(holder)
    return [PostCard(post.key, post.title, tuple(held.get(post.pk, ()))) for post in posts]


def _looks(matters: Sequence[Matter], on: date) -> Iterable[Look]:
    kinds: dict[str, list[Matter]] = {}
    looking = procedures_in("field_work")
    for matter in matters:
        if matter.procedure in looking:
            kinds.setdefault(matter.procedure, []).append(matter)
    for _, those in sorted(kinds.items()):
        year = sum((on - matter.opened_date).days < 365 for matter in those)
        last = max(matter.opened_date for matter in those)
        yield Look(_title(those[0]), year, last)


def _course(matters: Sequence[Matter]) -> Iterable[CourseLine]:
    lines = [CourseLine(m.opened_date, m.ref, _title(m), is_end=False) for m in matters]
    lines += [
        CourseLine(m.closed_date, m.ref, _title(m), is_end=True) for m in matters if m.closed_date
    ]
    lines.sort(key=lambda line: (line.day, line.is_end, line.ref), reverse=True)
    return lines[:MOST_LINES]


def _title(matter: Matter) -> Text:
    return rulebook.rules_of(matter.rules).spec.title
