"""The marks that are drawn by Python: what they say, and that nothing gets out of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.template import Context, Template
from django.urls import reverse

from paizhu.casework.cards import ClockChip, MatterRow, WhyLine
from paizhu.kernel.text import Text
from paizhu.web import marks
from paizhu.web.rows import matter_rows

EVIL = '<b a="1">&\''
CHIP = ClockChip(
    ref="XS-WJ-2025-001",
    clock="answer",
    run=1,
    title=Text("答复", "Answer"),
    status="running",
    due_date=date(2026, 1, 9),
    target_date=None,
    provisional=False,
    days_left=5,
    confidence="",
)
SAID = [
    ("running", None, "计时中", "running"),
    ("running", 0, "今天到期", "due today"),
    ("running", 1, "剩 1 天", "1 day left"),
    ("running", 5, "剩 5 天", "5 days left"),
    ("late", None, "已超期", "late"),
    ("late", -1, "超期 1 天", "1 day late"),
    ("late", -12, "超期 12 天", "12 days late"),
    ("paused", 3, "已暂停", "paused"),
    ("met", None, "已按期", "met"),
    ("missed", None, "未按期", "missed"),
    ("void", None, "已取消", "void"),
]


def row(**changes: object) -> MatterRow:
    made = MatterRow(
        ref="XS-WJ-2025-001",
        procedure="clue",
        procedure_title=Text("线索", "Clue"),
        stage="triage",
        stage_title=Text("待处置", "Triage"),
        final=False,
        body=Text("驻卫健委组", "Health team"),
        opened_date=date(2026, 1, 5),
        listed=(WhyLine(Text("来源", "Source"), Text("来信", "Letter")),),
        next_clock=CHIP,
        waiting_for_me=True,
        version=3,
    )
    return replace(made, **changes)


def template(text: str, **facts: object) -> str:
    return Template("{% load paizhu %}" + text).render(Context(facts))


@pytest.mark.parametrize(("status", "left", "zh", "en"), SAID)
def test_a_clock_says_where_it_stands_in_both_languages(status, left, zh, en):
    clock = replace(CHIP, status=status, days_left=left)
    assert marks.clock_state(clock, "zh") == zh
    assert marks.clock_state(clock, "en") == en


@pytest.mark.parametrize(
    ("status", "left", "zh", "en"),
    [
        ("running", 0, "今天到期", "due today"),
        ("running", 1, "剩 1 个工作日", "1 working day left"),
        ("running", 5, "剩 5 个工作日", "5 working days left"),
        ("late", -1, "超期 1 个工作日", "1 working day late"),
        ("late", -12, "超期 12 个工作日", "12 working days late"),
        ("paused", 3, "已暂停", "paused"),
    ],
)
def test_a_clock_that_counts_working_days_says_so(status, left, zh, en):
    clock = replace(CHIP, status=status, days_left=left, working_days=True)
    assert marks.clock_state(clock, "zh") == zh
    assert marks.clock_state(clock, "en") == en


@pytest.mark.parametrize(
    ("status", "left", "tone"),
    [
        ("late", -1, "late"),
        ("missed", None, "late"),
        ("paused", 9, "paused"),
        ("running", 3, "due"),
        ("running", 4, "calm"),
        ("running", None, "calm"),
    ],
)
def test_a_clock_has_a_tone(status, left, tone):
    assert marks.tone(replace(CHIP, status=status, days_left=left)) == tone


def test_a_chip_leads_to_why_its_run_is_due_that_day():
    why = reverse("why_date", args=["XS-WJ-2025-001", "answer"])
    assert f'href="{why}"' in marks.chip(CHIP, "zh")
    assert f'href="{why}?run=2"' in marks.chip(replace(CHIP, run=2), "zh")
    assert "答复</span>" in marks.chip(CHIP, "zh", titled=True)
    assert ":</span>" in marks.chip(CHIP, "en", titled=True)
    assert "答复" not in marks.chip(CHIP, "zh")
    unsure = marks.chip(replace(CHIP, confidence="M+", provisional=True), "en")
    assert '<span class="sure" title="M+ remembered, to be checked">to check</span>' in unsure
    assert 'class="chip calm provisional"' in unsure


def test_addresses_are_those_the_routes_give_whatever_stands_in_them():
    for ref in ("XS-WJ-2025-001", "A B", "50%", "甲", 'a"b'):
        drawn = template('{% url "matter" ref %}', ref=ref)
        assert marks.address("matter", ref=ref) == drawn


def test_what_is_entered_never_becomes_markup():
    evil = Text(EVIL, EVIL)
    shown = matter_rows(
        [
            row(
                procedure_title=evil,
                stage_title=evil,
                body=evil,
                listed=(WhyLine(evil, evil),),
                next_clock=replace(CHIP, title=evil, confidence=EVIL),
            )
        ],
        "zh",
    )
    assert "<b" not in shown
    assert shown.count("&lt;b a=&quot;1&quot;&gt;&amp;&#x27;") == 6


def test_a_row_says_all_and_an_empty_clock_nothing():
    shown = matter_rows([row(), row(next_clock=None, waiting_for_me=False, final=True)], "en")
    first, second = shown.split("\n")
    assert "for me" in first
    assert "Letter" in first
    assert '<time datetime="2026-01-09">9 January 2026</time>' in first
    assert "for me" not in second
    assert 'class="stamp final"' in second
    assert second.endswith("<td></td></tr>")
    held = matter_rows([row(next_clock=replace(CHIP, due_date=None, days_left=None))], "en")
    assert '<span class="small soft nowrap"></span>' in held


def test_fixed_words_are_said_in_the_language_of_the_page():
    words = """{% t "编号 <1>" 'Number "1"' %}"""
    assert template(words, lang="zh") == "编号 <1>"
    assert template(words, lang="en") == 'Number "1"'
    filled = '{% t "共 {n} 件" "{n} in all" n=count %}'
    assert template(filled, lang="zh", count="<3>") == "共 &lt;3&gt; 件"
    assert template('{% t zh "en" %}', lang="zh", zh="<") == "&lt;"


def test_a_static_file_that_is_not_there_has_no_version():
    assert marks.version("web/nowhere.css") == "0"
