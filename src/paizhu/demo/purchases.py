"""Purchase books of the invented hospitals: ordinary rows, planted splits, and innocent look-alikes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

HEADER = ("合同编号", "采购单位", "供应商", "统一社会信用代码", "采购内容", "品目", "采购方式", "签订日期", "金额（元）", "币种", "红字冲销")  # fmt: skip
CLASSES = {
    "医用耗材": ("一次性使用输液器", "医用外科口罩", "骨科植入材料", "吻合器", "留置针", "敷料包"),
    "检验试剂": ("生化试剂盒", "血常规稀释液", "核酸提取试剂", "凝血试剂"),
    "医疗设备": ("心电监护仪", "输液泵", "超声探头", "手术无影灯", "内镜清洗机"),
    "设备维保": ("CT 维保服务", "电梯维保", "中央空调维保", "内镜维修"),
    "办公用品": ("复印纸", "硒鼓", "办公桌椅", "档案盒"),
    "后勤物资": ("被服布草", "食堂食材", "消毒用品", "五金电料"),
    "信息服务": ("系统运维服务", "网络安全服务", "存储扩容", "终端设备"),
    "物业服务": ("保洁服务", "医疗废物清运", "绿化养护", "安保服务"),
}
METHODS = ("询价", "竞争性磋商", "直接采购", "院内比选", "单一来源")
_FIRST = (
    "安澜",
    "恒舟",
    "海棠",
    "启明",
    "瑞禾",
    "卓屿",
    "博砚",
    "同泽",
    "嘉澄",
    "远桥",
    "汇珩",
    "清岚",
)
_FIELDS = ("医疗器械", "医药", "生物科技", "信息技术", "商贸", "后勤服务", "建设工程")
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Supplier:
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of a book."""

    day: date
    unit: str
    supplier: Supplier
    item: str
    item_class: str
    method: str
    amount: float
    is_credit_note: bool = False


def suppliers(dice: Random) -> list[Supplier]:
    """Make the companies of the city."""
    names = [f"青屿{first}{field}有限公司" for first in _FIRST for field in _FIELDS]
    return [Supplier(name, "91330200MA" + "".join(dice.choices(_LETTERS, k=8))) for name in names]


def purchases(
    units: Sequence[str], *, rows: int, since: date, until: date, dice: Random
) -> list[Purchase]:
    """Make the books of all units, in the order of time."""
    known = suppliers(dice)
    span = (until - since).days
    made = [*planted(units, known, since=since, until=until, dice=dice)]
    weights = [3 if number < 5 else 2 if number < 13 else 1 for number in range(len(units))]
    days = [since + timedelta(days=number) for number in range(span)]
    open_days = [day for day in days if day.weekday() < 5]
    bought_by = dice.choices(units, weights, k=max(0, rows - len(made)))
    made += [_ordinary(unit, dice.choice(open_days), known, dice) for unit in bought_by]
    return sorted(made, key=lambda one: (one.day, one.unit, one.supplier.name, one.amount))


def _ordinary(unit: str, day: date, known: Sequence[Supplier], dice: Random) -> Purchase:
    """Make a row nobody would ask about: small, or openly tendered, or alone in its size."""
    item_class = dice.choice(tuple(CLASSES))
    item = dice.choice(CLASSES[item_class])
    kind = dice.random()
    if kind < 0.008:
        amount, method = dice.uniform(420_000, 2_800_000), "公开招标"
    elif kind < 0.0105:
        amount, method = dice.uniform(45_000, 120_000), dice.choice(METHODS)
    else:
        amount, method = min(38_000.0, dice.lognormvariate(7.9, 1.1)), dice.choice(METHODS)
    is_back = kind > 0.9975
    return Purchase(day, unit, dice.choice(known), item, item_class, method,
                    round(-amount if is_back else amount, 2), is_back)  # fmt: skip


def planted(
    units: Sequence[str], known: Sequence[Supplier], *, since: date, until: date, dice: Random
) -> Iterator[Purchase]:
    """Give the splits that the measure must find, and look-alikes that it must not."""
    span = (until - since).days
    for unit, supplier, share in _SPLITS:
        first = since + timedelta(days=int(span * share))
        item_class = dice.choice(("医用耗材", "检验试剂", "设备维保", "信息服务"))
        item, method = dice.choice(CLASSES[item_class]), dice.choice(METHODS[:3])
        for place in range(dice.randint(3, 4)):
            amount = round(dice.uniform(136_000, 149_800), 2)
            yield Purchase(first + timedelta(days=dice.randint(5, 8) * place), units[unit],
                           known[supplier], item, item_class, method, amount)  # fmt: skip
    for unit, share in ((1, 0.36), (2, 0.9)):
        first = since + timedelta(days=int(span * share))
        for place, supplier in enumerate((51, 59)):
            amount = round(dice.uniform(381_000, 396_000), 2)
            yield Purchase(first + timedelta(days=12 * place), units[unit], known[supplier],
                           "心电监护仪", "医疗设备", "竞争性磋商", amount)  # fmt: skip
    yield from _look_alikes(units, known, since=since, span=span)


#: Hospital, supplier, and at which share of the time its split purchases begin.
_SPLITS = ((0, 2, 0.12), (1, 10, 0.27), (0, 18, 0.45), (2, 27, 0.63), (1, 33, 0.8), (0, 40, 0.94), (2, 46, 0.965))  # fmt: skip


def _look_alikes(
    units: Sequence[str], known: Sequence[Supplier], *, since: date, span: int
) -> Iterator[Purchase]:
    """Too far apart, one fen short, one of them tendered, two hospitals, taken back."""
    start = since + timedelta(days=int(span * 0.5))
    rows = (
        (0, 60, 0, 210_000.0, "询价"), (0, 60, 35, 215_000.0, "询价"),
        (1, 61, 0, 200_000.0, "询价"), (1, 61, 10, 199_999.99, "询价"),
        (2, 62, 0, 280_000.0, "公开招标"), (2, 62, 6, 230_000.0, "竞争性磋商"),
        (0, 63, 0, 260_000.0, "询价"), (1, 63, 3, 262_000.0, "询价"),
        (2, 64, 0, 398_000.0, "单一来源"), (2, 64, 4, -398_000.0, "单一来源"),
    )  # fmt: skip
    for unit, supplier, days, amount, method in rows:
        yield Purchase(start + timedelta(days=days), units[unit], known[supplier],
                       "内镜清洗机", "医疗设备", method, amount, amount < 0)  # fmt: skip


def write(book: Sequence[Purchase], path: Path, *, first: int, dice: Random) -> None:
    """Write a book as the finance office would send it, with its small untidiness."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number, one in enumerate(book, start=first):
            out.writerow(_row(one, number, dice))


def _row(one: Purchase, number: int, dice: Random) -> tuple[str, ...]:
    untidy = dice.random()
    day, amount, currency = one.day.isoformat(), f"{one.amount:.2f}", "CNY"
    if untidy < 0.01:
        day = f"{one.day.year}年{one.day.month}月{one.day.day}日"
    elif untidy < 0.02:
        amount = f"{one.amount:,.2f}"
    elif untidy < 0.022 and one.amount < 40_000:
        currency = ""
    elif untidy < 0.0223 and one.amount < 40_000:
        day = "不详"
    return (
        f"CG{one.day.year}-{number:06}", one.unit, one.supplier.name, one.supplier.number, one.item,
        one.item_class, one.method, day, amount, currency, "是" if one.is_credit_note else "",
    )  # fmt: skip
