"""Planted truth about purchases and bidders, and what looks like it but is clean."""

from __future__ import annotations

from datetime import date, timedelta

from tests.analysis.institution.world import YEAR, World, plants


def word(k: int, bad: bool) -> str:
    return f"{'植' if bad else '似'}{k}"


@plants("split_below_tender_line")
def split(w: World, k: int, bad: bool) -> list[str]:
    first = date(YEAR, 3, 3) + timedelta(days=w.rng.randint(0, 100))
    gaps = (
        [0, w.rng.randint(1, 14), w.rng.randint(15, 30)] if bad else [0, 31 + w.rng.randint(0, 20)]
    )
    part = 400_000 / 3 + w.rng.randint(10, 9_000) if bad else w.rng.randint(210_000, 390_000)
    return [
        w.put("purchases", supplier=f"拆{word(k, bad)}", item_class=f"拆{word(k, bad)}", method="询价", amount=round(part, 2),
              currency="CNY", signed_date=first + timedelta(days=gap))
        for gap in gaps
    ]  # fmt: skip


@plants("supplier_concentration")
def concentration(w: World, k: int, bad: bool) -> list[str]:
    share = w.rng.uniform(0.55, 0.8) if bad else w.rng.uniform(0.3, 0.48)
    kind, mine = f"集{word(k, bad)}", []
    for n in range(14):
        main = n < 6
        amount = share * 100_000 / 6 if main else (1 - share) * 100_000 / 8
        row = w.contract(f"{kind}-{n}", item_class=kind, amount=round(amount, 2),
                         supplier=f"{kind}甲" if main else f"{kind}乙{n % 4}")  # fmt: skip
        mine += [row] if main else []
    return mine


@plants("price_above_median")
def price(w: World, k: int, bad: bool) -> list[str]:
    code, usual = f"价{word(k, bad)}", w.price(30, 800)
    for _ in range(36):
        w.order(code, "常供", round(usual * w.rng.uniform(0.95, 1.05), 2))
    dear = usual * (w.rng.uniform(1.42, 2) if bad else w.rng.uniform(1.1, 1.22))
    return [w.order(code, "偶供", round(dear, 2)) for _ in range(2)]


@plants("companion_bidders")
def companions(w: World, k: int, bad: bool) -> list[str]:
    mark, rows = f"陪{word(k, bad)}", []
    for n in range(6):
        key = f"{mark}-{n}"
        w.project(key)
        wins = bad or n < 4
        rows += [w.bid(key, f"{mark}主", 50_000 + n), w.bid(key, f"{mark}从", 52_000 + 7 * n)]
        w.bid(key, f"{mark}其他{n}", 55_000 + 13 * n * n)
        w.award(key, f"{mark}主" if wins else f"{mark}从", amount=50_000)
    return rows


def _pair(w: World, key: str, one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Put two bidders of one project into the register, and give their bids."""
    w.project(key)
    for name, more in (("甲", one), ("乙", other)):
        w.put("companies", company_id=f"{key}{name}", company=f"{key}{name}", role="股东",
              founded_date=date(2015, 5, 5), **more)  # fmt: skip
    w.bid(key, f"{key}丙", 71_000)
    return [
        w.bid(key, f"{key}{n}", a, supplier_id=f"{key}{n}")
        for n, a in (("甲", 60_000), ("乙", 64_321))
    ]


@plants("bidders_share_contact")
def contact(w: World, k: int, bad: bool) -> list[str]:
    key = f"联{word(k, bad)}"
    same = {"contact_key": f"c{key}"} if k % 2 else {"address": f"开发区{key}号楼一层"}
    near = {"contact_key": f"c{key}x"} if k % 2 else {"address": f"开发区{key}号楼二层"}
    return _pair(w, key, same, same if bad else near)


@plants("bidders_share_holder")
def holder(w: World, k: int, bad: bool) -> list[str]:
    key = f"股{word(k, bad)}"
    other = {"holder_key": f"h{key}"} if k % 2 else {"holder_id": f"{key}甲"}
    return _pair(w, key, {"holder_key": f"h{key}"}, other if bad else {"holder_key": f"h{key}x"})


@plants("same_upload_mark")
def upload(w: World, k: int, bad: bool) -> list[str]:
    return _marked(w, f"传{word(k, bad)}", "upload_key", bad)


@plants("same_deposit_source")
def deposit(w: World, k: int, bad: bool) -> list[str]:
    return _marked(w, f"保{word(k, bad)}", "deposit_key", bad)


def _marked(w: World, key: str, column: str, bad: bool) -> list[str]:
    """The look-alike has the same mark in another project."""
    w.project(key)
    w.project(f"{key}二")
    first = w.bid(key, f"{key}甲", 60_000, **{column: f"m{key}"})
    second = w.bid(key if bad else f"{key}二", f"{key}乙", 63_211, **{column: f"m{key}"})
    return [first, second]


@plants("short_notice")
def notice(w: World, k: int, bad: bool) -> list[str]:
    start = date(YEAR, 4, 1) + timedelta(days=k)
    days = w.rng.randint(5, 19) if bad else w.rng.randint(20, 22)
    return [
        w.project(
            f"急{word(k, bad)}", published_date=start, deadline_date=start + timedelta(days=days)
        )
    ]


@plants("addendum_without_extension")
def addendum(w: World, k: int, bad: bool) -> list[str]:
    start = date(YEAR, 4, 1) + timedelta(days=k)
    left = w.rng.randint(0, 14) if bad else w.rng.randint(15, 20)
    end = start + timedelta(days=40)
    return [w.project(f"改{word(k, bad)}", published_date=start, deadline_date=end,
                      addendum_date=end - timedelta(days=left))]  # fmt: skip


@plants("expert_repeats")
def expert(w: World, k: int, bad: bool) -> list[str]:
    mark, rows = f"评{word(k, bad)}", []
    for n in range(9):
        key = f"{mark}-{n}"
        w.project(key)
        together = n < (6 if bad else 4)
        w.award(key, f"{mark}甲" if together else f"{mark}其他{n}")
        row = w.put("experts", project_no=key, expert_code=mark, review_date=w.day())
        rows += [row] if together else []
    return rows


@plants("bids_in_steps")
def steps(w: World, k: int, bad: bool) -> list[str]:
    key, low, step = f"阶{word(k, bad)}", w.price(30_000, 70_000), w.rng.randint(300, 2_000)
    w.project(key)
    uneven = 0.004 if bad else 0.25
    at, rows = low, []
    for n in range(w.rng.randint(5, 7)):
        rows.append(w.bid(key, f"{key}{n}", round(at, 2)))
        at += step * (
            1 + w.rng.uniform(0.05, uneven) * (-1) ** n if not bad else 1 + w.rng.uniform(0, uneven)
        )
    return rows


@plants("arranged_bids")
def arranged(w: World, k: int, bad: bool) -> list[str]:
    """A ring covers its winner from well above; the look-alike is an honest tender of the same size."""
    key, cost = f"围{word(k, bad)}", w.price(30_000, 70_000)
    w.project(key)
    number = w.rng.randint(5, 9)
    if bad:
        cover = cost * (1 + w.rng.uniform(0.035, 0.08))
        prices = [cost, *(cover * (1 + w.rng.uniform(-0.005, 0.005)) for _ in range(number - 1))]
    else:
        prices = [cost * (1 + abs(w.rng.gauss(0.08, 0.08))) for _ in range(number)]
    return [w.bid(key, f"{key}{n}", round(one, 2)) for n, one in enumerate(prices)]


@plants("contract_signed_late")
def late(w: World, k: int, bad: bool) -> list[str]:
    key, day = f"迟{word(k, bad)}", w.day(month=5)
    w.project(key)
    waited = w.rng.randint(31, 90) if bad else w.rng.randint(25, 30)
    first = w.award(key, key, award_date=day)
    return [
        first,
        w.contract(
            key,
            project_no=key,
            supplier=key,
            amount=10_000,
            signed_date=day + timedelta(days=waited),
        ),
    ]


@plants("contract_differs_from_award")
def differs(w: World, k: int, bad: bool) -> list[str]:
    key, day = f"异{word(k, bad)}", w.day(month=5)
    w.project(key)
    more = w.rng.uniform(1.02, 1.3) if bad else w.rng.uniform(0.9, 1.008)
    first = w.award(key, key, award_date=day)
    return [first, w.contract(key, project_no=key, supplier=key, amount=round(10_000 * more, 2),
                              signed_date=day + timedelta(days=9))]  # fmt: skip


@plants("other_method_unapproved")
def method(w: World, k: int, bad: bool) -> list[str]:
    approved, below = not bad and k % 2 == 0, not bad and k % 2 == 1
    return [w.project(f"式{word(k, bad)}", method=["单一来源", "竞争性磋商"][k % 2],
                      budget=399_000 if below else 400_000 + k * 9_000,
                      approval_no="财采8号" if approved else None)]  # fmt: skip


@plants("new_supplier_quick_win")
def new_supplier(w: World, k: int, bad: bool) -> list[str]:
    key, founded = f"新{word(k, bad)}", date(YEAR, 1, 8)
    w.put(
        "companies",
        company_id=key,
        company=key,
        founded_date=founded,
        role="股东",
        holder_key=f"h{key}",
    )
    after = w.rng.randint(10, 180) if bad else w.rng.randint(181, 300)
    return [w.contract(key, supplier=key, supplier_id=key, amount=round(w.rng.uniform(100_000, 300_000), 2),
                       signed_date=founded + timedelta(days=after))]  # fmt: skip


@plants("purchase_outside_plan")
def outside_plan(w: World, k: int, bad: bool) -> list[str]:
    changes = {"plan_no": [None, "无此计划"][k % 2]} if bad else {"plan_no": f" J-外似{k} ".lower()}
    return [w.project(f"外{word(k, bad)}", budget=150_000 + k, **changes)]
