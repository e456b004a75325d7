"""Tenders, contracts, claims, equipment and key posts of the invented hospitals, over eighteen months.

Most rows are such that nobody would ask about them; here and there stands one that a measure names.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from paizhu.analysis.catalog import tables
from paizhu.demo.purchases import CLASSES, Supplier
from paizhu.kernel.counting import months_on

#: What is asked of these books, in this order; each finds something.
MEASURES = (
    "short_notice", "arranged_bids", "bids_in_steps", "bidders_share_contact", "companion_bidders",
    "contract_signed_late", "contract_growth", "payment_before_contract", "paid_over_contract",
    "duplicate_invoice", "sequential_invoices", "idle_equipment", "overdue_rotation",
)  # fmt: skip
#: What a look at the vouchers settled.
LET_BE = ("paid_over_contract", "contract_signed_late", "sequential_invoices")
PROJECTS, MACHINES, POSTS, INVOICES = 66, 26, 24, 420
#: Projects with something to ask about; the others run as they should. The accompanied are of one hospital.
SHORT, BUNCHED, STEPPED, NEIGHBOURS = {5: 12, 41: 15}, 17, 29, (23, 50)
ACCOMPANIED = (3, 12, 21, 33, 45, 57)
SIGNED_LATE, GROWN, PAID_EARLY, PAID_TOO_MUCH = 8, (14, 37), (26, 48), 31
IDLE, OVERDUE, IN_REPAIR = (4, 17), (2, 9, 19), 13
#: Places among the companies of the city: one that wins and one that stands beside it, two neighbours.
WINNER, COMPANION, ONE, OTHER = 70, 71, 74, 75
DEPARTMENTS = ("设备科", "总务科", "信息科", "药剂科", "检验科", "放射科", "手术室", "急诊科")
#: Name, department that uses it, uses a month promised.
EQUIPMENT = (
    ("64 排 CT", "放射科", 520), ("1.5T 磁共振", "放射科", 260), ("彩色超声诊断仪", "超声科", 640),
    ("全自动生化分析仪", "检验科", 900), ("血液透析机", "肾内科", 120), ("电子胃肠镜", "消化内科", 300),
    ("数字化 X 线机", "放射科", 700), ("高压氧舱", "康复科", 90),
)  # fmt: skip
#: Name, department, kind of key post.
KEY_POSTS = (
    ("设备采购", "设备科", "采购保管"), ("药品采购", "药剂科", "采购保管"), ("耗材库保管", "设备科", "采购保管"),
    ("出纳", "财务科", "财务"), ("基建项目管理", "总务科", "负责人"), ("科主任", "检验科", "负责人"),
    ("收费处负责人", "财务科", "负责人"), ("信息系统管理", "信息科", ""),
)  # fmt: skip
CHANGES = ("现场条件变化", "增加接口开发", "材料规格调整", "延长质保")


@dataclass(slots=True)
class Books:
    """The rows of each table, under the names of its columns."""

    units: Sequence[str]
    companies: Sequence[Supplier]
    since: date
    until: date
    dice: Random
    rows: dict[str, list[Mapping[str, object]]] = field(default_factory=lambda: defaultdict(list))

    def put(self, table: str, **row: object) -> None:
        self.rows[table].append(row)

    def money(self, low: float, high: float) -> float:
        """Give an amount whose first digits are spread as those of real books."""
        drawn: float = low * (high / low) ** self.dice.random()
        return round(drawn, 2)

    def day(self, share: float) -> date:
        """Give the working day at a share of the time."""
        found = self.since + timedelta(days=int((self.until - self.since).days * share))
        return found - timedelta(days=max(0, found.isoweekday() - 5))


def books(
    units: Sequence[str], companies: Sequence[Supplier], *, since: date, until: date, dice: Random
) -> dict[str, list[Mapping[str, object]]]:
    """Give the rows of all tables; `units` are at least three hospitals by name."""
    made = Books(units[:3], companies, since, until, dice)
    _register(made)
    for number in range(PROJECTS):
        _project(made, number)
    _claims(made)
    _machines(made)
    _posts(made)
    return dict(made.rows)


def write(rows: Sequence[Mapping[str, object]], path: Path, *, table: str) -> None:
    """Write one table under its Chinese headings, as an office would send it."""
    columns = tables()[table].columns
    used = [name for name in columns if any(name in row for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([columns[name].title.zh for name in used])
        out.writerows([row.get(name, "") for name in used] for row in rows)


# --- from notice to payment ---------------------------------------------------------------------


def _project(made: Books, number: int) -> None:
    """Tender, award, contract and payments of one project."""
    key, dice = f"QYCG-{number + 1:04}", made.dice
    unit = made.units[number % len(made.units)]
    item_class = dice.choice(tuple(CLASSES))
    item, cost = dice.choice(CLASSES[item_class]), made.money(420_000, 2_600_000)
    published = made.day(0.02 + 0.72 * number / PROJECTS)
    days = SHORT.get(number, dice.randint(21, 27))
    deadline = published + timedelta(days=days)
    made.put(
        "projects", unit=unit, project_no=key, item_name=item, item_class=item_class, method="公开招标",
        budget=round(cost * 1.12, -3), currency="CNY", published_date=published, deadline_date=deadline,
    )  # fmt: skip
    bids = _bids(made, number, cost)
    for company, amount in bids:
        made.put("bids", unit=unit, project_no=key, supplier=company.name, supplier_id=company.number,
                 amount=amount, currency="CNY", status="有效")  # fmt: skip
    winner, price = min(bids, key=lambda one: one[1])
    awarded = deadline + timedelta(days=dice.randint(3, 9))
    made.put("awards", unit=unit, project_no=key, supplier=winner.name, supplier_id=winner.number,
             amount=price, currency="CNY", award_date=awarded)  # fmt: skip
    signed = awarded + timedelta(days=57 if number == SIGNED_LATE else dice.randint(6, 24))
    contract = f"HT-{key[5:]}"
    made.put(
        "contracts", unit=unit, contract_no=contract, project_no=key, supplier=winner.name,
        supplier_id=winner.number, department=dice.choice(DEPARTMENTS), item_name=item,
        item_class=item_class, method="公开招标", amount=price, currency="CNY", signed_date=signed,
    )  # fmt: skip
    added = _change(made, number, unit, contract, price, signed)
    _pay(made, number, unit, contract, winner, round(price + added, 2), signed)


def _bids(made: Books, number: int, cost: float) -> list[tuple[Supplier, float]]:
    """Give who bid how much; independent bidders but for the projects that are told."""
    dice = made.dice
    named = {WINNER, COMPANION, ONE, OTHER}
    free = [one for place, one in enumerate(made.companies) if place not in named]
    count = 7 if number in {BUNCHED, STEPPED} else dice.randint(3, 6)
    bidders = dice.sample(free, count)
    if number == BUNCHED:
        cover = cost * 1.06
        prices = [cost, *(cover * (1 + dice.uniform(-0.004, 0.004)) for _ in bidders[1:])]
    elif number == STEPPED:
        prices = [cost * (1 + 0.02 * place) for place in range(count)]
    else:
        prices = [cost * (1 + abs(dice.gauss(0.07, 0.06))) for _ in bidders]
    if number in ACCOMPANIED:
        bidders[:2] = [made.companies[WINNER], made.companies[COMPANION]]
        prices[:2] = [cost, cost * dice.uniform(1.02, 1.05)]
    if number in NEIGHBOURS:
        bidders[:2] = [made.companies[ONE], made.companies[OTHER]]
    return [(one, round(price, 2)) for one, price in zip(bidders, prices, strict=True)]


def _change(
    made: Books, number: int, unit: str, contract: str, price: float, signed: date
) -> float:
    """Change a contract, if it is one that was changed; give by how much."""
    share = 0.17 if number in GROWN else 0.03 if number % 9 == 0 else 0.0
    if not share:
        return 0.0
    added = round(price * share, 2)
    made.put("amendments", unit=unit, contract_no=contract, amendment_no="1", amount=added,
             currency="CNY", signed_date=signed + timedelta(days=40),
             reason=made.dice.choice(CHANGES))  # fmt: skip
    return added


def _pay(
    made: Books, number: int, unit: str, contract: str, payee: Supplier, whole: float, signed: date
) -> None:
    first = signed + timedelta(days=-9 if number in PAID_EARLY else made.dice.randint(5, 15))
    last = signed + timedelta(days=made.dice.randint(70, 95))
    rest = round(whole * (0.76 if number == PAID_TOO_MUCH else 0.7), 2)
    parts = (("预付款", first, round(whole - round(whole * 0.7, 2), 2)), ("尾款", last, rest))
    for purpose, day, amount in parts:
        if day <= made.until:
            made.put(
                "payments", unit=unit, payment_no=f"FK-{len(made.rows['payments']) + 1:05}",
                contract_no=contract, supplier=payee.name, supplier_id=payee.number, purpose=purpose,
                amount=amount, currency="CNY", paid_date=day,
            )  # fmt: skip


# --- beside the tenders -------------------------------------------------------------------------


def _register(made: Books) -> None:
    """The public register: one line for each company; two of them have one contact number."""
    shared = f"{made.dice.getrandbits(64):016x}"
    for place, one in enumerate(made.companies):
        own, holder = (f"{made.dice.getrandbits(64):016x}" for _ in range(2))
        made.put(
            "companies", company_id=one.number, company=one.name,
            address=f"青屿市滨海大道 {100 + place * 3} 号 {1 + place % 9}0{1 + place % 7} 室",
            contact_key=shared if place in {ONE, OTHER} else own, role="股东", holder_key=holder,
            founded_date=date(2008 + place % 14, 1 + place % 12, 1 + place % 27),
        )  # fmt: skip


def _claims(made: Books) -> None:
    """Claims of small invoices; one is claimed twice, and one shop has no other customer."""
    shops, unit, dice = made.companies[:60], made.units, made.dice
    for number in range(INVOICES):
        shop, day = dice.choice(shops), made.day(dice.random())
        _claim(made, unit[number % 3], shop, 20_000_000 + number * 7919 % 999_983, day)
    twice, day = made.rows["invoices"][120], made.day(0.83)
    made.put("invoices", **{**twice, "claim_no": "BX-90001", "claimed_date": day})
    for place in range(11):
        _claim(made, unit[1], made.companies[66], 61_204_417 + place, made.day(0.55 + 0.03 * place))


def _claim(made: Books, unit: str, shop: Supplier, number: int, day: date) -> None:
    made.put(
        "invoices", unit=unit, claim_no=f"BX-{len(made.rows['invoices']) + 1:05}",
        invoice_no=str(number), supplier=shop.name, supplier_id=shop.number,
        department=made.dice.choice(DEPARTMENTS), claimant_code=f"{made.dice.randint(1001, 1090)}",
        amount=made.money(60, 8_000), currency="CNY", invoice_date=day - timedelta(days=5),
        claimed_date=day,
    )  # fmt: skip


def _machines(made: Books) -> None:
    """A year of use of each machine; two are hardly used, and one stood in repair."""
    months = [months_on(made.until.replace(day=1), -number) for number in range(12, 0, -1)]
    for number in range(MACHINES):
        name, department, planned = EQUIPMENT[number % len(EQUIPMENT)]
        unit, asset = made.units[number % 3], f"SB-{2019 + number % 5}-{number + 1:03}"
        made.put(
            "equipment", unit=unit, asset_no=asset, equipment_name=name, origin="购置",
            department=department, price=made.money(300_000, 9_000_000),
            supplier=made.companies[number].name, currency="CNY", planned_uses=planned, status="在用",
            start_date=months_on(made.since, -6 - number % 20),
        )  # fmt: skip
        for month in months:
            share = 0.21 if number in IDLE else 0.0 if number == IN_REPAIR else 0.95
            made.put("use_log", unit=unit, asset_no=asset, month_date=month,
                     uses=round(planned * share * made.dice.uniform(0.85, 1.2)),
                     repair_days=30 if number == IN_REPAIR else 0)  # fmt: skip


def _posts(made: Books) -> None:
    """Key posts and who holds them, by staff numbers only."""
    for number in range(POSTS):
        name, department, kind = KEY_POSTS[number % len(KEY_POSTS)]
        unit, post = made.units[number % 3], f"GW-{number + 1:03}"
        months = 45 + number if number in OVERDUE else 3 + number % 19
        made.put("posts", unit=unit, post_no=post, post_name=name, key_kind=kind,
                 department=department)  # fmt: skip
        made.put("rotation", unit=unit, post_no=post, staff_code=f"{1001 + number * 7}",
                 since_date=months_on(made.until, -months))  # fmt: skip
