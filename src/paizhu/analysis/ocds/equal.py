"""The answers of ocdscardinal 0.0.8 on the same file with the same settings, faults and all.

They are there to compare by. What we say ourselves is in `judging`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import duckdb

from paizhu.analysis.ocds import tables
from paizhu.analysis.ocds.fences import Fences, exactly, fences, quantiles
from paizhu.analysis.ocds.settings import Settings, listed

#: group: id: code: value; and `Meta`: code: figure: value
Answer = dict[str, dict[str, dict[str, float | None]]]
_NEED_PARTIES = frozenset({"R025", "R038"})


def answer(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, is_kept: bool = False
) -> Answer:
    """Judge the table `line`; with `is_kept`, what the store keeps ready is read, not found again."""
    asked = list(settings.indicators)
    _put_settings(connection, settings)
    named = settings.compared or settings.not_compared or settings.excluded
    # What is kept is kept of all processes.
    is_kept = is_kept and not named
    tables.run(connection, "equal/counted" if named else "equal/counted_all", "flags")
    tables.run(
        connection, *(("equal/kept",) if is_kept else ("awards", "equal/offers")), "suppliers"
    )
    if settings.currency is None and {"R024", "R036", "R058"} & set(asked):
        _take_first_currency(connection, asked)
    tables.run(connection, "equal/bids", *(() if is_kept else ("others",)), "tenderers", "facts")
    if _NEED_PARTIES & set(asked) and not is_kept:
        tables.run(connection, "equal/parties")
    meta: dict[str, dict[str, float | None]] = {}
    for code in asked:
        found = _FENCED[code](connection, settings) if code in _FENCED else None
        if found:
            meta[code] = {name: _rounded(value) for name, value in found.items()}
    result: Answer = {}
    # One statement for all, since planning eleven costs more than a small file.
    flags = " UNION ALL ".join(
        f"SELECT '{code}', * FROM ({tables.statement(f'equal/{code}')})" for code in asked
    )
    if flags:
        connection.execute(f"INSERT INTO flag (code, kind, rid, party, who, value) {flags}")
    if not is_kept:
        tables.run(connection, "names", wanted="WHERE party IN (SELECT party FROM flag)")
    for code, kind, who, value in connection.execute(tables.statement("named")).fetchall():
        result.setdefault(kind, {}).setdefault(who, {})[code] = _finite(value)
    return result | {"Meta": meta}


def _put_settings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    given = settings.indicators
    lists = {
        "compared": settings.compared, "not_compared": settings.not_compared,
        "excluded": settings.excluded,
        "R003_methods": listed(given.get("R003", {}).get("procurement_methods")),
        "R018_methods": listed(given.get("R018", {}).get("procurement_methods")),
    }  # fmt: skip
    for name, value in lists.items():
        tables.put(connection, name, tables.as_json(value), "VARCHAR[]")
    _put_currency(connection, settings.currency)
    if "R003" in given:
        tables.put(connection, "R003_threshold", settings.whole("R003", "threshold"), "BIGINT")
        details: Any = given["R003"]["procurement_method_details"]
        pairs = {"key": tables.as_json(details), "value": [int(str(v)) for v in details.values()]}
        connection.execute(
            "SET VARIABLE R003_details = map(?::VARCHAR[], ?::BIGINT[])", [*pairs.values()]
        )
    if "R035" in given:
        least = max(1, settings.whole("R035", "threshold"))
        tables.put(connection, "R035_threshold", least, "BIGINT")


def _put_currency(connection: duckdb.DuckDBPyConnection, currency: str | None) -> None:
    """Prices keep their currency as JSON text, so it is compared as such."""
    text = None if currency is None else tables.as_json([currency])[0]
    tables.put(connection, "currency_text", text, "VARCHAR")


def _take_first_currency(connection: duckdb.DuckDBPyConnection, asked: list[str]) -> None:
    """Without a currency the tool takes the first it meets, here as with one thread."""
    by_ratio = "status = 1 AND parties = 1 AND winner IS NOT NULL AND party IS NOT NULL"
    by_lowest = "active > 0 AND status BETWEEN 1 AND 3"
    places = [
        (0, by_ratio) if {"R024", "R058"} & set(asked) else None,
        (1, by_lowest) if "R036" in asked else None,
    ]
    met = " UNION ALL ".join(
        f"SELECT rid, {place[0]} AS turn, ix, currency FROM priced WHERE {place[1]}"
        for place in places
        if place
    )
    found = connection.execute(
        "WITH priced AS (SELECT rid, active, winner, ix, b.status, b.amount, "
        "txt(b.currency) AS currency, b.parties, b.party FROM (SELECT rid, winner, active, "
        "unnest(bids) AS b, generate_subscripts(bids, 1) AS ix "
        "FROM counted JOIN outcome USING (rid) WHERE is_compared) "
        "WHERE b.amount IS NOT NULL AND b.currency IS NOT NULL) "
        f"SELECT arg_min(currency, (rid, turn, ix)) FROM ({met})"
    ).fetchone()
    _put_currency(connection, found[0] if found else None)


# --- fences: what is told as Meta, and the variables that the statements read -----------------------

Found = dict[str, float]


def _ratio(code: str, connection: duckdb.DuckDBPyConnection, settings: Settings) -> Found:
    """R024 looks below, R058 above."""
    side = "lower_fence" if code == "R024" else "upper_fence"
    fixed = settings.number(code, "threshold")
    if fixed is None:
        seen = fences(connection, column="ratio", of="ratio")
        fence = seen.lower if code == "R024" else seen.upper
        told, q1 = {"q1": seen.q1, "q3": seen.q3, side: fence}, seen.q1
    else:
        fence, told, q1 = fixed, {side: fixed}, 1.0
    acts = (q1 > 0 and fence > 0) if code == "R024" else fence > 0
    tables.put(connection, f"{code}_fence", fence if acts else None, "DOUBLE")
    return told


def _share(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Found:
    """R025: many bids, few won."""
    percentile = settings.whole("R025", "percentile") / 100
    _, (top,) = quantiles(connection, column="processes", of="party", shares=(percentile,))
    fixed = settings.number("R025", "threshold")
    if fixed is None:
        seen = fences(connection, column="wins / processes", of="party")
        fence, q1 = seen.lower, seen.q1
        told = {"q1": seen.q1, "q3": seen.q3}
    else:
        fence, q1, told = fixed, 1.0, {}
    tables.put(connection, "R025_top", top, "DOUBLE")
    tables.put(connection, "R025_fence", fence if q1 > 0 and fence > 0 else None, "DOUBLE")
    return told | {"upper_fence": top, "lower_fence": fence}


def _disqualified(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Found:
    """R038: for buyers, procuring entities and tenderers apart."""
    for name, key in (
        ("processes", "minimum_contracting_processes"),
        ("bids", "minimum_submitted_bids"),
    ):
        tables.put(connection, f"R038_{name}", settings.whole("R038", key), "BIGINT")
    tables.run(connection, "equal/shares")
    told: Found = {}
    fixed = settings.number("R038", "threshold")
    for kind, name in (("Buyer", "buyer"), ("ProcuringEntity", "entity"), ("Tenderer", "tenderer")):
        seen = fences(
            connection, column="disqualified / submitted", of=f"share WHERE kind = '{kind}'"
        )
        fence = seen.upper if fixed is None else fixed
        if seen.count and fixed is None:
            told |= {f"{kind}_q1": seen.q1, f"{kind}_q3": seen.q3}
        if seen.count:
            told[f"{kind}_upper_fence"] = fence
        tables.put(connection, f"R038_{name}", fence if fence > 0 else None, "DOUBLE")
    return told


def _variety(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Found:
    """R048: classes of items."""
    for name, key in (("digits", "digits"), ("processes", "minimum_contracting_processes")):
        tables.put(connection, f"R048_{name}", settings.whole("R048", key), "BIGINT")
    tables.run(connection, "equal/varieties")
    fixed = settings.number("R048", "threshold")
    if fixed is None:
        seen: Fences = fences(connection, column="classes", of="variety")
        fence, told = seen.upper, {"q1": seen.q1, "q3": seen.q3, "upper_fence": seen.upper}
    else:
        fence, told = fixed, {"upper_fence": fixed}
    tables.put(connection, "R048_fence", None if math.isnan(fence) else fence, "DOUBLE")
    return told


_FENCED: dict[str, Callable[[duckdb.DuckDBPyConnection, Settings], Found]] = {
    "R024": lambda c, s: _ratio("R024", c, s),
    "R025": _share,
    "R038": _disqualified,
    "R048": _variety,
    "R058": lambda c, s: _ratio("R058", c, s),
}


def _rounded(value: float) -> float | None:
    """Four decimals, halves away from zero; what is no number is told as none."""
    if not math.isfinite(value):
        return None
    moved = exactly(value, 10_000.0, 0.0)
    return math.copysign(math.floor(abs(moved) + 0.5), moved) / 10_000.0


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
