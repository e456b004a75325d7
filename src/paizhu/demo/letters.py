"""Stories of letters of inquiry and talks: handlers, request, letter or talk, reply, report, meeting."""

from __future__ import annotations

from collections.abc import Generator

from paizhu.demo import content
from paizhu.demo.questions import signed
from paizhu.demo.stage import Case, Scene, Story
from paizhu.registry.models import Person

LETTER = "inquiry_letter"


def letter(scene: Scene, ref: str, person: Person, unit: str, *, is_listed: bool) -> Story:
    """Go on with a letter of inquiry that a clue opened."""
    section_head = scene.one("section_head")
    case = scene.look(ref, LETTER, section_head)
    officers = scene.stage.institution.holders[(scene.team, "officer")]
    # Whoever is recused from the clue is kept out of the letter too.
    handlers = scene.dice.sample(scene.able(ref, section_head, officers), 2)
    case = scene.act(
        case, section_head, "name_handlers", related="no", seats=[one.key for one in handlers]
    )
    yield scene.days(1, 4)
    by = handlers[0]
    is_letter = scene.maybe(72)
    posts = ("section_head", "head")
    case = yield from _requested(scene, case, by, posts, is_letter=is_letter, is_listed=is_listed)
    if is_letter:
        case = yield from _written(scene, case, by, unit, is_listed=is_listed)
    else:
        case = yield from _talked(scene, case, by)
    yield scene.days(21, 27) if scene.maybe(10) else scene.days(4, 14)
    case = yield from signed(
        scene, case, by, "report", posts,
        report="就函询（谈话）情况形成报告，附说明原件和核对材料。",
        outcome="adopted" if scene.maybe(62) else "reminded",
        reasons="说明与核对情况一致。",
    )  # fmt: skip
    yield scene.days(2, 6)
    case = scene.act(case, by, "tell_person", told_date=scene.stage.today.isoformat())
    yield scene.days(15, 60)
    scene.act(case, by, "record_meeting", meeting_date=scene.stage.today.isoformat())


def _requested(
    scene: Scene,
    case: Case,
    by: Person,
    posts: tuple[str, ...],
    *,
    is_letter: bool,
    is_listed: bool,
) -> Generator[int, None, Case]:
    case = yield from signed(
        scene, case, by, "request", posts,
        way="letter" if is_letter else "talk",
        position="party_head" if is_listed else "member",
        matters="请就反映的问题逐项如实说明，并附证明材料。",
        plan=scene.dice.choice(content.PLANS),
        precautions="安排二人以上参加，落实走读式谈话安全要求。",
    )  # fmt: skip
    if is_listed:
        yield scene.days(1, 4)
        case = scene.sign(case, scene.one("duty_leader", "SJW"))
    return case


def _written(
    scene: Scene, case: Case, by: Person, unit: str, *, is_listed: bool
) -> Generator[int, None, Case]:
    """Send the letter and wait for the reply, signed by the unit's head."""
    yield scene.days(0, 2)
    case = scene.act(
        case, by, "send_letter",
        addressee=None if is_listed else scene.stage.institution.key(unit),
        letter_text="请于收函之日起十五个工作日内书面说明有关情况，并由党组织主要负责人签署意见。",
    )  # fmt: skip
    yield scene.days(1, 3)
    today = scene.stage.today.isoformat()
    case = scene.act(case, by, "record_receipt", letter_received_date=today)
    if scene.maybe(13):
        yield scene.days(16, 20)
        case = scene.act(case, by, "urge", urged_date=scene.stage.today.isoformat())
        yield scene.days(1, 3)
    else:
        yield scene.days(6, 14)
    explanation = scene.dice.choice(content.EXPLANATION)
    if is_listed:
        today = scene.stage.today.isoformat()
        return scene.act(case, by, "record_reply", ended_date=today, paper_reply=explanation)
    head = scene.one("unit_head", unit)
    opinion = scene.dice.choice(content.HEAD_OPINION)
    return scene.act(case, head, "answer", reply=explanation, head_opinion=opinion)


def _talked(scene: Scene, case: Case, by: Person) -> Generator[int, None, Case]:
    """Talk and write it down."""
    yield scene.days(3, 9)
    return scene.act(
        case, by, "record_talk",
        ended_date=scene.stage.today.isoformat(), talk_place="市纪委监委谈话室二",
        talk_by="leader", talk_record=scene.dice.choice(content.EXPLANATION),
    )  # fmt: skip
