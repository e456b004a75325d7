"""Stories of questions to units: asked, answered, judged; some late, some asked back, some escalated."""

from __future__ import annotations

from collections.abc import Callable, Generator

from paizhu.demo import content
from paizhu.demo.stage import Case, Scene, Story
from paizhu.registry.models import Person

QUESTION = "question"
#: Goes on with a clue that a question became: its reference, the person, the unit.
Escalated = Callable[[Scene, str, Person, str], Story]


def question(scene: Scene, unit: str, *, escalated: Escalated) -> Story:
    """Ask a unit about something an officer saw."""
    officer = scene.one("officer")
    topic = scene.dice.choice(content.HEALTH if scene.team == "WJ" else content.GENERAL)
    asked = scene.open(
        QUESTION,
        officer,
        {
            "unit": unit,
            "origin": "supervision",
            "seen": topic.seen,
            "asks": topic.asks,
            "amount": str(scene.dice.randint(3, 95) * 10_000) if scene.maybe(60) else None,
            "unit_signs": "yes" if scene.maybe(30) else "no",
        },
    )
    yield from going_on(scene, asked, unit, officer, topic=topic, escalated=escalated)


def going_on(
    scene: Scene,
    case: Case,
    unit: str,
    officer: Person,
    *,
    topic: content.Topic,
    escalated: Escalated,
) -> Story:
    """Go on with a question that was asked, until it is closed."""
    liaison = scene.one("liaison", unit)
    if scene.maybe(9):
        yield scene.days(1, 2)
        case = scene.act(case, liaison, "ask_back", unclear=scene.dice.choice(content.UNCLEAR))
        yield scene.days(1, 3)
        case = scene.act(case, officer, "clarify", clearer=scene.dice.choice(content.CLEARER))
    elif scene.maybe(11):
        # Asked and granted while the limit still runs; afterwards it could not be.
        yield scene.days(1, 2)
        reasons = scene.dice.choice(content.MORE_TIME)
        case = scene.act(case, liaison, "more_time", more_time_reasons=reasons)
        yield 0
        case = scene.sign(case, scene.one("section_head"))
        yield scene.days(2, 4)
    case, is_silent = yield from _answered(scene, case, unit, officer, topic)
    if is_silent:
        yield from _escalate(scene, case, officer, unit, escalated)
        return
    yield from _judged(scene, case, unit, officer, topic=topic, escalated=escalated)


def _answered(
    scene: Scene, case: Case, unit: str, officer: Person, topic: content.Topic
) -> Generator[int, None, tuple[Case, bool]]:
    """Let the unit answer, in time or late; say whether it stayed silent."""
    is_late = scene.maybe(14)
    yield scene.days(8, 10) if is_late else scene.days(1, 4)
    if is_late:
        case = scene.act(case, officer, "urge", urged_date=scene.stage.today.isoformat())
        yield scene.days(1, 4)
        if scene.maybe(18):
            return case, True
    case = scene.act(case, scene.one("liaison", unit), "answer", answer=topic.answer)
    if case.proposal:
        yield scene.days(0, 2)
        case = scene.sign(case, scene.one("unit_head", unit))
    return case, False


def _judged(
    scene: Scene,
    case: Case,
    unit: str,
    officer: Person,
    *,
    topic: content.Topic,
    escalated: Escalated,
) -> Story:
    """Judge the answer: explained, to be repaired, reminded, asked again, or a clue."""
    yield scene.days(10, 14) if scene.maybe(8) else scene.days(1, 7)
    if scene.maybe(25):
        case = scene.note(case, officer, scene.dice.choice(content.NOTES))
    fate = scene.dice.choices(
        ("accept", "repair", "again", "remind", "escalate"), (50, 21, 8, 10, 11)
    )[0]
    reasons = scene.dice.choice(content.ACCEPTED)
    if fate == "again":
        open_points = scene.dice.choice(content.STILL_OPEN)
        case = scene.act(case, officer, "ask_again", still_open=open_points)
        case, is_silent = yield from _answered(scene, case, unit, officer, topic)
        yield 0 if is_silent else scene.days(1, 5)
        fate = "escalate" if is_silent else "accept"
    if fate == "accept":
        yield from signed(scene, case, officer, "accept", ("section_head",), reasons=reasons)
    elif fate == "remind":
        reminder = scene.dice.choice(content.REMINDERS)
        yield from signed(
            scene,
            case,
            officer,
            "remind",
            ("section_head", "head"),
            reminder=reminder,
            reasons=reasons,
        )
    elif fate == "repair":
        yield from _repaired(scene, case, unit, officer, topic=topic, reasons=reasons)
    else:
        yield from _escalate(scene, case, officer, unit, escalated)


def _repaired(
    scene: Scene, case: Case, unit: str, officer: Person, *, topic: content.Topic, reasons: str
) -> Story:
    """Agree on a repair, wait for the report, check it; sometimes it is not done yet."""
    until = scene.stage.hours.working_day_after(scene.stage.today, scene.days(20, 45))
    case = yield from signed(
        scene, case, officer, "agree_repair", ("section_head",),
        repair=topic.repair, repair_date=until.isoformat(), reasons=reasons,
    )  # fmt: skip
    while True:
        yield scene.days(12, 40)
        liaison = scene.one("liaison", unit)
        case = scene.act(
            case, liaison, "report_repair", repair_report="已按约定完成：" + topic.repair
        )
        if case.proposal:
            yield scene.days(0, 2)
            case = scene.sign(case, scene.one("unit_head", unit))
        yield scene.days(2, 6)
        is_done = scene.maybe(85)
        case = yield from signed(
            scene, case, officer, "check_repair", ("section_head",),
            repair_result="done" if is_done else "not_done",
            reasons="现场核验，制度与台账均已落实。" if is_done else "台账仅有一个月，执行不到位，继续整改。",
        )  # fmt: skip
        if is_done:
            return


def _escalate(scene: Scene, case: Case, officer: Person, unit: str, escalated: Escalated) -> Story:
    """Make it a clue, under the officer's own name and with the head's approval."""
    allegation, person = accused(scene, unit)
    case = yield from signed(
        scene, case, officer, "escalate", ("head",),
        subject=person.key, concerns=rank_of(scene, person, unit), competence="own", named="no",
        found_date=scene.stage.today.isoformat(), allegation=allegation.summary,
        reasons="答复与凭证不符，需按问题线索办理。",
    )  # fmt: skip
    for ref in case.children:
        scene.stage.spawn(escalated(scene, ref, person, unit), scene.days(0, 2), scene.dice)


def accused(scene: Scene, unit: str) -> tuple[content.Allegation, Person]:
    """Choose what is alleged and about whom: somebody on a fitting post of the unit."""
    holders = scene.stage.institution.holders
    fitting = [
        (allegation, holders[(unit, post)][0])
        for allegation in content.ALLEGATIONS
        for post in allegation.posts
        if (unit, post) in holders
    ]
    return scene.dice.choice(fitting)


def rank_of(scene: Scene, person: Person, unit: str) -> str:
    """Say whether the person is head of the unit, of whom the superior must be told."""
    return "listed" if person == scene.stage.institution.holder(unit, "unit_head") else "staff"


def signed(
    scene: Scene, case: Case, by: Person, action: str, posts: tuple[str, ...], **raw: object
) -> Generator[int, None, Case]:
    """Propose something and have it signed in order; now and then it is returned once."""
    case = scene.act(case, by, action, **raw)
    if scene.maybe(11):
        yield scene.days(0, 2)
        case = scene.give_back(
            case, scene.signer(case, posts[0]), scene.dice.choice(content.RETURNED)
        )
        yield scene.days(0, 3)
        case = scene.act(case, by, action, **raw)
    for post in posts:
        yield scene.days(0, 2)
        case = scene.sign(case, scene.signer(case, post))
    return case
