"""The main job, through the pages: a purchase book, a flag, a question, a clue, a dossier.

An officer takes a real workbook in, one flag raises a question, the hospital's answer does not
satisfy, a named person makes it a clue, the clue runs under its rules to its end, and somebody
with nothing but Python verifies the dossier.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from paizhu.analysis import running, sources
from paizhu.analysis.models import Flag
from paizhu.casework import rebuilding, rulebook
from paizhu.ledger import book, verify
from paizhu.paperwork import dossier
from paizhu.web import picking
from tests import world as worlds
from tests.analysis.conftest import HEADERS, purchase

HANDLED = {"f.related": "no"}


@pytest.fixture
def national(world, settings, tmp_path):
    settings.PAIZHU_PACKS = [worlds.ROOT / "packs" / "cn-discipline"]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    world.today = timezone.localdate()
    return world


def workbook(path):
    """Write a purchase book of a hospital with one supplier split under the tender line."""
    rows = [purchase(number) for number in range(40)]
    rows += [
        purchase(
            100 + number,
            供应商名称="甲医疗器械有限公司",
            签订日期=f"2025-03-{10 + number:02}",
            合同金额=380_000 + number,
        )
        for number in range(3)
    ]
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("采购台账")
        for number, row in enumerate([HEADERS, *rows]):
            sheet.write_row(number, 0, row)
    return path


def post(as_, world, name, ref, action, **fields):
    """Fill in the form of an action on the page of a matter, as somebody."""
    given = {f"f.{field}": value for field, value in fields.items()}
    version = world.card(name, ref).version
    answer = as_(name).post(f"/matters/{ref}/do/{action}/", {"version": version, **given})
    assert answer.status_code == 302, answer.content.decode()
    return world.card(name, ref) if name != "keeper" else None


def sign(as_, world, ref, *names):
    """Sign the waiting proposal, each person in turn."""
    for name in names:
        card = world.card(name, ref)
        path = f"/matters/{ref}/proposals/{card.proposals[0].proposal}/sign/"
        answer = as_(name).post(path, {"version": card.version})
        assert answer.status_code == 302, answer.content.decode()


def imported(as_, world, tmp_path):
    now = timezone.now()
    sources.register(
        actor=world.who("one"), key="yy", table="purchases", body="YY", purpose="采购专项监督",
        plan_ref="JH-1", expires_date=world.today + timedelta(days=90), now=now,
    )  # fmt: skip
    sources.approve("yy", actor=world.who("head"), now=now)
    data = workbook(tmp_path / "采购台账.xlsx").read_bytes()
    officer = as_("one")
    sent = officer.post(
        "/imports/", {"source": "yy", "file": SimpleUploadedFile("采购台账.xlsx", data)}
    )
    assert sent.status_code == 302, sent.content.decode()
    checked = officer.get(sent.url)
    assert "43" in checked.content.decode()
    guessed = {f"h.{guess.letter}": guess.column or "" for guess, _ in checked.context["rows"]}
    taken = officer.post(sent.url, {"do": "store", **guessed})
    assert "43" in taken.content.decode()
    running.run("split_below_tender_line", actor=world.who("one"), now=now)
    return Flag.objects.get()


def asked(as_, world, flag):
    """Open the question the flag page offers, as it is filled in there."""
    officer = as_("one")
    page = officer.get(f"/flags/{flag.pk}/ask/")
    form = page.context["form"]
    filled = {widget.name: widget.value for widget in form.widgets if widget.value}
    filled |= {f"k.{w.field.field}": picking.keys(w.options) for w in form.widgets if w.options}
    answer = officer.post(f"/flags/{flag.pk}/ask/", {**filled, "f.unit_signs": "no"})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url.strip("/").split("/")[-1]


def test_from_a_purchase_book_to_a_verified_end(national, as_, tmp_path, settings):
    world = national
    flag = imported(as_, world, tmp_path)
    question = asked(as_, world, flag)
    assert world.card("liaison", question).stage == "asked"
    post(as_, world, "liaison", question, "answer", answer="分属三个科室，未作合并。")
    post(
        as_, world, "one", question, "escalate",
        subject="某乙", concerns="staff", competence="own", named="no",
        found_date=world.today.isoformat(), allegation="涉嫌规避公开招标", reasons="答复与数据不符",
    )  # fmt: skip
    sign(as_, world, question, "head")
    (link,) = [link for link in world.card("head", question).links if link.ref.startswith("XS")]
    clue = link.ref
    assert [other.ref for other in world.card("liaison", question).links] == []

    seats = {"seats[]": [world.key("one"), world.key("two")]}
    post(as_, world, "keeper", clue, "hand_over", related="no", **seats)
    sign(as_, world, clue, "head")
    post(
        as_, world, "one", clue, "dispose", disposal="close",
        studied_date=world.today.isoformat(), plan="集体研判", reasons="情况已查清，予以了结",
    )  # fmt: skip
    sign(as_, world, clue, "section_head", "head")
    while not world.card("one", clue).final:
        card = world.card("one", clue)
        step = next(action for action in card.actions if action.allowed and action.action != "note")
        post(as_, world, "one", clue, step.action, **finishing(step, world))
        for name in ("section_head", "head"):
            if world.card("one", clue).proposals:
                sign(as_, world, clue, name)
    assert rebuilding.check().differences == ()
    assert verify.verify().is_good
    proved(clue, tmp_path / "dossier", settings)


def finishing(action, world):
    """Fill in what a last step asks for."""
    given = {"date": world.today.isoformat(), "yesno": "no"}
    return {
        field.field: field.options[0].value if field.options else given.get(field.type, "已办结")
        for field in action.form
    }


def proved(ref, folder, settings):
    """Write the dossier and let bare Python verify it, then find a changed line."""
    dossier.write(
        ref, folder, entries=book.entries_of(ref), now=timezone.now(),
        keys=settings.PAIZHU_DATA / "keys",
    )  # fmt: skip
    check = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    good = subprocess.run(check, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout + good.stderr
    told = (folder / "entries.json").read_text(encoding="utf-8")
    (folder / "entries.json").write_text(told.replace("规避", "遵守"), encoding="utf-8")
    assert "规避" in told
    assert subprocess.run(check, capture_output=True, check=False).returncode == 1
