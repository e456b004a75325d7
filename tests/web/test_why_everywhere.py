"""Every due date, blocked action, flag, figure and refusal of the demonstration says why.

The pages are found by following links as everybody it offers; what is drawn without its why fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from paizhu.analysis.measures import measure_named
from paizhu.analysis.models import Flag
from paizhu.casework import rulebook
from paizhu.demo import tenders
from paizhu.demo.building import build
from paizhu.demo.roles import ROLES
from paizhu.demo.size import Size
from paizhu.registry.models import Account
from tests.crawling import Crawl, Page, get, key_of, links

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

SMALL = Size(scale=0.05)
#: The page of samples draws marks that belong to no matter; a why page draws its own mark again.
STILL = ("design", "why_date")
CHIP = re.compile(r'<(\w+) class="chip[ "][^>]*>')
TILE = re.compile(r'<(\w+) class="tile[ "][^>]*>')
DISABLED = re.compile(r"<(?:button|a)\b[^>]*\s(?:disabled|aria-disabled)\b[^>]*>")
BLOCKED = re.compile(r'<dl class="blocked">(.*?)</details>', re.S)
REASON = re.compile(r"<dt\b[^>]*>.*?</dt><dd>(.*?)</dd>", re.S)
NUMBER = re.compile(r'<td class="number">(.*?)</td>', re.S)
#: What the why of a date says besides the date itself.
TOLD = ("规则", "条款", "版本", "核对程度")
#: What went in: where it was counted from and on which calendar, or from when an agreed day runs.
INPUTS = (("起算日", "日历"), ("开始",))


@pytest.fixture(scope="module")
def crawl(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Crawl]:
    rulebook.forget()
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(PAIZHU_DATA=folder, PAIZHU_DEMO=True),
        transaction.atomic(),
    ):
        build(SMALL, now=timezone.now(), password="a word for all")
        found = Crawl()
        for username, _ in ROLES:
            client = client_of(username)
            found.prepare(client)
            found.follow(client, username)
        yield found
        transaction.set_rollback(True)
    rulebook.forget()


def client_of(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    client.cookies["paizhu_lang"] = "zh"
    return client


def pages(crawl: Crawl, *patterns: str) -> list[Page]:
    found = [page for some in crawl.pages.values() for page in some if page.is_html]
    return [page for page in found if not patterns or page.pattern in patterns]


def said(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main(page: Page) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_every_clock_leads_to_why_its_date_is_that_date(crawl):
    seen: Counter[str] = Counter()
    for page in pages(crawl):
        if page.pattern in STILL:
            continue
        for found in CHIP.finditer(page.text):
            assert found[1] == "a", f"{page.path}: {found[0]}"
            assert "/clocks/" in found[0], f"{page.path}: {found[0]}"
            seen[page.pattern] += 1
    assert {"desk", "matter", "matters"} <= set(seen), seen


def test_the_why_of_a_date_names_rule_article_version_and_inputs(crawl):
    whole = 0
    for person in {page.person for page in pages(crawl, "matter")}:
        client = client_of(person)
        wanted = {
            link.partition("#")[0]
            for page in pages(crawl, "matter", "desk", "matters")
            if page.person == person
            for link in links(page.text, page.path)
            if key_of(link) == "why_date"
        }
        for link in sorted(wanted)[:40]:
            answer, _, _ = get(client, link)
            assert answer.status_code == 200, link
            told = said(answer.content.decode().partition("<main")[2])
            labels = [word for word in TOLD if word not in told]
            assert any(all(word in told for word in one) for one in INPUTS), (link, told[:400])
            assert labels == [], (link, labels, told[:400])
            whole += 1
    assert whole > 20


def test_every_blocked_action_says_its_reason_and_its_rules(crawl):
    number = 0
    for page in pages(crawl):
        if page.pattern != "design":
            assert not DISABLED.search(main(page)), (page.path, DISABLED.search(main(page)))
        for part in BLOCKED.findall(page.text):
            reasons = [said(reason) for reason in REASON.findall(part)]
            bare = [one for one in reasons if len(one) < 6 or re.search(r"[：:]\s*[。.]?$", one)]
            assert bare == [], (page.path, bare)
            assert re.search(r'data-rule>.*href="/manual/[^"]+\?from=\d{4}-', part, re.S), page.path
            number += len(reasons)
    assert number > 10


def test_every_action_possible_or_not_names_its_article(crawl):
    asked = refused = 0
    for page in pages(crawl, "matter", "act", "open_new"):
        for part in BLOCKED.findall(page.text):
            assert part.count("<dt") == part.count("data-basis"), page.path
            refused += part.count("<dt")
        steps = re.findall(
            r'<form method="post" action="[^"]*/(?:do|new)/.*?</form>', page.text, re.S
        )
        for form in steps:
            basis = said(form.partition("data-basis")[2].partition("</div>")[0])
            assert re.search(r"《.+》", basis), (page.path, form[:200])
            asked += 1
    assert asked > 10
    assert refused > 10


def test_every_table_of_counts_says_where_its_figures_come_from(crawl):
    tables = 0
    for page in pages(crawl, "team", "office", "city", "unit"):
        for part in re.split(r"<section\b", page.text)[1:]:
            if '<table class="sheet tally"' not in part or page.pattern == "city":
                continue
            assert "why-table" in part or "data-why" in part, (page.path, part[:160])
            tables += 1
        assert page.pattern != "city" or "why-table" in page.text
    assert tables > 8


def test_every_flag_says_rule_article_version_and_rows(crawl):
    listed = pages(crawl, "flags")
    assert listed
    client = client_of(listed[0].person)
    everything = client.get("/flags/?status=all").content.decode()
    flags = sorted({x for x in links(everything, "/flags/") if key_of(x) == "flag"})
    assert flags
    seen: Counter[str] = Counter()
    for link in flags:
        page = client.get(link).content.decode()
        for part in ('id="why-title"', 'id="basis-title"', 'id="rows-title"', 'id="rate-title"'):
            assert part in page, (link, part)
        basis = page.partition('id="basis-title"')[2].partition("</section>")[0]
        measure = Flag.objects.get(pk=int(link.strip("/").rpartition("/")[2])).measure
        articles = measure_named(measure).spec.basis
        assert len(re.findall(r"(?:第.+?条|附件|未标条号).*?自 .+? 起", said(basis))) == len(
            articles
        ), link
        assert basis.count('class="sure"') == sum(one.confidence != "T" for one in articles), link
        assert ("没有可引的条文" in basis) == (not articles), link
        assert re.search(r"规则版本 [0-9a-f]{12}", said(basis)), link
        assert '<dl class="cells">' in page
        seen[measure] += 1
    assert set(tenders.MEASURES) <= set(seen)


def test_every_figure_leads_to_what_it_counts(crawl):
    shown = 0
    for page in pages(crawl, "computation", "return"):
        for cell in NUMBER.findall(page.text):
            withheld = 'class="soft"' in cell
            assert withheld or re.search(r'href="/computations/\d+/', cell), (page.path, cell)
            shown += not withheld
        if 'class="number"' in page.text and "/computations/" in page.text:
            assert "依据" in said(main(page)) or "台账" in said(main(page)), page.path
    assert shown > 0
    for page in pages(crawl):
        for found in TILE.finditer(page.text):
            assert found[1] == "a", (page.path, found[0])
    for page in pages(crawl, "picture"):
        assert 'id="why"' in page.text, page.path
        told = said(page.text.partition('id="why"')[2].partition("</section>")[0])
        assert len(told) > 40, (page.path, told)


def test_a_return_says_its_rule_and_a_figure_its_records(crawl):
    (first, *_) = pages(crawl, "return_figure")
    assert "涉及事项" in said(main(first))
    for page in pages(crawl, "computation"):
        assert re.search(r"规则|依据|版本", said(main(page))), page.path


def test_every_refusal_says_what_why_and_what_to_do(crawl):
    for person in sorted({page.person for page in pages(crawl, "matter")}):
        client = client_of(person)
        (page, *_) = (one for one in pages(crawl, "matter") if one.person == person)
        for path in (
            page.path + "clocks/nothing_like_it/", "/matters/XX-XX-2026-999/", "/flags/999999/",
            "/returns/none/WJ/2026-01/", "/computations/999999/",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code in (403, 404), path
            paragraphs = re.findall(r"<p[^>]*>(.*?)</p>", main_of(answer), re.S)
            assert len([one for one in map(said, paragraphs) if len(one) > 8]) >= 2, path
            assert 'href="/"' in main_of(answer)


def main_of(answer) -> str:
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_what_is_refused_says_the_same_as_the_page_that_did_not_offer_it(crawl):
    tried = 0
    for page in pages(crawl, "matter"):
        for part in BLOCKED.findall(page.text)[:1]:
            reasons = {said(one) for one in REASON.findall(part)}
            client = client_of(page.person)
            for name in re.findall(r"data-action=\"(\w+)\"", part):
                answer = client.post(f"{page.path}do/{name}/", {"version": "1"})
                if answer.status_code == 403:
                    assert any(one in said(answer.content.decode()) for one in reasons)
                    tried += 1
    assert tried > 0
