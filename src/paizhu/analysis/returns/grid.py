"""The grid of a return for one body and period: its lines written out, and what is given from outside.

What a figure rests on beside the ledger (which bodies, how many posts, which options) is taken when
it is counted and kept with it, so that counting again at the same page gives the same figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from paizhu.analysis.returns.checking import options_of
from paizhu.analysis.returns.spans import Span
from paizhu.analysis.returns.spec import Line, Return
from paizhu.casework import rulebook
from paizhu.kernel.text import Text
from paizhu.registry.models import Body, Post, Tie
from paizhu.registry.principals import in_force, supervised_by
from paizhu.rules.spec import Condition, FieldIs


@dataclass(frozen=True, slots=True)
class Place:
    """One row or column as it stands in the table."""

    name: str
    title: Text
    line: Line
    where: tuple[Condition, ...] = ()
    #: Set for a line of one body or of one year.
    body: int = 0
    year: int = 0

    @property
    def is_total(self) -> bool:
        """Say whether it narrows nothing: other lines may be parts of it."""
        return not self.where and not self.body and not self.year


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns, the bodies counted in their order, and the days."""

    rows: tuple[Place, ...]
    columns: tuple[Place, ...]
    bodies: frozenset[int]
    #: (body, public posts in the units it supervises)
    posts: tuple[tuple[int, int], ...]
    first: date
    last: date
    on: date


def given(spec: Return, body: Body, span: Span, *, on: date) -> dict[str, Any]:
    """Take down everything outside the ledger that the figures of a return rest on."""
    counted = _bodies(body, on=on)
    return {
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "on": min(on, span.last).isoformat(),
        "bodies": [[one.pk, one.code, one.name_zh, one.name_en, one.kind] for one in counted],
        "posts": _posts(spec, counted, on=on),
        "options": {
            line.options_of: [
                [name, title.zh, title.en]
                for name, title in options_of(rulebook.current(), line.options_of).items()
            ]
            for line in (*spec.rows.values(), *spec.columns.values())
            if line.options_of
        },
    }


def grid(spec: Return, taken: Mapping[str, Any]) -> Grid:
    """Write out the lines of a return from what was taken down."""
    return Grid(
        rows=tuple(
            place for name, line in spec.rows.items() for place in _places(name, line, taken)
        ),
        columns=tuple(
            place for name, line in spec.columns.items() for place in _places(name, line, taken)
        ),
        bodies=frozenset(one[0] for one in taken["bodies"]),
        posts=tuple((body, count) for body, count in taken["posts"]),
        first=date.fromisoformat(taken["first"]),
        last=date.fromisoformat(taken["last"]),
        on=date.fromisoformat(taken["on"]),
    )


def _bodies(body: Body, *, on: date) -> list[Body]:
    """Give the body, and for an organ its offices and the teams it sends, in the order of bodies."""
    if body.kind != "organ":
        return [body]
    ties = Tie.objects.filter(in_force(on))
    sent = ties.filter(source=body, kind="sends").values("target_id")
    offices = ties.filter(target=body, kind="part_of", source__kind="office").values("source_id")
    below = Body.objects.filter(pk__in=sent) | Body.objects.filter(pk__in=offices)
    return [body, *below.distinct().order_by("code")]


def _posts(spec: Return, bodies: list[Body], *, on: date) -> list[list[int]]:
    lines = (*spec.rows.values(), *spec.columns.values())
    if not any(line.per_hundred_posts for line in lines):
        return []
    return [
        [body.pk, Post.objects.filter(body_id__in=supervised_by([body.pk], on=on)).count()]
        for body in bodies
    ]


def _places(name: str, line: Line, taken: Mapping[str, Any]) -> Iterator[Place]:
    own = (line.where,) if line.where else ()
    if line.options_of:
        field = line.options_of.partition(".")[2]
        for option, zh, en in taken["options"][line.options_of]:
            is_it = FieldIs.model_validate({"field": field, "is": option})
            yield Place(f"{name}-{option}", Text(zh, en), line, (*own, is_it))
    elif line.each == "body":
        for pk, code, zh, en, kind in taken["bodies"]:
            if kind == "team":
                yield Place(f"{name}-{code}", Text(zh, en), line, own, body=pk)
    elif line.each == "year":
        last = date.fromisoformat(taken["last"]).year
        for year in range(last - line.years + 1, last + 1):
            yield Place(f"{name}-{year}", Text(f"{year}年", str(year)), line, own, year=year)
    else:
        yield Place(name, line.title or Text(name, name), line, own)
