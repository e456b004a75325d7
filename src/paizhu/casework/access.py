"""Who may know of a matter, and how much. One rule, used for every read and write.

A person may know of a matter if one of their principals has a Reader row and they have no Recusal
row. There is no third condition and no bypass. Unknown and forbidden give one and the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from paizhu.casework.models import Matter, Reader, Recusal
from paizhu.casework.projections import level_of
from paizhu.engine.entries import Value
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import LEVELS

Counted = tuple[str, Sequence[str | int]]
NOT_FOUND = Text(
    "没有这个事项，或您不在知悉范围内。请核对编号，或回到“我的工作台”。",
    "There is no such matter, or it is not yours to know. Check the number, or go back to your desk.",
)


#: Up to so many, the set of what somebody may know of is soon at hand.
MANY = 50_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person is to one matter: roles with the principal they come through, and level."""

    matter: int
    ref: str
    body: Text
    roles: Mapping[str, str]
    level: str


def visible_to(who: Who, *, one_by_one: bool = False) -> QuerySet[Matter]:
    """Give the matters a person may know of; `one_by_one` as in `may_know`."""
    return Matter.objects.filter(may_know(who, "pk", one_by_one=one_by_one))


def may_know(who: Who, column: str, *, one_by_one: bool = False) -> Q:
    """Give the two conditions as a filter on a column that holds a matter's id.

    `Reader` as an IN sub-query: it stays fast when the database has no statistics yet (measured in
    the design: 2 ms against 71 ms as EXISTS, 100 000 matters). Who may know of very many is asked
    `one_by_one`, as EXISTS: what is looked at is then bounded by what is looked for.
    """
    mine = Reader.objects.filter(principal__in=sorted(who.principals))
    readers = mine.filter(Q(until="") | Q(until__gte=who.now))
    recusals = Recusal.objects.filter(person_id=who.person)
    if one_by_one:
        here = OuterRef(column)
        recused = Exists(recusals.filter(matter_id=here))
        return Q(Exists(readers.filter(matter_id=here))) & ~Q(recused)
    known = Q(**{f"{column}__in": readers.values("matter_id")})
    return known & ~Q(**{f"{column}__in": recusals.values("matter_id")})


def in_order(who: Who, *, most: int, skip: int = 0, oldest: bool = False) -> RawSQL:
    """Give ids of matters a person may know of, last registered first: a sub-query.

    Each principal's readers lie in that order in their index and are merged, so that a page costs
    what it shows and not what there is. SQLite merges as it goes; PostgreSQL would sort all of
    them, so there each principal gives no more than can be wanted.
    """
    way, rows = "ASC" if oldest else "DESC", f"LIMIT {most:d} OFFSET {skip:d}"
    principals = sorted(who.principals)
    one = _OF_ONE
    if connection.vendor == "postgresql":
        one = _first(one, way, most + skip)
    elif len(principals) > 1:  # what is merged is made distinct by that
        one = one.replace("DISTINCT ", "")
    known = " UNION ".join([one] * len(principals))
    return RawSQL(
        f"SELECT matter_id FROM ({known} ORDER BY 1 {way} {rows}) AS known", _given(who, principals)
    )


def how_many(who: Who, *, most: int) -> int:
    """Count the matters a person may know of, up to `most`; from the index alone."""
    asked, given = COUNTED[connection.vendor](who, most)
    with connection.cursor() as cursor:
        cursor.execute(asked, given)
        return min(most, int(cursor.fetchone()[0]))


#: Ids of matters that one principal may know of.
_OF_ONE = (
    "SELECT DISTINCT r.matter_id FROM casework_reader r WHERE r.principal = %s"
    " AND (r.until = '' OR r.until >= %s) AND r.matter_id NOT IN"
    " (SELECT x.matter_id FROM casework_recusal x WHERE x.person_id = %s)"
)


def _first(one: str, way: str, most: int) -> str:
    return f"SELECT * FROM ({one} ORDER BY 1 {way} LIMIT {most:d}) AS one"


def _in_turn(who: Who, most: int) -> Counted:
    known = in_order(who, most=most)
    return f"SELECT COUNT(*) FROM ({known.sql}) AS counted", known.params


def _each_by_itself(who: Who, most: int) -> Counted:
    principals = sorted(who.principals)
    known = " UNION ALL ".join([_first(_OF_ONE, "DESC", most)] * len(principals))
    return f"SELECT COUNT(DISTINCT matter_id) FROM ({known}) AS known", _given(who, principals)


#: How each engine counts what may be known, and the values for it. PostgreSQL need not put in order
#: what it only counts: that takes half as long.
COUNTED = {"sqlite": _in_turn, "postgresql": _each_by_itself}


def _given(who: Who, principals: Sequence[str]) -> list[str | int]:
    return [part for name in principals for part in (name, who.now, who.person)]


def may_know_here(who: Who, column: str) -> Counted:
    """Give the two conditions of `may_know`, asked row by row, as words of SQL with their values.

    For the few questions that every page puts: to write them anew costs more than to answer them.
    """
    principals = sorted(who.principals)
    words = (
        "EXISTS (SELECT 1 FROM casework_reader r"
        f" WHERE r.matter_id = {column} AND r.principal IN ({', '.join(['%s'] * len(principals))})"
        " AND (r.until = '' OR r.until >= %s))"
        " AND NOT EXISTS (SELECT 1 FROM casework_recusal x"
        f" WHERE x.matter_id = {column} AND x.person_id = %s)"
    )
    return words, [*principals, who.now, who.person]


def knows_many(who: Who, most: int | None = None) -> bool:
    """Say whether somebody may know of so many matters that they are better asked one by one.

    It chooses between two ways to one answer, so it may count a matter twice, or one recused from.
    """
    limit = MANY if most is None else most
    mine = Reader.objects.filter(principal__in=sorted(who.principals)).order_by()
    return mine.values("matter_id")[: limit + 1].count() > limit


#: As the index of readers above the normal level says it: so no engine overlooks it.
ABOVE_NORMAL = "level IN ('content', 'identity')"


def how_far(who: Who) -> tuple[int, int, int]:
    """Count, up to one more than `MANY`, the matters in which each level is read, or more than it.

    It chooses ways and leaves out levels that are read nowhere, so it may count too many.
    """
    principals = sorted(who.principals)
    mine = (
        f"SELECT 1 FROM casework_reader WHERE principal IN ({', '.join(['%s'] * len(principals))})"
    )
    most = max(MANY, 0) + 1
    kinds = ("", f" AND {ABOVE_NORMAL}", f" AND {ABOVE_NORMAL} AND level = '{LEVELS[2]}'")
    counts = [f"(SELECT COUNT(*) FROM ({mine}{kind} LIMIT {most:d}) AS one)" for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", principals * len(kinds))
        normal, content, identity = cursor.fetchone()
    return int(normal), int(content), int(identity)


def get_matter(who: Who, ref: str) -> Reading:
    """Give a matter with what the person is to it. Raises NotFound, the same for both reasons.

    The two conditions of `may_know` in one plain query, for it stands before every step; the
    oracle of the tests holds the two against each other.
    """
    if "\0" in ref:  # PostgreSQL takes no such text, and no number holds it
        raise NotFound(NOT_FOUND)
    cursor = connection.cursor()
    cursor.execute(
        _of_matter(len(who.principals)), [ref, *sorted(who.principals), who.now, who.person]
    )
    rows = cursor.fetchall()
    cursor.close()
    if not rows:
        raise NotFound(NOT_FOUND)
    matter, zh, en, _, level, _ = rows[0]
    if len(rows) > 1:
        level = max((row[4] for row in rows), key=LEVELS.index)
    return Reading(int(matter), ref, Text(zh, en), {row[3]: row[5] for row in rows}, level)


@lru_cache(maxsize=64)
def _of_matter(principals: int) -> str:
    """Write the question for so many principals, once."""
    return (
        "SELECT m.id, b.name_zh, b.name_en, r.role, r.level, r.principal"
        " FROM casework_matter m"
        " JOIN casework_reader r ON r.matter_id = m.id"
        " JOIN registry_body b ON b.id = m.body_id"
        f" WHERE m.ref = %s AND r.principal IN ({', '.join(['%s'] * principals)})"
        " AND (r.until = '' OR r.until >= %s)"
        " AND NOT EXISTS (SELECT 1 FROM casework_recusal x"
        "  WHERE x.matter_id = m.id AND x.person_id = %s)"
    )


def may_read(level: str, field_level: str) -> bool:
    """Say whether someone who reads up to `level` may read a field of `field_level`."""
    return LEVELS.index(field_level) <= LEVELS.index(level)


def may_read_field(field: str, procedure: RunnableProcedure, roles: Mapping[str, str]) -> bool:
    """Say whether any of these roles reads a field: a limited role its own list, else by level."""
    only = procedure.spec.access.only
    needed = LEVELS.index(procedure.spec.fields[field].level)
    for role in roles:
        if role in only:
            if field in only[role]:
                return True
        elif LEVELS.index(level_of(role, procedure)) >= needed:
            return True
    return False


def mask(
    values: Mapping[str, Value], procedure: RunnableProcedure, roles: Mapping[str, str]
) -> dict[str, Value]:
    """Leave out every value that none of the reader's roles reads."""
    fields = procedure.spec.fields
    return {
        name: value
        for name, value in values.items()
        if name in fields and may_read_field(name, procedure, roles)
    }
