"""Planted truth about stores, equipment, works, posts and decisions, and clean look-alikes of it."""

from __future__ import annotations

from datetime import date, timedelta

from tests.analysis.institution.purchasing import word
from tests.analysis.institution.world import YEAR, World, plants


@plants("book_to_book")
def books(w: World, k: int, bad: bool) -> list[str]:
    code = f"账{word(k, bad)}"
    received, issued, charged = 1000.0, 990.0, 980.0
    gap = w.rng.uniform(0.1, 0.5) if bad else w.rng.uniform(0.0, 0.04)
    if k % 3 == 0:
        charged = issued * (1 - gap)
    elif k % 3 == 1:
        charged = issued * (1 + gap)
    else:
        issued = charged = received * (1 + gap)
    item = w.put("items", item_code=code, item_name=code, charged_apart="是")
    w.put(
        "receipts",
        receipt_no=code,
        item_code=code,
        batch=code,
        quantity=received,
        received_date=date(YEAR, 2, 3),
    )
    w.put("issues", issue_no=code, department=code, item_code=code, batch=code, quantity=round(issued),
          issued_date=date(YEAR, 2, 9))  # fmt: skip
    charge = w.put(
        "charges",
        department=code,
        item_code=code,
        month_date=date(YEAR, 2, 1),
        quantity=round(charged),
    )
    return [item, charge]


@plants("abnormal_issue")
def issue(w: World, k: int, bad: bool) -> list[str]:
    code, mine = f"领{word(k, bad)}", ""
    for month in range(1, 11):
        peak = month == 6
        work = 50 if bad or not peak else 100
        taken = w.rng.randint(92, 108) * (w.rng.uniform(1.8, 3) if peak else 1)
        w.put("operations", department=code, month_date=date(YEAR, month, 1), operations=work)
        row = w.put("issues", issue_no=f"{code}{month}", department=code, item_code=code, batch="",
                    quantity=round(taken if bad else min(taken, 200)), issued_date=date(YEAR, month, 8))  # fmt: skip
        mine = row if peak else mine
    return [mine]


@plants("idle_equipment")
def idle(w: World, k: int, bad: bool) -> list[str]:
    key = f"闲{word(k, bad)}"
    row = w.put("equipment", asset_no=key, equipment_name=key, supplier="厂家", origin="购置", price=90_000,
                currency="CNY", planned_uses=200, start_date=date(2023, 5, 5))  # fmt: skip
    mean = w.rng.randint(20, 85) if bad else w.rng.randint(112, 150)
    for month in range(1, 11):
        broken = not bad and month > 7
        w.put("use_log", asset_no=key, month_date=date(YEAR, month, 1), uses=0 if broken else mean + w.rng.randint(-9, 9),
              repair_days=25 if broken else 0)  # fmt: skip
    return [row]


@plants("bound_consumables")
def bound(w: World, k: int, bad: bool) -> list[str]:
    key = f"绑{word(k, bad)}"
    lent = bad or k % 2
    row = w.put("equipment", asset_no=key, equipment_name=key, supplier=f"{key}甲", price=0 if lent else 300_000,
                currency="CNY", origin=["投放", "捐赠"][k // 2 % 2] if lent else "购置")  # fmt: skip
    w.put("items", item_code=key, item_name=key, for_equipment=key)
    for n in range(8):
        w.order(
            key, f"{key}甲" if bad or n < 5 else f"{key}乙", w.price(100, 900) if n < 0 else 333.3
        )
    return [row]


@plants("issue_without_receipt")
def no_receipt(w: World, k: int, bad: bool) -> list[str]:
    code = f"链{word(k, bad)}"
    w.put(
        "receipts",
        receipt_no=code,
        item_code=code,
        batch=f"{code}A",
        quantity=500,
        received_date=date(YEAR, 2, 3),
    )
    return [w.put("issues", issue_no=f"{code}{n}", department="科室1", item_code=code,
                  batch=f"{code}{'B' if bad else 'a'}", quantity=20, issued_date=date(YEAR, 3, 4))
            for n in range(2)]  # fmt: skip


@plants("lasting_temporary")
def temporary(w: World, k: int, bad: bool) -> list[str]:
    months = range(2, 2 + (w.rng.randint(4, 8) if bad else 3))
    return [w.order(f"临{word(k, bad)}", "临供", 88.8, order_kind="临时采购", order_date=date(YEAR, m, 7 + n))
            for m in months for n in range(2)]  # fmt: skip


@plants("works_paid_ahead")
def works(w: World, k: int, bad: bool) -> list[str]:
    key = f"工{word(k, bad)}"
    w.contract(key, amount=300_000, signed_date=date(YEAR, 1, 6))
    w.put(
        "works_budget",
        contract_no=key,
        period_no="1",
        progress=20,
        paid_total=60_000,
        currency="CNY",
    )
    ahead = w.rng.uniform(0.12, 0.4) if bad else w.rng.uniform(-0.2, 0.09)
    return [w.put("works_budget", contract_no=key, period_no="2", progress=50, paid_total=round(300_000 * (0.5 + ahead)),
                  currency="CNY")]  # fmt: skip


@plants("overdue_rotation")
def rotation(w: World, k: int, bad: bool) -> list[str]:
    key = f"轮{word(k, bad)}"
    kind, years = (("采购保管", 2), ("负责人", 3))[k % 2]
    held = years * 365.25 + (w.rng.randint(5, 900) if bad else -w.rng.randint(5, 90))
    exempt = None if bad or k % 4 else "党发3号"
    w.put("posts", post_no=key, post_name=key, department="采购办", key_kind=kind)
    return [w.put("rotation", post_no=key, staff_code=key, exempt=exempt,
                  since_date=date(YEAR, 12, 31) - timedelta(days=round(held + (900 if exempt else 0))))]  # fmt: skip


@plants("relative_supplier_tie")
def relative(w: World, k: int, bad: bool) -> list[str]:
    key = f"亲{word(k, bad)}"
    w.put("posts", post_no=key, post_name=key, department=f"{key}科", key_kind=None)
    held = f"h{key}" if bad or k % 3 else "h别人"
    w.put(
        "companies",
        company_id=key,
        company=key,
        founded_date=date(2014, 1, 1),
        role="股东",
        holder_key=held,
    )
    handled = "已回避" if not bad and k % 3 == 1 else None
    row = w.put("relatives", staff_code=key, post_no=key, relative_key=f"h{key}", company_id=key, handled=handled,
                declared_date=date(2024, 1, 5))  # fmt: skip
    where = f"{key}科" if bad or k % 3 != 2 else "后勤科"
    return [row, w.contract(key, supplier=key, supplier_id=key, department=where)]


@plants("outside_post_supplier")
def outside(w: World, k: int, bad: bool) -> list[str]:
    key, approved = f"兼{word(k, bad)}", not bad and k % 2 == 0
    row = w.put("outside_posts", staff_code=key, post_no=key, company_id=key, company=key, since_date=date(2023, 1, 1),
                approval_no="人2号" if approved else None,
                until_date=None if bad or approved else date(2024, 12, 31))  # fmt: skip
    return [row, w.contract(key, supplier=key, supplier_id=key)]


@plants("contract_without_topic")
def topic(w: World, k: int, bad: bool) -> list[str]:
    key, day = f"议{word(k, bad)}", w.day(month=7)
    if not bad or k % 2:
        held = day + timedelta(days=w.rng.randint(1, 30) if bad else -w.rng.randint(0, 30))
        w.put(
            "meeting_topics",
            meeting_no=key,
            topic_no="1",
            contract_no=key,
            meeting_date=held,
            outcome="通过",
        )
    return [w.contract(key, amount=500_000 + 1_000 * k, signed_date=day)]


@plants("unapproved_doctor_query")
def query(w: World, k: int, bad: bool) -> list[str]:
    approved = not bad and k % 2 == 0
    return [w.put("query_log", query_no=f"方{word(k, bad)}", role=f"角色{word(k, bad)}", query_date=w.day(),
                  scope="医师级" if bad or approved else "全院级", approval_no="T1" if approved else None)]  # fmt: skip


@plants("same_requester_approver")
def same(w: World, k: int, bad: bool) -> list[str]:
    name = f"同{word(k, bad)}"
    return [w.put("demands", demand_no=name, department=name, requester_code=f"T{k}",
                  approver_code=f"t{k} " if bad else f"T{k}1", requested_date=w.day(), amount=900, currency="CNY")]  # fmt: skip
