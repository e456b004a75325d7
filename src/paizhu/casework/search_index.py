"""The index of pieces, as each engine has it: which matters it proposes, and what their lines say.

Rights are asked inside: a piece counts at the level its row has, for whom reads the matter up to
that level. So what one may not know takes no place among what is proposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db import connection
from django.db.models import F, Q

from paizhu.casework.models import Reader, SearchText
from paizhu.casework.search_rows import key_piece
from paizhu.kernel import cutting, initials
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.spec import LEVELS

#: Rows a matter can have: one a level.
ROWS = len(LEVELS)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, and the bodies and persons that are called so, by key."""

    text: str
    keys: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """The lines of a matter at one level, what lists say of it, and what the reader is to it."""

    matter: int
    level: str
    text: str
    ref: str
    rules: str
    stage: str
    is_final: bool
    opened_date: date
    body: Text
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Engine:
    """How one engine says it: a row's matter, its level as 0, 1, 2, and that it has the pieces."""

    rows: str
    matter: str
    level: str
    match: str


_ENGINES = {
    "sqlite": _Engine(
        "casework_searchindex",
        "({row}.rowid >> 2)",
        "({row}.rowid & 3)",
        "casework_searchindex MATCH %s",
    ),
    "postgresql": _Engine(
        "casework_searchtext",
        "{row}.matter_id",
        "(CASE {row}.level WHEN 'normal' THEN 0 WHEN 'content' THEN 1 ELSE 2 END)",
        "casework_pieces(pieces) @@ %s::tsquery",
    ),
}
#: Values of a statement.
_Given = list[str | int]


@dataclass(frozen=True, slots=True)
class _Rights:
    """What somebody may know of, as conditions on the rows of the index."""

    who: Who
    engine: _Engine
    one_by_one: bool

    def known(self, row: str) -> tuple[str, _Given]:
        """Give the condition that a row is of a matter one may know of, and of a level one reads."""
        reads, given = self._reads(row, 0)
        readable, more = self.readable(row)
        recused = "SELECT x.matter_id FROM casework_recusal x WHERE x.person_id = %s"
        matter = self.engine.matter.format(row=row)
        return f"{reads} AND {readable} AND {matter} NOT IN ({recused})", [
            *given, *more, self.who.person,
        ]  # fmt: skip

    def readable(self, row: str) -> tuple[str, _Given]:
        """Give the condition that a row is of a level one reads in its matter."""
        content, given = self._reads(row, 1)
        identity, more = self._reads(row, 2)
        level = self.engine.level.format(row=row)
        sql = f"({level} = 0 OR ({level} = 1 AND {content}) OR ({level} = 2 AND {identity}))"
        return sql, [*given, *more]

    def _reads(self, row: str, level: int) -> tuple[str, _Given]:
        """Give the condition that one reads the matter of a row up to a level at least."""
        principals = sorted(self.who.principals)
        marks = ", ".join(["%s"] * len(principals))
        levels = ", ".join(f"'{name}'" for name in LEVELS[level:])
        matter = self.engine.matter.format(row=row)
        mine = (
            f"FROM casework_reader r WHERE r.principal IN ({marks})"
            f" AND (r.until = '' OR r.until >= %s) AND r.level IN ({levels})"
        )
        given: _Given = [*principals, self.who.now]
        if self.one_by_one:
            return f"EXISTS (SELECT 1 {mine} AND r.matter_id = {matter})", given
        return f"{matter} IN (SELECT r.matter_id {mine})", given


def proposed(
    who: Who, words: Sequence[Word], *, before: int | None, most: int, one_by_one: bool
) -> tuple[list[int], bool]:
    """Give matters whose rows have the pieces of every word, last first, and whether that is all.

    `one_by_one` as in `access.may_know`: by what is found, not by what the person may know of.
    """
    engine = _ENGINES[connection.vendor]
    rights = _Rights(who, engine, one_by_one)
    row = "found" if connection.vendor == "postgresql" else engine.rows
    matter = engine.matter.format(row=row)
    known, given = rights.known(row)
    conditions = [known]
    for word in words[1:]:
        readable, more = rights.readable("also")
        conditions.append(
            f"{matter} IN (SELECT {engine.matter.format(row='also')} FROM {engine.rows} also"
            f" WHERE {engine.match} AND {readable})"
        )
        given += [asked(word), *more]
    if before is not None:
        conditions.append(f"{matter} < %s")
        given.append(before)
    limit = most * ROWS
    with connection.cursor() as cursor:
        cursor.execute(_select(engine, matter, conditions, limit), [asked(words[0]), *given])
        found = [int(row[0]) for row in cursor.fetchall()]
    ids = list(dict.fromkeys(found))
    return ids[:most], len(found) < limit and len(ids) <= most


def _select(engine: _Engine, matter: str, conditions: Sequence[str], limit: int) -> str:
    wanted = " AND ".join(conditions)
    if connection.vendor == "postgresql":
        # The index first, whatever the planner thinks of walking back through the matters.
        return (
            f"WITH found AS MATERIALIZED (SELECT matter_id, level FROM {engine.rows}"
            f" WHERE {engine.match}) SELECT {matter} FROM found WHERE {wanted}"
            f" ORDER BY {matter} DESC LIMIT {limit:d}"
        )
    return (
        f"SELECT {matter} FROM {engine.rows} WHERE {engine.match} AND {wanted}"
        f" ORDER BY rowid DESC LIMIT {limit:d}"
    )


def lines_of(who: Who, ids: Sequence[int]) -> Iterator[list[Line]]:
    """Give the lines of matters that were proposed, in that order. Two queries."""
    roles: dict[int, dict[str, str]] = {}
    mine = Reader.objects.filter(matter_id__in=ids, principal__in=sorted(who.principals))
    mine = mine.filter(Q(until="") | Q(until__gte=who.now)).order_by("pk")
    for matter, role, principal in mine.values_list("matter_id", "role", "principal"):
        roles.setdefault(matter, {})[role] = principal
    rows = (
        SearchText.objects.filter(matter_id__in=ids)
        .annotate(ref=F("matter__ref"))
        .order_by("-matter_id", "pk")
        .values_list(
            "matter_id", "level", "text", "ref", "matter__rules", "matter__stage",
            "matter__is_final", "matter__opened_date", "matter__body__name_zh",
            "matter__body__name_en",
        )
    )  # fmt: skip
    lines = (Line(*row[:8], Text(*row[8:]), roles.get(row[0], {})) for row in rows)
    for _, those in groupby(lines, key=lambda line: line.matter):
        yield sorted(those, key=lambda line: LEVELS.index(line.level))


def tidy() -> None:
    """Leave nothing in the index of rows that are gone. SQLite only strikes them out until then."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO casework_searchindex (casework_searchindex) VALUES ('optimize')"
            )


# --- what a word is asked by --------------------------------------------------------------------


def asked(word: Word) -> str:
    """Give what the index of this engine is asked for a word: any of the ways it may be found."""
    sought = cutting.sought(word.text)
    ways = [_all_of(sought.whole, sought.beginning)]
    if letters := initials.sought(word.text):
        ways.append(_all_of(letters))
    ways += [_all_of([key_piece(key)]) for key in sorted(word.keys)]
    either = " | " if connection.vendor == "postgresql" else " OR "
    return either.join(f"({way})" for way in ways)


def _all_of(whole: Sequence[str], beginning: str = "") -> str:
    if connection.vendor == "postgresql":
        parts = [f"'{piece}'" for piece in whole] + ([f"'{beginning}':*"] if beginning else [])
        return " & ".join(parts)
    parts = [f'"{piece}"' for piece in whole] + ([f'"{beginning}" *'] if beginning else [])
    return " AND ".join(parts)
