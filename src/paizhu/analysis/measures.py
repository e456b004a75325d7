"""Load the declared measures, check them and their cases, and give them by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from paizhu.analysis.assessing import Assessment, assess
from paizhu.analysis.catalog import folders, tables
from paizhu.analysis.days import DAYS, calendars_of
from paizhu.analysis.declared import read_shape
from paizhu.analysis.measurespec import Case, Cases, Measure
from paizhu.analysis.overrides import overridden
from paizhu.analysis.sqlcheck import Schema, output_columns, problems_of
from paizhu.analysis.tables import STORED_AS, Table, load_tables
from paizhu.analysis.watching import load_watching
from paizhu.kernel.calendars import Calendar
from paizhu.kernel.digest import canonical, digest
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, PackErrors, nearest, unknown_name


@dataclass(frozen=True, slots=True)
class LoadedMeasure:
    """A measure as loaded: its declaration, its one query, its cases, and what they digest to."""

    spec: Measure
    sql: str
    cases: tuple[Case, ...]
    digest: str
    sql_digest: str
    file: Path
    #: The calendar whose days off the query sees.
    calendar: Calendar | None = None

    @property
    def name(self) -> str:
        return self.spec.measure


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case gave, and what it should have given."""

    case: Case
    passed: bool
    say: Text


def measures() -> dict[str, LoadedMeasure]:
    """Give the measures of the packs in use, read once a process."""
    return _measures(folders())


def measure_named(name: str) -> LoadedMeasure:
    """Give a measure; raise NotFound naming the nearest."""
    known = measures()
    if name not in known:
        near = nearest(name, known)
        raise NotFound(Text(
            f"没有名为“{name}”的度量" + (f"，是否想写“{near}”？" if near else "。"),
            f"There is no measure “{name}”" + (f"; did you mean “{near}”?" if near else ".")))  # fmt: skip
    return known[name]


@lru_cache(maxsize=4)
def _measures(packs: tuple[Path, ...]) -> dict[str, LoadedMeasure]:
    return load_measures(packs, tables())


def load_measures(packs: Sequence[Path], declared: Mapping[str, Table]) -> dict[str, LoadedMeasure]:
    """Read every measure of the packs; raise `PackErrors` naming file, line, key and what is allowed."""
    mistakes: list[Mistake] = []
    loaded: dict[str, LoadedMeasure] = {}
    for file in (f for pack in packs for f in sorted(pack.glob("measures/*/measure.yaml"))):
        found = _load(file, declared, mistakes)
        if found is not None:
            loaded[found.name] = found
    _bind_calendars(loaded, calendars_of(packs), mistakes)
    for file in (f for pack in packs for f in sorted(pack.glob("measures/*/override.yaml"))):
        _override(file, loaded, mistakes)
    if mistakes:
        raise PackErrors(mistakes)
    return loaded


def _bind_calendars(
    loaded: dict[str, LoadedMeasure], calendars: Mapping[str, Calendar], mistakes: list[Mistake]
) -> None:
    for name, one in loaded.items():
        wanted = one.spec.calendar
        if wanted is not None and wanted not in calendars:
            mistakes.append(Mistake(str(one.file), 1, "calendar",
                                    unknown_name(Text("日历", "calendar"), wanted, calendars),
                                    tuple(calendars)))  # fmt: skip
        elif wanted is not None:
            loaded[name] = replace(one, calendar=calendars[wanted])


def _override(file: Path, loaded: dict[str, LoadedMeasure], mistakes: list[Mistake]) -> None:
    name = file.parent.name
    if name not in loaded:
        mistakes.append(
            Mistake(str(file), 1, "", unknown_name(Text("度量", "measure"), name, loaded))
        )
        return
    before = loaded[name]
    spec = overridden(before.spec, file, mistakes=mistakes)
    both = digest(canonical([before.digest, digest(file.read_bytes())]))
    loaded[name] = replace(before, spec=spec, digest=both)


def _load(
    file: Path, declared: Mapping[str, Table], mistakes: list[Mistake]
) -> LoadedMeasure | None:
    before = len(mistakes)
    spec = read_shape(file, Measure, mistakes=mistakes)
    if spec is None:
        return None
    query = file.parent / spec.query
    cases = read_shape(file.parent / spec.cases, Cases, mistakes=mistakes)
    if not query.is_file():
        mistakes.append(Mistake(str(query), 1, "", Text("缺少这个文件。", "This file is missing.")))
        return None
    sql = query.read_text("utf-8")
    mistakes.extend(_check(file, spec, declared))
    if len(mistakes) == before:
        mistakes.extend(_check_query(query, spec, sql, declared))
    if len(mistakes) > before or cases is None:
        return None
    whole = {"measure": digest(file.read_bytes()), "query": digest(sql.encode())}
    return LoadedMeasure(spec, sql, cases.cases, digest(canonical(whole)), whole["query"], file)


def _check(file: Path, spec: Measure, declared: Mapping[str, Table]) -> Iterator[Mistake]:
    if spec.measure != file.parent.name:
        yield Mistake(str(file), 1, "measure", Text("度量须与所在文件夹同名。", "A measure is named as its folder."),
                      (file.parent.name,))  # fmt: skip
    for name, table in spec.inputs.items():
        if name not in declared:
            yield Mistake(str(file), 1, f"inputs.{name}", unknown_name(Text("业务表", "business table"), name, declared),
                          tuple(sorted(declared)))  # fmt: skip
            continue
        named = [*table.columns, *table.complete, *([table.currency] if table.currency else [])]
        for column in named:
            if column not in declared[name].columns:
                yield Mistake(str(file), 1, f"inputs.{name}",
                              unknown_name(Text("列", "column"), column, declared[name].columns),
                              tuple(declared[name].columns))  # fmt: skip
    first = next(iter(spec.inputs.values())).columns
    for key in ("label", "amount") if spec.beside else ():
        if getattr(spec.beside, key) not in first:
            yield Mistake(str(file), 1, f"beside.{key}", unknown_name(
                Text("列", "column"), getattr(spec.beside, key), first), first)  # fmt: skip
    for key, parameter in spec.parameters.items():
        if parameter.dated_by and not _is_input_date(parameter.dated_by, spec, declared):
            yield Mistake(str(file), 1, f"parameters.{key}.dated_by", Text(
                "须写成“表.列”，是输入中的日期列。", "It must be `table.column`, a date among the inputs."))  # fmt: skip


def _is_input_date(place: str, spec: Measure, declared: Mapping[str, Table]) -> bool:
    table, _, column = place.partition(".")
    return (
        table in spec.inputs and column in spec.inputs[table].columns
        and table in declared and declared[table].columns[column].type == "date"
    )  # fmt: skip


def _check_query(
    query: Path, spec: Measure, sql: str, declared: Mapping[str, Table]
) -> Iterator[Mistake]:
    wrong = problems_of(sql, schema=schema_of(spec, declared), parameters=_asked(spec))
    yield from (Mistake(str(query), line, "", say) for line, say in wrong)
    if wrong or spec.one_flag is None:
        return
    shape, given = spec.one_flag, output_columns(sql)
    needed = {
        *shape.key,
        shape.body,
        shape.subject,
        shape.value,
        "row_id",
        *shape.money,
        *shape.words,
    }
    needed |= spec.names_in_sentence() - set(spec.parameters)
    if spec.beside:
        needed |= {*spec.beside.match, *spec.beside.figures}
    for name in sorted(needed - set(given)):
        yield Mistake(str(query), 1, name, Text(
            f"查询结果中没有列“{name}”，而声明用到了它。",
            f"The answer has no column “{name}”, which the declaration uses."), given)  # fmt: skip


def schema_of(spec: Measure, declared: Mapping[str, Table]) -> Schema:
    """Give what the query sees: declared columns, dated parameters beside them, and `row_id`."""
    schema: dict[str, dict[str, str]] = {}
    for name, table in spec.inputs.items():
        columns = {c: STORED_AS[declared[name].columns[c].type] for c in table.columns}
        dated = {k: "DECIMAL(19,4)" for k, p in spec.parameters.items()
                 if p.dated_by and p.dated_by.split(".")[0] == name}  # fmt: skip
        schema[name] = columns | dated | {"row_id": "VARCHAR"}
    return schema | (
        {name: dict(columns) for name, columns in DAYS.items()} if spec.calendar else {}
    )


def _asked(spec: Measure) -> list[str]:
    return [name for name, parameter in spec.parameters.items() if not parameter.dated_by]


# --- cases --------------------------------------------------------------------------------------


def check_measures(packs: Sequence[Path]) -> list[Mistake]:
    """Load the measures and run every case; give what is wrong, for `paizhu check`.

    What this machine answers and Spark would not is a warning: not everybody has a cluster.
    """
    try:
        declared = load_tables(packs)
        loaded = load_measures(packs, declared)
        load_watching(packs)
    except PackErrors as errors:
        return list(errors.mistakes)
    failed = [
        Mistake(str(one.file.parent / one.spec.cases), 1, result.case.case, result.say)
        for one in loaded.values()
        for result in check_cases(one, declared)
        if not result.passed
    ]
    return [*failed, *_not_for_spark(loaded.values(), declared)]


def written_for_spark(measure: LoadedMeasure, declared: Mapping[str, Table]) -> str:
    """Write the query of a measure for Spark; raise Invalid saying what keeps the answer from being the same."""
    from paizhu.analysis.spark.dialect import translated

    return translated(measure.sql, schema_of(measure.spec, declared))


def _not_for_spark(
    found: Iterable[LoadedMeasure], declared: Mapping[str, Table]
) -> Iterator[Mistake]:
    for one in found:
        try:
            written_for_spark(one, declared)
        except Invalid as refused:
            yield Mistake(
                str(one.file.parent / one.spec.query), 1, "", refused.say, is_warning=True
            )


def check_cases(measure: LoadedMeasure, declared: Mapping[str, Table]) -> list[CaseResult]:
    """Run the cases of a measure: rows in, flags out."""
    with duckdb.connect(config={"threads": "1"}) as connection:
        return [_check_case(measure, case, declared, connection) for case in measure.cases]


def _check_case(
    measure: LoadedMeasure, case: Case, declared: Mapping[str, Table],
    connection: duckdb.DuckDBPyConnection,
) -> CaseResult:  # fmt: skip
    first = next(iter(measure.spec.inputs))
    for name in measure.spec.inputs:
        _put(
            connection,
            declared[name],
            case.rows.get(name, ()),
            mark="" if name == first else f"{name}:",
        )
    spec = measure.spec.with_values(case.parameters)
    got = assess(spec, measure.sql, connection=connection, tables=declared, on=case.on,
                 minimum_rows=case.minimum_rows, calendar=measure.calendar)  # fmt: skip
    expected = {(flag.subject, frozenset(str(n) for n in flag.rows)) for flag in case.flags}
    found = {(one.subject, frozenset(one.row_ids)) for one in got.found}
    wanted = {"positive": "raised", "clean": "clear", "not_assessable": "not_assessable"}[case.kind]
    passed = got.outcome == wanted and found == expected
    return CaseResult(case, passed, Text(
        f"应为 {wanted} {_shown(expected)}，实为 {got.outcome} {_shown(found)}。",
        f"Expected {wanted} {_shown(expected)}, got {got.outcome} {_shown(found)}."))  # fmt: skip


def _put(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, mark: str
) -> None:  # fmt: skip
    kinds = {name: STORED_AS[column.type] for name, column in table.columns.items()}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
    connection.execute(f'CREATE OR REPLACE TABLE "{table.table}" ({columns}, row_id VARCHAR)')
    given = [
        [*(row.get(name) for name in kinds), f"{mark}{n}"] for n, row in enumerate(rows, start=1)
    ]
    if given:
        marks = f"({', '.join('?' * (len(kinds) + 1))})"
        connection.execute(
            f'INSERT INTO "{table.table}" VALUES {", ".join([marks] * len(given))}',
            [value for row in given for value in row],
        )


def _shown(found: set[tuple[str, frozenset[str]]]) -> str:
    return (
        "; ".join(
            f"{s} [{', '.join(sorted(rows, key=_place))}]" for s, rows in sorted(found, key=str)
        )
        or "–"
    )


def _place(row_id: str) -> tuple[str, int]:
    """Sort the rows of the first table before those of others, each by number."""
    table, _, number = row_id.rpartition(":")
    return table, int(number)


__all__ = [
    "Assessment", "CaseResult", "LoadedMeasure", "check_cases", "check_measures", "load_measures",
    "measure_named", "measures", "schema_of", "written_for_spark",
]  # fmt: skip
