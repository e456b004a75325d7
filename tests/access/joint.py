"""Generated institutions that work together: parts that end, hand-overs, sealed identity, emergency.

A world is a function of its seed, as in `worlds`, whose institutions these are; what differs is
what lives in them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from paizhu.casework import desk
from paizhu.casework.cards import Receipt
from paizhu.casework.models import Matter
from paizhu.registry.models import Person, Tenure, Tie
from tests.access.worlds import (
    LONG_AGO,
    Step,
    World,
    _act,
    _correct,
    _institution,
    _note,
    _opened,
    _person_named,
    _recuse,
    _secret,
    _sign,
    _substitute,
)

#: Who is needed for what `worlds` does not live through.
ALSO = (("TA", "keeper"), ("TA", "self_supervision"), ("TB", "head"), ("TB", "officer"))


def generate(seed: int) -> World:
    """Make a world with a few matters in which bodies work together."""
    world = World(seed, Random(seed), has_clock=True)
    _institution(world)
    _more_people(world)
    wanted = world.random.randint(2, 4)
    world.team = "TA"
    for _ in range(14):
        if len(world.refs) < wanted:
            world.random.choice([_begin, _begin, _draft])(world)
    for _ in range(world.random.choice([6, 12, 18])):
        world.moment += timedelta(hours=world.random.choice([0, 0, 1, 3, 30, 150]))
        world.today = _day(world.moment)
        if world.random.random() < 0.05:
            world.let_pass(world.random.choice([1, 7, 21]))
        if world.refs:
            of = Matter.objects.select_related("body").get(ref=world.random.choice(world.refs))
            world.attempt(partial(_next(world, of), world, of))
    return world


def _more_people(world: World) -> None:
    made = Person.objects.bulk_create(
        Person(code=f"Q{n}", name_zh=f"另{n}人", name_en=f"Q{n}") for n in range(len(ALSO))
    )
    Tenure.objects.bulk_create(
        Tenure(person=person, post=world._posts[place], since=LONG_AGO)
        for person, place in zip(made, ALSO, strict=True)
    )
    world.people += made
    bodies = world.bodies
    if not Tie.objects.filter(target=bodies["TB"]).exists():
        Tie.objects.create(source=bodies["OR"], target=bodies["TB"], kind="sends", since=LONG_AGO)


def _begin(world: World) -> None:
    raw = {"topic": "联合", "facts": _secret(world), "inside": world.mark("inside"),
           "reporter": world.mark("identity"), "subject": _person_named(world)}  # fmt: skip
    _opened(world, "TA", "keeper", "joint", raw)


def _draft(world: World) -> None:
    raw = {"subject_matter": _secret(world), "basis": "第二条", "remarks": world.mark("inside")}
    _opened(world, "TA", "keeper", "transfer", raw)


def _next(world: World, matter: Matter) -> Step:
    random = world.random
    if random.random() < 0.15:
        return random.choice([_recuse, _note, _correct])
    if random.random() < 0.2:
        return _emergency
    if matter.waiting.filter(kind="approve").exists():
        return random.choice([_sign, _sign, _sign, _substitute])
    return random.choice(_USUAL[matter.procedure].get(matter.stage) or (_note,))


def _emergency(world: World, matter: Matter) -> Receipt:
    """Ask for a matter and have it granted, or refused, by whoever holds the post."""
    asker = world.who(world.holding(world.random.choice(["officer", "officer", "head"]), "TA"))
    raw = {"matter_ref": matter.ref, "reasons": _secret(world)}
    asked = desk.open(actor=asker, procedure="emergency", body="TA", raw=raw, now=world.moment)
    world.refs.append(asked.ref)
    signer = world.who(world.holding("head", "TA"))
    return desk.act(
        actor=signer, ref=asked.ref, action="grant", raw={}, version=asked.version,
        now=world.moment,
    )  # fmt: skip


def _at_recipient(action: str, **raw: object) -> Step:
    def step(world: World, matter: Matter) -> Receipt:
        part = matter.parts.filter(part="recipient").select_related("body").first()
        actor = world.holding("head", part.body.code if part else "TB")
        given = {k: v(world) if callable(v) else v for k, v in raw.items()}
        return desk.act(
            actor=world.who(actor), ref=matter.ref, action=action, raw=given,
            version=matter.version, now=world.moment,
        )  # fmt: skip

    return step


def _until(world: World) -> str:
    days = world.random.choice([None, 0, 3, 20])
    return "" if days is None else str(_day(world.moment) + timedelta(days=days))


def _day(moment: datetime):
    return (moment + timedelta(hours=8)).date()


def _seats(world: World) -> list[str]:
    return [f"person:{world.random.choice(world.people).pk}"]


_USUAL: dict[str, dict[str, tuple[Step, ...]]] = {
    "joint": {
        "open": (
            _act("section_head", "join", partner="TB", until_day=_until),
            _act("section_head", "join", partner="OR", until_day=_until),
            _act("section_head", "let_in", why="须当面核实", seats=_seats),
            _act("section_head", "let_in", why="须当面核实", seats=_seats),
            _act("head", "leave", leaving="TB"),
            _act("head", "finish", reasons=_secret),
        )
    },
    "transfer": {
        "drafted": (_act("keeper", "offer", recipient="TB"),),
        "offered": (
            _at_recipient("accept"),
            _at_recipient("give_back", reasons="退回"),
            _act("keeper", "recall", reasons="撤回"),
        ),
        "accepted": (_at_recipient("finish", reasons="办结"),),
        "given_back": (
            _act("keeper", "offer", recipient="TB"),
            _act("keeper", "drop", reasons="不再移交"),
        ),
    },
    "emergency": {},
    "errand": {},
}
