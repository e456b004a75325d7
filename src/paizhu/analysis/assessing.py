"""Run one measure over the rows a connection shows: raised, clear, or not assessable and why.

A row that lacks what the measure needs, or is in another currency, or of a day for which no value
is in force, is left out and counted with the reason. Nothing is converted and nothing assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any, Literal, Protocol

from paizhu.analysis.days import days_of
from paizhu.analysis.measurespec import Finding, Input, Measure, Parameter
from paizhu.analysis.sqlcheck import RUN_DATE, placeholders
from paizhu.analysis.tables import Table
from paizhu.kernel.calendars import Calendar
from paizhu.kernel.text import Text, Word

Outcome = Literal["raised", "clear", "not_assessable"]
Fact = str | int | None


class Answer(Protocol):
    """What a query gave."""

    @property
    def description(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def fetchone(self) -> Any: ...


class Connection(Protocol):
    """What a measure is run on: it takes queries in DuckDB's dialect, whatever engine answers."""

    def execute(self, sql: str, values: Any = None, /) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Population:
    """How many rows there were, how many were judged, and why the others were not."""

    rows: int
    assessable: int
    left_out: tuple[tuple[Text, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: whose, about what, how much, and the rows it rests on."""

    body: str
    subject: str
    value: Decimal | None
    facts: Mapping[str, Fact]
    row_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What came out for the rows as they were on `on`."""

    outcome: Outcome
    on: date
    population: Population
    #: parameter: values used with the day from which each applies (None: always).
    parameters: Mapping[str, tuple[tuple[date | None, Decimal], ...]]
    reasons: tuple[Text, ...] = ()
    found: tuple[Found, ...] = ()


def assess(
    measure: Measure, sql: str, *, connection: Connection,
    tables: Mapping[str, Table], on: date, minimum_rows: int | None = None,
    calendar: Calendar | None = None,
) -> Assessment:  # fmt: skip
    """Judge the rows of the connection; say why not, where they cannot be judged."""
    used = {name: _used(p, on) for name, p in measure.parameters.items()}
    counts = {
        name: _population(measure, table, connection=connection, of=tables[name])
        for name, table in measure.inputs.items()
    }
    first = counts[next(iter(measure.inputs))]
    titles = {name: tables[name].title for name in measure.inputs}
    reasons = tuple(_reasons(measure, counts, used, titles=titles, minimum=minimum_rows))
    if reasons:
        return Assessment("not_assessable", on, first, used, reasons)
    names, rows = _rows(measure, sql, used, connection=connection, on=on, calendar=calendar)
    found = _found(measure, names, rows)
    return Assessment("raised" if found else "clear", on, first, used, (), found)


def _used(parameter: Parameter, on: date) -> tuple[tuple[date | None, Decimal], ...]:
    if parameter.dated_by:
        return parameter.value.values
    value = parameter.value.at(on)
    return () if value is None else ((parameter.value.version_at(on), value),)


def _reasons(
    measure: Measure, counts: Mapping[str, Population],
    used: Mapping[str, tuple[tuple[date | None, Decimal], ...]], *, titles: Mapping[str, Text],
    minimum: int | None,
) -> Iterator[Text]:  # fmt: skip
    for name, values in used.items():
        if not values:
            title = measure.parameters[name].title
            yield Text(
                f"运行之日没有有效的“{title.zh}”。",
                f"No value of “{title.en}” is in force on this day.",
            )
    for name, population in counts.items():
        needed = _needed(measure, name, minimum)
        if population.assessable < needed:
            lost = population.left_out
            because_zh = "；".join(f"{text.zh} {count} 行" for text, count in lost)
            because_en = "; ".join(
                f"{text.en}: {count} {Word(count):row|rows}" for text, count in lost
            )
            yield Text(
                f"“{titles[name].zh}”可评估 {population.assessable} 行，至少需要 {needed} 行。"
                + (f"未计入：{because_zh}。" if lost else ""),
                f"“{titles[name].en}” has {population.assessable} {Word(population.assessable):row|rows} that can be judged; at least {needed} are "
                "needed." + (f" Left out: {because_en}." if lost else ""))  # fmt: skip


def _needed(measure: Measure, name: str, minimum: int | None) -> int:
    """Give how many rows of a table are needed: its own number, else the measure's."""
    own = measure.inputs[name].minimum
    if minimum is None:
        return measure.minimum_rows if own is None else own
    return minimum if own is None else min(own, minimum)


# --- which rows ---------------------------------------------------------------------------------


def _lacks(measure: Measure, table: Input, of: Table) -> list[tuple[Text, str]]:
    """Give each reason to leave a row out, with its condition; the first that holds counts."""
    lacks = [
        (
            Text(f"缺“{of.columns[name].title.zh}”", f"no “{of.columns[name].title.en}”"),
            f'"{name}" IS NULL',
        )
        for name in table.complete
    ]
    if table.currency and measure.currency:
        lacks += [
            (Text("没有写明币种", "no currency given"), f'"{table.currency}" IS NULL'),
            (Text(f"币种不是 {measure.currency}，不折算", f"a currency other than {measure.currency}, never converted"),
             f"\"{table.currency}\" <> '{measure.currency}'"),
        ]  # fmt: skip
    for parameter in measure.parameters.values():
        if parameter.dated_by and parameter.dated_by.split(".")[0] == of.table:
            title = parameter.title
            lacks.append((Text(f"当日没有有效的“{title.zh}”", f"“{title.en}” was not in force on the day"),
                          f"{_value_on_day(parameter)} IS NULL"))  # fmt: skip
    return lacks


def _value_on_day(parameter: Parameter) -> str:
    """Write the dated value as a choice by the row's own day."""
    column = (parameter.dated_by or "").split(".")[-1]
    parts = [
        f"WHEN \"{column}\" >= DATE '{since.isoformat()}' THEN {value}::DECIMAL(19,4)"
        if since else f'WHEN "{column}" IS NOT NULL THEN {value}::DECIMAL(19,4)'
        for since, value in reversed(parameter.value.values)
    ]  # fmt: skip
    return f"CASE {' '.join(parts)} END"


def _population(measure: Measure, table: Input, *, connection: Connection, of: Table) -> Population:
    whole = _all_complete(measure, table, connection=connection, of=of)
    if whole is not None:
        return Population(whole, whole)
    lacks = _lacks(measure, table, of)
    cases = " ".join(f"WHEN {condition} THEN {i}" for i, (_, condition) in enumerate(lacks))
    reason = f"CASE {cases} ELSE -1 END" if cases else "-1"
    rows = connection.execute(
        f'SELECT {reason} AS reason, count(*) FROM "{of.table}" GROUP BY 1'
    ).fetchall()
    counts = dict(rows)
    left_out = tuple((text, counts[i]) for i, (text, _) in enumerate(lacks) if i in counts)
    return Population(sum(counts.values()), counts.get(-1, 0), left_out)


def _all_complete(
    measure: Measure, table: Input, *, connection: Connection, of: Table
) -> int | None:
    """Give the number of rows when no cell that is needed is empty; the store's own figures say so."""
    if len(_lacks(measure, table, of)) > len(table.complete):
        return None
    counted = ", ".join(["count(*)", *(f'count("{name}")' for name in table.complete)])
    found = connection.execute(f'SELECT {counted} FROM "{of.table}"').fetchone() or (0,)
    return int(found[0]) if all(number == found[0] for number in found) else None


def _rows(
    measure: Measure, sql: str, used: Mapping[str, tuple[tuple[date | None, Decimal], ...]], *,
    connection: Connection, on: date, calendar: Calendar | None,
) -> tuple[list[str], list[Any]]:  # fmt: skip
    """Run the query as it is written, over inputs that hold the assessable rows only."""
    parts = [_input(measure, name, table) for name, table in measure.inputs.items()]
    inputs = ", ".join([*parts, *(days_of(calendar) if calendar else ())])
    values = {name: on if name == RUN_DATE else used[name][0][1] for name in placeholders(sql)}
    found = connection.execute(f"WITH {inputs} SELECT * FROM (\n{sql}\n)", values or None)
    return [column[0] for column in found.description or ()], found.fetchall()


def _input(measure: Measure, name: str, table: Input) -> str:
    extra = [
        f'{_value_on_day(parameter)} AS "{key}"'
        for key, parameter in measure.parameters.items()
        if parameter.dated_by and parameter.dated_by.split(".")[0] == name
    ]
    columns = ", ".join([*(f'"{column}"' for column in table.columns), *extra, "row_id"])
    return f'"{name}" AS NOT MATERIALIZED (SELECT {columns} FROM main."{name}" WHERE {_whole(measure, name)})'


def _whole(measure: Measure, name: str) -> str:
    table = measure.inputs[name]
    conditions = [f'"{column}" IS NOT NULL' for column in table.complete]
    if table.currency and measure.currency:
        conditions.append(f"\"{table.currency}\" = '{measure.currency}'")
    conditions += [
        f"{_value_on_day(parameter)} IS NOT NULL"
        for parameter in measure.parameters.values()
        if parameter.dated_by and parameter.dated_by.split(".")[0] == name
    ]
    return " AND ".join(conditions) or "true"


# --- what came out ------------------------------------------------------------------------------


def _found(
    measure: Measure, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[Found, ...]:
    """Group the answer, one row for each piece of evidence, into findings."""
    shape = measure.one_flag
    if shape is None or not rows:
        return ()
    # A wide flag answers with very many rows: only the first of a finding is taken apart.
    key, row_id = itemgetter(*map(names.index, shape.key)), names.index("row_id")
    groups: dict[object, tuple[Sequence[Any], dict[str, None]]] = {}
    for row in rows:
        groups.setdefault(key(row), (row, {}))[1][str(row[row_id])] = None
    return tuple(
        _one(shape, dict(zip(names, first, strict=True)), tuple(row_ids))
        for first, row_ids in groups.values()
    )


def _one(shape: Finding, row: dict[str, Any], row_ids: tuple[str, ...]) -> Found:
    facts = {name: _fact(value) for name, value in row.items() if name != "row_id"}
    return Found(str(row[shape.body]), str(row[shape.subject]), row[shape.value], facts, row_ids)


def _fact(value: object) -> Fact:
    """Give a value in the form that is kept: exact text, or a whole number."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
