"""The three long stories lived through the pages, from each person's sign-in to the end."""

from __future__ import annotations

from datetime import date

import pytest

from paizhu.casework import rulebook
from paizhu.web import asking
from tests.browser.walking import Walker
from tests.desk import stories, together
from tests.desk import test_story_of_a_complaint as complaint
from tests.desk import test_story_of_consultation as consultation
from tests.desk import test_story_of_repair as repair
from tests.world import World


class Clock:
    """The pages' clock, so that a story of months is lived in minutes."""

    def __init__(self, world: World) -> None:
        self.world = world

    def now(self):
        return self.world.now()

    def localdate(self, _now) -> date:
        return self.world.today


@pytest.fixture
def life(transactional_db, settings, monkeypatch, live_server, chromium):
    settings.PAIZHU_PACKS = [together.PACK]
    rulebook.forget()
    world = together.whole_world()
    stories.office(world, "SL", "案件审理室")
    stories.office(world, "SS", "申诉复查室")
    for name, zh, post in (
        ("WJ_second", "第二干部", ("WJ", "officer")),
        ("SL_second", "第二审理人员", ("SL", "office_officer")),
    ):
        stories.worlds.person(world, name, zh, post)
    monkeypatch.setattr(asking, "timezone", Clock(world))
    walker = Walker(chromium, live_server.url)
    for module in (stories, complaint, consultation, repair):
        for verb in {"take", "sign", "opened"} & set(vars(module)):
            monkeypatch.setattr(module, verb, getattr(walker, verb))
    yield world
    walker.close()
    rulebook.forget()


@pytest.mark.parametrize(
    "story",
    [
        repair.test_from_deployment_to_look_back,
        complaint.test_from_complaint_to_execution_and_clarification,
        consultation.test_from_consultation_to_guidance,
    ],
    ids=["a", "b", "c"],
)
def test_a_long_story_is_lived_through_the_pages(life, story):
    story(life)
