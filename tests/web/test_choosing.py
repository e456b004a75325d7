"""With forty procedures a person still finds the one they mean: by kind of work, by name."""

from __future__ import annotations

import re

import pytest

from paizhu.casework import rulebook
from paizhu.casework.groups import grouped
from tests import world as worlds

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"


@pytest.fixture
def national(world, settings):
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


def test_the_desk_folds_many_kinds_of_matter_under_kinds_of_work(national, as_):
    page = as_("section_head").get("/").content.decode()
    assert "data-offers" in page
    groups = re.findall(r'<details class="offer-group"><summary><strong>(.*?)</strong>', page)
    assert len(groups) > 2
    assert len(groups) == len(set(groups))
    assert len(re.findall(r'href="/matters/new/', page)) > 8


def test_few_kinds_of_matter_stand_as_one_list(world, as_):
    page = as_("keeper").get("/").content.decode()
    assert "data-offers" not in page
    assert "offer-group" not in page
    assert 'href="/matters/new/inquiry/WJ/"' in page


def test_every_national_procedure_stands_in_a_kind_of_work(national):
    found = grouped(rulebook.current().procedures, lambda name: name)
    assert [group.title.en for group in found if group.title.en == "Other"] == []
    assert sum(len(group.items) for group in found) == len(rulebook.current().procedures)


def test_what_no_pack_groups_stands_under_other(world):
    (group,) = grouped(["inquiry", "letter"], lambda name: name)
    assert (group.title.en, group.items) == ("Other", ("inquiry", "letter"))


def test_stages_are_offered_once_the_procedure_is_chosen(world, as_):
    worlds.inquiry(world, "triage")
    head = as_("head")
    page = head.get("/matters/").content.decode()
    assert "先选程序" in page
    assert 'value="inquiry.triage"' not in page
    page = head.get("/matters/?procedure=inquiry").content.decode()
    assert 'value="inquiry.triage"' in page
    kept = head.get("/matters/?stage=inquiry.triage").content.decode()
    assert '<option value="inquiry.triage" selected>' in kept


def test_a_phone_unfolds_what_the_desk_has_beyond_the_first_of_each_kind(world, as_):
    """The fold is there for a narrow screen; nothing of the list is missing, and how many is said."""
    refs = [worlds.inquiry(world, "triage").ref for _ in range(5)]
    page = as_("one").get("/").content.decode()
    waiting = page[page.index('id="waiting"') : page.index('id="late"')]
    first, fold = waiting.split('<details class="phone-fold"><summary>')
    assert fold.startswith("其余 2 件</summary>")
    assert [len(re.findall(r"data-row", part)) for part in (first, fold)] == [3, 2]
    assert {ref for ref in refs if ref in waiting} == set(refs)


def test_one_row_alone_is_not_folded(world, as_):
    for _ in range(4):
        worlds.inquiry(world, "triage")
    page = as_("one").get("/").content.decode()
    waiting = page[page.index('id="waiting"') : page.index('id="late"')]
    assert "phone-fold" not in waiting
    assert waiting.count("data-row") == 4
