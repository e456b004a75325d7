"""Returns can be read by everybody: axe finds nothing serious, nothing overflows."""

from __future__ import annotations

import pytest
from django.utils import timezone

from paizhu.analysis.returns import computing
from paizhu.casework import rulebook
from tests import world as worlds
from tests.browser.test_access import look
from tests.returns.conftest import PACKS
from tests.world import inquiry

NAME, BODY = "inquiries", "WJ"


@pytest.fixture
def world(transactional_db, settings):
    """A small institution under a pack of returns, with three matters of this month."""
    settings.PAIZHU_PACKS = PACKS
    rulebook.forget()
    made = worlds.small_world()
    made.today = timezone.localdate()
    for subject in ("乙", "丙", "丁"):
        inquiry(made, source="found", received_date=str(made.today), subject=subject)
    yield made
    rulebook.forget()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_returns_can_be_read_by_everybody(world, open_as, lang, theme):
    period = f"{world.today:%Y-%m}"
    kept = computing.compute(
        NAME, body=BODY, period=period, actor=world.who("head"), now=world.now(18)
    )
    page = open_as("head", lang, color_scheme=theme)
    found = look(
        page,
        [
            "/returns/",
            f"/returns/{NAME}/{BODY}/{period}/",  # counted
            f"/returns/{NAME}/{BODY}/2024-01/",  # not counted yet
            f"/computations/{kept.pk}/",
            f"/computations/{kept.pk}/all.received/",  # the records behind a figure
        ],
    )
    assert found == []
    assert page.locator("main a[href^='/matters/']").count() == 3


def test_a_return_is_counted_and_drilled_without_scripts(world, open_as):
    page = open_as("head", "en", scripts=False)
    page.goto(f"/returns/{NAME}/{BODY}/{world.today:%Y-%m}/")
    page.locator("button[form='count']").click()
    figure = page.locator("main td a", has_text="3").first
    figure.click()
    assert page.url.endswith("/all.received/")
    assert "It counts 3 matters" in page.locator("main").inner_text()
