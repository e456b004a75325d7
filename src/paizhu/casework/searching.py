"""Search over everything one may know: matters, units, holders of posts, procedures to open.

The index only proposes. Whether a matter is found is decided by its lines that this person may read
on its page, by the same rule; so is what is shown of them. Nothing is counted: what one may not
know would be in the count or would have to be left out of it, line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from paizhu.casework import access, queries, rulebook, search_index, search_rows
from paizhu.casework.cards import OpenableProcedure
from paizhu.casework.search_index import Line, Word
from paizhu.kernel import cutting, initials
from paizhu.kernel.text import Text
from paizhu.registry.around import around
from paizhu.registry.models import Body, Tenure
from paizhu.registry.principals import Who, in_force
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import LEVELS

Place = tuple[int, int]
MOST_WORDS, LONGEST_WORD = 5, 40
#: The index is asked for so many at a time, and for so many times that at most.
BATCH, MOST_BATCHES = 60, 8
#: Whoever reads a part of a matter only is also proposed what the rest holds. That counts for
#: nothing, up to so many times what is looked at.
PARTLY = 4
#: Words around a hit.
AROUND = 24
LABELS = {
    search_rows.REF: Text("编号", "Number"),
    search_rows.HOLDER: Text("承办单位", "Body"),
    search_rows.SEAT: Text("承办人", "Assigned to"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A line in which a word was found; its words only where reading them leaves no trace."""

    title: Text
    level: str
    #: The words around, and whether each part is what was found; empty above the normal level.
    parts: tuple[tuple[str, bool], ...] = ()
    #: The body or the holder of a seat that is called so, in place of parts.
    name: Text | None = None


@dataclass(frozen=True, slots=True)
class FoundMatter:
    """A matter that was found, and by which lines."""

    ref: str
    procedure_title: Text
    stage_title: Text
    final: bool
    body: Text
    opened_date: date
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit that one's posts are concerned with."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class FoundHolder:
    """Somebody as the holder of a post."""

    name: Text
    post: str
    title: Text
    body_code: str
    body_name: Text


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `more` says that there are more matters than are shown.

    `looked_at` is how many matters were looked at where that is the most there may be, else 0.
    """

    words: tuple[str, ...]
    matters: tuple[FoundMatter, ...] = ()
    more: bool = False
    looked_at: int = 0
    units: tuple[FoundUnit, ...] = ()
    holders: tuple[FoundHolder, ...] = ()
    openable: tuple[OpenableProcedure, ...] = ()


def search(who: Who, query: str, *, on: date, most: int = 20) -> Found:
    """Find what a person may know of by some words: each must be found, not all in one place."""
    typed = words_of(query)
    if not typed:
        return Found(())
    near = around(who, on=on)
    units = {unit.pk: unit for units in (near.own_units, *near.units.values()) for unit in units}
    bodies = [*units, *(team.pk for team in near.teams), *(post.body for post in who.posts)]
    holders = _holders(bodies, on=on)
    names = _names_of_bodies() + [(key, one.name) for key, one in holders]
    words = [
        Word(text, {k: name for k, name in names if is_called([text], name)}) for text in typed
    ]
    matters, looked_at = _matters(who, words, most=most + 1)
    return Found(
        words=tuple(typed),
        matters=tuple(matters[:most]),
        more=len(matters) > most,
        looked_at=looked_at,
        units=tuple(
            FoundUnit(one.code, one.name)
            for one in sorted(units.values(), key=lambda unit: unit.code)
            if is_called(typed, one.name, one.code)
        )[:most],
        holders=tuple(one for _, one in holders if is_called(typed, one.name))[:most],
        openable=tuple(
            one for one in queries.openable(who, on=on) if is_called(typed, one.title)
        )[:most],
    )  # fmt: skip


def leaves_out(who: Who) -> bool:
    """Say whether a search by this person may leave older matters out.

    Asked of what they may know of, never of what was proposed: see `_proposed`.
    """
    most = BATCH * MOST_BATCHES
    return access.how_many(who, most=most + 1) > most


def words_of(query: str) -> list[str]:
    """Give the words of a query that hold anything to be found."""
    words = [word[:LONGEST_WORD] for word in query.replace("\0", " ").split()]
    return [word for word in dict.fromkeys(words) if cutting.pieces(word)][:MOST_WORDS]


def is_called(words: Iterable[str], name: Text, code: str = "") -> bool:
    """Say whether each word is in a name, or begins it by its initials."""
    return all(
        cutting.find(word, name.zh)
        or cutting.find(word, name.en)
        or word.casefold() == code.casefold()
        or (initials.sought(word) and initials.find(word, name.zh))
        for word in words
    )


# --- matters ------------------------------------------------------------------------------------


def _matters(who: Who, words: Sequence[Word], *, most: int) -> tuple[list[FoundMatter], int]:
    """Give matters found, last registered first, and how many were looked at if no more may be.

    Only what the reader could have found counts as looked at: so neither what is found nor that
    the end was not reached depends on what they do not read.
    """
    found: list[FoundMatter] = []
    looked_at, end = 0, BATCH * MOST_BATCHES
    for lines in _proposed(who, words):
        hits = _hits(lines, words)
        if hits:
            found.append(_found(lines[0], hits))
        if len(found) == most:
            break
        looked_at += bool(hits) or not _reads_a_part(lines[0])
        if looked_at == end:
            return found, end
    return found, 0


def _proposed(who: Who, words: Sequence[Word]) -> Iterator[list[Line]]:
    """Give the lines of what the index proposes, last registered first, and end without a word.

    For whoever reads parts, how much is proposed is how many matters hold the words anywhere: to say
    that the end was not reached would say so of fields they do not read. `leaves_out` may be said.
    """
    before: int | None = None
    for _ in range(MOST_BATCHES * PARTLY):
        ids, is_all = search_index.proposed(who, words, before=before, most=BATCH)
        yield from search_index.lines_of(who, ids) if ids else ()
        if is_all:
            break
        before = min(ids)


def _reads_a_part(line: Line) -> bool:
    """Say whether the reader is something to the matter that reads a list of fields, not a level."""
    only = rulebook.rules_of(line.rules).spec.access.only
    return any(role in only for role in line.roles)


def _hits(lines: Sequence[Line], words: Sequence[Word]) -> tuple[Hit, ...]:
    """Give where each word was found; nothing if one was not."""
    procedure = rulebook.rules_of(lines[0].rules)
    readable = list(_readable(lines, procedure))
    hits: dict[tuple[str, str], Hit] = {}
    for word in words:
        for level, name, said in readable:
            place = _place(word, name, said, procedure)
            if place is not None:
                hits.setdefault((name, said), _hit(word, level, name, said, place, procedure))
                break
        else:
            return ()
    return tuple(hits.values())


def _hit(
    word: Word, level: str, name: str, said: str, place: Place, procedure: RunnableProcedure
) -> Hit:
    """Show the words at the normal level only: to read above it is to open the matter."""
    title = LABELS[name] if name in LABELS else procedure.spec.fields[name].title
    if level != LEVELS[0]:
        return Hit(title, level)
    if said in word.keys:
        return Hit(title, level, name=word.keys[said])
    return Hit(title, level, _parts(said, place))


def _readable(
    lines: Sequence[Line], procedure: RunnableProcedure
) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        for name, said in search_rows.read(line.text):
            if name in LABELS or (
                name in procedure.spec.fields and access.may_read_field(name, procedure, line.roles)
            ):
                yield line.level, name, said


def _place(word: Word, name: str, said: str, procedure: RunnableProcedure) -> Place | None:
    """Give where a word stands in a line; a line that is a key, where it is that of a namesake."""
    if search_rows.is_key(said):
        return (0, 0) if said in word.keys else None
    place = cutting.find(word.text, said)
    is_letters = initials.sought(word.text) and search_rows.has_initials(name, said, procedure)
    return initials.find(word.text, said) if place is None and is_letters else place


def _parts(said: str, place: Place) -> tuple[tuple[str, bool], ...]:
    start, end = place
    first, last = max(0, start - AROUND), min(len(said), end + AROUND)
    before = ("…" if first else "") + said[first:start]
    after = said[end:last] + ("…" if last < len(said) else "")
    parts = ((before, False), (said[start:end], True), (after, False))
    return tuple(part for part in parts if part[0])


def _found(line: Line, hits: tuple[Hit, ...]) -> FoundMatter:
    spec = rulebook.rules_of(line.rules).spec
    return FoundMatter(
        ref=line.ref,
        procedure_title=spec.title,
        stage_title=spec.stages[line.stage].title,
        final=line.is_final,
        body=line.body,
        opened_date=line.opened_date,
        hits=hits,
    )


# --- holders of posts ---------------------------------------------------------------------------

_Holder = tuple[str, FoundHolder]


def _holders(bodies: Iterable[int], *, on: date) -> list[_Holder]:
    """Give who holds a post today in some bodies, each with their key. One query."""
    held = Tenure.objects.filter(in_force(on), post__body_id__in=set(bodies)).values_list(
        "person_id", "person__name_zh", "person__name_en", "post__key", "post__title_zh",
        "post__title_en", "post__body__code", "post__body__name_zh", "post__body__name_en",
    ).order_by("post__body__code", "post__key", "person__name_zh")  # fmt: skip
    return [
        (f"person:{key}", FoundHolder(Text(zh, en), post, Text(t_zh, t_en), code, Text(b_zh, b_en)))
        for key, zh, en, post, t_zh, t_en, code, b_zh, b_en in held
    ]


def _names_of_bodies() -> list[tuple[str, Text]]:
    """Give what every body is called, by key: a matter may name any. One query."""
    found = Body.objects.order_by("pk").values_list("pk", "name_zh", "name_en")
    return [(f"body:{key}", Text(zh, en)) for key, zh, en in found]
