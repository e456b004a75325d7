"""Both languages are complete: every word in a template stands there twice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from paizhu.web.speech import language_of, say_day, say_moment
from tests import world as worlds

TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "paizhu" / "web" / "templates"
#: `attrs.html` is the inside of a tag, not text.
FILES = [file for file in sorted(TEMPLATES.rglob("*.html")) if file.name != "attrs.html"]
#: Codes and names of languages are said in themselves.
CODES = {"zh", "en", "zh-Hans", "English", "中文"}
#: What is printed on a key is the same in both languages.
PRINTED = {"nbsp", "doctype", "html", "Ctrl", "Enter", "Esc"}
CHINESE = re.compile(r"[一-鿿]")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
SAID = re.compile(r"""\{%\s*t\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*')""")


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_no_words_stand_outside_the_tag_that_says_both(file):
    bare = re.sub(r"<[^>]*>", " ", TAG.sub(" ", file.read_text()))
    words = [w for w in re.findall(r"[A-Za-z]{3,}", bare) if w not in PRINTED]
    # The seal holds one character: it is a picture, and read by nobody aloud.
    assert CHINESE.sub("", bare.replace("驻", "")) == bare.replace("驻", "")
    assert words == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_every_text_has_chinese_and_english_in_their_place(file):
    said = [(zh[1:-1], en[1:-1]) for zh, en in SAID.findall(file.read_text())]
    for zh, en in said:
        assert en in CODES or not CHINESE.search(en), en
        assert en in CODES or CHINESE.search(zh) or not re.search(r"[A-Za-z]{4,}", en), zh
        assert sorted(re.findall(r"\{(\w+)\}", zh)) == sorted(re.findall(r"\{(\w+)\}", en))


def test_days_and_moments_are_said_in_each_language():
    day = date(2026, 1, 5)
    assert say_day(day, "zh") == "2026年1月5日"
    assert say_day(day, "zh", weekday=True) == "2026年1月5日（周一）"
    assert say_day(day, "en") == "5 January 2026"
    assert say_day(day, "en", weekday=True) == "Mon 5 January 2026"
    moment = datetime(2026, 1, 4, 16, 30, tzinfo=UTC)
    assert say_moment(moment, "zh") == "2026年1月5日 00:30"
    assert say_moment(moment, "en-gb") == "5 January 2026, 00:30"


def test_the_language_is_the_readers_choice_then_the_accounts_then_the_browsers(rf, world):
    request = rf.get("/", headers={"accept-language": "en-GB,zh;q=0.5"})
    assert language_of(request) == "en"
    request.user = worlds.account(world, "head")
    assert language_of(request) == "zh"
    request.COOKIES["paizhu_lang"] = "en"
    assert language_of(request) == "en"
    request.COOKIES["paizhu_lang"] = "fr"
    assert language_of(request) == "zh"


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "zh"),
        ("*", "zh"),
        ("fr-FR,de;q=0.5", "zh"),
        ("zh-TW,en;q=0.9", "zh"),
        ("en;q=0.4,zh-CN", "zh"),
        ("en;q=0", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("fr,en;q=0.5,zh;q=0.3", "en"),
        ("zh;q=0.3,en", "en"),
    ],
)
def test_whoever_has_chosen_nothing_is_answered_as_the_browser_asks(client, db, asked, answered):
    answer = client.get("/sign-in/", headers={"accept-language": asked})
    assert answer["Content-Language"] == answered
    assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))
    client.cookies["paizhu_lang"] = "zh"
    answer = client.get("/sign-in/", headers={"accept-language": asked})
    assert answer["Content-Language"] == "zh"


def test_the_invented_people_of_the_demonstration_have_chosen_nothing(as_, settings):
    settings.PAIZHU_DEMO = True
    client = as_("head")
    asks = {"accept-language": "en-GB"}
    assert client.get("/", headers=asks)["Content-Language"] == "zh", "this visitor chose"
    del client.cookies["paizhu_lang"]
    assert client.get("/", headers=asks)["Content-Language"] == "en"
    assert client.get("/")["Content-Language"] == "zh"
    settings.PAIZHU_DEMO = False
    assert client.get("/", headers=asks)["Content-Language"] == "zh", "an account has a language"


def test_switching_the_language_comes_back_to_the_same_page(as_):
    client = as_("head")
    answer = client.post("/language/", {"lang": "en", "next": "/matters/?state=open"})
    assert answer["Location"] == "/matters/?state=open"
    assert "Matters" in client.get("/matters/").content.decode()
    assert '<html lang="en"' in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:1", ""])
def test_a_switch_never_leads_elsewhere(as_, elsewhere):
    assert as_("head").post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_dark_and_light_are_kept_by_the_browser(as_):
    client = as_("head")
    client.post("/theme/", {"theme": "dark"})
    assert 'data-bs-theme="dark"' in client.get("/").content.decode()
    client.post("/theme/", {"theme": "no such"})
    assert "data-bs-theme" not in client.get("/").content.decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_english_page_of_our_own_words_holds_no_chinese(as_, lang):
    page = as_("head", lang).get("/matters/?q=none").content.decode()
    text = re.sub(r"<[^>]*>", " ", page).replace("驻", "").replace("中文", "")
    assert bool(CHINESE.search(text)) is (lang == "zh")
