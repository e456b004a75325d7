"""The list of features: each leads to a page that exists, to what explains it, and to its test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import resolve

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("features.md", "features.zh-CN.md")
ROW = re.compile(r"(?m)^\| (\d+) \| (.+)$")
LACKING = ("**not here", "**没有", "**尚无")
LEAST = 23


def rows(name: str) -> list[list[str]]:
    text = (DOCS / name).read_text(encoding="utf-8")
    return [[number, *line.strip(" |").split(" | ")] for number, line in ROW.findall(text)]


def here(name: str) -> list[list[str]]:
    return [row for row in rows(name) if not any(word in row[2] for word in LACKING)]


@pytest.mark.parametrize("name", PAGES)
def test_at_least_twenty_three_of_twenty_five_are_here(name):
    assert [int(row[0]) for row in rows(name)] == list(range(1, 26))
    assert len(here(name)) >= LEAST


@pytest.mark.parametrize("name", PAGES)
def test_every_feature_leads_to_a_page_an_explanation_and_a_test(name):
    for row in rows(name):
        _number, _feature, _said, page, how, test = row
        if page.startswith("`/") and page != "`/api/`":
            assert resolve(page.strip("`")), row
        for link in (how, test):
            target = re.search(r"\]\(([^)]+)\)", link)
            assert target, row
            assert (DOCS / target[1]).resolve().is_file(), row
        assert "/tests/" in test
        assert "def test_" in (DOCS / re.findall(r"\(([^)]+)\)", test)[0]).read_text("utf-8")


def test_both_languages_say_the_same():
    ours, theirs = (
        [(row[0], row[3], re.findall(r"tests/[\w/]+", row[5])) for row in rows(name)]
        for name in PAGES
    )
    assert ours == theirs
    assert [row[0] for row in here(PAGES[0])] == [row[0] for row in here(PAGES[1])]
