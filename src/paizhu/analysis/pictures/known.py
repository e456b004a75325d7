"""The matters a picture counts: those its reader may know of, the last registered first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from paizhu.analysis.pictures.shapes import Line
from paizhu.casework import counted, rulebook
from paizhu.casework.cards import WhyLine
from paizhu.casework.counted import Fact
from paizhu.kernel.days import say
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: Counted are so many matters, the last registered.
MOST = 5000
OTHER = Line("other", Text("其他", "Other"))


def facts(
    who: Who,
    *,
    is_open: bool = False,
    procedures: Collection[str] | None = None,
    bodies: Collection[int] | None = None,
) -> tuple[list[Fact], tuple[Text, ...]]:
    """Give the matters to count, and what is to be said where there are more."""
    found = counted.facts(who, most=MOST + 1, is_open=is_open, procedures=procedures, bodies=bodies)
    return found[:MOST], (left_out(),) if len(found) > MOST else ()


def left_out() -> Text:
    """Say that only the last registered were counted."""
    return Text(
        f"您可以知悉的事项很多，只统计最近登记的 {MOST} 件。",
        f"You may know of very many matters; only the last {MOST} registered are counted.",
    )


def kinds() -> tuple[dict[str, Line], tuple[Line, ...]]:
    """Give the kind of work of each procedure, and all kinds in the packs' order."""
    lines: dict[str, Line] = {}
    by_procedure: dict[str, Line] = {}
    for pack in rulebook.current().packs.values():
        for group in pack.groups:
            line = lines.setdefault(group.group, Line(group.group, group.title))
            for name in group.procedures:
                by_procedure.setdefault(name, line)
    return by_procedure, (*lines.values(), OTHER)


def used(lines: Iterable[Line], keys: Collection[str]) -> tuple[Line, ...]:
    """Keep the lines that something stands in."""
    return tuple(line for line in lines if line.key in keys)


def why(who: Who, *, on: date, counts: Text, rule: Text) -> tuple[WhyLine, ...]:
    """Say what is counted, by which rule, for whom and as of when."""
    posts = tuple(f"{held.body_name.zh}{held.title.zh}" for held in who.posts)
    posts_en = tuple(f"{held.title.en}, {held.body_name.en}" for held in who.posts)
    return (
        WhyLine(Text("数的是什么", "What is counted"), counts),
        WhyLine(Text("怎么数", "How"), rule),
        WhyLine(
            Text("为谁数", "For whom"),
            Text(
                f"只数您（{'、'.join(posts) or who.name.zh}）可以知悉、且不须回避的记录；别人看到的数可能不同。",
                f"Only records that you ({'; '.join(posts_en) or who.name.en}) may know of and are not "
                "recused from; another reader may see other figures.",
            ),
        ),
        WhyLine(Text("截至", "As of"), say(on)),
    )
