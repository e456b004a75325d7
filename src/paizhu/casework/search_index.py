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

from paizhu.casework import access
from paizhu.casework.models import Reader, SearchText
from paizhu.casework.search_rows import key_piece
from paizhu.kernel import cutting, initials
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.spec import LEVELS

#: Rows a matter can have: one a level.
ROWS = len(LEVELS)
#: Who reads a level in no more matters than this has them read through on PostgreSQL.
FEW = 5000
#: Ranges of matters, from the last, that are looked through one after another there. SQLite gives
#: in order what it finds, so it needs none.
SPANS: dict[str, tuple[int, ...]] = {"sqlite": (), "postgresql": (1_000, 10_000, 100_000)}
#: SQLite only strikes out what is gone until it is told so.
TIDYING = {
    "sqlite": ["INSERT INTO casework_searchindex (casework_searchindex) VALUES ('optimize')"],
    "postgresql": [],
}


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
_Said = tuple[str, _Given]
#: Above which matter, and below which.
_Window = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class _Rights:
    """What somebody may know of, level by level: in how many matters each is read, up to a limit."""

    who: Who
    counts: tuple[int, ...]

    @property
    def levels(self) -> list[int]:
        """Give the levels that are read anywhere: rows of others are not even looked at."""
        return [level for level, count in enumerate(self.counts) if count]

    def reads(self, matter: str, level: int) -> _Said:
        """Give the condition that one reads a matter up to a level at least.

        Asked by what is found where much is read, else by what is read.
        """
        mine, given = self.mine(level)
        if self.counts[level] > access.MANY:
            return f"EXISTS (SELECT 1 {mine} AND r.matter_id = {matter})", given
        return f"{matter} IN (SELECT r.matter_id {mine})", given

    def mine(self, level: int) -> _Said:
        """Give where the matters stand that one reads up to a level at least."""
        principals = sorted(self.who.principals)
        above = f" AND {access.ABOVE_NORMAL}" if level else ""
        if level > 1:
            above += f" AND r.level = '{LEVELS[level]}'"
        return (
            f"FROM casework_reader r WHERE r.principal IN ({_marks(principals)}){above}"
            " AND (r.until = '' OR r.until >= %s)"
        ), [*principals, self.who.now]

    def recused(self, matter: str) -> _Said:
        """Give the condition that one is not kept out of a matter."""
        out = "SELECT x.matter_id FROM casework_recusal x WHERE x.person_id = %s"
        return f"{matter} NOT IN ({out})", [self.who.person]


def proposed(
    who: Who, words: Sequence[Word], *, before: int | None, most: int
) -> tuple[list[int], bool]:
    """Give matters whose rows have the pieces of every word, last first, and whether that is all."""
    rights, limit = _Rights(who, access.how_far(who)), most * ROWS
    if not rights.levels:
        return [], True
    windows: list[_Window] = [(None, before)]
    if SPANS[connection.vendor] and rights.counts[0] > FEW:
        windows = _windows(before, SPANS[connection.vendor])
    statement = STATEMENTS[connection.vendor]
    found: list[int] = []
    for window in windows:
        sql, given = statement(rights, words, window)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} DESC LIMIT {limit:d}", given)
            found += [int(row[0]) for row in cursor.fetchall()]
        ids = list(dict.fromkeys(found))
        if len(found) >= limit or len(ids) > most:
            return ids[:most], False
    return ids, True


def _windows(before: int | None, spans: Sequence[int]) -> list[_Window]:
    """Give ranges of matters, the last first: what is common is found before all is looked at."""
    if before is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM casework_matter")
            before = int(cursor.fetchone()[0])
    edges = [before, *(before - span for span in spans if before > span)]
    # What one begins above, the next ends with.
    ends = [before, *(edge + 1 for edge in edges[1:])]
    return list(zip([*edges[1:], None], ends, strict=True))


# --- SQLite: one full-text table, its row number is the matter's times four plus the level --------


def _in_full_text(rights: _Rights, words: Sequence[Word], window: _Window) -> _Said:
    matter = _matter_of("casework_searchindex")
    known, given = _of_levels(rights, "casework_searchindex", first=0)
    match, pieces = _full_text(words[0])
    conditions, given = [match, known], [*pieces, *given]
    conditions += [
        f"rowid {sign} {edge * 4 + last:d}"
        for sign, edge, last in zip("><", window, (3, 0), strict=True)
        if edge is not None
    ]
    for word in words[1:]:
        match, pieces = _full_text(word)
        readable, more = _of_levels(rights, "also", first=1)
        conditions.append(
            f"{matter} IN (SELECT {_matter_of('also')} FROM casework_searchindex also"
            f" WHERE {match} AND {readable})"
        )
        given += [*pieces, *more]
    recused, person = rights.recused(matter)
    wanted = " AND ".join([*conditions, recused])
    return f"SELECT {matter} FROM casework_searchindex WHERE {wanted} ORDER BY rowid", [
        *given, *person,
    ]  # fmt: skip


def _of_levels(rights: _Rights, row: str, *, first: int) -> _Said:
    """Give the condition that a row is of a level one reads; from `first` on it is asked of the matter."""
    ways: list[str] = []
    given: _Given = []
    for level in rights.levels:
        way = f"({row}.rowid & 3) = {level:d}"
        if level >= first:
            reads, more = rights.reads(_matter_of(row), level)
            way, given = f"{way} AND {reads}", [*given, *more]
        ways.append(f"({way})")
    return f"({' OR '.join(ways)})", given


def _matter_of(row: str) -> str:
    return f"({row}.rowid >> 2)"


# --- PostgreSQL: an inverted index for each level --------------------------------------------------


def _in_inverted(rights: _Rights, words: Sequence[Word], window: _Window) -> _Said:
    bounds = "".join(
        f" AND {{column}} {sign} {edge:d}"
        for sign, edge in zip("><", window, strict=True)
        if edge is not None
    )
    found, given = _at_levels(rights, words[0], bounds, first=0)
    recused, person = rights.recused("found.matter_id")
    conditions, given = [recused], [*given, *person]
    for word in words[1:]:
        also, more = _at_levels(rights, word, bounds, first=1)
        conditions.append(f"found.matter_id IN ({also})")
        given += more
    wanted = " AND ".join(conditions)
    return f"SELECT matter_id FROM ({found}) found WHERE {wanted} ORDER BY matter_id", given


def _at_levels(rights: _Rights, word: Word, bounds: str, *, first: int) -> _Said:
    """Give the matters whose rows have the pieces of a word, of each level one reads."""
    parts: list[str] = []
    given: _Given = []
    for level in rights.levels:
        rows = f"SELECT matter_id FROM casework_searchtext WHERE level = '{LEVELS[level]}'"
        if rights.counts[level] <= FEW:
            # The rows by the matters, read one by one: that is less than what the index gives.
            match, pieces = _read_through(word)
            mine, more = rights.mine(level)
            mine += bounds.format(column="r.matter_id")
            part = f"{rows} AND matter_id = ANY(ARRAY(SELECT r.matter_id {mine})) AND {match}"
            more = [*more, *pieces]
        else:
            match, more = _inverted(word)
            part = f"{rows} AND {match}{bounds.format(column='matter_id')}"
            if level >= first:
                # The index first, whatever the planner thinks of walking back through the matters.
                reads, mine_given = rights.reads("rows.matter_id", level)
                part = (
                    f"WITH rows AS MATERIALIZED ({part}) SELECT matter_id FROM rows WHERE {reads}"
                )
                more = [*more, *mine_given]
        parts.append(f"({part})")
        given += more
    return " UNION ALL ".join(parts), given


#: What each engine is asked: by which words, within which rights, in which range.
STATEMENTS = {"sqlite": _in_full_text, "postgresql": _in_inverted}


def _marks(values: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(values))


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
    """Leave nothing in the index of rows that are gone."""
    with connection.cursor() as cursor:
        for statement in TIDYING[connection.vendor]:
            cursor.execute(statement)


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
