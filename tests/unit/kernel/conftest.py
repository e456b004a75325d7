"""The calendar that is shipped, for every test of dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from paizhu.kernel.calendars import Calendar, YearDays
from paizhu.kernel.text import Text

CHINA = Path(__file__).resolve().parents[3] / "packs" / "cn-discipline" / "calendars" / "cn.yaml"


@pytest.fixture(scope="session")
def china() -> Calendar:
    raw = YAML(typ="safe", pure=True).load(CHINA.read_text(encoding="utf-8"))
    return Calendar(
        name=raw["calendar"],
        title=Text(**raw["title"]),
        weekend=tuple(raw["weekend"]),
        years={
            number: YearDays(
                source=year["source"],
                off={day: Text(**name) for day, name in year["off"].items()},
                work={day: Text(**name) for day, name in year.get("work", {}).items()},
            )
            for number, year in raw["years"].items()
        },
    )
