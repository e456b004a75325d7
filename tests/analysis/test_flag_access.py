"""Who sees which flag, in generated worlds, against a rule written down a second time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from paizhu.analysis import flags
from paizhu.analysis.models import Flag, Run, Source
from paizhu.kernel.errors import NotFound
from paizhu.registry.models import Body, Person, Post, Tenure, Tie
from paizhu.registry.principals import who_is
from tests.analysis.conftest import SPLIT

NOW = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
WORLDS = 60


@dataclass
class Facts:
    """What was entered, kept apart from the tables."""

    kinds: dict[int, str] = field(default_factory=dict)
    #: (source, target, kind, since, until)
    ties: list[tuple[int, int, str, date, date | None]] = field(default_factory=list)
    #: (person, body, since, until)
    tenures: list[tuple[int, int, date, date | None]] = field(default_factory=list)
    #: flag: body
    flags: dict[int, int] = field(default_factory=dict)


def may_see(facts: Facts, person: int, body: int) -> bool:
    """Say by brute force whether a person supervises a body today, directly or through a team sent."""

    def today(since: date, until: date | None) -> bool:
        return since <= TODAY and (until is None or until >= TODAY)

    for holder, post_body, since, until in facts.tenures:
        if holder != person or not today(since, until):
            continue
        if facts.kinds[post_body] not in ("organ", "office", "team"):
            continue
        for one in facts.ties:
            if one[0] == post_body and today(*one[3:]):
                if one[2] in ("sits_in", "supervises") and one[1] == body:
                    return True
                for two in facts.ties:
                    if (
                        one[2] == "sends" and two[0] == one[1] and two[1] == body
                        and two[2] in ("sits_in", "supervises") and today(*two[3:])
                    ):  # fmt: skip
                        return True
    return False


def span(rng: random.Random) -> tuple[date, date | None]:
    """Give a time that may be past, running, ahead, or end or start this very day."""
    start = TODAY + timedelta(days=rng.choice([-400, -30, 0, 0, 1]))
    return start, rng.choice(
        [None, None, None, start + timedelta(days=10), max(start, TODAY), start]
    )


def build(rng: random.Random) -> tuple[Facts, list[Any]]:
    """Enter a small world at random."""
    facts = Facts()
    stem = f"{rng.randrange(10**6)}"
    bodies = []
    for n in range(7):
        kind = rng.choice(["organ", "office", "team", "team", "unit", "unit", "partner"])
        bodies.append(
            Body.objects.create(code=f"{stem}-{n}", name_zh=f"机构{n}", name_en=f"B{n}", kind=kind)
        )
        facts.kinds[bodies[-1].pk] = kind
    for _ in range(24):
        source, target = rng.sample(bodies, 2)
        kind, (since, until) = rng.choice(["sends", "supervises", *Tie.KINDS]), span(rng)
        tie = {"source": source, "target": target, "kind": kind, "since": since}
        if not Tie.objects.filter(**tie).exists():
            Tie.objects.create(**tie, until=until)
            facts.ties.append((source.pk, target.pk, kind, since, until))
    persons = [
        Person.objects.create(code=f"{stem}-p{n}", name_zh=f"测试{n}", name_en=f"T{n}")
        for n in range(4)
    ]
    for body in bodies:
        post = Post.objects.create(body=body, key="officer", title_zh="干部", title_en="Officer")
        holder, (since, until) = rng.choice(persons), span(rng)
        Tenure.objects.create(person=holder, post=post, since=since, until=until)
        facts.tenures.append((holder.pk, body.pk, since, until))
    put_flags(facts, bodies, persons[0], stem)
    return facts, persons


def put_flags(facts: Facts, bodies: list[Body], person: Person, stem: str) -> None:
    """Write one flag on each body; whom it concerns is what this test is about, not how it came."""
    for body in bodies:
        source = Source.objects.create(
            key=f"{stem}-{body.pk}", table="purchases", body=body, purpose="专项", plan_ref="JH",
            expires_date=TODAY, registered_by=person, registered_at=NOW,
        )  # fmt: skip
        run = Run.objects.create(
            measure=SPLIT, measure_digest="d", sql_digest="d", body=body, sources=[], on_date=TODAY,
            at=NOW, by=person, outcome="raised", rows=1, assessable=1, left_out=[], reasons=[], findings=1,
        )  # fmt: skip
        flag = Flag.objects.create(
            measure=SPLIT, measure_digest="d", key=source.key, body=body, source=source, subject="甲",
            run=run, facts={}, parameters={}, evidence=[], first_seen=NOW, last_seen=NOW,
        )  # fmt: skip
        facts.flags[flag.pk] = body.pk


@pytest.mark.django_db
def test_list_count_page_and_single_flag_agree_with_the_rule_written_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flags, "sentence", lambda flag: flag.body.name)
    rng = random.Random(20250701)
    decided = {True: 0, False: 0}
    for _ in range(WORLDS):
        facts, persons = build(rng)
        for person in persons:
            who = who_is(person, on=TODAY)
            expected = {f for f, body in facts.flags.items() if may_see(facts, person.pk, body)}
            page = flags.list_flags(who, now=NOW)
            assert {row.id for row in page.rows} == expected
            assert page.total == len(expected) == flags.hit_rate(SPLIT, who=who, now=NOW).raised
            for flag in facts.flags:
                decided[flag in expected] += 1
                if flag in expected:
                    assert flags.flag_for(who, flag, now=NOW).pk == flag
                else:
                    with pytest.raises(NotFound):
                        flags.flag_for(who, flag, now=NOW)
    assert min(decided.values()) > 100, "a world in which nobody may see anything shows nothing"
