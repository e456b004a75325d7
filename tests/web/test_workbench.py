"""The workbench in the browser's terms: what is shown, asked, refused and kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from paizhu.analysis import sources
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Query
from paizhu.casework import rulebook
from tests.web.test_flags import PACK

BOOK = "采购单位,供应商,签订日期,金额\n市第一医院,甲公司,2025-03-04,100\n市第一医院,乙公司,2025-03-05,250\n"


@pytest.fixture
def source(world, settings, tmp_path):
    now = timezone.now()
    settings.PAIZHU_PACKS = [PACK]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    sources.register(
        actor=world.who("one"), key="yy-purchases", table="purchases", body="YY",
        purpose="专项核查", plan_ref="2025-3", expires_date=timezone.localdate() + timedelta(days=90),
        now=now,
    )  # fmt: skip
    sources.approve("yy-purchases", actor=world.who("head"), now=now)
    path = tmp_path / "book.csv"
    path.write_text(BOOK, "utf-8")
    import_file("purchases", path, source="yy-purchases", actor=world.who("one"), now=now)


def asks(client, sql, purpose="核对"):
    given = {"source": ["yy-purchases"], "sql": sql, "purpose": purpose}
    return client.post("/workbench/", given)


def test_a_question_is_asked_and_kept_as_a_draft(world, source, as_):
    officer = as_("one")
    assert "yy-purchases" in officer.get("/workbench/").content.decode()
    page = asks(officer, "select supplier, amount from purchases order by amount")
    assert page.status_code == 200
    assert "乙公司" in page.content.decode()
    number = Query.objects.get().pk
    kept = officer.post(f"/workbench/drafts/{number}/", {"name": "large_ones", "file": "1"})
    assert kept["Content-Disposition"] == 'attachment; filename="large_ones.yaml"'
    assert b"purchases: [supplier, amount]" in kept.content
    assert officer.post(f"/workbench/drafts/{number}/", {"name": "large_ones"}).status_code == 302
    assert as_("head").post(f"/workbench/drafts/{number}/", {"name": "abc"}).status_code == 404


def test_what_may_not_be_asked_is_refused_with_what_was_typed(world, source, as_):
    page = asks(as_("one"), "select * from read_text('/etc/passwd')")
    assert page.status_code == 422
    shown = page.content.decode()
    assert "root:" not in shown
    assert "read_text" in shown
    assert asks(as_("one"), "select 1 from purchases", purpose="").status_code == 422


def test_without_a_source_there_is_no_such_page(world, source, as_):
    assert as_("liaison").get("/workbench/").status_code == 404
    assert "/workbench/" not in as_("liaison").get("/").content.decode()
