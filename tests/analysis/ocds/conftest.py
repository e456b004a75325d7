"""Releases as a test wants them, and how to have them judged."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis.ocds import equal, judging, reading, tables
from paizhu.analysis.ocds.indicators import Indicators, load_indicators
from paizhu.analysis.ocds.settings import Settings, from_mapping

PACK = Path(__file__).resolve().parents[3] / "packs" / "cn-discipline"
Release = dict[str, Any]


def bid(party: str | None, amount: object = None, **more: object) -> Release:
    """Give a valid bid in yuan on time; `None` leaves a field out."""
    made: Release = {
        "status": "valid", "date": "2025-03-20T09:00:00+08:00",
        "tenderers": [{"id": party}] if party else [],
        "value": {"amount": amount, "currency": "CNY"} if amount is not None else None, **more,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def award(*parties: str, **more: object) -> Release:
    """Give an active award."""
    made = {"status": "active", "suppliers": [{"id": party} for party in parties], **more}
    return {name: value for name, value in made.items() if value is not None}


def release(ocid: object, bids: Iterable[Release], *awards: Release, **more: Any) -> Release:
    """Give an open tender for goods of 31 days; what is in `more` goes into its tender."""
    tender = {
        "procurementMethod": "open", "mainProcurementCategory": "goods",
        "tenderPeriod": {"startDate": "2025-03-01T17:00:00+08:00", "endDate": "2025-04-01T17:00:00+08:00"},
        "procuringEntity": {"id": "E"}, **more,
    }  # fmt: skip
    details = list(bids)
    made = {
        "ocid": ocid, "buyer": {"id": "B"}, "awards": list(awards) or None,
        "tender": {name: value for name, value in tender.items() if value is not None},
        "bids": {"details": details} if details else None,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def contest(ocid: str, second: float, *, won: float = 100, **more: Any) -> Release:
    """Give a process of two bidders, W winning."""
    return release(ocid, [bid(f"L{ocid}", second), bid("W", won)], award("W"), **more)


def crowd(count: int = 40, **more: Any) -> list[Release]:
    """Give ordinary processes: gaps of 10 to 12 percent, different losers."""
    return [contest(f"c{n}", 110 + n % 5 / 2, **more) for n in range(count)]


def changed(made: Release, path: str, value: object) -> Release:
    """Give a copy with one value changed, at a path such as `bids/details/0/value`; None removes it."""
    whole = copy.deepcopy(made)
    *before, last = path.split("/")
    place: Any = whole
    for step in before:
        place = place[int(step)] if step.isdigit() else place[step]
    key: Any = int(last) if last.isdigit() else last
    if value is None:
        del place[key]
    else:
        place[key] = value
    return whole


def write(path: Path, releases: Iterable[object]) -> Path:
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in releases]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def opened(folder: Path, given: Path | Iterable[object]) -> Any:
    """Open releases, or a file of them, as the table `line`."""
    file = given if isinstance(given, Path) else write(folder / "releases.jsonl", given)
    connection = tables.connect(spill=folder / "spill", memory_limit="300MB")
    reading.see_lines(connection, file, folder=folder)
    return connection


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[Path | Iterable[object]], Any]:
    """Open releases, or a file of them, for one test."""
    return partial(opened, tmp_path)


@pytest.fixture
def equally(lines: Callable[..., Any]) -> Callable[..., Any]:
    """Answer as the field's tool does, in yuan unless said otherwise; nothing else for a code is set."""

    def answered(given: Path | Iterable[object], *codes: str, **settings: Any) -> Any:
        named = {"currency": "CNY", **{code: {} for code in codes}, **settings}
        chosen = from_mapping(named) if codes or settings else Settings(currency="CNY")
        return equal.answer(lines(given), chosen)

    return answered


@pytest.fixture(scope="session")
def declared() -> Indicators:
    return load_indicators([PACK])


@pytest.fixture
def judged(lines: Callable[..., Any], declared: Indicators) -> Callable[..., Any]:
    """Judge as we do."""

    def done(given: Path | Iterable[object]) -> judging.Judgement:
        return judging.judge(lines(given), declared)

    return done


def outcome(found: judging.Judgement, code: str) -> judging.Outcome:
    return next(one for one in found.outcomes if one.code == code)


def raised(found: judging.Judgement, code: str) -> set[tuple[str, str]]:
    return {(flag.kind, flag.who) for flag in found.flags if flag.code == code}
