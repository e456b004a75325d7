"""Planted truth about contracts, payments and claims, and what looks like it but is clean."""

from __future__ import annotations

from datetime import date, timedelta

from tests.analysis.institution.purchasing import word
from tests.analysis.institution.world import YEAR, World, plants

OFF = [
    date(YEAR, 5, 1),
    date(YEAR, 10, 2),
    date(YEAR, 3, 8),
    date(YEAR, 3, 9),
    date(YEAR, 6, 14),
    date(YEAR, 7, 5),
]
#: Weekend days that were worked in exchange.
MADE_UP = [
    date(YEAR, 1, 26),
    date(YEAR, 2, 8),
    date(YEAR, 4, 27),
    date(YEAR, 9, 28),
    date(YEAR, 10, 11),
]


@plants("payment_before_contract")
def before_contract(w: World, k: int, bad: bool) -> list[str]:
    key, day = f"先{word(k, bad)}", w.day(month=6)
    row = w.contract(key, amount=50_000, signed_date=day)
    return [
        row,
        w.pay(
            key,
            9_000 + k,
            day + timedelta(days=-w.rng.randint(1, 60) if bad else w.rng.randint(0, 5)),
        ),
    ]


@plants("payment_before_acceptance")
def before_acceptance(w: World, k: int, bad: bool) -> list[str]:
    key, day = f"验{word(k, bad)}", date(YEAR, 3, 5)
    row = w.contract(key, amount=50_000, signed_date=day, advance_share=None if k % 2 else 40)
    limit = 0.32 if k % 2 else 0.42
    part = w.rng.uniform(limit + 0.01, 0.95) if bad else w.rng.uniform(0.1, limit)
    w.put(
        "acceptances",
        acceptance_no=key,
        contract_no=key,
        accepted_date=date(YEAR, 6, 5),
        result="合格",
    )
    w.pay(key, round(50_000 * (1 - part), 2), date(YEAR, 6, 5))
    return [row, w.pay(key, round(50_000 * part, 2), day + timedelta(days=20))]


@plants("paid_over_contract")
def over_paid(w: World, k: int, bad: bool) -> list[str]:
    key, day = f"超{word(k, bad)}", date(YEAR, 3, 5)
    row = w.contract(key, amount=50_000, signed_date=day)
    more = w.rng.uniform(1.03, 1.4)
    if not bad:
        w.put(
            "amendments",
            contract_no=key,
            amendment_no="1",
            amount=round(50_000 * (more - 1), 2),
            currency="CNY",
        )
    return [row, w.pay(key, round(50_000 * more, 2), day + timedelta(days=90))]


@plants("contract_growth")
def growth(w: World, k: int, bad: bool) -> list[str]:
    key = f"增{word(k, bad)}"
    row = w.contract(key, amount=50_000)
    part = w.rng.uniform(0.055, 0.2) if bad else w.rng.uniform(0.01, 0.05)
    return [row, *(w.put("amendments", contract_no=key, amendment_no=str(n), amount=round(50_000 * part, 2),
                         currency="CNY") for n in range(2))]  # fmt: skip


@plants("duplicate_invoice")
def duplicate(w: World, k: int, bad: bool) -> list[str]:
    name, amount, number = f"重{word(k, bad)}", w.price(100, 5_000), 700_000 + k
    first = w.invoice(f"0{number}", name, amount, date(YEAR, 3, 4))
    other = [f"0{number}", f"0{number // 1000} {number % 1000:03}"][k % 2] if bad else f"1{number}"
    return [first, w.invoice(other, name, amount, date(YEAR, 4, 4))]


@plants("near_duplicate_claims")
def near(w: World, k: int, bad: bool) -> list[str]:
    name, amount, day = f"近{word(k, bad)}", w.price(600, 5_000), w.day()
    apart = w.rng.randint(0, 3) if bad or k % 2 else w.rng.randint(4, 9)
    factor = w.rng.uniform(0.96, 1.04) if bad or not k % 2 else w.rng.uniform(1.07, 1.2)
    return [w.invoice(800_000 + 97 * k, name, amount, day, claimant_code=name),
            w.invoice(810_000 + 89 * k, name, round(amount * factor, 2), day + timedelta(days=apart),
                      claimant_code=name)]  # fmt: skip


@plants("sequential_invoices")
def sequence(w: World, k: int, bad: bool) -> list[str]:
    number = 5_000_000 + 10_000 * k
    rows = []
    for n in range(10):
        number += 1 if bad and n != 4 else w.rng.randint(2, 60)
        rows.append(
            w.invoice(number, f"连{word(k, bad)}", w.price(200, 5_000), date(YEAR, 1 + n, 5 + k))
        )
    return rows


@plants("round_sums")
def rounds(w: World, k: int, bad: bool) -> list[str]:
    rows = []
    for n in range(12):
        is_round = n < (11 if bad else 7)
        amount = 1000 * w.rng.randint(1, 30) if is_round else w.price(200, 9_000)
        row = w.invoice(
            6_000_000 + 1_000 * k + 31 * n + 500_000 * bad, f"整{word(k, bad)}", amount, w.day()
        )
        rows += [row] if is_round else []
    return rows


@plants("year_end_rush")
def rush(w: World, k: int, bad: bool) -> list[str]:
    name, share = (
        f"年底{word(k, bad)}",
        w.rng.uniform(0.45, 0.8) if bad else w.rng.uniform(0.1, 0.36),
    )
    for n in range(22):
        w.pay("", round(100_000 * (1 - share) / 22, 2), date(YEAR, 1 + n % 11, 6), department=name)
    return [
        w.pay("", round(100_000 * share / 4, 2), date(YEAR, 12, 20 + n), department=name)
        for n in range(4)
    ]


@plants("holiday_approvals")
def holidays(w: World, k: int, bad: bool) -> list[str]:
    name = f"假日{word(k, bad)}"
    for _ in range(15):
        w.pay("", w.price(), w.day(), department=name, approved_date=w.day(month=9))
    days = OFF if bad else MADE_UP
    return [w.pay("", w.price(), w.day(), department=name, approved_date=day) for day in days]


@plants("benford_department")
def benford(w: World, k: int, bad: bool) -> list[str]:
    """The look-alike has the digits without the round amounts: a sign alone is never enough."""
    name, rows = f"首位{word(k, bad)}", []
    for _ in range(480):
        w.pay("", w.price(10, 10_000), w.day(), department=name)
    for _ in range(130):
        amount = 100 * w.rng.randint(70, 99) + (0 if bad else w.rng.randint(1, 99) + 0.5)
        rows.append(w.pay("", amount, w.day(), department=name))
    return rows
