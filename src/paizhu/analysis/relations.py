"""Who is tied to a supplier: units that deal with it, companies in the register, declared posts.

Read only from sources that may be used today, of bodies the reader supervises; nothing is kept but
what a person said of two spellings. A post is tied by a registration number or a declared digest
and never by a name; persons are not named at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.flags import given
from paizhu.analysis.matching import (
    Likeness,
    address_core,
    company_likeness,
    folded,
    key_of,
    same_person,
)
from paizhu.analysis.models import Sameness, Source
from paizhu.analysis.sources import day_of, sources_for
from paizhu.analysis.tables import Table
from paizhu.kernel.errors import NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: The columns by which a table says who deals with whom, who stands behind a company, which post.
DEALS = ("unit", "supplier", "supplier_id")
REGISTER = ("company", "company_id", "address", "contact_key", "role", "holder_id", "holder_key")
POSTS = ("unit", "post_no", "company", "company_id")
#: So many suppliers are listed, and so many like names offered.
MOST_LISTED, MOST_LIKE = 200, 20
_SUPERVISING = frozenset({"team", "office", "organ"})
NOTHING = Text(
    "没有这家企业，或者没有您可用的数据。", "There is no such company, or no data you may use."
)


@dataclass(frozen=True, slots=True)
class Company:
    """One spelling of a company with the number that goes with it, if any."""

    name: str
    number: str
    rows: int

    @property
    def key(self) -> str:
        return key_of(self.name)


@dataclass(frozen=True, slots=True)
class TieLine:
    """One tie of a supplier: of what kind, with whom, on how many rows, and why it is believed."""

    table: Text
    whom: Text
    rows: int
    because: Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another spelling that may be the same company; a person says."""

    company: Company
    because: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Relations:
    """Everything known of one supplier, and on which sources it rests."""

    name: str
    spellings: tuple[Company, ...]
    ties: tuple[TieLine, ...]
    candidates: tuple[Candidate, ...]
    #: Declared ties of posts that name a company without a number: not matched, only counted.
    unmatched_posts: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of each kind of table, by the table's title."""

    deals: tuple[tuple[Text, dict[str, str], int], ...]
    register: tuple[tuple[Text, dict[str, str], int], ...]
    posts: tuple[tuple[Text, dict[str, str], int], ...]
    sources: tuple[Source, ...]

    def companies(self) -> list[Company]:
        """Give every spelling with its number, most rows first."""
        counts: dict[tuple[str, str], int] = {}
        for _, row, rows in self.deals:
            named = (row["supplier"], row["supplier_id"])
            counts[named] = counts.get(named, 0) + rows
        for _, row, _rows in self.register:
            counts.setdefault((row["company"], row["company_id"]), 0)
        found = [Company(name, number, rows) for (name, number), rows in counts.items() if name]
        return sorted(found, key=lambda one: (-one.rows, one.name, one.number))


def suppliers(who: Who, wanted: str, *, now: datetime) -> tuple[tuple[Company, ...], int]:
    """Give the companies whose name or number holds what is wanted, and how many there are."""
    part = folded(wanted)
    found = [
        one for one in _read(who, now).companies()
        if part in folded(one.name) or (part and part == folded(one.number))
    ]  # fmt: skip
    return tuple(found[:MOST_LISTED]), len(found)


def relations_of(who: Who, key: str, *, now: datetime) -> Relations:
    """Give the relations of one supplier; unknown, expired and out of reach are one answer."""
    read = _read(who, now)
    everyone = read.companies()
    said = _said(who)
    own = _joined([one for one in everyone if one.key == key], everyone, said)
    if not own:
        raise NotFound(NOTHING)
    like = tuple(_candidates(own, everyone, read, said))
    ties = tuple(_ties(own, read))
    nameless = sum(
        rows for _, row, rows in read.posts
        if not row["company_id"] and folded(row["company"]) in {folded(one.name) for one in own}
    )  # fmt: skip
    return Relations(own[0].name, tuple(own), ties, like[:MOST_LIKE], nameless, read.sources)


def confirm(
    who: Who, key: str, other: str, *, same: bool, reasons: str, now: datetime
) -> None:  # fmt: skip
    """Write down that two spellings mean one company, or two, with reasons."""
    candidates = relations_of(who, key, now=now).candidates
    if other not in {one.company.key for one in candidates}:
        raise NotFound(NOTHING)
    body = next((post.body for post in who.posts if post.body_kind in _SUPERVISING), None)
    if body is None:
        raise NotAllowed(Text("须由监督方确认。", "Only those who supervise confirm this."))
    one, two = sorted((key, other))
    Sameness.objects.create(
        body_id=body,
        one=one,
        other=two,
        same=same,
        reasons=given(reasons),
        by_id=who.person,
        at=now,
    )


def _said(who: Who) -> dict[tuple[str, str], bool]:
    """Give what people of the reader's own bodies said of two spellings; the last word counts."""
    own = {post.body for post in who.posts if post.body_kind in _SUPERVISING}
    found = Sameness.objects.filter(body_id__in=own).order_by("id")
    return {(one, two): same for one, two, same in found.values_list("one", "other", "same")}


# --- reading ------------------------------------------------------------------------------------


def _read(who: Who, now: datetime) -> _Read:
    declared = {name: table for name, table in tables().items() if _kinds(table)}
    used = tuple(one for one in sources_for(who, now=now) if one.table in declared)
    if not used:
        return _Read((), (), (), ())
    wanted = [declared[name] for name in dict.fromkeys(one.table for one in used)]
    found: dict[tuple[str, ...], list[tuple[Text, dict[str, str], int]]] = {}
    with store.connect(used, tables=wanted, on=day_of(now)) as connection:
        for table in wanted:
            for columns in _kinds(table):
                found.setdefault(columns, []).extend(_grouped(connection, table, columns))
    deals, register, posts = (tuple(found.get(kind, ())) for kind in (DEALS, REGISTER, POSTS))
    return _Read(deals, register, posts, used)


def _kinds(table: Table) -> list[tuple[str, ...]]:
    """Say what a table tells, by its columns."""
    return [kind for kind in (DEALS, REGISTER, POSTS) if set(kind) <= set(table.columns)]


def _grouped(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[str]
) -> Iterator[tuple[Text, dict[str, str], int]]:
    extra = [name for name in ("relative_key",) if columns == POSTS and name in table.columns]
    named = [*columns, *extra]
    cells = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '')" for name in named)
    places = ", ".join(str(n) for n in range(1, len(named) + 1))
    lines = connection.execute(
        f'SELECT {cells}, count(*) FROM "{table.table}" GROUP BY {places} ORDER BY {places}'
    )
    for *values, rows in lines.fetchall():
        yield table.title, {"relative_key": "", **dict(zip(named, values, strict=True))}, int(rows)


# --- what belongs together ----------------------------------------------------------------------


def _joined(
    start: Sequence[Company], everyone: Sequence[Company], said: Mapping[tuple[str, str], bool]
) -> list[Company]:
    """Add what has the same number, the same spelling, or was confirmed by a person."""
    own = list(dict.fromkeys(start))
    edge = list(own)
    while edge:
        at = edge.pop()
        for one in everyone:
            if one not in own and _is_same(at, one, said):
                own.append(one)
                edge.append(one)
    return own


def _is_same(one: Company, other: Company, said: Mapping[tuple[str, str], bool]) -> bool:
    likeness = company_likeness(one.name, one.number, other.name, other.number)
    if likeness is not None and likeness.certain:
        return True
    return said.get(_pair(one, other), False) and not (one.number and other.number)


def _pair(one: Company, other: Company) -> tuple[str, str]:
    first, second = sorted((one.key, other.key))
    return first, second


def _candidates(
    own: Sequence[Company], everyone: Sequence[Company], read: _Read,
    said: Mapping[tuple[str, str], bool],
) -> Iterator[Candidate]:  # fmt: skip
    seats = {row["company"]: row["address"] for _, row, _ in read.register}
    first = own[0]
    for one in everyone:
        if one in own or _pair(first, one) in said:
            continue
        found = (_likeness(mine, one, seats) for mine in own)
        likeness = next((each for each in found if each is not None), None)
        if likeness is not None and not any(mine.number and one.number for mine in own):
            yield Candidate(one, likeness.because)


def _likeness(one: Company, other: Company, seats: Mapping[str, str]) -> Likeness | None:
    addresses = (seats.get(one.name, ""), seats.get(other.name, ""))
    return company_likeness(one.name, one.number, other.name, other.number, addresses=addresses)


# --- the ties -----------------------------------------------------------------------------------


def _ties(own: Sequence[Company], read: _Read) -> Iterator[TieLine]:
    names = {folded(one.name) for one in own}
    numbers = {one.number.casefold() for one in own if one.number}

    def is_own(name: str, number: str) -> bool:
        return number.casefold() in numbers if number and numbers else folded(name) in names

    mine = [row for _, row, _ in read.register if is_own(row["company"], row["company_id"])]
    # What is rare and says most comes first; with whom it deals is long and ordinary.
    yield from _behind(read, mine, is_own)
    yield from _posts(read, mine, numbers)
    yield from sorted(_deals(read, is_own), key=lambda tie: -tie.rows)


def _deals(read: _Read, is_own: Callable[[str, str], bool]) -> Iterator[TieLine]:
    for table, row, rows in read.deals:
        if is_own(row["supplier"], row["supplier_id"]):
            because = (
                Text("登记代码相同", "the same registration number") if row["supplier_id"]
                else Text("名称相同，未填登记代码", "the same name; no registration number given")
            )  # fmt: skip
            yield TieLine(table, Text(row["unit"], row["unit"]), rows, because)


def _behind(
    read: _Read, mine: Sequence[Mapping[str, str]], is_own: Callable[[str, str], bool]
) -> Iterator[TieLine]:
    """Other companies with the same holder, contact or seat, and companies that hold this one."""
    seen: set[tuple[str, str]] = set()
    for table, row, rows in read.register:
        if is_own(row["company"], row["company_id"]):
            if row["holder_id"]:
                held = Text(
                    f"{row['role']} {row['holder_id']}", f"{row['role']} {row['holder_id']}"
                )
                yield TieLine(
                    table,
                    held,
                    rows,
                    Text("登记的持股企业", "a company that holds it, as registered"),
                )
            continue
        for because in _shared(row, mine):
            if (row["company"], because.en) not in seen:
                seen.add((row["company"], because.en))
                yield TieLine(table, Text(row["company"], row["company"]), rows, because)


def _shared(row: Mapping[str, str], mine: Sequence[Mapping[str, str]]) -> Iterator[Text]:
    for own in mine:
        if same_person(row["holder_key"], own["holder_key"]):
            yield Text(
                "同一股东或任职人员（摘要相同）", "one holder or officer in both (the same digest)"
            )
        if row["holder_id"] and row["holder_id"] == own["holder_id"]:
            yield Text("同一股东企业", "one company holds both")
        if same_person(row["contact_key"], own["contact_key"]):
            yield Text("联络标识相同", "the same contact digest")
        if row["address"] and address_core(row["address"]) == address_core(own["address"]):
            yield Text("登记地址相同", "the same registered address")


def _posts(read: _Read, mine: Sequence[Mapping[str, str]], numbers: set[str]) -> Iterator[TieLine]:
    """Posts for which a tie was declared; by number or digest only, never by a name."""
    held = {row["holder_key"] for row in mine if row["holder_key"]}
    for table, row, rows in read.posts:
        if not row["company_id"] or row["company_id"].casefold() not in numbers:
            continue
        borne_out = any(same_person(row["relative_key"], key) for key in held)
        because = (
            Text(
                "申报与登记一致（代码和摘要都相同）",
                "declared, and the register bears it out (number and digest)",
            )
            if borne_out
            else Text("申报的登记代码相同", "the same registration number, as declared")
        )
        post = Text(
            f"{row['unit']} · 岗位 {row['post_no']}", f"{row['unit']} · post {row['post_no']}"
        )
        yield TieLine(table, post, rows, because)
