"""Returns on the pages, in both languages: choose, count, drill, take away as a file."""

import re
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from paizhu.analysis.models import Computation
from tests import world as worlds
from tests.world import inquiry

ADDRESS = "/returns/inquiries/WJ/{:%Y-%m}/"


@pytest.fixture
def counted(world, settings):
    """Matters of this month, and a client for each person."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world.today = timezone.localdate()
    for subject in ("乙", "丙", "丁"):
        inquiry(world, source="found", received_date=str(world.today), subject=subject)
    return world


def client(name, lang="en"):
    found = Client()
    account = worlds.Account.objects.filter(username=name).first()
    found.force_login(account)
    found.cookies["paizhu_lang"] = lang
    return found


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@pytest.fixture
def computed(counted):
    for name in ("head", "office", "other_head"):
        worlds.account(counted, name)
    here = ADDRESS.format(counted.today)
    assert client("head").post(here)["Location"] == here
    return here


def test_a_return_is_chosen_counted_and_shown_in_both_languages(computed):
    head = client("head")
    assert "Monthly table of inquiries" in said(head.get("/returns/"))
    english, chinese = said(head.get(computed)), said(client("head", "zh").get(computed))
    for words in (
        "Counts only.",
        "3 received but 0 disposed of",
        "From page",
        "3 in all, 3 that you may open",
    ):
        assert words in english
    for words in (
        "只计数，不含内容。",
        "收到 3 件，处置 0 件",
        "依据台账第",
        "未登记匿名反映人的再次联系。",
    ):
        assert words in chinese


def test_a_period_without_figures_says_so_and_one_to_come_is_refused(computed):
    head = client("head")
    assert "Not counted yet" in said(head.get("/returns/inquiries/WJ/2024-01/"))
    assert head.post("/returns/inquiries/WJ/2099-01/").status_code in (404, 422)
    assert head.get("/returns/inquiries/WJ/", {"period": "2024-01"})["Location"].endswith(
        "/2024-01/"
    )
    assert head.get("/returns/inquiries/WJ/", {"period": "then"}).status_code == 404


def test_a_figure_opens_its_records(computed):
    number = Computation.objects.get().pk
    page = said(client("head").get(f"/computations/{number}/all.received/"))
    assert "It counts 3 matters, 3 of which you may open." in page
    assert page.count("TX-WJ-") == 3
    assert "3 matters, 0 of which" in said(
        client("office").get(f"/computations/{number}/all.received/")
    )
    assert client("head").get(f"/computations/{number}/all.contact/").status_code == 404
    assert client("head").get(f"/computations/{number}/none/").status_code == 404


def test_strangers_get_the_same_bytes_as_for_nothing(computed):
    number, stranger = Computation.objects.get().pk, client("other_head")
    for there, nowhere in (
        (computed, "/returns/inquiries/XX/2025-01/"),
        (f"/computations/{number}/", "/computations/99999/"),
        (f"/computations/{number}/sheet.xlsx", "/computations/99999/sheet.xlsx"),
        (f"/computations/{number}/all.received/", "/computations/99999/all.received/"),
    ):
        hidden, unknown = stranger.get(there), stranger.get(nowhere)
        assert hidden.status_code == unknown.status_code == 404
        assert said(hidden).replace(there, "") == said(unknown).replace(nowhere, "")


def test_the_file_holds_what_the_page_shows_as_numbers(computed):
    number = Computation.objects.get().pk
    answer = client("head").get(f"/computations/{number}/sheet.xlsx")
    assert answer["Content-Disposition"].startswith('attachment; filename="inquiries-WJ-')
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Monthly table of inquiries"
    assert rows[3][1:3] == ["Received", "By date received"]
    assert rows[4][:3] == ["All", 3.0, 3.0]
    assert any("From page" in str(row[0]) for row in rows)
    withheld = CalamineWorkbook.from_filelike(
        BytesIO(client("head", "zh").get(f"/computations/{number}/sheet.xlsx").content)
    )
    assert withheld.get_sheet_by_index(0).to_python()[0][0] == "线索处置月报"


def test_an_older_computation_stays_readable_beside_the_newer_one(computed, counted):
    inquiry(counted, source="found", received_date=str(counted.today), subject="戊")
    head = client("head")
    head.post(computed)
    old, new = Computation.objects.order_by("pk")
    page = said(head.get(computed))
    assert "figures differ from the one before" in page
    assert "this page" in page
    assert head.get(f"/computations/{old.pk}/").status_code == 200
    assert Computation.objects.count() == 2
    assert new.seq > old.seq
