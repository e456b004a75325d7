"""Turn a query in DuckDB's dialect into one for Spark that gives the same answer.

sqlglot turns the words; here is what it leaves different: how numbers are divided, rounded and read
from text, what counts as a blank, what a backslash means. What cannot be made the same is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify

from paizhu.analysis.spark.kinds import PLAIN_DECIMAL, kind_of, mark, of_type
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

#: What `trim` takes away in DuckDB: every blank of Unicode, the full-width one among them.
BLANKS: Final = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
#: Parts of a day that both count alike, and those that Spark calls otherwise.
_PARTS: Final = {"YEAR": "YEAR", "MONTH": "MONTH", "DAY": "DAY", "QUARTER": "QUARTER", "WEEK": "WEEK",
                 "ISODOW": "DAYOFWEEK_ISO"}  # fmt: skip
#: What Spark may hold in an integer that is exact as a floating number is far above any amount.
_WHOLE: Final = "DECIMAL(38, 0)"

Schema = Mapping[str, Mapping[str, str]]


def translated(sql: str, schema: Schema) -> str:
    """Give the query in Spark's dialect; raise Invalid saying what keeps it from being the same."""
    try:
        return _translated(sql, schema)
    except SqlglotError as error:
        first = str(error).splitlines()[0]
        raise Invalid(Text(f"无法转换为 Spark 的 SQL：{first}",
                           f"It cannot be turned into Spark's SQL: {first}")) from None  # fmt: skip


def _translated(sql: str, schema: Schema) -> str:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for table in list(tree.find_all(exp.Table)):
        # `main.x` is the stored table beside a part of the query called `x`.
        table.set("db", None)
        if isinstance(table.this, exp.GenerateSeries):
            table.replace(_series(table))
    for part in tree.find_all(exp.CTE):
        part.set("materialized", None)
    named = {table.name for table in tree.find_all(exp.Table)}
    schema = {name: columns for name, columns in schema.items() if name in named}
    tree = qualify(tree, schema={t: dict(c) for t, c in schema.items()}, dialect="duckdb")
    mark(tree, schema)
    for node in reversed(list(tree.walk(bfs=False))):
        rewrite = _REWRITES.get(type(node))
        if rewrite is not None:
            rewrite(node)
    return tree.sql("spark", unsupported_level=ErrorLevel.RAISE, comments=False)


def _series(table: exp.Table) -> exp.Expr:
    """Write a series as a table in the way of Spark."""
    (column,) = table.args["alias"].columns
    days = exp.alias_(exp.Explode(this=table.this.copy()), column.name)
    return exp.Select(expressions=[days]).subquery(table.alias)


def _refuse(node: exp.Expr, zh: str, en: str) -> Invalid:
    words = node.sql("duckdb")[:60]
    return Invalid(Text(f"“{words}”在 Spark 上{zh}。", f"“{words}” {en} on Spark."))


def _as(node: exp.Expr, to: str, *, safe: bool = False) -> exp.Expr:
    made = (exp.TryCast if safe else exp.Cast)(
        this=node, to=exp.DataType.build(to, dialect="spark")
    )
    made.set("safe", safe)
    return made


def _number(value: int | str) -> exp.Expr:
    return exp.Literal.number(value)


def _tenths(scale: int) -> exp.Expr:
    """Write 10^-scale as an exact number."""
    return _as(exp.Literal.string(f"1e-{scale}"), f"DECIMAL({max(scale, 1)}, {scale})")


# --- numbers ------------------------------------------------------------------------------------


def _double(node: exp.Expr) -> exp.Expr:
    return node if kind_of(node).name == "double" else _as(node, "DOUBLE")


def _div(node: exp.Expr) -> None:
    """Divide as floating numbers; by nothing gives no error but infinity, or no number for 0 / 0."""
    over, under = node.this, node.expression
    plain = exp.Div(
        this=_double(over.copy()), expression=_double(under.copy()), typed=False, safe=False
    )
    if isinstance(under.unnest(), exp.Literal) and float(under.unnest().name) != 0:
        node.replace(exp.paren(plain))
        return
    endless = exp.Mul(
        this=_double(over.copy()), expression=_as(exp.Literal.string("Infinity"), "DOUBLE")
    )
    node.replace(
        exp.case().when(exp.EQ(this=under.copy(), expression=_number(0)), endless).else_(plain)
    )


def _mod(node: exp.Expr) -> None:
    if kind_of(node).name == "double":
        raise _refuse(
            node, "对浮点数取余结果不同", "takes the rest of a floating number differently"
        )


def _round(node: exp.Expr) -> None:
    if kind_of(node.this).name != "double":
        return
    places = node.args.get("decimals")
    if places is None:
        return
    if not isinstance(places, exp.Literal):
        raise _refuse(node, "小数位数须写成数字", "needs the places as a number")
    power = f"1e{int(places.name)}"
    node.replace(exp.Div(
        this=exp.func("ROUND", exp.Mul(this=exp.paren(node.this), expression=_number(power))),
        expression=_number(power), typed=False, safe=False))  # fmt: skip


def _whole(node: exp.Expr) -> None:
    """Keep the floor of a floating number a floating number."""
    if kind_of(node.this).name == "double":
        node.replace(_as(node.copy(), "DOUBLE"))


def _aggregate(
    node: exp.Expr,
    make: Callable[[Callable[[exp.Expr], exp.Expr]], exp.Expr],
) -> None:
    """Put several aggregates in the place of one, each with its own filter and window."""
    top = node
    while isinstance(top.parent, exp.Filter | exp.Window) and top.arg_key == "this":
        top = top.parent

    def within(other: exp.Expr) -> exp.Expr:
        if top is node:
            return other
        around = top.copy()
        leaf = around
        while isinstance(leaf, exp.Filter | exp.Window):
            leaf = leaf.this
        leaf.replace(other)
        return around

    top.replace(exp.paren(make(within)))


def _avg(node: exp.Expr) -> None:
    """Sum exactly, and divide once."""
    of = node.this
    kind = kind_of(of)
    if kind.name not in {"int", "decimal"} or isinstance(of, exp.Distinct):
        if kind.name != "double":
            raise _refuse(node, "平均值结果不同", "gives another mean")
        return
    power = _number(10 ** (kind.scale or 0))

    def make(within: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        total, number = within(exp.Sum(this=of.copy())), within(exp.Count(this=of.copy()))
        return exp.Div(
            this=_as(exp.Mul(this=total, expression=power.copy()), "DOUBLE"),
            expression=_as(exp.Mul(this=number, expression=power.copy()), "DOUBLE"),
            typed=False, safe=False)  # fmt: skip

    _aggregate(node, make)


def _median(node: exp.Expr) -> None:
    """Of exact amounts the middle is one too: half way between two, cut off at the last digit."""
    kind = kind_of(node.this)
    if kind.name in {"int", "double"}:
        return
    scale = kind.scale
    if kind.name != "decimal" or scale is None:
        raise _refuse(
            node, "中位数须先转换为 DECIMAL(p, s)", "needs a CAST to DECIMAL(p, s) for a median"
        )
    of = node.this

    def make(within: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        twice = exp.func("ROUND", exp.Mul(this=within(exp.Median(this=of.copy())),
                                          expression=_number(f"{2 * 10**scale}e0")))  # fmt: skip
        half = exp.func(
            "FLOOR", exp.Div(this=twice, expression=_number("2e0"), typed=False, safe=False)
        )
        return exp.Mul(this=half, expression=_tenths(scale)) if scale else half

    _aggregate(node, make)


def _count(node: exp.Expr) -> None:
    of = node.this
    if not isinstance(of, exp.Distinct):
        return
    if len(of.expressions) > 1:
        raise _refuse(node, "对多列计数结果不同", "counts several columns differently")
    if isinstance(node.parent, exp.Window):
        raise _refuse(node, "窗口内不能使用 DISTINCT", "cannot count DISTINCT within a window")


# --- casts --------------------------------------------------------------------------------------


def _cast(node: exp.Expr) -> None:
    to, safe = node.args["to"], isinstance(node, exp.TryCast)
    # Else sqlglot writes a plain CAST, which stops at the first text that is no number.
    node.set("safe", safe)
    if to.this == exp.DataType.Type.DECIMAL and not to.expressions:
        to = exp.DataType.build("DECIMAL({}, {})".format(*PLAIN_DECIMAL), dialect="duckdb")
        node.set("to", to)
    source, target = kind_of(node.this), of_type(to)
    made = _made(node, source.name, target.name, target.scale or 0, safe=safe)
    if made is not None:
        made.meta["kind"] = target
        node.replace(made)


def _made(node: exp.Expr, source: str, target: str, scale: int, *, safe: bool) -> exp.Expr | None:
    """Write the cast so that it rounds and reads as DuckDB does; None where both do the same."""
    of, to = node.this, node.args["to"]
    word = to.sql("spark")
    if target == "unknown":
        raise _refuse(node, "没有这种类型", "knows no such type")
    if source == "double" and target == "decimal":
        # DuckDB multiplies and rounds; Spark would round the shortest decimal writing.
        units = exp.func(
            "ROUND", exp.Mul(this=exp.paren(of.copy()), expression=_number(f"1e{scale}"))
        )
        whole = exp.Coalesce(this=_as(_as(units, "BIGINT", safe=True), _WHOLE),
                             expressions=[_as(units.copy(), _WHOLE, safe=safe)])  # fmt: skip
        return _as(
            exp.Mul(this=whole, expression=_tenths(scale)) if scale else whole, word, safe=safe
        )
    if source == "double" and target == "int":
        return _as(exp.func("RINT", of.copy()), word, safe=safe)
    if source == "decimal" and target == "int":
        return _as(exp.func("ROUND", of.copy(), _number(0)), word, safe=safe)
    if source == "text" and target in {"decimal", "int"}:
        return _read(of, word, target, safe=safe)
    if (source, target) in {("text", "double"), ("double", "text")} or (
        (source, target) == ("text", "date") and not of.is_string
    ):
        raise _refuse(node, "读写方式不同", "is read and written differently")
    return None


def _read(of: exp.Expr, word: str, target: str, *, safe: bool) -> exp.Expr:
    """Read a number from text: no full-width digits, but 1_000."""
    strange = exp.RegexpLike(this=of.copy(), expression=exp.Literal.string(r"[^\x00-\x7F]"))
    plain = exp.func("REGEXP_REPLACE", of.copy(), exp.Literal.string("(?<=[0-9])_(?=[0-9])"),
                     exp.Literal.string(""), dialect="spark")  # fmt: skip
    # What is no number stays so: where nothing may fail it is NULL, else both engines stop.
    clean = exp.case().when(strange, exp.null() if safe else exp.Literal.string("?")).else_(plain)
    if target == "decimal":
        return _as(clean, word, safe=safe)
    return _as(
        exp.func("ROUND", _as(clean, "DECIMAL(38, 10)", safe=safe), _number(0)), word, safe=safe
    )


# --- text and days ------------------------------------------------------------------------------


def _trim(node: exp.Expr) -> None:
    if node.args.get("expression") is None:
        node.set("expression", exp.Literal.string(BLANKS))
        if not node.args.get("position"):
            node.set("position", "BOTH")


def _like(node: exp.Expr) -> None:
    """A backslash is a letter like any other in DuckDB; in Spark it is one when doubled."""
    pattern = node.expression
    if pattern.is_string:
        pattern.set("this", pattern.name.replace("\\", "\\\\"))
    else:
        node.set("expression", exp.func(
            "REPLACE", pattern.copy(), exp.Literal.string("\\"), exp.Literal.string("\\\\")))  # fmt: skip


def _substring(node: exp.Expr) -> None:
    start = node.args.get("start")
    if not (isinstance(start, exp.Literal) and start.name.isdigit() and int(start.name) >= 1):
        raise _refuse(node, "起点须为 1 或更大的数字", "needs a start of 1 or more, as a number")


def _joined(node: exp.Expr) -> None:
    """Join what is written as text only; a floating number is written differently."""
    parts = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
    for part in parts:
        name = kind_of(part).name
        if name == "double":
            raise _refuse(node, "浮点数写法不同", "writes a floating number differently")
        if name != "text":
            part.replace(_as(part.copy(), "STRING"))


def _date_diff(node: exp.Expr) -> None:
    unit = str(node.args.get("unit") or "DAY").upper().strip("'")
    if unit == "DAY":
        return
    if unit not in {"MONTH", "YEAR"}:
        raise _refuse(node, "只能按 day、month、year 计", "counts days, months and years only")

    def count(day: exp.Expr) -> exp.Expr:
        years: exp.Expr = exp.Year(this=day.copy())
        if unit == "YEAR":
            return years
        return exp.paren(exp.Add(this=exp.Mul(this=years, expression=_number(12)),
                                 expression=exp.Month(this=day.copy())))  # fmt: skip

    node.replace(exp.paren(exp.Sub(this=count(node.this), expression=count(node.expression))))


def _sub(node: exp.Expr) -> None:
    if kind_of(node.this).name == kind_of(node.expression).name == "date":
        node.replace(exp.DateDiff(this=node.this.copy(), expression=node.expression.copy(),
                                  unit=exp.var("DAY")))  # fmt: skip


def _extract(node: exp.Expr) -> None:
    part = node.this.name.upper()
    if part in {"DOW", "DAYOFWEEK"}:
        node.set("this", exp.var("DAYOFWEEK"))
        node.replace(exp.paren(exp.Sub(this=node.copy(), expression=_number(1))))
    elif part in _PARTS:
        node.set("this", exp.var(_PARTS[part]))
    else:
        raise _refuse(node, "没有这一部分", "has no such part of a day")


_REWRITES: Final[dict[type[exp.Expr], Callable[[exp.Expr], None]]] = {
    exp.Div: _div, exp.Mod: _mod, exp.Round: _round, exp.Floor: _whole, exp.Ceil: _whole,
    exp.Avg: _avg, exp.Median: _median, exp.Count: _count, exp.Cast: _cast, exp.TryCast: _cast,
    exp.Trim: _trim, exp.Like: _like, exp.Substring: _substring, exp.Concat: _joined,
    exp.DPipe: _joined, exp.DateDiff: _date_diff, exp.Sub: _sub, exp.Extract: _extract,
}  # fmt: skip
