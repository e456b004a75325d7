"""A small institution for tests, and the way to bring a matter to a stage: through the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.utils import timezone

from paizhu.casework import desk, reading
from paizhu.casework.cards import MatterCard, Receipt
from paizhu.registry.models import Account, Body, Person, Post, Tenure, Tie
from paizhu.registry.principals import Who, who_is

ROOT = Path(__file__).resolve().parent.parent
PACKS = [ROOT / "tests" / "packs" / "spine"]
DAY = date(2025, 9, 28)
POSTS = {
    "team": ("keeper", "section_head", "head", "officer", "deputy", "self_supervision"),
    "organ": ("duty_leader", "case_office"),
    "unit": ("unit_head", "liaison"),
}
TITLES = {
    "keeper": ("案管岗", "Clue keeper"),
    "section_head": ("内设室负责人", "Section head"),
    "head": ("组长", "Head of the team"),
    "officer": ("干部", "Officer"),
    "deputy": ("副组长", "Deputy head"),
    "self_supervision": ("内部监督岗", "Self-supervision"),
    "duty_leader": ("分管领导", "Leader on duty"),
    "case_office": ("案管室", "Case office"),
    "unit_head": ("主要负责人", "Head of the unit"),
    "liaison": ("联络员", "Liaison"),
}


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Give a moment of a day in the time of the place, as UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@dataclass
class World:
    """Bodies and people by name; `who("head")` is the person on that post, today."""

    bodies: dict[str, Body] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    today: date = DAY

    def who(self, name: str) -> Who:
        return who_is(self.people[name], on=self.today)

    def key(self, name: str) -> str:
        return self.people[name].key

    def now(self, hour: int = 10, minute: int = 0) -> datetime:
        """Give a moment of its day; of the real day the real one, as pages know no other."""
        is_real = self.today == timezone.localdate()
        return timezone.now() if is_real else at(self.today, hour, minute)

    def card(self, name: str, ref: str) -> MatterCard:
        return reading.matter(self.who(name), ref, now=self.now())


def body(world: World, code: str, kind: str, zh: str, en: str) -> Body:
    """Make a body with the posts of its kind."""
    made = Body.objects.create(code=code, kind=kind, name_zh=zh, name_en=en)
    world.bodies[code] = made
    for key in POSTS.get(kind, ()):
        title = TITLES[key]
        Post.objects.create(body=made, key=key, title_zh=title[0], title_en=title[1])
    return made


def person(world: World, name: str, zh: str, *posts: tuple[str, str]) -> Person:
    """Make a person on posts, each as (body code, post key)."""
    made = Person.objects.create(code=f"P{len(world.people):04}", name_zh=zh, name_en=name)
    world.people[name] = made
    for code, key in posts:
        post = Post.objects.get(body=world.bodies[code], key=key)
        Tenure.objects.create(person=made, post=post, since=date(2024, 1, 1))
    return made


def small_world() -> World:
    """Make an organ, two teams, a unit under the first, and their people."""
    world = World()
    organ = body(world, "OR", "organ", "市纪委监委", "City commission")
    team = body(world, "WJ", "team", "驻卫健委纪检监察组", "Team in the health commission")
    other = body(world, "JY", "team", "驻教育局纪检监察组", "Team in the education bureau")
    unit = body(world, "YY", "unit", "市第一医院", "First hospital")
    for made in (team, other):
        Tie.objects.create(source=organ, target=made, kind="sends", since=date(2024, 1, 1))
    Tie.objects.create(source=team, target=unit, kind="supervises", since=date(2024, 1, 1))
    person(world, "keeper", "钱案管", ("WJ", "keeper"))
    person(world, "section_head", "孙主任", ("WJ", "section_head"))
    person(world, "head", "李组长", ("WJ", "head"))
    person(world, "one", "周经办", ("WJ", "officer"))
    person(world, "two", "吴经办", ("WJ", "officer"))
    person(world, "three", "郑经办", ("WJ", "officer"))
    person(world, "leader", "王分管", ("OR", "duty_leader"))
    person(world, "liaison", "冯联络", ("YY", "liaison"))
    person(world, "unit_head", "陈院长", ("YY", "unit_head"))
    person(world, "other_head", "褚组长", ("JY", "head"))
    person(world, "other_keeper", "卫案管", ("JY", "keeper"))
    return world


def account(world: World, name: str, password: str = "a long enough phrase") -> Account:
    """Give a person an account."""
    made = Account(username=name, person=world.people[name])
    made.set_password(password)
    made.save()
    return made


INQUIRY = {
    "source": "forwarded",
    "concerns": "staff",
    "received_date": "2025-09-26",
    "named": "yes",
    "reporter": "某人",
    "subject": "乙",
    "summary": "采购中收受好处",
}


def inquiry(world: World, stage: str = "registered", **changes: object) -> Receipt:
    """Bring an inquiry to a stage: registered, proposed, triage, in_work, held or closed."""
    raw = {**INQUIRY, **changes}
    receipt = desk.open(
        actor=world.who("keeper"), procedure="inquiry", body="WJ", raw=raw, now=world.now()
    )
    if stage == "registered":
        return receipt
    seats = {"seats": [world.key("one"), world.key("two")]}
    receipt = take(world, "keeper", receipt.ref, "hand_over", **seats)
    if stage == "proposed":
        return receipt
    receipt = sign(world, "head", receipt.ref)
    if stage == "triage":
        return receipt
    disposal = {"in_work": "letter", "held": "hold", "closed": "close"}[stage]
    take(world, "one", receipt.ref, "dispose", disposal=disposal, reasons="理由")
    sign(world, "section_head", receipt.ref)
    return sign(world, "head", receipt.ref)


def take(world: World, name: str, ref: str, action: str, **raw: object) -> Receipt:
    """Take an action as someone, on the version they see."""
    return desk.act(
        actor=world.who(name),
        ref=ref,
        action=action,
        raw=raw,
        version=world.card(name, ref).version,
        now=world.now(),
    )


def sign(world: World, name: str, ref: str) -> Receipt:
    """Sign the only proposal of a matter as someone."""
    card = world.card(name, ref)
    return desk.approve(
        actor=world.who(name),
        ref=ref,
        proposal=card.proposals[0].proposal,
        version=card.version,
        now=world.now(),
    )
