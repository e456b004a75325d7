"""The pages of the system and the audit administrator: counts and pages, never what stands in them."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paizhu.casework import backup, health, inspecting, ticking
from paizhu.casework.models import Matter, TickRun
from paizhu.kernel.errors import Conflict, NotAllowed
from paizhu.ledger import readlog
from tests import administrators
from tests import world as worlds
from tests.plugins.owner import guards_off

SYSTEM, AUDIT = "/administration/system/", "/administration/audit/"


@pytest.fixture
def place(world, settings, tmp_path):
    settings.PAIZHU_DATA = tmp_path
    administrators.appoint(world)
    return tmp_path


def test_health_says_what_is_good_and_what_is_to_be_mended(place, world, as_):
    place.chmod(0o755)
    page = as_("system").get(SYSTEM).content.decode()
    assert "他人可读" in page
    assert "须处理" in page
    assert "触发器保护" in page
    assert "还没有检查点" in page
    assert "还没有运行过" in page
    ticking.tick(world.now())
    worlds.inquiry(world)
    ticking.tick(world.now(11))
    page = as_("system", "en").get(SYSTEM).content.decode()
    assert "paizhu doctor" in page
    assert "nothing was due" in page


@pytest.mark.parametrize(
    ("vendor", "said", "is_good"),
    [("sqlite", "wal", True), ("sqlite", "delete", False), ("postgresql", "16.4", True)],
)
def test_a_database_is_named_and_a_journal_that_lets_readers_wait_is_no_good(vendor, said, is_good):
    looked = health.set_up(vendor, said)
    assert looked.is_good is is_good
    assert vendor.lower() in looked.say.en.lower()
    assert said in looked.say.zh


def test_packs_with_mistakes_leave_the_page_of_the_system_standing(place, as_, settings, tmp_path):
    from paizhu.casework import rulebook

    client = as_("system")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pack.yaml").write_text("pack: [", encoding="utf-8")
    settings.PAIZHU_PACKS = [tmp_path / "broken"]
    rulebook.forget()
    page = client.get(SYSTEM)
    assert page.status_code == 200
    assert "规则包有误" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_whole_private_and_made_once_a_second(place, world, as_):
    worlds.inquiry(world)
    client = as_("system")
    if connection.vendor != "sqlite":  # on a server the page says what to run there
        assert "pg_dump" in client.get(SYSTEM).content.decode()
        with pytest.raises(NotAllowed):
            backup.copy(place, now=world.now())
        return
    assert "还没有副本" in client.get(SYSTEM).content.decode()
    assert client.post(f"{SYSTEM}copy/").status_code == 302
    copy = next((place / "backups").glob("*.sqlite3"))
    assert copy.name in client.get(SYSTEM).content.decode()
    assert copy.stat().st_mode & 0o077 == 0
    with sqlite3.connect(copy) as opened:
        assert opened.execute("SELECT count(*) FROM casework_matter").fetchone() == (1,)
    backup.copy(place, now=world.now())
    with pytest.raises(Conflict):
        backup.copy(place, now=world.now())
    assert len(backup.copies(place)) == 2


def test_where_the_data_are_on_a_server_no_copy_is_begun(place, world, monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(connection, "vendor", "postgresql")
        with pytest.raises(NotAllowed) as refused:
            backup.copy(place, now=world.now())
    assert refused.value.say == backup.ON_SERVER
    assert not (place / backup.FOLDER).exists()


def test_a_copy_that_is_not_whole_is_not_kept(tmp_path):
    draft = tmp_path / "draft.part"
    draft.write_bytes(b"x")
    with pytest.raises(Conflict):
        backup._kept(draft, tmp_path / "copy.sqlite3", is_whole=False)
    assert list(tmp_path.iterdir()) == []


def test_comparing_finds_a_row_changed_by_hand_and_names_no_matter(place, world, as_):
    ref = worlds.inquiry(world).ref
    client = as_("system")
    answer = client.post(f"{SYSTEM}compare/", follow=True).content.decode()
    assert "一致" in answer
    Matter.objects.filter(ref=ref).update(stage="closed_by_hand")
    answer = client.post(f"{SYSTEM}compare/", follow=True).content.decode()
    assert "处不符" in answer
    assert ref not in answer


def test_many_matters_are_compared_on_the_machine(place, world, as_, settings, monkeypatch):
    monkeypatch.setattr(inspecting, "MOST_MATTERS", 0)
    worlds.inquiry(world)
    answer = as_("system").post(f"{SYSTEM}compare/", follow=True).content.decode()
    assert "paizhu rebuild --check" in answer
    assert inspecting.last("tables") is None


def test_the_last_hundred_ticks_are_kept(world):
    for number in range(inspecting.KEPT + 5):
        inspecting.note_tick({"warned": number}, now=world.now())
    assert TickRun.objects.count() == inspecting.KEPT
    assert inspecting.ticks(1)[0][1] == {"warned": inspecting.KEPT + 4}


def test_the_audit_sees_who_opened_which_number_and_no_content(place, world, as_):
    ref = worlds.inquiry(world).ref
    as_("keeper").get(f"/matters/{ref}/")
    as_("head").get(f"/matters/{ref}/")
    audit = as_("audit")
    page = audit.get(AUDIT).content.decode()
    lines = readlog.log(readlog.Wanted()).rows
    assert lines
    assert ref in page
    assert "打开事项" in page
    assert f"/matters/{ref}/" not in page, "it cannot be opened from here"
    for word in ("某人", "采购中收受好处", "乙"):
        assert word not in page.replace("乙方", "")
    only = audit.get(AUDIT, {"who": "钱案管", "ref": ref, "day": str(lines[0].at.date())})
    assert "钱案管" in only.content.decode()
    assert "没有符合" in audit.get(AUDIT, {"who": "nobody"}).content.decode()
    assert "没有符合" in audit.get(AUDIT, {"ref": "XX"}).content.decode()
    assert ref in audit.get(AUDIT, {"day": "2025-02-31"}).content.decode(), "no day narrows nothing"


def test_the_log_goes_on_from_page_to_page_for_few_queries(place, world, as_):
    from paizhu.ledger import reads

    for number in range(readlog.PAGE + 7):
        reads.record(person=world.key("head"), ref=f"R-{number}", what="matter", at=world.now())
    audit = as_("audit")
    with CaptureQueriesContext(connection) as caught:
        page = audit.get(AUDIT).content.decode()
    assert len(caught) <= 12
    before = page.split("before=")[1].split('"')[0]
    rest = audit.get(AUDIT, {"before": before}).content.decode()
    assert "R-0<" in rest
    assert "R-100<" not in rest
    assert "更早的记录" not in rest


def test_verifying_says_that_the_book_holds_and_names_the_page_that_does_not(place, world, as_):
    worlds.inquiry(world)
    ticking.tick(world.now())
    audit = as_("audit")
    answer = audit.post(f"{AUDIT}verify/", follow=True).content.decode()
    assert "完好" in answer
    assert "签名有效" in answer
    with guards_off(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET payload = '{}' WHERE seq = 1")
    answer = audit.post(f"{AUDIT}verify/").content.decode()
    assert "第 1 页" in answer
    assert "处问题" in audit.get(AUDIT).content.decode()


def test_posts_put_through_the_book_are_shown_with_their_names(place, world, as_):
    from paizhu.casework import posts
    from paizhu.registry.models import Post

    head = Post.objects.get(body=world.bodies["WJ"], key="head")
    posts.appoint(
        actor=world.who("leader"), person=world.people["three"], post=head, since=world.today,
        now=world.now(),
    )  # fmt: skip
    page = as_("audit").get(AUDIT).content.decode()
    for word in ("任职", "郑经办", "驻卫健委纪检监察组组长", "王分管"):
        assert word in page
