"""Ten million rows of issues and orders: all flags over them, as a ratio to scanning the columns they need.

Processor time, not the clock: other work on the machine disturbs the clock and not this. A scan reads and
decodes every value of the declared columns once and adds nothing up.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

import duckdb
from django.core.management import call_command

from paizhu.analysis import store
from paizhu.analysis.assessing import Assessment, assess
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import LoadedMeasure, measures
from paizhu.analysis.models import Load, Source
from paizhu.analysis.tables import STORED_AS, Table
from tests.analysis.conftest import NOW, World, make_source, make_world

ROWS = {"issues": 5_000_000, "orders": 5_000_000, "receipts": 5_000_000, "charges": 49_800, "operations": 720,
        "items": 5_000, "equipment": 5_000}  # fmt: skip
BOUND, MEMORY_BOUND_MB = 3.0, 4096

_ITEM = "'W' || ((i % 60) * 83 + (i // 60 * 31) % 83)"
_BATCH = f"'批' || ({_ITEM}) || '-' || (i % 7)"
_DAY = "DATE '2025-01-01' + CAST((i * 7919) % 365 AS INTEGER)"
_PRICE = "50 + ((i // 60 * 31) % 83) / 2.0 * (1 + ((i * 7) % 11) / 200.0)"
#: table: column: how its value comes from the number of the row
COLUMNS: dict[str, dict[str, str]] = {
    "issues": {"issue_no": "'CK' || i", "department": "'科室' || (i % 60)", "item_code": _ITEM, "batch": _BATCH,
               "quantity": "1 + (i * 13) % 9", "issued_date": _DAY},
    "orders": {"order_no": "'DD' || i", "item_code": _ITEM, "supplier": "'供应商' || ((i * 17) % 300)",
               "order_kind": "CASE WHEN i % 4000 = 0 THEN '临时采购' ELSE '常规' END", "quantity": "10",
               "unit_price": f"({_PRICE}) * CASE WHEN i % 50000 = 0 THEN 2 ELSE 1 END", "amount": f"10 * ({_PRICE})", "currency": "'CNY'", "order_date": _DAY},
    "receipts": {"receipt_no": "'RK' || i", "item_code": _ITEM, "batch": _BATCH, "quantity": "1 + (i * 13) % 9",
                 "received_date": _DAY},
    # The books agree but for ten items: one that disagrees in most of its items is no book of a hospital.
    "charges": {"department": "'科室' || (i % 60)", "item_code": _ITEM, "month_date": "DATE '2025-01-01'",
                "quantity": "(4 + i % 3) * CASE WHEN i % 4980 % 500 = 0 THEN 70 ELSE 100 END"},
    "operations": {"department": "'科室' || (i % 60)", "operations": "300",
                   "month_date": "make_date(2025, 1 + CAST(i // 60 AS INTEGER), 1)"},
    "items": {"item_code": "'W' || i", "item_name": "'品' || i", "charged_apart": "'是'",
              "for_equipment": "CASE WHEN i % 500 = 0 THEN 'E' || i END"},
    "equipment": {"asset_no": "'E' || i", "supplier": "'供应商1'", "origin": "'投放'", "price": "0"},
}  # fmt: skip


def run() -> dict[str, object]:
    """Put the books into the store, run each flag that reads nothing else, and hold it against a scan."""
    call_command("migrate", verbosity=0)
    world = make_world()
    declared = tables()
    sources = {name: _put(declared[name], world, number) for name, number in ROWS.items()}
    figures: dict[str, object] = {"rows of issues and orders": ROWS["issues"] + ROWS["orders"]}
    scans = flags = 0.0
    for name, one in measures().items():
        if one.spec.kind != "flag" or not set(one.spec.inputs) <= set(ROWS):
            continue
        mine = [sources[table] for table in one.spec.inputs]
        scanned = min(_scan(one, mine) for _ in range(2))
        taken, answer = min((_judge(one, mine) for _ in range(2)), key=lambda pair: pair[0])
        figures[name] = {"CPU seconds": round(taken, 2), "times a scan": round(taken / scanned, 1),
                         "outcome": answer.outcome, "findings": len(answer.found)}  # fmt: skip
        scans, flags = scans + scanned, flags + taken
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures |= {"all flags, CPU seconds": round(flags, 2), "all flags, times a scan": round(flags / scans, 2),
                "peak memory, MB": peak}  # fmt: skip
    figures["misses"] = [
        f"{what}: {value:.1f}, at most {bound} wanted"
        for what, value, bound in (("all flags, times a scan", flags / scans, BOUND), ("memory, MB", peak, MEMORY_BOUND_MB))
        if value > bound
    ]  # fmt: skip
    return figures


def _scan(one: LoadedMeasure, sources: list[Source]) -> float:
    started = time.process_time()
    with store.connect(
        sources, tables=[tables()[n] for n in one.spec.inputs], on=NOW.date()
    ) as connection:
        for name, table in one.spec.inputs.items():
            values = ", ".join(f'bit_xor(hash("{column}"))' for column in table.columns)
            connection.execute(f'SELECT {values} FROM "{name}"').fetchone()
    return time.process_time() - started


def _judge(one: LoadedMeasure, sources: list[Source]) -> tuple[float, Assessment]:
    started = time.process_time()
    with store.connect(
        sources, tables=[tables()[n] for n in one.spec.inputs], on=NOW.date()
    ) as connection:
        answer = assess(one.spec, one.sql, connection=connection, tables=tables(), on=NOW.date(),
                        calendar=one.calendar)  # fmt: skip
    return time.process_time() - started, answer


def _put(table: Table, world: World, number: int) -> Source:
    """Register a large load that was not read from a sheet: what is measured is the flags."""
    source = make_source(world, f"wj-{table.table}", table=table.table)
    named = f"{table.table}/source={source.key}/large.parquet"
    target = store.folder() / named
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(table, number, target)
    Load.objects.create(
        source=source, digest=f"sha256:{table.table}", file_name="large", sheet="台账", rows_kept=number,
        rows_refused=0, at=NOW, by_id=world.officer.person, mapping={}, stored_as=named,
        stored_digest=store.digest_of(target),
    )  # fmt: skip
    return source


def _write(table: Table, number: int, target: Path) -> None:
    given = {"unit": "'市第一医院'", **COLUMNS[table.table]}
    columns = ", ".join(
        f'CAST({given.get(name, "NULL")} AS {STORED_AS[column.type]}) AS "{name}"'
        for name, column in table.columns.items()
    )
    with duckdb.connect(config={"threads": "2", "memory_limit": "1GB"}) as connection:
        connection.execute(
            f"COPY (SELECT {columns}, 'large' AS _file, '台账' AS _sheet, CAST(i + 2 AS BIGINT) AS _row, "
            f"md5(CAST(i AS VARCHAR)) AS _line FROM range({number}) AS t (i)) TO '{target}' "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
