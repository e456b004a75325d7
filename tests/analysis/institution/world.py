"""The books of a generated hospital, with rows that know whether they were planted."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from paizhu.analysis.tables import STORED_AS, Table

UNIT = "市第一医院"
YEAR = 2025
#: The row ids that a finding must hold to count as the planted one.
Core = frozenset[str]
#: Make one instance: planted when `bad`, else a clean look-alike; give its rows.
Plant = Callable[["World", int, bool], list[str]]
PLANTS: dict[str, Plant] = {}


def plants(measure: str) -> Callable[[Plant], Plant]:
    """Name the flag that a planting is for."""

    def named(plant: Plant) -> Plant:
        PLANTS[measure] = plant
        return plant

    return named


class World:
    """Rows by table; a row is named `table:number`."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.planted: dict[str, list[Core]] = defaultdict(list)
        self.alike: dict[str, list[Core]] = defaultdict(list)
        #: How many rows of each table are those of the ordinary year.
        self.ordinary: dict[str, int] = {}

    def put(self, table: str, **row: Any) -> str:
        """Add a row and give its name."""
        self.rows[table].append({"unit": UNIT, **row})
        return f"{table}:{len(self.rows[table])}"

    def is_ordinary(self, row_id: str) -> bool:
        """Say whether a row was there before anything was planted."""
        table, _, number = row_id.partition(":")
        return int(number) <= self.ordinary.get(table, 0)

    def plant(self, measure: str, number: int) -> None:
        """Plant so many instances of a flag and as many look-alikes."""
        for k in range(number):
            self.planted[measure].append(frozenset(PLANTS[measure](self, k, True)))
            self.alike[measure].append(frozenset(PLANTS[measure](self, k, False)))

    # --- ordinary rows, each complete enough that no other flag speaks of it ---------------------

    def day(self, *, month: int | None = None) -> date:
        """Give a working day of the year."""
        month = month or self.rng.randint(1, 11)
        day = date(YEAR, month, self.rng.randint(10, 24))
        return day - timedelta(days=max(0, day.isoweekday() - 5))

    def price(self, low: float = 2_000, high: float = 90_000) -> float:
        """Give an amount that is neither round nor near another, its digits spread as nature has them."""
        drawn: float = low * (high / low) ** self.rng.random()
        return round(drawn, 2) + (0.13 if drawn % 100 < 1 else 0)

    def project(self, key: str, **changes: Any) -> str:
        """Add a project that stands in the plan, was announced in time and openly tendered."""
        start = self.day(month=self.rng.randint(1, 8))
        plan = changes.pop("plan_no", f"J-{key}")
        self.put("plans", plan_no=f"J-{key}", budget=80_000, currency="CNY")
        row = {
            "project_no": key, "plan_no": plan, "item_name": "设备", "method": "公开招标", "budget": 80_000,
            "currency": "CNY", "published_date": start, "deadline_date": start + timedelta(days=25),
        }  # fmt: skip
        return self.put("projects", **{**row, **changes})

    def bid(self, key: str, supplier: str, amount: float, **changes: Any) -> str:
        row = {"project_no": key, "supplier": supplier, "amount": amount, "currency": "CNY"}
        return self.put("bids", **{**row, **changes})

    def award(self, key: str, supplier: str, **changes: Any) -> str:
        row = {"project_no": key, "supplier": supplier, "amount": 10_000, "currency": "CNY",
               "award_date": self.day()}  # fmt: skip
        return self.put("awards", **{**row, **changes})

    def contract(self, key: str, **changes: Any) -> str:
        row = {"contract_no": key, "supplier": f"供应商-{key}", "amount": self.price(), "currency": "CNY",
               "signed_date": self.day(), "department": "采购办"}  # fmt: skip
        return self.put("contracts", **{**row, **changes})

    def pay(self, key: str, amount: float, day: date, **changes: Any) -> str:
        row = {"payment_no": f"F{len(self.rows['payments'])}", "contract_no": key, "amount": amount,
               "currency": "CNY", "paid_date": day}  # fmt: skip
        return self.put("payments", **{**row, **changes})

    def invoice(
        self, number: object, supplier: str, amount: float, day: date, **changes: Any
    ) -> str:
        row = {"claim_no": f"B{len(self.rows['invoices'])}", "invoice_no": str(number), "supplier": supplier,
               "amount": amount, "currency": "CNY", "claimed_date": day}  # fmt: skip
        return self.put("invoices", **{**row, **changes})

    def order(self, item: str, supplier: str, price: float, **changes: Any) -> str:
        row = {"order_no": f"D{len(self.rows['orders'])}", "item_code": item, "supplier": supplier, "quantity": 10,
               "unit_price": price, "amount": round(price * 10, 2), "currency": "CNY", "order_kind": "常规",
               "order_date": self.day()}  # fmt: skip
        return self.put("orders", **{**row, **changes})

    def connect(self, folder: Path, declared: dict[str, Table]) -> duckdb.DuckDBPyConnection:
        """Show the books as measures see them."""
        connection = duckdb.connect(config={"threads": "2"})
        for name, table in declared.items():
            kinds = {n: STORED_AS[c.type] for n, c in table.columns.items()} | {"row_id": "VARCHAR"}
            file = folder / f"{name}.csv"
            with file.open("w", encoding="utf-8", newline="") as out:
                lines = csv.writer(out)
                for number, row in enumerate(self.rows.get(name, ()), start=1):
                    lines.writerow([*(row.get(n, "") for n in table.columns), f"{name}:{number}"])
            columns = ", ".join(f"'{n}': '{kind}'" for n, kind in kinds.items())
            connection.execute(
                f"CREATE TABLE \"{name}\" AS SELECT * FROM read_csv('{file}', columns={{{columns}}}, "
                "header=false, auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='')"
            )
        return connection
