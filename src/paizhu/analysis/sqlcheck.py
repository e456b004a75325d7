"""What a measure's SQL may be: one SELECT over its declared inputs, in a subset any engine knows.

The subset is closed. A kind of expression that is not named here is refused, so that a new function
of the engine cannot bring in files, lists, chance or the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, SqlglotError
from sqlglot.optimizer.qualify import qualify

from paizhu.kernel.text import Text

#: table: column: type
Schema = Mapping[str, Mapping[str, str]]

#: `$run_date` is the day the measure looks at; every query may ask for it.
RUN_DATE: Final = "run_date"

#: Functions, by the names they are written with.
FUNCTIONS: Final = (
    "count", "sum", "min", "max", "avg", "median", "stddev_samp", "var_samp", "abs", "round", "floor", "ceil",
    "coalesce", "nullif", "greatest", "least", "lower", "upper", "trim", "length", "substring", "replace",
    "concat", "cast", "try_cast", "date_diff", "extract", "year", "month", "case", "row_number", "rank", "dense_rank",
    "lag", "lead", "first_value", "last_value", "ntile",
)  # fmt: skip
_FUNCTIONS: Final = frozenset(
    {exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Median, exp.StddevSamp, exp.Variance, exp.Abs, exp.Round,
     exp.Floor, exp.Ceil, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Lower, exp.Upper,
     exp.Trim, exp.Length, exp.Substring, exp.Replace, exp.Concat, exp.Cast, exp.TryCast, exp.DateDiff, exp.Extract, exp.Year,
     exp.Month, exp.Case, exp.If, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead,
     exp.FirstValue, exp.LastValue, exp.Ntile}
)  # fmt: skip
_SHAPES: Final = frozenset(
    {exp.Select, exp.Union, exp.Subquery, exp.CTE, exp.With, exp.From, exp.Join, exp.Where, exp.Group,
     exp.Having, exp.Order, exp.Ordered, exp.Distinct, exp.Qualify, exp.Window, exp.WindowSpec,
     exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Literal, exp.Null,
     exp.Boolean, exp.Placeholder, exp.Paren, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT,
     exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between, exp.Like, exp.Exists, exp.Add, exp.Sub,
     exp.Mul, exp.Div, exp.Mod, exp.Neg, exp.DPipe, exp.DataType, exp.DataTypeParam, exp.Var, exp.Filter}
)  # fmt: skip


def problems_of(sql: str, *, schema: Schema, parameters: Sequence[str]) -> list[tuple[int, Text]]:
    """Say what keeps a query from being a measure: line and words."""
    frozen = tuple((table, tuple(columns.items())) for table, columns in schema.items())
    return list(_problems(sql, frozen, tuple(parameters)))


@lru_cache(maxsize=512)
def _problems(
    sql: str, frozen: tuple[tuple[str, tuple[tuple[str, str], ...]], ...], parameters: Sequence[str]
) -> list[tuple[int, Text]]:
    schema = {table: dict(columns) for table, columns in frozen}
    try:
        statements = _parsed(sql)
    except SqlglotError as error:
        return [(_line(error), _not_sql(str(error)))]
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.Union):
        return [
            (
                1,
                Text(
                    "必须是且只能是一条 SELECT 语句。",
                    "It must be one SELECT statement and nothing else.",
                ),
            )
        ]
    tree = statements[0]
    found = [*_foreign(tree), *_tables(tree, schema), *_placeholders(tree, parameters)]
    return found or _columns(tree, schema)


@lru_cache(maxsize=1)
def _parsed(sql: str) -> tuple[exp.Expr, ...]:
    """Give the statements of the text asked for last; nobody changes them."""
    return tuple(found for found in sqlglot.parse(sql, dialect="duckdb") if found is not None)


@lru_cache(maxsize=512)
def placeholders(sql: str) -> frozenset[str]:
    """Give the parameters that a query asks for."""
    (tree,) = _parsed(sql)
    return frozenset(str(found.this) for found in tree.find_all(exp.Placeholder))


@lru_cache(maxsize=512)
def output_columns(sql: str) -> tuple[str, ...]:
    """Give the names of the columns a query answers with."""
    (tree,) = _parsed(sql)
    return tuple(tree.named_selects) if isinstance(tree, exp.Query) else ()


def _foreign(tree: exp.Expr) -> Iterator[tuple[int, Text]]:
    for node in tree.walk():
        if type(node) in _SHAPES or type(node) in _FUNCTIONS:
            if isinstance(node, exp.With) and node.args.get("recursive"):
                yield 1, Text("不能使用递归查询。", "A recursive query may not be used.")
            continue
        words = node.sql("duckdb")[:60]
        yield _line_of(node), Text(
            f"不能使用“{words}”。可用的函数：{', '.join(FUNCTIONS)}。",
            f"“{words}” may not be used. Functions that may: {', '.join(FUNCTIONS)}.")  # fmt: skip


def _tables(tree: exp.Expr, schema: Schema) -> Iterator[tuple[int, Text]]:
    for name in {cte.alias for cte in tree.find_all(exp.CTE)} & set(schema):
        yield (
            1,
            Text(
                f"子查询不能与输入表同名：{name}。", f"A part may not be named as an input: {name}."
            ),
        )
    for table in tree.find_all(exp.Table):
        is_plain = isinstance(table.this, exp.Identifier) and not table.db and not table.catalog
        if not is_plain or (table.name not in schema and table.name not in _parts_at(table)):
            yield _line_of(table), Text(
                f"没有声明输入表“{table.sql('duckdb')}”；已声明：{', '.join(sorted(schema))}。",
                f"“{table.sql('duckdb')}” is no declared input; declared: {', '.join(sorted(schema))}.")  # fmt: skip


def _parts_at(table: exp.Table) -> Iterator[str]:
    """Give the parts that may be named where a table stands: of the queries around it, and within a
    part only those written before. Any other name is for the engine to find, and it has names of its own.
    """
    inner: exp.Expr = table
    while (outer := inner.parent) is not None:
        if isinstance(outer, exp.With):
            for part in outer.expressions:
                if part is inner:
                    break
                yield part.alias
        else:
            named = (one for one in outer.args.values() if isinstance(one, exp.With))
            yield from (part.alias for one in named if one is not inner for part in one.expressions)
        inner = outer


def _placeholders(tree: exp.Expression, parameters: Sequence[str]) -> Iterator[tuple[int, Text]]:
    for found in tree.find_all(exp.Placeholder):
        if str(found.this) not in {*parameters, RUN_DATE}:
            yield 1, Text(
                f"没有声明参数“${found.this}”；已声明：{', '.join(parameters) or '无'}。",
                f"“${found.this}” is no declared parameter; declared: {', '.join(parameters) or 'none'}.")  # fmt: skip


def _columns(tree: exp.Expression, schema: Schema) -> list[tuple[int, Text]]:
    try:
        qualify(tree.copy(), schema={t: dict(c) for t, c in schema.items()}, dialect="duckdb")
    except OptimizeError as error:
        listed = "; ".join(f"{t}: {', '.join(c)}" for t, c in schema.items())
        said = str(error).split("Line:", maxsplit=1)[0].strip()
        return [(_line(error), Text(
            f"列不对（{said}）。输入表的列：{listed}。",
            f"A column is not right ({said}). Columns of the inputs: {listed}."))]  # fmt: skip
    except SqlglotError as error:
        return [(_line(error), _not_sql(str(error)))]
    return []


def _not_sql(said: str) -> Text:
    first = said.splitlines()[0]
    return Text(f"SQL 写法有误：{first}", f"This is not SQL: {first}")


def _line(error: Exception) -> int:
    said = str(error)
    for mark in ("Line ", "Line: "):
        if mark in said:
            digits = said.split(mark, maxsplit=1)[1].split(",")[0].split()[0].rstrip(".,")
            if digits.isdigit():
                return int(digits)
    return 1


def _line_of(node: exp.Expr) -> int:
    return next((part.meta["line"] for part in node.walk() if "line" in part.meta), 1)
