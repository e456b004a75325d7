"""An ordinary year of the hospital: the books in which the planted rows are to be found."""

from __future__ import annotations

from datetime import date, timedelta

from tests.analysis.institution.world import YEAR, World

CLASSES = [f"品类{n}" for n in range(8)]
DEPARTMENTS = [f"科室{n}" for n in range(12)]


def ordinary_year(w: World) -> None:
    """Fill the books."""
    for k in range(200):
        purchase(w, k)
    for k in range(1500):
        w.invoice(100_000 + k * 37 % 99_991 + w.rng.randint(0, 9) * 100_000, f"商户{k % 90}", w.price(60, 9_000),
                  w.day(), claimant_code=f"S{k % 70}")  # fmt: skip
    for k in range(2400):
        department = DEPARTMENTS[k % 12]
        day = date(YEAR, 1 + k // 12 % 12, 1 + k * 7 % 27)
        w.pay("", w.price(15, 90_000), day, department=department, approved_date=w.day())
    stores(w)
    for k in range(40):
        w.put("equipment", asset_no=f"日常设备{k}", equipment_name="设备", supplier=f"厂家{k % 9}", origin="购置",
              price=w.price(), currency="CNY", planned_uses=100, start_date=date(2023, 1, 1))  # fmt: skip
        for month in range(1, 13):
            w.put("use_log", asset_no=f"日常设备{k}", month_date=date(YEAR, month, 1),
                  uses=w.rng.randint(60, 140), repair_days=0)  # fmt: skip
        w.put(
            "posts",
            post_no=f"岗{k}",
            post_name="出纳",
            department=DEPARTMENTS[k % 12],
            key_kind="负责人",
        )
        w.put(
            "rotation", post_no=f"岗{k}", staff_code=f"S{k}", since_date=date(2023, 1 + k % 12, 3)
        )
        w.put("query_log", query_no=f"日常{k}", role="药剂科", scope="科室级", query_date=w.day())
    for k in range(300):
        w.put("demands", demand_no=f"日常{k}", department=DEPARTMENTS[k % 12], requester_code=f"S{k % 40}",
              approver_code=f"S{100 + k % 9}", requested_date=w.day(), amount=w.price(), currency="CNY")  # fmt: skip


def purchase(w: World, k: int) -> None:
    """Add one purchase from plan to acceptance, with honest bids of independent bidders."""
    key = f"日常{k}"
    w.project(key)
    bidders = w.rng.sample(range(60), w.rng.randint(3, 8))
    cost = w.price(20_000, 70_000)
    bids = sorted((round(cost * (1 + abs(w.rng.gauss(0.08, 0.09))), 2), b) for b in bidders)
    for amount, b in bids:
        w.bid(
            key,
            f"企业{b}",
            amount,
            supplier_id=f"ID{b}",
            upload_key=f"u{key}{b}",
            deposit_key=f"d{key}{b}",
        )
    amount, winner = bids[0]
    day = w.day(month=w.rng.randint(2, 6))
    w.award(key, f"企业{winner}", supplier_id=f"ID{winner}", amount=amount, award_date=day)
    for expert in w.rng.sample(range(60), 5):
        w.put("experts", project_no=key, expert_code=f"E{expert}", review_date=day)
    signed = day + timedelta(days=w.rng.randint(3, 20))
    w.contract(key, project_no=key, supplier=f"企业{winner}", supplier_id=f"ID{winner}", amount=amount,
               item_class=CLASSES[k % 8], signed_date=signed)  # fmt: skip
    accepted = signed + timedelta(days=60)
    w.put(
        "acceptances", acceptance_no=f"Y{k}", contract_no=key, accepted_date=accepted, result="合格"
    )
    w.pay(key, round(amount * 0.3, 2), signed + timedelta(days=5))
    w.pay(key, round(amount * 0.7, 2), accepted + timedelta(days=9))
    w.put(
        "meeting_topics",
        meeting_no=f"M{k}",
        topic_no="1",
        contract_no=key,
        meeting_date=signed,
        outcome="通过",
    )
    if k < 60:
        w.put("companies", company_id=f"ID{k}", company=f"企业{k}", address=f"城中大道{k}号{k}室",
              contact_key=f"c{k}", founded_date=date(2012, 1 + k % 12, 5), role="股东", holder_key=f"h{k}")  # fmt: skip
    if k % 9 == 0:
        w.put(
            "amendments",
            contract_no=key,
            amendment_no="1",
            amount=round(amount * 0.02, 2),
            currency="CNY",
        )


def stores(w: World) -> None:
    """Add a year of orders, receipts, issues and charges of thirty items."""
    for k in range(30):
        code, price = f"品{k}", w.price(20, 900)
        w.put("items", item_code=code, item_name=code, charged_apart="是")
        for n in range(60):
            w.order(
                code,
                f"经销商{(k + n) % 5}",
                round(price * (1 + w.rng.gauss(0, 0.03)), 2),
                order_date=date(YEAR, 1 + n % 12, 8),
            )
        department = DEPARTMENTS[k % 12]
        for month in range(1, 13):
            if k < 12:
                w.put("operations", department=department, month_date=date(YEAR, month, 1),
                      operations=w.rng.randint(45, 55))  # fmt: skip
            taken = w.rng.randint(90, 110)
            w.put("receipts", receipt_no=f"R{k}-{month}", order_no="", item_code=code, batch=f"批{k}-{month}",
                  quantity=taken + 1, received_date=date(YEAR, month, 2))  # fmt: skip
            w.put("issues", issue_no=f"I{k}-{month}", department=department, item_code=code,
                  batch=f"批{k}-{month}", quantity=taken, issued_date=date(YEAR, month, 9))  # fmt: skip
            w.put("charges", department=department, item_code=code, month_date=date(YEAR, month, 1),
                  quantity=taken - w.rng.randint(0, 2))  # fmt: skip
