"""A book comes in through the pages: sent, checked, mapped, taken in; refused where it must be."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from paizhu.analysis import sources
from paizhu.analysis.models import Load
from paizhu.casework import rulebook
from paizhu.web import uploads
from tests.analysis.conftest import HEADERS, purchase
from tests.web.test_flags import PACK
from tests.web.test_matters import said


@pytest.fixture
def source(world, settings, tmp_path):
    settings.PAIZHU_PACKS = [PACK]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    now = timezone.now()
    sources.register(
        actor=world.who("one"),
        key="yy-purchases",
        table="purchases",
        body="YY",
        purpose="年度采购专项监督",
        plan_ref="JH-2025-03",
        expires_date=timezone.localdate(now) + timedelta(days=90),
        now=now,
    )
    return sources.approve("yy-purchases", actor=world.who("head"), now=now)


def book(headers: list[str] = HEADERS, rows: int = 5, **changes: object) -> SimpleUploadedFile:
    lines = [headers, *(purchase(number, **changes) for number in range(rows))]
    text = "\n".join(",".join(str(cell) for cell in line) for line in lines)
    return SimpleUploadedFile("采购台账.csv", text.encode())


def send(client, file: SimpleUploadedFile, **more: str) -> str:
    answer = client.post("/imports/", {"source": "yy-purchases", "file": file, **more})
    assert answer.status_code == 302, said(answer)
    return answer["Location"]


def chosen(client, address: str) -> dict[str, str]:
    """Give the mapping the page proposes, as the form would send it."""
    rows = client.get(address).context["rows"]
    return {f"h.{guess.letter}": guess.column or "" for guess, _ in rows}


def test_a_book_is_sent_checked_and_taken_in(source, as_):
    officer = as_("one")
    address = send(officer, book())
    page = said(officer.get(address))
    assert "只作检查，没有保存" in page
    assert "表头即" in page
    assert not Load.objects.exists()
    answer = officer.post(address, {**chosen(officer, address), "do": "store"})
    assert "已导入" in said(answer)
    assert Load.objects.get().rows_kept == 5
    assert officer.get(address).status_code == 404
    assert not any(Path(uploads._folder()).rglob("*.csv"))


def test_a_header_nobody_knows_is_mapped_by_hand(source, as_):
    officer = as_("one")
    strange = [header if header != "合同金额" else "金钱" for header in HEADERS]
    address = send(officer, book(strange))
    assert "缺少必需的列" in said(officer.get(address))
    letter = "ABCDEFGHIJ"[HEADERS.index("合同金额")]
    mapping = {**chosen(officer, address), f"h.{letter}": "amount"}
    assert "已导入" in said(officer.post(address, {**mapping, "do": "store"}))


def test_each_mistake_is_shown_with_row_and_column(source, as_):
    officer = as_("one")
    page = said(officer.get(send(officer, book(合同金额="很多"))))
    assert "需要更正的地方" in page
    assert "很多" in page
    letter = "ABCDEFGHIJ"[HEADERS.index("合同金额")]
    assert f"2 {letter} 很多" in page


def test_columns_that_must_not_come_in_refuse_the_whole_book(source, as_):
    officer = as_("one")
    forbidden = [header if header != "品目" else "身份证号" for header in HEADERS]
    address = send(officer, book(forbidden))
    assert "没有导入，什么也没有保存" in said(officer.get(address))
    officer.post(address, {**chosen(officer, address), "do": "store"})
    assert not Load.objects.exists()


def test_two_headers_for_one_column_are_refused(source, as_):
    officer = as_("one")
    address = send(officer, book())
    answer = officer.post(address, {**chosen(officer, address), "h.A": "amount", "h.B": "amount"})
    assert answer.status_code == 422
    assert "同一列" in said(answer)


def test_a_sent_file_is_its_senders_alone(source, as_):
    address = send(as_("one"), book())
    assert as_("two").get(address).status_code == 404
    assert as_("one").get(address).status_code == 404, "another session of the same person"


def test_no_file_and_no_such_source_are_refused(source, as_):
    officer = as_("one")
    assert officer.post("/imports/", {"source": "yy-purchases"}).status_code == 422
    assert officer.post("/imports/", {"source": "nothing", "file": book()}).status_code == 404
    assert (
        as_("other_head").post("/imports/", {"source": "yy-purchases", "file": book()}).status_code
        == 404
    )


def test_a_file_that_was_never_taken_in_is_thrown_away(source, as_):
    officer = as_("one")
    token = send(officer, book()).split("/")[2]
    folder = uploads._folder() / token
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(folder, (old, old))
    send(officer, book())
    assert not folder.exists()


def test_who_may_use_no_source_is_told_what_is_needed(source, as_):
    assert "没有您可以使用的数据源" in said(as_("liaison").get("/imports/"))


def test_a_long_chinese_name_of_a_file_is_shortened_and_not_refused_by_the_disk(source, as_):
    file = book()
    file.name = "年度采购合同台账" * 20 + ".csv"
    address = send(as_("one"), file)
    assert as_("one").get(address).status_code == 404, "another session has not sent it"
