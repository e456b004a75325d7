"""The frame: places by post, what is unread, where search and the palette ask."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from paizhu.casework.unread import unread
from paizhu.web import context, navigation
from tests.world import inquiry


def rail(page: str) -> str:
    return page[page.index('<nav class="rail') : page.index("<main")]


def test_a_team_is_shown_what_it_may_do(as_):
    page = rail(as_("head").get("/").content.decode())
    for name in ("desk", "matters", "flags", "imports"):
        assert f'href="{reverse(name)}"' in page


def test_a_unit_is_not_shown_what_only_supervisors_do(world, as_):
    page = rail(as_("liaison").get("/").content.decode())
    assert reverse("matters") in page
    for name in ("flags", "imports"):
        assert f'href="{reverse(name)}"' not in page


def test_every_place_has_its_own_key_and_an_address():
    places = [place for group in navigation.GROUPS for place in group.places]
    keys = [place.key for place in places]
    assert len(keys) == len(set(keys))
    assert "g" not in keys
    assert all(len(key) == 1 for key in keys)
    assert all(re.fullmatch(r"[a-z ]+", place.find) for place in places)


@pytest.mark.parametrize("name", ["head", "one", "leader", "liaison"])
def test_a_phone_reaches_every_place_by_the_bar_or_by_more(as_, name):
    page = rail(as_(name).get("/").content.decode())
    bar, more = page.split('<details class="menu more">')
    beyond = re.findall(r'<li class="beyond"><a class="plain" href="([^"]+)"', bar)
    shown = re.findall(r'<li><a class="plain" href="([^"]+)"', bar)
    assert shown[0] == "/"
    assert len(shown) <= navigation.MOST_IN_BAR
    assert len(shown) == navigation.MOST_IN_BAR or not beyond
    assert beyond == [path for path in re.findall(r'href="([^"]+)"', more) if path in beyond]
    for address in ("help", "manuals", "glossary", "design"):
        assert f'href="{reverse(address)}"' in more


def test_the_page_one_is_on_is_marked(as_):
    page = rail(as_("head").get("/matters/").content.decode())
    assert re.search(r'href="/matters/"[^>]*aria-current="page"', page)
    assert page.count("aria-current") == 1


def test_unread_notices_are_counted_for_their_reader_alone(world, as_):
    inquiry(world)
    chief = world.who("section_head")
    assert unread(chief) == 1
    assert "1 条未读通知" in as_("section_head").get("/").content.decode()
    assert unread(world.who("other_head")) == 0
    assert "没有未读通知" in as_("other_head").get("/").content.decode()


def test_an_error_page_counts_nothing_and_names_nobody(as_):
    page = as_("head").get("/nowhere/").content.decode()
    assert "条未读" not in page
    assert 'class="bell' not in page


def test_the_search_field_asks_where_there_is_something_to_ask(as_):
    page = as_("head").get("/").content.decode()
    assert f'action="{context._search()}"' in page
    assert f'data-quick="{context._quick()}"' in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_parts_shows_every_type_of_field_and_state_of_a_clock(as_, lang):
    answer = as_("head", lang).get("/design/")
    page = answer.content.decode()
    assert answer.status_code == 200
    for kind in ("text", "longtext", "date", "money", "choice", "yesno", "lines", "files"):
        assert f"f.a_{kind}" in page
    for tone in ("late", "due", "met", "calm", "provisional", "void", "paused"):
        assert re.search(rf'class="chip[^"]*\b{tone}\b', page), tone
    assert all(f'class="{state}' in page for state in ("past", "current", "next", "ahead"))


def test_the_page_of_parts_is_reached_from_help(as_):
    assert 'href="/design/"' in as_("head").get("/").content.decode()


def test_a_column_sorts_by_a_link_and_says_how(as_):
    client = as_("head")
    plain = client.get("/design/").content.decode()
    assert "order=due" in plain
    assert "aria-sort" not in plain
    up = client.get("/design/?order=due").content.decode()
    assert 'aria-sort="ascending"' in up
    assert "order=-due" in up
    assert 'aria-sort="descending"' in client.get("/design/?order=-due&page=3").content.decode()


def test_dark_values_are_linked_for_dark_under_a_condition_for_system_and_not_for_light(as_):
    client = as_("head")
    sheet = r'<link rel="stylesheet" href="[^"]*/dark.css[^"]*"([^>]*)>'
    assert "prefers-color-scheme: dark" in re.search(sheet, client.get("/").content.decode())[1]
    client.post("/theme/", {"theme": "dark"})
    assert re.search(sheet, client.get("/").content.decode())[1] == ""
    client.post("/theme/", {"theme": "light"})
    assert not re.search(sheet, client.get("/").content.decode())
