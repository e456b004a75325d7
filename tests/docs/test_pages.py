"""The pages we write by hand: links lead somewhere, pictures are whole, words agree with the code."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = ("README.md", "README.zh-CN.md")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    missing = [
        target
        for target in targets
        if not re.match(r"https?:|#|mailto:", target)
        if not (page.parent / target.split("#")[0]).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_on_top(name: str) -> None:
    top = "\n".join(read(name).splitlines()[:8])
    assert "make demo" in top
    assert "make test" in top


def test_both_readmes_name_the_same_commands() -> None:
    english, chinese = (re.findall(r"(?m)^\| `(paizhu [^`]+)`", read(name)) for name in READMES)
    assert len(english) >= 14
    assert english == chinese


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", read("Makefile")))
    named = set(re.findall(r"(?:`|^|  )make ([a-z]+)", read(name), re.MULTILINE))
    assert named
    assert named <= targets


def test_every_decision_is_in_the_index_and_says_what_follows() -> None:
    folder = ROOT / "docs" / "decisions"
    index = read("docs/decisions/README.md")
    records = sorted(folder.glob("[0-9]*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text(encoding="utf-8")
        title = re.match(rf"# {record.name[:4]} (.+)", text)
        assert title, record.name
        assert f"[{record.name[:4]}]({record.name}) | {title[1]} |" in index
        for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text, f"{record.name} lacks {part}"


def test_the_picture_of_the_floors_is_the_contract() -> None:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    floors = contract["importlinter:contract:floors"]["layers"].split("\n")
    drawn = re.search(r"## Floors\s+```(.*?)```", read("ARCHITECTURE.md"), re.DOTALL)
    assert drawn
    lines = [line.strip() for line in drawn[1].splitlines()]
    names = [floor.strip() for floor in floors if floor.strip()]
    starts = [next((i for i, line in enumerate(lines) if line.startswith(n)), -1) for n in names]
    assert -1 not in starts, dict(zip(names, starts, strict=True))
    assert starts == sorted(starts)


def test_every_floor_is_a_folder_that_exists() -> None:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    named = re.findall(r"[a-z]+", contract["importlinter:contract:floors"]["layers"])
    source = ROOT / "src" / "paizhu"
    assert {p.parent.name for p in source.glob("*/__init__.py")} == set(named)


def test_files_that_architecture_points_to_exist() -> None:
    named = re.findall(r"`((?:[a-z]+/)+[a-z_]*(?:\.py)?)`", read("ARCHITECTURE.md"))
    assert named
    missing = [name for name in named if not (ROOT / "src" / "paizhu" / name).exists()]
    missing = [name for name in missing if not (ROOT / name).exists()]
    assert missing == []
