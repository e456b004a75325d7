"""Generated institutions: teams, units, people on changing posts, and matters in all states.

A world is a function of its seed. It is built through the door, so that what happened in it is
what the ledger says. Content is written as marks that stand nowhere else: whoever meets a mark
above his level has found a leak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from django.utils.timezone import localtime

from paizhu.casework import desk, ticking
from paizhu.casework.cards import Receipt
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Refused
from paizhu.registry.models import Body, Person, Post, Tenure, Tie
from paizhu.registry.principals import Who, who_is
from tests.world import POSTS, TITLES, at

START = date(2025, 9, 26)
LONG_AGO = date(2024, 1, 1)
NAMES = (
    "赵一",
    "钱二",
    "孙三",
    "李四",
    "周五",
    "吴六",
    "郑七",
    "王八一",
    "冯九",
    "陈十",
    "褚甲",
    "卫乙",
)


Step = Callable[["World", Matter], Receipt]


@dataclass
class World:
    """What was generated, and the day on which it is looked at."""

    seed: int
    random: Random
    today: date = START
    bodies: dict[str, Body] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    #: Every mark of content or identity ever written.
    marks: list[str] = field(default_factory=list)
    #: The team whose matter lives just now.
    team: str = ""
    done: int = 0
    refused: int = 0
    #: Whether the hours count here: it is then looked at from a moment, else from the day's end.
    has_clock: bool = False
    moment: datetime = field(default_factory=partial(at, START, 9))
    _posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    _hour: int = 0

    def who(self, person: Person) -> Who:
        if self.has_clock:
            return who_is(person, on=localtime(self.moment).date(), now=self.moment)
        return who_is(person, on=self.today)

    def mark(self, what: str) -> str:
        """Give words that stand nowhere else."""
        self.marks.append(f"{what}§{self.seed}§{len(self.marks)}§")
        return self.marks[-1]

    def holding(self, post: str, body: str) -> Person:
        """Give somebody on a post today; now and then just anybody."""
        if self.random.random() < 0.1:
            return self.random.choice(self.people)
        held = [
            tenure.person
            for tenure in Tenure.objects.filter(
                post__key=post, post__body__code=body, since__lte=self.today
            ).select_related("person")
            if tenure.until is None or tenure.until >= self.today
        ]
        return self.random.choice(held or self.people)

    def let_pass(self, days: int) -> None:
        """Let days pass, and the tick run that brings what time alone brings."""
        self.today += timedelta(days=days)
        self.moment += timedelta(days=days)
        ticking.tick(_now(self))
        self.refs = list(Matter.objects.order_by("pk").values_list("ref", flat=True))

    def attempt(self, step: Callable[[], Receipt]) -> Receipt | None:
        """Take a step; a refusal is a result too."""
        try:
            receipt = step()
        except Refused:
            self.refused += 1
            return None
        self.done += 1
        self.refs += [ref for ref in (receipt.ref, *receipt.opened) if ref not in self.refs]
        return receipt


def generate(seed: int) -> World:
    """Make a world with a few matters at all kinds of points."""
    world = World(seed, Random(seed))
    _institution(world)
    wanted = world.random.randint(2, 4)
    # In some institutions hardly anybody may open anything.
    for _ in range(20):
        if len(world.refs) < wanted:
            _live(world, world.random.choice([_inquiry, _inquiry, _question]))
    return world


# --- bodies and people --------------------------------------------------------------------------


def _institution(world: World) -> None:
    random = world.random
    kinds = {"OR": "organ", "TA": "team", "TB": "team", "UA": "unit"}
    if random.random() < 0.3:
        kinds["UB"] = "unit"
    made = Body.objects.bulk_create(
        Body(code=code, kind=kind, name_zh=code, name_en=code) for code, kind in kinds.items()
    )
    world.bodies = {body.code: body for body in made}
    posts = Post.objects.bulk_create(
        Post(body=body, key=key, title_zh=TITLES[key][0], title_en=TITLES[key][1])
        for body in made
        for key in POSTS[body.kind]
    )
    world._posts = {(post.body.code, post.key): post for post in posts}
    ties = [("OR", "TA", "sends"), ("TA", "UA", "supervises")]
    if random.random() < 0.7:
        ties.append(("OR", "TB", "sends"))
    if "UB" in kinds:
        ties.append((random.choice(["TA", "TB"]), "UB", "sits_in"))
    Tie.objects.bulk_create(
        Tie(source=world.bodies[a], target=world.bodies[b], kind=kind, since=LONG_AGO)
        for a, b, kind in ties
    )
    _people(world)


def _people(world: World) -> None:
    random = world.random
    wanted = [("TA", post) for post in ("keeper", "section_head", "head", "officer", "officer")]
    wanted += [("OR", "duty_leader"), ("UA", random.choice(["liaison", "unit_head"]))]
    others = ("keeper", "head", "officer", "section_head")
    wanted += random.sample([("TB", p) for p in others], random.randint(1, 2))
    if "UB" in world.bodies:
        wanted.append(("UB", "liaison"))
    world.people = Person.objects.bulk_create(
        # A namesake now and then.
        Person(code=f"P{n}", name_zh=NAMES[n if random.random() < 0.95 else 0], name_en=f"N{n}")
        for n in range(len(wanted))
    )
    tenures = [_tenure(world, person, *wanted[n]) for n, person in enumerate(world.people)]
    for person in random.sample(world.people, random.randint(1, 4)):
        post = random.choice(list(world._posts.values()))
        tenures.append(_tenure(world, person, post.body.code, post.key, second=True))
    seen: dict[tuple[int, int], Tenure] = {}
    for tenure in tenures:
        seen.setdefault((tenure.person_id, tenure.post_id), tenure)
    Tenure.objects.bulk_create(seen.values())


def _tenure(world: World, person: Person, body: str, post: str, *, second: bool = False) -> Tenure:
    """Most hold their post throughout; some leave or come in between, some come later still."""
    random = world.random
    since, until = LONG_AGO, None
    change = START + timedelta(days=random.randint(0, 20))
    fate = random.random() * (0.5 if second else 1)
    if fate < 0.08:
        until = change
    elif fate < 0.14:
        since = change
    elif fate < 0.18:
        since = START + timedelta(days=200)
    elif fate < 0.22:
        until = START - timedelta(days=1)
    elif fate < 0.26:
        until = START + timedelta(days=300)
    return Tenure(person=person, post=world._posts[(body, post)], since=since, until=until)


# --- matters ------------------------------------------------------------------------------------


def _live(world: World, open_: Callable[[World, str], str | None]) -> None:
    """Open a matter and let things happen to it and to what it opened."""
    random = world.random
    team = random.choice(["TA", "TA", "TA", "TB"])
    world.team = team
    ref = open_(world, team)
    if ref is None:
        return
    for _ in range(random.choice([1, 4, 8, 12])):
        world.today += timedelta(days=random.choice([0, 0, 1, 2, 6]))
        of = random.choice([r for r in world.refs if r.split("-")[1] == team])
        matter = Matter.objects.select_related("body").get(ref=of)
        world.attempt(partial(_next_step(world, matter), world, matter))


def _next_step(world: World, matter: Matter) -> Step:
    """Mostly what comes next, so that matters get on; and now and then anything at all."""
    random = world.random
    if random.random() < 0.25:
        return random.choice([_recuse, _note, _assign, _correct])
    waiting = matter.waiting.filter(kind="approve").first()
    if waiting is not None:
        return random.choice([_sign, _sign, _sign, _substitute])
    return random.choice(_USUAL[matter.procedure].get(matter.stage) or (_note,))


def _person_named(world: World) -> str:
    """Name somebody by key, by name, or nobody here."""
    person = world.random.choice(world.people)
    return world.random.choice([person.key, person.name_zh, *["某甲"] * 6])


def _now(world: World) -> datetime:
    if world.has_clock:
        return world.moment
    world._hour += 1
    return at(world.today, 8, world._hour % 60)


def _inquiry(world: World, team: str) -> str | None:
    random = world.random
    raw = {
        "source": random.choice(["forwarded", "found"]),
        "concerns": "staff",
        "received_date": str(world.today - timedelta(days=random.choice([0, 2, 30]))),
        "named": "yes",
        "reporter": world.mark("identity"),
        "subject": _person_named(world),
        "summary": world.mark("content"),
    }
    return _opened(world, team, "keeper", "inquiry", raw)


def _question(world: World, team: str) -> str | None:
    units = [code for code in ("UA", "UB") if code in world.bodies]
    unit = world.bodies[world.random.choice(units)]
    return _opened(world, team, "officer", "ask", {"unit": f"body:{unit.pk}", "asks": "请说明"})


def _opened(world: World, team: str, post: str, procedure: str, raw: dict) -> str | None:
    actor = world.who(world.holding(post, team))
    receipt = world.attempt(
        lambda: desk.open(actor=actor, procedure=procedure, body=team, raw=raw, now=_now(world))
    )
    return receipt.ref if receipt else None


def _act(post: str, action: str, **raw: object) -> Step:
    def step(world: World, matter: Matter) -> Receipt:
        # Of a seat, `post` is where its holders usually come from.
        actor = world.holding(post, _at(world, matter, post))
        given = {k: v(world) if callable(v) else v for k, v in raw.items()}
        return desk.act(
            actor=world.who(actor), ref=matter.ref, action=action, raw=given,
            version=matter.version, now=_now(world),
        )  # fmt: skip

    return step


def _at(world: World, matter: Matter, post: str) -> str:
    """Give the body in which somebody on that post has to do with the matter."""
    if post in POSTS["organ"]:
        return "OR"
    if post in POSTS["unit"]:
        part = matter.parts.filter(part="respondent").select_related("body").first()
        return part.body.code if part else "UA"
    return matter.body.code


def _sign(world: World, matter: Matter) -> Receipt:
    """Sign, or return, or withdraw what waits."""
    waiting = matter.waiting.filter(kind="approve").first()
    kind = world.random.choice([desk.approve] * 5 + [desk.give_back, desk.withdraw])
    extra = {} if kind is desk.approve else {"reasons": world.mark("content")}
    actor = world.holding(waiting.role, _at(world, matter, waiting.role))
    chosen = [p for p in world.people if f"person:{p.pk}" == waiting.principal]
    return kind(
        actor=world.who(chosen[0] if chosen else actor), ref=matter.ref,
        proposal=waiting.proposal, version=matter.version, now=_now(world), **extra,
    )  # fmt: skip


def _substitute(world: World, matter: Matter) -> Receipt:
    waiting = matter.waiting.filter(kind="approve").first()
    post = world.random.choice(["head", "duty_leader", "duty_leader"])
    return desk.substitute(
        actor=world.who(world.holding(post, _at(world, matter, post))), ref=matter.ref,
        role=waiting.role, person=world.random.choice(world.people).key,
        reasons=world.mark("content"), version=matter.version, now=_now(world),
    )  # fmt: skip


def _recuse(world: World, matter: Matter) -> Receipt:
    actor = world.holding(world.random.choice(["head", "officer"]), matter.body.code)
    person = world.random.choice([actor, world.random.choice(world.people)])
    return desk.recuse(
        actor=world.who(actor), ref=matter.ref, person=person.key,
        reasons=world.mark("content"), version=matter.version, now=_now(world),
    )  # fmt: skip


def _note(world: World, matter: Matter) -> Receipt:
    actor = world.holding(world.random.choice(["head", "section_head"]), matter.body.code)
    return desk.note(
        actor=world.who(actor), ref=matter.ref, text=world.mark("content"),
        version=matter.version, now=_now(world),
    )  # fmt: skip


def _assign(world: World, matter: Matter) -> Receipt:
    seats = world.random.sample(world.people, 2)
    return desk.assign(
        actor=world.who(world.holding("section_head", matter.body.code)), ref=matter.ref,
        role="handler", persons=[person.key for person in seats], version=matter.version,
        now=_now(world),
    )  # fmt: skip


def _correct(world: World, matter: Matter) -> Receipt:
    field, raw = world.random.choice(
        [("subject", _person_named(world)), ("summary", world.mark("content")), ("asks", "另问")]
    )
    post = "officer" if matter.procedure == "ask" else "keeper"
    return desk.correct(
        actor=world.who(world.holding(post, matter.body.code)), ref=matter.ref, field=field,
        raw=raw, reasons=world.mark("content"), version=matter.version, now=_now(world),
    )  # fmt: skip


def _seats(world: World) -> list[str]:
    """Choose seats: mostly people of the team or of the organ, now and then anybody."""
    if world.random.random() < 0.1:
        return [person.key for person in world.random.sample(world.people, 2)]
    tenures = Tenure.objects.filter(post__body__code__in=[world.team, world.team, "OR"])
    able = sorted(set(tenures.filter(until__isnull=True).values_list("person_id", flat=True)))
    chosen = world.random.sample(able, min(len(able), world.random.choice([2, 2, 3])))
    return [f"person:{pk}" for pk in chosen]


def _secret(world: World) -> str:
    return world.mark("content")


_dispose = _act(
    "officer", "dispose", reasons=_secret,
    disposal=lambda world: world.random.choice(["letter", "letter", "hold", "close"]),
)  # fmt: skip
_escalate = _act(
    "officer", "escalate", subject=_person_named, allegation=_secret, reasons=_secret,
)  # fmt: skip
_USUAL: dict[str, dict[str, tuple[Step, ...]]] = {
    "inquiry": {
        "registered": (_act("keeper", "hand_over", seats=_seats),),
        "triage": (_dispose,),
        "held": (_dispose,),
        "in_work": (
            _act("head", "ask_superior", reasons=_secret),
            _act("officer", "prolong", reasons=_secret),
            _act("officer", "conclude", reasons=_secret),
        ),
    },
    "letter": {"open": (_act("section_head", "finish", outcome=_secret),)},
    "ask": {
        "asked": (_act("liaison", "reply", answer="答复"), _escalate),
        "answered": (_escalate, _act("officer", "accept", reasons=_secret)),
    },
}
