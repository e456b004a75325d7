"""The index of pieces, as each engine has it: which matters it proposes, and what their lines say.

Rights are asked inside: a piece counts at the level its row has, for whom reads the matter up to
that level. So what one may not know takes no place among what is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db import connection
from django.db.models import F, Q

from paizhu.casework import access
from paizhu.casework.models import Reader, SearchText
from paizhu.casework.search_rows import key_piece
from paizhu.kernel import cutting, initials
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.spec import LEVELS

#: Rows a matter can have: one a level.
ROWS = len(LEVELS)
#: Whose matters are no more than this has them read through on PostgreSQL.
FEW = 5000
#: Ranges of matters, from the last, that are looked through one after another there.
SPANS = (10_000, 100_000)


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


#: Values of a statement.
_Given = list[str | int]


@dataclass(frozen=True, slots=True)
class _Engine:
    """How one engine says it: a row's matter, its level as 0, 1, 2, and that it has the pieces."""

    rows: str
    matter: str
    level: str
    match: Callable[[Word], tuple[str, _Given]]


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
        if self.engine is _FEW:  # taken first, and the rows by them
            return f"{matter} = ANY(ARRAY(SELECT r.matter_id {mine}))", given
        return f"{matter} IN (SELECT r.matter_id {mine})", given


def proposed(
    who: Who, words: Sequence[Word], *, before: int | None, most: int, one_by_one: bool
) -> tuple[list[int], bool]:
    """Give matters whose rows have the pieces of every word, last first, and whether that is all.

    `one_by_one` as in `access.may_know`: by what is found, not by what the person may know of.
    """
    engine = _SQLITE
    windows: list[tuple[int | None, int | None]] = [(None, before)]
    if connection.vendor == "postgresql":
        engine = _POSTGRES if access.knows_many(who, FEW) else _FEW
        windows = _windows(before) if engine is _POSTGRES else windows
    rights, limit = _Rights(who, engine, one_by_one), most * ROWS
    found: list[int] = []
    for above, below in windows:
        sql, given = _statement(rights, words, above=above, below=below, limit=limit)
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            found += [int(row[0]) for row in cursor.fetchall()]
        ids = list(dict.fromkeys(found))
        if len(found) >= limit or len(ids) > most:
            return ids[:most], False
    return ids, True


def _windows(before: int | None) -> list[tuple[int | None, int | None]]:
    """Give ranges of matters, the last first: what is common is found before all is looked at."""
    if before is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM casework_matter")
            before = int(cursor.fetchone()[0])
    edges = [before, *(before - span for span in SPANS if before > span)]
    # What one begins above, the next ends with.
    ends = [before, *(edge + 1 for edge in edges[1:])]
    return list(zip([*edges[1:], None], ends, strict=True))


def _statement(
    rights: _Rights, words: Sequence[Word], *, above: int | None, below: int | None, limit: int
) -> tuple[str, _Given]:
    engine = rights.engine
    row = "found" if engine is _POSTGRES else engine.rows
    matter = engine.matter.format(row=row)
    known, given = rights.known(row)
    conditions = [known]
    for word in words[1:]:
        match, pieces = engine.match(word)
        readable, more = rights.readable("also")
        conditions.append(
            f"{matter} IN (SELECT {engine.matter.format(row='also')} FROM {engine.rows} also"
            f" WHERE {match} AND {readable})"
        )
        given += [*pieces, *more]
    match, pieces = engine.match(words[0])
    bounds = [
        f"{engine.matter.format(row=engine.rows)} {sign} {edge:d}"
        for sign, edge in ((">", above), ("<", below))
        if edge is not None
    ]
    matched, wanted = " AND ".join([match, *bounds]), " AND ".join(conditions)
    if engine is _POSTGRES:
        # The index first, whatever the planner thinks of walking back through the matters.
        sql = (
            f"WITH found AS MATERIALIZED (SELECT matter_id, level FROM {engine.rows}"
            f" WHERE {matched}) SELECT {matter} FROM found WHERE {wanted}"
        )
    else:
        sql = f"SELECT {matter} FROM {engine.rows} WHERE {matched} AND {wanted}"
    last_first = "rowid" if engine is _SQLITE else matter
    return f"{sql} ORDER BY {last_first} DESC LIMIT {limit:d}", [*pieces, *given]


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


def _ways(word: Word) -> list[tuple[Sequence[str], str]]:
    """Give each way a word may be found: pieces a row must have, and one it must have begun."""
    sought = cutting.sought(word.text)
    ways: list[tuple[Sequence[str], str]] = [(sought.whole, sought.beginning)]
    if letters := initials.sought(word.text):
        ways.append((letters, ""))
    return ways + [([key_piece(key)], "") for key in sorted(word.keys)]


def _full_text(word: Word) -> tuple[str, _Given]:
    asked = (
        " AND ".join(
            [f'"{piece}"' for piece in whole] + [f'"{begun}" *' for begun in [begun] if begun]
        )
        for whole, begun in _ways(word)
    )
    return "casework_searchindex MATCH %s", [" OR ".join(f"({way})" for way in asked)]


def _inverted(word: Word) -> tuple[str, _Given]:
    asked = (
        " & ".join(
            [f"'{piece}'" for piece in whole] + [f"'{begun}':*" for begun in [begun] if begun]
        )
        for whole, begun in _ways(word)
    )
    return "casework_pieces(pieces) @@ %s::tsquery", [" | ".join(f"({way})" for way in asked)]


def _read_through(word: Word) -> tuple[str, _Given]:
    ways = [
        [f"% {piece} %" for piece in whole] + [f"% {begun}%" for begun in [begun] if begun]
        for whole, begun in _ways(Word(word.text))
    ]
    alike = "(' ' || pieces || ' ') LIKE %s"
    conditions = [" AND ".join([alike] * len(way)) for way in ways]
    given: _Given = [part for way in ways for part in way]
    if word.keys:  # often many, so they are looked for in one go
        conditions.append("pieces ~ %s")
        given.append(f"(^| )({'|'.join(map(key_piece, sorted(word.keys)))})( |$)")
    return "(" + " OR ".join(f"({one})" for one in conditions) + ")", given


_LEVEL = "(CASE {row}.level WHEN 'normal' THEN 0 WHEN 'content' THEN 1 ELSE 2 END)"
_SQLITE = _Engine("casework_searchindex", "({row}.rowid >> 2)", "({row}.rowid & 3)", _full_text)
_POSTGRES = _Engine("casework_searchtext", "{row}.matter_id", _LEVEL, _inverted)
#: The same table, read row by row: of whom knows of few, that is less than what the index gives.
_FEW = _Engine("casework_searchtext", "{row}.matter_id", _LEVEL, _read_through)
