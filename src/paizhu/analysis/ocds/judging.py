"""Our own answers: raised, clear, not assessable and why; or outside the question.

Currencies are never guessed, moments are compared as moments, organizations are judged by the number
of processes, and every fence stands around one population: processes of one method and category.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from paizhu.analysis.ocds import tables
from paizhu.analysis.ocds.indicators import PARAMETERS, Indicators
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_FENCED: Final = {
    "R024": "gap_fence", "R025": "won_fence", "R038": "share_fence", "R048": "variety_fence",
    "R058": "gap_fence",
}  # fmt: skip
#: What is found whatever the parameters are.
_FINDS: Final = (
    "judge/processes", "awards", "suppliers", "judge/bids", "others", "tenderers", "judge/facts",
    "judge/same", "judge/late", "judge/alone", "judge/tenders", "judge/shares",
)  # fmt: skip
_STEPS: Final = ("flags", "judge/fences", "judge/varieties", "judge/splits")
#: What is said of a flag.
_SAID: Final = ("code", "kind", "who", "value", "threshold", "method", "category", "detail", "rows")
RAISED, CLEAR = "raised", "clear"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often an indicator was raised, was clear, could not be told, or did not arise."""

    code: str
    raised: int
    clear: int
    not_assessable: Mapping[str, int]
    outside: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fence:
    """A population with its quartiles and fences, as the indicator used it."""

    code: str
    kind: str
    method: str | None
    category: str | None
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Raised:
    """One flag: about whom, how much against what, in which population, and the rows it rests on."""

    code: str
    kind: str
    who: str
    value: float
    threshold: float | None
    method: str | None
    category: str | None
    detail: str | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that was found in the rows of a store or a file."""

    rows: int
    counted: int
    nameless: int
    superseded: int
    outcomes: tuple[Outcome, ...]
    fences: tuple[Fence, ...]
    flags: tuple[Raised, ...]


def judge(
    connection: duckdb.DuckDBPyConnection,
    declared: Indicators,
    *,
    is_kept: bool = False,
    with_flags: bool = True,
) -> Judgement:
    """Judge the table `line` by the declared indicators; with `is_kept`, the facts are read.

    Without flags, `flags_as_json` gives them afterwards.
    """
    _put_parameters(connection, declared)
    _put_coin(connection, declared)
    if is_kept:
        tables.run(connection, "judge/macros", "judge/kept")
    else:
        find(connection)
    tables.run(connection, *_STEPS)
    outcomes = _outcomes(connection, declared)
    if not is_kept:
        _put_organizations(connection)
    tables.run(connection, "judge/flags")
    return Judgement(
        **_rows(connection),
        outcomes=outcomes,
        fences=tuple(_fences(connection, declared)),
        flags=tuple(flags(connection)) if with_flags else (),
    )


def find(connection: duckdb.DuckDBPyConnection) -> None:
    """Find out what is true of the table `line`, whatever the parameters are."""
    tables.run(connection, "judge/macros", "judge/repeated")
    is_marked = connection.execute("SELECT count(*) FROM repeated").fetchall()[0][0] > 0
    tables.run(connection, "judge/counted_marked" if is_marked else "judge/counted_once", *_FINDS)


def _put_organizations(connection: duckdb.DuckDBPyConnection) -> None:
    """Name the organizations of which something was raised, and the processes it rests on."""
    tables.run(connection, "names", wanted="WHERE party IN (SELECT party FROM flag)")
    tables.run(
        connection, "judge/wanted", "judge/seen",
        parties="SEMI JOIN (SELECT party FROM wanted WHERE kind = 'Tenderer') USING (party)",
        wanted="SEMI JOIN wanted USING (kind, party, grp)",
    )  # fmt: skip


def flags(connection: duckdb.DuckDBPyConnection) -> Iterator[Raised]:
    """Give what was raised, by indicator and name."""
    for *said, rows in _raised(connection, ", ".join(_SAID)):
        yield Raised(*(*said, tuple(rows)))


def flags_as_json(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Give the same as JSON objects; many are written faster than they are made one by one."""
    fields = ", ".join(f"'{name}': {name}" for name in _SAID)
    yield from (said for (said,) in _raised(connection, f"to_json({{{fields}}})::VARCHAR"))


def _raised(connection: duckdb.DuckDBPyConnection, what: str) -> Iterator[tuple[Any, ...]]:
    found = connection.execute(f"SELECT {what} FROM raised ORDER BY code, kind, who, grp")
    while rows := found.fetchmany(10_000):
        yield from rows


def unassessed(connection: duckdb.DuckDBPyConnection, code: str) -> Iterator[tuple[str, str, int]]:
    """Give the processes an indicator could not judge, with the reason; after `judge`."""
    yield from connection.execute(
        f"SELECT txt(ocid), outcome, rid FROM ({tables.statement(f'judge/{code}')}) AS v "
        "JOIN line USING (rid) WHERE outcome NOT IN ('raised', 'clear') ORDER BY rid"
    ).fetchall()


def _put_parameters(connection: duckdb.DuckDBPyConnection, declared: Indicators) -> None:
    tables.put(connection, "reach", declared.reach, "DOUBLE")
    for code, indicator in declared.indicators.items():
        tables.put(connection, f"{code}_minimum", declared.minimum_population, "BIGINT")
        for name, parameter in indicator.parameters.items():
            variable = f"{code}_{name}"
            value: Any = parameter.value
            if isinstance(value, dict):
                connection.execute(
                    f"SET VARIABLE {variable} = map(?::VARCHAR[], ?::DOUBLE[])",
                    [list(value), list(value.values())],
                )
            else:
                given = list(value) if isinstance(value, tuple) else value
                tables.put(connection, variable, given, PARAMETERS[code][name])


def _put_coin(connection: duckdb.DuckDBPyConnection, declared: Indicators) -> None:
    """Currencies are kept as the hash of their JSON text."""
    if "R055" in declared.indicators:
        currency = str(declared.indicators["R055"].parameters["currency"].value)
        tables.put(connection, "R055_coin", tables.as_json([currency])[0], "VARCHAR")


def _outcomes(connection: duckdb.DuckDBPyConnection, declared: Indicators) -> tuple[Outcome, ...]:
    # One statement for all, since planning twelve costs more than a small file; and looked at once, since
    # the flags go along with the counts.
    verdicts = " UNION ALL ".join(
        f"SELECT '{code}' AS code, * FROM ({tables.statement(f'judge/{code}')})"
        for code in declared.indicators
    )
    tables.run(connection, "judge/verdicts", verdicts=verdicts)
    counts: dict[str, dict[str, int]] = {code: {} for code in declared.indicators}
    for code, outcome, times in connection.execute(
        "SELECT code, outcome, times FROM verdict"
    ).fetchall():
        counts[code][outcome] = times
    return tuple(_outcome(code, counts[code], declared) for code in declared.indicators)


def _outcome(code: str, counts: dict[str, int], declared: Indicators) -> Outcome:
    raised, clear = counts.pop(RAISED, 0), counts.pop(CLEAR, 0)
    unknown = counts.keys() - declared.not_assessable.keys() - declared.outside.keys()
    if unknown:
        raise Invalid(Text(
            f"没有声明原因：{'、'.join(sorted(unknown))}。",
            f"These reasons are not declared: {', '.join(sorted(unknown))}."))  # fmt: skip
    return Outcome(
        code, raised, clear,
        {why: counts[why] for why in declared.not_assessable if why in counts},
        {why: counts[why] for why in declared.outside if why in counts},
    )  # fmt: skip


def _rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    rows, nameless = connection.execute(
        "SELECT count(*), count(*) - count(ocid) FROM every"
    ).fetchall()[0]
    counted = connection.execute("SELECT count(*) FROM tender").fetchall()[0][0]
    return {
        "rows": rows, "counted": counted, "nameless": nameless,
        "superseded": rows - nameless - counted,
    }  # fmt: skip


def _fences(connection: duckdb.DuckDBPyConnection, declared: Indicators) -> Iterator[Fence]:
    for code in declared.indicators:
        if code not in _FENCED:
            continue
        found = connection.execute(
            f"SELECT population.method, population.category, fence.* FROM {_FENCED[code]} AS fence "
            "JOIN population USING (grp) ORDER BY ALL"
        )
        names = [column[0] for column in found.description or ()]
        for row in found.fetchall():
            said = dict(zip(names, row, strict=True))
            kind = said.pop("kind", "OCID" if code in {"R024", "R058"} else "Tenderer")
            method, category = said.pop("method"), said.pop("category")
            said.pop("grp")
            yield Fence(code, kind, method, category, {k: float(v) for k, v in said.items()})
