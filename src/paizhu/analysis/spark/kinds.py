"""What kind of value each expression of a measure gives, by the rules of the dialect it is written in.

The engines differ by kind: an exact amount divided is a floating number in one and an amount in the
other. sqlglot's own types follow neither closely enough (it takes `1.5` for a floating number).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

Name = Literal["text", "date", "bool", "int", "decimal", "double", "unknown"]
#: Columns of a table, or of a part of a query, with their kinds.
Columns = Mapping[str, "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; of an exact amount also how many digits it has behind the point."""

    name: Name
    #: None where it comes with a parameter.
    scale: int | None = None


TEXT: Final = Kind("text")
DATE: Final = Kind("date")
BOOL: Final = Kind("bool")
INT: Final = Kind("int")
DOUBLE: Final = Kind("double")
UNKNOWN: Final = Kind("unknown")
_KEY: Final = "kind"

_BY_TYPE: Final = {
    exp.DataType.Type.VARCHAR: TEXT, exp.DataType.Type.TEXT: TEXT, exp.DataType.Type.DATE: DATE,
    exp.DataType.Type.BOOLEAN: BOOL, exp.DataType.Type.DOUBLE: DOUBLE,
    exp.DataType.Type.SMALLINT: INT, exp.DataType.Type.INT: INT, exp.DataType.Type.BIGINT: INT,
}  # fmt: skip
#: What DuckDB means by DECIMAL alone.
PLAIN_DECIMAL: Final = (18, 3)

_ALWAYS: Final[dict[type[exp.Expr], Kind]] = {
    **dict.fromkeys((exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Length,
                     exp.Year, exp.Month, exp.Extract, exp.DateDiff), INT),
    **dict.fromkeys((exp.Avg, exp.Div, exp.StddevSamp, exp.Variance), DOUBLE),
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Replace, exp.Concat,
                     exp.DPipe), TEXT),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between,
                     exp.Like, exp.Exists, exp.And, exp.Or, exp.Not, exp.Boolean), BOOL),
}  # fmt: skip
#: Those that give what they are given.
_SAME: Final = (exp.Paren, exp.Neg, exp.Abs, exp.Sum, exp.Min, exp.Max, exp.Lag, exp.Lead,
                exp.FirstValue, exp.LastValue, exp.Window, exp.Filter, exp.Distinct, exp.Alias,
                exp.Nullif)  # fmt: skip
_EITHER: Final = (exp.Coalesce, exp.Greatest, exp.Least)


def kind_of(node: object) -> Kind:
    """Give the kind that `mark` found."""
    found = node.meta.get(_KEY, UNKNOWN) if isinstance(node, exp.Expr) else UNKNOWN
    return found if isinstance(found, Kind) else UNKNOWN


def of_type(to: exp.DataType) -> Kind:
    """Give the kind of a declared type."""
    if to.this == exp.DataType.Type.DECIMAL:
        given = [int(part.name) for part in to.expressions]
        return Kind("decimal", given[1] if len(given) > 1 else 0 if given else PLAIN_DECIMAL[1])
    return _BY_TYPE.get(to.this, UNKNOWN)


def mark(tree: exp.Expr, schema: Mapping[str, Mapping[str, str]]) -> None:
    """Note on every expression of a qualified query what kind it is."""
    stored = {
        table: {name: of_type(exp.DataType.build(kind, dialect="duckdb")) for name, kind in columns.items()}
        for table, columns in schema.items()
    }  # fmt: skip
    given: dict[int, dict[str, Kind]] = {}
    for scope in traverse_scope(tree):
        given[id(scope.expression)] = _scope(scope, stored, given)


def _scope(
    scope: Scope, stored: Mapping[str, Columns], given: Mapping[int, dict[str, Kind]]
) -> dict[str, Kind]:
    """Mark the expressions of one part of the query; give the kinds of its columns."""
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        left, right = given.get(id(query.left), {}), given.get(id(query.right), {})
        both = zip(left.items(), right.values(), strict=False)
        return {name: either([one, other]) for (name, one), other in both}
    if not isinstance(query, exp.Select):
        return {}

    def column(node: exp.Column) -> Kind:
        here: Scope | None = scope
        while here is not None:
            source = here.sources.get(node.table)
            if isinstance(source, Scope):
                return given.get(id(source.expression), {}).get(node.name, UNKNOWN)
            if isinstance(source, exp.Table):
                return stored.get(source.name, {}).get(node.name, UNKNOWN)
            here = here.parent
        return UNKNOWN

    def inner(node: exp.Expr) -> Kind:
        return next(iter(given.get(id(node.unnest()), {}).values()), UNKNOWN)

    for node in scope.walk():
        if isinstance(node, exp.Expr) and _KEY not in node.meta:
            _note(node, column, inner)
    return {one.alias_or_name: kind_of(one) for one in query.selects}


def _note(
    node: exp.Expr, column: Callable[[exp.Column], Kind],
    inner: Callable[[exp.Expr], Kind],
) -> Kind:  # fmt: skip
    if _KEY in node.meta:
        return kind_of(node)
    if isinstance(node, exp.Column):
        found = column(node)
    elif isinstance(node, exp.Query | exp.Subquery):
        found = inner(node)
    else:
        for part in node.iter_expressions():
            _note(part, column, inner)
        found = _found(node)
    node.meta[_KEY] = found
    return found


def either(kinds: list[Kind]) -> Kind:
    """Give the kind that holds values of all these kinds."""
    known = [kind for kind in kinds if kind.name != "unknown"]
    if not known:
        return UNKNOWN
    if DOUBLE in known:
        return DOUBLE
    if any(kind.name == "decimal" for kind in known):
        scales = [kind.scale for kind in known if kind.name == "decimal"]
        return Kind("decimal", None if None in scales else max(s for s in scales if s is not None))
    return known[0]


def _found(node: exp.Expr) -> Kind:
    if type(node) in _ALWAYS:
        return _ALWAYS[type(node)]
    if isinstance(node, _SAME):
        return kind_of(node.this)
    if isinstance(node, _EITHER):
        return either(
            [kind_of(part) for part in (node.this, *node.expressions) if part is not None]
        )
    if isinstance(node, exp.Cast):
        return of_type(node.to)
    if isinstance(node, exp.Case):
        whens = [kind_of(one.args.get("true")) for one in node.args["ifs"]]
        return either([*whens, kind_of(node.args.get("default"))])
    if isinstance(node, exp.Literal):
        return TEXT if node.is_string else _number(node.name)
    if isinstance(node, exp.Placeholder):
        # A parameter is an exact number; only the day of the run is none.
        return DATE if node.name == "run_date" else Kind("decimal")
    return _reckoned(node)


def _number(word: str) -> Kind:
    if "e" in word.lower():
        return DOUBLE
    _, point, behind = word.partition(".")
    return Kind("decimal", len(behind)) if point else INT


def _reckoned(node: exp.Expr) -> Kind:
    """Give the kind of what is reckoned with numbers and days."""
    left, right = kind_of(node.this), kind_of(node.args.get("expression"))
    if isinstance(node, exp.Mul):
        both = either([left, right])
        if both.name != "decimal":
            return both
        scales = [k.scale if k.name == "decimal" else 0 for k in (left, right)]
        return Kind("decimal", None if None in scales else sum(s or 0 for s in scales))
    if isinstance(node, exp.Add | exp.Sub | exp.Mod):
        if isinstance(node, exp.Sub) and left == right == DATE:
            return INT
        return DATE if DATE in (left, right) else either([left, right])
    if isinstance(node, exp.Median):
        return left if left.name == "decimal" else DOUBLE
    if isinstance(node, exp.Round):
        places = node.args.get("decimals")
        return (
            Kind("decimal", int(places.name) if places else 0) if left.name == "decimal" else left
        )
    if isinstance(node, exp.Floor | exp.Ceil):
        return Kind("decimal", 0) if left.name == "decimal" else left
    return UNKNOWN
