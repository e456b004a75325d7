"""Write releases of the shape that is really published, with flags planted in them.

Five kilobytes a release: parties with addresses, documents, items, contracts. One block is made by
chance and written again and again with other numbers in its names, so a million take seconds.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

BLOCK = 10_000
#: Stands in every name for the number of the block; as wide as what replaces it.
MARK = b"@@@@"
CHINA = timezone(timedelta(hours=8))
SINCE = datetime(2023, 1, 1, 9, tzinfo=CHINA)
SUPPLIERS, BUYERS = 400, 80
METHODS = {
    "open": "公开招标",
    "selective": "邀请招标",
    "limited": "竞争性磋商",
    "direct": "单一来源",
}
GOODS = (
    "一次性注射器",
    "彩色多普勒超声诊断仪",
    "体外诊断试剂",
    "医用口罩",
    "手术室改造工程",
    "保洁服务",
)

Release = dict[str, Any]


def write(path: Path, count: int, *, seed: int = 5) -> Counter[str]:
    """Write so many releases, one a line; give how many of each flag were planted."""
    chance = random.Random(seed)
    planted: Counter[str] = Counter()
    made = [release(number, chance, planted) for number in range(min(count, BLOCK))]
    block = "".join(
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in made
    )
    data, blocks = block.encode(), math.ceil(count / BLOCK)
    with path.open("wb") as file:
        for number in range(blocks):
            file.write(data.replace(MARK, f"{number:04}".encode()))
    return Counter({code: found * blocks for code, found in planted.items()})


def release(number: int, chance: random.Random, planted: Counter[str]) -> Release:
    """Make one compiled release, perhaps with a planted flag."""
    ocid = f"ocds-pz-@@@@-{number:06}"
    method = chance.choices(list(METHODS), (62, 13, 10, 15))[0]
    competitive = method in {"open", "selective"}
    start = SINCE + timedelta(days=chance.randrange(900), minutes=chance.randrange(480))
    plant = chance.choices(
        ("", "R003", "R018", "R024", "R028", "R030", "R035", "R036", "R058"),
        (900, 25, 25, 10, 10, 10, 10, 10, 10),
    )[0] if competitive else ""  # fmt: skip
    if plant:
        planted[plant] += 1
    many = 1 if method == "direct" or plant == "R018" else chance.randint(3, 6)
    parties = chance.sample(range(SUPPLIERS), many)
    days = chance.randint(2, 13) if plant == "R003" else chance.randint(21, 60)
    end = start + timedelta(days=days)
    bids = _bids(ocid, parties, end, plant=plant, chance=chance)
    buyer = chance.randrange(BUYERS)
    if method == "direct" and buyer < BUYERS // 20 and "value" in bids[0]:
        bids[0]["value"]["amount"] = round(chance.uniform(380_000, 399_000), 2)
    return _whole(ocid, method, buyer=buyer, period=(start, end), parties=parties, bids=bids)


def _bids(
    ocid: str, parties: list[int], end: datetime, *, plant: str, chance: random.Random
) -> list[Release]:
    base = round(math.exp(chance.gauss(12.6, 1.1)) + 1000, 2)
    gap = {"R024": chance.uniform(0.0005, 0.004), "R058": chance.uniform(0.6, 1.5)}.get(
        plant, math.exp(chance.gauss(math.log(0.10), 0.2))
    )
    prices = [base, base * (1 + gap)]
    prices += [prices[1] * chance.uniform(1.01, 1.5) for _ in parties[2:]]
    bids = [
        {
            "id": f"{ocid}-b{place}",
            "date": (end - timedelta(minutes=chance.randrange(60, 9000))).isoformat(),
            "status": "valid",
            "tenderers": [_party(party)],
            "value": {"amount": round(price, 2), "currency": "CNY"},
        }
        for place, (party, price) in enumerate(zip(parties, prices, strict=False))
    ]
    if plant == "R028":
        bids[2]["value"] = dict(bids[1]["value"])
    elif plant == "R030":
        bids[0]["date"] = (end + timedelta(minutes=chance.randrange(30, 4000))).isoformat()
    elif plant == "R035":
        for one in bids[1:]:
            one["status"] = "disqualified"
    elif plant == "R036":
        bids[2] |= {
            "status": "disqualified",
            "value": {"amount": round(base * 0.9, 2), "currency": "CNY"},
        }
    elif not plant and len(bids) > 2 and chance.random() < 0.1:
        bids[-1]["status"] = chance.choice(["disqualified", "disqualified", "withdrawn", "invited"])
    chance.shuffle(bids)
    return bids


def _party(number: int) -> Release:
    return {"id": f"CN-SC-91330@@@@{number:06}X", "name": f"杭州康泰瑞恒{number}医疗器械有限公司"}


def _whole(
    ocid: str, method: str, *, buyer: int, period: tuple[datetime, datetime], parties: list[int],
    bids: list[Release],
) -> Release:  # fmt: skip
    start, end = (moment.isoformat() for moment in period)
    awarded = (period[1] + timedelta(days=14)).isoformat()
    organ = {"id": f"CN-BU-1233@@@@{buyer:05}", "name": f"宁波市第{buyer}人民医院"}
    won = next(
        bid["value"] for bid in bids if bid["tenderers"][0]["id"] == _party(parties[0])["id"]
    )
    items = [
        {
            "id": str(n), "description": GOODS[(parties[0] + n) % len(GOODS)], "quantity": 10 + n,
            "classification": {"scheme": "UNSPSC", "id": f"{11 + parties[0] % 30}{n:02}{buyer:04}"},
            "unit": {"name": "件", "value": {"amount": 123.45, "currency": "CNY"}},
        }
        for n in range(2)
    ]  # fmt: skip
    documents = [
        {
            "id": str(n), "documentType": kind, "title": f"{organ['name']}采购{kind}",
            "url": f"https://example.org/doc/{ocid}/{n}", "datePublished": start,
            "format": "application/pdf", "language": "zh",
        }
        for n, kind in enumerate(("tenderNotice", "biddingDocuments", "evaluationReports", "awardNotice"))
    ]  # fmt: skip
    address = {"streetAddress": "杭州市康泰路100号", "countryName": "中国"}
    contact = {"name": "联系人", "telephone": "0571-80000000"}
    everyone = [organ | {"roles": ["buyer", "procuringEntity"], "address": address}]
    everyone += [
        _party(n) | {"roles": ["tenderer"], "identifier": {"scheme": "CN-SC", "id": str(n)},
                     "address": address, "contactPoint": contact}
        for n in parties
    ]  # fmt: skip
    return {
        "ocid": ocid, "id": f"{ocid}-r", "date": awarded, "tag": ["compiled"], "language": "zh",
        "initiationType": "tender", "parties": everyone, "buyer": organ,
        "tender": {
            "id": f"{ocid}-t", "title": f"{organ['name']}{items[0]['description']}采购项目",
            "status": "complete", "procurementMethod": method,
            "procurementMethodDetails": METHODS[method], "mainProcurementCategory": "goods",
            "procuringEntity": organ, "value": won, "numberOfTenderers": len(parties),
            "tenderPeriod": {"startDate": start, "endDate": end}, "items": items, "documents": documents,
        },
        "bids": {"details": bids},
        "awards": [{"id": f"{ocid}-a0", "date": awarded, "status": "active", "value": won,
                    "suppliers": [_party(parties[0])], "items": items}],
        "contracts": [{"id": f"{ocid}-c", "awardID": f"{ocid}-a0", "status": "active", "value": won,
                       "dateSigned": awarded, "period": {"startDate": awarded, "endDate": awarded}}],
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(write(Path(sys.argv[1]), int(sys.argv[2]))))
