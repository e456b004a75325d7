"""How good the rows of a file are, counted before anything is read out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import duckdb

from paizhu.analysis.tables import Table
from paizhu.kernel.text import Text, Word

#: A day before this in a book of today is a slip of the pen or an empty cell of another program.
_EARLIEST: Final = date(1990, 1, 1)
#: A column in a kept report: its name, its title in two languages, and the number.
_WITH_TITLES: Final = 4


@dataclass(frozen=True, slots=True)
class Chain:
    """How many rows name an entry of another table, and how many of these name one not there."""

    column: Text
    target: Text
    rows: int
    broken: int
    #: The other table is there to look in; without it nothing can be said.
    is_there: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """What the kept rows lack; nothing here refuses a row."""

    rows: int = 0
    #: column, its title: how many kept rows have nothing there.
    empty: tuple[tuple[str, Text, int], ...] = ()
    #: currency (empty when the row does not say): rows.
    currencies: tuple[tuple[str, int], ...] = ()
    repeated_lines: int = 0
    #: Rows that name the same entry as another and say something else.
    repeated_entries: int = 0
    #: Rows that do not name their entry wholly.
    unnamed: int = 0
    first_date: date | None = None
    last_date: date | None = None
    too_early: int = 0
    after_today: int = 0
    #: The time the source is for, and the rows dated outside it.
    period: tuple[date | None, date | None] = (None, None)
    outside: int = 0
    chains: tuple[Chain, ...] = ()
    #: Rows of the file that stood already and were not stored again.
    unchanged: int = 0

    def lines(self) -> tuple[Text, ...]:
        """Give what is worth saying, in sentences."""
        said = [Text(f"“{title.zh}”有 {count} 行为空", f"“{title.en}” is empty in {count} {Word(count):row|rows}")
                for _, title, count in self.empty if count]  # fmt: skip
        said += [Text(f"币种 {name}：{count} 行", f"currency {name}: {count} {Word(count):row|rows}") if name else
                 Text(f"{count} 行没有写明币种，未作推断", f"{count} {Word(count):row does not say its|rows do not say their} currency; none was inferred")
                 for name, count in self.currencies]  # fmt: skip
        counted = (
            (self.repeated_lines, "{n} 行与另一行完全相同", "{n} {n:row says|rows say} exactly what another row says"),
            (self.repeated_entries, "{n} 行与另一行是同一笔，内容却不同",
             "{n} {n:row names|rows name} the same entry as another and {n:says|say} something else"),
            (self.unnamed, "{n} 行的编号不全，无法与以后的数据对照",
             "{n} {n:row does not name its|rows do not name their} entry wholly and cannot be told from later ones"),
            (self.too_early, "{n} 行的日期早于 1990 年", "{n} {n:row is|rows are} dated before 1990"),
            (self.after_today, "{n} 行的日期在今天之后", "{n} {n:row is|rows are} dated after today"),
            (self.outside, "{n} 行不在数据源登记的期间内", "{n} {n:row lies|rows lie} outside the period of the source"),
            (self.unchanged, "{n} 行已经在库，没有重复保存", "{n} {n:row|rows} stood already and {n:was|were} not stored again"),
        )  # fmt: skip
        said += [Text(zh.format(n=n), en.format(n=Word(n))) for n, zh, en in counted if n]
        return (
            *said,
            *(_say(chain) for chain in self.chains if chain.broken or not chain.is_there),
        )

    def kept(self) -> dict[str, Any]:
        """Give the report in the form that is kept with the load."""
        return {
            "rows": self.rows, "empty": [[name, title.zh, title.en, count] for name, title, count in self.empty if count],
            "currencies": [list(one) for one in self.currencies],
            "repeated_lines": self.repeated_lines, "repeated_entries": self.repeated_entries,
            "unnamed": self.unnamed, "first_date": _text(self.first_date),
            "last_date": _text(self.last_date), "too_early": self.too_early,
            "after_today": self.after_today, "period": [_text(day) for day in self.period],
            "outside": self.outside, "unchanged": self.unchanged,
            "chains": [[c.column.zh, c.column.en, c.target.zh, c.target.en, c.rows, c.broken, c.is_there]
                       for c in self.chains],
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any], *, table: Table | None = None) -> Self:
        """Give the report that was kept; an empty one for a load made before there were any.

        Loads stay longer than builds: what an earlier one did not count is nothing here, and a column
        that it kept by name alone gets its title from the table, while the table has it.
        """
        plain = {name: kept[name] for name in (
            "rows", "repeated_lines", "repeated_entries", "unnamed", "too_early", "after_today",
            "outside", "unchanged") if name in kept}  # fmt: skip
        start, end = kept.get("period", (None, None))
        return cls(
            **plain,
            empty=tuple(_empty_column(one, table) for one in kept.get("empty", ())),
            currencies=tuple((str(name), int(count)) for name, count in kept.get("currencies", ())),
            first_date=_day(kept.get("first_date")),
            last_date=_day(kept.get("last_date")),
            period=(_day(start), _day(end)),
            chains=tuple(
                Chain(Text(*one[:2]), Text(*one[2:4]), *one[4:]) for one in kept.get("chains", ())
            ),
        )


def _empty_column(kept: Sequence[Any], table: Table | None) -> tuple[str, Text, int]:
    """Read how often a column was empty: name, both titles and count, or name and count alone."""
    name, count = str(kept[0]), int(kept[-1])
    if len(kept) == _WITH_TITLES:
        return name, Text(*kept[1:3]), count
    column = table.columns.get(name) if table else None
    return name, column.title if column else Text(name, name), count


def _say(chain: Chain) -> Text:
    if not chain.is_there:
        return Text(
            f"“{chain.column.zh}”指向“{chain.target.zh}”，该表尚未导入，无法核对",
            f"“{chain.column.en}” refers to “{chain.target.en}”, which is not here: not checked")  # fmt: skip
    return Text(
        f"“{chain.column.zh}”有 {chain.broken} 行在“{chain.target.zh}”中找不到（共 {chain.rows} 行）",
        f"{chain.broken} of {chain.rows} {Word(chain.rows):row|rows} {Word(chain.broken):names|name} in “{chain.column.en}” what “{chain.target.en}” "
        "does not have")  # fmt: skip


def quality_of(
    connection: duckdb.DuckDBPyConnection, table: Table, *, declared: Mapping[str, Table],
    today: date, period: tuple[date | None, date | None],
) -> Quality:  # fmt: skip
    """Count over `_new`, and over the tables of the connection that its columns refer to."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query).fetchall()

    columns = list(table.columns)
    empty = ask(f"""SELECT {", ".join(f'count(*) - count("{c}")' for c in columns)} FROM _new""")[0]
    dates = [name for name in columns if table.columns[name].type == "date"]
    named = ", ".join(f'"{name}"' for name in table.identity)
    missing = " OR ".join(f'"{name}" IS NULL' for name in table.identity)
    rows, unnamed = ask(f"SELECT count(*), count(*) FILTER ({missing}) FROM _new")[0]
    different = ask("SELECT count(DISTINCT hash(_line)) FROM _new")[0][0]
    entries = ask(f"SELECT count(DISTINCT hash({named})) FROM _new WHERE NOT ({missing})")[0][0]
    distinct_named = ask(f"SELECT count(DISTINCT hash(_line)) FROM _new WHERE NOT ({missing})")[0][
        0
    ]
    first, last, early, late, outside = _days(ask, dates, today, period)
    currency = "currency" if "currency" in columns else None
    currencies = ask(
        f"SELECT coalesce({currency}, ''), count(*) FROM _new GROUP BY 1 ORDER BY 1"
    ) if currency else []  # fmt: skip
    return Quality(
        rows=rows, empty=tuple((c, table.columns[c].title, n) for c, n in zip(columns, empty, strict=True)), currencies=tuple(currencies),
        repeated_lines=rows - different, repeated_entries=distinct_named - entries,
        unnamed=unnamed, first_date=first, last_date=last, too_early=early, after_today=late,
        period=period, outside=outside,
        chains=tuple(_chain(ask, table, name, declared) for name in columns
                     if table.columns[name].refers),
    )  # fmt: skip


def _days(
    ask: Any, dates: list[str], today: date, period: tuple[date | None, date | None]
) -> tuple[date | None, date | None, int, int, int]:
    """Look at every day for what cannot be, and at the first column of days for the period."""
    if not dates:
        return None, None, 0, 0, 0
    early = " OR ".join(f"\"{day}\" < DATE '{_EARLIEST}'" for day in dates)
    late = " OR ".join(f"\"{day}\" > DATE '{today}'" for day in dates)
    main = f'"{dates[0]}"'
    start, end = period
    outside = " OR ".join(
        [f"{main} < DATE '{start}'"] * (start is not None) + [f"{main} > DATE '{end}'"] * (end is not None)
    )  # fmt: skip
    found = ask(
        f"SELECT min({main}), max({main}), count(*) FILTER ({early}), count(*) FILTER ({late}), "
        f"count(*) FILTER ({outside or 'false'}) FROM _new"
    )
    first, last, too_early, too_late, beyond = found[0]
    return first, last, too_early, too_late, beyond


def _chain(ask: Any, table: Table, column: str, declared: Mapping[str, Table]) -> Chain:
    target, _, key = (table.columns[column].refers or "").partition(".")
    of, own = declared[target], target == table.table
    rows = ask(f'SELECT count(*) FROM _new WHERE "{column}" IS NOT NULL')[0][0]
    titles = table.columns[column].title, of.title
    if not own and not ask(f'SELECT 1 FROM "{target}" LIMIT 1'):
        return Chain(*titles, rows, broken=0, is_there=False)
    place = "_new" if own else f'"{target}"'
    same_unit = "unit" in table.columns and "unit" in of.columns
    unit = " AND there.unit = new.unit" if same_unit else ""
    broken = ask(
        f'SELECT count(*) FROM _new AS new WHERE new."{column}" IS NOT NULL AND NOT EXISTS '
        f'(SELECT 1 FROM {place} AS there WHERE there."{key}" = new."{column}"{unit})'
    )[0][0]
    return Chain(*titles, rows, broken=broken, is_there=True)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
