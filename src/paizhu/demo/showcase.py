"""What stands unfinished on today's desks: one matter for each thing a visitor should see."""

from __future__ import annotations

from collections.abc import Callable, Generator

from paizhu.demo import content
from paizhu.demo.clues import CLUE
from paizhu.demo.letters import LETTER
from paizhu.demo.questions import QUESTION, accused, rank_of, signed
from paizhu.demo.stage import Case, Scene, Story


def asked_yesterday(scene: Scene) -> Story:
    """A question to the host, due in a few days."""
    _ask(scene, _host(scene), content.HEALTH[9])
    yield from ()


def unanswered(scene: Scene) -> Story:
    """A question whose answer is late, and urged."""
    case = _ask(scene, _host(scene), content.HEALTH[7])
    yield 8
    scene.act(case, scene.one("officer"), "urge", urged_date=scene.stage.today.isoformat())


def asked_back(scene: Scene) -> Story:
    """A question whose clock stands still, since the unit asked back."""
    unit = scene.stage.institution.units[scene.team][1]
    case = _ask(scene, unit, content.HEALTH[0])
    yield 1
    scene.act(case, scene.one("liaison", unit), "ask_back", unclear=content.UNCLEAR[1])


def more_time_wanted(scene: Scene) -> Story:
    """A request for more time that waits for the section head."""
    unit = scene.stage.institution.units[scene.team][2]
    case = _ask(scene, unit, content.HEALTH[3])
    yield 1
    reasons = content.MORE_TIME[0]
    scene.act(case, scene.one("liaison", unit), "more_time", more_time_reasons=reasons)


def unit_signs(scene: Scene) -> Story:
    """An answer of the host that waits for the signature of its head."""
    unit = _host(scene)
    case = _ask(scene, unit, content.HEALTH[13], unit_signs="yes")
    yield 2
    scene.act(case, scene.one("liaison", unit), "answer", answer=content.HEALTH[13].answer)


def returned(scene: Scene) -> Story:
    """A judgement that the section head has returned."""
    unit = scene.stage.institution.units[scene.team][3]
    topic = content.HEALTH[5]
    case = _ask(scene, unit, topic)
    yield 2
    case = scene.act(case, scene.one("liaison", unit), "answer", answer=topic.answer)
    yield 2
    officer = scene.stage.institution.holder(scene.team, "officer")
    case = scene.act(case, officer, "accept", reasons=content.ACCEPTED[3])
    yield 1
    scene.give_back(case, scene.one("section_head"), content.RETURNED[0])


def judged_late(scene: Scene) -> Story:
    """An answer that nobody has judged in time."""
    unit = scene.stage.institution.units[scene.team][1]
    topic = content.HEALTH[8]
    case = _ask(scene, unit, topic)
    yield 3
    scene.act(case, scene.one("liaison", unit), "answer", answer=topic.answer)


def new_clue(scene: Scene) -> Story:
    """A clue passed down by the organ, to be handed over within days."""
    _register(scene, source="forwarded")
    yield from ()


def for_the_head(scene: Scene) -> Story:
    """A handing over that waits for the head."""
    case = _register(scene, source="petition")
    yield 1
    _propose_handlers(scene, case)


def opinion_late(scene: Scene) -> Story:
    """A clue on which no disposal was proposed within the month."""
    case = _register(scene, source="supervision")
    yield 1
    case = _propose_handlers(scene, case)
    yield 1
    scene.sign(case, scene.one("head"))


def for_the_section_head(scene: Scene) -> Story:
    """A disposal that waits for the section head."""
    yield from _disposed(scene)


def stuck(scene: Scene) -> Story:
    """A disposal that nobody may sign: the section head stands aside, and nobody is named yet."""
    case = yield from _disposed(scene)
    yield 1
    aside = scene.one("section_head")
    scene.recuse(case, aside, aside, "近亲属在被反映人分管的科室任职。")


def to_be_told(scene: Scene) -> Story:
    """A clue concluded, whose reporter waits to be told."""
    case = _register(scene, source="petition", named="yes")
    yield 1
    case = _propose_handlers(scene, case)
    yield 0
    case = scene.sign(case, scene.one("head"))
    yield 6
    handler = scene.stage.institution.holder(scene.team, "officer")
    yield from signed(
        scene, case, handler, "dispose", ("section_head", "head"),
        disposal="close", studied_date=scene.day_before(2), plan=content.PLANS[0],
        reported_date=scene.stage.today.isoformat(), reasons=content.DISPOSAL_REASONS["close"],
    )  # fmt: skip


def for_the_leader(scene: Scene) -> Story:
    """A letter to the head of a unit, which the leader at the sending organ must approve too."""
    case = _register(scene, source="inspection", is_listed=True)
    yield 1
    case = _propose_handlers(scene, case)
    yield 0
    case = scene.sign(case, scene.one("head"))
    yield 3
    section_head, head = scene.one("section_head"), scene.one("head")
    handler = scene.stage.institution.holder(scene.team, "officer")
    case = yield from signed(
        scene, case, handler, "dispose", ("section_head", "head"),
        disposal="talk", studied_date=scene.day_before(1), plan=content.PLANS[2],
        reported_date=scene.stage.today.isoformat(), reasons=content.DISPOSAL_REASONS["talk"],
    )  # fmt: skip
    letter = scene.look(case.children[0], LETTER, section_head)
    letter = scene.act(letter, section_head, "name_handlers", related="no", seats=_two(scene))
    yield 1
    letter = scene.act(
        letter, handler, "request",
        way="letter", position="party_head", matters="请就反映的问题逐项如实说明。",
        plan=content.PLANS[2], precautions="二人以上参加，落实安全要求。",
    )  # fmt: skip
    for signer in (section_head, head):
        yield 0
        letter = scene.sign(letter, signer)


#: Each with how many working days ago it began.
STORIES: tuple[tuple[Callable[[Scene], Story], int], ...] = (
    (asked_yesterday, 1), (unanswered, 9), (asked_back, 3), (more_time_wanted, 3), (unit_signs, 3),
    (returned, 6), (judged_late, 16), (new_clue, 2), (for_the_head, 3), (opinion_late, 33),
    (for_the_section_head, 14), (stuck, 12), (to_be_told, 22), (for_the_leader, 13),
)  # fmt: skip


def _host(scene: Scene) -> str:
    return scene.stage.institution.units[scene.team][0]


def _ask(scene: Scene, unit: str, topic: content.Topic, *, unit_signs: str = "no") -> Case:
    officer = scene.stage.institution.holder(scene.team, "officer")
    raw = {
        "unit": unit,
        "origin": "supervision",
        "seen": topic.seen,
        "asks": topic.asks,
        "unit_signs": unit_signs,
    }
    return scene.open(QUESTION, officer, raw)


def _register(scene: Scene, *, source: str, named: str = "no", is_listed: bool = False) -> Case:
    """Register a clue about somebody in the third unit of the team, its head if `is_listed`."""
    unit = scene.stage.institution.units[scene.team][2]
    rank = "listed" if is_listed else "staff"
    allegation, person = accused(scene, unit)
    while rank_of(scene, person, unit) != rank:
        allegation, person = accused(scene, unit)
    raw = {
        "source": source,
        "concerns": rank,
        "competence": "own",
        "received_date": scene.day_before(1),
        "named": named,
        "intake_number": f"信〔{scene.stage.today.year}〕{scene.dice.randint(100, 999)}",
        "subject": person.key,
        "unit": scene.stage.institution.key(unit),
        "summary": allegation.summary,
    }
    return scene.open(CLUE, scene.one("keeper"), raw)


def _propose_handlers(scene: Scene, case: Case) -> Case:
    return scene.act(case, scene.one("keeper"), "hand_over", related="no", seats=_two(scene))


def _two(scene: Scene) -> list[str]:
    """Name the first two officers, so that each visitor's desk is the same."""
    return [one.key for one in scene.stage.institution.holders[(scene.team, "officer")][:2]]


def _disposed(scene: Scene) -> Generator[int, None, Case]:
    case = _register(scene, source="supervision")
    yield 1
    case = _propose_handlers(scene, case)
    yield 1
    case = scene.sign(case, scene.one("head"))
    yield 8
    handler = scene.stage.institution.holder(scene.team, "officer")
    return scene.act(
        case, handler, "dispose",
        disposal="verify", studied_date=scene.day_before(1), plan=content.PLANS[1],
        reported_date=scene.stage.today.isoformat(), reasons=content.DISPOSAL_REASONS["verify"],
    )  # fmt: skip
