"""Stories of clues: registered, handed over, disposed of, worked on, concluded, told."""

from __future__ import annotations

from collections.abc import Generator

from paizhu.demo import content
from paizhu.demo.letters import letter
from paizhu.demo.questions import accused, rank_of, signed
from paizhu.demo.stage import Case, Scene, Story
from paizhu.registry.models import Person

CLUE = "clue"
SOURCES = (("petition", 38), ("forwarded", 24), ("supervision", 20), ("handed_over", 8), ("inspection", 10))  # fmt: skip


def clue(scene: Scene, unit: str) -> Story:
    """Register a clue and go on with it."""
    allegation, person = accused(scene, unit)
    source = scene.dice.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0]
    is_named = source in ("petition", "forwarded") and scene.maybe(45)
    competence = scene.dice.choices(("own", "superior", "other"), (90, 5, 5))[0]
    concerns = rank_of(scene, person, unit)
    case = scene.open(
        CLUE,
        scene.one("keeper"),
        {
            "source": source,
            "concerns": concerns,
            "competence": competence,
            "received_date": scene.day_before(3),
            "named": "yes" if is_named else "no",
            "intake_number": f"信〔{scene.stage.today.year}〕{scene.dice.randint(100, 999)}"
            if is_named
            else None,
            "subject": person.key,
            "unit": scene.stage.institution.key(unit),
            "summary": allegation.summary,
        },
    )
    yield scene.days(6, 9) if scene.maybe(9) else scene.days(0, 4)
    if competence != "own":
        yield from _passed_on(scene, case, competence)
        return
    yield from handled(scene, case, person, unit, is_named=is_named)


def escalated(scene: Scene, ref: str, person: Person, unit: str) -> Story:
    """Go on with a clue that a question became."""
    case = scene.look(ref, CLUE, scene.one("keeper"))
    yield from handled(scene, case, person, unit, is_named=False)


def _passed_on(scene: Scene, case: Case, competence: str) -> Story:
    """Send on what is not the team's."""
    keeper = scene.one("keeper")
    action = "send_up" if competence == "superior" else "transfer"
    yield from signed(
        scene, case, keeper, action, ("head",),
        receiver=scene.dice.choice(content.TRANSFER_TO), reasons="不属本组管辖，依规移送。",
    )  # fmt: skip


def handled(scene: Scene, case: Case, person: Person, unit: str, *, is_named: bool) -> Story:
    """Hand over, dispose, work, conclude, tell."""
    officers = scene.stage.institution.holders[(scene.team, "officer")]
    handlers = scene.dice.sample(officers, 2)
    case = yield from signed(
        scene, case, scene.one("keeper"), "hand_over", ("head",),
        related="no", seats=[one.key for one in handlers],
    )  # fmt: skip
    case, handlers = yield from _recused(scene, case, handlers, officers)
    by = handlers[0]
    is_listed = rank_of(scene, person, unit) == "listed"
    if is_listed:
        yield scene.days(2, 5)
        case = yield from signed(
            scene, case, by, "report_up", ("head",), reasons="反映单位主要负责人，依规向上级报告。"
        )
    yield scene.days(24, 30) if scene.maybe(13) else scene.days(5, 15)
    while True:
        disposal = scene.dice.choices(("talk", "verify", "hold", "close"), (38, 34, 12, 16))[0]
        case = yield from _disposed(scene, case, by, disposal)
        if disposal != "hold":
            break
        yield scene.days(55, 80)
        case = yield from signed(
            scene, case, scene.one("keeper"), "re_check", ("head",), recheck="take_up",
            reasons="合同已履行完毕，具备核查条件，重新处置。",
        )  # fmt: skip
        yield scene.days(4, 10)
    if disposal == "talk":
        for ref in case.children:
            story = letter(scene, ref, person, unit, is_listed=is_listed)
            scene.stage.spawn(story, scene.days(0, 2), scene.dice)
    outcome = ""
    if disposal != "close":
        case, outcome = yield from _worked(scene, case, by, is_talk=disposal == "talk")
    if is_named:
        yield from _told(scene, case, by, is_cleared=outcome == "unfounded")


def _recused(
    scene: Scene, case: Case, handlers: list[Person], officers: list[Person]
) -> Generator[int, None, tuple[Case, list[Person]]]:
    """Now and then a handler must stand aside, and another takes the seat."""
    if not scene.maybe(7):
        return case, handlers
    yield scene.days(0, 2)
    gone = handlers[0]
    case = scene.recuse(case, gone, gone, "与被反映人系大学同窗，来往密切。")
    left = [one for one in officers if one not in handlers]
    handlers = [scene.dice.choice(left), handlers[1]]
    yield scene.days(0, 1)
    case = scene.assign(case, scene.one("section_head"), "handler", handlers)
    return case, handlers


def _disposed(scene: Scene, case: Case, by: Person, disposal: str) -> Generator[int, None, Case]:
    """Propose a disposal; once the section head stands aside, so that someone signs instead."""
    raw = {
        "disposal": disposal,
        "studied_date": scene.day_before(2),
        "plan": scene.dice.choice(content.PLANS),
        "reported_date": scene.stage.today.isoformat(),
        "reasons": content.DISPOSAL_REASONS[disposal],
    }
    # A letter of inquiry is the section head's own; there nobody signs instead.
    if case.instead or disposal == "talk" or not scene.maybe(5):
        return (yield from signed(scene, case, by, "dispose", ("section_head", "head"), **raw))
    case = scene.act(case, by, "dispose", **raw)
    yield scene.days(0, 1)
    aside = scene.one("section_head")
    case = scene.recuse(case, aside, aside, "配偶在被反映人所在单位任职。")
    yield scene.days(1, 3)
    deputy, leader = scene.one("deputy"), scene.one("duty_leader", "SJW")
    case = scene.substitute(
        case, leader, deputy, role="section_head", reasons="内设室负责人回避，由副组长代为审签。"
    )
    yield scene.days(0, 1)
    case = scene.sign(case, deputy)
    yield scene.days(0, 2)
    return scene.sign(case, scene.one("head"))


def _worked(
    scene: Scene, case: Case, by: Person, *, is_talk: bool
) -> Generator[int, None, tuple[Case, str]]:
    """Work on it and conclude."""
    for _ in range(scene.days(0, 2)):
        yield scene.days(5, 14)
        case = scene.note(case, by, scene.dice.choice(content.NOTES))
    yield scene.days(30, 50) if is_talk else scene.days(15, 45)
    outcome = scene.dice.choices(tuple(content.OUTCOME_REASONS), (38, 34, 18, 10))[0]
    case = yield from signed(
        scene, case, by, "conclude", ("section_head", "head"),
        outcome=outcome, reasons=content.OUTCOME_REASONS[outcome],
    )  # fmt: skip
    return case, outcome


def _told(scene: Scene, case: Case, by: Person, *, is_cleared: bool) -> Story:
    """Clear the person where nothing was found, and tell the reporter who gave a name."""
    if is_cleared and scene.maybe(50):
        yield scene.days(1, 3)
        case = yield from signed(
            scene, case, by, "clarify", ("head",), clarified_how="group",
            reasons="经核查不属实，予以澄清正名。",
        )  # fmt: skip
    yield scene.days(16, 20) if scene.maybe(12) else scene.days(3, 11)
    scene.act(case, by, "give_feedback", told_date=scene.stage.today.isoformat())
